"""The links whose loss matters, against a whole search without each, judged by hand-written rules."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely

from geo.areas import IncidentArea
from geo.bridges import with_bridges
from geo.closures import close
from geo.counties import Counties
from geo.driving import drive
from geo.intervals import Stretches
from geo.losses import without
from geo.network import Bridge
from geo.population import PopulationDiscs
from geo.profiles import CAR, Profile
from geo.routing import search
from geo.snapping import snap
from matching.answers import Question
from matching.atlas import Atlas
from matching.errors import MatchingError
from matching.needs import Need
from matching.robustness.critical import Limits, critical_links
from matching.robustness.links import Link, links
from matching.roster import roster
from tests.geo.conftest import box
from tests.geo.test_losses import made_network

ASKED = datetime(2026, 5, 22, 12, tzinfo=UTC)
SLOW = Profile("truck", "Truck", {"arterial": 30.0}, None, "us")
NEVER = 2**60
TOWNS = 300
FEW = 10


def case(seed: int, listing):
    """Return an atlas of two counties, a question and its assets on a made town."""
    rng = np.random.default_rng([seed, 7])
    network = made_network(seed)
    west, south, east, north = network.lon.min(), network.lat.min(), network.lon.max(), network.lat.max()
    middle = (west + east) / 2
    counties = Counties(
        fips=("29097", "29145"),
        name=("Jasper", "Newton"),
        region=("D", "D"),
        population=np.array([1_000, 500]),
        seat=("Carthage", "Neosho"),
        seat_lon=np.array([west, east]),
        seat_lat=np.array([south, south]),
        geometry=np.array(
            [
                shapely.box(west - 1, south - 1, middle, north + 1),
                shapely.box(middle, south - 1, east + 1, north + 1),
            ],
            dtype=object,
        ),
    )
    people = PopulationDiscs(
        np.array([900.0]), np.array([shapely.box(west - 1, south - 1, east + 1, north + 1)], dtype=object)
    )
    atlas = Atlas(network, counties, people, {"car": CAR, "truck": SLOW})
    lon, lat, half = rng.uniform(west, east), rng.uniform(south, north), rng.choice([0.0015, 0.004])
    area = IncidentArea(box(lon - half, lat - half, lon + half, lat + half), "drawn")
    count = int(rng.integers(2, 14))
    sites = snap(network, rng.uniform(west, east, count), rng.uniform(south, north, count))
    rows = [
        listing(
            f"a{i:02d}",
            kind=kind,
            profile="truck" if kind == "generator_mobile_large" else "car",
            quantity=int(rng.integers(1, 4)),
            mobilisation_s=int(rng.choice([0, 60, 300])),
            provider_id=f"p{i // 2}",
            site_id=f"s{i}",
            network_hash=network.content_hash,
            edge=int(sites.edge[i]),
            offset_m=float(sites.offset_m[i]),
            access_m=float(sites.access_m[i]),
            lon=0.0,
            lat=0.0,
        )
        for i, kind in enumerate(rng.choice(["generator_portable", "generator_mobile_large"], count).tolist())
    ]
    need = Need(
        "generator", ("generator_mobile_large", "generator_portable"), 6, (), "generator:6", "Generator"
    )
    by_at = ASKED + timedelta(minutes=int(rng.integers(3, 20))) if seed % 3 else None
    limits = Limits(int(rng.integers(2, 9)) * 60_000, int(rng.integers(1, 3)))
    return atlas, Question(area, (need,), (), ASKED, by_at), roster(rows), limits


def arrivals(atlas, question, assets, area, edges):
    """Return each asset's arrival by a whole search of its vehicle's on the roads that are left; `NEVER` without one."""
    ms = []
    totals = {}
    for vehicle in (CAR, SLOW):
        closed = close(atlas.network, question.closures, ASKED, drive(atlas.network, vehicle))
        searched = search(atlas.network, area, without(closed, np.array(edges, dtype=np.int64)))
        totals[vehicle.code] = searched.totals(assets.snaps)
    for row, listing in enumerate(assets.rows):
        total = int(totals[listing.profile][assets.site[row]])
        ms.append(NEVER if total < 0 else total + listing.mobilisation_s * 1000)
    return ms


def judged(assets, before, after, by_ms):
    """Return who is first before and after, the providers that drop out, and the units lost."""
    order = sorted(range(len(before)), key=lambda i: (before[i], assets.by_tie[i]))
    then = sorted(range(len(after)), key=lambda i: (after[i], assets.by_tie[i]))
    first = order[0] if before[order[0]] < NEVER else None
    new = then[0] if after[then[0]] < NEVER else None
    lost = [i for i in range(len(before)) if before[i] <= by_ms < after[i]]
    gained = [i for i in range(len(before)) if after[i] <= by_ms < before[i]]
    units = sum(assets.rows[i].quantity for i in lost) - sum(assets.rows[i].quantity for i in gained)
    dropped = defaultdict(lambda: NEVER)
    for i in lost:
        owner = assets.rows[i].provider_id
        dropped[owner] = min(dropped[owner], after[i])
    return first, new, dict(dropped), units


def kth(assets, ms, k):
    soonest = defaultdict(lambda: NEVER)
    for i, each in enumerate(ms):
        owner = assets.rows[i].provider_id
        soonest[owner] = min(soonest[owner], each)
    ordered = sorted(soonest.values())
    return ordered[k - 1] if len(ordered) >= k else NEVER


def by_brute_force(atlas, question, assets, limits):
    """Return what the loss of each edge of the whole network changes, by edge."""
    network = atlas.network
    by_ms = NEVER - 1 if question.by_at is None else (question.by_at - ASKED) // timedelta(milliseconds=1)
    before = arrivals(atlas, question, assets, question.area, [])
    parts = {}
    for at in atlas.counties.touching(question.area.geometry):
        both = shapely.intersection(question.area.geometry, atlas.counties.geometry[at])
        part = IncidentArea(shapely.MultiPolygon([both]), "drawn")
        parts[atlas.counties.fips[at]] = part, arrivals(atlas, question, assets, part, [])
    matters = {}
    for edge in range(len(network.edge_tail)):
        after = arrivals(atlas, question, assets, question.area, [edge])
        first, new, dropped, units = judged(assets, before, after, by_ms)
        over = {}
        for fips, (part, own) in parts.items():
            was = kth(assets, own, limits.nearest)
            now = kth(assets, arrivals(atlas, question, assets, part, [edge]), limits.nearest)
            if was <= limits.limit_ms < now:
                over[fips] = was, None if now >= NEVER else now
        if first != new or dropped or over:
            delay = None if new is None else after[new] - (before[first] if first is not None else after[new])
            matters[edge] = (
                new if new is None else assets.rows[new].asset_id,
                first != new,
                delay,
                {owner: None if ms >= NEVER else ms for owner, ms in dropped.items()},
                units,
                over,
            )
    return matters


def told(found):
    return {
        effect.link.edges[0]: (
            effect.first,
            effect.first_changed,
            effect.first_delay_ms,
            dict(effect.dropped),
            effect.units_lost,
            {fips: (before, after) for fips, before, after in effect.counties},
        )
        for effect in found.effects
    }


def check(seed, listing):
    atlas, question, assets, limits = case(seed, listing)
    found = critical_links(atlas, question, question.needs[0], assets, limits)
    assert told(found) == by_brute_force(atlas, question, assets, limits), f"town {seed}"
    assert [effect.weight for effect in found.effects] == sorted(effect.weight for effect in found.effects)
    return len(found.effects)


def test_the_links_that_matter_on_random_towns_are_those_of_brute_force(listing):
    assert sum(check(seed, listing) for seed in range(FEW)) > 20


def test_a_share_of_the_area_is_refused_and_the_same_question_gives_the_same_bytes(listing):
    atlas, question, assets, limits = case(1, listing)
    with pytest.raises(MatchingError, match="shares of an area"):
        critical_links(atlas, replace(question, measure="reach_p50"), question.needs[0], assets, limits)
    first, again = (critical_links(atlas, question, question.needs[0], assets, limits) for _ in range(2))
    assert first.to_bytes() == again.to_bytes()


def test_a_bridge_is_lost_with_all_its_edges_and_stands_for_a_single_one():
    network = made_network(3)
    bridges = [Bridge("b1", "Long Bridge", ""), Bridge("b2", "Short Bridge", "")]
    edge = np.array([0, 1, 2])
    spans = Stretches(edge, np.zeros(3), network.edge_length_m[edge])
    bridged = with_bridges(network, bridges, spans, np.array([0, 0, 1]))
    on_way = np.zeros(len(network.edge_tail), dtype=bool)
    on_way[[1, 2, 4]] = True
    assert links(bridged, on_way) == (Link((0, 1), "b1"), Link((1,)), Link((2,), "b2"), Link((4,)))


@pytest.mark.proof
def test_the_links_that_matter_on_300_random_towns_are_those_of_brute_force(listing):
    assert sum(check(seed, listing) for seed in range(FEW, FEW + TOWNS)) > 600

"""The loss of each road, against a whole search without it: exact, whatever lies on the road."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
import shapely

from benchmarks.graphs import straight_network
from geo.areas import IncidentArea, area_from_circle
from geo.closures import Closure, close, open_roads
from geo.driving import drive
from geo.losses import Losses, without
from geo.profiles import Profile
from geo.routing import search
from geo.snapping import Snaps, snap
from tests.geo.conftest import box

NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)
GRAPHS = 300
FEW = 12


def made_network(seed: int):
    """Return a small town: a grid with gaps, one-way streets, two speeds, and round lengths that often tie."""
    rng = np.random.default_rng(seed)
    side = int(rng.integers(3, 7))
    at = np.arange(side * side).reshape(side, side)
    tail = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    head = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    kept = rng.random(len(tail)) < 0.85
    tail, head = tail[kept], head[kept]
    east, north = np.meshgrid(np.arange(side), np.arange(side))
    shaken = rng.uniform(-0.2, 0.2, (2, side * side))
    return straight_network(
        f"town {seed}",
        lon=-92.0 + 0.01 * (east.ravel() + shaken[0]),
        lat=38.0 + 0.01 * (north.ravel() + shaken[1]),
        tail=tail,
        head=head,
        oneway=(rng.random(len(tail)) < 0.15).astype(np.int64),
        length_m=rng.integers(1, 6, len(tail)) * 500.0,
        road_class=rng.integers(0, 3, len(tail)),
        speeds_kmh=(36.0, 72.0, 72.0),
    )


def made_case(seed: int):
    """Return a search on a made town with closures, and places on its roads, some of them at junctions."""
    rng = np.random.default_rng([seed, 1])
    network = made_network(seed)
    west, south, east, north = network.lon.min(), network.lat.min(), network.lon.max(), network.lat.max()
    lon, lat = rng.uniform(west, east), rng.uniform(south, north)
    # Now and then too small for any road, or as large as half the town.
    half = rng.choice([0.0004, 0.003, 0.012])
    area = IncidentArea(box(lon - half, lat - half, lon + half, lat + half), "drawn")
    closures = [
        Closure(str(i), effect, shapely.box(x, y, x + 0.006, y + 0.006), factor=factor)
        for i, (effect, factor, x, y) in enumerate(
            zip(
                rng.choice(["blocked", "slowed"], 3).tolist(),
                [3.0, 1.7, 2.0],
                rng.uniform(west, east, 3),
                rng.uniform(south, north, 3),
                strict=True,
            )
        )
    ][: int(rng.integers(0, 4))]
    closures = [
        Closure(one.key, one.effect, one.geometry, factor=1.0 if one.effect == "blocked" else one.factor)
        for one in closures
    ]
    slow = Profile(
        "slow", "Slow", {"arterial": 30.0, **({"highway": 0.0} if seed % 5 == 0 else {})}, None, "us"
    )
    closed = close(network, closures, NOON, drive(network, slow) if seed % 3 == 0 else drive(network))
    places = int(rng.integers(1, 25))
    edge = rng.integers(-1, len(network.edge_tail), places)
    share = rng.choice([0.0, 1.0, 0.5, 0.25, 0.9], places)
    offset = np.where(edge >= 0, share * network.edge_length_m[edge], 0.0)
    snaps = Snaps(edge.astype(np.int32), offset, np.where(edge >= 0, rng.integers(0, 900, places), np.nan))
    site = snap(network, [lon], [lat]) if seed % 4 == 1 else None
    return network, closed, area, snaps, site, seed % 7 == 2


def both(seed: int, sets=None):
    network, closed, area, snaps, site, keep_out = made_case(seed)
    found = search(network, area, closed, site=site, keep_out=keep_out)
    known = Losses(found, closed, snaps)
    losses = sets(network) if sets else [np.array([e]) for e in range(len(network.edge_tail))]
    ours = np.tile(known.total_ms, (len(losses), 1))
    for changes in known.changes(losses):
        ours[changes.loss, changes.place] = changes.total_ms
    theirs = np.array(
        [
            search(network, area, without(closed, edges), site=site, keep_out=keep_out).totals(snaps)
            for edges in losses
        ]
    )
    return known, losses, ours, theirs


def pairs(network):
    """Return sets of two to four edges: bridges of several carriageways, wherever they may lie."""
    rng = np.random.default_rng(len(network.edge_tail))
    return [
        np.unique(rng.integers(0, len(network.edge_tail), int(rng.integers(2, 5)))).astype(np.int64)
        for _ in range(40)
    ]


def check(seed: int):
    known, losses, ours, theirs = both(seed)
    np.testing.assert_array_equal(ours, theirs, err_msg=f"town {seed}")
    # Only roads on the ways driven now can matter.
    changed = [
        int(edges[0]) for edges, row in zip(losses, theirs, strict=True) if (row != known.total_ms).any()
    ]
    reached = np.flatnonzero(known.total_ms >= 0)
    on_ways = np.flatnonzero(known.carried(reached))
    if len(reached):
        assert set(changed) <= set(on_ways.tolist())
    return len(changed)


def test_the_loss_of_every_edge_of_random_towns_is_as_a_whole_search_without_it():
    assert sum(check(seed) for seed in range(FEW)) > 50


@pytest.mark.proof
def test_the_loss_of_every_edge_of_300_random_towns_is_as_a_whole_search_without_it():
    assert sum(check(seed) for seed in range(FEW, FEW + GRAPHS)) > 1_000


def test_the_loss_of_several_edges_together_is_as_a_whole_search_without_them():
    for seed in range(100, 108):
        _, _, ours, theirs = both(seed, pairs)
        np.testing.assert_array_equal(ours, theirs, err_msg=f"town {seed}")


def changes_of(known, edges):
    (found,) = known.changes([np.array(edges)])
    return dict(zip(found.place.tolist(), found.total_ms.tolist(), strict=True))


def test_a_lost_road_leaves_the_way_round_to_the_millisecond(hand):
    closed = open_roads(hand.network)
    found = search(hand.network, hand.area, closed)
    place = hand.place("AB", 8_000.0)  # at B, 4 km before the area
    known = Losses(found, closed, place)
    assert known.total_ms.tolist() == [4_000 * 50]
    # Without BC: back to A, 30 km to E, and 9 of the 10 km towards C.
    assert changes_of(known, [hand.edge["BC"]]) == {0: (8_000 + 30_000 + 9_000) * 50}
    assert changes_of(known, [hand.edge["DE"]]) == {}


def test_who_stands_on_a_lost_road_is_cut_off_but_not_who_stands_at_its_end(hand):
    closed = open_roads(hand.network)
    found = search(hand.network, hand.area, closed)
    middle, end = hand.place("AB", 3_000.0), hand.place("AB", 8_000.0)
    assert changes_of(Losses(found, closed, middle), [hand.edge["AB"]]) == {0: -1}
    assert changes_of(Losses(found, closed, end), [hand.edge["AB"]]) == {}


def test_a_loss_of_the_last_road_in_the_area_is_searched_anew(hand):
    area = IncidentArea(box(-91.94, 37.99, -91.93, 38.01), "drawn")  # amid AB, which is all its road
    closed = open_roads(hand.network)
    found = search(hand.network, area, closed)
    known = Losses(found, closed, hand.place("CE", 0.0))
    anew = search(hand.network, area, without(closed, np.array([hand.edge["AB"]])))
    assert anew.road_inside is False
    assert changes_of(known, [hand.edge["AB"]]) == {0: int(anew.totals(hand.place("CE", 0.0))[0])}


def test_a_place_without_a_road_is_changed_by_nothing(hand):
    closed = open_roads(hand.network)
    found = search(hand.network, hand.area, closed)
    nowhere = Snaps(np.array([-1], dtype=np.int32), np.array([0.0]), np.array([np.nan]))
    known = Losses(found, closed, nowhere)
    assert known.carried(np.array([0])).sum() == 0
    assert changes_of(known, [0]) == {}


def test_an_edge_counts_how_many_ways_lead_over_it(hand):
    closed = open_roads(hand.network)
    found = search(hand.network, hand.area, closed)
    places = [hand.place("AB", 3_000.0), hand.place("AB", 8_000.0), hand.place("CE", 5_000.0)]
    snaps = Snaps(
        *(np.concatenate([getattr(p, name) for p in places]) for name in ("edge", "offset_m", "access_m"))
    )
    carried = Losses(found, closed, snaps).carried(np.array([0, 1, 2]))
    assert {name: int(carried[edge]) for name, edge in hand.edge.items()} == {
        "AB": 2, "BC": 2, "CD": 0, "CE": 1, "DE": 0, "AE": 0,
    }  # fmt: skip


@pytest.mark.proof
def test_the_loss_of_every_edge_of_the_shipped_roads_is_for_joplin_as_a_whole_search_without_it(shipped):
    rng = np.random.default_rng(2011)
    node = rng.integers(0, len(shipped.lon), 400)
    snaps = snap(shipped, shipped.lon[node] + 0.01, shipped.lat[node] + 0.01)
    area, closed = area_from_circle(-94.51, 37.08, 10.0), open_roads(shipped)
    known = Losses(search(shipped, area, closed), closed, snaps)
    losses = [np.array([edge]) for edge in range(len(shipped.edge_tail))]
    ours = np.tile(known.total_ms, (len(losses), 1))
    for changes in known.changes(losses):
        ours[changes.loss, changes.place] = changes.total_ms
    for edge, row in zip(losses, ours, strict=True):
        anew = search(shipped, area, without(closed, edge)).totals(snaps)
        np.testing.assert_array_equal(row, anew, err_msg=f"edge {edge[0]}")
    assert (ours != known.total_ms).any(axis=1).sum() > 500

"""What stands behind a cell: by hand, and every bridge and road on its ways against closing all of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from geo.bridges import with_bridges
from geo.coverage import edges_driven
from geo.coverage_kernels import FAR
from geo.intervals import Stretches
from geo.losses import without
from geo.network import Bridge
from matching.coverage.arrivals import every_way, point_arrivals
from matching.coverage.cell import only, why
from matching.coverage.classes import sector_classes
from matching.coverage.hanging import hanging
from matching.coverage.result import NONE
from matching.coverage.targets import county_targets, point_targets
from matching.errors import MatchingError
from matching.roster import roster

MINUTE = 60_000
(ENERGY,) = sector_classes(["energy"])


def edge_between(network, one, other):
    """Return the edge between two of the five places, by their longitudes."""
    ends = [
        {round(float(network.lon[n]), 3) for n in pair}
        for pair in zip(network.edge_tail, network.edge_head, strict=True)
    ]
    return ends.index({one, other})


@pytest.fixture(scope="module")
def bridged(peopled):
    """Return the five places with a bridge halfway between B and C."""
    network = peopled.network
    edge = edge_between(network, -94.4, -94.3)
    spans = Stretches(np.array([edge]), np.array([4_000.0]), np.array([4_200.0]))
    return replace(
        peopled, network=with_bridges(network, [Bridge("b1", "Long Bridge", "")], spans, np.array([0]))
    )


def test_a_cell_explains_itself(peopled, whom, worked, asked):
    found = why(
        peopled, roster(worked), whom, "29097", ENERGY, parameters=asked(), k=2, threshold_ms=40 * MINUTE
    )
    assert [ms / MINUTE for ms in found.time_ms] == [40, 45]
    assert [(near.listing.provider_id, near.ms / MINUTE) for near in found.near] == [("one", 40), ("two", 45)]
    # Confirmed, three closes the gap: it is at nine in ten in 30.
    assert [(near.listing.provider_id, near.ms / MINUTE) for near in found.stale] == [("three", 30)]
    assert found.carrier.provider_id == "one"
    assert found.without_ms == 45 * MINUTE


def test_what_is_stale_is_only_told_where_it_would_close_a_gap(peopled, whom, worked, asked):
    roomy = why(
        peopled, roster(worked), whom, "29097", ENERGY, parameters=asked(), k=2, threshold_ms=45 * MINUTE
    )
    assert roomy.stale == ()
    hopeless = why(
        peopled, roster(worked), whom, "29097", ENERGY, parameters=asked(), k=2, threshold_ms=30 * MINUTE
    )
    assert hopeless.stale == ()


def test_nobody_hangs_where_nobody_comes(peopled, whom, asked):
    found = why(peopled, roster([]), whom, "29097", ENERGY, parameters=asked(), k=2, threshold_ms=MINUTE)
    assert found.time_ms == (NONE, NONE)
    assert (found.near, found.stale, found.carrier, found.without_ms) == ((), (), None, NONE)
    assert found.hanging == (None, None, 0)


def test_a_place_that_is_no_target_is_refused(whom):
    with pytest.raises(MatchingError, match="no such place"):
        only(whom, "29001")


def test_a_county_hangs_on_a_bridge_worked_by_hand(bridged, provider, asked):
    # Everybody waits for one company at E, ready at once: A and B come by C in 25 and 15. Without the bridge they come
    # by the other road: B in 20, A in 30, which is then the time of nine in ten.
    rows = roster([provider("only", "E", 0)])
    whom = county_targets(bridged.population, bridged.counties)
    found = why(bridged, rows, whom, "29097", ENERGY, parameters=asked(k=1), k=1, threshold_ms=28 * MINUTE)
    assert found.time_ms == (25 * MINUTE,)
    assert found.hanging.bridge == ((0,), 30 * MINUTE)
    assert found.carrier.provider_id == "only"
    assert found.without_ms == NONE


def test_what_is_too_many_to_try_is_counted_and_not_taken_for_nothing(bridged, provider, asked):
    whom = only(county_targets(bridged.population, bridged.counties), "29097")
    found = point_arrivals(bridged, roster([provider("only", "E", 0)]), whom, [ENERGY], asked(k=1))
    told = hanging(found)
    assert (told.bridge is not None, told.untried) == (True, 0)
    assert hanging(found, most=None) == told
    none = hanging(found, most=0)
    assert (none.bridge, none.road) == (None, None)
    assert none.untried >= 1


def _by_matrix(found, roads):
    """Return when nine in ten people have somebody, written out from every way to every point."""
    ms = every_way(roads, found.legs, len(found.way_ms))[:, found.way] + found.members.ready_ms
    first = ms[:, found.members.fresh].min(axis=1)
    order = np.argsort(first)
    told = np.cumsum(found.targets.people[order]) * 10 >= 9 * found.targets.people.sum()
    ninth = int(first[order][told.argmax()])
    return NONE if ninth >= FAR else ninth


def test_the_road_and_the_bridge_found_are_the_worst_of_all(bridged, provider, asked):
    rng = np.random.default_rng(7)
    network = bridged.network
    for _ in range(25):
        rows = roster(
            [
                provider(
                    f"c{at}",
                    "ABCDE"[int(rng.integers(5))],
                    int(rng.integers(0, 20)),
                    asset=f"a{at}",
                    site_id=f"s{at}",
                )
                for at in range(int(rng.integers(1, 4)))
            ]
        )
        # People somewhere along one road, so that other roads can be lost.
        lon, lat = rng.uniform(-94.48, -94.42, 3), np.full(3, 37.0)
        whom = only(replace(point_targets(["x"] * 3, lon, lat, [5, 3, 2])), "1")
        found = point_arrivals(bridged, rows, whom, [ENERGY], asked(k=1))
        told, now = hanging(found), _by_matrix(found, found.roads)
        lived_on = {int(edge) for points, _ in found.legs.values() for edge in points.edge}
        effects = {}
        for edge in set(range(len(network.edge_tail))) - lived_on:
            roads = {code: without(closed, np.array([edge])) for code, closed in found.roads.items()}
            effects[edge] = _by_matrix(found, roads)
        worst = max((ms if ms != NONE else 10**15 for ms in effects.values()), default=now)
        # A road that carries the company's own site is not tried unless somebody drives all of it.
        own = {int(edge) for _, sites in found.legs.values() for edge in sites.edge}
        if told.road is None:
            assert all(ms == now for edge, ms in effects.items() if edge not in own)
        else:
            assert effects[told.road.parts[0]] == told.road.ms
            assert told.road.ms == NONE or told.road.ms <= worst
            assert all(
                told.road.ms == NONE or (ms != NONE and ms <= told.road.ms)
                for edge, ms in effects.items()
                if edge not in own
            )


def test_a_way_is_followed_edge_by_edge(peopled, provider, asked):
    network = peopled.network
    found = point_arrivals(
        peopled,
        roster([provider("only", "D", 0)]),
        only(point_targets(["x"], [-94.45], [37.0], [1]), "1"),
        [ENERGY],
        asked(),
    )
    (code,) = found.roads
    points, sites = found.legs[code]
    whole, ends = edges_driven(found.roads[code], points, sites)
    cd, bc, ab = (edge_between(network, *pair) for pair in ((-94.3, -94.2), (-94.4, -94.3), (-94.5, -94.4)))
    assert whole in ([bc], [cd, bc])
    assert ab in ends

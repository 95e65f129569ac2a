from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
import shapely

from geo.areas import IncidentArea
from geo.closures import Closure, close, open_roads
from geo.keepout import kept_clear
from geo.routing import search
from geo.snapping import Snaps, access_ms
from tests.proof.test_routing_proof import random_case

NOW = datetime(2011, 5, 22, 23, tzinfo=UTC)


def blocked(*shapes):
    return [Closure(key=str(at), effect="blocked", geometry=shape) for at, shape in enumerate(shapes)]


def driven(metres):
    return metres * 50


def at_site(hand, place, site, closures=(), *, keep_out=False):
    closed = close(hand.network, closures, NOW) if closures else None
    found = search(hand.network, hand.area, closed, site=site, keep_out=keep_out).arrivals(place)
    return int(found.road_ms[0]), found.reason[0]


def test_a_staging_point_is_reached_at_its_place_on_the_road_and_by_its_access_leg(hand):
    site = hand.place("CE", 4_000, access_m=200.0)
    found = search(hand.network, hand.area, site=site).arrivals(hand.place("AB", 0, access_m=100.0))
    assert (found.road_ms[0], found.road_m[0]) == (driven(20_000), 20_000.0)
    assert found.access_ms[0] == access_ms(100.0) + access_ms(200.0)
    assert found.area_access_m[0] == 200.0
    assert found.reason == (None,)


def test_a_provider_on_the_same_road_drives_straight_to_the_staging_point(hand):
    assert at_site(hand, hand.place("CE", 7_000), hand.place("CE", 4_000)) == (driven(3_000), None)
    assert at_site(hand, hand.place("CD", 5_000), hand.place("CD", 7_000)) == (driven(2_000), None)
    # Against the one-way road: on to D, to E, to C and in again.
    assert at_site(hand, hand.place("CD", 7_000), hand.place("CD", 5_000)) == (driven(28_000), None)


def test_a_provider_inside_the_area_drives_to_the_staging_point_too_and_is_said_to_be_inside(hand):
    found = search(hand.network, hand.area, site=hand.place("CE", 4_000))
    arrivals = found.arrivals(hand.place("BC", 6_000))
    assert (arrivals.road_ms[0], arrivals.inside[0]) == (driven(6_000), True)
    route = found.route(hand.edge["BC"], 6_000.0)
    np.testing.assert_allclose(route.lonlat[-1], (-91.8, 38.04), atol=1e-9)


def test_a_staging_point_on_a_closed_road_is_reached_by_nobody_and_says_so(hand):
    block = blocked(hand.stretch("CE", 3_000, 5_000))
    assert at_site(hand, hand.place("AB", 0), hand.place("CE", 4_000), block) == (
        -1,
        "the road at the staging point is closed",
    )
    around = blocked(hand.stretch("CE", 2_000, 3_000), hand.stretch("CE", 5_000, 6_000))
    assert at_site(hand, hand.place("AB", 0), hand.place("CE", 4_000), around) == (-1, "cut off by closures")


def test_the_way_to_a_staging_point_leads_round_an_area_that_is_kept_clear(hand):
    site = hand.place("CE", 4_000)
    # Through the area 20 km; round it by A, E and down 6 km.
    assert at_site(hand, hand.place("AB", 1_000), site) == (driven(19_000), None)
    assert at_site(hand, hand.place("AB", 1_000), site, keep_out=True) == (driven(37_000), None)
    assert at_site(hand, hand.place("BC", 6_000), site, keep_out=True) == (
        -1,
        "inside the area, which is kept clear",
    )
    # The one-way road begins in the area: from beyond it one drives on, and to it there is no way.
    assert at_site(hand, hand.place("CD", 5_000), site, keep_out=True) == (driven(21_000), None)
    assert at_site(hand, hand.place("AB", 0), hand.place("CD", 6_000), keep_out=True) == (
        -1,
        "no open road leads there round the area",
    )
    assert at_site(hand, hand.place("AB", 0), hand.place("CD", 2_000), keep_out=True) == (
        -1,
        "the staging point's road lies in the area, which is kept clear",
    )


def test_kept_clear_the_edge_of_the_area_is_reached_as_soon_as_the_area(hand):
    for place in (hand.place("AB", 0), hand.place("DE", 0), hand.place("BC", 1_000), hand.place("CE", 4_000)):
        free = search(hand.network, hand.area).arrivals(place)
        clear = search(hand.network, hand.area, keep_out=True).arrivals(place)
        assert (free.road_ms[0], free.road_m[0]) == (clear.road_ms[0], clear.road_m[0])


def test_what_closures_slow_outside_a_kept_clear_area_stays_slow(hand):
    slow = [Closure("s", "slowed", hand.stretch("BC", 1_000, 6_000), factor=3.0)]
    clear = kept_clear(close(hand.network, slow, NOW), search(hand.network, hand.area).target.inside)
    ms = clear.obstacles.passage_ms(
        np.array([hand.edge["BC"]] * 2), np.array([0.0, 0.0]), np.array([3_000.0, 5_000.0])
    )
    assert ms.tolist() == [driven(1_000 + 3 * 2_000), -1]


def test_nothing_to_keep_clear_changes_nothing(hand):
    roads = open_roads(hand.network)
    aside = IncidentArea(shapely.MultiPolygon([shapely.box(-91.951, 37.9, -91.949, 37.98)]), "drawn")
    assert kept_clear(roads, search(hand.network, aside).target.inside) is roads


@pytest.mark.parametrize("number", range(20))
def test_keeping_an_area_clear_delays_nobody_outside_on_the_way_to_its_edge(shipped, number):
    area, closures, snaps, _ = random_case(shipped, number)
    closed = close(shipped, closures, NOW)
    free = search(shipped, area, closed).arrivals(snaps)
    clear = search(shipped, area, closed, keep_out=True).arrivals(snaps)
    outside = ~free.inside
    np.testing.assert_array_equal(free.road_ms[outside], clear.road_ms[outside])
    np.testing.assert_array_equal(free.access_ms[outside], clear.access_ms[outside])
    site = Snaps(snaps.edge[-1:], snaps.offset_m[-1:], snaps.access_m[-1:])
    if site.edge[0] < 0:
        return
    through = search(shipped, area, closed, site=site).totals(snaps)
    around = search(shipped, area, closed, site=site, keep_out=True).totals(snaps)
    assert ((around < 0) | ((through >= 0) & (around >= through))).all()

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.approaches import approaches
from geo.areas import IncidentArea, area_from_circle
from geo.closures import Closure, close
from geo.projection import geometry_in_metres, to_metres
from geo.routing import search
from geo.snapping import Snaps, access_ms

NOW = datetime(2011, 5, 22, 23, tzinfo=UTC)
AT_M = 4_000.0
"""The area of the tests by hand lies 2.2 km south of the road from A to B, halfway."""

NEAR_M = 2.0
"""An edge straight in degrees and the same edge straight in metres lie a metre apart on 8 km."""


@pytest.fixture(scope="module")
def aside():
    return IncidentArea(shapely.MultiPolygon([shapely.box(-91.9500001, 37.9, -91.9499999, 37.98)]), "drawn")


def blocked(*shapes):
    return [Closure(key=str(at), effect="blocked", geometry=shape) for at, shape in enumerate(shapes)]


def arrivals_of(hand, area, place, closures=()):
    closed = close(hand.network, closures, NOW) if closures else None
    return search(hand.network, area, closed).arrivals(place)


def totals(arrivals):
    return np.where(arrivals.road_ms >= 0, arrivals.road_ms + arrivals.access_ms, np.iinfo(np.int64).max)


def away_m(area, offset_m):
    """Straight metres to the area from a place on the road from A to B."""
    (xy,) = to_metres([(-92.0 + 0.1 * offset_m / 8_000.0, 38.0)])
    return shapely.Point(xy).distance(geometry_in_metres(area.geometry))


def test_an_approach_lies_at_the_foot_at_the_ends_and_every_500_metres(hand, aside):
    found = approaches(hand.network, aside.geometry)
    own = found.edge == hand.edge["AB"]
    foot_m = found.offset_m[own][found.access_m[own].argmin()]
    assert foot_m == pytest.approx(AT_M, abs=20)
    assert sorted({*found.offset_m[own].tolist()} - {foot_m}) == [500.0 * step for step in range(17)]
    assert (found.access_m <= 30_000).all()
    np.testing.assert_allclose(
        found.access_m[own], [away_m(aside, at) for at in found.offset_m[own]], atol=NEAR_M
    )


def test_approaches_beyond_the_limit_do_not_count(hand):
    area = IncidentArea(shapely.MultiPolygon([shapely.box(-92.32, 37.99, -92.31, 38.01)]), "drawn")
    found = approaches(hand.network, area.geometry)
    own = found.edge == hand.edge["AB"]
    # A lies 27.2 km to the east, and every 500 m of the road from A to B take 549 m on the map.
    assert found.offset_m[own].max() == 2_500.0
    assert found.offset_m[own].min() == 0.0


def test_without_a_road_inside_the_place_that_gets_there_soonest_is_reached_not_the_nearest(hand, aside):
    found = arrivals_of(hand, aside, hand.place("AB", 0, access_m=100.0))
    ways = {at: at * 50 + int(access_ms(away_m(aside, at))) for at in np.arange(0.0, 8_001.0, 500.0)}
    best = min(ways, key=lambda at: ways[at])
    # A kilometre less on the road saves 50 s; the leg from there is 200 m longer and takes 22 s more.
    assert best == 3_000.0
    assert ways[best] < ways[AT_M]
    assert (found.road_m[0], found.road_ms[0]) == (3_000.0, 150_000)
    assert found.area_access_m[0] == pytest.approx(away_m(aside, 3_000.0), abs=NEAR_M)
    assert found.access_ms[0] == access_ms(100.0) + access_ms(found.area_access_m[0])
    assert not found.inside[0]


def test_a_site_drives_along_its_own_road_to_either_side(hand, aside):
    by_place = [arrivals_of(hand, aside, hand.place("AB", at)) for at in (2_700.0, 5_300.0, 3_500.0)]
    assert [found.road_m[0] for found in by_place] == [300.0, 300.0, 0.0]
    assert [found.road_ms[0] for found in by_place] == [15_000, 15_000, 0]
    for found, at in zip(by_place, (3_000.0, 5_000.0, 3_500.0), strict=True):
        assert found.area_access_m[0] == pytest.approx(away_m(aside, at), abs=NEAR_M)


def test_a_closure_at_the_nearest_place_makes_nobody_faster(hand, aside):
    block = blocked(hand.stretch("AB", 2_600.0, 4_400.0))
    before = arrivals_of(hand, aside, hand.place("AB", 0))
    after = arrivals_of(hand, aside, hand.place("AB", 0), block)
    assert (before.road_m[0], after.road_m[0]) == (3_000.0, 2_500.0)
    assert totals(after)[0] > totals(before)[0]
    behind = arrivals_of(hand, aside, hand.place("BC", 0), block)
    assert behind.road_m[0] == 8_000.0 - 5_000.0


def test_a_stub_nobody_can_reach_cuts_nobody_off(hand, aside):
    block = blocked(hand.stretch("AB", 3_600.0, 3_800.0), hand.stretch("AB", 4_200.0, 4_400.0))
    assert search(hand.network, aside, close(hand.network, block, NOW)).area_access_m == pytest.approx(
        away_m(aside, AT_M), abs=NEAR_M
    )
    for road, at, road_m in (("AB", 0, 3_000.0), ("BC", 0, 3_000.0)):
        found = arrivals_of(hand, aside, hand.place(road, at), block)
        assert (found.reason, found.road_m[0]) == ((None,), road_m)
    assert arrivals_of(hand, aside, hand.place("AB", 4_100.0), block).reason == (None,)


def test_no_approach_counts_that_lies_a_kilometre_further_than_the_nearest_while_one_nearer_is_open(
    hand, aside
):
    known = approaches(hand.network, aside.geometry)
    assert known.access_m[known.beside].max() <= known.access_m.min() + 1_000.0
    assert known.access_m[~known.beside].min() > known.access_m.min() + 1_000.0
    # At A the leg would be 4.9 km; the road leads to within 1 km more than the least of 2.2 km.
    found = arrivals_of(hand, aside, hand.place("AB", 0), blocked(hand.stretch("AB", 2_200.0, 5_400.0)))
    assert found.road_m[0] == 2_000.0
    assert search(hand.network, aside).target.beside


def test_with_all_beside_the_area_closed_the_next_open_road_counts(hand, aside):
    closed = close(hand.network, blocked(hand.stretch("AB", 1_400.0, 6_600.0)), NOW)
    found = search(hand.network, aside, closed)
    assert not found.target.beside
    assert found.area_access_m > 3_200.0
    assert found.arrivals(hand.place("AB", 0)).road_m[0] <= 1_400.0
    assert found.arrivals(hand.place("AB", 0)).reason == (None,)


def test_with_every_road_near_the_area_closed_everyone_is_cut_off(hand, aside):
    everything = blocked(shapely.box(-93.0, 37.0, -91.0, 39.0))
    found = search(hand.network, aside, close(hand.network, everything, NOW))
    assert np.isnan(found.area_access_m)
    assert not found.roads_closed
    assert found.arrivals(hand.place("AB", 4_000)).reason == ("the road at the site is closed",)
    # A is open, and more than 30 km from the area with every road near it.
    far = IncidentArea(shapely.MultiPolygon([shapely.box(-91.52, 37.99, -91.51, 38.01)]), "drawn")
    near_it = blocked(shapely.box(-91.89, 37.0, -91.0, 39.0))
    found = search(hand.network, far, close(hand.network, near_it, NOW)).arrivals(hand.place("AB", 0))
    assert found.reason == ("cut off by closures",)
    assert np.isnan(found.area_access_m[0])


def test_a_route_ends_at_the_place_its_arrival_is_for(shipped):
    rng = np.random.default_rng(5)
    edge = rng.integers(0, len(shipped.edge_tail), 100).astype(np.int32)
    snaps = Snaps(edge, shipped.edge_length_m[edge] * rng.uniform(0.0, 1.0, 100), np.zeros(100))
    ends = set()
    for lon, lat in ((-92.6, 37.9), (-93.31, 39.4), (-91.2, 38.3)):
        area = area_from_circle(lon, lat, 0.5)
        found = search(shipped, area)
        assert not found.road_inside
        ground = geometry_in_metres(area.geometry)
        arrivals = found.arrivals(snaps)
        for at in range(100):
            route = found.route(int(edge[at]), float(snaps.offset_m[at]))
            assert (route.road_ms, route.road_m) == (arrivals.road_ms[at], arrivals.road_m[at])
            (end,) = to_metres(route.lonlat[-1:])
            # Roads are straight in degrees and in metres, which lie up to a few metres apart on a long edge.
            assert shapely.Point(end).distance(ground) == pytest.approx(arrivals.area_access_m[at], abs=60)
            ends.add((lon, round(arrivals.area_access_m[at])))
    assert len(ends) > 3


SHAPES = st.tuples(
    st.sampled_from(["blocked", "slowed"]),
    st.floats(-30.0, 30.0),
    st.floats(-30.0, 30.0),
    st.sampled_from([0.0, 0.5, 3.0, 12.0]),
)


def closures_near(lon, lat, parts):
    for key, (effect, east_km, north_km, radius_km) in enumerate(parts):
        at = shapely.Point(lon + east_km / 87.0, lat + north_km / 111.0)
        shape = at.buffer(radius_km / 100.0) if radius_km else at
        yield Closure(str(key), effect, shape, factor=3.0 if effect == "slowed" else 1.0)


@settings(max_examples=150, deadline=None)
@given(
    lon=st.floats(-95.0, -90.0),
    lat=st.floats(36.5, 40.3),
    radius_km=st.floats(0.1, 3.0),
    few=st.lists(SHAPES, max_size=4),
    more=st.lists(SHAPES, min_size=1, max_size=4),
    data=st.data(),
)
def test_for_an_area_without_a_road_more_closures_make_nobody_faster(
    shipped, lon, lat, radius_km, few, more, data
):
    area = area_from_circle(lon, lat, radius_km)
    freely = search(shipped, area)
    assume(not freely.road_inside and freely.target.near)
    edge = np.arange(len(shipped.edge_tail), dtype=np.int32)
    share = data.draw(st.floats(0.0, 1.0))
    places = Snaps(edge, shipped.edge_length_m * share, np.zeros(len(edge)))
    # What shuts the approach taken is the hardest case: a block there, beside the random ones.
    ends = freely.route(0, 0.0).lonlat[-1]
    shut = Closure("end", "blocked", shapely.Point(ends))
    early = [*closures_near(lon, lat, few)]
    late = [*closures_near(lon, lat, few + more), shut]
    stages = [freely, *(search(shipped, area, close(shipped, part, NOW)) for part in (early, late))]
    first, second, third = (totals(stage.arrivals(places)) for stage in stages)
    for before, after, early, late in zip(
        stages[:-1], stages[1:], (first, second), (second, third), strict=True
    ):
        if before.target.beside == after.target.beside:
            assert (late >= early).all()

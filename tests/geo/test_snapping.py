from __future__ import annotations

import numpy as np
import pytest
import shapely
import shapely.ops
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks.graphs import synthetic
from geo.errors import GeoError
from geo.projection import geometry_in_metres, to_metres
from geo.snapping import access_limit_m, access_ms, offsets_at, snap
from tests.geo.drawn import degrees, every, loose, place, roads


def test_a_point_is_placed_on_the_nearest_road_by_its_share_of_the_edge(hand):
    snaps = snap(hand.network, [-91.95], [38.01])
    assert snaps.edge.tolist() == [hand.edge["AB"]]
    # Halfway from A to B, whose 8,000 m are the source's own length.
    assert snaps.offset_m[0] == pytest.approx(4_000.0, abs=40.0)
    assert snaps.access_m[0] == pytest.approx(0.01 * 111_000, rel=0.02)


def test_a_point_beyond_an_end_is_placed_at_the_end(hand):
    snaps = snap(hand.network, [-92.1], [37.95])
    assert snaps.offset_m[0] == 0.0
    assert snaps.access_m[0] == pytest.approx(np.hypot(0.1 * 87_600, 0.05 * 111_000), rel=0.02)


def test_beyond_the_limit_there_is_no_place(hand):
    far = snap(hand.network, [-91.9], [37.6])
    assert far.edge.tolist() == [-1]
    assert np.isnan(far.access_m[0])
    assert snap(hand.network, [-91.9], [37.6], limit_m=60_000.0).edge[0] >= 0
    assert access_limit_m(hand.network) == 30_000.0


def test_a_point_that_is_no_number_has_no_place_and_disturbs_nobody(hand):
    snaps = snap(hand.network, [np.nan, -91.95, np.inf], [38.0, 38.01, 38.0])
    assert snaps.edge.tolist() == [-1, hand.edge["AB"], -1]


def test_of_two_roads_at_the_same_distance_the_lower_edge_is_taken(hand):
    at_b = snap(hand.network, [-91.9], [38.0])
    assert at_b.edge[0] == min(hand.edge["AB"], hand.edge["BC"])
    assert at_b.access_m[0] == pytest.approx(0.0, abs=1e-6)
    assert at_b.offset_m[0] in (0.0, 8_000.0)


def test_no_points_give_no_places(hand):
    assert len(snap(hand.network, [], []).edge) == 0


def test_no_road_lies_nearer_than_the_one_chosen(shipped):
    rng = np.random.default_rng(2)
    lon, lat = rng.uniform(-95.7, -89.2, 60), rng.uniform(36.1, 40.5, 60)
    snaps = snap(shipped, lon, lat)
    points = shapely.points(to_metres(np.column_stack([lon, lat])))
    lines = geometry_in_metres(shipped.lines(np.arange(len(shipped.edge_tail))))
    nearest = np.array([shapely.distance(lines, point).min() for point in points])
    placed = snaps.edge >= 0
    assert (placed == (nearest <= 30_000.0)).all()
    np.testing.assert_allclose(snaps.access_m[placed], nearest[placed], atol=1e-6)


def test_the_place_is_where_the_metres_say(shipped):
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(-95.0, -90.0, 200), rng.uniform(36.5, 40.0, 200)
    snaps = snap(shipped, lon, lat)
    for at in np.flatnonzero(snaps.edge >= 0):
        rows = slice(*shipped.shape_start[snaps.edge[at] : snaps.edge[at] + 2])
        place = [
            np.interp(snaps.offset_m[at], shipped.shape_m[rows], shipped.shape[rows, axis]) for axis in (0, 1)
        ]
        ends = to_metres(np.array([place, (lon[at], lat[at])]))
        # Straight in degrees strays a little from straight in metres: by some 70 m on an edge of 50 km.
        assert np.hypot(*(ends[1] - ends[0])) == pytest.approx(snaps.access_m[at], abs=100.0)


def test_an_access_leg_is_a_detour_at_a_stated_speed():
    # 1,000 m straight are 1,300 m driven; at 40 km/h that is 117 s.
    assert access_ms([1_000.0, 0.0]).tolist() == [117_000, 0]
    assert access_ms(np.nan) == -1


def brute(network, lon, lat, limit_m, barred=None):
    """Return the edge and the metres to it, asked of every edge: the nearest whose leg meets no barred one."""
    lines = network.lines_xy(every(network))
    point = shapely.Point(to_metres([lon, lat])[0])
    metres = shapely.distance(lines, point)
    for edge in np.lexsort((np.arange(len(lines)), metres)):
        if metres[edge] > limit_m:
            break
        if barred is None:
            return edge, metres[edge]
        if barred[edge]:
            continue
        leg = shapely.shortest_line(point, lines[edge])
        inner = shapely.ops.substring(leg, 0.001, leg.length - 0.001) if leg.length > 0.002 else None
        away_m = shapely.distance(lines[barred], inner).min(initial=np.inf) if inner is not None else 1.0
        # Within rounding of touching, either answer is right.
        assume(away_m == 0.0 or away_m > 1e-6)
        if away_m > 0.0:
            return edge, metres[edge]
    return -1, np.nan


@settings(max_examples=300, deadline=None)
@given(roads(), st.lists(place, min_size=1, max_size=8), st.booleans())
def test_the_place_is_the_one_found_by_asking_every_road(network, grid, between):
    points = degrees(np.array(grid) + (0.37 if between else 0.0))
    for limit_m in (30_000.0, 300.0):
        snaps = snap(network, *points.T, limit_m=limit_m)
        expected = [brute(network, lon, lat, limit_m) for lon, lat in points]
        assert snaps.edge.tolist() == [edge for edge, _ in expected]
        np.testing.assert_array_equal(snaps.access_m, [metres for _, metres in expected])


@settings(max_examples=300, deadline=None)
@given(roads(), st.lists(place, min_size=1, max_size=6), st.lists(st.booleans(), min_size=64, max_size=64))
def test_no_place_lies_on_a_barred_road_and_no_leg_crosses_one(network, grid, drawn):
    barred = np.array(drawn)[: len(network.edge_tail)]
    points = degrees(np.array(grid) + 0.37)
    snaps = snap(network, *points.T, barred=barred)
    expected = [brute(network, lon, lat, 30_000.0, barred) for lon, lat in points]
    assert snaps.edge.tolist() == [edge for edge, _ in expected]
    np.testing.assert_array_equal(snaps.access_m, [metres for _, metres in expected])


@settings(max_examples=200, deadline=None)
@given(roads(), place)
def test_the_metres_along_an_edge_are_its_nearest_places(network, at):
    xy = to_metres(degrees([at]) + 0.00037)
    lines = network.lines_xy(every(network))
    offset_m = offsets_at(network, every(network), np.repeat(xy, len(lines), axis=0))
    for edge, metres in enumerate(offset_m):
        rows = slice(*network.shape_start[edge : edge + 2])
        drawn_m = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(network.shape_xy[rows], axis=0).T))])
        nearest_m = shapely.line_locate_point(lines[edge], shapely.Point(xy[0]))
        # Metres on the ellipsoid are not those of EPSG:5070, but within a segment their shares are equal.
        share = np.interp(nearest_m, drawn_m, np.arange(len(drawn_m)))
        known = np.interp(metres, network.shape_m[rows], np.arange(len(drawn_m)))
        assert np.interp(share, np.arange(len(drawn_m)), drawn_m) == pytest.approx(
            np.interp(known, np.arange(len(drawn_m)), drawn_m), abs=1e-6
        )


def test_a_leg_stops_at_a_barred_road_and_takes_the_next_road_on_its_own_side():
    # A barred road from west to east with an open one 200 m north of it and another 1 km south; the point between.
    near, far = [(-94.0, 38.002), (-93.9, 38.002)], [(-94.0, 37.991), (-93.9, 37.991)]
    network = loose([near, [(-94.1, 38.0), (-93.95, 38.0), (-93.8, 38.0)], far])
    barred = np.array([False, True, False])
    assert snap(network, [-93.95], [37.999]).edge.tolist() == [1]
    assert snap(network, [-93.95], [37.999], barred=barred).edge.tolist() == [2]
    assert snap(network, [-93.95], [37.999], limit_m=500.0, barred=barred).edge.tolist() == [-1]
    # From the barred road itself one may leave to either side.
    assert snap(network, [-93.95], [38.0], barred=barred).edge.tolist() == [0]


def test_a_leg_that_ends_where_a_barred_road_begins_crosses_nothing():
    network = loose([[(-94.0, 38.0), (-93.9, 38.0)], [(-94.0, 38.0), (-94.0, 38.1)]])
    snaps = snap(network, [-94.05], [37.99], barred=np.array([False, True]))
    assert (snaps.edge.tolist(), snaps.offset_m.tolist()) == ([0], [0.0])


def test_where_every_road_is_barred_there_is_no_place(hand):
    all_barred = np.ones(len(hand.network.edge_tail), dtype=bool)
    assert snap(hand.network, [-91.95], [38.01], barred=all_barred).edge.tolist() == [-1]


def test_barred_roads_of_another_network_are_refused(hand):
    with pytest.raises(IndexError, match="of 6"):
        snap(hand.network, [-91.95], [38.01], barred=np.ones(3, dtype=bool))


def test_a_network_without_roads_has_no_place_for_anybody():
    assert snap(loose([]), [-94.0], [38.0]).edge.tolist() == [-1]


def test_an_edge_that_is_not_there_is_refused_before_it_is_looked_up(hand):
    with pytest.raises(GeoError, match="numbers of 6"):
        offsets_at(hand.network, np.array([6]), np.zeros((1, 2)))


def test_in_a_made_town_places_are_those_of_an_index_of_all_roads():
    town = synthetic(50_000)
    rng = np.random.default_rng(7)
    node = rng.integers(0, len(town.lon), 2_000)
    lon, lat = np.array([town.lon[node], town.lat[node]]) + rng.uniform(-0.002, 0.002, (2, 2_000))
    points = shapely.points(to_metres(np.column_stack([lon, lat])))
    which, edge = shapely.STRtree(town.lines_xy(every(town))).query_nearest(points, all_matches=True)
    lowest = np.full(len(points), len(town.edge_tail))
    np.minimum.at(lowest, which, edge)
    snaps = snap(town, lon, lat)
    np.testing.assert_array_equal(snaps.edge, lowest)
    np.testing.assert_array_equal(snaps.access_m, shapely.distance(town.lines_xy(lowest), points))

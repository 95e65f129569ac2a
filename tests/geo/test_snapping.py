from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo.projection import geometry_in_metres, to_metres
from geo.snapping import access_limit_m, access_ms, snap


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
    lines = geometry_in_metres(shipped.lines)
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

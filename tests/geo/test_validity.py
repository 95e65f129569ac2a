"""What makes a surface and what does not, each fault with its place."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import AreaError
from geo.reading import MAX_VERTICES
from geo.validity import surface

SQUARE = [(-94.0, 37.0), (-93.0, 37.0), (-93.0, 38.0), (-94.0, 38.0), (-94.0, 37.0)]


def square(west: float, south: float, size: float) -> list[tuple[float, float]]:
    east, north = west + size, south + size
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def refusal_of(*polygons: list[list[tuple[float, float]]]) -> AreaError:
    with pytest.raises(AreaError) as refusal:
        surface(polygons)
    return refusal.value


def test_a_clockwise_square_becomes_counter_clockwise_and_keeps_its_corners():
    found = surface([[SQUARE[::-1]]])
    assert found.geoms[0].exterior.is_ccw
    assert set(shapely.get_coordinates(found).tolist()[0]) <= {-94.0, -93.0, 37.0, 38.0}
    assert found.equals(shapely.box(-94, 37, -93, 38))


def test_a_hole_stays_a_hole():
    assert surface([[SQUARE, square(-93.6, 37.4, 0.2)]]).area == pytest.approx(1.0 - 0.04)


def test_a_crossing_names_both_sides_the_place_and_the_corners_to_move():
    # Corners 1 to 6; the side 2 to 3 runs up at longitude -93.5 and the side 5 to 6 crosses it at latitude 37.5.
    ring = [
        (-94.0, 37.0),
        (-93.5, 37.0),
        (-93.5, 38.0),
        (-93.0, 38.0),
        (-93.0, 37.5),
        (-94.0, 37.5),
        (-94.0, 37.0),
    ]
    fault = refusal_of([ring])
    assert fault.title == "The area crosses itself"
    assert (
        fault.given == "A polygon of 6 corners. Its side 2 to 3 crosses its side 5 to 6 near 37.500, -93.500"
    )
    assert fault.wanted == "An outline whose sides do not cross"
    assert fault.todo == "Move corner 3 or corner 6, or draw it again"
    assert fault.place == pytest.approx((-93.5, 37.5))


def test_a_bow_tie_is_a_crossing_although_its_signed_area_is_nothing():
    ring = [(-94.0, 37.0), (-93.0, 38.0), (-93.0, 37.0), (-94.0, 38.0), (-94.0, 37.0)]
    assert refusal_of([ring]).given.endswith("Its side 1 to 2 crosses its side 3 to 4 near 37.500, -93.500")


def test_the_last_side_runs_back_to_corner_1():
    ring = [(-94.0, 37.0), (-94.0, 38.0), (-93.0, 37.0), (-93.0, 38.0), (-94.0, 37.0)]
    assert refusal_of([ring]).given.endswith("Its side 2 to 3 crosses its side 4 to 1 near 37.500, -93.500")


def test_two_corners_at_one_place_name_sides_that_are_not_neighbours():
    ring = [
        (-94.0, 37.0),
        (-93.0, 37.0),
        (-93.5, 37.5),
        (-93.0, 38.0),
        (-94.0, 38.0),
        (-93.5, 37.5),
        (-94.0, 37.0),
    ]
    assert refusal_of([ring]).given.endswith("Its side 2 to 3 touches its side 5 to 6 near 37.500, -93.500")


def test_the_second_part_is_named_when_it_is_at_fault():
    bow_tie = [(-92.0, 37.0), (-91.0, 38.0), (-91.0, 37.0), (-92.0, 38.0), (-92.0, 37.0)]
    assert refusal_of([SQUARE], [bow_tie]).given.startswith(
        "Part 2 is a polygon of 4 corners. Its side 1 to 2"
    )


def test_a_hole_that_crosses_the_outline_is_named_as_a_hole():
    fault = refusal_of([SQUARE, square(-93.2, 37.4, 0.5)])
    assert fault.title == "The area crosses itself"
    assert "side 2 to 3 crosses its side 1 to 2 of hole 1" in fault.given
    assert fault.todo.startswith("Move corner 3 or corner 2 of hole 1")


@pytest.mark.parametrize(
    ("rings", "title"),
    [
        ([SQUARE, square(-92.5, 37.4, 0.2)], "A hole lies outside the area"),
        ([SQUARE, square(-93.8, 37.2, 0.6), square(-93.6, 37.4, 0.2)], "A hole lies inside another hole"),
        (
            [SQUARE, [(-94.0, 37.5), (-93.5, 37.0), (-93.0, 37.5), (-93.5, 38.0), (-94.0, 37.5)]],
            "Holes cut the area in pieces",
        ),
        (
            [
                [
                    (-94.0, 37.0),
                    (-93.0, 37.0),
                    (-93.5, 37.5),
                    (-93.0, 38.0),
                    (-94.0, 38.0),
                    (-93.5, 37.5),
                    (-94.0, 37.0),
                ]
            ],
            "The area touches itself",
        ),
    ],
)
def test_holes_and_touches_at_fault_have_a_sentence_and_a_place(rings, title):
    fault = refusal_of(rings)
    assert fault.title == title
    assert fault.place is not None


def test_a_hole_that_is_the_whole_outline_is_refused_with_a_place():
    assert refusal_of([SQUARE, SQUARE]).place is not None


def test_a_spike_that_runs_back_over_itself_is_refused_with_the_corner_to_move():
    ring = [(-94.0, 37.0), (-93.0, 37.0), (-93.0, 38.0), (-93.0, 37.5), (-94.0, 37.5), (-94.0, 37.0)]
    fault = refusal_of([ring])
    assert "side 2 to 3" in fault.given
    assert "Move corner 3" in fault.todo


def test_an_open_outline_is_not_closed_for_the_user():
    fault = refusal_of([SQUARE[:-1]])
    assert fault.title == "The outline is not closed"
    assert fault.place == (-94.0, 38.0)


@pytest.mark.parametrize("ring", [[SQUARE[0]] * 4, [SQUARE[0], SQUARE[1], SQUARE[0]]])
def test_fewer_than_three_different_corners_are_too_few(ring):
    assert refusal_of([ring]).title == "The area has too few corners"


@pytest.mark.parametrize(
    "ring",
    [
        [(-94.0, 37.0), (-93.5, 37.5), (-93.0, 38.0), (-94.0, 37.0)],
        [(-94.0, 37.0), (-93.0, 37.0), (-93.0, 37.000001), (-94.0, 37.000001), (-94.0, 37.0)],
        [(-94.0, 37.0), (-93.5, 37.5), (-93.0, 37.0), (-93.5, 37.500001), (-94.0, 37.0)],
    ],
)
def test_a_sliver_has_no_width(ring):
    assert refusal_of([ring]).title == "The area has no width"


def test_an_empty_ring_and_no_polygon_at_all_are_empty():
    assert refusal_of([[]]).title == "The area is empty"
    assert refusal_of().title == "The area is empty"


def test_swapped_longitude_and_latitude_are_told_from_a_place_elsewhere():
    swapped = refusal_of([[(lat, lon) for lon, lat in SQUARE]])
    assert swapped.title == "Longitude and latitude are swapped"
    assert swapped.place == (-94.0, 37.0)
    assert refusal_of([square(0.0, 0.0, 1.0)]).title == "The area lies outside Missouri"


def test_a_corner_beyond_the_map_is_shown():
    fault = refusal_of([[(-94.0, 37.0), (-93.0, 37.0), (-93.0, 42.0), (-94.0, 37.0)]])
    assert fault.title == "The area leaves the map"
    assert fault.place == (-93.0, 42.0)


def test_metres_are_told_from_degrees():
    assert (
        refusal_of([square(394_000.0, 4_000_000.0, 500.0)]).title
        == "The area is not in longitude and latitude"
    )


def test_parts_that_overlap_are_joined_and_parts_that_do_not_are_kept():
    assert len(surface([[SQUARE], [square(-93.5, 37.5, 1.0)]]).geoms) == 1
    apart = surface([[square(-91.0, 37.0, 0.5)], [SQUARE]])
    assert [part.bounds[0] for part in apart.geoms] == [-91.0, -94.0]


def test_parts_that_share_a_side_are_joined():
    joined = surface([[SQUARE], [square(-93.0, 37.0, 1.0)]])
    assert joined.equals(shapely.box(-94, 37, -92, 38))
    assert len(joined.geoms) == 1


def comb(teeth: int, lean: float, *, across: bool = False) -> list[tuple[float, float]]:
    """Return a comb of long thin teeth, valid by itself; the hardest outline for every question about sides."""
    edges = np.linspace(0.0, 1.0, 2 * teeth)
    corners = [(edges[0], -0.01)]
    for left, right in edges.reshape(-1, 2):
        corners += [(left, 0.0), (left + lean, 1.0), (right + lean, 1.0), (right, 0.0)]
    corners += [(edges[-1], -0.01), (edges[0], -0.01)]
    placed = np.array(corners)[:, ::-1] if across else np.array(corners)
    return [(float(lon), float(lat)) for lon, lat in np.add(placed, (-94.0, 37.0))]


@pytest.mark.parametrize(
    "polygons",
    [
        [[comb(4_900, 1.0)]],
        [[comb(2_000, 0.0)], [comb(2_000, 0.0, across=True)]],
        [
            [
                [
                    (float(x), float(y))
                    for x, y in np.random.default_rng(1).uniform(37, 38, (9_999, 2)) - (131, 0)
                ]
            ]
        ],
    ],
)
def test_a_tangle_is_refused(polygons):
    polygons = [[[*ring, ring[0]] if ring[0] != ring[-1] else ring for ring in rings] for rings in polygons]
    with pytest.raises(AreaError):
        surface(polygons)


def test_twenty_thousand_corners_are_read_and_one_more_is_not():
    turn = np.linspace(0.0, 2.0 * np.pi, MAX_VERTICES)
    ring = [
        (float(x), float(y)) for x, y in np.column_stack([np.cos(turn), np.sin(turn)]) * 0.5 + (-92.0, 38.0)
    ]
    ring[-1] = ring[0]
    assert surface([[ring]]).area == pytest.approx(np.pi / 4.0, rel=1e-6)
    assert refusal_of([[*ring, ring[0]]]).title == "The area has too many corners"


grid = st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda at: (-94.0 + at[0] / 8, 37.0 + at[1] / 8))


@given(st.lists(grid, min_size=3, max_size=8))
@settings(deadline=None, max_examples=400)
def test_an_outline_is_taken_exactly_when_it_is_valid_and_a_crossing_names_sides_that_meet(corners):
    ring = [*corners, corners[0]]
    if len(set(ring)) >= 3 and shapely.is_valid(shapely.Polygon(ring)):
        assert surface([[ring]]).equals(shapely.Polygon(ring))
        return
    fault = refusal_of([ring])
    sides = re.findall(r"side (\d+) to (\d+)", fault.given)
    if sides:
        one, other = (shapely.LineString([ring[int(start) - 1], ring[int(end) - 1]]) for start, end in sides)
        assert one.intersects(other)
        assert shapely.Point(fault.place).distance(one) < 1e-6

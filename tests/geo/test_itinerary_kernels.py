"""The line of what is driven, point by point."""

from __future__ import annotations

import numpy as np

from geo.itinerary_kernels import line

LINES = (
    np.array([0, 4, 7], dtype=np.int32),
    np.array([[0, 0], [1, 0], [2, 0], [3, 0], [3, 0], [3, 1], [3, 2]], dtype=np.float64),
    np.array([0, 10, 20, 30, 0, 10, 20], dtype=np.float64),
)
"""Two roads that meet at (3, 0): three segments to the east, then two to the north."""


def drawn(*parts):
    edge, from_m, to_m = zip(*parts, strict=True)
    return line(np.array(edge), np.array(from_m, float), np.array(to_m, float), LINES).tolist()


def test_a_line_passes_its_points_in_the_order_driven_and_none_twice():
    there = [[0.5, 0], [1, 0], [2, 0], [3, 0], [3, 1], [3, 1.5]]
    assert drawn((0, 5, 30), (1, 0, 15)) == there
    assert drawn((1, 15, 0), (0, 30, 5)) == there[::-1]


def test_a_whole_road_is_drawn_from_end_to_end_either_way():
    east = [[0, 0], [1, 0], [2, 0], [3, 0]]
    assert drawn((0, -np.inf, np.inf)) == east
    assert drawn((0, np.inf, -np.inf)) == east[::-1]


def test_a_line_has_two_points_even_where_nothing_is_driven():
    assert drawn((0, 10, 10)) == [[1, 0], [1, 0]]
    assert drawn((0, 5, 5)) == [[0.5, 0], [0.5, 0]]

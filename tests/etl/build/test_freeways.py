"""Which highways are freeways, on lines small enough to judge by eye."""

from __future__ import annotations

import numpy as np

from etl.build.freeways import follows_freeway

FREEWAY = np.array([[[0.0, 0.0], [100_000.0, 0.0]]])


def follows(*edges):
    return follows_freeway(np.array(edges, dtype=float), FREEWAY).tolist()


def test_a_road_beside_the_freeway_line_is_the_freeway():
    assert follows([[10_000, 1_000], [20_000, 1_500]]) == [True]
    assert follows([[20_000, 1_500], [10_000, 1_000]]) == [True], "whichever way it is written"


def test_a_road_that_crosses_the_freeway_is_not_one():
    assert follows([[10_000, -2_400], [10_000, 2_400]]) == [False]


def test_a_road_three_kilometres_off_is_another_road_unless_it_is_drawn_in_one_long_chord():
    assert follows([[10_000, 3_000], [20_000, 3_000]]) == [False]
    assert follows([[10_000, 3_000], [50_000, 3_000]]) == [True]


def test_a_road_that_leaves_the_freeway_half_way_is_not_one():
    assert follows([[95_000, 500], [105_000, 500]]) == [True], "7 of 9 samples lie within reach of its end"
    assert follows([[98_000, 500], [108_000, 500]]) == [False]


def test_a_short_edge_at_the_freeway_is_taken_whichever_way_it_runs():
    assert follows([[10_000, 100], [10_000, 1_100]]) == [True]

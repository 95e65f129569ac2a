"""Times between two sets of nodes equal those of a simple search for each goal, to the last bit, on any graph."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.graphs import synthetic
from geo import engines, reduction
from geo.between import least_between
from geo.errors import GeoError
from geo.shortest import least_ms
from tests.geo.test_kernels import graph_of, graphs
from tests.geo.test_reduction import LARGE, both

PLACES = st.lists(st.integers(0, 10**6), max_size=12)


def by_rows(roads, arc_ms, goal, stand):
    """Return what a search for each goal finds at the stands."""
    rows = [
        least_ms(roads, arc_ms, goal[at : at + 1], np.zeros(1, dtype=np.int64)) for at in range(len(goal))
    ]
    return np.array([row[stand] for row in rows], dtype=np.int64).reshape(len(goal), len(stand))


def some(places, count):
    return np.array(places, dtype=np.int64) % count


@settings(max_examples=500, deadline=None)
@given(graphs(), st.integers(0, 5), PLACES, PLACES, st.integers(1, 3))
def test_times_equal_a_search_for_each_goal_on_any_graph(graph, most, goals, stands, threads):
    arc_ms, count = graph[2], len(graph[0]) - 1
    roads, folded = both(graph, most)
    goal, stand = some(goals, count), some(stands, count)
    found = least_between(reduction.weighed(folded, arc_ms), goal, stand, threads=threads)
    np.testing.assert_array_equal(found, by_rows(roads, arc_ms, goal, stand))


@settings(max_examples=200, deadline=None)
@given(graphs(), st.integers(1, 4), st.lists(st.tuples(st.integers(0, 79), LARGE), max_size=20), PLACES)
def test_long_roads_that_together_fit_no_32_bits_are_added_up_in_64(graph, most, long, places):
    arc_ms, count = graph[2], len(graph[0]) - 1
    roads, folded = both(graph, most)
    for arc, long_ms in long:
        arc_ms[arc % max(len(arc_ms), 1) : arc % max(len(arc_ms), 1) + 1] = long_ms
    every, node = np.arange(count), some(places, count)
    found = least_between(reduction.weighed(folded, arc_ms), node, every)
    np.testing.assert_array_equal(found, by_rows(roads, arc_ms, node, every))


def test_two_that_never_leave_a_folded_piece_meet_inside_it():
    chain = [(at, at + 1, 1 + at) for at in range(5)]
    graph = graph_of(6, chain)
    folded = reduction.reduced(*graph)
    assert folded.kept == 0
    found = least_between(reduction.weighed(folded, graph[2]), np.array([4, 0]), np.array([1, 4, 5]))
    assert found.tolist() == [[2 + 3 + 4, 0, -1], [-1, -1, -1]]


def test_large_networks_are_searched_side_by_side_and_say_how_far_they_are():
    network = synthetic(12_000)
    rng = np.random.default_rng(5)
    goal, stand = rng.integers(0, len(network.lon), 30), rng.integers(0, len(network.lon), 70)
    heard = []
    found = engines.least_between(network, network.arc_ms, goal, stand, heard.append)
    np.testing.assert_array_equal(found, by_rows(network.inward, network.arc_ms, goal, stand))
    assert heard[0] == 0.0
    assert heard == sorted(set(heard))  # of the searches in this thread: others have some
    assert set(heard) <= {at / 30 for at in range(30)}


def test_whoever_hears_how_far_it_is_can_stop_it():
    network, heard = synthetic(12_000), []

    def stop(share):
        heard.append(share)
        raise KeyboardInterrupt

    goal = np.arange(2_000)
    with pytest.raises(KeyboardInterrupt):
        engines.least_between(network, network.arc_ms, goal, goal[:3], stop)
    assert heard == [0.0]


def test_a_node_that_is_not_there_is_refused():
    graph = graph_of(2, [(0, 1, 5)])
    known = reduction.weighed(reduction.reduced(*graph), graph[2])
    for goal, stand in (([2], [0]), ([0], [-1])):
        with pytest.raises(GeoError):
            least_between(known, np.array(goal), np.array(stand))

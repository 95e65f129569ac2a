"""What is folded away changes nothing: the times of `geo.reduction` are those of the simple search, to the last bit."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.graphs import synthetic, tiger_state, world_highways
from geo import nearest, reduction
from geo.between import least_between
from geo.errors import GeoError
from geo.nearest import Goals, Stands
from geo.shortest import inward, least_ms
from tests.geo.test_kernels import draw_case, graph_of, graphs, scipy_ms

LARGE = st.sampled_from([2**30, 2**31 - 2, 2**31 - 1, 2**31, 2**32 - 3, 2**32 - 1, 2**32, 2**40])


def both(graph, most, tile=reduction.TILE):
    """Return a graph as the simple search reads it, and folded, with so many folded nodes to a tile."""
    indptr, head, arc_ms, *_ = graph
    with mock.patch.object(reduction, "TILE", tile):
        return inward(indptr, head, np.abs(arc_ms)), reduction.reduced(indptr, head, np.abs(arc_ms), most)


@settings(max_examples=1_000, deadline=None)
@given(
    graphs(), st.integers(0, 5), st.one_of(st.none(), st.integers(0, 200_000)), st.sampled_from([1, 2, 7, 99])
)
def test_times_equal_the_simple_search_and_scipy_on_any_graph_however_much_is_folded(
    graph, most, limit, tile
):
    indptr, head, arc_ms, node, ms = graph
    roads, folded = both(graph, most, tile)
    expected = least_ms(roads, arc_ms, node, ms, limit)
    found = reduction.least_ms(reduction.weighed(folded, arc_ms), node, ms, limit)
    np.testing.assert_array_equal(found, expected)
    if limit is None:
        np.testing.assert_array_equal(found, scipy_ms(indptr, head, arc_ms, node, ms))


@settings(max_examples=300, deadline=None)
@given(graphs(), st.integers(1, 4), st.lists(st.tuples(st.integers(0, 79), LARGE), max_size=20))
def test_long_roads_that_together_fit_no_32_bits_are_added_up_in_64(graph, most, long):
    _, _, arc_ms, node, ms = graph
    roads, folded = both(graph, most)
    for arc, long_ms in long:
        arc_ms[arc % max(len(arc_ms), 1) : arc % max(len(arc_ms), 1) + 1] = long_ms
    found = reduction.least_ms(reduction.weighed(folded, arc_ms), node, ms)
    np.testing.assert_array_equal(found, least_ms(roads, arc_ms, node, ms))


@settings(max_examples=500, deadline=None)
@given(
    graphs(),
    st.integers(0, 5),
    st.integers(0, 2**32 - 1),
    st.integers(1, 4),
    st.one_of(st.none(), st.integers(0, 80_000)),
)
def test_the_nearest_of_each_class_equal_those_of_the_simple_search(graph, most, seed, k, limit):
    arc_ms = graph[2]
    roads, folded = both(graph, most)
    rng = np.random.default_rng(seed)
    lead = int(rng.choice([1, 100, 90_000]))
    goals, stands = draw_case(rng, len(graph[0]) - 1, 3, int(rng.integers(1, 12)), 3, lead)
    expected = nearest.nearest_k(roads, arc_ms, goals, stands, k=k, classes=3, limit_ms=limit)
    known = reduction.weighed(folded, arc_ms)
    found = reduction.nearest_k(known, goals, stands, k=k, classes=3, limit_ms=limit)
    np.testing.assert_array_equal(found.ms, expected.ms)
    np.testing.assert_array_equal(found.provider, expected.provider)


def same_as_simple(network, seed):
    """Compare times, with and without closures, and the nearest, with the simple search's."""
    rng = np.random.default_rng(seed)
    count = len(network.lon)
    for closed_share in (0.0, 0.01, 0.3, 1.0):
        arc_ms = network.arc_ms.copy()
        arc_ms[rng.random(len(arc_ms)) < closed_share] *= 7
        arc_ms[rng.random(len(arc_ms)) < closed_share] = -1
        node, ms = rng.integers(0, count, 200), rng.integers(0, 600_000, 200)
        known = reduction.weighed(network.reduced, arc_ms)
        expected = least_ms(network.inward, arc_ms, node, ms)
        np.testing.assert_array_equal(reduction.least_ms(known, node, ms), expected)
        goals, stands = draw_case(rng, count, 20, 400, 16, 900_000)
        simple = nearest.nearest_k(network.inward, arc_ms, goals, stands, k=5, classes=16)
        found = reduction.nearest_k(known, goals, stands, k=5, classes=16)
        assert found.ms.tobytes() == simple.ms.tobytes()
        assert found.provider.tobytes() == simple.provider.tobytes()
        goal, stand = rng.integers(0, count, 4), rng.integers(0, count, 300)
        for row, only in zip(least_between(known, goal, stand), goal, strict=True):
            alone = least_ms(network.inward, arc_ms, np.array([only]), np.zeros(1, dtype=np.int64))
            np.testing.assert_array_equal(row, alone[stand])
    return network.reduced.kept / count


def test_times_equal_the_simple_search_on_the_shipped_network(shipped):
    assert same_as_simple(shipped, 1) < 0.4


def test_times_equal_the_simple_search_on_a_made_network():
    assert same_as_simple(synthetic(20_000), 2) < 0.4


@pytest.mark.shared
def test_times_equal_the_simple_search_on_the_tiger_state_network():
    assert same_as_simple(tiger_state(), 3) < 0.4


@pytest.mark.shared
def test_times_equal_the_simple_search_on_the_world_highways():
    assert same_as_simple(world_highways(), 4) < 0.4


def test_threads_find_the_same_times_as_one(shipped):
    known = reduction.weighed(shipped.reduced, shipped.arc_ms)
    starts = np.random.default_rng(7).integers(0, len(shipped.lon), (48, 5))

    def one(node):
        return reduction.least_ms(known, node, np.zeros(5, dtype=np.int64)).tobytes()

    alone = [one(node) for node in starts]
    for threads in (2, 8):
        with ThreadPoolExecutor(threads) as pool:
            assert list(pool.map(one, starts)) == alone


def test_a_chain_a_tree_a_ring_and_a_crowd_of_dead_ends_are_folded_whole():
    chain = [(at, at + 1, 1) for at in range(60)] + [(at + 1, at, 2) for at in range(60)]
    tree = [(at, (at - 1) // 3, at) for at in range(1, 80)]
    ring = [(at, (at + 1) % 50, at) for at in range(50)]
    crowd = [(0, at, at) for at in range(1, 200)]
    for arcs in (chain, tree, ring, crowd, [], [(0, 0, 5)]):
        count = 1 + max((max(tail, head) for tail, head, _ in arcs), default=0)
        graph = graph_of(count, arcs)
        folded = reduction.reduced(*graph)
        assert (folded.kept, len(folded.tail)) == (0, 0)
        found = reduction.least_ms(reduction.weighed(folded, graph[2]), np.array([0]), np.array([7]))
        np.testing.assert_array_equal(found, scipy_ms(*graph, np.array([0]), np.array([7])))


@pytest.mark.parametrize(("between", "kept"), [(30, 0), (200, 202)])
def test_between_two_crowds_nothing_is_joined_by_a_long_search(between, kept):
    arcs = [(hub, at, at) for at in range(2, between + 2) for hub in (0, 1)]
    graph = graph_of(between + 2, arcs + [(head, tail, ms) for tail, head, ms in arcs])
    folded = reduction.reduced(*graph)
    assert folded.kept == kept
    node, ms = np.array([15]), np.array([0])
    found = reduction.least_ms(reduction.weighed(folded, graph[2]), node, ms)
    np.testing.assert_array_equal(found, scipy_ms(*graph, node, ms))


def test_what_cannot_be_searched_is_refused_before_any_is_looked_up():
    graph = graph_of(3, [(0, 1, 2**60), (1, 2, 2**60)])
    folded, node, ms = reduction.reduced(*graph), np.array([2]), np.array([0])
    with pytest.raises(GeoError, match="cannot be added up"):
        reduction.weighed(folded, graph[2])
    with pytest.raises(GeoError, match="2 arcs, 3 times"):
        reduction.weighed(folded, np.array([1, 2, 3]))
    known = reduction.weighed(folded, np.array([5, 7]))
    with pytest.raises(GeoError, match="cannot be added up"):
        reduction.least_ms(known, node, np.array([2**61]))
    with pytest.raises(GeoError, match="nodes 3 to 3"):
        reduction.least_ms(known, np.array([3]), ms)
    with pytest.raises(GeoError, match="1 nodes, 2 times"):
        reduction.least_ms(known, node, np.array([1, 2]))
    goals, of_class = Goals(np.array([0, 1]), node, ms), np.array([0])
    with pytest.raises(GeoError, match="providers 1 to 1"):
        reduction.nearest_k(known, goals, Stands(node, ms, np.array([1]), of_class), k=1, classes=1)
    with pytest.raises(GeoError, match="heads 0 to 9"):
        reduction.reduced(np.array([0, 1, 2, 2]), np.array([0, 9]), np.array([1, 1]))
    with pytest.raises(GeoError, match="places that rise from 0 to 2"):
        reduction.reduced(np.array([0, 1, 2, 5]), np.array([0, 2]), np.array([1, 1]))


@pytest.mark.parametrize("long_ms", [2**30, 2**31 - 2])
def test_joins_whose_sums_fit_no_32_bits_are_found_though_every_road_does(long_ms):
    # A ring that is driven one way, with a way out at one place: who has just passed it goes round by 39 roads.
    arcs = [(at, (at + 1) % 40, long_ms) for at in range(40)] + [(40, 0, 1), (10, 40, 1)]
    graph, node, ms = graph_of(41, arcs), np.array([40]), np.array([0])
    for most in (2, 3):
        found = reduction.least_ms(reduction.weighed(reduction.reduced(*graph, most), graph[2]), node, ms)
        np.testing.assert_array_equal(found, least_ms(inward(*graph), graph[2], node, ms))
        assert found.max() == 39 * long_ms + 1


@pytest.mark.parametrize(
    ("long_ms", "start_ms"), [(2**29, 0), (2**30, 5), (3, 2**31), (3, 2**32), (3, 2**40)]
)
@pytest.mark.parametrize("limit_ms", [None, 2**31, 2**33])
def test_ways_whose_sums_fit_no_32_bits_are_found_where_every_weight_does(long_ms, start_ms, limit_ms):
    graph = graph_of(12, [(at + 1, at, long_ms) for at in range(11)])
    node, ms = np.array([0]), np.array([start_ms])
    for most in (0, 1):
        known = reduction.weighed(reduction.reduced(*graph, most), graph[2])
        found = reduction.least_ms(known, node, ms, limit_ms)
        assert known.weight.dtype == np.uint32
        np.testing.assert_array_equal(found, least_ms(inward(*graph), graph[2], node, ms, limit_ms))


def test_nothing_is_further_for_the_one_than_for_the_other():
    assert reduction.folding.FAR == reduction.FAR

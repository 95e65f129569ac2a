from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.graphs import TIGER_STATE, synthetic, tiger_state, world_highways
from geo.errors import GeoError
from geo.milliseconds import kept
from geo.nearest import Goals, Stands, nearest_k
from geo.routing import _distances
from geo.shortest import Inward, inward, least_ms

SOURCES = 200


def graph_of(count, arcs):
    """Return arcs (tail, head, ms) as rows by tail: where each node's begin, heads, milliseconds."""
    tail, head, ms = np.array(arcs, dtype=np.int64).reshape(-1, 3).T
    order = np.argsort(tail, kind="stable")
    indptr = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=count))]).astype(np.int32)
    return indptr, head[order].astype(np.int32), ms[order]


def scipy_ms(indptr, head, arc_ms, node, ms):
    """Return each node's milliseconds by SciPy's Dijkstra from one source more that stands before all starts.

    SciPy adds parallel arcs up and drops zeros, so each pair keeps its quickest arc, and a time t is held as
    t * (N + 2) + 1: what is counted besides the time is the arcs, of which a way has no more than N + 1.
    """
    count, scale = len(indptr) - 1, len(indptr) + 1
    tail = np.repeat(np.arange(count), np.diff(indptr))
    use = arc_ms >= 0
    start = np.concatenate([head[use], np.full(len(node), count)])
    end = np.concatenate([tail[use], node])
    weight = np.concatenate([arc_ms[use], ms]).astype(float) * scale + 1.0
    order = np.lexsort((weight, end, start))
    start, end, weight = start[order], end[order], weight[order]
    first = np.ones(len(start), dtype=bool)
    first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    graph = csr_array((weight[first], (start[first], end[first])), shape=(count + 1, count + 1))
    found = dijkstra(graph, indices=count)[:count]
    assert found[np.isfinite(found)].max(initial=0.0) < 2.0**53
    return np.where(np.isfinite(found), np.where(np.isfinite(found), found, 0) // scale, -1).astype(np.int64)


weights = st.one_of(st.just(-1), st.integers(0, 3), st.integers(1, 60_000), st.integers(2**31 - 3, 2**31 + 3))


@st.composite
def graphs(draw):
    """Draw any directed graph with self-loops, parallel arcs, zeros, closed arcs and islands, and some starts."""
    count = draw(st.integers(1, 24))
    nodes = st.integers(0, count - 1)
    arcs = draw(st.lists(st.tuples(nodes, nodes, weights), max_size=80))
    starts = draw(st.lists(st.tuples(nodes, st.integers(0, 100_000)), max_size=5))
    if draw(st.integers(0, 19)) == 0:
        arcs = [(tail, head, -1) for tail, head, _ in arcs]
    node, ms = np.array(starts, dtype=np.int64).reshape(-1, 2).T
    return (*graph_of(count, arcs), node.copy(), ms.copy())


@settings(max_examples=1_000, deadline=None)
@given(graphs(), st.integers(1, 2**40))
def test_times_equal_scipy_on_any_graph_however_wide_the_windows_are(graph, middle_ms):
    indptr, head, arc_ms, node, ms = graph
    roads = inward(indptr, head, np.abs(arc_ms))
    expected = scipy_ms(indptr, head, arc_ms, node, ms)
    np.testing.assert_array_equal(least_ms(roads, arc_ms, node, ms), expected)
    np.testing.assert_array_equal(least_ms(roads, kept(arc_ms), node, ms), expected)
    other = Inward(roads.indptr, roads.tail, roads.arc, middle_ms)
    np.testing.assert_array_equal(least_ms(other, arc_ms, node, ms), expected)


@settings(max_examples=200, deadline=None)
@given(graphs(), st.integers(0, 200_000))
def test_a_limit_leaves_out_what_lies_beyond_it_and_changes_nothing_within(graph, limit):
    indptr, head, arc_ms, node, ms = graph
    roads = inward(indptr, head, np.abs(arc_ms))
    free = least_ms(roads, arc_ms, node, ms)
    np.testing.assert_array_equal(least_ms(roads, arc_ms, node, ms, limit), np.where(free <= limit, free, -1))


@settings(max_examples=200, deadline=None)
@given(graphs(), st.integers(2, 9))
def test_roads_that_take_longer_by_a_factor_lengthen_every_time_by_it(graph, factor):
    indptr, head, arc_ms, node, ms = graph
    roads = inward(indptr, head, np.abs(arc_ms))
    found = least_ms(roads, arc_ms, node, ms)
    slow = np.where(arc_ms < 0, -1, arc_ms * factor)
    np.testing.assert_array_equal(
        least_ms(roads, slow, node, ms * factor), np.where(found < 0, -1, found * factor)
    )


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_a_graph_turned_twice_is_itself(graph):
    indptr, head, arc_ms, *_ = graph
    once = inward(indptr, head, arc_ms)
    twice = inward(once.indptr, once.tail.astype(np.int32), arc_ms)
    arc = once.arc[twice.arc]
    np.testing.assert_array_equal(twice.indptr, indptr)
    np.testing.assert_array_equal(head[arc], twice.tail)
    np.testing.assert_array_equal(np.sort(arc), np.arange(len(head)))
    tail = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    np.testing.assert_array_equal(tail[arc], tail)


@settings(max_examples=200, deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_closing_an_arc_helps_nobody_and_opening_it_restores_all(graph, chance):
    indptr, head, arc_ms, node, ms = graph
    roads = inward(indptr, head, np.abs(arc_ms))
    before = least_ms(roads, arc_ms, node, ms)
    closed = arc_ms.copy()
    closed[[at for at in range(len(arc_ms)) if chance.random() < 0.3]] = -1
    after = least_ms(roads, closed, node, ms)
    assert ((after < 0) | ((before >= 0) & (after >= before))).all()
    np.testing.assert_array_equal(least_ms(roads, arc_ms, node, ms), before)


@settings(max_examples=200, deadline=None)
@given(graphs(), st.integers(0, 23), st.integers(0, 23))
def test_a_search_against_the_traffic_is_one_with_it_on_the_turned_graph(graph, one, other):
    indptr, head, arc_ms, *_ = graph
    count = len(indptr) - 1
    start, goal, zero = np.array([one % count]), np.array([other % count]), np.array([0])
    roads = inward(indptr, head, np.abs(arc_ms))
    turned = inward(roads.indptr, roads.tail.astype(np.int32), np.abs(arc_ms))
    against = least_ms(roads, arc_ms, goal, zero)[start]
    with_it = least_ms(turned, arc_ms[roads.arc], start, zero)[goal]
    np.testing.assert_array_equal(against, with_it)


@settings(max_examples=200, deadline=None)
@given(graphs(), st.lists(st.integers(0, 4), max_size=12), st.integers(0, 150_000))
def test_a_start_given_twice_counts_by_its_least_and_one_beyond_the_limit_not_at_all(graph, again, limit):
    indptr, head, arc_ms, node, ms = graph
    roads = inward(indptr, head, np.abs(arc_ms))
    twice = np.array([at % len(node) for at in again] if len(node) else [], dtype=np.int64)
    nodes, times = np.concatenate([node, node[twice]]), np.concatenate([ms, ms[twice] + 7])
    np.testing.assert_array_equal(least_ms(roads, arc_ms, nodes, times), least_ms(roads, arc_ms, node, ms))
    near = ms <= limit
    np.testing.assert_array_equal(
        least_ms(roads, arc_ms, node, ms, limit), least_ms(roads, arc_ms, node[near], ms[near], limit)
    )


@pytest.mark.parametrize("values", [np.array([1.5]), np.array([np.nan]), np.array([True]), np.array([[1]])])
def test_what_is_no_row_of_whole_numbers_is_refused_in_a_sentence(values):
    roads, one, zero = inward(*graph_of(2, [(0, 1, 4)])), np.array([1]), np.array([0])
    for given_ in ((values, one, zero), (one, values, zero), (one, one, values)):
        with pytest.raises(GeoError, match="cannot use these numbers"):
            least_ms(roads, *given_)


def test_numbers_that_fit_no_64_bits_and_rows_that_contradict_the_arcs_are_refused():
    indptr, head, arc_ms = graph_of(2, [(0, 1, 4)])
    roads, one, zero = inward(indptr, head, arc_ms), np.array([1]), np.array([0])
    with pytest.raises(GeoError, match="18,446,744,073,709,551,615"):
        least_ms(roads, np.array([2**64 - 1], dtype=np.uint64), one, zero)
    with pytest.raises(GeoError, match="rows that begin at"):
        inward(np.array([0, 2, 1]), head, arc_ms)
    with pytest.raises(GeoError, match="heads 2 to 2"):
        inward(indptr, head + 1, arc_ms)
    with pytest.raises(GeoError, match="2,147,483,648"):
        inward(indptr, head.astype(np.int64) + 2**31 - 1, arc_ms)


def test_a_network_without_nodes_and_one_without_arcs_are_searched():
    nothing = np.array([], dtype=np.int64)
    assert len(least_ms(inward(np.array([0]), nothing, nothing), nothing, nothing, nothing)) == 0
    alone = inward(np.array([0, 0]), nothing, nothing)
    assert least_ms(alone, nothing, np.array([0, 0]), np.array([9, 5])).tolist() == [5]
    assert least_ms(alone, nothing, nothing, nothing).tolist() == [-1]


def same_as_scipy(network, closed_share):
    """Compare a network's times to many starts, some of its arcs closed and some slowed, with SciPy's."""
    rng = np.random.default_rng(2011)
    node = np.sort(rng.choice(len(network.lon), SOURCES, replace=False)).astype(np.int64)
    ms = rng.integers(0, 600_000, SOURCES)
    arc_ms = network.arc_ms.copy()
    arc_ms[rng.random(len(arc_ms)) < closed_share] *= 7
    arc_ms[rng.random(len(arc_ms)) < closed_share] = -1
    found = _distances(network, arc_ms, node, ms)
    np.testing.assert_array_equal(found, scipy_ms(network.indptr, network.head, arc_ms, node, ms))
    return found


@pytest.mark.parametrize("closed_share", [0.0, 0.01, 0.3])
def test_times_equal_scipy_on_the_shipped_network(shipped, closed_share):
    found = same_as_scipy(shipped, closed_share)
    assert (found < 0).any() == (closed_share > 0.0)


def test_times_equal_scipy_on_a_made_network():
    same_as_scipy(synthetic(20_000), 0.01)


@pytest.mark.shared
def test_times_equal_scipy_on_the_tiger_state_network():
    assert TIGER_STATE.is_file()
    same_as_scipy(tiger_state(), 0.01)


@pytest.mark.shared
def test_times_equal_scipy_on_the_world_highways():
    same_as_scipy(world_highways(), 0.01)


def test_a_few_roads_that_take_a_million_times_as_long_change_no_other_time():
    network = synthetic(20_000)
    rng = np.random.default_rng(5)
    arc_ms = network.arc_ms.astype(np.int64)
    arc_ms[rng.random(len(arc_ms)) < 0.3] *= 1_000_000
    start = np.array([3]), np.array([0])
    np.testing.assert_array_equal(
        least_ms(network.inward, arc_ms, *start), scipy_ms(network.indptr, network.head, arc_ms, *start)
    )


def test_times_that_cannot_be_added_up_are_refused():
    indptr, head, arc_ms = graph_of(3, [(0, 1, 2**60), (1, 2, 2**60)])
    roads = inward(indptr, head, arc_ms)
    with pytest.raises(GeoError, match="cannot be added up"):
        least_ms(roads, arc_ms, np.array([2]), np.array([0]))
    small = np.array([5, 7])
    with pytest.raises(GeoError, match="cannot be added up"):
        least_ms(roads, small, np.array([2]), np.array([2**61]))
    with pytest.raises(GeoError, match="cannot be added up"):
        least_ms(roads, small, np.array([2]), np.array([-1]))
    assert least_ms(roads, np.array([2**59, 2**59]), np.array([2]), np.array([0])).tolist() == [
        2**60,
        2**59,
        0,
    ]


def test_a_node_or_an_arc_that_is_not_there_is_refused_before_any_is_looked_up():
    indptr, head, arc_ms = graph_of(2, [(0, 1, 4)])
    roads = inward(indptr, head, arc_ms)
    for node in (-1, 2):
        with pytest.raises(GeoError, match=f"nodes {node} to {node}. Wanted: numbers of 2"):
            least_ms(roads, arc_ms, np.array([node]), np.array([0]))
    with pytest.raises(GeoError, match="1 arcs, 2 times"):
        least_ms(roads, np.array([4, 4]), np.array([0]), np.array([0]))


def test_providers_and_targets_that_are_not_there_are_refused_before_any_is_looked_up():
    indptr, head, arc_ms = graph_of(2, [(0, 1, 4), (1, 0, 4)])
    zero, goals = np.zeros(1, dtype=np.int64), Goals(np.array([0, 1]), np.array([0]), np.array([0]))

    def ask(goals=goals, stands=Stands(zero, zero, zero, zero), k=1, classes=1):  # noqa: B008 - never written to
        return nearest_k(inward(indptr, head, arc_ms), arc_ms, goals, stands, k=k, classes=classes)

    assert ask().ms.tolist() == [[[0]]]
    one, two = zero + 1, np.zeros(2, dtype=np.int64)
    beyond = [
        {"k": 0},
        {"classes": 0},
        {"goals": Goals(np.array([0, 2]), np.array([0]), np.array([0]))},
        {"goals": Goals(np.array([0, 1]), np.array([2]), np.array([0]))},
        {"stands": Stands(one + 1, zero, zero, zero)},
        {"stands": Stands(zero, zero - 1, zero, zero)},
        {"stands": Stands(zero, zero, one, zero)},
        {"stands": Stands(zero, zero, zero, one)},
        {"stands": Stands(two, zero, zero, zero)},
    ]
    for case in beyond:
        with pytest.raises(GeoError):
            ask(**case)


def test_threads_find_the_same_times_as_one(shipped):
    arc_ms = shipped.arc_ms
    starts = np.random.default_rng(7).integers(0, len(shipped.lon), (24, 5))
    zero = np.zeros(5, dtype=np.int64)

    def one(node):
        return least_ms(shipped.inward, arc_ms, node, zero)

    alone = [one(node) for node in starts]
    for threads in (1, 2, 8):
        with ThreadPoolExecutor(threads) as pool:
            together = list(pool.map(one, starts))
        assert [times.tobytes() for times in together] == [times.tobytes() for times in alone]


def by_hand(roads, arc_ms, goals, stands, k, classes, limit):
    """Return the k nearest of each class by one whole search a target, all providers sorted by time and number."""
    targets = len(goals.start) - 1
    provider, found_ms = np.full((targets, classes, k), -1), np.full((targets, classes, k), -1)
    for target in range(targets):
        some = slice(goals.start[target], goals.start[target + 1])
        least = least_ms(roads, arc_ms, goals.node[some], goals.ms[some])
        best = {}
        for node, lead, who in zip(stands.node, stands.ms, stands.provider, strict=True):
            if least[node] >= 0 and (limit is None or least[node] + lead <= limit):
                best[int(who)] = min(best.get(int(who), 2**62), int(least[node] + lead))
        for c in range(classes):
            ranked = sorted((ms, who) for who, ms in best.items() if stands.of_class[who] == c)[:k]
            for place, (ms, who) in enumerate(ranked):
                provider[target, c, place], found_ms[target, c, place] = who, ms
    return provider, found_ms


def draw_case(rng, count, targets, providers, classes, longest_lead):
    """Return targets of up to three nodes each, and providers at one or two nodes each, several at some nodes."""
    size = rng.integers(0, 4, targets)
    goals = Goals(
        np.concatenate([[0], np.cumsum(size)]),
        rng.integers(0, count, size.sum()),
        rng.integers(0, 50, size.sum()),
    )
    who = np.concatenate([np.arange(providers), rng.integers(0, providers, providers // 2)]).astype(np.int32)
    stands = Stands(
        rng.integers(0, count, len(who)),
        rng.integers(0, longest_lead, len(who)),
        who,
        rng.integers(0, classes, providers).astype(np.int32),
    )
    return goals, stands


@settings(max_examples=300, deadline=None)
@given(graphs(), st.integers(0, 2**32 - 1), st.integers(1, 4), st.one_of(st.none(), st.integers(0, 80_000)))
def test_the_nearest_of_each_class_equal_those_of_whole_searches(graph, seed, k, limit):
    indptr, head, arc_ms, _, _ = graph
    arc_ms = np.where(arc_ms > 60_000, 60_000, arc_ms)
    roads = inward(indptr, head, np.abs(arc_ms))
    rng = np.random.default_rng(seed)
    goals, stands = draw_case(
        rng, len(indptr) - 1, 3, int(rng.integers(1, 12)), 3, int(rng.choice([1, 100, 90_000]))
    )
    found = nearest_k(roads, arc_ms, goals, stands, k=k, classes=3, limit_ms=limit)
    provider, ms = by_hand(roads, arc_ms, goals, stands, k, 3, limit)
    np.testing.assert_array_equal(found.ms, ms)
    np.testing.assert_array_equal(found.provider, provider)


def test_the_nearest_on_the_shipped_network_equal_those_of_whole_searches_on_any_number_of_threads(shipped):
    rng = np.random.default_rng(3)
    arc_ms = shipped.arc_ms.copy()
    arc_ms[rng.random(len(arc_ms)) < 0.02] = -1
    goals, stands = draw_case(rng, len(shipped.lon), 30, 400, 16, 900_000)
    found = nearest_k(shipped.inward, arc_ms, goals, stands, k=5, classes=16)
    provider, ms = by_hand(shipped.inward, arc_ms, goals, stands, 5, 16, None)
    np.testing.assert_array_equal(found.provider, provider)
    np.testing.assert_array_equal(found.ms, ms)

    def again(_):
        return nearest_k(shipped.inward, arc_ms, goals, stands, k=5, classes=16)

    with ThreadPoolExecutor(4) as pool:
        for other in pool.map(again, range(8)):
            assert other.provider.tobytes() == found.provider.tobytes()
            assert other.ms.tobytes() == found.ms.tobytes()


def test_providers_as_far_as_each_other_stand_by_their_number():
    indptr, head, arc_ms = graph_of(3, [(0, 2, 5), (1, 2, 5), (2, 0, 5), (2, 1, 5)])
    stands = Stands(
        np.array([1, 0, 0, 1]),
        np.zeros(4, dtype=np.int64),
        np.array([3, 1, 2, 0]),
        np.zeros(4, dtype=np.int32),
    )
    goals = Goals(np.array([0, 1]), np.array([2]), np.array([0]))
    found = nearest_k(inward(indptr, head, arc_ms), arc_ms, goals, stands, k=3, classes=1)
    assert (found.provider.tolist(), found.ms.tolist()) == ([[[0, 1, 2]]], [[[5, 5, 5]]])

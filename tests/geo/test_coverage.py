"""The nearest providers of every class: by hand, against searches for each place, and against SciPy."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.graphs import synthetic
from geo import coverage_kernels, engines
from geo.areas import area_from_circle
from geo.closures import Closure, close, open_roads
from geo.coverage import edges_driven, every_ms, first_ms, nearest_providers
from geo.coverage_kernels import FAR
from geo.errors import GeoError
from geo.routing import search
from geo.snapping import Snaps, access_ms

NOW = datetime(2026, 5, 22, tzinfo=UTC)
CLASSES, K = 3, 4


def columns(places):
    """Return where places are: edge, offset, access."""
    return places.edge, places.offset_m, places.access_m


def joined(*places):
    """Return several places as one."""
    return Snaps(*(np.concatenate(parts) for parts in zip(*map(columns, places), strict=True)))


def test_a_place_counts_by_either_end_of_its_edge_or_straight_along_it(hand):
    # 50 ms a metre; the access leg is 117 ms a metre. The target stands 3 km after B on the road to C.
    target = hand.place("BC", 3_000.0, 10.0)
    providers = joined(
        hand.place("BC", 1_000.0),  # straight ahead: 2 km
        hand.place("BC", 8_000.0, 100.0),  # straight back: 5 km
        hand.place("AB", 7_000.0),  # by B: 1 + 3 km
        hand.place("CD", 1_000.0),  # one way, away from C: by D and E, 7 + 12 + 10 + 5 km
    )
    found = nearest_providers(
        open_roads(hand.network), target, providers, np.array([0, 1, 0, 1]), k=3, classes=3
    )
    assert found.provider.tolist() == [[[0, 2, -1], [1, 3, -1], [-1, -1, -1]]]
    legs = [10 * 117, 110 * 117]
    assert found.ms.tolist() == [
        [
            [100_000 + legs[0], 200_000 + legs[0], -1],
            [250_000 + legs[1], 34_000 * 50 + legs[0], -1],
            [-1, -1, -1],
        ]
    ]


def test_a_limit_counts_both_access_legs(hand):
    target, provider = hand.place("BC", 3_000.0, 10.0), hand.place("BC", 1_000.0, 10.0)
    roads, whole_ms = open_roads(hand.network), 100_000 + 20 * 117

    def within(limit_ms):
        found = nearest_providers(roads, target, provider, np.array([0]), k=1, classes=1, limit_ms=limit_ms)
        return found.ms.ravel().tolist()

    assert within(whole_ms) == [whole_ms]
    assert within(whole_ms - 1) == [-1]


def test_who_is_cut_off_without_a_road_or_at_a_blocked_place_is_not_found(hand):
    nowhere = Snaps(np.array([-1], dtype=np.int32), np.zeros(1), np.full(1, np.nan))
    targets = joined(hand.place("BC", 3_000.0), nowhere)
    providers = joined(nowhere, hand.place("BC", 1_000.0))
    one = nearest_providers(open_roads(hand.network), targets, providers, np.array([0, 0]), k=2, classes=1)
    assert one.provider.tolist() == [[[1, -1]], [[-1, -1]]]
    line = hand.network.lines(targets.edge[:1])[0]
    at = line.interpolate(3 / 8, normalized=True).buffer(0.002)
    blocked = close(hand.network, [Closure("c", "blocked", shapely.MultiPolygon([at]))], NOW)
    shut = nearest_providers(blocked, targets, providers, np.array([0, 0]), k=2, classes=1)
    assert (shut.provider == -1).all()
    assert (shut.ms == -1).all()


def test_classes_that_do_not_fit_the_providers_are_refused(hand):
    place, roads = hand.place("BC", 3_000.0), open_roads(hand.network)
    with pytest.raises(GeoError, match="1 providers, 2 classes"):
        nearest_providers(roads, place, place, np.array([0, 0]), k=1, classes=1)
    with pytest.raises(GeoError, match="classes 1 to 1"):
        nearest_providers(roads, place, place, np.array([1]), k=1, classes=1)
    with pytest.raises(GeoError, match="how many"):
        nearest_providers(roads, place, place, np.array([0]), k=0, classes=1)


def places(network, rng, count, edges):
    """Return places on a few edges, some at their very ends, some without a road, each with an access leg."""
    edge = rng.choice(edges, count).astype(np.int32)
    share = rng.choice([0.0, 1.0, 0.5, *rng.random(6)], count)
    offset_m = share * network.edge_length_m[edge]
    edge[rng.random(count) < 0.03] = -1
    access_m = np.where(edge >= 0, rng.uniform(0.0, 900.0, count).round(3), np.nan)
    return Snaps(edge, np.where(edge >= 0, offset_m, 0.0), access_m)


def case(network, seed):
    """Return roads with closures, targets and providers that often share an edge, and the providers' classes."""
    rng = np.random.default_rng([2011, seed])
    edges = rng.choice(len(network.edge_tail), 40)
    closures = []
    for key in range(int(rng.integers(0, 6))):
        middle = network.lines(edges[key : key + 1])[0].interpolate(rng.random(), normalized=True)
        ground = shapely.MultiPolygon([middle.buffer(float(rng.uniform(0.0005, 0.05)))])
        slowed = rng.random() < 0.4
        closures.append(
            Closure(str(key), "slowed", ground, factor=3.7)
            if slowed
            else Closure(str(key), "blocked", ground)
        )
    providers = places(network, rng, 120, edges)
    return (
        close(network, closures, NOW),
        places(network, rng, 12, edges),
        providers,
        rng.integers(0, CLASSES, 120),
    )


def ranked(total_ms, of_class, limit_ms):
    """Return the providers and times of each class for one target, sorted by hand."""
    found = []
    for c in range(CLASSES):
        near = sorted(
            (ms, who) for who, ms in enumerate(total_ms) if of_class[who] == c and 0 <= ms <= limit_ms
        )
        found.append(near[:K] + [(-1, -1)] * (K - len(near[:K])))
    return found


def same(found, target, expected):
    assert [
        list(zip(*pair, strict=True))
        for pair in zip(found.ms[target].tolist(), found.provider[target].tolist(), strict=True)
    ] == expected


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("reduce", [False, True])
def test_the_nearest_are_those_whom_a_search_for_each_place_finds(shipped, seed, reduce, monkeypatch):
    closed, targets, providers, of_class = case(shipped, seed)
    if reduce:
        monkeypatch.setattr(engines, "NODES_A_STAND", 0)
        monkeypatch.setattr(engines, "REDUCED_FROM", 0)
    limit_ms = 2**50 if seed % 2 else 1_500_000
    found = nearest_providers(
        closed,
        targets,
        providers,
        of_class,
        k=K,
        classes=CLASSES,
        limit_ms=limit_ms if seed % 2 == 0 else None,
    )
    somewhere = area_from_circle(-94.5, 37.1, 10.0)
    for target in range(len(targets.edge)):
        if targets.edge[target] < 0:
            assert (found.ms[target] == -1).all()
            continue
        site = targets.some(slice(target, target + 1))
        totals = search(shipped, somewhere, closed, site=site).totals(providers)
        same(found, target, ranked(totals.tolist(), of_class, limit_ms))


class Oracle:
    """Every place as a node of its own, written apart from geo: nodes, then providers, then targets.

    A leg is the edge's time by its share, what closures slow counted so many times, rounded once.
    """

    def __init__(self, closed, targets, providers):
        self.network, self.nodes = closed.network, len(closed.network.lon)
        self.closed, self.targets, self.providers = closed, targets, providers
        self.first_target, self.arcs = self.nodes + len(providers.edge), {}
        network, some = closed.network, closed.obstacles.stretches
        self.barriers = {}
        for edge, *stretch in zip(some.edge, some.from_m, some.to_m, closed.obstacles.factor, strict=True):
            self.barriers.setdefault(int(edge), []).append(stretch)
        arcs = zip(network.arc_edge.tolist(), network.arc_forward.tolist(), strict=True)
        self.ways = set(arcs)

    def leg_ms(self, edge, from_m, to_m):
        low, high = min(from_m, to_m), max(from_m, to_m)
        metres = high - low
        for begin, end, factor in self.barriers.get(edge, ()):
            over = min(high, end) - max(low, begin)
            if over > 0.001 and np.isinf(factor):
                return None
            if over > 0.0 and np.isfinite(factor):
                metres += over * (factor - 1.0)
        return int(
            np.floor(metres / self.network.edge_length_m[edge] * self.network.edge_ms[edge] + 0.500001)
        )

    def add(self, start, end, ms, *, way):
        if way and ms is not None:
            self.arcs[start, end] = min(ms, self.arcs.get((start, end), ms))

    def totals(self):
        """Return the milliseconds from each provider to each target, (T, P), -1 for none."""
        network = self.network
        for arc, ms in enumerate(self.closed.arc_ms.tolist()):
            self.add(int(network.arc_tail[arc]), int(network.head[arc]), ms, way=ms >= 0)
        for who in np.flatnonzero(self.providers.edge >= 0).tolist():
            self.leave(who)
        for target in np.flatnonzero(self.targets.edge >= 0).tolist():
            self.arrive(target)
        pairs = np.array(list(self.arcs))
        ms = np.array(list(self.arcs.values()), dtype=float) * 1024.0 + 1.0  # SciPy takes 0 for no arc
        size = self.first_target + len(self.targets.edge)
        graph = csr_array((ms, (pairs[:, 1], pairs[:, 0])), shape=(size, size))
        found = dijkstra(graph, indices=np.arange(self.first_target, size))[:, self.nodes : self.first_target]
        reached = np.isfinite(found)
        legs = access_ms(self.targets.access_m)[:, None] + access_ms(self.providers.access_m)[None, :]
        return np.where(reached, np.where(reached, found, 0.0) // 1024.0 + legs, -1).astype(np.int64)

    def ends(self, edge):
        return (
            int(self.network.edge_tail[edge]),
            int(self.network.edge_head[edge]),
            self.network.edge_length_m[edge],
        )

    def leave(self, who):
        edge, at = int(self.providers.edge[who]), float(self.providers.offset_m[who])
        tail, head, length = self.ends(edge)
        self.add(self.nodes + who, head, self.leg_ms(edge, at, length), way=(edge, True) in self.ways)
        self.add(self.nodes + who, tail, self.leg_ms(edge, at, 0.0), way=(edge, False) in self.ways)

    def arrive(self, target):
        goal, edge, at = (
            self.first_target + target,
            int(self.targets.edge[target]),
            float(self.targets.offset_m[target]),
        )
        if any(low <= at <= high and np.isinf(factor) for low, high, factor in self.barriers.get(edge, ())):
            return
        tail, head, length = self.ends(edge)
        self.add(tail, goal, 0, way=at == 0.0)
        self.add(head, goal, 0, way=at == length)
        self.add(tail, goal, self.leg_ms(edge, 0.0, at), way=(edge, True) in self.ways)
        self.add(head, goal, self.leg_ms(edge, length, at), way=(edge, False) in self.ways)
        for who in np.flatnonzero(self.providers.edge == edge).tolist():
            here = float(self.providers.offset_m[who])
            way = at == here or (edge, at > here) in self.ways
            self.add(self.nodes + who, goal, self.leg_ms(edge, here, at), way=way)


@pytest.mark.parametrize("seed", range(6))
def test_the_nearest_are_those_whom_scipy_finds_with_every_place_as_a_node(seed):
    network = synthetic(600)
    closed, targets, providers, of_class = case(network, 100 + seed)
    found = nearest_providers(closed, targets, providers, of_class, k=K, classes=CLASSES)
    for target, totals in enumerate(Oracle(closed, targets, providers).totals().tolist()):
        same(found, target, ranked(totals, of_class, 2**50))


def test_nobody_drives_straight_back_on_a_road_that_leads_one_way(hand):
    # CD leads from C to D: 1 km on is 1 km; 1 km back is by D, E and C, 6 + 12 + 10 + 1 km.
    roads, middle = open_roads(hand.network), hand.place("CD", 2_000.0)
    on = nearest_providers(roads, hand.place("CD", 3_000.0), middle, np.array([0]), k=1, classes=1)
    back = nearest_providers(roads, hand.place("CD", 1_000.0), middle, np.array([0]), k=1, classes=1)
    assert (on.ms.ravel().tolist(), back.ms.ravel().tolist()) == ([50_000], [29_000 * 50])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("reduce", [False, True])
def test_every_provider_is_as_far_as_scipy_finds_whichever_side_is_searched_from(seed, reduce, monkeypatch):
    network = synthetic(600)
    closed, targets, providers, _ = case(network, 200 + seed)
    if reduce:
        monkeypatch.setattr(engines, "REDUCED_FROM", 0)
    totals = Oracle(closed, targets, providers).totals()
    found = every_ms(closed, targets, providers)
    assert np.where(found >= FAR, -1, found).tolist() == totals.tolist()
    # Fewer providers than targets: the search goes the other way.
    few = providers.some(slice(5))
    many = joined(targets, providers.some(slice(5, 60)))
    there = every_ms(closed, many, few)
    assert np.where(there[:12] >= FAR, -1, there[:12]).tolist() == totals[:, :5].tolist()


@pytest.mark.parametrize("count", [0, 1, 31, 32, 33, 200, 1_000])
def test_what_nine_in_ten_have_is_found_as_by_sorting(count):
    rng = np.random.default_rng(count)
    for kinds in (3, 20, 10**9):
        for heaviest in (1, 5, 10**6):
            values = rng.choice([*rng.integers(-kinds, kinds, kinds % 50 + 1), FAR], count)
            weights = rng.integers(0, heaviest, count)
            order = np.argsort(values, kind="stable")
            enough = 10 * np.cumsum(weights[order]) >= 9 * weights.sum()
            expected = int(values[order][enough][0]) if enough.any() else FAR
            assert coverage_kernels.least_for_most(values, weights, weights.sum()) == expected


def test_units_and_scores_are_those_of_plain_sums():
    rng = np.random.default_rng(2011)
    points, ways, start = 40, 30, np.array([0, 25, 25, 70])
    ms = rng.choice([*range(0, 100, 5), FAR], (ways, points))
    member = (rng.integers(0, ways, 70), rng.integers(0, 30, 70), np.zeros(70, dtype=np.int64))
    counts, units = rng.random(70) < 0.7, rng.integers(1, 9, 70)
    people, limits, weights = (
        rng.integers(0, 900, points),
        np.array([20, 45, 90]),
        np.array([1.0, 0.68, 0.22]),
    )
    held = np.zeros((3, 3, points), dtype=np.int64)
    score, expected_score = np.zeros((3, points)), np.zeros((3, points))
    coverage_kernels.units_within(ms, (*member, counts), start, units, limits, held)
    coverage_kernels.scores(ms, (*member, counts), (start, units), people, (limits, weights), score)
    expected = np.zeros_like(held)
    for at in np.flatnonzero(counts).tolist():
        group = np.searchsorted(start, at, side="right") - 1
        band = np.searchsorted(limits, ms[member[0][at]] + member[1][at])
        expected[group] += units[at] * (band <= np.arange(3)[:, None])
        share = np.append(weights, 0.0)[band]
        asked = sum((people * share).tolist())
        expected_score[group] += units[at] / asked * share if asked else 0.0
    assert held.tolist() == expected.tolist()
    assert score.tobytes() == expected_score.tobytes()


@pytest.mark.parametrize("seed", range(6))
def test_the_first_of_all_is_the_least_of_every_one(shipped, seed):
    closed, targets, providers, _ = case(shipped if seed % 2 else synthetic(600), 400 + seed)
    ready_ms = np.random.default_rng(seed).integers(0, 2_000_000, len(providers.edge))
    for some in (slice(None), slice(3), slice(0)):
        few = providers.some(some)
        every = np.minimum(every_ms(closed, targets, few) + ready_ms[some], FAR)
        assert (
            first_ms(closed, targets, few, ready_ms[some]).tolist() == every.min(axis=1, initial=FAR).tolist()
        )
    with pytest.raises(GeoError):
        first_ms(closed, targets, providers, ready_ms[1:])


def test_a_way_has_its_edges_by_hand(hand):
    target, roads = hand.place("BC", 3_000.0, 10.0), open_roads(hand.network)
    edge = hand.edge
    # One way from C to D: from D the way leads by E.
    whole, ends = edges_driven(roads, target, hand.place("CD", 1_000.0))
    assert [hand.network.names[hand.network.edge_name[at]] for at in whole] == ["DE", "CE"]
    assert sorted(ends) == sorted([edge["CD"], edge["BC"]])
    assert edges_driven(roads, target, hand.place("BC", 1_000.0)) == ([], [edge["BC"]])
    nowhere = Snaps(np.array([-1], dtype=np.int32), np.zeros(1), np.full(1, np.nan))
    assert edges_driven(roads, target, nowhere) == ([], [])
    assert edges_driven(roads, nowhere, target) == ([], [])


@pytest.mark.parametrize("seed", range(4))
def test_a_way_of_whole_edges_takes_what_the_matrix_says(shipped, seed):
    closed, targets, providers, _ = case(shipped, 300 + seed)
    every = every_ms(closed, targets, providers)
    tried = 0
    for target, provider in np.argwhere(every < FAR)[:: max(1, len(np.argwhere(every < FAR)) // 20)].tolist():
        one = targets.some(slice(target, target + 1))
        other = providers.some(slice(provider, provider + 1))
        whole, _ = edges_driven(closed, one, other)
        arc = (
            np.concatenate([shipped.forward_arc[whole], shipped.backward_arc[whole]])
            if whole
            else np.empty(0, int)
        )
        whole_ms = sum(
            max(closed.arc_ms[shipped.forward_arc[e]], closed.arc_ms[shipped.backward_arc[e]]) for e in whole
        )
        assert whole_ms <= every[target, provider]
        assert len(set(whole)) == len(whole)
        tried += bool(len(arc))
    assert tried

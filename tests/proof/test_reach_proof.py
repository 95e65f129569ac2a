"""When half and nine tenths of an area are reached, against SciPy on roads cut into pieces of ten metres.

The oracle shares with `geo.reach` the network's arrays, the polygons, and the rules of docs/travel-time.md. Each road in
the area is a row of places ten metres apart, once for each direction in which it may be driven, and SciPy finds the way
to every one of them. A piece is reached some time between the moment someone stands at an end of it and the moment that
one has driven through it: the truth lies between the two.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.closures import close
from geo.network import RoadNetwork
from geo.reach import reach
from geo.routing import search
from geo.snapping import Snaps
from tests.proof.test_routing_proof import Oracle, random_case, tiger

__all__ = ["tiger"]

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2011, 5, 22, 23, tzinfo=UTC)
PIECE_M = 10.0
CASES, BATCH, PLACES = 120, 10, 12
ROUNDING_MS = 2.0
BATCHES = [
    pytest.param(first, id=f"{first}-{first + BATCH - 1}", marks=[pytest.mark.proof] if first else [])
    for first in range(0, CASES, BATCH)
]


class Pieces:
    """A graph of the roads, the places asked about, and a row of points for each direction of each stretch."""

    def __init__(self, oracle, snaps):
        self.oracle, self.network = oracle, oracle.network
        self.tail, self.head, self.ms = [], [], []
        self.count = len(self.network.lon) + len(snaps.edge)
        self.metres, self.crossing, self.ahead, self.back = [], [], [], []
        ways = defaultdict(set)
        for edge, forward in zip(
            self.network.arc_edge.tolist(), self.network.arc_forward.tolist(), strict=True
        ):
            ways[edge].add(forward)
        on_edge = defaultdict(list)
        for i, (edge, at_m) in enumerate(zip(snaps.edge.tolist(), snaps.offset_m.tolist(), strict=True)):
            on_edge[edge].append((len(self.network.lon) + i, at_m))
        for tail, head, edge in zip(
            self.network.arc_tail.tolist(),
            self.network.head.tolist(),
            self.network.arc_edge.tolist(),
            strict=True,
        ):
            self.arc(tail, head, oracle.whole(edge))
        for edge, here in on_edge.items():
            for node, at_m in here:
                self.leave(edge, node, at_m, ways[edge])
        for edge, stretches in oracle.targets.items():
            for low, high, _ in stretches:
                self.stretch(edge, low, high, ways[edge], on_edge[edge])

    def arc(self, tail, head, ms):
        if ms is not None:
            self.tail.append(tail)
            self.head.append(head)
            self.ms.append(max(ms, 1e-6))

    def leave(self, edge, node, at_m, ways):
        if True in ways:
            head = int(self.network.edge_head[edge])
            self.arc(node, head, self.oracle.cost(edge, at_m, self.oracle.length[edge]))
        if False in ways:
            self.arc(node, int(self.network.edge_tail[edge]), self.oracle.cost(edge, 0.0, at_m))

    def stretch(self, edge, low, high, ways, here):
        """Add a stretch as two rows of points, each begun from its end of the road and from who stands on it."""
        marks = np.arange(low, high, PIECE_M)[1:].tolist()
        obstacles = [m for f, t, _ in self.oracle.obstacles[edge] for m in (f, t)]
        stops = [at_m for _, at_m in here]
        inner = {m for m in (*marks, *obstacles, *stops) if low < m < high}
        marks = np.array([low, *sorted(inner), high])
        crossing = self.cost_of(edge, marks)
        rows = {}
        for forward in (True, False):
            first = self.count
            self.count += len(marks)
            rows[forward] = first
            if forward not in ways:
                continue
            points = np.arange(first, first + len(marks))
            points = points if forward else points[::-1]
            costs = crossing if forward else crossing[::-1]
            self.tail += points[:-1].tolist()
            self.head += points[1:].tolist()
            self.ms += costs.tolist()
            self.enter(edge, low, high, forward, first, len(marks))
            for node, at_m in here:
                at = int(np.searchsorted(marks, at_m))
                if low <= at_m <= high:
                    self.arc(node, first + at, 0.0)
                elif (at_m < low) == forward:
                    begin = low if forward else high
                    point = first if forward else first + len(marks) - 1
                    self.arc(node, point, self.oracle.exact(edge, at_m, begin))
        self.metres += np.diff(marks).tolist()
        self.crossing += crossing.tolist()
        pieces = np.arange(len(marks) - 1)
        self.ahead += (rows[True] + pieces if True in ways else np.full(len(pieces), -1)).tolist()
        self.back += (rows[False] + pieces + 1 if False in ways else np.full(len(pieces), -1)).tolist()

    def enter(self, edge, low, high, forward, first, count):
        if forward:
            self.arc(int(self.network.edge_tail[edge]), first, self.oracle.exact(edge, 0.0, low))
        else:
            end = first + count - 1
            cost = self.oracle.exact(edge, high, self.oracle.length[edge])
            self.arc(int(self.network.edge_head[edge]), end, cost)

    def cost_of(self, edge, marks):
        """Return the milliseconds of each piece between marks."""
        if not self.oracle.obstacles[edge]:
            return np.diff(marks) / self.oracle.length[edge] * self.oracle.ms[edge]
        pairs = zip(marks[:-1].tolist(), marks[1:].tolist(), strict=True)
        return np.array([self.oracle.exact(edge, begin, end) for begin, end in pairs])

    def between(self, snaps):
        """Return for each place the least and the greatest milliseconds that half and nine tenths can take."""
        tail, head, ms = np.array(self.tail), np.array(self.head), np.array(self.ms, dtype=float)
        order = np.lexsort((ms, tail, head))
        tail, head, ms = tail[order], head[order], ms[order]
        keep = np.concatenate([[True], (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])])
        graph = csr_array((ms[keep], (tail[keep], head[keep])), shape=(self.count, self.count))
        metres, crossing = np.array(self.metres), np.array(self.crossing)
        ahead, back = np.array(self.ahead), np.array(self.back)
        for i in range(len(snaps.edge)):
            away = np.append(dijkstra(graph, indices=len(self.network.lon) + i), np.inf)
            begin = np.minimum(away[ahead], away[back])
            yield [
                (first_ms(begin, metres, share), first_ms(begin + crossing, metres, share))
                for share in (0.5, 0.9)
            ]


def first_ms(at_ms, metres, share):
    order = np.argsort(at_ms, kind="stable")
    reached = np.cumsum(metres[order])
    return at_ms[order][np.searchsorted(reached, share * metres.sum() * (1 - 1e-9))]


def check(network, number):
    """Compare one case; return what it covered."""
    area, closures, snaps, rng = random_case(network, number)
    found = search(network, area, close(network, closures, NOW))
    if not found.road_inside:
        return {}
    placed = np.flatnonzero(snaps.edge >= 0)
    some = rng.choice(placed, min(PLACES - 3, len(placed)), replace=False)
    stretches = found.target.stretches
    stand = rng.integers(0, len(stretches), 3)
    at_m = stretches.from_m[stand] + (stretches.to_m - stretches.from_m)[stand] * rng.uniform(0, 1, 3)
    chosen = Snaps(
        np.concatenate([snaps.edge[some], stretches.edge[stand]]).astype(np.int32),
        np.concatenate([snaps.offset_m[some], at_m]),
        np.zeros(len(some) + 3),
    )
    reached = reach(found, chosen, by_gates=bool(number % 2))
    oracle = Oracle(network, area.geometry, closures)
    pieces = Pieces(oracle, chosen)
    never = 0
    for i, truth in enumerate(pieces.between(chosen)):
        for got, (least, most) in zip((reached.p50_ms[i], reached.p90_ms[i]), truth, strict=True):
            if got < 0:
                assert np.isinf(least), (number, i)
                never += 1
            else:
                assert least - ROUNDING_MS <= got <= most + ROUNDING_MS, (number, i, least, got, most)
    return {"compared": 1, "never": never > 0, "closed": bool(closures)}


def covered(network, first):
    seen = defaultdict(int)
    for number in range(first, first + BATCH):
        for what, how_often in check(network, number).items():
            seen[what] += how_often
    return seen


@pytest.mark.parametrize("first", BATCHES)
def test_half_and_nine_tenths_on_the_shipped_network_lie_within_ten_metres_of_scipys(first):
    network = RoadNetwork.load(ROOT / "data" / "roads" / "network.npz")
    assert covered(network, first)["compared"]


@pytest.mark.shared
@pytest.mark.proof
@pytest.mark.parametrize("first", BATCHES)
def test_half_and_nine_tenths_on_the_tiger_state_network_lie_within_ten_metres_of_scipys(first, tiger):
    assert covered(tiger, first)["compared"]

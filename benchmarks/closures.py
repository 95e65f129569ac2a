"""`closures_one_to_all`: from everywhere to the nearest of 200 places, one arc in a hundred closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import RUNS, Row, compare
from benchmarks.peers import installed
from geo.shortest import least_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from geo.network import RoadNetwork

SOURCES = 200
CLOSED_SHARE = 0.01
SEED = 2011
SLOW_RUNS = 3
SLOW_NODES = 100_000
"""From so many nodes on networkx takes seconds a run, and fewer runs."""


class Question:
    """The sources and closed arcs of a question, and our answer to it: each node's milliseconds, -1 for none."""

    def __init__(self, network: RoadNetwork, seed: int = SEED) -> None:
        rng = np.random.default_rng(seed)
        nodes, arcs = len(network.lon), len(network.head)
        self.network = network
        self.source = rng.choice(nodes, SOURCES, replace=False).astype(np.int64)
        self.closed = rng.choice(arcs, round(arcs * CLOSED_SHARE), replace=False)
        self.open_ms = network.arc_ms.astype(np.int64)
        self.zero = np.zeros(SOURCES, dtype=np.int64)
        _ = network.inward  # a property of the network, worked out once as it is loaded

    def answer(self) -> NDArray[np.int64]:
        """Close the arcs and search."""
        arc_ms = self.open_ms.copy()
        arc_ms[self.closed] = -1
        return least_ms(self.network.inward, arc_ms, self.source, self.zero)


def figures(network: RoadNetwork, graph: str, peers: tuple[str, ...]) -> Iterator[Row | str]:
    """Yield a row a peer, each after its answer was found to be the same as ours."""
    question = Question(network)
    for peer, missing in installed(peers):
        if missing:
            yield missing
            continue
        theirs, read = {"scipy": _scipy, "networkx": _networkx}[peer](question)
        slow = peer == "networkx" and len(network.lon) >= SLOW_NODES
        if not np.array_equal(read(theirs()), question.answer()):
            yield f"closures_one_to_all, {graph}: {peer} answers otherwise; no figure."
            continue
        yield compare(
            "closures_one_to_all",
            graph,
            peer,
            ours=question.answer,
            theirs=theirs,
            peer_runs=SLOW_RUNS if slow else RUNS,
            note=f"{len(network.lon):,} nodes, {len(network.head):,} arcs",
        )


def _scipy(question: Question) -> tuple[Callable[[], object], Callable[..., NDArray[np.int64]]]:
    """Return SciPy's search against the traffic; the graph is turned beforehand, a closed arc is infinitely long."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    roads, count = question.network.inward, len(question.network.lon)
    tail = roads.tail.astype(np.int32)
    open_ms = question.open_ms[roads.arc].astype(np.float64)
    place = np.empty(len(roads.arc), dtype=np.int64)
    place[roads.arc] = np.arange(len(roads.arc))
    closed = place[question.closed]

    def theirs() -> object:
        weight = open_ms.copy()
        weight[closed] = np.inf
        graph = csr_array((weight, tail, roads.indptr), shape=(count, count))
        return dijkstra(graph, indices=question.source, min_only=True)

    def read(found: NDArray[np.float64]) -> NDArray[np.int64]:
        return np.where(np.isfinite(found), found, -1.0).astype(np.int64)

    return theirs, read


def _networkx(question: Question) -> tuple[Callable[[], object], Callable[..., NDArray[np.int64]]]:
    """Return networkx's search on the turned graph; closed arcs are hidden by a weight that is asked for, uncopied."""
    import networkx as nx

    network = question.network
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(len(network.lon)))
    rows = (network.head, network.arc_tail, question.open_ms)
    for arc, (head, tail, ms) in enumerate(zip(*(part.tolist() for part in rows), strict=True)):
        graph.add_edge(head, tail, arc, ms=ms)
    sources = question.source.tolist()

    def theirs() -> object:
        closed = set(question.closed.tolist())

        def weight(_from: int, _to: int, arcs: dict[int, dict[str, int]]) -> int | None:
            return min((data["ms"] for arc, data in arcs.items() if arc not in closed), default=None)

        return nx.multi_source_dijkstra_path_length(graph, sources, weight=weight)

    def read(found: dict[int, int]) -> NDArray[np.int64]:
        least = np.full(len(network.lon), -1, dtype=np.int64)
        least[list(found)] = list(found.values())
        return least

    return theirs, read

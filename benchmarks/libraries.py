"""Libraries of graphs, each made ready for `closures_one_to_all` in the form that suits it best.

All search from the sources along turned arcs. Those that start at one node get one more, with a road of no length to
each source. What a question changes is part of every run: closing the arcs, and opening them again where that is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.peers import Peer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.closures import Question

NO_END = 1e300
"""Longer than any way: where a library counts up to the largest double instead of saying that there is none."""


def milliseconds(found: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return doubles as whole milliseconds; -1 where they say that there is no way."""
    known = found < NO_END
    return np.where(known, np.where(known, found, 0.0), -1.0).astype(np.int64)


def scipy(question: Question) -> Peer:
    """Return SciPy's search; the matrix is turned beforehand, a closed arc is infinitely long."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    roads, count = question.network.inward, len(question.network.lon)
    tail = roads.tail.astype(np.int32)
    open_ms = question.open_ms[roads.arc].astype(np.float64)
    place = np.empty(len(roads.arc), dtype=np.int64)
    place[roads.arc] = np.arange(len(roads.arc))
    closed = place[question.closed]

    def ask() -> NDArray[np.float64]:
        weight = open_ms.copy()
        weight[closed] = np.inf
        graph = csr_array((weight, tail, roads.indptr), shape=(count, count))
        found: NDArray[np.float64] = dijkstra(graph, indices=question.source, min_only=True)
        return found

    return Peer(ask, milliseconds, "closing, wrapping the arrays and searching")


def networkx(question: Question) -> Peer:
    """Return networkx's search on the turned graph; closed arcs are hidden by a weight that is asked for, uncopied."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(question.nodes))
    rows = (question.network.head, question.network.arc_tail, question.open_ms)
    for arc, (head, tail, ms) in enumerate(zip(*(part.tolist() for part in rows), strict=True)):
        graph.add_edge(head, tail, arc, ms=ms)
    sources = question.source.tolist()

    def ask() -> dict[int, int]:
        closed = set(question.closed.tolist())

        def weight(_from: int, _to: int, arcs: dict[int, dict[str, int]]) -> int | None:
            return min((data["ms"] for arc, data in arcs.items() if arc not in closed), default=None)

        found: dict[int, int] = nx.multi_source_dijkstra_path_length(graph, sources, weight=weight)
        return found

    return Peer(ask, lambda found: by_node(found, question.nodes), "naming the closed arcs and searching")


def igraph(question: Question) -> Peer:
    """Return igraph's search; a closed arc is infinitely long, which it passes over."""
    import igraph as ig

    start = question.nodes
    arcs = np.column_stack([question.network.head, question.network.arc_tail])
    starts = np.column_stack([np.full(len(question.source), start), question.source])
    graph = ig.Graph(n=start + 1, edges=np.concatenate([arcs, starts]), directed=True)
    open_ms = np.concatenate([question.open_ms, np.zeros(len(question.source))])

    def ask() -> list[list[float]]:
        weight = open_ms.copy()
        weight[question.closed] = np.inf
        found: list[list[float]] = graph.distances(
            source=start, weights=weight.tolist(), algorithm="dijkstra"
        )
        return found

    return Peer(
        ask,
        lambda found: milliseconds(np.array(found[0][:start])),
        "closing, handing over weights, searching",
    )


def rustworkx(question: Question) -> Peer:
    """Return rustworkx's search; an arc's number is what it carries, and its weight is looked up in a list."""
    import rustworkx as rx

    start, arcs = question.nodes, len(question.open_ms)
    graph = rx.PyDiGraph(multigraph=True)
    graph.add_nodes_from(range(start + 1))
    rows = (question.network.head, question.network.arc_tail, np.arange(arcs))
    graph.add_edges_from(list(zip(*(part.tolist() for part in rows), strict=True)))
    graph.add_edges_from([(start, source, arcs) for source in question.source.tolist()])
    open_ms = np.append(question.open_ms, 0).astype(np.float64)

    def ask() -> Any:  # noqa: ANN401 - a mapping of the library's own
        weight = open_ms.copy()
        weight[question.closed] = np.inf
        return rx.digraph_dijkstra_shortest_path_lengths(graph, start, weight.tolist().__getitem__)

    return Peer(ask, lambda found: by_node(dict(found), start), "closing, handing over weights, searching")


def networkit(question: Question) -> Peer:
    """Return NetworKit's search; between two nodes it knows one arc, so the shortest open one stands for all."""
    import networkit as nk

    nk.setNumberOfThreads(1)
    start = question.nodes
    tail, head = question.network.arc_tail.astype(np.int64), question.network.head.astype(np.int64)
    order = np.lexsort((question.open_ms, head * start + tail))
    between = (head * start + tail)[order]
    first = np.concatenate([[True], between[1:] != between[:-1]])
    pair = np.empty(len(order), dtype=np.int64)
    pair[order] = np.cumsum(first) - 1
    shortest = order[first]
    rows = (question.open_ms[shortest].astype(np.float64), head[shortest], tail[shortest])
    starts = (np.zeros(len(question.source)), np.full(len(question.source), start), question.source)
    weight, begin, end = (np.concatenate(parts) for parts in zip(rows, starts, strict=True))
    graph = nk.GraphFromCoo((weight, (begin, end)), n=start + 1, weighted=True, directed=True)
    touched = np.unique(pair[question.closed])
    at_touched = np.flatnonzero(np.isin(pair, touched))

    def put(ms: NDArray[np.float64]) -> None:
        for row in zip(begin[touched].tolist(), end[touched].tolist(), ms.tolist(), strict=True):
            graph.setWeight(*row)

    def ask() -> NDArray[np.float64]:
        arc_ms = question.open_ms.astype(np.float64)
        arc_ms[question.closed] = np.inf
        left = np.full(len(shortest), np.inf)
        np.minimum.at(left, pair[at_touched], arc_ms[at_touched])
        put(left[touched])
        search = nk.distance.Dijkstra(graph, start, storePaths=False).run()
        put(weight[touched])
        return np.asarray(search.getDistances(asarray=True))

    return Peer(
        ask, lambda found: milliseconds(found[:start]), "setting weights, searching, setting them back"
    )


def by_node(found: dict[int, Any], nodes: int) -> NDArray[np.int64]:
    """Return what a mapping by node holds for the first nodes; -1 for those it does not name, or as infinite."""
    least = np.full(nodes + 1, -1.0)
    least[list(found)] = list(found.values())
    return milliseconds(least[:nodes])

"""`closures_one_to_all`: from everywhere to the nearest of 200 places, one arc in a hundred closed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import database, hierarchies, libraries
from benchmarks.measure import Row, answered, compare
from benchmarks.peers import AbsentError, Peer, missing
from geo.engines import least_ms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from geo.network import RoadNetwork

SOURCES = 200
CLOSED_SHARE = 0.01
SEED = 2011


class Question:
    """The sources and closed arcs of a question, and our answer to it: each node's milliseconds, -1 for none."""

    def __init__(self, network: RoadNetwork, seed: int = SEED) -> None:
        rng = np.random.default_rng(seed)
        nodes, arcs = len(network.lon), len(network.head)
        self.network = network
        self.source = rng.choice(nodes, SOURCES, replace=False).astype(np.int64)
        self.closed = rng.choice(arcs, round(arcs * CLOSED_SHARE), replace=False)
        self.open_ms = network.arc_ms
        self.zero = np.zeros(SOURCES, dtype=np.int64)
        _ = network.inward, network.reduced  # properties of the network, worked out once

    @property
    def nodes(self) -> int:
        """Return the number of nodes."""
        return len(self.network.lon)

    def answer(self) -> NDArray[np.int64]:
        """Close the arcs and search."""
        return least_ms(self.network, self.arc_ms(), self.source, self.zero)

    def arc_ms(self) -> NDArray[np.signedinteger[Any]]:
        """Return each arc's milliseconds, -1 for the closed ones."""
        arc_ms = self.open_ms.copy()
        arc_ms[self.closed] = -1
        return arc_ms


ASKED: dict[str, Callable[[Question], Peer]] = {
    "scipy": libraries.scipy,
    "networkx": libraries.networkx,
    "igraph": libraries.igraph,
    "rustworkx": libraries.rustworkx,
    "networkit": libraries.networkit,
    "pgrouting": database.pgrouting,
    "routingkit-cch": hierarchies.routingkit_cch,
    "pandana": hierarchies.pandana,
}
"""The programs that can answer, those that take long to make ready last."""


def figures(network: RoadNetwork, graph: str, peers: tuple[str, ...]) -> Iterator[Row | str]:
    """Yield a row a peer, each after its answer was found to be the same as ours, to the millisecond."""
    question = Question(network)
    arcs = f"{len(network.lon):,} nodes, {len(network.head):,} arcs"
    for name in peers:
        missing_here = missing(name)
        if missing_here:
            yield missing_here
            continue
        try:
            peer = ASKED[name](question)
        except AbsentError as absent:
            yield str(absent)
            continue
        try:
            yield _row(question, peer, name, graph, arcs)
        finally:
            peer.close()


def _row(question: Question, peer: Peer, name: str, graph: str, note: str) -> Row | str:
    clock = time.perf_counter if peer.wall else time.process_time
    found, first_ms = answered(peer.ask, clock)
    if not np.array_equal(peer.read(found), question.answer()):
        return f"closures_one_to_all, {graph}: {name} answers otherwise; no figure."
    return compare(
        "closures_one_to_all",
        graph,
        name,
        ours=question.answer,
        theirs=peer.ask,
        first_ms=first_ms,
        note=f"{note}; {name}: {peer.timed}",
        clock=clock,
    )

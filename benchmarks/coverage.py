"""`coverage_k_nearest`: the five nearest providers of each of 16 classes to each of 115 places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import Row, answered, compare
from benchmarks.peers import installed
from geo.engines import nearest_k
from geo.nearest import Goals, Nearest, Stands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.network import RoadNetwork

TARGETS = 115
CLASSES = 16
NEAREST = 5
PROVIDERS = 4_000
"""As many as the demo registry has assets, anywhere on the network."""
SEED = 2011


def figures(network: RoadNetwork, graph: str, figure: str = "coverage_k_nearest") -> Iterator[Row | str]:
    """Yield the row against SciPy: one whole search a target, since the limit that would do is not known before.

    Parameters
    ----------
    network, graph
        The roads, and what they are called.
    figure
        What the row is called: the grid of coverage on a state's roads is the same question.
    """
    goals, stands = question(network)
    arc_ms = network.arc_ms
    _ = network.inward, network.reduced

    def ours() -> Nearest:
        return nearest_k(network, arc_ms, goals, stands, k=NEAREST, classes=CLASSES)

    for peer, missing in installed(("scipy",)):
        if missing:
            yield missing
            continue
        theirs = _scipy(network, goals, stands)
        found, first_ms = answered(theirs)
        if not np.array_equal(np.asarray(found), ours().ms):
            yield f"{figure}, {graph}: {peer} answers otherwise; no figure."
            continue
        note = f"{TARGETS} targets, {CLASSES} classes, k = {NEAREST}, {PROVIDERS:,} providers"
        yield compare(figure, graph, peer, ours=ours, theirs=theirs, first_ms=first_ms, note=note)


def question(network: RoadNetwork) -> tuple[Goals, Stands]:
    """Return targets and providers at nodes anywhere, the same for the same network."""
    rng = np.random.default_rng(SEED)
    count = len(network.lon)
    goals = Goals(np.arange(TARGETS + 1), rng.integers(0, count, TARGETS), np.zeros(TARGETS, dtype=np.int64))
    stands = Stands(
        rng.integers(0, count, PROVIDERS),
        np.zeros(PROVIDERS, dtype=np.int64),
        np.arange(PROVIDERS, dtype=np.int32),
        rng.integers(0, CLASSES, PROVIDERS).astype(np.int32),
    )
    return goals, stands


def _scipy(network: RoadNetwork, goals: Goals, stands: Stands) -> Callable[[], object]:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    roads, count = network.inward, len(network.lon)
    weight = network.arc_ms[roads.arc].astype(np.float64)
    graph = csr_array((weight, roads.tail.astype(np.int32), roads.indptr), shape=(count, count))
    of_class = [np.flatnonzero(stands.of_class == c) for c in range(CLASSES)]

    def theirs() -> object:
        found = np.empty((TARGETS, CLASSES, NEAREST), dtype=np.int64)
        for target, node in enumerate(goals.node):
            away = dijkstra(graph, indices=int(node))[stands.node]
            for c, members in enumerate(of_class):
                found[target, c] = np.sort(np.partition(away[members], NEAREST)[:NEAREST])
        return found

    return theirs

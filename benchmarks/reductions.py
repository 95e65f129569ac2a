"""`reduced_one_to_all`, `reduced_k_nearest`, `reduced_between`: the search without dead ends and bends, against the simple one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import coverage
from benchmarks.closures import Question
from benchmarks.measure import Row, compare
from geo import reduction
from geo.between import least_between
from geo.nearest import nearest_k
from geo.shortest import least_ms, searcher

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.network import RoadNetwork

SIMPLE = "simple search"
GOALS = 20
STANDS = 3_000


def figures(network: RoadNetwork, graph: str) -> Iterator[Row | str]:
    """Yield the three rows against our own simple search, each after both answered the same.

    Bringing the ways up to date with the closures is part of what is timed; finding the nodes to fold is done once a
    network, and its time stands in the note.
    """
    start = time.process_time()
    folded = reduction.reduced(network.indptr, network.head, network.arc_ms)
    once_ms = (time.process_time() - start) * 1000.0
    share = folded.kept / len(network.lon)
    yield from _one_to_all(
        network, graph, folded, f"{share:.0%} of the nodes are searched; once {once_ms:,.0f} ms"
    )
    yield from _k_nearest(network, graph, folded)
    yield from _between(network, graph, folded)


def _one_to_all(
    network: RoadNetwork, graph: str, folded: reduction.Reduced, note: str
) -> Iterator[Row | str]:
    question = Question(network)

    def ours() -> object:
        return reduction.least_ms(
            reduction.weighed(folded, question.arc_ms()), question.source, question.zero
        )

    def simple() -> object:
        return least_ms(network.inward, question.arc_ms(), question.source, question.zero)

    if not np.array_equal(np.asarray(ours()), np.asarray(simple())):
        yield f"reduced_one_to_all, {graph}: the two searches differ; no figure."
        return
    yield compare("reduced_one_to_all", graph, SIMPLE, ours=ours, theirs=simple, note=note)


def _k_nearest(network: RoadNetwork, graph: str, folded: reduction.Reduced) -> Iterator[Row | str]:
    goals, stands = coverage.question(network)
    arc_ms, asked = network.arc_ms, {"k": coverage.NEAREST, "classes": coverage.CLASSES}

    def ours() -> object:
        return reduction.nearest_k(reduction.weighed(folded, arc_ms), goals, stands, **asked).ms

    def simple() -> object:
        return nearest_k(network.inward, arc_ms, goals, stands, **asked).ms

    if not np.array_equal(np.asarray(ours()), np.asarray(simple())):
        yield f"reduced_k_nearest, {graph}: the two searches differ; no figure."
        return
    note = f"{coverage.TARGETS} targets, {coverage.PROVIDERS:,} providers"
    yield compare("reduced_k_nearest", graph, SIMPLE, ours=ours, theirs=simple, note=note)


def _between(network: RoadNetwork, graph: str, folded: reduction.Reduced) -> Iterator[Row | str]:
    rng = np.random.default_rng(len(network.lon))
    goal = rng.choice(len(network.lon), GOALS, replace=False)
    stand = rng.integers(0, len(network.lon), STANDS)
    arc_ms, zero = network.arc_ms, np.zeros(1, dtype=np.int64)

    def ours() -> NDArray[np.int64]:
        return least_between(reduction.weighed(folded, arc_ms), goal, stand, threads=1)

    def simple() -> NDArray[np.int64]:
        search = searcher(network.inward, arc_ms, goal)
        return np.array([search(goal[at : at + 1], zero)[stand] for at in range(GOALS)])

    if not np.array_equal(ours(), simple()):
        yield f"reduced_between, {graph}: the two searches differ; no figure."
        return
    note = f"from {STANDS:,} nodes to {GOALS}, one thread"
    yield compare("reduced_between", graph, SIMPLE, ours=ours, theirs=simple, note=note)

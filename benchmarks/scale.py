"""How the search takes more threads and more roads, and how near it comes to what memory allows."""

from __future__ import annotations

import hashlib
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.closures import Question
from benchmarks.graphs import synthetic
from benchmarks.measure import RUNS, Row, compare, row, taken_ms
from geo.threads import shared_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.network import RoadNetwork

SCENARIOS = 4
THREADS = 2
SIZES = (50_000, 200_000, 800_000, 3_200_000)
COPIED_BYTES = 2**28
THREAD_RUNS = 81
"""Two threads share the machine with all that runs on it, and now and then have less of it for seconds: so many runs,
of a dozen seconds, outlast that."""

ROUNDS = 80_000
"""Of hashing, which a thread does about as long as it searches; it leaves Python's lock and touches no memory."""


def threads(network: RoadNetwork, graph: str) -> Iterator[Row]:
    """Yield four scenarios on two threads against the same on one, by the clock on the wall.

    And as many pieces of arithmetic alone, which share nothing: more than that no work can gain on this machine.
    """
    questions = [Question(network, seed) for seed in range(SCENARIOS)]
    yield _gain(
        "threads",
        graph,
        lambda number: questions[number].answer(),
        f"{SCENARIOS} scenarios on {THREADS} threads; wall time; {THREAD_RUNS} runs of each",
    )
    yield _gain(
        "threads_limit",
        graph,
        _hashed,
        f"the same with arithmetic alone, {SCENARIOS} pieces on {THREADS} threads: what the machine gives",
    )


def _gain(figure: str, graph: str, work: Callable[[int], object], note: str) -> Row:
    """Return the row of each scenario's work shared out to threads, against the same on one."""
    return compare(
        figure,
        graph,
        "one thread",
        ours=lambda: shared_out(work, SCENARIOS, threads=THREADS),
        theirs=lambda: shared_out(work, SCENARIOS, threads=1),
        clock=time.perf_counter,
        most_runs=THREAD_RUNS,
        note=note,
    )


def _hashed(number: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", b"", bytes([number]), ROUNDS)


def memory(network: RoadNetwork, graph: str) -> Iterator[Row]:
    """Yield the least time in which the bytes of one search pass through memory, against the search.

    Each arc's tail and weight and each node's row are read once, each node's time is written once. The ratio is the
    share of the time that memory alone would need; its inverse is how many times over that limit the search is.
    """
    question = Question(network)
    source, copy = np.ones(COPIED_BYTES, dtype=np.uint8), np.zeros(COPIED_BYTES, dtype=np.uint8)
    moved = len(network.head) * 8 + len(network.lon) * 12

    def copying() -> None:
        np.copyto(copy, source)

    found = compare("memory_limit", graph, "memory", ours=question.answer, theirs=copying)
    bytes_a_ms = 2 * COPIED_BYTES / found.peer_ms
    limit_ms = moved / bytes_a_ms
    note = (
        f"{moved / 1e6:.0f} MB at {bytes_a_ms / 1e6:.1f} GB/s; the search takes {found.ours_ms / limit_ms:.0f} "
        "times as long"
    )
    yield row("memory_limit", graph, ours_ms=found.ours_ms, peer="memory", peer_ms=limit_ms, note=note)


def growth() -> Iterator[Row]:
    """Yield the exponent with which the time grows with the nodes, fitted over four sizes."""
    nodes, taken = [], []
    for size in SIZES:
        question = Question(synthetic(size))
        question.answer()
        nodes.append(len(question.network.lon))
        taken.append(statistics.median(taken_ms(question.answer) for _ in range(RUNS)))
    exponent = float(np.polyfit(np.log(nodes), np.log(taken), 1)[0])
    note = "the ratio is the exponent: " + ", ".join(
        f"{count:,} nodes {ms:.1f} ms" for count, ms in zip(nodes, taken, strict=True)
    )
    yield Row(
        "growth",
        "synthetic_50k to synthetic_3200k",
        ours_ms=round(taken[-1], 3),
        peer="the smallest",
        peer_ms=round(taken[0], 3),
        ratio=round(exponent, 3),
        note=note,
    )

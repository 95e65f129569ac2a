"""Two programs timed in turn, so that a machine whose speed drifts treats both alike."""

from __future__ import annotations

import statistics
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 9
"""Interleaved runs whose median counts."""


@dataclass(frozen=True)
class Row:
    """One figure: ours against a peer on one graph, in milliseconds of processor time; `ratio = peer_ms / ours_ms`.

    `note` says what each side did, where they did not do the same amount of work.
    """

    figure: str
    graph: str
    ours_ms: float
    peer: str
    peer_ms: float
    ratio: float
    note: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return the row as JSON holds it."""
        return asdict(self)


def compare(
    figure: str,
    graph: str,
    peer: str,
    *,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    runs: int = RUNS,
    note: str = "",
) -> Row:
    """Return the medians of interleaved runs, after one run of each that does not count."""
    ours()
    theirs()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs):
        for call, taken in zip((ours, theirs), times, strict=True):
            taken.append(_cpu_ms(call))
    ours_ms, peer_ms = (statistics.median(taken) for taken in times)
    return Row(figure, graph, round(ours_ms, 3), peer, round(peer_ms, 3), round(peer_ms / ours_ms, 2), note)


def _cpu_ms(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return (time.process_time() - start) * 1000.0

"""Programs timed in turn, so that a machine whose speed drifts treats both alike."""

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
    """One figure: ours against a peer on one graph, in milliseconds; `ratio = peer_ms / ours_ms`.

    Processor time, but for figures whose note says wall time. `note` says what each side did, where they did not do
    the same amount of work. In the row of `growth` the ratio is the exponent.
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


def row(figure: str, graph: str, *, ours_ms: float, peer: str, peer_ms: float, note: str = "") -> Row:
    """Return a row with its ratio."""
    return Row(figure, graph, round(ours_ms, 3), peer, round(peer_ms, 3), round(peer_ms / ours_ms, 2), note)


def compare(
    figure: str,
    graph: str,
    peer: str,
    *,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    peer_runs: int = RUNS,
    note: str = "",
    clock: Callable[[], float] = time.process_time,
) -> Row:
    """Return the medians of interleaved runs, after one run of each that does not count.

    A slow peer may take fewer runs, which the note then says, and none that does not count.
    """
    ours()
    if peer_runs == RUNS:
        theirs()
    else:
        note = "; ".join(filter(None, [note, f"{peer}: {peer_runs} runs"]))
    times: tuple[list[float], list[float]] = ([], [])
    for run in range(RUNS):
        times[0].append(taken_ms(ours, clock))
        if run < peer_runs:
            times[1].append(taken_ms(theirs, clock))
    ours_ms, peer_ms = (statistics.median(taken) for taken in times)
    return row(figure, graph, ours_ms=ours_ms, peer=peer, peer_ms=peer_ms, note=note)


def taken_ms(call: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Return the milliseconds that a call takes by a clock: this process's processor time unless said."""
    start = clock()
    call()
    return (clock() - start) * 1000.0

"""Programs timed in turn, so that a machine whose speed drifts treats both alike."""

from __future__ import annotations

import statistics
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

HASH_LETTERS = 64
"""Letters of a content hash, by which a network in use is named."""

RUNS = 9
"""Interleaved runs whose median counts."""

MOST_MS = 30_000.0
"""A peer whose runs would take longer than this together takes fewer."""


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


def short(graph: str) -> str:
    """Return a graph's name as people read it: of a content hash the beginning."""
    return graph[:12] if len(graph) == HASH_LETTERS else graph


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
    first_ms: float | None = None,
    note: str = "",
    clock: Callable[[], float] = time.process_time,
    most_runs: int = RUNS,
) -> Row:
    """Return the medians of interleaved runs, after one run of each that does not count.

    A peer whose first run took so long that all of them would pass `MOST_MS` takes fewer, which the note then says; when
    there is time for none but the first, that one counts.

    Parameters
    ----------
    figure, graph, peer, note, clock
        As the row has them; `clock` in seconds.
    ours, theirs
        What is timed.
    first_ms
        Milliseconds of the peer's first run, where it was timed as its answer was compared with ours.
    most_runs
        How many runs of each: more where what else the machine does moves a figure.
    """
    ours()
    if first_ms is None:
        first_ms = taken_ms(theirs, clock)
    runs = max(0, min(most_runs, int(MOST_MS / max(first_ms, 1e-6))))
    if runs < most_runs:
        said = "1 run" if runs <= 1 else f"{runs} runs"
        note = "; ".join(filter(None, [note, f"{peer}: {said}"]))
    times: tuple[list[float], list[float]] = ([], [] if runs else [first_ms])
    for run in range(most_runs):
        times[0].append(taken_ms(ours, clock))
        if run < runs:
            times[1].append(taken_ms(theirs, clock))
    ours_ms, peer_ms = (statistics.median(taken) for taken in times)
    return row(figure, graph, ours_ms=ours_ms, peer=peer, peer_ms=peer_ms, note=note)


def answered(call: Callable[[], Any], clock: Callable[[], float] = time.process_time) -> tuple[Any, float]:
    """Return what a call gives, and the milliseconds it takes by a clock."""
    start = clock()
    found = call()
    return found, (clock() - start) * 1000.0


def taken_ms(call: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Return the milliseconds that a call takes by a clock: this process's processor time unless said."""
    start = clock()
    call()
    return (clock() - start) * 1000.0

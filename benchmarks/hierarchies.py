"""Contraction hierarchies, made ready for `closures_one_to_all`: fast between two points, once they are made."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.peers import Peer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.closures import Question

CLOSED_MS = np.iinfo(np.int32).max
"""What routingkit-cch takes for an arc that cannot be driven."""
LONGEST_S = 4_000_000.0
"""Seconds beyond which pandana need not look: what its whole milliseconds of 32 bits hold."""
WITHIN_MS = 0.25
"""Added before pandana cuts seconds to whole milliseconds, so that the fraction of a double does not cost one."""


def routingkit_cch(question: Question) -> Peer:
    """Return the customizable hierarchy: its order is worked out beforehand, its weights are set for every question."""
    import routingkit_cch as rk

    network = question.network
    tail, head = network.arc_tail.tolist(), network.head.tolist()
    order = rk.compute_order_inertial(question.nodes, tail, head, network.lat.tolist(), network.lon.tolist())
    hierarchy = rk.CCH(order, tail, head, False)
    metric = rk.CCHMetric(hierarchy, question.open_ms.tolist())
    everywhere, goals = list(range(question.nodes)), [(source, 0) for source in question.source.tolist()]

    def ask() -> list[int | None]:
        weight = question.open_ms.copy()
        weight[question.closed] = CLOSED_MS
        metric.reset(weight.tolist())
        found: list[int | None] = rk.CCHManyToOne(metric, everywhere).distances_to_multi(goals)
        return found

    def read(found: list[int | None]) -> Any:  # noqa: ANN401 - as Peer has it
        return np.array([-1 if ms is None else ms for ms in found], dtype=np.int64)

    return Peer(
        ask, read, "setting all weights anew, then from everywhere to the nearest; its order was made before"
    )


def pandana(question: Question) -> Peer:
    """Return pandana's hierarchy: it cannot change a weight, so every question makes it anew without the closed arcs."""
    import pandana as pdna
    import pandas as pd

    network = question.network
    lon, lat = pd.Series(network.lon), pd.Series(network.lat)
    tail, head = network.arc_tail.astype(np.int64), network.head.astype(np.int64)
    seconds = (question.open_ms + WITHIN_MS) / 1000.0

    def ask() -> Any:  # noqa: ANN401 - a table of the library's own
        kept = np.ones(len(head), dtype=bool)
        kept[question.closed] = False
        with _silent():
            made = pdna.Network(
                lon,
                lat,
                pd.Series(tail[kept]),
                pd.Series(head[kept]),
                pd.DataFrame({"s": seconds[kept]}),
                twoway=False,
            )
            made.set_pois("source", LONGEST_S, 1, lon.iloc[question.source], lat.iloc[question.source])
            return made.nearest_pois(LONGEST_S, "source", num_pois=1)

    def read(found: Any) -> Any:  # noqa: ANN401 - as above
        seconds_found = found[1].to_numpy()
        return np.where(seconds_found < LONGEST_S, np.rint(seconds_found * 1000.0), -1.0).astype(np.int64)

    return Peer(
        ask,
        read,
        "making the hierarchy without the closed arcs, then from everywhere to the nearest; all its threads",
    )


@contextmanager
def _silent() -> Iterator[None]:
    """Keep what a library prints by itself from the screen."""
    sys.stdout.flush()
    kept = os.dup(1)
    with Path(os.devnull).open("w") as nothing:
        os.dup2(nothing.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)

"""Least travel times: from everywhere to the nearest of some nodes, in one search against the traffic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo import kernels
from geo.errors import GeoError
from geo.kernels import FAR, NO_WAY

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["FAR", "NO_WAY", "Inward", "inward", "least_ms", "prepared", "refuse_beyond"]

WINDOW = 8
"""A search's window is this many median arcs wide: wider windows come back to more nodes, narrower ones wait more."""


@dataclass(frozen=True, eq=False)
class Inward:
    """The arcs of N nodes and M arcs by the node they lead to: the order in which a search against the traffic reads.

    Parameters
    ----------
    indptr, tail, arc
        Node n is reached along `arc[indptr[n]:indptr[n + 1]]` from the nodes of the same rows of `tail`; int32
        (N+1,), uint32 (M,), int32 (M,).
    middle_ms
        Milliseconds of the median arc, at least 1.
    """

    indptr: NDArray[np.int32]
    tail: NDArray[np.uint32]
    arc: NDArray[np.int32]
    middle_ms: int


def inward(indptr: NDArray[np.int32], head: NDArray[np.int32], arc_ms: NDArray[np.int32]) -> Inward:
    """Return the arcs by the node they lead to, and their median milliseconds.

    Worked out once a network: no search sorts, and none copies the graph.
    """
    by_head = np.zeros(len(indptr), dtype=np.int32)
    tail, arc = np.empty(len(head), dtype=np.uint32), np.empty(len(head), dtype=np.int32)
    kernels.turn(indptr, head, by_head, tail, arc)
    return Inward(by_head, tail, arc, middle_ms=max(int(np.median(arc_ms)), 1) if len(arc_ms) else 1)


def least_ms(
    roads: Inward,
    arc_ms: NDArray[np.int64],
    node: NDArray[np.int64],
    ms: NDArray[np.int64],
    limit_ms: int | None = None,
) -> NDArray[np.int64]:
    """Return each node's least milliseconds to the nearest of some nodes, int64 (N,); `NO_WAY` where there is no way.

    Parameters
    ----------
    roads
        The arcs by the node they lead to.
    arc_ms
        Milliseconds of each arc in the network's order, (M,); below 0 where it cannot be driven.
    node, ms
        Where the search starts, and with how many milliseconds (>= 0); the same node may come twice.
    limit_ms
        Nodes further than this count as having no way; None for no limit.

    Raises
    ------
    GeoError
        The longest way there could be does not fit 61 bits of milliseconds.
    """
    weight, _ = prepared(roads, arc_ms, node, ms)
    limit = FAR if limit_ms is None else min(limit_ms + 1, FAR)
    window_ms = min(WINDOW * roads.middle_ms, FAR)
    found: NDArray[np.int64] = kernels.search(roads.indptr, roads.tail, weight, window_ms, node, ms, limit)
    return found


def prepared(
    roads: Inward, arc_ms: NDArray[np.int64], node: NDArray[np.int64], ms: NDArray[np.int64]
) -> tuple[NDArray[Any], int]:
    """Return the weights in the order a search reads them, checked, and milliseconds that no way takes.

    Raises
    ------
    GeoError
        The longest way there could be does not fit 61 bits of milliseconds.
    IndexError
        A node or an arc is not there.
    """
    count = len(roads.indptr) - 1
    refuse_beyond(node, count)
    if len(arc_ms) != len(roads.arc) or len(ms) != len(node):
        raise IndexError(f"{len(arc_ms)} times for {len(roads.arc)} arcs, {len(ms)} for {len(node)} nodes")
    weight: NDArray[Any] = np.empty(len(arc_ms), dtype=np.int32)
    longest = int(kernels.gather(roads.arc, arc_ms, weight))
    if longest > np.iinfo(np.int32).max:
        weight = np.empty(len(arc_ms), dtype=np.int64)
        kernels.gather(roads.arc, arc_ms, weight)
    latest = int(ms.max(initial=0))
    if (len(ms) and int(ms.min()) < 0) or longest * count + latest >= FAR:
        raise GeoError(
            "The times on these roads cannot be added up",
            given=f"{count:,} nodes, up to {longest:,} ms from one to the next, and starts up to {latest:,} ms",
            wanted="times of 0 ms and more whose longest sum stays under 2**61 ms",
            todo="look for a closure's factor or a road's speed that is beyond reason",
        )
    return weight, longest * count + latest + 1


def refuse_beyond(number: NDArray[Any], count: int) -> None:
    """Refuse numbers outside 0..count-1, since compiled code looks up without asking."""
    if len(number) and (int(number.min()) < 0 or int(number.max()) >= count):
        raise IndexError(f"numbers {int(number.min())} to {int(number.max())} of {count}")

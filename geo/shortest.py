"""Least travel times: from everywhere to the nearest of some nodes, in one search against the traffic.

This is the reference: every node is searched. `geo.reduction` finds the same times from fewer nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo import kernels
from geo.doors import refuse_beyond, refuse_lengths, refuse_rows, refuse_sums, times, whole
from geo.kernels import FAR, NO_WAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

__all__ = ["FAR", "NO_WAY", "Inward", "inward", "least_ms", "limit_of", "middle_ms", "prepared", "searcher"]

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

    Raises
    ------
    GeoError
        The rows do not rise to the number of arcs, or an arc leads to a node that is not there.
    """
    indptr, head = whole("rows", indptr, np.int32), whole("heads", head, np.int32)
    refuse_rows("rows", indptr, len(head))
    refuse_beyond("heads", head, len(indptr) - 1)
    refuse_lengths(heads=head, times=arc_ms)
    by_head = np.zeros(len(indptr), dtype=np.int32)
    tail, arc = np.empty(len(head), dtype=np.uint32), np.empty(len(head), dtype=np.int32)
    kernels.turn(indptr, head, by_head, tail, arc)
    rows, tails, arcs = (
        whole("rows", by_head, np.int32),
        whole("tails", tail, np.uint32),
        whole("arcs", arc, np.int32),
    )
    return Inward(rows, tails, arcs, middle_ms(arc_ms))


def outward(indptr: NDArray[np.int32], head: NDArray[np.int32], roads: Inward) -> Inward:
    """Return the arcs by the node they leave, as if all were driven the other way: searches then go with the traffic.

    Parameters
    ----------
    indptr, head
        The network's arcs by the node they leave, and where each leads.
    roads
        The same arcs by the node they lead to.
    """
    arcs = np.arange(len(head))
    return Inward(
        whole("rows", indptr, np.int32),
        whole("heads", head, np.uint32),
        whole("arcs", arcs, np.int32),
        roads.middle_ms,
    )


def middle_ms(arc_ms: NDArray[np.int32]) -> int:
    """Return the milliseconds of the median arc, at least 1: what a search's window is measured by."""
    return max(int(np.median(arc_ms)), 1) if len(arc_ms) else 1


def limit_of(limit_ms: int | None) -> int:
    """Return the milliseconds from which on a node has no way; None for no limit."""
    return FAR if limit_ms is None else max(min(limit_ms + 1, FAR), 0)


def least_ms(
    roads: Inward,
    arc_ms: NDArray[np.signedinteger[Any]],
    node: NDArray[np.int64],
    ms: NDArray[np.int64],
    limit_ms: int | None = None,
) -> NDArray[np.int64]:
    """Return each node's least milliseconds to the nearest of some nodes, int64 (N,); `NO_WAY` where there is no way.

    Which way that is follows from the times alone, for the nodes that are asked for: see `geo.itinerary`.

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
        A node is not there, there are more or fewer times than arcs or nodes, they are no whole numbers, or the
        longest way there could be does not fit 61 bits of milliseconds.
    """
    node, ms = whole("nodes", node), whole("times", ms)
    weight, _ = prepared(roads, arc_ms, node, ms)
    window_ms = min(WINDOW * roads.middle_ms, FAR)
    found: NDArray[np.int64] = kernels.search(
        roads.indptr, roads.tail, weight, window_ms, node, ms, limit_of(limit_ms)
    )
    return found


def searcher(
    roads: Inward, arc_ms: NDArray[np.signedinteger[Any]], node: NDArray[np.int64]
) -> Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.int64]]:
    """Return `least_ms` for many searches on the same roads, each from some of `node`, checked once for all.

    Raises
    ------
    GeoError
        As `least_ms` raises it.
    """
    node = whole("nodes", node)
    weight, _ = prepared(roads, arc_ms, node, np.zeros(len(node), dtype=np.int64))
    window_ms = min(WINDOW * roads.middle_ms, FAR)

    def search(some: NDArray[np.int64], ms: NDArray[np.int64]) -> NDArray[np.int64]:
        first, leads = whole("nodes", some), whole("times", ms)
        found: NDArray[np.int64] = kernels.search(
            roads.indptr, roads.tail, weight, window_ms, first, leads, FAR
        )
        return found

    return search


def prepared(
    roads: Inward, arc_ms: NDArray[np.signedinteger[Any]], node: NDArray[np.int64], ms: NDArray[np.int64]
) -> tuple[NDArray[Any], int]:
    """Return the weights in the order a search reads them, checked, and milliseconds that no way takes.

    Raises
    ------
    GeoError
        As `least_ms` raises it.
    """
    arc_ms, count = times("times of arcs", arc_ms), len(roads.indptr) - 1
    refuse_beyond("nodes", node, count)
    refuse_lengths(nodes=node, times=ms)
    refuse_lengths(arcs=roads.arc, times=arc_ms)
    weight: NDArray[Any] = np.empty(len(arc_ms), dtype=np.int32)
    longest = int(kernels.gather(roads.arc, arc_ms, weight))
    if longest > np.iinfo(np.int32).max:
        weight = np.empty(len(arc_ms), dtype=np.int64)
        kernels.gather(roads.arc, arc_ms, weight)
    weight.setflags(write=False)
    return weight, refuse_sums(longest, count, ms)

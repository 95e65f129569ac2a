"""The search that gives every place of a network its stand, compiled: Dijkstra from all stands at once, over fractions.

Parts of roads take fractions of milliseconds, which `geo.kernels` does not know. All that is called stands in this
file: see `geo.compiling`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.compiling import compiled as _compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

NOWHERE = -1
"""In place of a stand: none can be driven to."""


@_compiled
def sooner(one: int, other: int, least: Array, source: Array) -> bool:
    """Return whether a node comes before another: by its milliseconds, then by its stand."""
    return bool(
        least[one] < least[other] or (least[one] == least[other] and source[one] < source[other]),
    )


@_compiled
def lift(at: int, heap: Array, place: Array, least: Array, source: Array) -> None:
    """Move a node of the heap up to where it belongs."""
    node = heap[at]
    while at > 0:
        above = (at - 1) // 2
        if not sooner(node, heap[above], least, source):
            break
        heap[at] = heap[above]
        place[heap[at]] = at
        at = above
    heap[at] = node
    place[node] = at


@_compiled
def drop(count: int, heap: Array, place: Array, least: Array, source: Array) -> None:
    """Move the node at the top of a heap of so many down to where it belongs."""
    node, at = heap[0], 0
    while 2 * at + 1 < count:
        below = 2 * at + 1
        if below + 1 < count and sooner(heap[below + 1], heap[below], least, source):
            below += 1
        if not sooner(heap[below], node, least, source):
            break
        heap[at] = heap[below]
        place[heap[at]] = at
        at = below
    heap[at] = node
    place[node] = at


@_compiled
def nearest_stand(rows: tuple[Array, Array, Array], stands: Array, least: Array, source: Array) -> None:
    """Fill each node's milliseconds from its nearest stand and the stand's place among them; of equal ones the first.

    rows: where each node's ways begin, where they lead, and their milliseconds (above 0). least holds infinity and
    source `NOWHERE` everywhere.
    """
    start, to, ms = rows
    heap, place = np.empty(len(least), dtype=np.int64), np.full(len(least), -1, dtype=np.int64)
    count = 0
    for stand in range(len(stands)):
        node = stands[stand]
        least[node], source[node] = 0.0, stand
        heap[count] = node
        lift(count, heap, place, least, source)
        count += 1
    while count > 0:
        taken = heap[0]
        count -= 1
        if count > 0:
            heap[0] = heap[count]
            drop(count, heap, place, least, source)
        for at in range(start[taken], start[taken + 1]):
            node, far = to[at], least[taken] + ms[at]
            if far < least[node] or (far == least[node] and source[taken] < source[node]):
                least[node], source[node] = far, source[taken]
                if place[node] < 0:
                    heap[count] = node
                    place[node] = count
                    count += 1
                lift(place[node], heap, place, least, source)

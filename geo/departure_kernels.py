"""How places on ordinary edges set out, compiled: no closure, no bridge and no goal on the edge, only its two ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


@compiled
def by_ends(
    edge: Array,
    offset_m: Array,
    edges: tuple[Array, Array, Array, Array, Array, Array, Array],
    node_ms: Array,
    ways: tuple[int, int],
    half: float,
    found: tuple[Array, Array, Array, Array, Array],
) -> None:
    """Fill the quicker of the ways by the head and by the tail, by the head when they are equal.

    What is found is left as it stands where neither leads on.
    """
    head, tail, forward_arc, backward_arc, length_m, edge_ms, barred = edges
    ms, way, node, until_m, mm = found
    by_head, by_tail = ways
    for at in range(len(edge)):
        e = edge[at]
        if barred[e]:
            continue
        length, here = length_m[e], offset_m[at]
        best = np.int64(-1)
        onward = node_ms[head[e]]
        if forward_arc[e] >= 0 and onward >= 0:
            best = np.int64(np.floor((length - here) / length * edge_ms[e] + half)) + onward
            way[at], node[at], until_m[at] = by_head, head[e], length
        onward = node_ms[tail[e]]
        if backward_arc[e] >= 0 and onward >= 0:
            back = np.int64(np.floor(here / length * edge_ms[e] + half)) + onward
            if best < 0 or back < best:
                best = back
                way[at], node[at], until_m[at] = by_tail, tail[e], 0.0
        if best >= 0:
            ms[at] = best
            mm[at] = np.int64(np.floor(abs(until_m[at] - here) * 1000.0 + 0.5))

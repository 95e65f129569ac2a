"""How places on ordinary edges set out, compiled: no closure, no bridge and no goal on the edge, only its two ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

FAR = 2**62
"""Milliseconds that no way takes."""


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
        length, here = length_m[e], offset_m[at]
        # No branch hangs on what is looked up, so many places are on their way from memory at once.
        to_head, to_tail = node_ms[head[e]], node_ms[tail[e]]
        by_one = (forward_arc[e] >= 0) & (to_head >= 0) & (not barred[e])
        by_other = (backward_arc[e] >= 0) & (to_tail >= 0) & (not barred[e])
        ahead = np.int64(np.floor((length - here) / length * edge_ms[e] + half)) + to_head
        back = np.int64(np.floor(here / length * edge_ms[e] + half)) + to_tail
        ahead, back = ahead if by_one else FAR, back if by_other else FAR
        turns, leads = back < ahead, by_one | by_other
        until = 0.0 if turns else length
        ms[at] = min(ahead, back) if leads else ms[at]
        way[at] = (by_tail if turns else by_head) if leads else way[at]
        node[at] = (tail[e] if turns else head[e]) if leads else node[at]
        until_m[at] = until if leads else until_m[at]
        mm[at] = np.int64(np.floor(abs(until - here) * 1000.0 + 0.5)) if leads else mm[at]

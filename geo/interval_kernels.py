"""Which edges have a stretch, compiled: questions mostly come in the order of the edges, as the stretches stand.

The function looks up without asking: it reads nothing but what it is handed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

NEAR = 8
"""So many stretches are passed one by one; what is further on, or lies behind, is searched for."""


@compiled
def has(of_edge: Array, edge: Array, found: Array) -> None:
    """Fill whether each edge is among those of some stretches, which rise."""
    count, at = len(of_edge), 0
    for place in range(len(edge)):
        e = edge[place]
        if (at > 0 and of_edge[at - 1] >= e) or (at + NEAR < count and of_edge[at + NEAR] < e):
            at = np.searchsorted(of_edge, e)
        while at < count and of_edge[at] < e:
            at += 1
        found[place] = at < count and of_edge[at] == e

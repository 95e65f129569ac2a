"""Times without closures from times with them: only who is nearer without them is searched again.

What closures add to an arrival is asked with every question. A second search would take as long as the first, although
a few floods leave most ways as they are. Opening roads makes no way longer, so the first search's times are times that
can be driven: they only have to be lowered, from the opened roads outwards.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo import reopening_kernels
from geo.shortest import FAR, WINDOW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.entries import Entries
    from geo.network import RoadNetwork


def reopened_ms(
    network: RoadNetwork,
    open_ms: NDArray[np.signedinteger[Any]],
    node_ms: NDArray[np.int64],
    changed: NDArray[Any],
    enter: Entries,
    *,
    limit_ms: int | None = None,
) -> NDArray[np.int64]:
    """Return each node's least milliseconds on the open roads, int64 (N,); `NO_WAY` where there is no way.

    Only up to the limit: what is over it may be too long, but is over it in truth too.

    Parameters
    ----------
    network
        The roads.
    open_ms
        Milliseconds of each arc without closures, (M,); below 0 where it may not be driven.
    node_ms
        The least milliseconds of each node with them, (N,); none may be less than without.
    changed
        The arcs that closures had shut or slowed; any more do no harm.
    enter
        The entries on the open roads.
    limit_ms
        Milliseconds up to which times are asked for; None for all.
    """
    least = node_ms.copy()
    head = network.head[changed]
    useful = (open_ms[changed] >= 0) & (node_ms[head] >= 0)
    arc, head = changed[useful], head[useful]
    node = np.concatenate([enter.node, network.arc_tail[arc]])
    ms = np.concatenate([enter.ms, open_ms[arc] + node_ms[head]])
    roads = network.inward
    arcs = roads.indptr, roads.tail, roads.arc, open_ms
    # Read without a sign, `NO_WAY` is longer than any way: nothing has to be put in its place and taken out again.
    limit = FAR if limit_ms is None else limit_ms
    reopening_kernels.shorten(
        arcs,
        np.uint64(WINDOW * roads.middle_ms),
        np.uint64(limit),
        node.astype(np.int64),
        ms.view(np.uint64),
        least.view(np.uint64),
    )
    return least


def only_nearer(closed: Entries, opened: Entries) -> bool:
    """Return whether the area is entered without closures wherever it is with them, and nowhere later.

    Where closures shut every road in the area, it is reached from beside it, which may be sooner: see rule 7 of
    `docs/travel-time.md`. Times without closures then do not follow from those with them.
    """
    place = np.searchsorted(opened.node, closed.node)
    place = np.minimum(place, max(len(opened.node) - 1, 0))
    if not len(opened.node):
        return not len(closed.node)
    return bool(((opened.node[place] == closed.node) & (opened.ms[place] <= closed.ms)).all())

"""What becomes nearer when closed roads open, compiled: a search from there on, not from the area again.

Nodes wait as in `geo.kernels`, whose words this file repeats, since what is compiled is kept by file. The function looks
up without asking: `geo.reopening` checks what it hands over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

IDLE, NEAR, FAR_OFF = 0, 1, 2
"""What a node's state says: it waits in no list, in the near one, in the far one."""


@compiled
def shorten(  # noqa: C901, PLR0912, PLR0915 - one search, kept whole: see the head of this file
    roads: tuple[Array, Array, Array, Array],
    window_ms: np.uint64,
    limit: np.uint64,
    node: Array,
    ms: Array,
    least: Array,
) -> None:
    """Lower the least milliseconds of some nodes, and of all from which open arcs lead there sooner than before.

    Times have no sign; what has no way has the largest. Beyond the limit they may stay too long.
    """
    indptr, tail, arc, arc_ms = roads
    nodes = len(indptr) - 1
    state = np.zeros(nodes, dtype=np.uint8)
    near, far = np.empty(nodes, dtype=np.uint32), np.empty(nodes, dtype=np.uint32)
    waiting = 0
    for at in range(len(node)):
        if ms[at] < least[node[at]]:
            least[node[at]] = ms[at]
            if state[node[at]] == IDLE:
                state[node[at]] = FAR_OFF
                far[waiting] = node[at]
                waiting += 1
    while waiting > 0:
        end = np.uint64(2**63)
        for at in range(waiting):
            if state[far[at]] == FAR_OFF:
                end = min(end, least[far[at]])
        if end > limit:
            break
        end += window_ms
        first = last = count = kept = 0
        for at in range(waiting):
            if state[far[at]] != FAR_OFF:  # came near by another way meanwhile
                continue
            if least[far[at]] < end:
                state[far[at]] = NEAR
                near[count] = far[at]
                count += 1
            else:
                far[kept] = far[at]
                kept += 1
        waiting, last = kept, count % nodes
        while count > 0:
            taken = near[first]
            first = first + 1 if first + 1 < nodes else 0
            count -= 1
            state[taken] = IDLE
            for at in range(indptr[taken], indptr[taken + 1]):
                own_ms = arc_ms[arc[at]]
                if own_ms < 0:
                    continue
                sooner, onward_ms = tail[at], least[taken] + np.uint64(own_ms)
                if onward_ms >= least[sooner]:
                    continue
                least[sooner] = onward_ms
                if onward_ms < end:
                    if state[sooner] != NEAR:
                        state[sooner] = NEAR
                        near[last] = sooner
                        last = last + 1 if last + 1 < nodes else 0
                        count += 1
                elif state[sooner] == IDLE:
                    state[sooner] = FAR_OFF
                    far[waiting] = sooner
                    waiting += 1

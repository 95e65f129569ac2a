"""The road search itself, compiled: Dijkstra against the traffic in windows of time, over whole milliseconds.

Nodes wait in two lists. *Near* are those within the current window: first come, first served, until none is left; one
that gets shorter meanwhile comes back, so the times are exact however wide the window is (Meyer and Sanders 2003).
*Far* are the others: when a window is empty the next one opens at the nearest of them. Each list has room for every
node and holds none twice, so neither can overflow. What is about to be read is asked for ahead of time, which halves
the time a search takes.

All that it calls stands in this one file, because what is compiled is kept by file and only so notices every change.
Compiling takes seconds, once a machine. The functions run outside Python's lock, so threads search side by side. They
look up without asking: `geo.shortest`, `geo.nearest` and `geo.reduction` check what they hand over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from geo.compiling import compiled as _compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

NO_WAY = -1
"""In place of milliseconds: no open road leads from there."""

FAR = 2**61
"""Milliseconds that nothing is away; three of them still fit 64 bits."""

EMPTY, HOLDS, NOTED = 0, 1, 2
"""What a node's mark says: no provider stands there, one does, one does and this search has been there."""

IDLE, NEAR, FAR_OFF = 0, 1, 2
"""What a node's state says: it waits in no list, in the near one, in the far one."""

CROWD = 8
"""A window that lets through fewer than one in so many that wait is too narrow for these roads: the next is wider."""

ASK_ROW, ASK_ARCS = 6, 2
"""How many nodes ahead a node's row and its arcs are asked for."""


def _ask(_typing: Any, array: Any, _at: Any) -> Any:  # noqa: ANN401 - the compiler's own types
    """Ask for the cache line of an array's place; nothing is read, and a place beyond the end does no harm."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:  # noqa: ANN401
        start = context.make_array(signature.args[0])(context, builder, values[0]).data
        place = context.cast(builder, values[1], signature.args[1], types.intp)
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        prefetch = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
            builder.module, kind, "llvm.prefetch.p0"
        )
        reading, kept_close, data = (ir.Constant(number, value) for value in (0, 3, 1))
        builder.call(
            prefetch, [builder.bitcast(builder.gep(start, [place]), byte), reading, kept_close, data]
        )
        return context.get_dummy_value()

    return types.void(array, _at), code


ask: Any = intrinsic(_ask)


@_compiled
def turn(indptr: Array, head: Array, by_head: Array, tail: Array, arc: Array) -> None:
    """Fill the arcs by their head, those with the same head in their own order."""
    for a in range(len(head)):
        by_head[head[a] + 1] += 1
    for node in range(len(by_head) - 1):
        by_head[node + 1] += by_head[node]
    place = by_head[:-1].copy()
    for node in range(len(indptr) - 1):
        for a in range(indptr[node], indptr[node + 1]):
            at = place[head[a]]
            tail[at], arc[at] = node, a
            place[head[a]] = at + 1


@_compiled
def gather(arc: Array, arc_ms: Array, weight: Array) -> np.int64:
    """Fill the weights in the order they are read, and return the largest."""
    longest = np.int64(0)
    for at in range(len(arc)):
        ms = arc_ms[arc[at]]
        longest = max(longest, ms)
        weight[at] = max(ms, -1)
    return longest


@_compiled
def begin(node: Array, ms: Array, base: int, least: Array, state: Array, far: Array) -> int:
    """Put the first nodes into the far list, and return how many wait there."""
    waiting = 0
    for at in range(len(node)):
        if ms[at] + base < np.int64(least[node[at]]):
            least[node[at]] = ms[at] + base
            if state[node[at]] == IDLE:
                state[node[at]] = FAR_OFF
                far[waiting] = node[at]
                waiting += 1
    return waiting


@_compiled
def nearest_of(far: Array, waiting: int, least: Array, state: Array) -> np.int64:
    """Return the milliseconds of the first that waits in the far list; `FAR` when none does."""
    first = np.int64(FAR)
    for at in range(waiting):
        if state[far[at]] == FAR_OFF:
            first = min(first, np.int64(least[far[at]]))
    return first


@_compiled
def open_window(
    end: int, far: Array, waiting: int, least: Array, state: Array, near: Array
) -> tuple[int, int]:
    """Move what lies before the window's end from the far list to the near one; return how many wait in each."""
    moved = kept = 0
    for at in range(waiting):
        node = far[at]
        if state[node] != FAR_OFF:  # came near by another way meanwhile
            continue
        if np.int64(least[node]) < end:
            state[node] = NEAR
            near[moved] = node
            moved += 1
        else:
            far[kept] = node
            kept += 1
    return moved, kept


@_compiled
def drain(  # noqa: C901 - one loop, kept whole: a call would cost as much as the work it holds
    roads: tuple[Array, Array, Array],
    end: int,
    near: Array,
    count: int,
    far: Array,
    waiting: int,
    least: Array,
    state: Array,
    mark: Array | None,
    noted: Array | None,
    done: int,
) -> tuple[int, int]:
    """Shorten the ways of the nodes from which open arcs lead to those in the window, until none waits in it.

    Return how many wait in the far list. With `mark`, a node marked `HOLDS` is noted from place `done` on the first
    time it is taken; return the place after the last.
    """
    indptr, tail, weight = roads
    room, first, last = len(near), 0, count
    if last == room:
        last = 0
    while count > 0:
        taken = near[first]
        first += 1
        count -= 1
        if count > ASK_ROW and first + ASK_ROW < room:
            ask(indptr, near[first + ASK_ROW])
            ask(tail, np.uint32(indptr[near[first + ASK_ARCS]]))
            ask(weight, np.uint32(indptr[near[first + ASK_ARCS]]))
        if first == room:
            first = 0
        state[taken] = IDLE
        if mark is not None and noted is not None and mark[taken] == HOLDS:
            mark[taken] = NOTED
            noted[done] = taken
            done += 1
        here = np.int64(least[taken])
        for at in range(np.uint32(indptr[taken]), np.uint32(indptr[np.uint32(taken + np.uint32(1))])):
            if weight[at] < 0:
                continue
            node = tail[at]
            ms = here + weight[at]
            if ms < np.int64(least[node]):
                least[node] = ms
                if ms < end:
                    if state[node] != NEAR:
                        state[node] = NEAR
                        near[last] = node
                        last += 1
                        count += 1
                        if last == room:
                            last = 0
                elif state[node] == IDLE:
                    state[node] = FAR_OFF
                    far[waiting] = node
                    waiting += 1
    return waiting, done


@_compiled
def settle(roads: tuple[Array, Array, Array], window_ms: int, node: Array, ms: Array, least: Array) -> None:
    """Shorten each node's milliseconds to the least, window by window, from what they may not reach."""
    count = len(roads[0]) - 1
    state = np.full(count, IDLE, dtype=np.uint8)
    near, far = np.empty(count, dtype=np.uint32), np.empty(count, dtype=np.uint32)
    waiting = begin(node, ms, 0, least, state, far)
    while waiting > 0:
        end = nearest_of(far, waiting, least, state) + window_ms
        moved, waiting = open_window(end, far, waiting, least, state, near)
        if waiting > CROWD * moved:
            window_ms *= 2
        waiting, _ = drain(roads, end, near, moved, far, waiting, least, state, None, None, 0)


@_compiled
def search(
    indptr: Array, tail: Array, weight: Array, window_ms: int, node: Array, ms: Array, limit: int
) -> Array:
    """Return each node's least milliseconds; `NO_WAY` for what is not under the limit."""
    least = np.full(len(indptr) - 1, limit, dtype=np.int64)
    settle((indptr, tail, weight), window_ms, node, ms, least)
    for at in range(len(least)):
        if least[at] == limit:
            least[at] = NO_WAY
    return least


@_compiled
def insert(provider: int, ms: int, found: Array, found_ms: Array) -> None:
    """Put a provider into a list by time, then number; once only, and the last falls out of a full one."""
    k = len(found)
    at = k - 1
    for old in range(k):
        if found[old] == provider:
            at = old
            break
    if found_ms[at] < ms or (found_ms[at] == ms and 0 <= found[at] <= provider):
        return
    while at > 0 and (found_ms[at - 1] > ms or (found_ms[at - 1] == ms and found[at - 1] > provider)):
        found[at], found_ms[at] = found[at - 1], found_ms[at - 1]
        at -= 1
    found[at], found_ms[at] = provider, ms


@_compiled
def collect(
    some: Array, least: Array, base: int, stands: tuple[Any, ...], limit: int, found: Array, found_ms: Array
) -> None:
    """Put the providers at nodes whose times are final into the lists of their classes."""
    start, lead_ms, provider, of_class, left = stands
    for node in some:
        for at in range(start[node], start[node + 1]):
            c = of_class[provider[at]]
            left[c] -= 1
            ms = least[node] - base + lead_ms[at]
            if ms < limit:
                insert(provider[at], ms, found[c], found_ms[c])


@_compiled
def more_to_come(bound_ms: int, limit: int, found_ms: Array, left: Array) -> bool:
    """Return whether a provider at least so many milliseconds away could still be among the nearest of its class."""
    if bound_ms >= limit:
        return False
    for c in range(len(left)):
        if left[c] > 0 and found_ms[c, -1] >= bound_ms:
            return True
    return False


@_compiled
def nearest(
    roads: tuple[Array, Array, Array],
    window_ms: int,
    goals: tuple[Any, ...],
    stands: tuple[Any, ...],
    limit: int,
    span: int,
    found: Array,
    found_ms: Array,
) -> None:
    """Fill the k nearest of each class for each target, one search a target on the same working arrays.

    No search takes longer than `span`. Each counts from a base that lies so much lower than the last one's that
    whatever that left behind is longer than all it finds itself: nothing needs to be wiped in between.
    """
    order, goal_start, goal_node, goal_ms = goals
    start, lead_ms, provider, of_class = stands
    nodes = len(roads[0]) - 1
    all_left = np.zeros(found.shape[1], dtype=np.int64)
    mark, state = np.full(nodes, EMPTY, dtype=np.uint8), np.full(nodes, IDLE, dtype=np.uint8)
    for node in range(nodes):
        for at in range(start[node], start[node + 1]):
            mark[node] = HOLDS
            all_left[of_class[provider[at]]] += 1
    least, noted = np.full(nodes, FAR, dtype=np.int64), np.empty(len(provider), dtype=np.uint32)
    near, far = np.empty(nodes, dtype=np.uint32), np.empty(nodes, dtype=np.uint32)
    base = np.int64(0)
    for target in order:
        some = slice(goal_start[target], goal_start[target + 1])
        here = (start, lead_ms, provider, of_class, all_left.copy())
        waiting = begin(goal_node[some], goal_ms[some], base, least, state, far)
        done = before = 0
        while waiting > 0:
            nearest_ms = nearest_of(far, waiting, least, state)
            if not more_to_come(nearest_ms - base, limit, found_ms[target], here[4]):
                break
            end = nearest_ms + window_ms
            count, waiting = open_window(end, far, waiting, least, state, near)
            waiting, done = drain(roads, end, near, count, far, waiting, least, state, mark, noted, done)
            collect(noted[before:done], least, base, here, limit, found[target], found_ms[target])
            before = done
        for at in range(waiting):
            state[far[at]] = IDLE
        for at in range(done):
            mark[noted[at]] = HOLDS
        base -= span
        if base < span - FAR:
            least[:] = FAR
            base = np.int64(0)

"""The road search itself, compiled: bucket Dijkstra against the traffic, over whole milliseconds.

All that is compiled stands in this one file, because its cache is kept by file and only so notices every change.
Compiling takes seconds, once a machine. The functions run outside Python's lock, so threads search side by side. They
look up without asking: `geo.shortest` and `geo.nearest` check what they hand over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]

NO_WAY = -1
"""In place of milliseconds: no open road leads from there."""

FAR = 2**62
"""Milliseconds that nothing is away; two of them still fit 64 bits."""

EMPTY, HOLDS, NOTED = 0, 1, 2
"""What a node's mark says: no provider stands there, one does, one does and this search has been there."""

NEXT, LAST = 0, 1
"""The columns of `links`: the node that follows in a bucket's ring, and the one before."""


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function compiled at its first call; kept on disk, or compiled in each process where nothing may be."""
    try:
        return njit(nogil=True, cache=True)(function)
    except RuntimeError:  # numba: no folder to keep it in
        return njit(nogil=True)(function)


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
def take_out(links: Array, node: int) -> None:
    """Take a node out of the ring it is in; one that is in none stays as it is."""
    after, before = links[node, NEXT], links[node, LAST]
    links[before, NEXT] = after
    links[after, LAST] = before
    links[node, NEXT] = node
    links[node, LAST] = node


@_compiled
def put(links: Array, row: int, node: int) -> None:
    """Move a node from the ring it is in, if any, to the end of a bucket's."""
    take_out(links, node)
    end = links[row, LAST]
    links[node, LAST] = end
    links[node, NEXT] = row
    links[end, NEXT] = node
    links[row, LAST] = node


@_compiled
def begin(node: Array, ms: Array, shift: int, rows: int, least: Array, links: Array) -> np.int64:
    """Put the first nodes into their buckets, and return the number of the lowest."""
    lowest = np.int64(FAR)
    for at in range(len(node)):
        if ms[at] < least[node[at]]:
            least[node[at]] = ms[at]
            put(links, np.uint32(len(least) + ((ms[at] >> shift) & (rows - 1))), np.uint32(node[at]))
            lowest = min(lowest, ms[at])
    return lowest >> shift


@_compiled
def drain(
    row: int,
    indptr: Array,
    tail: Array,
    weight: Array,
    shift: int,
    rows: int,
    least: Array,
    links: Array,
    mark: Array | None,
    noted: Array | None,
    done: int,
) -> int:
    """Empty one bucket: shorten the ways of the nodes from which open arcs lead to those that wait in it.

    First come, first served, until none waits: a node that gets shorter meanwhile comes back, so the times are exact
    however wide the bucket is. With `mark`, a node marked `HOLDS` is noted from place `done` on the first time it is
    taken; return the place after the last. The rings are joined by hand here: calls would cost a third more.
    """
    taken = links[row, NEXT]
    while taken != row:
        after = links[taken, NEXT]
        links[row, NEXT] = after
        links[after, LAST] = row
        links[taken, NEXT] = taken
        links[taken, LAST] = taken
        if mark is not None and noted is not None and mark[taken] == HOLDS:
            mark[taken] = NOTED
            noted[done] = taken
            done += 1
        here = least[taken]
        for at in range(np.uint32(indptr[taken]), np.uint32(indptr[np.uint32(taken + np.uint32(1))])):
            if weight[at] < 0:
                continue
            node = tail[at]
            ms = here + weight[at]
            known = least[node]
            if ms < known:
                least[node] = ms
                after = links[node, NEXT]
                if known >> shift == ms >> shift and after != node:
                    continue
                before = links[node, LAST]
                links[before, NEXT] = after
                links[after, LAST] = before
                ring = np.uint32(len(least) + ((ms >> shift) & (rows - 1)))
                end = links[ring, LAST]
                links[node, LAST] = end
                links[node, NEXT] = ring
                links[end, NEXT] = node
                links[ring, LAST] = node
        taken = links[row, NEXT]
    return done


@_compiled
def search(
    indptr: Array,
    tail: Array,
    weight: Array,
    shift: int,
    rows: int,
    node: Array,
    ms: Array,
    least: Array,
    links: Array,
) -> None:
    """Fill each node's least milliseconds below what `least` holds, bucket by bucket.

    A bucket is a ring through `links`: row N + b is bucket b's own place in it, and a node stands in one ring at most,
    alone in its own when it waits in none. No list of entries can overflow, since there is none. All that waits lies
    within `rows` buckets of the current one.
    """
    for at in range(len(links)):
        links[at, NEXT] = at
        links[at, LAST] = at
    bucket = begin(node, ms, shift, rows, least, links)
    empty = 0
    while empty < rows:
        row = np.uint32(len(least) + (bucket & (rows - 1)))
        empty = empty + 1 if links[row, NEXT] == row else 0
        drain(row, indptr, tail, weight, shift, rows, least, links, None, None, 0)
        bucket += 1


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
    some: Array, least: Array, base: int, stands: tuple[Any, ...], far: int, found: Array, found_ms: Array
) -> None:
    """Put the providers at nodes whose times are final into the lists of their classes."""
    start, lead_ms, provider, of_class, left = stands
    for node in some:
        for at in range(start[node], start[node + 1]):
            c = of_class[provider[at]]
            left[c] -= 1
            ms = least[node] - base + lead_ms[at]
            if ms < far:
                insert(provider[at], ms, found[c], found_ms[c])


@_compiled
def more_to_come(bound_ms: int, far: int, found_ms: Array, left: Array) -> bool:
    """Return whether a provider at least so many milliseconds away could still be among the nearest of its class."""
    if bound_ms >= far:
        return False
    for c in range(len(left)):
        if left[c] > 0 and found_ms[c, -1] >= bound_ms:
            return True
    return False


@_compiled
def clear(some: Array, mark: Array, rows: int, links: Array) -> None:
    """Unmark the nodes noted, and take out those that still wait."""
    for node in some:
        mark[node] = HOLDS
    for row in range(len(mark), len(mark) + rows):
        while links[row, NEXT] != row:
            take_out(links, links[row, NEXT])


@_compiled
def nearest(
    roads: tuple[Any, ...],
    goals: tuple[Any, ...],
    stands: tuple[Any, ...],
    far: int,
    span: int,
    found: Array,
    found_ms: Array,
) -> None:
    """Fill the k nearest of each class for each target, one search a target on the same working arrays.

    No search takes longer than `span`. Each counts from a base that lies so much lower than the last one's that
    whatever that left behind is longer than all it finds itself: nothing needs to be wiped in between.
    """
    indptr, tail, weight, shift, rows = roads
    goal_start, goal_node, goal_ms = goals
    start, lead_ms, provider, of_class = stands
    count = len(indptr) - 1
    all_left = np.zeros(found.shape[1], dtype=np.int64)
    mark = np.full(count, EMPTY, dtype=np.uint8)
    for node in range(count):
        for at in range(start[node], start[node + 1]):
            mark[node] = HOLDS
            all_left[of_class[provider[at]]] += 1
    least, noted = np.full(count, FAR, dtype=np.int64), np.empty(len(provider), dtype=np.uint32)
    links = np.empty((count + rows, 2), dtype=np.uint32)
    for at in range(len(links)):
        links[at, NEXT] = at
        links[at, LAST] = at
    base = np.int64(0)
    for target in range(len(goal_start) - 1):
        some = slice(goal_start[target], goal_start[target + 1])
        here = (start, lead_ms, provider, of_class, all_left.copy())
        bucket = begin(goal_node[some], goal_ms[some] + base, shift, rows, least, links)
        done = before = empty = 0
        while empty < rows and more_to_come((bucket << shift) - base, far, found_ms[target], here[4]):
            row = np.uint32(count + (bucket & (rows - 1)))
            empty = empty + 1 if links[row, NEXT] == row else 0
            done = drain(row, indptr, tail, weight, shift, rows, least, links, mark, noted, done)
            collect(noted[before:done], least, base, here, far, found[target], found_ms[target])
            before = done
            bucket += 1
        clear(noted[:done], mark, rows, links)
        base -= span
        if base < span - FAR:
            least[:] = FAR
            base = np.int64(0)

"""How an area's roads fill from a place, compiled: a search that heads for the area, and the time a share takes.

The search adds to each node's milliseconds what the node is away from the area at least. Those sums never fall along
an arc, so it finds the same least times as any other search, but meets first what lies on the way to the area and
stops long before it has seen the whole network. Nodes wait as in `geo.kernels`; only what was touched is wiped
between two places. The functions look up without asking: `geo.reach` checks what it hands over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.compiling import compiled
from geo.kernels import ask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

FAR = 2**61
"""Milliseconds that nothing is away."""

IDLE, NEAR, FAR_OFF = 0, 1, 2
"""What a node's state says: it waits in no list, in the near one, in the far one."""

ASK_ROW, ASK_ARCS = 6, 2
"""How many nodes ahead a node's row and its arcs are asked for."""

SLACK = 1.0 - 1e-9
"""A share counts as covered when a thousandth of a millionth of it is missing: what sums of fractions may lose."""


@compiled
def headed(indptr: Array, head: Array, arc_ms: Array, away_ms: Array) -> Array:
    """Return by how much each arc's head is nearer to the area than its milliseconds explain; -1 where none leads on.

    That is 0 along the quickest way to the area, and never less, since `away_ms` are least times to it themselves.
    """
    extra = np.full(len(head), -1, dtype=np.int64)
    for node in range(len(indptr) - 1):
        if away_ms[node] < 0:
            continue
        for a in range(indptr[node], indptr[node + 1]):
            if arc_ms[a] >= 0 and away_ms[head[a]] >= 0:
                extra[a] = arc_ms[a] + away_ms[head[a]] - away_ms[node]
    return extra


@compiled
def led_to(indptr: Array, head: Array, extra: Array, node: Array) -> Array:
    """Return whether open arcs lead to each node from any of some nodes, bool (N,)."""
    seen = np.zeros(len(indptr) - 1, dtype=np.bool_)
    waiting = np.empty(len(indptr) - 1, dtype=np.int64)
    count = 0
    for start in node:
        if not seen[start]:
            seen[start] = True
            waiting[count] = start
            count += 1
    while count > 0:
        count -= 1
        taken = waiting[count]
        for a in range(indptr[taken], indptr[taken + 1]):
            if extra[a] >= 0 and not seen[head[a]]:
                seen[head[a]] = True
                waiting[count] = head[a]
                count += 1
    return seen


@compiled
def touch(node: int, ms: int, end: int, lists: tuple[Array, ...], counts: Array) -> None:
    """Shorten a node's way, and let the node wait where it belongs."""
    least, state, near, far, touched = lists
    if least[node] == FAR:
        touched[counts[3]] = node
        counts[3] += 1
    least[node] = ms
    if ms < end:
        if state[node] != NEAR:
            state[node] = NEAR
            at = counts[0] + counts[1]
            near[at - len(near) if at >= len(near) else at] = node
            counts[1] += 1
    elif state[node] == IDLE:
        state[node] = FAR_OFF
        far[counts[2]] = node
        counts[2] += 1


@compiled
def open_window(window_ms: int, lists: tuple[Array, ...], counts: Array) -> np.int64:
    """Move the nearest that wait from the far list to the near one, and return where their window ends."""
    least, state, near, far, _ = lists
    first = np.int64(FAR)
    for at in range(counts[2]):
        if state[far[at]] == FAR_OFF:
            first = min(first, least[far[at]])
    end = first + window_ms
    kept = moved = 0
    for at in range(counts[2]):
        node = far[at]
        if state[node] != FAR_OFF:  # came near by another way meanwhile
            continue
        if least[node] < end:
            state[node] = NEAR
            near[moved] = node
            moved += 1
        else:
            far[kept] = node
            kept += 1
    counts[0], counts[1], counts[2] = 0, moved, kept
    return end


@compiled
def drain(roads: tuple[Array, ...], end: int, lists: tuple[Array, ...], counts: Array) -> None:  # noqa: C901 - one loop
    """Shorten the ways of the nodes to which open arcs lead from those in the window, until none waits in it."""
    indptr, head, extra, _ = roads
    least, state, near, far, touched = lists
    room, first, last, count = len(near), 0, counts[1], counts[1]
    waiting, seen = counts[2], counts[3]
    if last == room:
        last = 0
    while count > 0:
        taken = near[first]
        first += 1
        count -= 1
        if count > ASK_ROW and first + ASK_ROW < room:
            ask(indptr, near[first + ASK_ROW])
            ask(head, indptr[near[first + ASK_ARCS]])
            ask(extra, indptr[near[first + ASK_ARCS]])
        if first == room:
            first = 0
        state[taken] = IDLE
        here = least[taken]
        for a in range(indptr[taken], indptr[taken + 1]):
            if extra[a] < 0:
                continue
            node = head[a]
            ms = here + extra[a]
            if ms < least[node]:
                if least[node] == FAR:
                    touched[seen] = node
                    seen += 1
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
    counts[0], counts[1], counts[2], counts[3] = 0, 0, waiting, seen


@compiled
def begins(
    least: Array, away_ms: Array, rows: tuple[Array, ...], leave: tuple[int, int], out: Array, count: int
) -> int:
    """Fill from place `count` on when ramps begin to fill from their two ends, their weight and crossing.

    Those from `leave[0]` to `leave[1]` are left out, and so are those that never fill. Return the place after the
    last.
    """
    tail, to_head, ahead, back, weight, crossing, here_ahead, here_back = rows
    for k in range(len(tail)):
        if leave[0] <= k < leave[1]:
            continue
        one, other = here_ahead[k], here_back[k]
        if ahead[k] < np.inf and least[tail[k]] < FAR:
            one = min(one, least[tail[k]] - away_ms[tail[k]] + ahead[k])
        if back[k] < np.inf and least[to_head[k]] < FAR:
            other = min(other, least[to_head[k]] - away_ms[to_head[k]] + back[k])
        if one < np.inf or other < np.inf:
            out[0, count], out[1, count], out[2, count], out[3, count] = one, other, weight[k], crossing[k]
            count += 1
    return count


@compiled
def known_ramps(
    least: Array,
    away_ms: Array,
    ramps: tuple[Array, ...],
    own: tuple[tuple[Array, ...], int, int],
    out: Array,
) -> int:
    """Fill when the area's ramps begin to fill, and return how many do; a place's own stand for some of them."""
    rows, first, last = own
    count = begins(least, away_ms, ramps, (first, last), out, 0)
    return int(begins(least, away_ms, rows, (0, 0), out, count))


@compiled
def filled(at_ms: float, one: float, other: float, weight: float, crossing: float) -> float:
    """Return how much of a ramp's weight is reached by a moment."""
    if crossing == 0.0:
        return weight if min(one, other) <= at_ms else 0.0
    return weight * min((max(at_ms - one, 0.0) + max(at_ms - other, 0.0)) / crossing, 1.0)


@compiled
def full_at(one: float, other: float, crossing: float) -> float:
    """Return when a ramp is full: from its first end alone, or where both fillings meet."""
    first, last = min(one, other), max(one, other)
    return first + crossing if last - first >= crossing else (first + last + crossing) / 2.0


@compiled
def covered(at_ms: float, out: Array, count: int) -> float:
    """Return the weight reached by a moment."""
    total = 0.0
    for k in range(count):
        total += filled(at_ms, out[0, k], out[1, k], out[2, k], out[3, k])
    return total


@compiled
def moment(wanted: float, out: Array, count: int, active: Array) -> np.int64:
    """Return the first whole millisecond by which so much weight is reached; -1 when it never is.

    The span in which it lies is halved again and again; ramps that are full before it or begin after it are
    looked at no more.
    """
    low, high = np.inf, 0.0
    for k in range(count):
        active[k] = k
        low = min(low, out[0, k], out[1, k])
        high = max(high, full_at(out[0, k], out[1, k], out[3, k]))
    if count == 0 or covered(np.ceil(high), out, count) < wanted * SLACK:
        return np.int64(-1)
    before, after = np.int64(np.floor(low)) - 1, np.int64(np.ceil(high))
    full, left = 0.0, count
    while after - before > 1:
        middle = (before + after) // 2
        reached = full
        for at in range(left):
            k = active[at]
            reached += filled(middle, out[0, k], out[1, k], out[2, k], out[3, k])
        if reached >= wanted * SLACK:
            after = middle
        else:
            before = middle
        kept = 0
        for at in range(left):
            k = active[at]
            if full_at(out[0, k], out[1, k], out[3, k]) <= before:
                full += out[2, k]
            elif min(out[0, k], out[1, k]) < after:
                active[kept] = k
                kept += 1
        left = kept
    return after


@compiled
def reached_of(goal: Array, least: Array, end: int) -> int:
    """Return how many goals' times are final when all before the window's end are."""
    final = 0
    for at in range(len(goal)):
        if least[goal[at]] < end:
            final += 1
    return final


@compiled
def settle(
    roads: tuple[Array, ...],
    window_ms: int,
    area: tuple[Array, tuple[Array, ...], float],
    own: tuple[tuple[Array, ...], int, int],
    work: tuple[tuple[Array, ...], Array, Array],
) -> None:
    """Search from what waits until every goal's time is final, or what is final covers the largest weight wanted."""
    goal, ramps, wanted = area
    lists, counts, out = work
    least, away_ms, known = lists[0], roads[3], 0
    while counts[2] > 0:
        end = open_window(window_ms, lists, counts)
        drain(roads, end, lists, counts)
        final = reached_of(goal, least, end)
        if final == len(goal):
            return
        if final > known and 2 * final > len(goal):
            known = final
            if covered(end - 1, out, known_ramps(least, away_ms, ramps, own, out)) >= wanted:
                return


@compiled
def some_rows(rows: tuple[Array, ...], first: int, last: int) -> tuple[Array, ...]:
    """Return some rows of the ramps."""
    tail, to_head, ahead, back, weight, crossing, here_ahead, here_back = rows
    some = slice(first, last)
    return (
        tail[some],
        to_head[some],
        ahead[some],
        back[some],
        weight[some],
        crossing[some],
        here_ahead[some],
        here_back[some],
    )


@compiled
def fill(
    roads: tuple[Array, ...],
    window_ms: int,
    goal: Array,
    starts: tuple[Array, Array, Array],
    ramps: tuple[Array, ...],
    own: tuple[Array, Array, Array, tuple[Array, ...]],
    wanted: Array,
    places: tuple[int, int],
    found: Array,
    reached: Array,
) -> int:
    """Fill, for some places, the moments by which the wanted weights are reached; return how many nodes were seen.

    `reached` is what can be reached at all where the largest weight never is.
    """
    away_ms, nodes, seen = roads[3], len(roads[0]) - 1, 0
    least, state = np.full(nodes, FAR, dtype=np.int64), np.full(nodes, IDLE, dtype=np.uint8)
    near, far = np.empty(nodes, dtype=np.int32), np.empty(nodes, dtype=np.int32)
    touched, counts = np.empty(nodes, dtype=np.int32), np.zeros(4, dtype=np.int64)
    lists = (least, state, near, far, touched)
    room = len(ramps[0]) + len(own[3][0])
    out, active = np.empty((4, room)), np.empty(room, dtype=np.int64)
    for place in range(places[0], places[1]):
        here = (some_rows(own[3], own[0][place], own[0][place + 1]), own[1][place], own[2][place])
        for at in range(starts[0][place], starts[0][place + 1]):
            node = starts[1][at]
            if away_ms[node] >= 0 and starts[2][at] + away_ms[node] < least[node]:
                touch(node, starts[2][at] + away_ms[node], -1, lists, counts)
        settle(roads, window_ms, (goal, ramps, wanted[-1]), here, (lists, counts, out))
        count = known_ramps(least, away_ms, ramps, here, out)
        reached[place] = out[2, :count].sum()
        for at in range(len(wanted)):
            found[place, at] = moment(wanted[at], out, count, active)
        seen += counts[3]
        for at in range(counts[3]):
            least[touched[at]] = FAR
            state[touched[at]] = IDLE
        counts[:] = 0
    return seen

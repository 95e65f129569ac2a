"""What folds nodes away and brings them back, compiled. It looks up without asking: `geo.reduction` checks.

A node with few neighbours is folded: each pair of its neighbours is joined past it, and it goes. Folded nodes stand
behind the kept ones, the last to go first, so that all neighbours *above* a folded node have lower numbers than it.
Between a folded node and each one above it lie two weights: out to the upper one, and back.

Where every question passes, places are counted up as numbers without a sign, which takes half the time of a `range`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.compiling import compiled as _compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

FAR = 2**61
"""As `geo.kernels.FAR`; a compiled function knows only its own file."""

CROWD = 32
"""A node is kept when two of its neighbours have more neighbours than this: looking for what joins them would cost."""


@_compiled
def append(node: int, side: int, first: Array, after: Array, degree: Array) -> None:
    """Put one side of a pair into a node's list."""
    after[side] = first[node]
    first[node] = side
    degree[node] += 1


@_compiled
def neighbours(node: int, first: Array, after: Array, end: Array, gone: Array, found: Array) -> int:
    """Fill the sides of a node's pairs with who is left, and drop the others from its list; return how many."""
    count, last, side = 0, -1, first[node]
    while side >= 0:
        onward = after[side]
        if gone[end[side ^ 1]]:
            if last < 0:
                first[node] = onward
            else:
                after[last] = onward
        else:
            if count < len(found):
                found[count] = side
            count += 1
            last = side
        side = onward
    return count


@_compiled
def foldable(sides: Array, end: Array, degree: Array) -> bool:
    """Return whether joining a node's neighbours past it needs no long search."""
    crowded = 0
    for side in sides:
        if degree[end[side ^ 1]] > CROWD:
            crowded += 1
    return crowded <= 1


@_compiled
def between(one: int, other: int, first: Array, after: Array, end: Array, gone: Array, degree: Array) -> int:
    """Return the way from one node to another: the side of a pair at the one; -1 when there is none."""
    swap = degree[one] > degree[other]
    here, there = (other, one) if swap else (one, other)
    last, side = -1, first[here]
    while side >= 0:
        onward = after[side]
        if end[side ^ 1] == there:
            return int(side ^ 1 if swap else side)
        if gone[end[side ^ 1]]:
            if last < 0:
                first[here] = onward
            else:
                after[last] = onward
        else:
            last = side
        side = onward
    return -1


@_compiled
def join_past(
    sides: Array, lists: tuple[Array, ...], pairs: int, joins: Array, joined: int
) -> tuple[int, int]:
    """Note the way that joins each two neighbours of a node that goes, made where there was none.

    Return how many pairs there are now, and how many joins.
    """
    first, after, end, gone, degree = lists
    for i in range(len(sides)):
        for j in range(i + 1, len(sides)):
            one, other = end[sides[i] ^ 1], end[sides[j] ^ 1]
            way = between(one, other, first, after, end, gone, degree)
            if way < 0:
                way = 2 * pairs
                end[way], end[way + 1] = one, other
                append(one, way, first, after, degree)
                append(other, way + 1, first, after, degree)
                pairs += 1
            joins[joined] = way
            joined += 1
    return pairs, joined


@_compiled
def fold(nodes: int, low: Array, high: Array, most: int) -> tuple[Array, Array, Array, Array, Array]:
    """Fold every node with at most so many neighbours, dead ends first, and what then has no more.

    Pair p has the sides 2p at its `low` node and 2p + 1 at its `high` one; a side also stands for the way from its
    own node to the other. Return the nodes in the order in which they went, where the sides of each begin, these
    sides, the ways that joined each pair of them (from the earlier to the later one), and each side's node.
    """
    pairs = len(low)
    room = pairs + nodes * (most * (most - 1) // 2)
    end, after = np.empty(2 * room, dtype=np.int32), np.empty(2 * room, dtype=np.int32)
    first, degree = np.full(nodes, -1, dtype=np.int32), np.zeros(nodes, dtype=np.int32)
    for pair in range(pairs):
        end[2 * pair], end[2 * pair + 1] = low[pair], high[pair]
        append(low[pair], 2 * pair, first, after, degree)
        append(high[pair], 2 * pair + 1, first, after, degree)
    gone, order = np.zeros(nodes, dtype=np.bool_), np.empty(nodes, dtype=np.int32)
    lists = (first, after, end, gone, degree)
    start, sides = np.zeros(nodes + 1, dtype=np.int64), np.empty(nodes * most, dtype=np.int32)
    joins = np.empty(nodes * (most * (most - 1) // 2), dtype=np.int32)
    found, stack = np.empty(most, dtype=np.int32), np.empty(nodes * most + 1, dtype=np.int32)
    went = joined = 0
    for few in range(1, most + 1):
        for node in range(nodes):
            stack[0], waiting = node, 1
            while waiting > 0:
                waiting -= 1
                here = stack[waiting]
                if gone[here] or degree[here] > few:
                    continue
                count = neighbours(here, first, after, end, gone, found)
                if not foldable(found[:count], end, degree):
                    continue
                gone[here], order[went] = True, here
                went += 1
                begin = start[went - 1]
                start[went] = begin + count
                sides[begin : begin + count] = found[:count]
                for side in found[:count]:
                    degree[end[side ^ 1]] -= 1
                pairs, joined = join_past(found[:count], lists, pairs, joins, joined)
                for side in found[:count]:
                    other = end[side ^ 1]
                    if other < here and degree[other] <= few:
                        stack[waiting] = other
                        waiting += 1
    parts = order[:went].copy(), start[: went + 1].copy(), sides[: start[went]].copy(), joins[:joined].copy()
    return (*parts, end[: 2 * pairs].copy())


@_compiled
def last_of_piece(nodes: int, order: Array, start: Array, sides: Array, end: Array) -> Array:
    """Return where among the folded nodes, in the order in which they went, stands the last of each one's piece.

    The neighbours above a node are joined to each other, so all of them that are folded, too, are of the same piece.
    """
    place, last = np.full(nodes, -1, dtype=np.int64), np.empty(len(order), dtype=np.int64)
    for at in range(len(order)):
        place[order[at]] = at
    for at in range(len(order) - 1, -1, -1):
        last[at] = at
        for side in sides[start[at] : start[at + 1]]:
            above = place[end[side ^ 1]]
            if above >= 0:
                last[at] = last[above]
    return last


@_compiled
def reach(there: Array, start: Array, sides: Array, joins: Array) -> None:
    """Mark the ways that a join adds to those that arcs run along; nodes in the order in which they went."""
    at = 0
    for row in range(len(start) - 1):
        for i in range(start[row], start[row + 1]):
            for j in range(i + 1, start[row + 1]):
                if there[sides[i] ^ 1] and there[sides[j]]:
                    there[joins[at]] = True
                if there[sides[j] ^ 1] and there[sides[i]]:
                    there[joins[at] ^ 1] = True
                at += 1


@_compiled
def weigh(
    arc_ms: Array,
    arcs: tuple[Array, Array],
    tiles: tuple[Array, Array],
    weight: Array,
    folded: int,
    start: Array,
    joins: Array,
    shut: int,
) -> tuple[np.int64, np.int64]:
    """Put each arc's milliseconds where they are read, `shut` for a closed one, and join what lies past folded nodes.

    Tile by tile: what is put there is joined while it is near. Return the largest of the arcs, and what `join` returns.
    """
    tile_arc, tile_row = tiles
    weight[:folded], weight[folded + 2 * start[-1] :] = shut, shut
    longest, added, at = put(arc_ms, arcs, 0, tile_arc[0], weight, shut), np.int64(0), np.uint64(0)
    for tile in range(len(tile_row) - 1):
        first, last = tile_row[tile + 1], tile_row[tile]
        weight[folded + 2 * start[first] : folded + 2 * start[last]] = shut
        longest = max(longest, put(arc_ms, arcs, tile_arc[tile], tile_arc[tile + 1], weight, shut))
        at, joined = join(weight, folded, start, first, last, joins, at, shut)
        added = max(added, joined)
    return longest, added


@_compiled
def put(arc_ms: Array, arcs: tuple[Array, Array], first: int, end: int, weight: Array, shut: int) -> np.int64:
    """Put the milliseconds of some arcs where they are read, and return the largest."""
    arc, into = arcs
    longest = np.int64(0)
    at, one = np.uint64(first), np.uint64(1)
    while at < np.uint64(end):
        ms, place = np.int64(arc_ms[np.uint32(arc[at])]), np.uint32(into[at])
        longest = max(longest, ms)
        weight[place] = min(np.int64(weight[place]), ms if ms >= 0 else shut)
        at += one
    return longest


@_compiled
def join(
    weight: Array, folded: int, start: Array, first: int, last: int, joins: Array, at: np.uint64, shut: int
) -> tuple[np.uint64, np.int64]:
    """Shorten the ways between the neighbours of each folded node, the first to go first, by the ways past it.

    Those in the rows before `last` down to `first`, whose joins stand from `at` on. Return where they end, and the
    longest way that was between two neighbours when they were joined; it may be shorter now.
    """
    longest, nothing = np.int64(0), np.int64(0)
    one, two = np.uint64(1), np.uint64(2)
    for row in range(last - 1, first - 1, -1):
        i, end = np.uint64(folded + 2 * start[row]), np.uint64(folded + 2 * start[row + 1])
        while i < end:
            out, back = np.int64(weight[i]), np.int64(weight[i + one])
            i += two
            j = i
            while j < end:
                way, other = np.uint32(joins[at]), np.uint32(joins[at + one])
                ahead = min(np.int64(weight[way]), back + np.int64(weight[j]))
                again = min(np.int64(weight[other]), out + np.int64(weight[j + one]))
                weight[way], weight[other] = ahead, again
                longest = max(longest, ahead if ahead < shut else nothing)
                longest = max(longest, again if again < shut else nothing)
                at += two
                j += two
    return at, longest


@_compiled
def climb(
    node: Array,
    ms: Array,
    weight: Array,
    folded: int,
    start: Array,
    above: Array,
    shut: int,
    far: int,
    limit: int,
    least: Array,
) -> tuple[Array, Array]:
    """Fill the folded nodes with what they cannot exceed: the first nodes' own milliseconds, and of those below them.

    The kept nodes are filled with the limit. Return those that are reached below it, and when: there the search starts.
    """
    kept = len(least) - (len(start) - 1)
    least[:kept], least[kept:] = limit, far
    for at in range(len(node)):
        least[node[at]] = min(np.int64(least[node[at]]), ms[at])
    for row in range(len(start) - 2, -1, -1):
        here = np.int64(least[kept + row])
        if here < far:
            for at in range(start[row], start[row + 1]):
                back = np.int64(weight[folded + 2 * at + 1])
                if back < shut:
                    least[above[at]] = min(np.int64(least[above[at]]), here + back)
    count = 0
    for at in range(kept):
        count += 1 if least[at] < limit else 0
    first, first_ms = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    count = 0
    for at in range(kept):
        if np.int64(least[at]) < limit:
            first[count], first_ms[count] = at, least[at]
            least[at] = limit
            count += 1
    return first, first_ms


@_compiled
def descend(
    least: Array,
    weight: Array,
    folded: int,
    start: Array,
    above: Array,
    shut: int,
    number: Array,
    limit: int,
) -> tuple[Array, np.int64]:
    """Return each node's milliseconds, -1 for what is not under the limit, and the most of them.

    Those of the kept ones are known; then come the folded ones', the last to go first.
    """
    kept = len(least) - (len(start) - 1)
    at, one = np.uint64(0), np.uint64(1)
    for row in range(len(start) - 1):
        here, end = np.uint64(kept + row), np.uint64(start[row + 1])
        best = np.int64(least[here])
        while at < end:
            out = np.int64(weight[np.uint64(folded) + at + at])
            best = min(best, np.int64(least[np.uint32(above[at])]) + (out if out < shut else FAR))
            at += one
        least[here] = best
    answer, most = np.empty(len(number), dtype=np.int64), np.int64(-1)
    for node in range(len(number)):
        ms = np.int64(least[np.uint32(number[node])])
        ms = ms if ms < limit else np.int64(-1)
        most = max(most, ms)
        answer[node] = ms
    return answer, most


@_compiled
def highest(numbers: Array) -> int:
    """Return where the highest number stands."""
    best = 0
    for at in range(1, len(numbers)):
        if numbers[at] > numbers[best]:
            best = at
    return best


@_compiled
def spread(
    node: Array,
    ms: Array,
    weight: Array,
    first: int,
    start: Array,
    above: Array,
    shut: int,
    least: Array,
) -> tuple[Array, Array, Array]:
    """Return every node above each of some, itself included: which one it belongs to, the node, and its milliseconds.

    With the weights from `first` on: out, from the folded node up, or back. `least` is `FAR` everywhere, and is left
    so.
    """
    kept, count, room = len(least) - (len(start) - 1), 0, 4 * len(node) + 64
    owner, place, away = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    todo = np.empty(len(least), dtype=np.int64)
    for one in range(len(node)):
        waiting, mine = 1, count
        todo[0], least[node[one]] = node[one], ms[one]
        while waiting > 0:
            last = highest(todo[:waiting])
            here = todo[last]
            waiting -= 1
            todo[last] = todo[waiting]
            if count == room:
                room *= 2
                owner = np.concatenate((owner, np.empty(room - count, np.int64)))
                place = np.concatenate((place, np.empty(room - count, np.int64)))
                away = np.concatenate((away, np.empty(room - count, np.int64)))
            owner[count], place[count], away[count] = one, here, least[here]
            count += 1
            if here < kept:
                continue
            for at in range(start[here - kept], start[here - kept + 1]):
                step = np.int64(weight[first + 2 * at])
                if step >= shut:
                    continue
                if least[above[at]] == FAR:
                    todo[waiting] = above[at]
                    waiting += 1
                least[above[at]] = min(least[above[at]], least[here] + step)
        for at in range(mine, count):
            least[place[at]] = FAR
    return owner[:count].copy(), place[:count].copy(), away[:count].copy()


@_compiled
def meet(least: Array, kept: int, far: int, of: Array, node: Array, ms: Array, found: Array) -> np.int64:
    """Fill the least milliseconds by which each of some is where the times of a search are, -1 for never.

    `of`, `node` and `ms` are as `spread` gives them. Return the most of the kept nodes' times; -1 when there is none.
    """
    most = np.int64(-1)
    for at in range(kept):
        here = np.int64(least[at])
        most = max(most, here if here < far else np.int64(-1))
    found[:] = FAR
    for at in range(len(of)):
        here = np.int64(least[node[at]])
        if here < far:
            found[of[at]] = min(found[of[at]], here + ms[at])
    for at in range(len(found)):
        if found[at] == FAR:
            found[at] = -1
    return most

"""Coverage's sums over points and providers, compiled: plain loops in a fixed order, so that the same inputs give the same bytes.

`FAR` stands for what takes forever. All that is called stands in this file: see `geo.compiling`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.compiling import compiled as _compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

FAR = 2**61
"""Milliseconds that nothing is away, as in `geo.kernels`."""

FEW = 32
"""So many values are sorted sooner by putting each in its place."""

NINE, TEN = 9, 10
"""What share of a target's people must have something for the target to have it."""


@_compiled
def joined(node_ms: Array, goals: tuple[Array, ...], stands: tuple[Array, ...], out: Array) -> None:
    """Fill the milliseconds from each stand to each goal by the best of their nodes: goals (rows) by stands (columns).

    node_ms holds those between nodes (below 0 without a way); goals and stands their first entries, nodes, times.
    """
    goal_start, goal_row, goal_ms = goals
    stand_start, stand_column, stand_ms = stands
    least = np.empty(node_ms.shape[1], dtype=np.int64)
    for goal in range(len(goal_start) - 1):
        least[:] = FAR
        for at in range(goal_start[goal], goal_start[goal + 1]):
            row = goal_row[at]
            for column in range(len(least)):
                ms = node_ms[row, column]
                if ms >= 0 and ms + goal_ms[at] < least[column]:
                    least[column] = ms + goal_ms[at]
        for stand in range(len(stand_start) - 1):
            best = np.int64(FAR)
            for at in range(stand_start[stand], stand_start[stand + 1]):
                if least[stand_column[at]] < FAR:
                    best = min(best, least[stand_column[at]] + stand_ms[at])
            out[goal, stand] = best


@_compiled
def soonest(way_ms: Array, members: tuple[Array, ...], out: Array) -> None:
    """Fill each pair's least milliseconds at each point: (P, pairs), `FAR` already everywhere.

    members: each one's way, milliseconds to get ready, pair, and whether it counts.
    """
    way, ready_ms, pair, counts = members
    for point in range(len(way_ms)):
        for member in range(len(way)):
            if counts[member]:
                ms = way_ms[point, way[member]]
                if ms < FAR and ms + ready_ms[member] < out[point, pair[member]]:
                    out[point, pair[member]] = ms + ready_ms[member]


@_compiled
def nearest_pairs(pair_ms: Array, start: Array, found: Array, found_ms: Array) -> None:
    """Fill the soonest pairs of each class in each row, and their milliseconds: (R, S, K); of equal ones the first.

    found holds -1 and found_ms `FAR` already.
    """
    k = found.shape[2]
    for row in range(len(pair_ms)):
        for group in range(len(start) - 1):
            own, own_ms = found[row, group], found_ms[row, group]
            for pair in range(start[group], start[group + 1]):
                ms = pair_ms[row, pair]
                if ms >= own_ms[k - 1]:
                    continue
                at = k - 1
                while at > 0 and own_ms[at - 1] > ms:
                    own[at], own_ms[at] = own[at - 1], own_ms[at - 1]
                    at -= 1
                own[at], own_ms[at] = pair, ms


@_compiled
def pairs_within(pair_ms: Array, start: Array, limits: Array, out: Array) -> None:
    """Fill the pairs of each class within each limit (rising) at each point, (P, S, H)."""
    first = np.empty(len(limits) + 1, dtype=np.int64)
    for point in range(len(pair_ms)):
        for group in range(len(start) - 1):
            first[:] = 0
            for pair in range(start[group], start[group + 1]):
                at = 0
                for limit in limits:  # counted, not looked for: to guess wrong takes longer
                    at += pair_ms[point, pair] > limit
                first[at] += 1
            within = 0
            for at in range(len(limits)):
                within += first[at]
                out[point, group, at] = within


@_compiled
def units_within(
    ms_by_way: Array, members: tuple[Array, ...], start: Array, units: Array, limits: Array, out: Array
) -> None:
    """Add up the units of each class within each limit at each point, (S, H, P), 0 already everywhere.

    ms_by_way: (W, P). The members of class c stand from `start[c]` on.
    """
    way, ready_ms, _, counts = members
    for group in range(len(start) - 1):
        for member in range(start[group], start[group + 1]):
            if counts[member]:
                own, amount = ms_by_way[way[member]], units[member]
                for at in range(len(limits)):
                    within, left_ms = out[group, at], limits[at] - ready_ms[member]
                    for point in range(len(own)):  # by points within, so that several are done at once
                        within[point] += amount if own[point] <= left_ms else 0


@_compiled
def parted(values: Array, weights: Array, low: int, high: int) -> tuple[int, int]:
    """Put what is below one of some values first and what is above it last; return where the equal ones begin and end."""
    one, other, third = values[low], values[(low + high) // 2], values[high - 1]
    middle = max(min(one, other), min(max(one, other), third))
    at = low
    while at < high:
        if values[at] < middle:
            values[at], values[low] = values[low], values[at]
            weights[at], weights[low] = weights[low], weights[at]
            low += 1
            at += 1
        elif values[at] > middle:
            high -= 1
            values[at], values[high] = values[high], values[at]
            weights[at], weights[high] = weights[high], weights[at]
        else:
            at += 1
    return low, high


@_compiled
def least_for_most(values: Array, weights: Array, whole: int) -> np.int64:
    """Return the least value that values of nine tenths of the weight do not exceed; `values` and `weights` get reordered.

    Many are parted until few are left among which it must be; few are sorted.
    """
    low, high, total = 0, len(values), np.int64(0)
    while high - low > FEW:
        first, last = parted(values, weights, low, high)
        below = total + weights[low:first].sum()
        if first > low and TEN * below >= NINE * whole:
            high = first
            continue
        below += weights[first:last].sum()
        if TEN * below >= NINE * whole:
            return np.int64(values[first])
        low, total = last, below
    for at in range(low + 1, high):
        value, weight, before = values[at], weights[at], at
        while before > low and values[before - 1] > value:
            values[before], weights[before] = values[before - 1], weights[before - 1]
            before -= 1
        values[before], weights[before] = value, weight
    for at in range(low, high):
        total += weights[at]
        if TEN * total >= NINE * whole:
            return np.int64(values[at])
    return np.int64(FAR)


@_compiled
def for_most(values: Array, targets: tuple[Array, ...], out: Array) -> None:
    """Fill what nine tenths of each target's people have at most: (P, n) at the points, (T, n) of the targets."""
    start, point, people = targets
    for target in range(len(start) - 1):
        some = point[start[target] : start[target + 1]]
        weights = people[some]
        whole = weights.sum()
        own, heavy = np.empty(len(some), dtype=np.int64), np.empty(len(some), dtype=np.int64)
        for column in range(values.shape[1]):
            for at in range(len(some)):
                own[at], heavy[at] = values[some[at], column], weights[at]
            out[target, column] = least_for_most(own, heavy, whole)


@_compiled
def people_within(found_ms: Array, targets: tuple[Array, ...], limits: Array, out: Array) -> None:
    """Add up the people of each target who have the k-th within each limit, (T, S, K, H), 0 already everywhere."""
    start, point, people = targets
    _, groups, k, many = out.shape
    for target in range(len(start) - 1):
        for at in range(start[target], start[target + 1]):
            for group in range(groups):
                for rank in range(k):
                    ms = found_ms[point[at], group, rank]
                    for limit in range(many):
                        if ms <= limits[limit]:
                            out[target, group, rank, limit] += people[point[at]]


@_compiled
def carriers(first: Array, first_ms: Array, targets: tuple[Array, ...], out: Array, out_ms: Array) -> None:
    """Fill the pair whose loss delays a target's first most, and the milliseconds then: (T, S), -1 and `FAR` where none.

    first and first_ms hold the two soonest at each point, (P, S, 2 or more). Of equal ones the lowest pair.
    """
    start, point, people = targets
    for target in range(len(start) - 1):
        some = point[start[target] : start[target + 1]]
        weights = people[some]
        whole = weights.sum()
        for group in range(first.shape[1]):
            worst, worst_ms = np.int64(-1), np.int64(-1)
            for at in range(len(some)):
                lost = first[some[at], group, 0]
                if lost < 0 or lost == worst:
                    continue
                own = np.empty(len(some), dtype=np.int64)
                for other in range(len(some)):
                    second = 1 if first[some[other], group, 0] == lost else 0
                    own[other] = first_ms[some[other], group, second]
                ms = least_for_most(own, weights.copy(), whole)
                if ms > worst_ms or (ms == worst_ms and lost < worst):
                    worst, worst_ms = lost, ms
            out[target, group] = worst
            out_ms[target, group] = worst_ms if worst >= 0 else FAR


@_compiled
def best_members(
    near: Array,
    way_ms: Array,
    members: tuple[Array, ...],
    start: Array,
    targets: tuple[Array, ...],
    out: Array,
) -> None:
    """Fill the member by which each near pair is soonest at nine tenths of a target's people, (T, S, K); -1 where none.

    The members of pair p stand from `start[p]` on; of equal ones the first.
    """
    way, ready_ms, _, counts = members
    target_start, point, people = targets
    for target in range(len(near)):
        some = point[target_start[target] : target_start[target + 1]]
        weights = people[some]
        whole = weights.sum()
        for group in range(near.shape[1]):
            for rank in range(near.shape[2]):
                pair, best = near[target, group, rank], np.int64(FAR)
                if pair < 0:
                    continue
                for member in range(start[pair], start[pair + 1]):
                    if not counts[member]:
                        continue
                    own = np.empty(len(some), dtype=np.int64)
                    for at in range(len(some)):
                        own[at] = min(way_ms[some[at], way[member]] + ready_ms[member], FAR)
                    ms = least_for_most(own, weights.copy(), whole)
                    if ms < best:
                        best = ms
                        out[target, group, rank] = member


@_compiled
def scores(
    ms_by_way: Array,
    members: tuple[Array, ...],
    groups: tuple[Array, ...],
    people: Array,
    bands: tuple[Array, ...],
    out: Array,
) -> None:
    """Add up each point's share of what every member has: E2SFCA (Luo and Qi 2009), (S, P), 0 already everywhere.

    A member's units, over the people it reaches, each weighed by the band of its arrival. ms_by_way: (W, P); groups: where each class's
    members begin, and their units; bands: the longest milliseconds and the weight of each.
    """
    way, ready_ms, _, counts = members
    start, units = groups
    limits, weights = bands
    near, share = np.empty(ms_by_way.shape[1], dtype=np.int64), np.empty(ms_by_way.shape[1])
    for group in range(len(start) - 1):
        for member in range(start[group], start[group + 1]):
            if not counts[member]:
                continue
            own, lead_ms, asked, served = ms_by_way[way[member]], ready_ms[member], 0.0, 0
            for point in range(len(own)):
                ms = own[point] + lead_ms
                if ms <= limits[-1]:
                    band = 0
                    while ms > limits[band]:
                        band += 1
                    near[served], share[served] = point, weights[band]
                    asked += people[point] * weights[band]
                    served += 1
            if asked > 0.0:
                each = units[member] / asked
                for at in range(served):
                    out[group, near[at]] += each * share[at]

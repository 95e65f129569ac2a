"""Parts of edges driven, and how places on the road set out, compiled: by either end of their edge, or straight along it.

Most places stand on an edge with no closure, no bridge and no goal on it, where only its two ends count. The functions
look up without asking: `geo.passage` and `geo.departures` check what they hand over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Ends = tuple[Array, Array, Array, Array]
    Spans = tuple[Array, Array, Array]
    Obstructions = tuple[Array, Array, Array, Array, float]
    Goals = tuple[Array, Array, Array, Array, Array]
    Roads = tuple[Ends, Spans, Array, Obstructions, Goals, float]
    Way = tuple[int, int, float, float]
    Found = tuple[Array, Array, Array, Array, Array, Array]
    Own = tuple[Array, Array, Array, Array]

FAR = 2**62
"""Milliseconds that no way takes."""

STRAIGHT_AHEAD, STRAIGHT_BACK, BY_HEAD, BY_TAIL = range(4)
"""The four ways to set out, in the order in which equals are preferred."""


@compiled
def by_ends(e: int, here: float, roads: Roads) -> Way:
    """Return the quicker of the ways by the two ends of an edge with nothing on it, by the head when they are equal.

    Its milliseconds, `FAR` where neither leads on, which it is, up to where on the edge it goes, and 0 m of access leg.
    """
    (head, tail, forward_arc, backward_arc), (length_m, edge_ms, barred) = roads[0], roads[1]
    node_ms, half = roads[2], roads[5]
    # No branch hangs on what is looked up, so many places are on their way from memory at once.
    length, to_head, to_tail = length_m[e], node_ms[head[e]], node_ms[tail[e]]
    by_one = (forward_arc[e] >= 0) & (to_head >= 0) & (not barred[e])
    by_other = (backward_arc[e] >= 0) & (to_tail >= 0) & (not barred[e])
    ahead = np.int64(np.floor((length - here) / length * edge_ms[e] + half)) + to_head
    back = np.int64(np.floor(here / length * edge_ms[e] + half)) + to_tail
    ahead, back = ahead if by_one else FAR, back if by_other else FAR
    turns = back < ahead
    return min(ahead, back), BY_TAIL if turns else BY_HEAD, 0.0 if turns else length, 0.0


@compiled
def unrounded_ms(e: int, from_m: float, to_m: float, spans: Spans, obstructions: Obstructions) -> float:
    """Return the milliseconds between two places on an edge, infinite where it is barred or a block lies between."""
    length_m, edge_ms, barred = spans
    of_edge, begin_m, end_m, factor, touch_m = obstructions
    at, slowed_m = np.searchsorted(of_edge, e), 0.0
    while at < len(of_edge) and of_edge[at] == e:
        overlap = min(to_m, end_m[at]) - max(from_m, begin_m[at])
        if not np.isinf(factor[at]):
            slowed_m += (factor[at] - 1.0) * max(overlap, 0.0)
        elif overlap > touch_m:
            return np.inf
        at += 1
    return np.inf if barred[e] else ((to_m - from_m) + slowed_m) / length_m[e] * edge_ms[e]


@compiled
def drive_parts(
    edge: Array, from_m: Array, to_m: Array, spans: Spans, obstructions: Obstructions, ms: Array
) -> None:
    """Fill the milliseconds of parts of edges, as `unrounded_ms` returns them."""
    for at in range(len(edge)):
        ms[at] = unrounded_ms(edge[at], from_m[at], to_m[at], spans, obstructions)


@compiled
def passage_ms(e: int, from_m: float, to_m: float, roads: Roads) -> int:
    """Return the same in whole milliseconds; `FAR` where there is no passage."""
    ms = unrounded_ms(e, from_m, to_m, roads[1], roads[3])
    return np.int64(np.floor(ms + roads[5])) if np.isfinite(ms) else np.int64(FAR)  # type: ignore[return-value]


@compiled
def straight(e: int, here: float, way: int, roads: Roads) -> Way:
    """Return the way along the own edge, ahead or back, to the stretch from which the area is reached soonest.

    Of equals it is the one with the shortest access leg, then the nearest.
    """
    of_edge, begin_m, end_m, leg_m, leg_ms = roads[4]
    best, best_m = (FAR, way, 0.0, 0.0), 0.0
    for at in range(np.searchsorted(of_edge, e), len(of_edge)):
        if of_edge[at] != e:
            break
        until_m = max(begin_m[at], here) if way == STRAIGHT_AHEAD else min(end_m[at], here)
        if (end_m[at] < here) if way == STRAIGHT_AHEAD else (begin_m[at] > here):
            continue
        ms = passage_ms(e, min(here, until_m), max(here, until_m), roads) + leg_ms[at]
        driven_m = abs(until_m - here)
        if ms < FAR and (ms, leg_m[at], driven_m) < (best[0], best[3], best_m):
            best, best_m = (ms, way, until_m, leg_m[at]), driven_m
    return best


@compiled
def by_all(e: int, here: float, roads: Roads) -> Way:
    """Return the best of all four ways, whatever lies on the edge; of equals the first."""
    head, tail, forward_arc, backward_arc = roads[0]
    node_ms, length_m = roads[2], roads[1][0]
    best = (FAR, STRAIGHT_AHEAD, 0.0, 0.0)
    for way in range(4):
        node = head[e] if way == BY_HEAD else tail[e]
        if (backward_arc[e] if way in (STRAIGHT_BACK, BY_TAIL) else forward_arc[e]) < 0:
            continue
        if way in (STRAIGHT_AHEAD, STRAIGHT_BACK):
            choice = straight(e, here, way, roads)
        elif node_ms[node] < 0:
            continue
        else:
            until_m = length_m[e] if way == BY_HEAD else 0.0
            own_ms = passage_ms(e, min(here, until_m), max(here, until_m), roads)
            choice = (own_ms + node_ms[node], way, until_m, 0.0)
        if choice[0] < best[0]:
            best = choice
    return best


@compiled
def fill_own(edge: Array, offset_m: Array, ends: Ends, spans: Spans, half: float, own: Own) -> None:
    """Fill both ends of each place's own edge and the milliseconds to them, -1 where the edge does not lead there.

    Where there is no edge, the end is node 0 and leads nowhere.
    """
    head, tail, forward_arc, backward_arc = ends
    length_m, edge_ms, barred = spans
    to_head, head_ms, to_tail, tail_ms = own
    for at in range(len(edge)):
        e, here = edge[at], offset_m[at]
        to_head[at], head_ms[at], to_tail[at], tail_ms[at] = 0, -1, 0, -1
        if e < 0 or barred[e]:
            continue
        length = length_m[e]
        to_head[at], to_tail[at] = head[e], tail[e]
        if forward_arc[e] >= 0:
            head_ms[at] = np.int64(np.floor((length - here) / length * edge_ms[e] + half))
        if backward_arc[e] >= 0:
            tail_ms[at] = np.int64(np.floor(here / length * edge_ms[e] + half))


@compiled
def soonest(edge: Array, offset_m: Array, special: Array, roads: Roads, own: Own, ms: Array) -> None:
    """Fill the milliseconds of the best way of each place, -1 where there is none.

    Of a place with nothing on its edge they are those of `by_ends`: only what its two nodes take is looked up.
    """
    node_ms = roads[2]
    to_head, head_ms, to_tail, tail_ms = own
    for at in range(len(edge)):
        if special[at] and edge[at] >= 0:
            best = by_all(edge[at], offset_m[at], roads)[0]
        else:
            # No branch hangs on what is looked up: see `by_ends`.
            ahead, back = node_ms[to_head[at]], node_ms[to_tail[at]]
            by_one, by_other = (ahead >= 0) & (head_ms[at] >= 0), (back >= 0) & (tail_ms[at] >= 0)
            best = min(head_ms[at] + ahead if by_one else FAR, tail_ms[at] + back if by_other else FAR)
        ms[at] = best if best < FAR else -1


@compiled
def set_out(edge: Array, offset_m: Array, special: Array, roads: Roads, found: Found) -> None:
    """Fill the best way of each place that has one: what `geo.departures.Departures` says of it."""
    ms, way, node, until_m, mm, access_m = found
    head, tail = roads[0][0], roads[0][1]
    for at in range(len(edge)):
        e, here = edge[at], offset_m[at]
        best = by_all(e, here, roads) if special[at] else by_ends(e, here, roads)
        if best[0] < FAR:
            ms[at], way[at], until_m[at], access_m[at] = best
            node[at] = head[e] if way[at] == BY_HEAD else tail[e] if way[at] == BY_TAIL else -1
            mm[at] = np.int64(np.floor(abs(until_m[at] - here) * 1000.0 + 0.5))

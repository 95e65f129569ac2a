"""Places on the road, compiled: the edge nearest to a point, and the place on an edge nearest to a point.

All of it in EPSG:5070 metres. Whoever stands nearest comes out of one queue that holds boxes by the least their
edges can be away, and edges by what they are: the first edge to come out is the nearest, the next one the second,
so a place that may not be used costs no new search. Distances and shares are worked out in the very steps of GEOS, so
that both name the same place to the last bit.

All that is compiled for places stands in this one file, because its cache is kept by file. The functions look up
without asking: `geo.snapping` and `geo.edge_index` check what they hand over.
"""

from __future__ import annotations

from math import inf, isfinite, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Tree = tuple[Array, Array, Array]
    Lines = tuple[Array, Array, Array]

RUN = 16
"""Edges in a box of the lowest level, and boxes in a box of the next."""

ROUNDING_M = 1e-6
"""Metres by which a box may seem further away than an edge in it, which only rounding can do."""

LEG_END_M = 0.001
"""A millimetre at either end of an access leg that crosses nothing: it starts beside one road and ends on another."""


@compiled
def apart(x: float, y: float, from_x: float, from_y: float) -> float:
    """Return the metres between two points."""
    return sqrt((x - from_x) * (x - from_x) + (y - from_y) * (y - from_y))


@compiled
def beside(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> tuple[float, float]:
    """Return the metres from a point to a segment, and the share of the segment passed at its nearest place."""
    east, north = bx - ax, by - ay
    squared = east * east + north * north
    if squared == 0.0:
        return apart(x, y, ax, ay), 0.0
    share = ((x - ax) * east + (y - ay) * north) / squared
    if share <= 0.0:
        return apart(x, y, ax, ay), 0.0
    if share >= 1.0:
        return apart(x, y, bx, by), 1.0
    across = ((ay - y) * east - (ax - x) * north) / squared
    return abs(across) * sqrt(squared), share


@compiled
def on_edge(edge: int, x: float, y: float, lines: Lines) -> tuple[float, int, float]:
    """Return the metres from a point to an edge, the segment it is nearest to (its first point), the share passed."""
    start, shape_xy, _ = lines
    least_m, segment, passed = inf, start[edge], 0.0
    for at in range(start[edge], start[edge + 1] - 1):
        metres, share = beside(
            x, y, shape_xy[at, 0], shape_xy[at, 1], shape_xy[at + 1, 0], shape_xy[at + 1, 1]
        )
        if metres < least_m:
            least_m, segment, passed = metres, at, share
    return least_m, segment, passed


@compiled
def along(segment: int, share: float, lines: Lines) -> float:
    """Return the metres from an edge's tail to a place on a segment; at its end, the end's own."""
    shape_m = lines[2]
    begin_m: float = shape_m[segment]
    end_m: float = shape_m[segment + 1]
    return end_m if share >= 1.0 else begin_m + share * (end_m - begin_m)


@compiled
def locate(edge: Array, xy: Array, lines: Lines, offset_m: Array) -> None:
    """Fill the metres from each edge's tail to its place nearest to a point."""
    for at in range(len(edge)):
        _, segment, share = on_edge(edge[at], xy[at, 0], xy[at, 1], lines)
        offset_m[at] = along(segment, share, lines)


@compiled
def sooner(one_m: float, one: int, other_m: float, other: int) -> bool:
    """Return whether one comes out of the queue before another: the nearer, of equals the lower number."""
    return one_m < other_m or (one_m == other_m and one < other)


@compiled
def push(metres: Array, what: Array, count: int, new_m: float, new: int) -> int:
    """Put a new one into the queue, in which nothing comes before what it hangs from; return how many are in it."""
    at = count
    while at > 0:
        above = (at - 1) // 2
        if not sooner(new_m, new, metres[above], what[above]):
            break
        metres[at], what[at] = metres[above], what[above]
        at = above
    metres[at], what[at] = new_m, new
    return count + 1


@compiled
def drop_first(metres: Array, what: Array, count: int) -> int:
    """Take the first out of the queue; return how many are left."""
    count -= 1
    last_m, last = metres[count], what[count]
    at = 0
    while 2 * at + 1 < count:
        below = 2 * at + 1
        if below + 1 < count and sooner(metres[below + 1], what[below + 1], metres[below], what[below]):
            below += 1
        if not sooner(metres[below], what[below], last_m, last):
            break
        metres[at], what[at] = metres[below], what[below]
        at = below
    metres[at], what[at] = last_m, last
    return count


@compiled
def below(box: int, levels: Array) -> tuple[int, int]:
    """Return the first box in a box and the one after the last."""
    level = 1
    while box >= levels[level + 1]:
        level += 1
    first = levels[level - 1] + RUN * (box - levels[level])
    return first, min(first + RUN, levels[level])


@compiled
def boxes_within(levels: Array, boxes: Array, bounds: Array, found: Array) -> int:
    """Fill the lowest boxes that bounds (west, south, east, north) touch, in rising order.

    Return how many they are; one more than there is room for when there is not room for all.
    """
    waiting = np.empty(RUN * len(levels), dtype=np.int64)
    count, filled = 0, 0
    if len(boxes):
        waiting[0], count = len(boxes) - 1, 1
    while count > 0:
        count -= 1
        box = waiting[count]
        if (
            boxes[box, 0] > bounds[2]
            or boxes[box, 2] < bounds[0]
            or boxes[box, 1] > bounds[3]
            or boxes[box, 3] < bounds[1]
        ):
            continue
        if box < levels[1]:
            if filled == len(found):
                return filled + 1
            found[filled] = box
            filled += 1
            continue
        first, end = below(box, levels)
        for under in range(end - 1, first - 1, -1):
            waiting[count] = under
            count += 1
    return filled


@compiled
def least_away(x: float, y: float, boxes: Array, box: int) -> float:
    """Return metres that no edge in a box is nearer to a point."""
    east = max(boxes[box, 0] - x, x - boxes[box, 2], 0.0)
    north = max(boxes[box, 1] - y, y - boxes[box, 3], 0.0)
    return max(sqrt(east * east + north * north) - ROUNDING_M, 0.0)


@compiled
def side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> float:
    """Return above 0 where a point lies left of a straight line, below 0 right of it, 0 on it."""
    return (bx - ax) * (y - ay) - (by - ay) * (x - ax)


@compiled
def parted(one: float, other: float) -> bool:
    """Return whether two sides are not the same: the line passes between them, or through one."""
    return not ((one > 0.0 and other > 0.0) or (one < 0.0 and other < 0.0))


@compiled
def edge_meets(edge: int, leg: tuple[float, float, float, float], lines: Lines) -> bool:
    """Return whether an edge and a straight leg share a point."""
    start, shape_xy, _ = lines
    ax, ay, bx, by = leg
    for at in range(start[edge], start[edge + 1] - 1):
        cx, cy, dx, dy = shape_xy[at, 0], shape_xy[at, 1], shape_xy[at + 1, 0], shape_xy[at + 1, 1]
        if max(ax, bx) < min(cx, dx) or max(cx, dx) < min(ax, bx):
            continue
        if max(ay, by) < min(cy, dy) or max(cy, dy) < min(ay, by):
            continue
        if parted(side(ax, ay, bx, by, cx, cy), side(ax, ay, bx, by, dx, dy)) and parted(
            side(cx, cy, dx, dy, ax, ay), side(cx, cy, dx, dy, bx, by)
        ):
            return True
    return False


@compiled
def crosses(
    leg: tuple[float, float, float, float], tree: Tree, lines: Lines, barred: Array, stack: Array
) -> bool:
    """Return whether a straight leg meets a barred edge further than a millimetre from both its ends."""
    levels, boxes, order = tree
    ax, ay, bx, by = leg
    long = apart(ax, ay, bx, by)
    if long <= 2.0 * LEG_END_M:
        return False
    east, north = (bx - ax) * (LEG_END_M / long), (by - ay) * (LEG_END_M / long)
    inner = (ax + east, ay + north, bx - east, by - north)
    stack[0] = len(boxes) - 1
    count = 1
    while count > 0:
        count -= 1
        box = stack[count]
        if boxes[box, 2] < min(inner[0], inner[2]) or boxes[box, 0] > max(inner[0], inner[2]):
            continue
        if boxes[box, 3] < min(inner[1], inner[3]) or boxes[box, 1] > max(inner[1], inner[3]):
            continue
        if box >= levels[1]:
            first, last = below(box, levels)
            for within in range(first, last):
                stack[count] = within
                count += 1
            continue
        for place in range(RUN * box, min(RUN * box + RUN, len(order))):
            if barred[order[place]] and edge_meets(order[place], inner, lines):
                return True
    return False


@compiled
def queue_boxes(
    x: float, y: float, reach_m: float, box: int, tree: Tree, queue: tuple[Array, Array], count: int
) -> int:
    """Put the boxes in a box into the queue, as far as they are within reach; return how many are in it."""
    levels, boxes, _ = tree
    first, last = below(box, levels)
    for within in range(first, last):
        away_m = least_away(x, y, boxes, within)
        if away_m <= reach_m:
            count = push(queue[0], queue[1], count, away_m, -1 - within)
    return count


@compiled
def queue_edges(
    x: float,
    y: float,
    reach_m: float,
    box: int,
    tree: Tree,
    lines: Lines,
    barred: Array,
    queue: tuple[Array, Array],
    count: int,
) -> tuple[int, float]:
    """Put the edges in a lowest box into the queue, as far as they are within reach and not barred.

    Return how many are in it, and the reach. Where no edge is barred the nearest is the answer, so nothing further
    away than that needs to queue.
    """
    order = tree[2]
    for place in range(RUN * box, min(RUN * box + RUN, len(order))):
        edge = order[place]
        if len(barred) and barred[edge]:
            continue
        away_m, _, _ = on_edge(edge, x, y, lines)
        if away_m <= reach_m:
            count = push(queue[0], queue[1], count, away_m, edge)
            if len(barred) == 0:
                reach_m = away_m
    return count, reach_m


@compiled
def snap_all(
    xy: Array,
    limit_m: float,
    tree: Tree,
    lines: Lines,
    barred: Array,
    edge: Array,
    offset_m: Array,
    access_m: Array,
) -> None:
    """Fill each point's nearest edge, the metres along it and the metres to it; a point without one stays as it is.

    `barred` has no entries when every edge may be used.
    """
    levels, boxes, _ = tree
    shape_xy = lines[1]
    stack = np.empty(RUN * len(levels) + 1, dtype=np.int64)
    metres, what = np.empty(256), np.empty(256, dtype=np.int64)
    for at in range(len(xy)):
        x, y, reach_m = xy[at, 0], xy[at, 1], limit_m
        count = 0
        if len(boxes) and isfinite(x) and isfinite(y):
            count = push(metres, what, 0, 0.0, -len(boxes))
        while count > 0:
            away_m, first = metres[0], what[0]
            count = drop_first(metres, what, count)
            if first >= 0:
                _, segment, share = on_edge(first, x, y, lines)
                east = shape_xy[segment + 1, 0] - shape_xy[segment, 0]
                north = shape_xy[segment + 1, 1] - shape_xy[segment, 1]
                leg = (x, y, shape_xy[segment, 0] + share * east, shape_xy[segment, 1] + share * north)
                if len(barred) == 0 or not crosses(leg, tree, lines, barred, stack):
                    edge[at], offset_m[at], access_m[at] = first, along(segment, share, lines), away_m
                    count = 0
                continue
            if count + RUN > len(metres):
                metres = np.concatenate((metres, np.empty(len(metres))))
                what = np.concatenate((what, np.empty(len(what), dtype=np.int64)))
            box, queue = -1 - first, (metres, what)
            if box >= levels[1]:
                count = queue_boxes(x, y, reach_m, box, tree, queue, count)
            else:
                count, reach_m = queue_edges(x, y, reach_m, box, tree, lines, barred, queue, count)

"""The way itself, compiled: each node's next step, and the line of what is driven.

The functions look up without asking: what `geo.itinerary` hands over, a search has found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

UNKNOWN, GONE, THERE, ONWARD = 0, 1, 2, 3
"""What a node's next step says: not looked up, no way, straight into the area; from `ONWARD` on it is an arc."""


@compiled
def follow(
    asked: Array,
    roads: tuple[Array, Array, Array, Array, Array],
    node_ms: Array,
    doors: tuple[Array, Array, Array],
    step: Array,
    mm: Array,
    last: Array,
) -> None:
    """Fill the next step of the nodes asked for and of all on their ways, their millimetres and their last door.

    A way is followed only as far as it is not known yet. Whatever takes time leads nearer, so no way comes back. Doors
    stand by their nodes, which rise.
    """
    indptr, head, arc_ms, arc_edge, length_m = roads
    door_node, door_ms, door_mm = doors
    path = np.empty(len(node_ms), dtype=np.int32)
    for first in asked:
        here, deep = first, 0
        while step[here] == UNKNOWN:
            chosen, left_ms, there = GONE, node_ms[here], np.searchsorted(door_node, here)
            mm[here], last[here] = 0, 0
            if there < len(door_node) and door_node[there] == here and door_ms[there] == left_ms:
                chosen, mm[here], last[here] = THERE, door_mm[there], there + 1
            elif left_ms >= 0:
                for arc in range(indptr[here], indptr[here + 1]):
                    onward_ms = node_ms[head[arc]]
                    if arc_ms[arc] >= 0 and onward_ms >= 0 and arc_ms[arc] + onward_ms == left_ms:
                        chosen = arc + ONWARD
                        break
            step[here] = chosen
            if chosen < ONWARD:
                break
            path[deep] = here
            deep += 1
            here = head[chosen - ONWARD]
        while deep > 0:
            deep -= 1
            here = path[deep]
            arc = step[here] - ONWARD
            mm[here] = np.int64(np.floor(length_m[arc_edge[arc]] * 1000.0 + 0.5)) + mm[head[arc]]
            last[here] = last[head[arc]]


@compiled
def place_at(at_m: float, metres: Array, shape: Array) -> tuple[float, float]:
    """Return the place after some metres of an edge whose points stand after `metres` of it; its ends beyond them."""
    after = np.searchsorted(metres, at_m, side="right")
    if after in (0, len(metres)):
        place = shape[0] if after == 0 else shape[-1]
        return place[0], place[1]
    begin_m, end_m, begin, end = metres[after - 1], metres[after], shape[after - 1], shape[after]
    past_m, along_m = at_m - begin_m, end_m - begin_m
    return (
        begin[0] + past_m * ((end[0] - begin[0]) / along_m),
        begin[1] + past_m * ((end[1] - begin[1]) / along_m),
    )


@compiled
def put(points: Array, count: int, x: float, y: float) -> int:
    """Put a point behind those of a line unless it stands there already; return how many there are then."""
    if count > 0 and points[count - 1, 0] == x and points[count - 1, 1] == y:
        return count
    points[count] = x, y
    return count + 1


@compiled
def line(edge: Array, from_m: Array, to_m: Array, lines: tuple[Array, Array, Array]) -> Array:
    """Return parts of edges one after the other as a line, (n, 2): no point twice running, but two points at least.

    Metres from each edge's tail, driven from one to the other; beyond its ends for a whole edge.
    """
    start, shape, shape_m = lines
    room = 2 * len(edge)
    for e in edge:
        room += start[e + 1] - start[e]
    points, count = np.empty((room, 2)), 0
    for at in range(len(edge)):
        rows = slice(start[edge[at]], start[edge[at] + 1])
        metres, places = shape_m[rows], shape[rows]
        ahead = from_m[at] <= to_m[at]
        begin = np.searchsorted(metres, min(from_m[at], to_m[at]), side="right")
        between = np.searchsorted(metres, max(from_m[at], to_m[at])) - begin
        count = put(points, count, *place_at(from_m[at], metres, places))
        for step in range(between):
            point = places[begin + step if ahead else begin + between - 1 - step]
            count = put(points, count, point[0], point[1])
        count = put(points, count, *place_at(to_m[at], metres, places))
    if count == 1:
        points[1] = points[0]
    return points[: max(count, 2)]

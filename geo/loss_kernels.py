"""What the loss of roads costs, compiled: only nodes whose way led over a lost road are searched again.

The nodes' best ways form a tree, and its nodes stand in an order in which whatever lies behind a node follows it
without a gap. Nodes wait in a heap that knows each one's place. The functions look up without asking: `geo.losses`
checks what it hands over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

FAR = 2**62
"""Milliseconds that no way takes."""

GONE, THERE = -2, -1
"""In place of the arc a node's way begins with: it has no way, it enters the area itself."""


@compiled
def grow(
    roads: tuple[Array, Array, Array], node_ms: Array, enter_ms: Array, by_ms: Array
) -> tuple[Array, Array, Array, Array]:
    """Return the tree of best ways: the arc each begins with, its place in the order, how many are behind it, the order.

    `by_ms` are the nodes by their milliseconds; a node that can enter the area in its time does, else it takes the arc
    of the smallest index.
    """
    indptr, head, arc_ms = roads
    count = len(node_ms)
    parent, size = np.full(count, GONE, dtype=np.int32), np.ones(count, dtype=np.int32)
    for v in range(count):
        if node_ms[v] < 0:
            continue
        if enter_ms[v] == node_ms[v]:
            parent[v] = THERE
            continue
        for a in range(indptr[v], indptr[v + 1]):
            if arc_ms[a] >= 0 and node_ms[head[a]] >= 0 and arc_ms[a] + node_ms[head[a]] == node_ms[v]:
                parent[v] = a
                break
    for at in range(count - 1, -1, -1):
        v = by_ms[at]
        if parent[v] >= 0:
            size[head[parent[v]]] += size[v]
    place, room = np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.int32)
    order = np.empty(count, dtype=np.int32)
    first = 0
    for at in range(count):
        v = by_ms[at]
        if parent[v] >= 0:
            before = head[parent[v]]
            place[v] = room[before]
            room[before] += size[v]
        else:
            place[v] = first
            first += size[v]
        room[v] = place[v] + 1
        order[place[v]] = v
    return parent, place, size, order


@compiled
def carry(
    head: Array, arc_edge: Array, parent: Array, by_ms: Array, load: Array, last: Array, carried: Array
) -> None:
    """Add to each edge how many of the loads at nodes drive over it; `last` is the edge by which a node enters the area."""
    for at in range(len(by_ms) - 1, -1, -1):
        v = by_ms[at]
        if load[v] == 0 or parent[v] == GONE:
            continue
        if parent[v] == THERE:
            carried[last[v]] += load[v]
        else:
            carried[arc_edge[parent[v]]] += load[v]
            load[head[parent[v]]] += load[v]


@compiled
def rise(heap: Array, where: Array, key: Array, at: int) -> None:
    """Move a node of the heap towards the top until nothing above it has more milliseconds."""
    v = heap[at]
    while at > 0:
        above = (at - 1) >> 1
        if key[heap[above]] <= key[v]:
            break
        heap[at] = heap[above]
        where[heap[at]] = at
        at = above
    heap[at] = v
    where[v] = at


@compiled
def sink(heap: Array, where: Array, key: Array, count: int) -> None:
    """Move the node at the top of the heap down until nothing below it has fewer milliseconds."""
    v, at = heap[0], 0
    while True:
        below = 2 * at + 1
        if below >= count:
            break
        if below + 1 < count and key[heap[below + 1]] < key[heap[below]]:
            below += 1
        if key[heap[below]] >= key[v]:
            break
        heap[at] = heap[below]
        where[heap[at]] = at
        at = below
    heap[at] = v
    where[v] = at


@compiled
def cut_off(
    edges: Array,
    ends: tuple[Array, Array],
    tree: tuple[Array, Array, Array, Array],
    arc_edge: Array,
    node_ms: Array,
    doors: tuple[Array, Array, Array],
    lost: Array,
    stamp: int,
    mark: Array,
    some: Array,
) -> int:
    """Mark and note all nodes whose way leads over lost edges; return how many."""
    tail, head = ends
    parent, place, size, order = tree
    start, door_ms, door_edge = doors
    count = 0
    for e in edges:
        for side in range(2):
            u = tail[e] if side == 0 else head[e]
            if mark[u] == stamp or parent[u] == GONE:
                continue
            if parent[u] >= 0:
                hit = lost[arc_edge[parent[u]]] == stamp
            else:
                hit = True
                for at in range(start[u], start[u + 1]):
                    if door_ms[at] == node_ms[u] and lost[door_edge[at]] != stamp:
                        hit = False
            if hit:
                for at in range(place[u], place[u] + size[u]):
                    v = order[at]
                    if mark[v] != stamp:
                        mark[v] = stamp
                        some[count] = v
                        count += 1
    return count


@compiled
def mend(  # noqa: C901, PLR0912 - one search, kept whole
    roads: tuple[Array, Array, Array, Array, Array, Array, Array],
    node_ms: Array,
    doors: tuple[Array, Array, Array],
    lost: Array,
    stamp: int,
    mark: Array,
    some: Array,
    count: int,
    fresh: Array,
    heap: Array,
    where: Array,
) -> None:
    """Fill the milliseconds of the marked nodes without the lost edges: first by unmarked neighbours, then by marked ones."""
    indptr, head, arc_ms, arc_edge, by_head, in_tail, in_arc = roads
    start, door_ms, door_edge = doors
    waiting = 0
    for at in range(count):
        v, ms = some[at], FAR
        for door in range(start[v], start[v + 1]):
            if lost[door_edge[door]] != stamp:
                ms = min(ms, door_ms[door])
        for a in range(indptr[v], indptr[v + 1]):
            u = head[a]
            if arc_ms[a] >= 0 and mark[u] != stamp and node_ms[u] >= 0 and lost[arc_edge[a]] != stamp:
                ms = min(ms, arc_ms[a] + node_ms[u])
        fresh[v] = ms
        where[v] = -1
        if ms < FAR:
            heap[waiting] = v
            waiting += 1
            rise(heap, where, fresh, waiting - 1)
    while waiting > 0:
        u = heap[0]
        waiting -= 1
        where[u] = -1
        if waiting > 0:
            heap[0] = heap[waiting]
            sink(heap, where, fresh, waiting)
        for at in range(by_head[u], by_head[u + 1]):
            v, a = in_tail[at], in_arc[at]
            if mark[v] != stamp or arc_ms[a] < 0 or lost[arc_edge[a]] == stamp:
                continue
            ms = fresh[u] + arc_ms[a]
            if ms < fresh[v]:
                fresh[v] = ms
                if where[v] < 0:
                    heap[waiting] = v
                    waiting += 1
                    rise(heap, where, fresh, waiting - 1)
                else:
                    rise(heap, where, fresh, where[v])


@compiled
def leaving_ms(
    w: int,
    legs: tuple[Array, Array, Array, Array, Array, Array, Array, Array],
    node_ms: Array,
    mark: Array,
    fresh: Array,
    lost: Array,
    stamp: int,
) -> int:
    """Return the milliseconds of a place on the road without the lost edges; `FAR` where it has no way."""
    straight, by_head, to_head, stuck_head, by_tail, to_tail, stuck_tail, own = legs
    shut = lost[own[w]] == stamp
    best = FAR if shut or straight[w] < 0 else straight[w]
    first = stuck_head[w] if shut else to_head[w]
    if first >= 0:
        onward = fresh[by_head[w]] if mark[by_head[w]] == stamp else node_ms[by_head[w]]
        if 0 <= onward < FAR:
            best = min(best, first + onward)
    first = stuck_tail[w] if shut else to_tail[w]
    if first >= 0:
        onward = fresh[by_tail[w]] if mark[by_tail[w]] == stamp else node_ms[by_tail[w]]
        if 0 <= onward < FAR:
            best = min(best, first + onward)
    return best


@compiled
def tried(
    start: Array,
    edge: Array,
    roads: tuple[Array, Array, Array, Array, Array, Array, Array],
    ends: tuple[Array, Array],
    tree: tuple[Array, Array, Array, Array],
    node_ms: Array,
    doors: tuple[Array, Array, Array],
    legs: tuple[Array, Array, Array, Array, Array, Array, Array, Array],
    at_node: tuple[Array, Array],
    on_edge: tuple[Array, Array],
    base_ms: Array,
) -> tuple[Array, Array, Array]:
    """Return which places have another time after each loss, and which: rows by loss, places, milliseconds or `FAR`."""
    arc_edge, nodes = roads[3], len(node_ms)
    node_start, node_place = at_node
    edge_start, edge_place = on_edge
    mark, lost = np.zeros(nodes, dtype=np.int32), np.zeros(len(ends[0]), dtype=np.int32)
    seen = np.zeros(len(base_ms), dtype=np.int32)
    some, heap, where = (
        np.empty(nodes, dtype=np.int32),
        np.empty(nodes, dtype=np.int32),
        np.empty(nodes, dtype=np.int32),
    )
    fresh = np.empty(nodes, dtype=np.int64)
    row = np.zeros(len(start), dtype=np.int64)
    place, ms = np.empty(1024, dtype=np.int32), np.empty(1024, dtype=np.int64)
    made = 0
    for loss in range(len(start) - 1):
        stamp, own = loss + 1, edge[start[loss] : start[loss + 1]]
        for e in own:
            lost[e] = stamp
        count = cut_off(own, ends, tree, arc_edge, node_ms, doors, lost, stamp, mark, some)
        mend(roads, node_ms, doors, lost, stamp, mark, some, count, fresh, heap, where)
        for at in range(count + len(own)):
            if at < count:
                v = some[at]
                if fresh[v] == node_ms[v]:
                    continue
                first, last, here = node_start[v], node_start[v + 1], node_place
            else:
                e = own[at - count]
                first, last, here = edge_start[e], edge_start[e + 1], edge_place
            if made + last - first > len(place):
                wider = 2 * (made + last - first)
                more_place, more_ms = np.empty(wider, dtype=np.int32), np.empty(wider, dtype=np.int64)
                more_place[:made], more_ms[:made] = place[:made], ms[:made]
                place, ms = more_place, more_ms
            for number in range(first, last):
                w = here[number]
                if seen[w] == stamp:
                    continue
                seen[w] = stamp
                own_ms = leaving_ms(w, legs, node_ms, mark, fresh, lost, stamp)
                if own_ms != base_ms[w]:
                    place[made], ms[made] = w, own_ms
                    made += 1
        row[loss + 1] = made
    return row, place[:made], ms[:made]

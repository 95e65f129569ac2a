"""How a place on the road sets out for an area: by either end of its edge, or straight along it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo import departure_kernels
from geo.doors import refuse_beyond
from geo.intervals import Stretches
from geo.passage import HALF
from geo.snapping import access_ms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.entries import Target
    from geo.passage import Obstacles

STRAIGHT_AHEAD, STRAIGHT_BACK, BY_HEAD, BY_TAIL = range(4)
"""The four ways to set out, in the order in which equals are preferred."""

FAR = np.iinfo(np.int64).max


class Departures(NamedTuple):
    """The quickest way of P places on the road: how each sets out, up to the end of its own edge.

    Parameters
    ----------
    ms
        Milliseconds to the area, its access leg included, int64 (P,); -1 where there is no way.
    way
        Which of the four ways, int64 (P,).
    node
        The end of the own edge by which it leaves, int64 (P,); -1 where it drives straight in.
    until_m
        Where on the own edge it stops being driven, metres from its tail: an end, or where the area is reached;
        float64 (P,).
    mm
        Millimetres along the own edge, int64 (P,).
    access_m
        Straight metres of the access leg of those that drive straight in, float64 (P,); 0 with road inside.
    shut
        Whether the place stands on a blocked stretch, bool (P,).
    """

    ms: NDArray[np.int64]
    way: NDArray[np.int64]
    node: NDArray[np.int64]
    until_m: NDArray[np.float64]
    mm: NDArray[np.int64]
    access_m: NDArray[np.float64]
    shut: NDArray[np.bool_]


class _Way(NamedTuple):
    """One way to set out, for P places: ms `FAR` where it leads nowhere, its access leg, and where it leaves the edge."""

    ms: NDArray[np.int64]
    access_m: NDArray[np.float64]
    until_m: NDArray[np.float64]


def departures(
    obstacles: Obstacles,
    wanted: Target,
    node_ms: NDArray[np.int64],
    *,
    edge: NDArray[Any],
    offset_m: NDArray[np.float64],
) -> Departures:
    """Return how places on the road (edge, metres from its tail) get to the area quickest.

    Each leg on the own edge is rounded once, to whole milliseconds and whole millimetres. Equals are settled in
    the order straight ahead, straight back, by the head, by the tail. Most places stand on edges with nothing on them,
    which leaves two ways of four.
    """
    found = _by_ends(obstacles, node_ms, edge, offset_m)
    some = np.flatnonzero(obstacles.stretches.has(edge) | wanted.stretches.has(edge))
    if len(some):
        special = _by_all(obstacles, wanted, node_ms, edge=edge[some], offset_m=offset_m[some])
        for part, own in zip(found, special, strict=True):
            part[some] = own
    return found


def _by_ends(
    obstacles: Obstacles, node_ms: NDArray[np.int64], edge: NDArray[Any], offset_m: NDArray[np.float64]
) -> Departures:
    """Return how places set out that have nothing on their edge."""
    count, network, vehicle = len(edge), obstacles.drive.network, obstacles.drive
    refuse_beyond("edges", edge, len(network.edge_tail))
    found = Departures(
        ms=np.full(count, -1),
        way=np.zeros(count, dtype=np.int64),
        node=np.full(count, -1),
        until_m=np.zeros(count),
        mm=np.zeros(count, dtype=np.int64),
        access_m=np.zeros(count),
        shut=np.zeros(count, dtype=np.bool_),
    )
    ends = network.edge_head, network.edge_tail, network.forward_arc, network.backward_arc
    edges = *ends, network.edge_length_m, vehicle.edge_ms, vehicle.barred
    departure_kernels.by_ends(
        edge.astype(np.int64),
        np.ascontiguousarray(offset_m, dtype=np.float64),
        edges,
        node_ms,
        (BY_HEAD, BY_TAIL),
        HALF,
        (found.ms, found.way, found.node, found.until_m, found.mm),
    )
    return found


def _by_all(
    obstacles: Obstacles,
    wanted: Target,
    node_ms: NDArray[np.int64],
    *,
    edge: NDArray[Any],
    offset_m: NDArray[np.float64],
) -> Departures:
    """Return how places set out by the best of all four ways, whatever lies on their edges."""
    network = obstacles.drive.network
    head, tail = network.edge_head[edge], network.edge_tail[edge]
    forward, backward = network.forward_arc[edge] >= 0, network.backward_arc[edge] >= 0
    choices = (
        _straight(obstacles, wanted, edge, offset_m, allowed=forward, ahead=True),
        _straight(obstacles, wanted, edge, offset_m, allowed=backward, ahead=False),
        _by_node(obstacles, node_ms[head], edge, offset_m, allowed=forward, ahead=True),
        _by_node(obstacles, node_ms[tail], edge, offset_m, allowed=backward, ahead=False),
    )
    best = np.zeros(len(edge), dtype=np.int64)
    ms, access_m, until_m = choices[0]
    for number, choice in enumerate(choices[1:], start=1):
        better = choice.ms < ms
        best[better] = number
        ms, access_m, until_m = (
            np.where(better, new, old) for new, old in zip(choice, (ms, access_m, until_m), strict=True)
        )
    reached = ms < FAR
    return Departures(
        ms=np.where(reached, ms, -1),
        way=best,
        node=np.select([reached & (best == BY_HEAD), reached & (best == BY_TAIL)], [head, tail], -1),
        until_m=until_m,
        mm=np.where(reached, millimetres(np.abs(until_m - offset_m)), 0),
        access_m=access_m,
        shut=within(obstacles.blocked, edge, offset_m),
    )


class Legs(NamedTuple):
    """All ways by which P places on the road may set out, milliseconds each, int64 (P,); -1 where one is not open.

    `straight` along the own edge to the area, its access leg included; `to_head` and `to_tail` on the own edge to its
    ends; `stuck_head` and `stuck_tail` the same were the whole own edge blocked, which only a place at an end can leave.
    """

    straight: NDArray[np.int64]
    to_head: NDArray[np.int64]
    stuck_head: NDArray[np.int64]
    to_tail: NDArray[np.int64]
    stuck_tail: NDArray[np.int64]


def legs(obstacles: Obstacles, wanted: Target, *, edge: NDArray[Any], offset_m: NDArray[np.float64]) -> Legs:
    """Return every way by which places on the road (edge, metres from its tail) may set out.

    The least of `straight` and of the two others with what their ends take are the milliseconds of `departures`.
    """
    network = obstacles.drive.network
    forward, backward = network.forward_arc[edge] >= 0, network.backward_arc[edge] >= 0
    ahead = _straight(obstacles, wanted, edge, offset_m, allowed=forward, ahead=True)
    back = _straight(obstacles, wanted, edge, offset_m, allowed=backward, ahead=False)
    straight = np.minimum(ahead.ms, back.ms)
    own = np.unique(edge)
    length, start = network.edge_length_m[edge], np.zeros(len(edge))
    whole = Stretches(own, np.zeros(len(own)), network.edge_length_m[own])
    shut = replace(obstacles, stretches=whole, factor=np.full(len(own), np.inf))
    return Legs(
        np.where(straight < FAR, straight, -1),
        *(np.where(forward, each.passage_ms(edge, offset_m, length), -1) for each in (obstacles, shut)),
        *(np.where(backward, each.passage_ms(edge, start, offset_m), -1) for each in (obstacles, shut)),
    )


def within(some: Stretches, edge: NDArray[Any], offset_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether each place on the road lies on one of these stretches, its ends included, bool (P,)."""
    place, stretch = some.on(edge)
    here = offset_m[place]
    covered = np.zeros(len(edge), dtype=np.bool_)
    covered[place[(some.from_m[stretch] <= here) & (here <= some.to_m[stretch])]] = True
    return covered


def millimetres(metres: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return whole millimetres, int64: a route's metres then add up to the same number in any order."""
    return np.floor(metres * 1000.0 + 0.5).astype(np.int64)


def _straight(
    obstacles: Obstacles,
    wanted: Target,
    edge: NDArray[Any],
    offset_m: NDArray[np.float64],
    *,
    allowed: NDArray[np.bool_],
    ahead: bool,
) -> _Way:
    """Return the way along the own edge to the stretch from which the area is reached soonest.

    Of equals it is the one with the shortest access leg, then the nearest.
    """
    place, stretch = wanted.stretches.on(edge)
    from_m, to_m, here = wanted.stretches.from_m[stretch], wanted.stretches.to_m[stretch], offset_m[place]
    until_m = np.maximum(from_m, here) if ahead else np.minimum(to_m, here)
    own_ms = obstacles.passage_ms(edge[place], np.minimum(here, until_m), np.maximum(here, until_m))
    usable = allowed[place] & (own_ms >= 0) & ((to_m >= here) if ahead else (from_m <= here))
    place, stretch, until_m, own_ms = place[usable], stretch[usable], until_m[usable], own_ms[usable]
    access_m, driven_m = wanted.access_m[stretch], np.abs(until_m - offset_m[place])
    ms = own_ms + access_ms(access_m)
    order = np.lexsort((driven_m, access_m, ms, place))
    found, first = np.unique(place[order], return_index=True)
    best = order[first]
    way = _Way(np.full(len(edge), FAR), np.zeros(len(edge)), np.zeros(len(edge)))
    way.ms[found], way.access_m[found], way.until_m[found] = ms[best], access_m[best], until_m[best]
    return way


def _by_node(
    obstacles: Obstacles,
    onward_ms: NDArray[np.int64],
    edge: NDArray[Any],
    offset_m: NDArray[np.float64],
    *,
    allowed: NDArray[np.bool_],
    ahead: bool,
) -> _Way:
    """Return the way by the head of the own edge, or by its tail, from which it is `onward_ms` to the area."""
    length_m, start = obstacles.drive.network.edge_length_m[edge], np.zeros(len(edge))
    until_m = length_m if ahead else start
    own_ms = obstacles.passage_ms(edge, *((offset_m, length_m) if ahead else (start, offset_m)))
    open_way = allowed & (own_ms >= 0) & (onward_ms >= 0)
    return _Way(np.where(open_way, own_ms + onward_ms, FAR), start, until_m)

"""How a place on the road sets out for an area: by either end of its edge, or straight along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo.snapping import access_ms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.entries import Target
    from geo.intervals import Stretches
    from geo.itinerary import Ways
    from geo.passage import Obstacles

STRAIGHT_AHEAD, STRAIGHT_BACK, BY_HEAD, BY_TAIL = range(4)
"""The four ways to set out, in the order in which equals are preferred."""

FAR = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Departures:
    """The quickest way of P places on the road.

    Parameters
    ----------
    ms
        Milliseconds to the area, its access leg included, int64 (P,); -1 where there is no way.
    access_m
        Straight metres of that access leg, float64 (P,); 0 with road inside.
    mm
        Millimetres along the road, int64 (P,).
    way
        Which of the four ways, int64 (P,).
    until_m
        Where on the own edge it stops being driven, metres from its tail: an end, or where the area is reached;
        float64 (P,).
    shut
        Whether the place stands on a blocked stretch, bool (P,).
    """

    ms: NDArray[np.int64]
    access_m: NDArray[np.float64]
    mm: NDArray[np.int64]
    way: NDArray[np.int64]
    until_m: NDArray[np.float64]
    shut: NDArray[np.bool_]


class _Way(NamedTuple):
    """One way to set out, for P places: as `Departures` has it, ms `FAR` where it leads nowhere."""

    ms: NDArray[np.int64]
    access_m: NDArray[np.float64]
    mm: NDArray[np.int64]
    until_m: NDArray[np.float64]


def departures(
    obstacles: Obstacles,
    wanted: Target,
    node_ms: NDArray[np.int64],
    known: Ways,
    *,
    edge: NDArray[Any],
    offset_m: NDArray[np.float64],
) -> Departures:
    """Return how places on the road (edge, metres from its tail) get to the area quickest.

    Each leg on the own edge is rounded once, to whole milliseconds and whole millimetres. Equals are settled in
    the order straight ahead, straight back, by the head, by the tail.
    """
    network = obstacles.network
    forward, backward = network.forward_arc[edge] >= 0, network.backward_arc[edge] >= 0
    choices = (
        _straight(obstacles, wanted, edge, offset_m, allowed=forward, ahead=True),
        _straight(obstacles, wanted, edge, offset_m, allowed=backward, ahead=False),
        _by_node(obstacles, node_ms, known, edge, offset_m, allowed=forward, ahead=True),
        _by_node(obstacles, node_ms, known, edge, offset_m, allowed=backward, ahead=False),
    )
    ms = np.stack([way.ms for way in choices])
    best = ms.argmin(axis=0)
    pick = best, np.arange(len(edge))
    return Departures(
        ms=np.where(ms[pick] < FAR, ms[pick], -1),
        access_m=np.stack([way.access_m for way in choices])[pick],
        mm=np.stack([way.mm for way in choices])[pick],
        way=best,
        until_m=np.stack([way.until_m for way in choices])[pick],
        shut=within(obstacles.blocked, edge, offset_m),
    )


def within(some: Stretches, edge: NDArray[Any], offset_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether each place on the road lies on one of these stretches, its ends included, bool (P,)."""
    place, stretch = _on_edge(some, edge)
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
    place, stretch = _on_edge(wanted.stretches, edge)
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
    way = _nowhere(len(edge))
    way.ms[found], way.access_m[found] = ms[best], access_m[best]
    way.mm[found], way.until_m[found] = millimetres(driven_m[best]), until_m[best]
    return way


def _by_node(
    obstacles: Obstacles,
    node_ms: NDArray[np.int64],
    known: Ways,
    edge: NDArray[Any],
    offset_m: NDArray[np.float64],
    *,
    allowed: NDArray[np.bool_],
    ahead: bool,
) -> _Way:
    """Return the way by the head of the own edge, or by its tail."""
    network = obstacles.network
    node = network.edge_head[edge] if ahead else network.edge_tail[edge]
    until_m = network.edge_length_m[edge] if ahead else np.zeros(len(edge))
    own_ms = obstacles.passage_ms(edge, np.minimum(offset_m, until_m), np.maximum(offset_m, until_m))
    found = np.flatnonzero(allowed & (own_ms >= 0) & (node_ms[node] >= 0))
    way = _nowhere(len(edge))
    way.ms[found], way.access_m[found] = (own_ms + node_ms[node])[found], known.access_m[node[found]]
    way.mm[found] = (millimetres(np.abs(until_m - offset_m)) + known.mm[node])[found]
    way.until_m[found] = until_m[found]
    return way


def _nowhere(count: int) -> _Way:
    return _Way(np.full(count, FAR), np.zeros(count), np.zeros(count, dtype=np.int64), np.zeros(count))


def _on_edge(some: Stretches, edge: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every pair of a place and a stretch on its edge."""
    begin = np.searchsorted(some.edge, edge, side="left")
    counts = np.searchsorted(some.edge, edge, side="right") - begin
    place = np.repeat(np.arange(len(edge)), counts)
    return place, np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - begin, counts)

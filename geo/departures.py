"""How a place on the road sets out for an area: by either end of its edge, or straight in along it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.intervals import Stretches
    from geo.passage import Obstacles

STRAIGHT_AHEAD, STRAIGHT_BACK, BY_HEAD, BY_TAIL = range(4)
"""The four ways to set out, in the order in which equals are preferred."""

FAR = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Departures:
    """The quickest way of P places on the road.

    Parameters
    ----------
    ms, mm
        Milliseconds and millimetres to the area, int64 (P,); ms -1 where there is no way.
    way
        Which of the four ways, int64 (P,).
    until_m
        Where on the own edge it stops being driven, metres from its tail: an end, or the area; float64 (P,).
    shut
        Whether the place stands on a blocked stretch, bool (P,).
    """

    ms: NDArray[np.int64]
    mm: NDArray[np.int64]
    way: NDArray[np.int64]
    until_m: NDArray[np.float64]
    shut: NDArray[np.bool_]


def departures(
    obstacles: Obstacles,
    wanted: Stretches,
    node_ms: NDArray[np.int64],
    node_mm: NDArray[np.int64],
    *,
    edge: NDArray[Any],
    offset_m: NDArray[np.float64],
) -> Departures:
    """Return how places on the road (edge, metres from its tail) get to the wanted stretches quickest.

    Each leg on the own edge is rounded once, to whole milliseconds and whole millimetres. Equals are settled in
    the order straight ahead, straight back, by the head, by the tail.
    """
    network = obstacles.network
    length = network.edge_length_m[edge]
    forward, backward = network.forward_arc[edge] >= 0, network.backward_arc[edge] >= 0
    ahead, back = _nearest_ahead(wanted, edge, offset_m), _nearest_back(wanted, edge, offset_m)
    head, tail = network.edge_head[edge], network.edge_tail[edge]
    zero = np.zeros(len(edge), dtype=np.int64)
    until_m = np.stack([ahead, back, length, np.zeros(len(edge))])
    beyond_ms = np.stack([zero, zero, node_ms[head], node_ms[tail]])
    beyond_mm = np.stack([zero, zero, node_mm[head], node_mm[tail]])
    allowed = np.stack([forward & np.isfinite(ahead), backward & np.isfinite(back), forward, backward])
    ms, mm = np.full(until_m.shape, FAR), np.zeros(until_m.shape, dtype=np.int64)
    for way in range(len(until_m)):
        some = np.flatnonzero(allowed[way] & (beyond_ms[way] >= 0))
        here, there = offset_m[some], until_m[way, some]
        own_ms = obstacles.passage_ms(edge[some], np.minimum(here, there), np.maximum(here, there))
        ms[way, some] = np.where(own_ms >= 0, own_ms + beyond_ms[way, some], FAR)
        mm[way, some] = millimetres(np.abs(there - here)) + beyond_mm[way, some]
    best = ms.argmin(axis=0)
    pick = best, np.arange(len(edge))
    return Departures(
        ms=np.where(ms[pick] < FAR, ms[pick], -1),
        mm=mm[pick],
        way=best,
        until_m=until_m[pick],
        shut=within(obstacles.blocked, edge, offset_m),
    )


def within(some: Stretches, edge: NDArray[Any], offset_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether each place on the road lies on one of these stretches, its ends included, bool (P,)."""
    return np.equal(_nearest_ahead(some, edge, offset_m), offset_m)


def millimetres(metres: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return whole millimetres, int64: a route's metres then add up to the same number in any order."""
    return np.floor(metres * 1000.0 + 0.5).astype(np.int64)


def _nearest_ahead(some: Stretches, edge: NDArray[Any], offset_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the first place of these stretches at or ahead of each place on its edge; infinite when there is none."""
    place, stretch = _on_edge(some, edge)
    ahead = some.to_m[stretch] >= offset_m[place]
    first = np.full(len(edge), np.inf)
    np.minimum.at(first, place[ahead], np.maximum(some.from_m[stretch], offset_m[place])[ahead])
    return first


def _nearest_back(some: Stretches, edge: NDArray[Any], offset_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the first place of these stretches at or behind each place on its edge; infinite when there is none."""
    place, stretch = _on_edge(some, edge)
    behind = some.from_m[stretch] <= offset_m[place]
    last = np.full(len(edge), -np.inf)
    np.maximum.at(last, place[behind], np.minimum(some.to_m[stretch], offset_m[place])[behind])
    return np.where(np.isfinite(last), last, np.inf)


def _on_edge(some: Stretches, edge: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every pair of a place and a stretch on its edge."""
    begin = np.searchsorted(some.edge, edge, side="left")
    counts = np.searchsorted(some.edge, edge, side="right") - begin
    place = np.repeat(np.arange(len(edge)), counts)
    return place, np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts - begin, counts)

"""The way itself: each node's next step towards the area, and the line a provider drives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from geo.departures import BY_HEAD, BY_TAIL, Departures, millimetres
from geo.entries import NO_ARC, Entries, shape_between
from geo.snapping import access_ms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.network import RoadNetwork

NOWHERE = -2
"""In place of a next arc: no open road leads on from here."""

ENTERS = -1
"""In place of a next arc: from here straight into the area."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Each node's way to the area.

    Parameters
    ----------
    arc
        The next arc, `ENTERS` or `NOWHERE`, int64 (N,).
    entry_arc, entry_m
        Where the node enters the area itself, or an approach to it: along which arc (`geo.entries.NO_ARC`: it is
        there) and after how many metres of it; int64, float64 (N,).
    mm
        Millimetres along the road, int64 (N,); 0 where there is no way.
    access_m
        Straight metres of the access leg at the end, float64 (N,); 0 with road inside, or where there is no way.
    """

    arc: NDArray[np.int64]
    entry_arc: NDArray[np.int64]
    entry_m: NDArray[np.float64]
    mm: NDArray[np.int64]
    access_m: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Route:
    """The way along the roads from a place to the first road point in the area, or to the approach taken.

    Parameters
    ----------
    lonlat
        The line driven, EPSG:4326, (n, 2), two points at least.
    road_ms, road_m
        Milliseconds and metres along the roads, as `Arrivals` has them.
    edges, edge_m
        The edges driven, in order, and the metres driven on each; they add up to `road_m`.
    """

    lonlat: NDArray[np.float64]
    road_ms: int
    road_m: float
    edges: tuple[int, ...]
    edge_m: tuple[float, ...]


class _Leg(NamedTuple):
    """A part of an edge as it is driven, in metres from the edge's tail, and how many metres of it."""

    edge: int
    from_m: float
    to_m: float
    driven_m: float


def ways(network: RoadNetwork, arc_ms: NDArray[np.int64], node_ms: NDArray[np.int64], enter: Entries) -> Ways:
    """Return each node's next step, found from the times alone, so that every engine gives the same routes.

    A node that can enter the area itself in its time does so; else it takes the arc of the smallest index whose
    milliseconds and its head's add up to the node's.
    """
    count = len(node_ms)
    tail, head = network.arc_tail, network.head
    fits = (arc_ms >= 0) & (node_ms[head] >= 0) & (node_ms[tail] == arc_ms + node_ms[head])
    chosen = np.flatnonzero(fits)
    node, first = np.unique(tail[chosen], return_index=True)
    arc = np.full(count, NOWHERE, dtype=np.int64)
    arc[node] = chosen[first]
    direct = node_ms[enter.node] == enter.ms
    arc[enter.node[direct]] = ENTERS
    entry_arc, entry_m = np.full(count, NO_ARC, dtype=np.int64), np.zeros(count)
    entry_arc[enter.node], entry_m[enter.node] = enter.arc, enter.metres
    access_m = np.zeros(count)
    access_m[enter.node[direct]] = enter.access_m[direct]
    return Ways(arc, entry_arc, entry_m, *_summed(network, arc, entry_m, access_m))


def _summed(
    network: RoadNetwork, arc: NDArray[np.int64], entry_m: NDArray[np.float64], access_m: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return each node's millimetres and access metres by its next steps, doubling the steps until all arrive.

    Only the last step has an access leg, and a sum with zeros is exact.
    """
    count = len(arc)
    onward = np.append(np.where(arc >= 0, network.head[arc], count), count)
    edge_mm = millimetres(network.edge_length_m)
    step = np.where(
        arc >= 0, edge_mm[network.arc_edge[arc]], np.where(arc == ENTERS, millimetres(entry_m), 0)
    )
    mm, access = np.append(step, 0), np.append(access_m, 0.0)
    while (onward < count).any():
        mm, access = mm + mm[onward], access + access[onward]
        onward = onward[onward]
    return mm[:count], access[:count]


def along(network: RoadNetwork, known: Ways, leaving: Departures, edge: int, offset_m: float) -> Route:
    """Return the route of one place on the road that has a way, from its departure on."""
    until_m = float(leaving.until_m[0])
    legs = [_Leg(edge, offset_m, until_m, abs(until_m - offset_m))]
    if leaving.way[0] in (BY_HEAD, BY_TAIL):
        ends = network.edge_head if leaving.way[0] == BY_HEAD else network.edge_tail
        legs += _legs_from(network, known, int(ends[edge]))
    lines = [shape_between(network, leg.edge, leg.from_m, leg.to_m) for leg in legs]
    edge_mm = millimetres(np.array([leg.driven_m for leg in legs]))
    return Route(
        lonlat=_joined(lines),
        road_ms=int(leaving.ms[0] - access_ms(leaving.access_m)[0]),
        road_m=int(edge_mm.sum()) / 1000.0,
        edges=tuple(leg.edge for leg in legs),
        edge_m=tuple((edge_mm / 1000.0).tolist()),
    )


def _legs_from(network: RoadNetwork, known: Ways, node: int) -> list[_Leg]:
    """Return the legs driven from a node to the area."""
    legs = []
    while (arc := int(known.arc[node])) >= 0:
        legs.append(_leg(network, arc, float(network.edge_length_m[network.arc_edge[arc]])))
        node = int(network.head[arc])
    if known.entry_arc[node] != NO_ARC and known.entry_m[node] > 0.0:
        legs.append(_leg(network, int(known.entry_arc[node]), float(known.entry_m[node])))
    return legs


def _leg(network: RoadNetwork, arc: int, driven_m: float) -> _Leg:
    """Return the first metres of an arc."""
    edge = int(network.arc_edge[arc])
    if network.arc_forward[arc]:
        return _Leg(edge, 0.0, driven_m, driven_m)
    length = float(network.edge_length_m[edge])
    return _Leg(edge, length, length - driven_m, driven_m)


def _joined(lines: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Return lines that follow each other as one, no point twice running, but two points at least."""
    points = np.concatenate(lines)
    fresh = np.concatenate([[True], (points[1:] != points[:-1]).any(axis=1)])
    return points[fresh] if fresh.sum() > 1 else points[:2]

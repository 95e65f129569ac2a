"""Where the roads enter an area: the stretches to reach, and what each way into them costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.intervals import Stretches, inside, no_stretches, whole_edges, without
from geo.projection import geometry_in_metres
from geo.snapping import access_limit_m, offsets_at

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.closures import ClosedRoads
    from geo.network import RoadNetwork

NO_ARC = -1
"""In place of an arc: the node itself lies in the area."""


@dataclass(frozen=True, eq=False)
class Target:
    """The road to reach.

    Parameters
    ----------
    stretches
        Open road to reach; one place, from and to itself, when no open road lies in the area; none when even the
        nearest lies beyond the limit.
    road_inside
        Whether open road lies in the area.
    access_m
        Straight metres (EPSG:5070) from the nearest open road to the area; 0 when a road lies inside, NaN when
        the nearest is beyond the limit.
    inside
        All road in the area, open or not.
    """

    stretches: Stretches
    road_inside: bool
    access_m: float
    inside: Stretches


@dataclass(frozen=True, eq=False)
class Entries:
    """The ways from nodes straight into the target, one a node: the quickest, the node itself before an arc.

    node int64 (n,) rising, ms int64 (n,), arc int64 (n,; `NO_ARC` where the node lies in it), metres float64 (n,).
    """

    node: NDArray[np.int64]
    ms: NDArray[np.int64]
    arc: NDArray[np.int64]
    metres: NDArray[np.float64]


def target(network: RoadNetwork, area: BaseGeometry, closed: ClosedRoads) -> Target:
    """Return the open road inside an area (polygon, EPSG:4326), or the open place on the road nearest to it."""
    within = inside(network, area)
    reachable = without(network, within, closed.obstacles.blocked)
    if len(reachable):
        return Target(reachable, road_inside=True, access_m=0.0, inside=within)
    place, access_m = _nearest(network, area, closed)
    return Target(place, road_inside=False, access_m=access_m, inside=within)


def entries(network: RoadNetwork, wanted: Target, closed: ClosedRoads) -> Entries:
    """Return the quickest way from each node straight into the target, its milliseconds and metres."""
    stretches = wanted.stretches
    _, first = np.unique(stretches.edge, return_index=True)
    last = np.concatenate([first[1:], [len(stretches)]])[: len(first)] - 1
    edge = stretches.edge[first]
    length = network.edge_length_m[edge]
    near, far = stretches.from_m[first], stretches.to_m[last]
    ahead = closed.obstacles.passage_ms(edge, np.zeros(len(edge)), near)
    back = closed.obstacles.passage_ms(edge, far, length)
    # A node at either end of a stretch lies in the area, whichever way the road there may be driven.
    at_tail, at_head = near == 0.0, far == length
    nodes = np.concatenate([network.edge_tail[edge[at_tail]], network.edge_head[edge[at_head]]])
    return _quickest(
        (nodes, np.zeros(len(nodes), dtype=np.int64), np.full(len(nodes), NO_ARC), np.zeros(len(nodes))),
        (network.edge_tail[edge], ahead, network.forward_arc[edge], near),
        (network.edge_head[edge], back, network.backward_arc[edge], length - far),
    )


def _quickest(
    nodes: tuple[NDArray[Any], ...], ahead: tuple[NDArray[Any], ...], back: tuple[NDArray[Any], ...]
) -> Entries:
    """Return one way a node out of nodes inside and arcs leading in; blocked ways and missing arcs fall out."""
    usable = [(ms >= 0) & (arc >= 0) for _, ms, arc, _ in (ahead, back)]
    ways = (
        nodes,
        *(tuple(part[use] for part in way) for way, use in zip((ahead, back), usable, strict=True)),
    )
    node, ms, arc, metres = (np.concatenate(parts) for parts in zip(*ways, strict=True))
    order = np.lexsort((arc, ms, node))
    _, first = np.unique(node[order], return_index=True)
    best = order[first]
    return Entries(node[best].astype(np.int64), ms[best], arc[best].astype(np.int64), metres[best])


def _nearest(network: RoadNetwork, area: BaseGeometry, closed: ClosedRoads) -> tuple[Stretches, float]:
    """Return the open place on the road nearest to an area (EPSG:5070), the lowest edge among equals."""
    ground = geometry_in_metres(area)
    limit = access_limit_m(network)
    near = np.sort(network.tree_xy.query(ground, predicate="dwithin", distance=limit))
    some = without(network, whole_edges(network, near), closed.obstacles.blocked)
    if not len(some):
        return no_stretches(), np.nan
    lines = network.lines_xy[some.edge].copy()
    partly = np.flatnonzero((some.from_m > 0.0) | (some.to_m < network.edge_length_m[some.edge]))
    for at in partly:
        stretch = int(some.edge[at]), float(some.from_m[at]), float(some.to_m[at])
        lines[at] = shapely.LineString(_points_between(network, network.shape_xy, *stretch))
    shapely.prepare(ground)
    away = shapely.distance(ground, lines)
    best = int(np.lexsort((some.from_m, some.edge, away))[0])
    if away[best] > limit:
        return no_stretches(), np.nan
    place = shapely.get_coordinates(shapely.get_point(shapely.shortest_line(ground, lines[best]), 1))
    offset_m = offsets_at(network, some.edge[best : best + 1], place)
    offset_m = np.clip(offset_m, some.from_m[best], some.to_m[best])
    return Stretches(some.edge[best : best + 1], offset_m, offset_m), float(away[best])


def shape_between(network: RoadNetwork, edge: int, from_m: float, to_m: float) -> NDArray[np.float64]:
    """Return an edge's shape between two places on it, (n, 2) in EPSG:4326, in the order driven.

    Metres from the edge's tail; `from_m > to_m` drives against its direction. Two points at least, the same one
    twice when the two places are one.
    """
    points = _points_between(network, network.shape, edge, min(from_m, to_m), max(from_m, to_m))
    return points if from_m <= to_m else points[::-1]


def _points_between(
    network: RoadNetwork, points: NDArray[np.float64], edge: int, from_m: float, to_m: float
) -> NDArray[np.float64]:
    """Return `points` (the shape in whatever coordinates, (K, 2)) of an edge between two places, from <= to."""
    rows = slice(network.shape_start[edge], network.shape_start[edge + 1])
    metres, shape = network.shape_m[rows], points[rows]
    between = (metres > from_m) & (metres < to_m)
    ends = np.column_stack([np.interp([from_m, to_m], metres, shape[:, axis]) for axis in (0, 1)])
    return np.concatenate([ends[:1], shape[between], ends[1:]])

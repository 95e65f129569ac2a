"""Places on the road from which an area without open road inside is reached: its approaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.projection import geometry_in_metres
from geo.runs import numbers
from geo.snapping import access_limit_m, offsets_at

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.network import RoadNetwork

STEP_M = 500.0
"""Metres from one approach to the next along a road. When a closure shuts one, the next costs at most a minute more."""


BESIDE_M = 1_000.0
"""Metres more than the nearest road lies away, up to which an approach is beside the area.

A straight leg knows no river. The longer it may be, the more often it starts on the wrong bank: across the Missouri
main roads face each other at 3 to 10 km. A kilometre is two steps, so that a block at the nearest place has a next.
"""


@dataclass(frozen=True, eq=False)
class Approaches:
    """Places on the road near an area, by edge and then by metres.

    edge int64 (A,), offset_m float64 (A,) metres from its tail, access_m float64 (A,) straight metres (EPSG:5070)
    from the place to the area, beside bool (A,) whether it is one of those that count while any of them is open.
    """

    edge: NDArray[np.int64]
    offset_m: NDArray[np.float64]
    access_m: NDArray[np.float64]
    beside: NDArray[np.bool_]


def approaches(
    network: RoadNetwork, area: BaseGeometry, barred: NDArray[np.bool_] | None = None
) -> Approaches:
    """Return the approaches to an area (EPSG:4326), as far as they lie within the network's access limit of it.

    On every edge: its place nearest to the area, its two ends, and a place every `STEP_M` metres from its tail. The
    network, the vehicle and the area alone fix them, and which of them lie beside the area. Closures can therefore
    only take approaches away, so that a closure more makes nobody faster while one beside the area stays open.

    None is on an edge barred to the vehicle, bool (E,); None when it may use every one. As long as one of the others lies beside the area by any
    road, beside means the same as for a car, so that no vehicle is faster than that; else it is counted from the
    nearest road the vehicle may use.
    """
    ground = geometry_in_metres(area)
    shapely.prepare(ground)
    limit = access_limit_m(network)
    near, lines = _within(network, ground, limit)
    if not len(near):
        return Approaches(near, np.empty(0), np.empty(0), np.empty(0, dtype=bool))
    foot = shapely.get_coordinates(shapely.get_point(shapely.shortest_line(ground, lines), 1))
    edge, offset_m = _steps(network, near)
    away = shapely.distance(ground, shapely.points(places_xy(network, edge, offset_m)))
    all_edges = np.concatenate([near, edge])
    all_offsets = np.concatenate([offsets_at(network, near, foot), offset_m])
    access_m = np.concatenate([shapely.distance(ground, lines), away])
    order = np.lexsort((access_m, all_offsets, all_edges))
    order = order[access_m[order] <= limit]
    least_m = access_m.min()
    if barred is not None:
        order = order[~barred[all_edges[order]]]
        own_m = access_m[order].min(initial=np.inf)
        least_m = own_m if own_m > least_m + BESIDE_M else least_m
    beside = access_m[order] <= least_m + BESIDE_M
    return Approaches(all_edges[order], all_offsets[order], access_m[order], beside)


def _within(
    network: RoadNetwork, ground: BaseGeometry, limit_m: float
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return the edges within so many metres of an area (prepared, EPSG:5070), and their lines."""
    west, south, east, north = ground.bounds
    bounds = (west - limit_m, south - limit_m, east + limit_m, north + limit_m)
    near = network.index_xy.sifted(bounds, lambda box: shapely.dwithin(ground, box, limit_m))
    lines = network.lines_xy(near)
    close = shapely.dwithin(ground, lines, limit_m)
    return near[close], lines[close]


def _steps(network: RoadNetwork, edges: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the places every `STEP_M` from each edge's tail, and its head: edge, metres from the tail."""
    length = network.edge_length_m[edges]
    steps = np.ceil(length / STEP_M).astype(np.int64) + 1
    number = numbers(np.zeros_like(steps), steps)
    return np.repeat(edges, steps), np.minimum(number * STEP_M, np.repeat(length, steps))


def places_xy(
    network: RoadNetwork, edge: NDArray[np.int64], offset_m: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return places on the road (edge, metres from its tail) in EPSG:5070, float64 (n, 2), all in one interpolation.

    The edges are laid one behind the other with a metre between, so that no place falls between two of them.
    """
    edges, own = np.unique(edge, return_inverse=True)
    point, counts = network.points_of(edges)
    length = network.edge_length_m[edges]
    begin = np.cumsum(length + 1.0) - (length + 1.0)
    known_m = np.repeat(begin, counts) + network.shape_m[point]
    wanted_m = begin[own] + offset_m
    x, y = (np.interp(wanted_m, known_m, network.shape_xy[point, axis]) for axis in (0, 1))
    return np.column_stack([x, y])

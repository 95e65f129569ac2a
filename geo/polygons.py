"""Which metres of which roads lie in a polygon: what an area holds, and what a closure covers."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo import polygon_kernels
from geo.intervals import TOUCH_M, Stretches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.network import RoadNetwork

FEW = 16_384
"""Stretches for which there is room at first; where more are found, they are looked for again with room for all."""


def inside(network: RoadNetwork, polygon: BaseGeometry) -> Stretches:
    """Return the stretches of road that lie in a polygon or multipolygon (EPSG:4326), its boundary included.

    Each straight segment of an edge, straight in longitude and latitude, is cut where it meets the polygon's
    boundary; what lies between two cuts is in or out as its middle is, and in where it runs along the boundary. No
    overlay of geometries takes part, so a boundary that runs along a road, or meets it at a corner, cannot fail.
    """
    (found,) = inside_each(network, [polygon])
    return found


def inside_each(network: RoadNetwork, polygons: Sequence[BaseGeometry]) -> list[Stretches]:
    """Return the stretches of road inside each of several polygons, as `inside` does for one."""
    sides, first = _sides(np.array(polygons, dtype=object))
    ends = np.zeros(len(polygons), dtype=np.int64)
    room = FEW
    while (count := _fill(network, sides, first, (found := _room(room)), ends)) > room:
        room = count
    edge, from_m, to_m = (part[:count] for part in found)
    # One number a stretch: polygon, edge and place sort five times as fast in one as one after the other.
    area = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    key = np.sort((area * len(network.edge_tail) + edge) * max(count, 1) + np.arange(count))
    order = key % max(count, 1)
    edge, from_m, to_m = edge[order], from_m[order], to_m[order]
    return [
        Stretches(edge[begin:end], from_m[begin:end], to_m[begin:end])
        for begin, end in pairwise([0, *ends.tolist()])
    ]


def _room(count: int) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return room for so many stretches."""
    return np.empty(count, dtype=np.int64), np.empty(count), np.empty(count)


def _fill(
    network: RoadNetwork,
    sides: NDArray[np.float64],
    first: NDArray[np.int64],
    found: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]],
    ends: NDArray[np.int64],
) -> int:
    """Fill the stretches, and where those of each polygon end; return how many they are, with room or without."""
    tree = network.index.levels, network.index.boxes, network.index.order
    lines = network.shape_start, network.shape, network.shape_m
    return int(polygon_kernels.inside_each(sides, first, tree, lines, TOUCH_M, found, ends))


def _sides(areas: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the sides of all rings, float64 (n, 4) from lon/lat to lon/lat, and where each area's begin."""
    parts, of_part = shapely.get_parts(areas, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    points, of_point = shapely.get_coordinates(rings, return_index=True)
    begin = np.flatnonzero(of_point[:-1] == of_point[1:])
    sides = np.concatenate([points[begin], points[begin + 1]], axis=1)
    area = of_part[of_ring[of_point[begin]]]
    return sides, np.searchsorted(area, np.arange(len(areas) + 1))

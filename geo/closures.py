"""Closures on a road network: which metres of which roads they block or slow at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import shapely

from geo.closure import Closure
from geo.closure_reading import read_closures
from geo.intervals import Stretches, added, inside, no_stretches, without
from geo.passage import Obstacles, no_obstacles
from geo.projection import geometry_in_degrees, geometry_in_metres

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.network import RoadNetwork

__all__ = ["LINE_REACH_M", "ClosedRoads", "Closure", "close", "open_roads", "read_closures"]

LINE_REACH_M = 300.0
"""How far a closure drawn as a line or a point reaches, in metres (EPSG:5070).

The shipped roads are drawn to about 100 m and simplified ones lie up to 300 m beside the real road; so does a line
drawn by hand on a map of a county. Less, and a closure drawn along a road would miss it.
"""

QUARTER_SIDES = 16
"""Sides that stand for a quarter circle of that reach: they stay within 0.4 m of it."""


@dataclass(frozen=True, eq=False)
class ClosedRoads:
    """A network as closures leave it at a moment.

    An edge partly inside a closure is blocked or slowed for that part only: nothing drives through a blocked part,
    but the open part at either side can still be driven from its own end. Where closures overlap, blocked beats
    slowed and the largest factor holds.

    Parameters
    ----------
    network
        The roads.
    obstacles
        What is blocked and slowed, metre by metre.
    arc_ms
        Milliseconds of each arc, int64 (M,); -1 where it cannot be driven through.
    touched
        Km of road that each active closure covers, by key (every edge once, both directions together); 0.0 for one
        that touches no road, which must be said.
    expired
        Keys of the closures that do not hold at the moment: not yet, or no longer.
    """

    network: RoadNetwork
    obstacles: Obstacles
    arc_ms: NDArray[np.int64]
    touched: Mapping[str, float]
    expired: tuple[str, ...]


def open_roads(network: RoadNetwork) -> ClosedRoads:
    """Return the network with nothing closed."""
    return ClosedRoads(network, no_obstacles(network), network.arc_ms.astype(np.int64), {}, ())


def close(network: RoadNetwork, closures: Sequence[Closure], at: datetime) -> ClosedRoads:
    """Return the network as these closures leave it at a moment (aware), its times in milliseconds."""
    active = [closure for closure in closures if closure.active(at)]
    covered = [inside(network, _ground(closure)) for closure in active]
    obstacles = _obstacles(network, active, covered)
    return ClosedRoads(
        network=network,
        obstacles=obstacles,
        arc_ms=_arc_ms(network, obstacles),
        touched={closure.key: part.km() for closure, part in zip(active, covered, strict=True)},
        expired=tuple(closure.key for closure in closures if not closure.active(at)),
    )


def _ground(closure: Closure) -> BaseGeometry:
    """Return the polygon whose roads a closure closes, EPSG:4326."""
    if shapely.get_dimensions(closure.geometry) == 2:  # noqa: PLR2004 - it is a surface already
        return closure.geometry
    around = shapely.buffer(geometry_in_metres(closure.geometry), LINE_REACH_M, quad_segs=QUARTER_SIDES)
    return cast("BaseGeometry", geometry_in_degrees(around))


def _obstacles(network: RoadNetwork, active: Sequence[Closure], covered: Sequence[Stretches]) -> Obstacles:
    """Return the stretches with the factor that holds on each: the largest, and infinite where it is blocked."""
    factor = [np.inf if closure.effect == "blocked" else closure.factor for closure in active]
    taken = no_stretches()
    parts: list[tuple[Stretches, float]] = []
    for value in sorted(set(factor), reverse=True):
        union = added(*(part for part, own in zip(covered, factor, strict=True) if own == value))
        fresh = without(network, union, taken)
        parts.append((fresh, value))
        taken = added(taken, fresh)
    if not parts:
        return no_obstacles(network)
    edge = np.concatenate([part.edge for part, _ in parts])
    from_m = np.concatenate([part.from_m for part, _ in parts])
    to_m = np.concatenate([part.to_m for part, _ in parts])
    held = np.concatenate([np.full(len(part), value) for part, value in parts])
    order = np.lexsort((from_m, edge))
    return Obstacles(network, Stretches(edge[order], from_m[order], to_m[order]), held[order])


def _arc_ms(network: RoadNetwork, obstacles: Obstacles) -> NDArray[np.int64]:
    edge_ms = network.edge_ms.astype(np.int64)
    edge = np.unique(obstacles.stretches.edge)
    edge_ms[edge] = obstacles.passage_ms(edge, np.zeros(len(edge)), network.edge_length_m[edge])
    return edge_ms[network.arc_edge]

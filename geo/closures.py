"""Closures on a road network: which metres of which roads they block or slow at a moment, and for whom."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import shapely

from geo import driving
from geo.bridges import bridges_called, road_on
from geo.closure import Closure
from geo.closure_reading import read_closures
from geo.intervals import Stretches, added, no_stretches, overlaid, without
from geo.milliseconds import changed
from geo.passage import Obstacles
from geo.polygons import inside_each
from geo.projection import geometry_in_degrees, geometry_in_metres

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.driving import Drive
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
    """A network as closures leave it at a moment to a vehicle.

    An edge partly inside a closure is blocked or slowed for that part only: nothing drives through a blocked part,
    but the open part at either side can still be driven from its own end. Where closures overlap, blocked beats
    slowed and the largest factor holds; so it does where a closure lies on a bridge that slows the vehicle.

    Parameters
    ----------
    network
        The roads.
    obstacles
        What is blocked and slowed, metre by metre.
    arc_ms
        Milliseconds of each arc, (M,); -1 where it cannot be driven through. int32, int64 where one would not fit.
    touched
        Km of road that each closure that holds covers, by key (every edge once, both directions together); 0.0 for
        one that touches no road, which must be said.
    expired
        Keys of the closures that do not hold at the moment: not yet, or no longer.
    exempt
        Keys of the closures that hold, but for other vehicles only.
    notes
        What else must be said of a closure, in sentences, by key.
    """

    network: RoadNetwork
    obstacles: Obstacles
    arc_ms: NDArray[np.signedinteger[Any]]
    touched: Mapping[str, float]
    expired: tuple[str, ...]
    exempt: tuple[str, ...] = ()
    notes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def drive(self) -> Drive:
        """Return the vehicle for which the roads are as they are."""
        return self.obstacles.drive


def open_roads(network: RoadNetwork, drive: Drive | None = None) -> ClosedRoads:
    """Return the network with nothing closed, for a vehicle (the car unless given); no array is copied."""
    drive = drive or driving.drive(network)
    return ClosedRoads(network, drive.obstacles, drive.arc_ms, {}, ())


def close(
    network: RoadNetwork, closures: Sequence[Closure], at: datetime, drive: Drive | None = None
) -> ClosedRoads:
    """Return the network as these closures leave it at a moment (aware) to a vehicle, its times in milliseconds.

    Parameters
    ----------
    network, closures, at
        The roads, what is closed on them, and when.
    drive
        The vehicle on these roads; the car unless given.

    Raises
    ------
    ClosureError
        One names a bridge that these roads do not know, even if it does not hold at the moment.
    """
    drive = drive or driving.drive(network)
    grounds = [_Ground.of(network, closure) for closure in closures]
    holding = [at_ for at_, closure in enumerate(closures) if closure.active(at)]
    concerned = [at_ for at_ in holding if closures[at_].concerns(drive.profile.code)]
    covered = _covered(network, [grounds[at_] for at_ in concerned])
    obstacles = _obstacles(drive, [closures[at_] for at_ in concerned], covered)
    keys = [closure.key for closure in closures]
    return ClosedRoads(
        network=network,
        obstacles=obstacles,
        arc_ms=_arc_ms(obstacles),
        touched={keys[at_]: part.km() for at_, part in zip(concerned, covered, strict=True)},
        expired=tuple(key for at_, key in enumerate(keys) if at_ not in holding),
        exempt=tuple(keys[at_] for at_ in holding if at_ not in concerned),
        notes={keys[at_]: grounds[at_].notes for at_ in holding if grounds[at_].notes},
    )


@dataclass(frozen=True, eq=False)
class _Ground:
    """What a closure closes on a network: the polygon or the bridges, and the classes it is limited to."""

    closure: Closure
    bridges: tuple[int, ...]
    classes: NDArray[np.bool_] | None
    notes: tuple[str, ...]

    @classmethod
    def of(cls, network: RoadNetwork, closure: Closure) -> _Ground:
        bridges = bridges_called(network, closure.bridge) if closure.bridge is not None else ()
        wanted = np.isin(network.classes, closure.classes) if closure.classes else None
        return cls(
            closure, bridges, wanted, (*_bridge_notes(closure, bridges), *_class_notes(network, closure))
        )


def _covered(network: RoadNetwork, grounds: Sequence[_Ground]) -> list[Stretches]:
    """Return the road that each closes: on its bridges, or inside its polygon, and of its classes."""
    drawn = [ground for ground in grounds if ground.closure.bridge is None]
    found = inside_each(network, [_polygon(ground.closure) for ground in drawn])
    of_drawn = dict(zip(map(id, drawn), found, strict=True))
    covered = []
    for ground in grounds:
        stretches = (
            of_drawn[id(ground)] if ground.closure.bridge is None else road_on(network, ground.bridges)
        )
        if ground.classes is not None:
            stretches = stretches.of(ground.classes[network.edge_class[stretches.edge]])
        covered.append(stretches)
    return covered


def _bridge_notes(closure: Closure, bridges: Sequence[int]) -> tuple[str, ...]:
    if len(bridges) < 2:  # noqa: PLR2004 - only several need words
        return ()
    return (f"{len(bridges)} bridges of these roads are called {closure.bridge!r}, and all of them count",)


def _class_notes(network: RoadNetwork, closure: Closure) -> tuple[str, ...]:
    """Return what to say of classes that no road of the network has."""
    if not closure.classes:
        return ()
    present = {network.classes[at] for at in np.unique(network.edge_class).tolist()}
    unknown = [word for word in closure.classes if word not in present]
    if not unknown:
        return ()
    known = ", ".join(sorted(present))
    return (f"No road of this network is of class {', '.join(unknown)}; its classes are {known}",)


def _polygon(closure: Closure) -> BaseGeometry:
    """Return the polygon whose roads a closure closes, EPSG:4326."""
    if shapely.get_dimensions(closure.geometry) == 2:  # noqa: PLR2004 - it is a surface already
        return closure.geometry
    around = shapely.buffer(geometry_in_metres(closure.geometry), LINE_REACH_M, quad_segs=QUARTER_SIDES)
    return cast("BaseGeometry", geometry_in_degrees(around))


def _obstacles(drive: Drive, active: Sequence[Closure], covered: Sequence[Stretches]) -> Obstacles:
    """Return the stretches with the factor that holds on each: the largest, and infinite where it is blocked."""
    network = drive.network
    factor = [np.inf if closure.effect == "blocked" else closure.factor for closure in active]
    taken = no_stretches()
    parts: list[tuple[Stretches, float]] = []
    for value in sorted(set(factor), reverse=True):
        union = added(*(part for part, own in zip(covered, factor, strict=True) if own == value))
        fresh = without(network, union, taken)
        parts.append((fresh, value))
        taken = added(taken, fresh)
    if not len(taken):
        return drive.obstacles
    edge = np.concatenate([part.edge for part, _ in parts])
    from_m = np.concatenate([part.from_m for part, _ in parts])
    to_m = np.concatenate([part.to_m for part, _ in parts])
    held = np.concatenate([np.full(len(part), value) for part, value in parts])
    order = np.lexsort((from_m, edge))
    closed = Stretches(edge[order], from_m[order], to_m[order])
    return Obstacles(drive, *overlaid(closed, held[order], drive.stretches, drive.factor))


def _arc_ms(obstacles: Obstacles) -> NDArray[np.signedinteger[Any]]:
    """Return the milliseconds of each arc: the vehicle's own, and those of the edges with an obstacle anew."""
    drive = obstacles.drive
    if obstacles is drive.obstacles:
        return drive.arc_ms
    edge, ms = obstacles.whole_ms()
    arc = np.concatenate([drive.network.forward_arc[edge], drive.network.backward_arc[edge]])
    there = arc >= 0
    return changed(drive.arc_ms, arc[there], np.tile(ms, 2)[there])

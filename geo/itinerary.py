"""The way itself: each node's next step towards the area, and the line a provider drives."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from geo import itinerary_kernels as kernels
from geo.departures import Departures, millimetres
from geo.entries import NO_ARC, Entries
from geo.snapping import access_ms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.network import RoadNetwork

JUNCTION_DEG: Final = 1e-9
"""A line passes a junction when it has a point as near to it as this, in degrees: its own, but for rounding."""


@dataclass(frozen=True, eq=False)
class Ways:
    """The nodes' ways to the area, each followed when it is first asked for, and only as far as none before it went.

    An answer shows few routes, and following all 800,000 nodes would take longer than the search itself. One may be
    asked by several threads.

    Parameters
    ----------
    network, arc_ms, node_ms, enter
        The roads, what each arc takes as closures leave it, what each node takes, and the ways straight in.
    step
        Per node the next step as `geo.itinerary_kernels` writes it, int32 (N,); 0 as far as nothing is followed.
    mm, last
        Of the nodes with a step the millimetres along the road, and the entry at the end of the way (its place plus 1,
        0 where there is no way); int64, int32 (N,). Of all others they say nothing.
    lock
        Held while ways are followed.
    """

    network: RoadNetwork
    arc_ms: NDArray[np.signedinteger[Any]]
    node_ms: NDArray[np.int64]
    enter: Entries
    step: NDArray[np.int32]
    mm: NDArray[np.int64]
    last: NDArray[np.int32]
    lock: Lock = field(repr=False)

    def ends(self, node: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the millimetres of nodes' ways, and the straight metres of the access leg at the end of each.

        int64 and float64 (n,); both 0 where there is no way, and the leg is 0 with road inside the area.
        """
        self._follow(node)
        last = self.last[node]
        metres = self.enter.access_m[np.maximum(last, 1) - 1] if len(self.enter.node) else np.zeros(len(node))
        return self.mm[node], np.where(last > 0, metres, 0.0)

    def legs(self, node: int) -> tuple[list[int], int]:
        """Return the arcs of a node's way, in order, and which of the entries stands at its end; -1 for none.

        A node that can enter the area itself in its time does so; else its way takes the arc of the smallest index
        whose milliseconds and its head's add up to the node's. So every engine gives the same ways.
        """
        self._follow(np.array([node]))
        arcs = []
        while (step := int(self.step[node])) >= kernels.ONWARD:
            arcs.append(step - kernels.ONWARD)
            node = int(self.network.head[arcs[-1]])
        return arcs, int(self.last[node]) - 1

    @cached_property
    def _door_mm(self) -> NDArray[np.int64]:
        return millimetres(self.enter.metres)

    def _follow(self, node: NDArray[Any]) -> None:
        roads = self.network
        arcs = roads.indptr, roads.head, self.arc_ms, roads.arc_edge, roads.edge_length_m
        doors = self.enter.node, self.enter.ms, self._door_mm
        with self.lock:
            kernels.follow(node.astype(np.int64), arcs, self.node_ms, doors, self.step, self.mm, self.last)


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


def ways(
    network: RoadNetwork, arc_ms: NDArray[np.signedinteger[Any]], node_ms: NDArray[np.int64], enter: Entries
) -> Ways:
    """Return the nodes' ways to the area, none of them followed yet."""
    count = len(node_ms)
    step = np.zeros(count, dtype=np.int32)
    mm, last = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int32)
    return Ways(network, arc_ms, node_ms, enter, step, mm, last, Lock())


def along(
    network: RoadNetwork, known: Ways, leaving: Departures, place: int, *, edge: int, offset_m: float
) -> Route:
    """Return the route of a place on the road that has a way: the `place`-th of those that set out."""
    until_m, node = float(leaving.until_m[place]), int(leaving.node[place])
    parts = [(edge, offset_m, until_m, abs(until_m - offset_m))]
    access_m = float(leaving.access_m[place])
    if node >= 0:
        arcs, end = known.legs(node)
        parts += [_part(network, arc) for arc in arcs]
        access_m = float(known.enter.access_m[end]) if end >= 0 else 0.0
        if end >= 0 and known.enter.arc[end] != NO_ARC and known.enter.metres[end] > 0.0:
            parts.append(_part(network, int(known.enter.arc[end]), float(known.enter.metres[end])))
    edges, from_m, to_m, driven_m = zip(*parts, strict=True)
    drawn = network.shape_start, network.shape, network.shape_m
    edge_mm = millimetres(np.array(driven_m))
    return Route(
        lonlat=kernels.line(np.array(edges), np.array(from_m), np.array(to_m), drawn),
        road_ms=int(leaving.ms[place] - access_ms(access_m)),
        road_m=int(edge_mm.sum()) / 1000.0,
        edges=edges,
        edge_m=tuple((edge_mm / 1000.0).tolist()),
    )


def _part(network: RoadNetwork, arc: int, driven_m: float = np.inf) -> tuple[int, float, float, float]:
    """Return the first metres of an arc, or all: its edge, from and to metres of the edge's tail, how many are driven."""
    edge = int(network.arc_edge[arc])
    length_m = float(network.edge_length_m[edge])
    ahead = bool(network.arc_forward[arc])
    if driven_m == np.inf:  # drawn to the last point, wherever its metres put that
        return (edge, -np.inf, np.inf, length_m) if ahead else (edge, np.inf, -np.inf, length_m)
    return (edge, 0.0, driven_m, driven_m) if ahead else (edge, length_m, length_m - driven_m, driven_m)


def from_junction(network: RoadNetwork, route: Route) -> Route | None:
    """Return a route from the first junction it passes on; None when it passes none before its end.

    What lies before is the way out of the place itself: to show it would be to show the place.
    """
    if len(route.edges) < 2:  # noqa: PLR2004 - one road, driven from the place to the area
        return None
    first, second = route.edges[:2]
    ends = [network.edge_tail[first], network.edge_head[first]]
    shared = [node for node in ends if node in (network.edge_tail[second], network.edge_head[second])]
    away = [
        np.hypot(route.lonlat[:, 0] - network.lon[node], route.lonlat[:, 1] - network.lat[node])
        for node in shared
    ]
    # Where two roads share both ends, the junction is the one that the line comes to first.
    start = min((int(np.argmin(each)) for each in away if each.min() < JUNCTION_DEG), default=None)
    if start is None or start >= len(route.lonlat) - 1:
        return None
    return Route(
        lonlat=route.lonlat[start:],
        road_ms=route.road_ms,
        road_m=route.road_m - route.edge_m[0],
        edges=route.edges[1:],
        edge_m=route.edge_m[1:],
    )

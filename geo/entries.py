"""Where the roads enter an area or end near it: the stretches to reach, and what each way to them costs."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo.approaches import approaches
from geo.departures import within
from geo.intervals import Stretches, without
from geo.polygons import inside
from geo.snapping import access_ms

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.closures import ClosedRoads
    from geo.network import RoadNetwork
    from geo.snapping import Snaps

NO_ARC = -1
"""In place of an arc: the node itself is reached."""


@dataclass(frozen=True, eq=False)
class Target:
    """The road to reach.

    Parameters
    ----------
    stretches
        Open road in the area that the vehicle may use, by edge and then by metres; when there is none, the open
        approaches to it, each a stretch from and to itself.
    access_m
        Straight metres (EPSG:5070) from each stretch to the area, float64 (S,); 0 in it.
    road_inside
        Whether open road lies in the area.
    beside
        Whether without it an approach beside the area is open, so that none further away counts.
    near
        Whether road that the vehicle may use lies in the area or within the limit of it, open or not.
    inside
        All road in the area, open or not.
    usable
        Whether the vehicle may use any of it, were it open.
    """

    stretches: Stretches
    access_m: NDArray[np.float64]
    road_inside: bool
    beside: bool
    near: bool
    inside: Stretches
    usable: bool

    @cached_property
    def access_ms(self) -> NDArray[np.int64]:
        """Return the milliseconds of each stretch's access leg, int64 (S,)."""
        return access_ms(self.access_m)


@dataclass(frozen=True, eq=False)
class Entries:
    """The ways from nodes straight to the area, one a node: the quickest.

    Of equals it is the one with the shortest access leg, then the node itself before an arc, then the lowest arc,
    then the first place on it.

    Parameters
    ----------
    node
        The nodes, int64 (n,), rising.
    ms
        Milliseconds from each to the area, its access leg included, int64 (n,).
    access_m
        Straight metres of that access leg, float64 (n,); 0 with road inside.
    arc, metres
        Along which arc (`NO_ARC`: the node itself is reached) and after how many metres of it; int64, float64 (n,).
    """

    node: NDArray[np.int64]
    ms: NDArray[np.int64]
    access_m: NDArray[np.float64]
    arc: NDArray[np.int64]
    metres: NDArray[np.float64]


def target(
    network: RoadNetwork, area: BaseGeometry, closed: ClosedRoads, within_area: Stretches | None = None
) -> Target:
    """Return the open road inside an area (polygon, EPSG:4326), or without any the open approaches to it.

    Road that is barred to the vehicle is none. Approaches beside the area count as long as one of them is open; when
    closures shut them all, any within the limit. `within_area` is all road in the area, where it is known already.
    """
    within_area = inside(network, area) if within_area is None else within_area
    reachable = open_road(closed, within_area)
    if len(reachable):
        return Target(
            reachable,
            np.zeros(len(reachable)),
            road_inside=True,
            beside=False,
            near=True,
            inside=within_area,
            usable=True,
        )
    known = approaches(network, area, closed.drive.barred)
    usable = ~within(closed.obstacles.blocked, known.edge, known.offset_m)
    beside = bool((usable & known.beside).any())
    usable = usable & known.beside if beside else usable
    places = Stretches(known.edge[usable], known.offset_m[usable], known.offset_m[usable])
    return Target(
        places,
        known.access_m[usable],
        road_inside=False,
        beside=beside,
        near=len(known.edge) > 0,
        inside=within_area,
        usable=not bool(closed.drive.barred[within_area.edge].all()),
    )


def open_road(closed: ClosedRoads, some: Stretches) -> Stretches:
    """Return what of these stretches the vehicle may use and no closure blocks."""
    allowed = some.of(~closed.drive.barred[some.edge])
    return without(closed.network, allowed, closed.obstacles.blocked)


def site_target(site: Snaps, in_area: Stretches, *, open_road: bool) -> Target:
    """Return a staging point's place on the road as what is to be reached, with the access leg from there to it."""
    some = slice(None) if open_road else slice(0)
    at_m = site.offset_m[some]
    return Target(
        Stretches(site.edge[some].astype(np.int64), at_m, at_m),
        site.access_m[some],
        road_inside=False,
        beside=True,
        near=True,
        inside=in_area,
        usable=True,
    )


def entries(network: RoadNetwork, wanted: Target, closed: ClosedRoads) -> Entries:
    """Return the quickest way from each node straight to the area, its milliseconds and metres."""
    return _quickest(*_ways_in(network, wanted, closed))


class Doors(NamedTuple):
    """Every way from a node straight to the area, one a node and edge: node, milliseconds, edge; int64 (n,), by these."""

    node: NDArray[np.int64]
    ms: NDArray[np.int64]
    edge: NDArray[np.int64]


def doors(network: RoadNetwork, wanted: Target, closed: ClosedRoads) -> Doors:
    """Return every way from a node straight to the area, also those that are not the quickest.

    The least milliseconds of a node's doors are those of its entry. Each is by road of one edge only, so what is left
    when edges are lost are the doors of the others.
    """
    there, ahead, back = _ways_in(network, wanted, closed)
    at_tail = wanted.stretches.from_m == 0.0
    at_head = wanted.stretches.to_m == network.edge_length_m[wanted.stretches.edge]
    edge = [
        np.concatenate([wanted.stretches.edge[at_tail], wanted.stretches.edge[at_head]]),
        *(network.arc_edge[way[3]] for way in (ahead, back)),
    ]
    node, ms = (
        np.concatenate([way[0] for way in (there, ahead, back)]).astype(np.int64),
        np.concatenate([way[1] + access_ms(way[2]) for way in (there, ahead, back)]),
    )
    of = np.concatenate(edge).astype(np.int64)
    order = np.lexsort((of, ms, node))
    return Doors(node[order], ms[order], of[order])


def _ways_in(
    network: RoadNetwork, wanted: Target, closed: ClosedRoads
) -> tuple[tuple[NDArray[Any], ...], tuple[NDArray[Any], ...], tuple[NDArray[Any], ...]]:
    """Return the ways straight in of nodes that are there, of tails and of heads: node, ms, access metres, arc, metres."""
    stretches, access_m = wanted.stretches, wanted.access_m
    edge, near, far = stretches.edge, stretches.from_m, stretches.to_m
    length = network.edge_length_m[edge]
    # A node at either end of a stretch is reached, whichever way the road there may be driven; from any other end the
    # stretch is driven to.
    at_tail, at_head = near == 0.0, far == length
    to, fro = np.flatnonzero(~at_tail), np.flatnonzero(~at_head)
    ahead = closed.obstacles.passage_ms(edge[to], np.zeros(len(to)), near[to])
    back = closed.obstacles.passage_ms(edge[fro], far[fro], length[fro])
    nodes = np.concatenate([network.edge_tail[edge[at_tail]], network.edge_head[edge[at_head]]])
    nothing = np.zeros(len(nodes))
    nodes_m = np.concatenate([access_m[at_tail], access_m[at_head]])
    return (
        (nodes, nothing.astype(np.int64), nodes_m, np.full(len(nodes), NO_ARC), nothing),
        _driven(network.edge_tail[edge[to]], ahead, access_m[to], network.forward_arc[edge[to]], near[to]),
        _driven(
            network.edge_head[edge[fro]],
            back,
            access_m[fro],
            network.backward_arc[edge[fro]],
            length[fro] - far[fro],
        ),
    )


def _driven(*way: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Return the ways (node, road milliseconds, access metres, arc, metres) that are open along an arc there is."""
    _, ms, _, arc, _ = way
    usable = (ms >= 0) & (arc >= 0)
    return tuple(part[usable] for part in way)


def _quickest(*ways: tuple[NDArray[Any], ...]) -> Entries:
    """Return one way a node."""
    there, *others = ways
    if there[2].any():
        return _first_of_each(*ways)
    # Nothing is quicker than to be there, so only the few ways to other nodes need to be put in order.
    reached = np.zeros(int(max(way[0].max(initial=0) for way in ways)) + 1, dtype=np.bool_)
    reached[there[0]] = True
    node = np.flatnonzero(reached)
    others = [tuple(part[~reached[way[0]]] for part in way) for way in others]
    few = _first_of_each(*others)
    nothing = np.zeros(len(node))
    arrived = node, nothing.astype(np.int64), nothing, np.full(len(node), NO_ARC), nothing
    rows = few.node, few.ms, few.access_m, few.arc, few.metres
    order = np.argsort(np.concatenate([node, few.node]), kind="stable")  # two that rise are soon one
    return Entries(*(np.concatenate(parts)[order] for parts in zip(arrived, rows, strict=True)))


def _first_of_each(*ways: tuple[NDArray[Any], ...]) -> Entries:
    """Return the quickest way of each node, all of them put in order."""
    node, road_ms, access_m, arc, metres = (np.concatenate(parts) for parts in zip(*ways, strict=True))
    ms = road_ms + access_ms(access_m)
    order = np.lexsort((metres, arc, access_m, ms, node))
    _, first = np.unique(node[order], return_index=True)
    best = order[first]
    return Entries(
        node[best].astype(np.int64), ms[best], access_m[best], arc[best].astype(np.int64), metres[best]
    )


def shape_between(network: RoadNetwork, edge: int, from_m: float, to_m: float) -> NDArray[np.float64]:
    """Return an edge's shape between two places on it, (n, 2) in EPSG:4326, in the order driven.

    Metres from the edge's tail; `from_m > to_m` drives against its direction. Two points at least, the same one
    twice when the two places are one.
    """
    near_m, far_m = min(from_m, to_m), max(from_m, to_m)
    rows = slice(network.shape_start[edge], network.shape_start[edge + 1])
    shape, metres = network.shape[rows].tolist(), network.shape_m[rows].tolist()
    begin, end = bisect_right(metres, near_m), bisect_left(metres, far_m)
    # Plain numbers: of so few points an array a place would take ten times as long.
    points = [_place_at(near_m, metres, shape), *shape[begin:end], _place_at(far_m, metres, shape)]
    return np.array(points if from_m <= to_m else points[::-1])


def _place_at(at_m: float, metres: list[float], shape: list[list[float]]) -> list[float]:
    """Return the place (EPSG:4326) after some metres of an edge whose points stand after `metres` of it."""
    after = bisect_right(metres, at_m)
    if after in {0, len(metres)}:
        return shape[min(after, len(metres) - 1)]
    begin_m, end_m = metres[after - 1], metres[after]
    return [
        begin + (at_m - begin_m) * ((end - begin) / (end_m - begin_m))
        for begin, end in zip(shape[after - 1], shape[after], strict=True)
    ]

"""How a place on the road sets out for an area: by either end of its edge, or straight along it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo import departure_kernels
from geo.doors import refuse_beyond, refuse_outside
from geo.intervals import Stretches
from geo.passage import HALF
from geo.snapping import Snaps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.driving import Drive
    from geo.entries import Target
    from geo.network import RoadNetwork
    from geo.passage import Obstacles


class Departures(NamedTuple):
    """The quickest way of P places on the road: how each sets out, up to the end of its own edge.

    Parameters
    ----------
    ms
        Milliseconds to the area, its access leg included, int64 (P,); -1 where there is no way.
    way
        Which of the four ways, as `geo.departure_kernels` numbers them, int64 (P,).
    node
        The end of the own edge by which it leaves, int64 (P,); -1 where it drives straight in.
    until_m
        Where on the own edge it stops being driven, metres from its tail: an end, or where the area is reached;
        float64 (P,).
    mm
        Millimetres along the own edge, int64 (P,).
    access_m
        Straight metres of the access leg of those that drive straight in, float64 (P,); 0 with road inside.
    shut
        Whether the place stands on a blocked stretch, bool (P,).
    """

    ms: NDArray[np.int64]
    way: NDArray[np.int64]
    node: NDArray[np.int64]
    until_m: NDArray[np.float64]
    mm: NDArray[np.int64]
    access_m: NDArray[np.float64]
    shut: NDArray[np.bool_]


def departures(
    obstacles: Obstacles,
    wanted: Target,
    node_ms: NDArray[np.int64],
    *,
    edge: NDArray[Any],
    offset_m: NDArray[np.float64],
) -> Departures:
    """Return how places on the road (edge, metres from its tail) get to the area quickest.

    Each leg on the own edge is rounded once, to whole milliseconds and whole millimetres. Equals are settled in
    the order straight ahead, straight back, by the head, by the tail. Most places stand on edges with nothing on them,
    which leaves two ways of four.
    """
    count = len(edge)
    refuse_beyond("edges", edge, len(obstacles.drive.network.edge_tail))
    found = Departures(
        ms=np.full(count, -1),
        way=np.zeros(count, dtype=np.int64),
        node=np.full(count, -1),
        until_m=np.zeros(count),
        mm=np.zeros(count, dtype=np.int64),
        access_m=np.zeros(count),
        shut=within(obstacles.blocked, edge, offset_m),
    )
    departure_kernels.set_out(*_asked(obstacles, wanted, node_ms, edge, offset_m), found[:-1])
    return found


class OwnEdge(NamedTuple):
    """Both ends of the edge on which each of P places stands, and the way to them with nothing in it.

    Parameters
    ----------
    head, tail
        The nodes, int32 (P,); 0 for a place without an edge.
    head_ms, tail_ms
        Milliseconds along the own edge to each, int64 (P,); -1 where the vehicle may not drive there.
    """

    head: NDArray[np.int32]
    head_ms: NDArray[np.int64]
    tail: NDArray[np.int32]
    tail_ms: NDArray[np.int64]


def own_edge(drive: Drive, snaps: Snaps) -> OwnEdge:
    """Return the ends of places' own edges, worked out once for a vehicle and kept with the places.

    Assets are asked about with one closure after the other: of most of them only what their two nodes take changes.
    """
    known: OwnEdge | None = snaps.own_edges.get(drive)
    if known is None:
        known = snaps.own_edges.setdefault(drive, _own_edge(drive, snaps.edge, snaps.offset_m))
    return known


def _own_edge(drive: Drive, edge: NDArray[Any], offset_m: NDArray[np.float64]) -> OwnEdge:
    network, count = drive.network, len(edge)
    refuse_outside("edges", edge, -1, len(network.edge_tail) - 1)
    own = OwnEdge(
        np.empty(count, dtype=np.int32),
        np.empty(count, dtype=np.int64),
        np.empty(count, dtype=np.int32),
        np.empty(count, dtype=np.int64),
    )
    places = edge.astype(np.int64), np.ascontiguousarray(offset_m, dtype=np.float64)
    departure_kernels.fill_own(*places, _ends(network), drive.obstacles.as_read[0], HALF, tuple(own))
    return own


def soonest_ms(
    obstacles: Obstacles, wanted: Target, node_ms: NDArray[np.int64], snaps: Snaps
) -> NDArray[np.int64]:
    """Return the milliseconds of `departures` alone, int64 (P,); -1 also for a place without an edge (-1)."""
    own = own_edge(obstacles.drive, snaps)
    ms = np.empty(len(snaps.edge), dtype=np.int64)
    asked = _asked(obstacles, wanted, node_ms, snaps.edge, snaps.offset_m)
    departure_kernels.soonest(*asked, tuple(own), ms)
    return ms


def _ends(network: RoadNetwork) -> tuple[Any, ...]:
    """Return the ends of all edges, and the arcs that lead there, as compiled code reads them."""
    return network.edge_head, network.edge_tail, network.forward_arc, network.backward_arc


def _asked(
    obstacles: Obstacles,
    wanted: Target,
    node_ms: NDArray[np.int64],
    edge: NDArray[Any],
    offset_m: NDArray[np.float64],
) -> tuple[Any, ...]:
    """Return places, which of them have something on their edge, and the roads, as compiled code reads them."""
    network = obstacles.drive.network
    special = obstacles.stretches.has(edge) | wanted.stretches.has(edge)
    spans, obstructions = obstacles.as_read
    to = wanted.stretches
    goals = to.edge, to.from_m, to.to_m, wanted.access_m, wanted.access_ms
    places = edge.astype(np.int64), np.ascontiguousarray(offset_m, dtype=np.float64)
    return *places, special, (_ends(network), spans, node_ms, obstructions, goals, HALF)


class Legs(NamedTuple):
    """All ways by which P places on the road may set out, milliseconds each, int64 (P,); -1 where one is not open.

    `straight` along the own edge to the area, its access leg included; `to_head` and `to_tail` on the own edge to its
    ends; `stuck_head` and `stuck_tail` the same were the whole own edge blocked, which only a place at an end can leave.
    """

    straight: NDArray[np.int64]
    to_head: NDArray[np.int64]
    stuck_head: NDArray[np.int64]
    to_tail: NDArray[np.int64]
    stuck_tail: NDArray[np.int64]


def legs(obstacles: Obstacles, wanted: Target, *, edge: NDArray[Any], offset_m: NDArray[np.float64]) -> Legs:
    """Return every way by which places on the road (edge, metres from its tail) may set out.

    The least of `straight` and of the two others with what their ends take are the milliseconds of `departures`.
    """
    network = obstacles.drive.network
    forward, backward = network.forward_arc[edge] >= 0, network.backward_arc[edge] >= 0
    nowhere = np.full(len(network.lon), -1)
    own = np.unique(edge)
    length, start = network.edge_length_m[edge], np.zeros(len(edge))
    whole = Stretches(own, np.zeros(len(own)), network.edge_length_m[own])
    shut = replace(obstacles, stretches=whole, factor=np.full(len(own), np.inf))
    return Legs(
        soonest_ms(obstacles, wanted, nowhere, Snaps(edge, offset_m, start)),
        *(np.where(forward, each.passage_ms(edge, offset_m, length), -1) for each in (obstacles, shut)),
        *(np.where(backward, each.passage_ms(edge, start, offset_m), -1) for each in (obstacles, shut)),
    )


def within(some: Stretches, edge: NDArray[Any], offset_m: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return whether each place on the road lies on one of these stretches, its ends included, bool (P,)."""
    place, stretch = some.on(edge)
    here = offset_m[place]
    covered = np.zeros(len(edge), dtype=np.bool_)
    covered[place[(some.from_m[stretch] <= here) & (here <= some.to_m[stretch])]] = True
    return covered


def millimetres(metres: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return whole millimetres, int64: a route's metres then add up to the same number in any order."""
    return np.floor(metres * 1000.0 + 0.5).astype(np.int64)

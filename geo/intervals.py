"""Stretches of road: which metres of which edges lie in a polygon, and sums and differences of such stretches."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.runs import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.edge_index import EdgeIndex
    from geo.network import RoadNetwork

TOUCH_M = 0.001
"""A millimetre: roads and polygons that share less than this touch, they do not overlap."""


@dataclass(frozen=True, eq=False)
class Stretches:
    """Stretches of road that do not overlap, by edge and then by metres: edge int64 (S,), metres from its tail."""

    edge: NDArray[np.int64]
    from_m: NDArray[np.float64]
    to_m: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of stretches."""
        return len(self.edge)

    def km(self) -> float:
        """Return the km of road in all stretches together."""
        return float((self.to_m - self.from_m).sum()) / 1000.0

    def of(self, chosen: NDArray[Any]) -> Stretches:
        """Return the chosen stretches (a mask or an index array, in order)."""
        return Stretches(self.edge[chosen], self.from_m[chosen], self.to_m[chosen])

    def on(self, edge: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return every pair of a question and a stretch on its edge: the place among `edge` (n,), and the stretch."""
        asked = np.flatnonzero(self.has(edge))
        begin = np.searchsorted(self.edge, edge[asked], side="left")
        counts = np.searchsorted(self.edge, edge[asked], side="right") - begin
        return np.repeat(asked, counts), numbers(begin, counts)

    def has(self, edge: NDArray[Any]) -> NDArray[np.bool_]:
        """Return whether each edge has a stretch, bool (n,)."""
        found: NDArray[np.bool_] = self._holds[np.minimum(edge, len(self._holds) - 1)]
        return found

    @cached_property
    def _holds(self) -> NDArray[np.bool_]:
        """Return of each edge up to the last one here whether it has a stretch, and a no for all that follow.

        Most questions are about edges without any, and a look-up is a tenth of a search among those that have one.
        """
        holds = np.zeros(int(self.edge[-1]) + 2 if len(self.edge) else 1, dtype=np.bool_)
        holds[self.edge] = True
        return holds


def no_stretches() -> Stretches:
    """Return no stretch at all."""
    return Stretches(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))


def inside(network: RoadNetwork, polygon: BaseGeometry) -> Stretches:
    """Return the stretches of road that lie in a polygon or multipolygon (EPSG:4326), its boundary included.

    Each straight segment of an edge, straight in longitude and latitude, is cut where it meets the polygon's
    boundary; what lies between two cuts is in or out as its middle is. No overlay of geometries takes part, so a
    boundary that runs along a road, or meets it at a corner, cannot fail.
    """
    (found,) = inside_each(network, [polygon])
    return found


def inside_each(network: RoadNetwork, polygons: Sequence[BaseGeometry]) -> list[Stretches]:
    """Return the stretches of road inside each of several polygons, as `inside` does for one.

    All are worked out together: a dozen small closures ask as many questions as one, and take hardly longer.
    """
    areas = np.array(polygons, dtype=object)
    shapely.prepare(areas)
    (full_owner, full), (owner, near) = _candidates(network, areas)
    line = network.lines(near)
    met = shapely.intersects(areas[owner], line)
    owner, near, line = owner[met], near[met], line[met]
    whole = shapely.covers(areas[owner], line)
    # Each polygon gets its own numbers for the edges, so that what is joined edge by edge stays apart.
    count = len(network.edge_tail)
    keys = np.concatenate([full_owner, owner[whole]]) * count + np.concatenate([full, near[whole]])
    full_m = network.edge_length_m[keys % max(count, 1)]
    partly = added(_partly_inside(network, near[~whole], owner[~whole], areas))
    found = _by_edge(Stretches(keys, np.zeros(len(keys)), full_m), partly)
    found = _tidied(found, network.edge_length_m[found.edge % max(count, 1)])
    begin = np.searchsorted(found.edge, np.arange(len(areas) + 1) * count).tolist()
    return [
        Stretches(found.edge[first:last] - number * count, found.from_m[first:last], found.to_m[first:last])
        for number, (first, last) in enumerate(pairwise(begin))
    ]


Owned = tuple["NDArray[np.int64]", "NDArray[np.int64]"]
"""Edges, each with the polygon it is asked about: the place of that, and the edge."""


def _candidates(network: RoadNetwork, areas: NDArray[np.object_]) -> tuple[Owned, Owned]:
    """Return the edges of boxes that polygons cover, and the other edges that may lie in them."""
    index = network.index
    nothing = np.empty(0, dtype=np.int64)
    covered, near = [(nothing, nothing)], [(nothing, nothing)]
    boxes, owners = [nothing], [nothing]
    for number, area in enumerate(areas):
        box = index.lowest(area.bounds)
        if box is None:
            sifted = _sifted(index, area)
            for some, edges in zip((covered, near), sifted, strict=True):
                some.append((np.full(len(edges), number), edges))
        else:
            boxes.append(box)
            owners.append(np.full(len(box), number))
    box, owner = np.concatenate(boxes), np.concatenate(owners)
    surface = index.surfaces(box)
    full = shapely.covers(areas[owner], surface)
    met = ~full & shapely.intersects(areas[owner], surface)
    for some, chosen in ((covered, full), (near, met)):
        edges, place = index.edges_in(box[chosen])
        some.append((owner[chosen][place], edges))
    return _joined(covered), _joined(near)


def _sifted(index: EdgeIndex, area: BaseGeometry) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return index.sifted(
        area.bounds, lambda box: shapely.intersects(area, box), lambda box: shapely.covers(area, box)
    )


def _joined(parts: list[Owned]) -> Owned:
    owner, edge = (np.concatenate(part) for part in zip(*parts, strict=True))
    return owner, edge


def _by_edge(*parts: Stretches) -> Stretches:
    """Return stretches by edge, of parts none of which has an edge of another."""
    edge = np.concatenate([part.edge for part in parts])
    order = np.argsort(edge, kind="stable")
    from_m, to_m = (np.concatenate([getattr(part, name) for part in parts]) for name in ("from_m", "to_m"))
    return Stretches(edge[order], from_m[order], to_m[order])


def added(*parts: Stretches) -> Stretches:
    """Return the stretches covered by any of these; what touches becomes one."""
    joined = Stretches(
        np.concatenate([part.edge for part in parts]),
        np.concatenate([part.from_m for part in parts]),
        np.concatenate([part.to_m for part in parts]),
    )
    edge, at_m, opens, _ = _events(joined, no_stretches())
    depth = np.cumsum(opens)
    begin = np.flatnonzero((opens == 1) & (depth == 1))
    end = np.flatnonzero((opens == -1) & (depth == 0))
    return Stretches(edge[begin], at_m[begin], at_m[end])


def without(network: RoadNetwork, some: Stretches, others: Stretches) -> Stretches:
    """Return what of `some` is not in `others`, but for slivers of two millimetres."""
    if not len(others) or not len(some):
        return some
    edge, at_m, opens, bars = _events(some, others)
    wanted = (np.cumsum(opens) > 0) & (np.cumsum(bars) == 0)
    wanted = np.flatnonzero(wanted[:-1] & (edge[:-1] == edge[1:]) & (at_m[:-1] < at_m[1:]))
    left = added(Stretches(edge[wanted], at_m[wanted], at_m[wanted + 1]))
    return _tidied(left, network.edge_length_m[left.edge])


def overlaid(
    some: Stretches, factor: NDArray[np.float64], others: Stretches, other: NDArray[np.float64]
) -> tuple[Stretches, NDArray[np.float64]]:
    """Return the stretches covered by either, with the larger factor where both do; neighbours of one factor are one.

    Neither has stretches that overlap among themselves. factor, other float64 (S,), above 1 or infinite.
    """
    if not len(others):
        return some, factor
    edge = np.concatenate([some.edge, some.edge, others.edge, others.edge])
    at_m = np.concatenate([some.from_m, some.to_m, others.from_m, others.to_m])
    order = np.lexsort((at_m, edge))
    edge, at_m = edge[order], at_m[order]
    piece = np.flatnonzero((edge[:-1] == edge[1:]) & (at_m[:-1] < at_m[1:]))
    edge, from_m, to_m = edge[piece], at_m[piece], at_m[piece + 1]
    held = np.maximum(_held(some, factor, edge, from_m), _held(others, other, edge, from_m))
    covered = held > 0.0
    edge, from_m, to_m, held = edge[covered], from_m[covered], to_m[covered], held[covered]
    follows = (edge[1:] == edge[:-1]) & (from_m[1:] == to_m[:-1]) & (held[1:] == held[:-1])
    begin, end = np.flatnonzero(np.append(True, ~follows)), np.flatnonzero(np.append(~follows, True))
    return Stretches(edge[begin], from_m[begin], to_m[end]), held[begin]


def _held(
    some: Stretches, factor: NDArray[np.float64], edge: NDArray[np.int64], from_m: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the factor of the stretch that covers what follows each place on an edge; 0 where none does."""
    if not len(some):
        return np.zeros(len(edge))
    number = np.repeat([0, 1], [len(some), len(edge)])
    order = np.lexsort((number, np.concatenate([some.from_m, from_m]), np.concatenate([some.edge, edge])))
    last = np.empty(len(order), dtype=np.int64)
    last[order] = np.cumsum(number[order] == 0) - 1
    begun = last[len(some) :]
    at = np.maximum(begun, 0)
    covers = (begun >= 0) & (some.edge[at] == edge) & (from_m < some.to_m[at])
    return np.where(covers, factor[at], 0.0)


def _events(
    some: Stretches, others: Stretches
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return where stretches begin (+1) and end (-1), in order: edge, metres, steps of `some` and of `others`.

    At one place beginnings come before ends, so that stretches which touch are one.
    """
    edge = np.concatenate([some.edge, some.edge, others.edge, others.edge])
    at_m = np.concatenate([some.from_m, some.to_m, others.from_m, others.to_m])
    kinds = [len(some), len(some), len(others), len(others)]
    opens, bars = np.repeat([1, -1, 0, 0], kinds), np.repeat([0, 0, 1, -1], kinds)
    order = np.lexsort((-(opens + bars), at_m, edge))
    return edge[order], at_m[order], opens[order], bars[order]


def _partly_inside(
    network: RoadNetwork, edges: NDArray[Any], of_area: NDArray[np.int64], areas: NDArray[np.object_]
) -> Stretches:
    """Return what of these edges lies in the area of each, segment by segment; numbered as `inside_each` does."""
    if not len(edges):
        return no_stretches()
    counts = network.shape_start[edges + 1] - network.shape_start[edges] - 1
    point = numbers(network.shape_start[edges], counts)
    begin, end = network.shape[point], network.shape[point + 1]
    area = np.repeat(of_area, counts)
    owner, share = _shares_at_boundary(begin, end, area, areas)
    count = len(point)
    owner = np.concatenate([np.arange(count), np.arange(count), owner])
    share = np.concatenate([np.zeros(count), np.ones(count), share])
    order = np.lexsort((share, owner))
    owner, share = owner[order], share[order]
    piece = np.flatnonzero((owner[:-1] == owner[1:]) & (share[:-1] < share[1:]))
    segment, first, last = owner[piece], share[piece], share[piece + 1]
    middle = begin[segment] + ((first + last) / 2.0)[:, None] * (end - begin)[segment]
    hit = shapely.intersects_xy(areas[area[segment]], middle[:, 0], middle[:, 1])
    segment, first, last = segment[hit], first[hit], last[hit]
    start_m, end_m = network.shape_m[point[segment]], network.shape_m[point[segment] + 1]
    return Stretches(
        (area * len(network.edge_tail) + np.repeat(edges, counts))[segment],
        start_m + first * (end_m - start_m),
        np.where(last == 1.0, end_m, start_m + last * (end_m - start_m)),
    )


def _shares_at_boundary(
    begin: NDArray[np.float64], end: NDArray[np.float64], area: NDArray[np.int64], areas: NDArray[np.object_]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return where segments meet the boundary of their areas: the segment, and the share of it passed, 0..1."""
    parts, of_part = shapely.get_parts(areas, return_index=True)
    rings, of_ring = shapely.get_rings(parts, return_index=True)
    ring, owner = shapely.get_coordinates(rings, return_index=True)
    step = np.flatnonzero(owner[:-1] == owner[1:])
    side_area = of_part[of_ring[owner[step]]]
    boundary = _segments(ring[step], ring[step + 1])
    segments = _segments(begin, end)
    segment, side = shapely.STRtree(boundary).query(segments, predicate="intersects")
    own = side_area[side] == area[segment]
    segment, side = segment[own], side[own]
    meetings = shapely.intersection(segments[segment], boundary[side])
    xy, pair = shapely.get_coordinates(meetings, return_index=True)
    segment = segment[pair].astype(np.int64)
    way = end[segment] - begin[segment]
    share = ((xy - begin[segment]) * way).sum(axis=1) / (way * way).sum(axis=1)
    return segment, np.clip(share, 0.0, 1.0)


def _segments(begin: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.object_]:
    return np.asarray(shapely.linestrings(np.stack([begin, end], axis=1)), dtype=object)


def _tidied(some: Stretches, length: NDArray[np.float64]) -> Stretches:
    """Return the stretches, on edges of these metres, without what only rounding made.

    Ends within a millimetre of an edge's end are put there, gaps that small are filled, mere touches are left out.
    """
    from_m = np.where(some.from_m <= TOUCH_M, 0.0, some.from_m)
    to_m = np.where(some.to_m >= length - TOUCH_M, length, some.to_m)
    follows = (some.edge[1:] == some.edge[:-1]) & (from_m[1:] - to_m[:-1] <= TOUCH_M)
    begin = np.flatnonzero(np.concatenate([[True], ~follows])) if len(some) else np.empty(0, dtype=np.int64)
    end = np.flatnonzero(np.concatenate([~follows, [True]])) if len(some) else begin
    tidy = Stretches(some.edge[begin], from_m[begin], to_m[end])
    real = tidy.to_m - tidy.from_m > np.minimum(2.0 * TOUCH_M, length[begin] / 2.0)
    return tidy.of(real)

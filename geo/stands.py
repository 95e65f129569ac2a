"""Stands: public places on the main roads, of which every place has one; to tell the stand is not to tell the place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from geo.entries import shape_between
from geo.projection import to_metres
from geo.snapping import Snaps, access_ms
from geo.stand_kernels import NOWHERE, nearest_stand

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.network import RoadNetwork

SPACING_M: Final = 5_000.0
"""About how far stands are apart, where there is main road: towns are told as one place or a few."""

LEAST_MS: Final = 1e-3
"""No part of a road takes less, so that a search never stands still."""

MAIN_ROAD_KMH: Final = 75.0
"""Roads of classes this fast or faster are main roads: freeways, U.S. and state routes by every table of speeds we read."""


@dataclass(frozen=True, eq=False)
class Stands:
    """The stands of a network, and how every place on its roads gets to its own. Q stands.

    They follow from the roads alone. A place's stand is the one it drives to soonest by car, so a river without a
    bridge lies between two stands' places, never amid them.

    Parameters
    ----------
    snaps
        Where they stand on the road; `access_m` is 0. (Q,)
    lon, lat
        The same in EPSG:4326, float64 (Q,).
    """

    network: RoadNetwork
    snaps: Snaps
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    _marks: _Marks
    _stand: NDArray[np.int32]
    _ms: NDArray[np.float64]

    def of(self, snaps: Snaps) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return each place's stand, and the milliseconds from the place to it, its access leg included.

        int64 (P,) both; -1 for a place without a road, or without a way to any stand.
        """
        stand, ms = np.full(len(snaps.edge), -1, dtype=np.int64), np.full(len(snaps.edge), -1, dtype=np.int64)
        placed = np.flatnonzero(snaps.edge >= 0)
        edge = snaps.edge[placed].astype(np.int64)
        node, leg_ms = self._marks.beside(self.network, edge, snaps.offset_m[placed])
        total = leg_ms + self._ms[node]
        best = np.argmin(total, axis=0)
        row = np.arange(len(placed))
        known = np.isfinite(total[best, row])
        own = placed[known]
        stand[own] = self._stand[node[best, row]][known]
        drive_ms = np.ceil(total[best, row][known]).astype(np.int64)
        ms[own] = drive_ms + access_ms(snaps.access_m[own])
        return stand, ms


@dataclass(frozen=True, eq=False)
class _Marks:
    """Milestones that cut long main roads into equal parts; they are numbered on from the N nodes, by edge.

    parts int64 (E,) how many parts an edge has; first int64 (E,) the number of its first milestone.
    """

    parts: NDArray[np.int64]
    first: NDArray[np.int64]
    count: int

    def number(
        self, network: RoadNetwork, edge: NDArray[np.int64], part: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Return the number of the end of some edges' parts: 0 is the tail, `parts` the head."""
        between = self.first[edge] + part - 1
        ends = np.where(part <= 0, network.edge_tail[edge], network.edge_head[edge])
        return np.where((part > 0) & (part < self.parts[edge]), between, ends)

    def beside(
        self, network: RoadNetwork, edge: NDArray[np.int64], offset_m: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the ends of the part that each place lies in, behind and ahead, and the ms to them; (2, P) both."""
        length = np.maximum(network.edge_length_m[edge], 1e-9)
        share = np.clip(offset_m / length, 0.0, 1.0) * self.parts[edge]
        behind = np.minimum(np.floor(share).astype(np.int64), self.parts[edge] - 1)
        ahead_ms, back_ms = _part_ms(network, self, edge)
        node = np.stack([self.number(network, edge, behind), self.number(network, edge, behind + 1)])
        return node, np.stack([(share - behind) * back_ms, (behind + 1 - share) * ahead_ms])


@lru_cache(maxsize=2)
def stands(network: RoadNetwork) -> Stands:
    """Return the stands of a network, worked out once.

    One junction of main roads for each square of `SPACING_M`, the one nearest its middle, and milestones about as
    far apart on main roads that are longer. Streets and ramps have none.
    """
    main = _main_edges(network)
    parts = np.where(main, np.maximum(np.rint(network.edge_length_m / SPACING_M), 1), 1).astype(np.int64)
    first = len(network.lon) + np.concatenate([[0], np.cumsum(parts - 1)])
    marks = _Marks(parts, first[:-1], int(first[-1]) - len(network.lon))
    junction = _junctions(network, main)
    number = np.concatenate([junction, np.arange(marks.count, dtype=np.int64) + len(network.lon)])
    snaps = _snaps(network, marks, junction)
    lonlat = np.array(
        [
            shape_between(network, int(edge), float(at), float(at))[0]
            for edge, at in zip(snaps.edge, snaps.offset_m, strict=True)
        ]
    ).reshape(-1, 2)
    stand, ms = _nearest(network, marks, number)
    return Stands(network, snaps, lonlat[:, 0].copy(), lonlat[:, 1].copy(), marks, stand, ms)


def _main_edges(network: RoadNetwork) -> NDArray[np.bool_]:
    """Return which edges are main roads, bool (E,); all of them where the network holds no others or knows none."""
    fast = np.array(network.speeds_kmh) >= MAIN_ROAD_KMH
    if network.main_roads_only or not fast.any():
        return np.ones(len(network.edge_tail), dtype=np.bool_)
    chosen: NDArray[np.bool_] = fast[network.edge_class]
    return chosen


def _junctions(network: RoadNetwork, main: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return one junction of main roads for each square, the nearest to its middle and then of the lowest number."""
    node = np.unique(np.concatenate([network.edge_tail[main], network.edge_head[main]])).astype(np.int64)
    xy = to_metres(np.column_stack([network.lon[node], network.lat[node]])) / SPACING_M
    square = np.floor(xy).astype(np.int64)
    away = ((xy - square - 0.5) ** 2).sum(axis=1)
    order = np.lexsort((node, away, square[:, 1], square[:, 0]))
    fresh = np.concatenate([[True], (square[order][1:] != square[order][:-1]).any(axis=1)])
    return np.sort(node[order[fresh]])


def _snaps(network: RoadNetwork, marks: _Marks, junction: NDArray[np.int64]) -> Snaps:
    """Return where stands are on the road: junctions at the end of a road that leads there, then the milestones."""
    arc = np.full(len(network.lon), -1, dtype=np.int64)
    arc[network.head] = np.arange(len(network.head))
    into = arc[junction]
    edge = network.arc_edge[into].astype(np.int64)
    offset = np.where(network.arc_forward[into], network.edge_length_m[edge], 0.0)
    cut = np.flatnonzero(marks.parts > 1)
    of = np.repeat(cut, marks.parts[cut] - 1)
    place = np.arange(len(of)) - np.repeat(
        np.cumsum(marks.parts[cut] - 1) - (marks.parts[cut] - 1), marks.parts[cut] - 1
    )
    on = network.edge_length_m[of] * (place + 1) / marks.parts[of]
    return Snaps(
        edge=np.concatenate([edge, of]).astype(np.int32),
        offset_m=np.concatenate([offset, on]),
        access_m=np.zeros(len(edge) + len(of)),
    )


def _nearest(
    network: RoadNetwork, marks: _Marks, number: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return the stand that each node and milestone drives to soonest, and its milliseconds; int32, float64 (N+M,)."""
    count = len(network.lon) + marks.count
    edge = np.repeat(np.arange(len(marks.parts)), marks.parts)
    part = np.arange(len(edge)) - np.repeat(np.cumsum(marks.parts) - marks.parts, marks.parts)
    behind, ahead = marks.number(network, edge, part), marks.number(network, edge, part + 1)
    ahead_ms, back_ms = _part_ms(network, marks, edge)
    # Searched from the stands against the traffic, so each way stands under where it leads to.
    to, since = np.concatenate([ahead, behind]), np.concatenate([behind, ahead])
    ms = np.concatenate([ahead_ms, back_ms])
    order = np.lexsort((ms, since, to))
    order = order[np.isfinite(ms[order])]
    once = np.concatenate(
        [[True], (to[order][1:] != to[order][:-1]) | (since[order][1:] != since[order][:-1])]
    )
    kept = order[once]
    rows = np.searchsorted(to[kept], np.arange(count + 1)), since[kept], np.maximum(ms[kept], LEAST_MS)
    stand, least = np.full(count, NOWHERE, dtype=np.int32), np.full(count, np.inf)
    nearest_stand(rows, number, least, stand)
    return stand, least


def _part_ms(
    network: RoadNetwork, marks: _Marks, edge: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the milliseconds of a part of some edges, along and against them; infinite where nobody may drive so."""
    along, against = (
        np.where(arc >= 0, network.arc_ms[arc] / marks.parts[edge], np.inf)
        for arc in (network.forward_arc[edge], network.backward_arc[edge])
    )
    return along, against

"""Points find their place on the road: an edge, metres along it, and the straight metres to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from geo import edge_kernels
from geo.doors import refuse_beyond
from geo.projection import to_metres

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from geo.departures import OwnEdge
    from geo.driving import Drive
    from geo.network import RoadNetwork

ACCESS_SPEED_KMH = 40.0
"""Speed off the network: minor roads and yards, which the network does not hold."""

DETOUR = 1.3
"""Metres driven for a straight metre off the network: the usual ratio of road to straight distance."""

MAIN_ROADS_LIMIT_M = 30_000.0
FULL_LIMIT_M = 2_000.0

_NONE_BARRED = np.empty(0, dtype=np.bool_)


@dataclass(frozen=True, eq=False)
class Snaps:
    """The place on the road of P points, worked out once and kept.

    Parameters
    ----------
    edge
        The nearest edge, int32 (P,); -1 where no road lies within the limit.
    offset_m
        Metres from that edge's tail, float64 (P,); 0 where there is none.
    access_m
        Straight metres (EPSG:5070) from the point to the road, float64 (P,); NaN where there is none.
    own_edges
        What `geo.departures.own_edge` has worked out of them, by vehicle.
    """

    edge: NDArray[np.int32]
    offset_m: NDArray[np.float64]
    access_m: NDArray[np.float64]
    own_edges: dict[Drive, OwnEdge] = field(default_factory=dict, repr=False)

    def some(self, which: NDArray[Any] | slice) -> Snaps:
        """Return some of the places, by their numbers, a mask or a slice."""
        return Snaps(self.edge[which], self.offset_m[which], self.access_m[which])

    @cached_property
    def access_ms(self) -> NDArray[np.int64]:
        """Return the milliseconds of each point's access leg, int64 (P,); -1 where there is none."""
        return access_ms(self.access_m)


def access_limit_m(network: RoadNetwork) -> float:
    """Return how many straight metres from a road a place may lie: 30 km by main roads, 2 km by all roads."""
    return MAIN_ROADS_LIMIT_M if network.main_roads_only else FULL_LIMIT_M


def access_ms(access_m: ArrayLike) -> NDArray[np.int64]:
    """Return the milliseconds of an access leg, int64; -1 where its metres are not known.

    An estimate, shown as one: straight metres times `DETOUR` at `ACCESS_SPEED_KMH`.
    """
    metres = np.asarray(access_m, dtype=np.float64)
    known = np.isfinite(metres)
    ms = np.floor(np.where(known, metres, 0.0) * DETOUR * 3600.0 / ACCESS_SPEED_KMH + 0.5).astype(np.int64)
    return np.where(known, ms, -1)


def access_m_of(ms: ArrayLike) -> NDArray[np.float64]:
    """Return the straight metres whose access leg takes so many milliseconds: `access_ms` the other way round."""
    return np.asarray(ms, dtype=np.float64) * ACCESS_SPEED_KMH / (DETOUR * 3600.0)


def snap(
    network: RoadNetwork,
    lon: ArrayLike,
    lat: ArrayLike,
    limit_m: float | None = None,
    barred: NDArray[np.bool_] | None = None,
) -> Snaps:
    """Return the nearest place on the road of each point (EPSG:4326), the lowest edge index among equals.

    Nearest in EPSG:5070, within `limit_m` straight metres (the network's own limit unless given). A point that
    is not finite has no place.

    Parameters
    ----------
    barred
        Edges that the vehicle may not use, bool (E,); None when it may use all. No place lies on one, and no access
        leg runs over or along one but within a millimetre of its own ends: then the next nearest edge counts whose
        nearest place can be reached so.
    """
    limit = access_limit_m(network) if limit_m is None else limit_m
    xy = to_metres(np.column_stack([np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)]))
    count = len(xy)
    snaps = Snaps(np.full(count, -1, dtype=np.int32), np.zeros(count), np.full(count, np.nan))
    index = network.index_xy
    bars = _NONE_BARRED if barred is None or not barred.any() else np.asarray(barred, dtype=np.bool_)
    if len(bars) not in {0, len(network.edge_tail)}:
        raise IndexError(f"{len(bars)} edges barred or not, of {len(network.edge_tail)}")
    edge_kernels.snap_all(
        xy,
        float(limit),
        (index.levels, index.boxes, index.order),
        _lines(network),
        bars,
        snaps.edge,
        snaps.offset_m,
        snaps.access_m,
    )
    return snaps


def offsets_at(
    network: RoadNetwork, edge: NDArray[np.integer], xy: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the metres from each edge's tail to its point nearest to a place (EPSG:5070, (n, 2)), float64 (n,).

    The share of the straight segment passed in EPSG:5070 is the share of its road metres passed.
    """
    offset_m = np.empty(len(edge))
    refuse_beyond("edges", edge, len(network.edge_tail))
    edge_kernels.locate(edge.astype(np.int64), np.ascontiguousarray(xy), _lines(network), offset_m)
    return offset_m


def _lines(network: RoadNetwork) -> tuple[NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    return network.shape_start, network.shape_xy, network.shape_m

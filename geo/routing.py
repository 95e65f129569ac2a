"""Travel time to an area: one reverse search answers for every place on the road."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.closures import ClosedRoads, open_roads
from geo.departures import Departures, departures, soonest_ms, within
from geo.engines import least_ms
from geo.entries import Entries, Target, entries, site_target, target
from geo.itinerary import Route, Ways, along, ways
from geo.keepout import kept_clear
from geo.polygons import inside
from geo.reopening import only_nearer, reopened_ms
from geo.snapping import Snaps, access_limit_m, access_ms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.areas import IncidentArea
    from geo.driving import Drive
    from geo.network import RoadNetwork

__all__ = ["AreaSearch", "Arrivals", "Route", "search"]

CUT_OFF = "cut off by closures"
CLEAR = "inside the area, which is kept clear"
AT_SITE = "the road at the staging point is closed"
SITE_CLEAR = "the staging point's road lies in the area, which is kept clear"
NO_WAY_ROUND = "no open road leads there round the area"
OWN_ROAD = "the road at the site is closed"


@dataclass(frozen=True, eq=False)
class Arrivals:
    """How P places reach an area.

    Parameters
    ----------
    road_ms
        Milliseconds along the roads to the first open road point in the area, or without any to the approach from
        which the area is reached soonest; int64 (P,); -1 unreachable.
    access_ms
        Milliseconds off the roads (an estimate): from the place to its road point, and from that approach to the
        area; int64 (P,); -1 unreachable.
    road_m
        Metres along the roads, to the millimetre, float64 (P,); NaN unreachable.
    area_access_m
        Straight metres from the approach to the area, float64 (P,); 0 with open road inside, NaN unreachable.
    inside
        Whether the place's road point lies in the area, bool (P,). The place itself may lie elsewhere.
    reason
        Why a place is unreachable, None for the others.
    """

    road_ms: NDArray[np.int64]
    access_ms: NDArray[np.int64]
    road_m: NDArray[np.float64]
    area_access_m: NDArray[np.float64]
    inside: NDArray[np.bool_]
    reason: tuple[str | None, ...]

    @property
    def total_ms(self) -> NDArray[np.int64]:
        """Return the milliseconds of each place on the road and off it, int64 (P,); -1 unreachable."""
        return np.where(self.road_ms >= 0, self.road_ms + self.access_ms, -1)


@dataclass(frozen=True, eq=False)
class AreaSearch:
    """The roads' travel times to an area at one state of closures.

    Parameters
    ----------
    network, closed
        The roads, and their closures.
    target
        The road to reach.
    entries
        The ways from nodes straight to it.
    node_ms
        Milliseconds from each node to the area, the access leg at its end included, int64 (N,); -1 where no open
        road leads there.
    area, site, keep_out
        What `search` was asked for.
    no_way
        Why who has no way has none, unless the vehicle or the own road is to blame.
    """

    network: RoadNetwork
    closed: ClosedRoads
    target: Target
    entries: Entries
    node_ms: NDArray[np.int64]
    area: IncidentArea
    site: Snaps | None = None
    keep_out: bool = False
    no_way: str = CUT_OFF

    @property
    def drive(self) -> Drive:
        """Return the vehicle whose times these are."""
        return self.closed.drive

    @property
    def road_inside(self) -> bool:
        """Return whether open road lies in the area."""
        return self.target.road_inside

    @property
    def area_access_m(self) -> float:
        """Return the least straight metres of any open approach to the area: 0 with open road inside, NaN without any.

        Each arrival has its own, which may be more.
        """
        return float(self.target.access_m.min(initial=np.inf)) if len(self.target.stretches) else np.nan

    @property
    def roads_closed(self) -> bool:
        """Return whether road that the vehicle may use lies in the area and closures block all of it."""
        return not self.target.road_inside and self.target.usable

    @property
    def roads_barred(self) -> bool:
        """Return whether road lies in the area and the vehicle may use none of it, closed or not."""
        return not self.target.usable and len(self.target.inside) > 0

    @cached_property
    def unhindered(self) -> AreaSearch:
        """Return the same search without closures, and through the area: what the vehicle itself cannot reach."""
        return self._freely(None)

    def totals_freely(self, snaps: Snaps, total_ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what `unhindered.totals` does for a few places, which takes less the nearer they are; int64 (P,).

        No way without closures takes longer than with them (`total_ms`), so nothing further away needs to be looked at.
        """
        if (total_ms < 0).any():
            return self.unhindered.totals(snaps)
        return self._freely(int(total_ms.max(initial=0))).totals(snaps)

    def _freely(self, limit_ms: int | None) -> AreaSearch:
        """Return the same search without closures, right up to a limit of milliseconds."""
        freely = open_roads(self.network, self.drive)
        wanted = self._goal(freely)
        ways_in = entries(self.network, wanted, freely)
        if only_nearer(self.entries, ways_in):
            edge = self.closed.obstacles.stretches.edges()
            arcs = np.concatenate([self.network.forward_arc[edge], self.network.backward_arc[edge]])
            node_ms = reopened_ms(
                self.network, freely.arc_ms, self.node_ms, arcs[arcs >= 0], ways_in, limit_ms=limit_ms
            )
        else:
            node_ms = _distances(self.network, freely.arc_ms, ways_in.node, ways_in.ms)
        return AreaSearch(self.network, freely, wanted, ways_in, node_ms, self.area, self.site)

    def _goal(self, freely: ClosedRoads) -> Target:
        """Return what is reached without closures, through the area."""
        if self.site is None:
            return target(self.network, self.area.geometry, freely, self.target.inside)
        return site_target(self.site, self.target.inside, open_road=True)

    @cached_property
    def ways(self) -> Ways:
        """Return each node's way to the area, followed when it is asked for."""
        return ways(self.network, self.closed.arc_ms, self.node_ms, self.entries)

    def totals(self, snaps: Snaps) -> NDArray[np.int64]:
        """Return the milliseconds that each place takes to the area, its own access leg included, int64 (P,).

        The sum of `road_ms` and `access_ms` of `arrivals`, -1 unreachable, without following any way: what ranking
        many places asks for.
        """
        own_ms = soonest_ms(self.closed.obstacles, self.target, self.node_ms, snaps)
        return np.where(own_ms >= 0, own_ms + snaps.access_ms, -1)

    def arrivals(self, snaps: Snaps) -> Arrivals:
        """Return how each place reaches the area, in milliseconds and metres, with a reason where it cannot."""
        placed, leaving = self._leaving(snaps)
        count = len(snaps.edge)
        reached = leaving.ms >= 0
        total_ms = np.full(count, -1, dtype=np.int64)
        total_ms[placed] = leaving.ms
        mm, leg_m = self._ends(leaving)
        road_m, area_access_m = np.full(count, np.nan), np.full(count, np.nan)
        road_m[placed] = np.where(reached, mm / 1000.0, np.nan)
        area_access_m[placed] = np.where(reached, leg_m, np.nan)
        in_area = np.zeros(count, dtype=bool)
        in_area[placed] = within(self.target.inside, snaps.edge[placed], snaps.offset_m[placed])
        at_area_ms = access_ms(area_access_m)
        return Arrivals(
            road_ms=np.where(total_ms >= 0, total_ms - at_area_ms, -1),
            access_ms=np.where(total_ms >= 0, access_ms(snaps.access_m) + at_area_ms, -1),
            road_m=road_m,
            area_access_m=area_access_m,
            inside=in_area,
            reason=self._reasons(snaps, total_ms, placed[leaving.shut], in_area),
        )

    def route(self, edge: int, offset_m: float) -> Route | None:
        """Return the way along the roads from a place on them to the area; None when there is none."""
        (found,) = self.routes(np.array([edge]), np.array([offset_m], dtype=np.float64))
        return found

    def routes(self, edge: NDArray[Any], offset_m: NDArray[np.float64]) -> list[Route | None]:
        """Return the ways of several places on the road (edge, metres from its tail), as `route` does."""
        placed = np.flatnonzero(edge >= 0)
        leaving = self._departures(edge[placed].astype(np.int64), offset_m[placed])
        found: list[Route | None] = [None] * len(edge)
        for i, place in enumerate(placed.tolist()):
            if leaving.ms[i] >= 0:
                own = int(edge[place]), float(offset_m[place])
                found[place] = along(self.network, self.ways, leaving, i, edge=own[0], offset_m=own[1])
        return found

    def _leaving(self, snaps: Snaps) -> tuple[NDArray[np.int64], Departures]:
        """Return which places have a road, and how those set out."""
        placed = np.flatnonzero(snaps.edge >= 0)
        return placed, self._departures(snaps.edge[placed].astype(np.int64), snaps.offset_m[placed])

    def _ends(self, leaving: Departures) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the millimetres by road and the straight metres of the last access leg, of each that sets out."""
        onward = np.flatnonzero(leaving.node >= 0)
        mm, leg_m = leaving.mm.copy(), leaving.access_m.copy()
        onward_mm, leg_m[onward] = self.ways.ends(leaving.node[onward])
        mm[onward] += onward_mm
        return mm, leg_m

    def _departures(self, edge: NDArray[np.int64], offset_m: NDArray[np.float64]) -> Departures:
        return departures(self.closed.obstacles, self.target, self.node_ms, edge=edge, offset_m=offset_m)

    def _reasons(
        self,
        snaps: Snaps,
        total_ms: NDArray[np.int64],
        shut: NDArray[np.int64],
        in_area: NDArray[np.bool_],
    ) -> tuple[str | None, ...]:
        limit = f"{access_limit_m(self.network) / 1000:g} km"
        road = f"road that {self.drive.profile.words} may use" if self.drive.any_barred else "road"
        reasons = np.full(len(total_ms), None, dtype=object)
        reasons[total_ms < 0] = self.no_way if self.target.near else f"no {road} within {limit} of the area"
        if self.target.near and self.drive.any_barred:
            reasons[self._out_of_bounds(snaps, total_ms)] = f"no {road} leads there"
        reasons[shut[total_ms[shut] < 0]] = OWN_ROAD
        if self.keep_out:
            reasons[in_area & (total_ms < 0)] = CLEAR
        if self.drive.any_barred:
            own = (snaps.edge >= 0) & self.drive.barred[snaps.edge]
            reasons[own] = f"{self.drive.profile.words} may not use the road at the site"
        reasons[snaps.edge < 0] = f"no {road} within {limit}"
        return tuple(reasons)

    def _out_of_bounds(self, snaps: Snaps, total_ms: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Return which places the vehicle could not come from without any closure either, bool (P,)."""
        lost = (total_ms < 0) & (snaps.edge >= 0)
        if self.closed.obstacles is self.drive.obstacles or not lost.any():
            return lost
        return lost & (self.unhindered.totals(snaps) < 0)


def search(
    network: RoadNetwork,
    area: IncidentArea,
    closed: ClosedRoads | None = None,
    *,
    site: Snaps | None = None,
    keep_out: bool = False,
) -> AreaSearch:
    """Return the travel times, in milliseconds, from everywhere on the roads to an area, or to a staging point.

    One search from the area outwards, against the direction of travel, answers for every provider at once; the
    area's entries carry the time from their node to the area, so an edge that crosses its border counts by its
    fraction. Without open road inside, each provider has the approach that gets it there soonest, road and access
    leg together: the entries then carry that leg too, and so they do to a staging point.

    Parameters
    ----------
    network
        The roads.
    area
        The area to reach.
    closed
        The roads as closures leave them to a vehicle; None for open roads and a car.
    site
        A staging point's place on the road, to reach in place of the area: one place, which there must be.
    keep_out
        Whether the area's own road may not be driven: its edge is then what is reached, and the way to a staging
        point leads round it.
    """
    closed = closed or open_roads(network)
    if site is None:
        wanted, no_way = target(network, area.geometry, closed), CUT_OFF
        roads = kept_clear(closed, wanted.inside) if keep_out else closed
    else:
        in_area = inside(network, area.geometry)
        roads = kept_clear(closed, in_area) if keep_out else closed
        shut = bool(within(roads.obstacles.blocked, site.edge, site.offset_m)[0])
        wanted = site_target(site, in_area, open_road=not shut)
        no_way = _no_way(closed, site, shut=shut, keep_out=keep_out)
    ways_in = entries(network, wanted, roads)
    node_ms = _distances(network, roads.arc_ms, ways_in.node, ways_in.ms)
    return AreaSearch(network, roads, wanted, ways_in, node_ms, area, site, keep_out, no_way)


def _no_way(closed: ClosedRoads, site: Snaps, *, shut: bool, keep_out: bool) -> str:
    """Return why who has no way to a staging point has none."""
    if shut:
        return AT_SITE if within(closed.obstacles.blocked, site.edge, site.offset_m)[0] else SITE_CLEAR
    return NO_WAY_ROUND if keep_out else CUT_OFF


def _distances(
    network: RoadNetwork,
    arc_ms: NDArray[np.signedinteger[Any]],
    node: NDArray[np.int64],
    ms: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return each node's least milliseconds to the area by the best entry, int64 (N,); -1 where there is no way.

    By the engine that pays on these roads: see `geo.engines`.

    Parameters
    ----------
    network
        The roads.
    arc_ms
        Milliseconds of each arc, (M,); -1 where it cannot be driven.
    node, ms
        The entries: nodes, and the milliseconds from each to the area.
    """
    return least_ms(network, arc_ms, node, ms)

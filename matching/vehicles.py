"""By what the assets of a question travel, and their ways: one goal for each vehicle in use."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.driving import drive
from geo.profiles import CAR
from geo.snapping import Snaps, access_ms, snap
from matching.eligibility import Ends, Travel, Travels
from matching.errors import MatchingError
from matching.goals import goal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo.areas import IncidentArea
    from geo.driving import Drive
    from geo.profiles import Profile
    from geo.reach import Reach
    from geo.routing import AreaSearch, Arrivals
    from matching.answers import Measured, Question
    from matching.atlas import Atlas
    from matching.goals import Goal
    from matching.roster import Roster

UNASKED = -1
"""In place of an asset's way: it is of no kind that was asked for."""


def vehicles_in_use(known: Atlas, question: Question, assets: Roster) -> tuple[Profile, ...]:
    """Return the vehicles by which the assets asked for travel: the one chosen, else each kind's own.

    Without any asset it is the car, so that the roads to the area are looked at all the same.

    Raises
    ------
    MatchingError
        The table of vehicles does not have one that is chosen, that a kind travels by, or that a closure is limited to.
    """
    for closure in question.closures:
        for code in closure.profiles:
            profile_of(known, code, f"closure {closure.name or closure.key!r} limited to {code!r}")
    if question.profile is not None:
        return (profile_of(known, question.profile, repr(question.profile)),)
    wanted = {kind for need in question.needs for kind in need.kinds}
    pairs = [pair for pair in zip(assets.kinds, assets.profiles, strict=True) if pair[0] in wanted]
    found = {code: profile_of(known, code, f"kind {kind!r} by {code!r}") for kind, code in pairs}
    order = list(known.profiles)
    return tuple(sorted(found.values(), key=lambda profile: order.index(profile.code))) or (CAR,)


def profile_of(known: Atlas, code: str, given: str) -> Profile:
    """Return a vehicle by the code of its profile; `given` says, in a refusal, who asked for it.

    Raises
    ------
    MatchingError
        The table of vehicles does not have it.
    """
    if code not in known.profiles:
        raise MatchingError(
            "This vehicle is not known",
            given=given,
            wanted=f"one of {', '.join(known.profiles)}",
            todo="use one of these, or add it to data/reference/profiles.csv",
        )
    return known.profiles[code]


def goals(known: Atlas, question: Question, vehicles: Sequence[Profile]) -> dict[str, Goal]:
    """Return what each vehicle's arrivals are counted to, by the code of its profile.

    Raises
    ------
    MatchingError
        No road comes near the staging point, or a share is asked of people where nobody is counted.
    """
    return {profile.code: goal(known, question, drive(known.network, profile)) for profile in vehicles}


def snaps_for(vehicle: Drive, assets: Roster) -> Snaps:
    """Return where sites meet the road that a vehicle may use: as registered, or found anew.

    Anew for another network than was active then, and where the registered place is barred to the vehicle. A nearest
    road that is not barred stays: its leg crosses no other road, or that would be nearer.
    """
    network, known = vehicle.network, assets.snaps
    same = np.array([name == network.content_hash for name in assets.networks], dtype=np.bool_)
    old = ~same[assets.network]
    if vehicle.any_barred:
        placed = np.flatnonzero(~old & (known.edge >= 0))
        old[placed[vehicle.barred[known.edge[placed]]]] = True
    if not old.any():
        return known
    fresh = snap(
        network, assets.lon[old], assets.lat[old], barred=vehicle.barred if vehicle.any_barred else None
    )
    edge, offset_m, access_m = known.edge.copy(), known.offset_m.copy(), known.access_m.copy()
    edge[old], offset_m[old] = fresh.edge, fresh.offset_m
    # Of a closed place the leg is the way to its stand, which stays; the stand is beside the road it may not use.
    before = (
        0.0 if assets.closed_site is None else np.where(assets.closed_site[old], known.access_m[old], 0.0)
    )
    access_m[old] = fresh.access_m + before
    return Snaps(edge=edge, offset_m=offset_m, access_m=access_m)


def travels(
    question: Question, assets: Roster, found: Mapping[str, Goal], acting: Mapping[str, bool]
) -> Travels:
    """Return the ways of all assets asked for; assets of one site that travel alike share one.

    What closures add is measured against the same without them, only when one acts on some road of that
    vehicle, and only for who is looked at.

    Parameters
    ----------
    question, assets
        What is asked, and of whom.
    found, acting
        The goal of each vehicle in use, and whether any closure acts on it.
    """
    codes = list(found)
    way, site, vehicle = _numbered_ways(question, assets, codes)
    inside = standing_in(question.area, assets)[site]
    fleet = [_Ways(each, assets, acting=acting[code]) for code, each in found.items()]
    total_ms, placed = np.zeros(len(site), dtype=np.int64), np.zeros(len(site), dtype=np.bool_)
    for number, ways in enumerate(fleet):
        own = np.flatnonzero(vehicle == number)
        total_ms[own], placed[own] = ways.totals(site[own])
    if question.measure == "first_entry":
        total_ms[inside] = 0

    def of(some: NDArray[np.int64]) -> list[Travel]:
        made: dict[int, Travel] = {}
        for number, ways in enumerate(fleet):
            own = some[vehicle[some] == number]
            made |= zip(own.tolist(), ways.of(site[own], inside[own]), strict=True)
        return [made[at] for at in some.tolist()]

    return Travels(way=way, total_ms=total_ms, inside=inside, placed=placed, of=of)


def standing_in(area: IncidentArea, assets: Roster) -> NDArray[np.bool_]:
    """Return whether each site stands in the area, bool (S,)."""
    ground, lon, lat = area.geometry, assets.lon, assets.lat
    west, south, east, north = ground.bounds
    near = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    shapely.prepare(ground)
    inside = np.zeros(len(lon), dtype=np.bool_)
    inside[near] = shapely.intersects_xy(ground, lon[near], lat[near])
    # A closed site is told by its county: that its stand lies in the area says nothing of the site.
    return inside if assets.closed_site is None else inside & ~assets.closed_site


def _numbered_ways(
    question: Question, assets: Roster, codes: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return each asset's way (`UNASKED` without one), and each way's site and vehicle; int64 (A,), (W,), (W,)."""
    wanted = assets.of_kinds(kind for need in question.needs for kind in need.kinds)
    number = {code: at for at, code in enumerate(codes)}
    if len(codes) == 1 and isinstance(wanted, slice):
        sites = np.arange(len(assets.sites))
        return assets.site, sites, np.zeros_like(sites)
    own = [number.get(code, 0) for code in assets.profiles]
    by_kind = np.zeros_like(own) if question.profile is not None else np.array(own, dtype=np.int64)
    count = len(assets.sites)
    key = assets.site[wanted]
    if by_kind.any():
        key = key + by_kind[assets.kind[wanted]] * count
    used = np.zeros((len(codes), count), dtype=np.bool_)
    used.ravel()[key] = True
    way = np.full(len(assets.site), UNASKED, dtype=np.int64)
    way[wanted] = (np.cumsum(used) - 1)[key]
    vehicle, site = np.nonzero(used)
    return way, site, vehicle


class _Ways:
    """The ways of one vehicle from the sites to where it arrives."""

    def __init__(self, goal: Goal, assets: Roster, *, acting: bool) -> None:
        self.goal, self.acting = goal, acting
        self.snaps = snaps_for(goal.closed.drive, assets)
        self.ends: Ends = "site" if goal.question.measure == "site" else ends_of(goal.area)

    def totals(self, site: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return each site's milliseconds and whether it has a place on the road, int64 and bool."""
        # Sites rise, and none comes twice: where they are as many as there are, they are all, as they were kept.
        some = self.snaps if len(site) == len(self.snaps.edge) else self.snaps.some(site)
        return self.goal.totals(some), some.edge >= 0

    def of(self, site: NDArray[np.int64], inside: NDArray[np.bool_]) -> list[Travel]:
        some = self.snaps.some(site)
        arrivals = self.goal.way.arrivals(some)
        measured, reached = self.goal.measured(some, arrivals)
        arrivals = self._until_shared(arrivals, some, reached)
        delay_ms = self._delays(some, arrivals)
        return [
            self._inside(own)
            if inside[i] and self.goal.question.measure == "first_entry"
            else replace(
                self._travel(arrivals, i, some),
                inside=bool(inside[i]),
                # Where closures shut the last road in the area, arrival is to another place, which may be sooner.
                delay_ms=max(0, int(delay_ms[i])) if arrivals.road_ms[i] >= 0 else 0,
                measured=own._replace(first_entry_ms=0) if inside[i] else own,
            )
            for i, own in enumerate(measured)
        ]

    def _inside(self, own: Measured) -> Travel:
        profile, own = self.goal.closed.drive.profile, own._replace(first_entry_ms=0)
        return Travel(0, 0, 0.0, inside=True, placed=True, reason=None, profile=profile, measured=own)

    def _travel(self, arrivals: Arrivals, i: int, some: Snaps) -> Travel:
        reached = arrivals.road_ms[i] >= 0
        return Travel(
            road_ms=int(arrivals.road_ms[i]),
            access_ms=int(arrivals.access_ms[i]),
            road_m=float(arrivals.road_m[i]),
            inside=False,
            placed=bool(some.edge[i] >= 0),
            reason=arrivals.reason[i],
            area_access_m=float(arrivals.area_access_m[i]) if reached else 0.0,
            site_access_m=float(some.access_m[i]),
            profile=self.goal.closed.drive.profile,
            ends=self.ends,
        )

    def _until_shared(self, arrivals: Arrivals, some: Snaps, reached: Reach | None) -> Arrivals:
        """Return how the sites arrive; until a share of the area is reached, when that is asked for."""
        if reached is None or not reached.road_inside:
            return arrivals
        half = self.goal.question.measure == "reach_p50"
        road_ms = reached.p50_ms if half else reached.p90_ms
        return replace(
            arrivals,
            road_ms=road_ms,
            access_ms=np.where(road_ms >= 0, access_ms(some.access_m), -1),
            reason=reached.p50_reason if half else reached.p90_reason,
        )

    def _delays(self, some: Snaps, arrivals: Arrivals) -> NDArray[np.int64]:
        """Return what closures add to each arrival, in milliseconds; without meaning where there is none."""
        if not self.acting:
            return np.zeros(len(some.edge), dtype=np.int64)
        total_ms = arrivals.total_ms
        return total_ms - self.goal.unhindered_totals(some, total_ms)


def ends_of(searched: AreaSearch) -> Ends:
    """Return where a vehicle's ways end: on road in the area, or why not there."""
    if searched.road_inside:
        return "inside"
    if searched.roads_barred:
        return "barred"
    return "closed" if searched.roads_closed else "no_road"

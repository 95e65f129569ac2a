"""By what the assets of a question travel, and their ways: one search for each vehicle in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.closures import close, open_roads
from geo.driving import drive
from geo.profiles import CAR
from geo.routing import search
from geo.snapping import Snaps, snap
from matching.eligibility import Ends, Travel, Travels
from matching.errors import MatchingError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo.driving import Drive
    from geo.profiles import Profile
    from geo.routing import AreaSearch, Arrivals
    from matching.answers import Question
    from matching.atlas import Atlas
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
            _profile(known, code, f"closure {closure.name or closure.key!r} limited to {code!r}")
    if question.profile is not None:
        return (_profile(known, question.profile, repr(question.profile)),)
    wanted = {kind for need in question.needs for kind in need.kinds}
    pairs = [pair for pair in zip(assets.kinds, assets.profiles, strict=True) if pair[0] in wanted]
    found = {code: _profile(known, code, f"kind {kind!r} by {code!r}") for kind, code in pairs}
    order = list(known.profiles)
    return tuple(sorted(found.values(), key=lambda profile: order.index(profile.code))) or (CAR,)


def _profile(known: Atlas, code: str, given: str) -> Profile:
    if code not in known.profiles:
        raise MatchingError(
            "This vehicle is not known",
            given=given,
            wanted=f"one of {', '.join(known.profiles)}",
            todo="use one of these, or add it to data/reference/profiles.csv",
        )
    return known.profiles[code]


def searches(known: Atlas, question: Question, vehicles: Sequence[Profile]) -> dict[str, AreaSearch]:
    """Return the search of each vehicle to the area, closures as they hold for it, by the code of its profile."""
    return {profile.code: _search(known, question, drive(known.network, profile)) for profile in vehicles}


def _search(known: Atlas, question: Question, vehicle: Drive) -> AreaSearch:
    network, closures = known.network, question.closures
    closed = (
        close(network, closures, question.asked_at, vehicle) if closures else open_roads(network, vehicle)
    )
    return search(network, question.area, closed)


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
    edge[old], offset_m[old], access_m[old] = fresh.edge, fresh.offset_m, fresh.access_m
    return Snaps(edge=edge, offset_m=offset_m, access_m=access_m)


def travels(
    question: Question, assets: Roster, found: Mapping[str, AreaSearch], acting: Mapping[str, bool]
) -> Travels:
    """Return the ways of all assets asked for; assets of one site that travel alike share one.

    What closures add is measured against the same search without them, only when one acts on some road of that
    vehicle, and only for who is looked at.

    Parameters
    ----------
    question, assets
        What is asked, and of whom.
    found, acting
        The search of each vehicle in use, and whether any closure acts on it.
    """
    codes = list(found)
    way, site, vehicle = _numbered_ways(question, assets, codes)
    shapely.prepare(question.area.geometry)
    inside = shapely.intersects_xy(question.area.geometry, assets.lon, assets.lat)[site]
    fleet = [_Ways(searched, assets, acting=acting[code]) for code, searched in found.items()]
    total_ms, placed = np.zeros(len(site), dtype=np.int64), np.zeros(len(site), dtype=np.bool_)
    for number, ways in enumerate(fleet):
        own = np.flatnonzero(vehicle == number)
        total_ms[own], placed[own] = ways.totals(site[own])
    total_ms[inside] = 0

    def of(some: NDArray[np.int64]) -> list[Travel]:
        made: dict[int, Travel] = {}
        for number, ways in enumerate(fleet):
            own = some[vehicle[some] == number]
            made |= zip(own.tolist(), ways.of(site[own], inside[own]), strict=True)
        return [made[at] for at in some.tolist()]

    return Travels(way=way, total_ms=total_ms, inside=inside, placed=placed, of=of)


def _numbered_ways(
    question: Question, assets: Roster, codes: Sequence[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return each asset's way (`UNASKED` without one), and each way's site and vehicle; int64 (A,), (W,), (W,)."""
    wanted = assets.of_kinds(kind for need in question.needs for kind in need.kinds)
    number = {code: at for at, code in enumerate(codes)}
    own = [number.get(code, 0) for code in assets.profiles]
    by_kind = np.zeros_like(own) if question.profile is not None else np.array(own, dtype=np.int64)
    count = len(assets.sites)
    key = by_kind[assets.kind[wanted]] * count + assets.site[wanted]
    used = np.zeros(len(codes) * count, dtype=np.bool_)
    used[key] = True
    way = np.full(len(assets.site), UNASKED, dtype=np.int64)
    way[wanted] = (np.cumsum(used) - 1)[key]
    ways = np.flatnonzero(used)
    return way, ways % max(count, 1), ways // max(count, 1)


class _Ways:
    """The ways of one vehicle from the sites to the area."""

    def __init__(self, searched: AreaSearch, assets: Roster, *, acting: bool) -> None:
        self.searched, self.acting = searched, acting
        self.snaps = snaps_for(searched.drive, assets)
        self.ends = ends_of(searched)

    def totals(self, site: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return each site's milliseconds and whether it has a place on the road, int64 and bool."""
        some = _chosen(self.snaps, site)
        return self.searched.totals(some), some.edge >= 0

    def of(self, site: NDArray[np.int64], inside: NDArray[np.bool_]) -> list[Travel]:
        some = _chosen(self.snaps, site)
        arrivals = self.searched.arrivals(some)
        total_ms = arrivals.road_ms + arrivals.access_ms
        delay_ms = (
            total_ms - self.searched.unhindered.totals(some) if self.acting else np.zeros_like(total_ms)
        )
        return [
            self._travel(arrivals, i, int(delay_ms[i]), some, inside=bool(inside[i]))
            for i in range(len(site))
        ]

    def _travel(self, arrivals: Arrivals, i: int, delay_ms: int, some: Snaps, *, inside: bool) -> Travel:
        profile = self.searched.drive.profile
        if inside:
            return Travel(0, 0, 0.0, inside=True, placed=True, reason=None, profile=profile)
        road_ms = int(arrivals.road_ms[i])
        return Travel(
            road_ms=road_ms,
            access_ms=int(arrivals.access_ms[i]),
            road_m=float(arrivals.road_m[i]),
            inside=False,
            placed=bool(some.edge[i] >= 0),
            reason=arrivals.reason[i],
            # Where closures shut the last road in the area, arrival is to another place, which may be sooner.
            delay_ms=max(0, delay_ms) if road_ms >= 0 else 0,
            area_access_m=float(arrivals.area_access_m[i]) if road_ms >= 0 else 0.0,
            site_access_m=float(some.access_m[i]),
            profile=profile,
            ends=self.ends,
        )


def ends_of(searched: AreaSearch) -> Ends:
    """Return where a vehicle's ways end: on road in the area, or why not there."""
    if searched.road_inside:
        return "inside"
    if searched.roads_barred:
        return "barred"
    return "closed" if searched.roads_closed else "no_road"


def _chosen(snaps: Snaps, site: NDArray[np.int64]) -> Snaps:
    return Snaps(snaps.edge[site], snaps.offset_m[site], snaps.access_m[site])

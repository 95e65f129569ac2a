"""Every listing's arrival at every point: what all figures of coverage are worked out from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from geo import coverage_kernels
from geo.closures import close, open_roads
from geo.coverage import every_ms
from geo.coverage_kernels import FAR
from geo.driving import drive
from geo.snapping import Snaps, snap
from geo.steps import quiet, stretch
from matching.answers import SERVES
from matching.coverage.classes import members
from matching.vehicles import profile_of, snaps_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from geo.closures import ClosedRoads, Closure
    from geo.driving import Drive
    from geo.steps import Heard
    from matching.atlas import Atlas
    from matching.coverage.classes import CoverageClass
    from matching.coverage.parameters import CoverageParameters
    from matching.coverage.targets import Targets
    from matching.roster import Roster


@dataclass(frozen=True, eq=False)
class Members:
    """What can serve, M members by class, then company, then asset. An asset of two classes is two members.

    Parameters
    ----------
    asset
        Each one's place in the roster, int64 (M,).
    ready_ms, units
        Milliseconds to get ready, and what it counts, int64 (M,).
    fresh
        Whether its listing is confirmed recently enough to count, bool (M,).
    pair, pair_start
        Each one's company in its class, numbered class by class, int64 (M,); the members of pair p stand from
        `pair_start[p]` on, int64 (pairs + 1,).
    company
        Each pair's place among `providers`, int64 (pairs,).
    class_start, class_pair
        Where the members and the pairs of each class begin, int64 (S + 1,).
    providers
        Ids of the companies, sorted.
    listed
        Assets of each class whatever their state, int64 (S,).
    """

    asset: NDArray[np.int64]
    ready_ms: NDArray[np.int64]
    units: NDArray[np.int64]
    fresh: NDArray[np.bool_]
    pair: NDArray[np.int64]
    pair_start: NDArray[np.int64]
    company: NDArray[np.int64]
    class_start: NDArray[np.int64]
    class_pair: NDArray[np.int64]
    providers: tuple[str, ...]
    listed: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PointArrivals:
    """Arrivals of M members at P points, and who asked what of whom.

    Parameters
    ----------
    assets, targets, classes, parameters
        The listings in columns, whom coverage is for, what is looked for, and how.
    members
        What can serve.
    way, way_ms
        Each member's way (a vehicle from a site), int64 (M,), and the milliseconds of each way to each point without
        getting ready, int64 (P, W); `FAR` where there is none.
    roads, legs
        By the code of each vehicle in use, in the order of the ways: the roads as closures leave them to it, and where
        the points and its sites meet them.
    """

    assets: Roster
    targets: Targets
    classes: tuple[CoverageClass, ...]
    parameters: CoverageParameters
    members: Members
    way: NDArray[np.int64]
    way_ms: NDArray[np.int64]
    roads: dict[str, ClosedRoads]
    legs: dict[str, tuple[Snaps, Snaps]]

    def columns(self, counts: NDArray[np.bool_]) -> tuple[NDArray[Any], ...]:
        """Return way, time to get ready and pair of the members, and which of them count, as compiled code reads them."""
        return self.way, self.members.ready_ms, self.members.pair, counts

    def pair_ms(self, counts: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return each company's least milliseconds at each point, class by class, int64 (P, pairs); `FAR` without a way."""
        ms = np.full((len(self.way_ms), len(self.members.company)), FAR, dtype=np.int64)
        coverage_kernels.soonest(self.way_ms, self.columns(counts), ms)
        return ms

    @cached_property
    def fresh_ms(self) -> NDArray[np.int64]:
        """Return `pair_ms` of the listings that count."""
        return self.pair_ms(self.members.fresh)

    @cached_property
    def by_way_ms(self) -> NDArray[np.int64]:
        """Return `way_ms` way by way, int64 (W, P): what adds up over points reads it so."""
        return np.ascontiguousarray(self.way_ms.T)

    def of_all(self) -> PointArrivals:
        """Return the same with every listing counting, however long ago it was confirmed."""
        members = replace(self.members, fresh=np.ones_like(self.members.fresh))
        return replace(self, members=members, parameters=replace(self.parameters, fresh_days=None))

    @property
    def points(self) -> tuple[NDArray[np.int64], ...]:
        """Return where each target's points begin, those, and the people at each, as compiled code reads them."""
        return self.targets.start, self.targets.point, self.targets.people


def point_arrivals(
    known: Atlas,
    assets: Roster,
    targets: Targets,
    classes: Sequence[CoverageClass],
    parameters: CoverageParameters,
    *,
    closures: Sequence[Closure] = (),
    at: datetime | None = None,
    step: Heard = quiet,
) -> PointArrivals:
    """Return every listing's arrival at every point: time to get ready, access legs and road, by its kind's vehicle.

    Parameters
    ----------
    known, assets
        Roads and vehicles; the listings in columns, of every status.
    targets, classes, parameters
        For whom, what, and how.
    closures, at
        What is closed, and the moment (aware) at which it must hold; None with closures is refused.
    step
        Hears how far it is.

    Raises
    ------
    MatchingError
        A vehicle is not in the table.
    ClosureError
        A closure names a bridge that these roads do not know.
    """
    some = members_of(assets, classes, parameters)
    way, roads, legs = ways_of(known, assets, some, targets, closures=closures, at=at)
    return PointArrivals(
        assets,
        targets,
        tuple(classes),
        parameters,
        some,
        way,
        every_way(roads, legs, len(targets.lon), step),
        roads,
        legs,
    )


def ways_of(
    known: Atlas,
    assets: Roster,
    some: Members,
    targets: Targets,
    *,
    closures: Sequence[Closure] = (),
    at: datetime | None = None,
) -> tuple[NDArray[np.int64], dict[str, ClosedRoads], dict[str, tuple[Snaps, Snaps]]]:
    """Return the way of each member, int64 (M,), and by vehicle the roads and where points and sites meet them.

    Parameters
    ----------
    known, assets, targets, closures, at
        As `point_arrivals` takes them.
    some
        What can serve.

    Raises
    ------
    MatchingError, ClosureError
        As `point_arrivals` raises them.
    """
    site, kind = assets.site[some.asset], assets.kind[some.asset]
    way = np.full(len(some.asset), -1, dtype=np.int64)
    roads: dict[str, ClosedRoads] = {}
    legs: dict[str, tuple[Snaps, Snaps]] = {}
    number = 0
    for code in sorted({assets.profiles[each] for each in np.unique(kind).tolist()}):
        vehicle = drive(known.network, profile_of(known, code, f"a kind that travels by {code!r}"))
        roads[code] = (
            close(known.network, closures, _moment(at), vehicle)
            if closures
            else open_roads(known.network, vehicle)
        )
        own = np.flatnonzero(np.array([code == each for each in assets.profiles], dtype=np.bool_)[kind])
        stands, way_of = np.unique(site[own], return_inverse=True)
        way[own] = way_of + number
        number += len(stands)
        legs[code] = places(vehicle, targets.lon, targets.lat), _at(vehicle, assets, stands)
    return way, roads, legs


def every_way(
    roads: Mapping[str, ClosedRoads],
    legs: Mapping[str, tuple[Snaps, Snaps]],
    points: int,
    step: Heard = quiet,
) -> NDArray[np.int64]:
    """Return the milliseconds of every way to every point, int64 (P, W), vehicle by vehicle; `FAR` where there is none.

    Parameters
    ----------
    roads, legs
        As `PointArrivals` has them.
    points
        How many points there are, where no vehicle is in use.
    step
        Hears how far it is.
    """
    columns = [
        every_ms(roads[code], *each, stretch(step, at / len(legs), (at + 1) / len(legs)))
        for at, (code, each) in enumerate(legs.items())
    ]
    return np.concatenate(columns, axis=1) if columns else np.empty((points, 0), dtype=np.int64)


def places(vehicle: Drive, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> Snaps:
    """Return where points (EPSG:4326) meet the road that a vehicle may use."""
    return snap(vehicle.network, lon, lat, barred=vehicle.barred if vehicle.any_barred else None)


def _moment(at: datetime | None) -> datetime:
    if at is None:
        msg = "closures hold at a moment: it must be said"
        raise ValueError(msg)
    return at


def _at(vehicle: Drive, assets: Roster, sites: NDArray[np.int64]) -> Snaps:
    known = snaps_for(vehicle, assets)
    return known.some(sites)


def members_of(assets: Roster, classes: Sequence[CoverageClass], parameters: CoverageParameters) -> Members:
    """Return what can serve each class: available, with something left, in the order of company and asset."""
    providers = sorted({row.provider_id for row in assets.rows})
    number = {provider: at for at, provider in enumerate(providers)}
    company_of = np.array([number[row.provider_id] for row in assets.rows], dtype=np.int64)
    fresh_of = _fresh(assets, parameters)
    asset, units, group, listed = [], [], [], []
    for at, wanted in enumerate(classes):
        own, counted = members(assets, wanted)
        listed.append(len(own))
        serves = assets.own_cause[own] == SERVES
        own, counted = own[serves], counted[serves]
        order = np.lexsort((own, company_of[own]))
        asset.append(own[order])
        units.append(counted[order])
        group.append(np.full(len(own), at, dtype=np.int64))
    places_of, number_of = np.concatenate([*asset, _NONE]), np.concatenate([*group, _NONE])
    company = company_of[places_of]
    first = np.ones(len(company), dtype=np.bool_)
    first[1:] = (company[1:] != company[:-1]) | (number_of[1:] != number_of[:-1])
    begin = np.flatnonzero(first)
    edges = np.arange(len(classes) + 1)
    return Members(
        asset=places_of,
        ready_ms=assets.ready_ms[places_of],
        units=np.concatenate([*units, _NONE]),
        fresh=fresh_of[places_of],
        pair=np.cumsum(first) - 1,
        pair_start=np.append(begin, len(company)),
        company=company[begin],
        class_start=np.searchsorted(number_of, edges),
        class_pair=np.searchsorted(number_of[begin], edges),
        providers=tuple(providers),
        listed=np.array(listed, dtype=np.int64),
    )


_NONE = np.empty(0, dtype=np.int64)


def _fresh(assets: Roster, parameters: CoverageParameters) -> NDArray[np.bool_]:
    """Return which listings were confirmed recently enough, bool (A,)."""
    if parameters.fresh_days is None:
        return np.ones(len(assets.rows), dtype=np.bool_)
    today, days = parameters.today, parameters.fresh_days
    confirmed = (row.confirmed_on for row in assets.rows)
    return np.array([day is not None and (today - day).days <= days for day in confirmed], dtype=np.bool_)

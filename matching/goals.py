"""What the arrivals of one vehicle are counted to: the area's first road, a share of its roads or people, or a place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from geo.closures import ClosedRoads, close, open_roads
from geo.reach import Reach, reach
from geo.residents import Residents, residents
from geo.routing import AreaSearch, search
from geo.snapping import Snaps, access_limit_m, access_ms, snap
from matching.answers import Measured
from matching.errors import MatchingError
from matching.travel import REACHING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from geo.driving import Drive
    from geo.population import PopulationDiscs
    from geo.routing import Arrivals
    from matching.answers import Question, Staging
    from matching.atlas import Atlas

FEW = 100
"""Of up to so many places at a time the way without closures is found from near the area; of more, everywhere, once."""


@dataclass(frozen=True, eq=False)
class Goal:
    """What one vehicle's arrivals are counted to, at one state of closures.

    Parameters
    ----------
    question, discs
        What is asked, and where people live.
    closed
        The roads as closures leave them to the vehicle.
    area
        The search to the area, or to its edge where it is kept clear.
    site
        The search to the staging point; None without one.
    """

    question: Question
    discs: PopulationDiscs
    closed: ClosedRoads
    area: AreaSearch
    site: AreaSearch | None

    @property
    def way(self) -> AreaSearch:
        """Return the search whose ways are driven and shown."""
        return self.site if self.question.measure == "site" and self.site is not None else self.area

    @cached_property
    def residents(self) -> Residents | None:
        """Return where the area's people live along its open road, when a share of them is asked for.

        Raises
        ------
        MatchingError
            Nobody is counted in the area.
        """
        if self.question.reach_of != "people" or not self.area.road_inside:
            return None
        found = residents(self.area, self.question.area, self.discs)
        if not found.people.sum() > 0.0:
            raise MatchingError(
                "No people are counted in the area",
                given=f"a share of the people in {self.question.area.area_km2:,.2f} km2",
                wanted="an area in which people are counted",
                todo="measure by its roads, or draw a larger area",
            )
        return found

    def reach(self, snaps: Snaps) -> Reach:
        """Return when places have reached half and nine tenths of the area."""
        return reach(self.area, snaps, self.residents)

    def totals(self, snaps: Snaps) -> NDArray[np.int64]:
        """Return each place's milliseconds until it has arrived, access legs included, int64 (P,); -1 never."""
        if self.question.measure not in REACHING:
            return self.way.totals(snaps)
        return _with_access(self._share_ms(self.reach(snaps)), snaps)

    def unhindered_totals(self, snaps: Snaps, total_ms: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the same without closures, of places with what they take as `totals` says: closures add the difference."""
        if self.question.keep_out or self.question.measure in REACHING:
            return self._freely.totals(snaps)
        if len(snaps.edge) <= FEW:
            return self.way.totals_freely(snaps, total_ms)
        return self.way.unhindered.totals(snaps)

    @cached_property
    def _freely(self) -> Goal:
        """Return the same goal without closures; an area that is kept clear stays so."""
        freely = open_roads(self.closed.network, self.closed.drive)
        if self.question.keep_out:
            return _goal(self.question, self.discs, freely)
        return Goal(self.question, self.discs, freely, self.area.unhindered, None)

    def measured(
        self, snaps: Snaps, arrivals: Arrivals | None = None
    ) -> tuple[Sequence[Measured], Reach | None]:
        """Return each place's measures as far as they were asked for, and when it has reached shares of the area.

        `arrivals` are those of `way`, where they are known already.
        """
        known = {id(self.way): arrivals.total_ms} if arrivals is not None else {}
        reached = self.reach(snaps) if self.question.measure in REACHING else None
        columns = [
            _totals(self.area, snaps, known),
            None if reached is None else _with_access(reached.p50_ms, snaps),
            None if reached is None else _with_access(reached.p90_ms, snaps),
            None if self.site is None else _totals(self.site, snaps, known),
        ]
        rows = zip(*([None] * len(snaps.edge) if ms is None else ms.tolist() for ms in columns), strict=True)
        return [Measured(*(None if ms is None or ms < 0 else ms for ms in row)) for row in rows], reached

    def _share_ms(self, reached: Reach) -> NDArray[np.int64]:
        return reached.p50_ms if self.question.measure == "reach_p50" else reached.p90_ms


def _totals(searched: AreaSearch, snaps: Snaps, known: Mapping[int, NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return the milliseconds of places by a search, unless they are known by its identity."""
    total_ms = known.get(id(searched))
    return searched.totals(snaps) if total_ms is None else total_ms


def goal(known: Atlas, question: Question, vehicle: Drive) -> Goal:
    """Return what a vehicle's arrivals are counted to, closures as they hold for it.

    Raises
    ------
    MatchingError
        No road comes near the staging point, or a share is asked of people where nobody is counted.
    """
    network, closures = known.network, question.closures
    closed = (
        close(network, closures, question.asked_at, vehicle) if closures else open_roads(network, vehicle)
    )
    found = _goal(question, known.discs, closed)
    if question.measure in REACHING:
        _ = found.residents  # refuses here what nobody could answer later
    return found


def _goal(question: Question, discs: PopulationDiscs, closed: ClosedRoads) -> Goal:
    network, keep_out = closed.network, question.keep_out
    area = search(network, question.area, closed, keep_out=keep_out)
    site = None
    if question.staging is not None:
        place = _staged(question.staging, closed.drive)
        site = search(network, question.area, closed, site=place, keep_out=keep_out)
    return Goal(question, discs, closed, area, site)


def _with_access(ms: NDArray[np.int64], snaps: Snaps) -> NDArray[np.int64]:
    """Return milliseconds from the road with the places' own access legs before them; -1 stays."""
    return np.where(ms >= 0, ms + access_ms(snaps.access_m), -1)


def _staged(staging: Staging, vehicle: Drive) -> Snaps:
    """Return the staging point's place on the road that a vehicle may use."""
    barred = vehicle.barred if vehicle.any_barred else None
    place = snap(vehicle.network, [staging.lon], [staging.lat], barred=barred)
    if place.edge[0] < 0:
        limit = access_limit_m(vehicle.network) / 1000.0
        road = f"road that {vehicle.profile.words} may use" if vehicle.any_barred else "road"
        raise MatchingError(
            f"No {road} comes near the staging point",
            given=f"{staging.name}, longitude {staging.lon:g}, latitude {staging.lat:g}",
            wanted=f"a point at most {limit:g} km from a road",
            todo="choose a point nearer a road",
            place=(staging.lon, staging.lat),
        )
    return place

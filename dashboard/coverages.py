"""Coverage as the page has it: worked out once for a state of the registry, and what of its providers may be seen."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Final

from dashboard.pages.coverage.choice import LIMITS_MIN, MOST_COUNTED
from dashboard.statemap import state_map
from matching.coverage.arrivals import point_arrivals
from matching.coverage.classes import sector_classes
from matching.coverage.computing import summed_up
from matching.coverage.keeping import keep, kept
from matching.coverage.loading import listings_for, told_roster
from matching.coverage.parameters import FRESH_DAYS, CoverageParameters
from matching.coverage.recipe import KIND
from matching.coverage.seen import seen_of
from matching.coverage.targets import county_targets
from matching.measures import MINUTE_MS
from registry.people.access import may_somewhere
from registry.runs.store import list_runs
from registry.wording import CENTRAL, day_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.services import Services
    from dashboard.statemap import StateMap
    from matching.coverage.result import CoverageResult
    from matching.coverage.seen import Seen
    from matching.roster import Roster
    from registry.people.principal import Principal

KEPT: Final = 2
"""States of the registry whose coverage a process keeps."""


@dataclass(frozen=True)
class Worked:
    """Coverage worked out, with what may be seen of the assets and companies it names by their ids.

    Parameters
    ----------
    fresh, every
        Coverage by the listings confirmed lately enough, and by all of them.
    assets, companies
        What may be seen of each.
    """

    fresh: CoverageResult
    every: CoverageResult
    assets: Mapping[str, Seen]
    companies: Mapping[str, Seen]

    def of(self, fresh_days: int | None) -> CoverageResult:
        """Return the coverage by the listings that count."""
        return self.every if fresh_days is None else self.fresh


class Coverages:
    """Coverage by the registry as it is now, kept until something is loaded or a day begins.

    Parameters
    ----------
    services
        The registry as the pages use it.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: OrderedDict[tuple[object, ...], Worked] = OrderedDict()
        self._lock = Lock()

    @cached_property
    def drawn(self) -> StateMap:
        """The counties as a drawing."""
        return state_map(self._services.counties)

    def parameters(self, fresh_days: int | None) -> CoverageParameters:
        """Return what the page asks for today, Central time."""
        return CoverageParameters(
            today=datetime.now(UTC).astimezone(CENTRAL).date(),
            k=MOST_COUNTED,
            thresholds_ms=tuple(minutes * MINUTE_MS for minutes in LIMITS_MIN),
            fresh_days=fresh_days,
        )

    def held(self) -> Worked | None:
        """Return what is worked out already for the registry as it is now; None where it has to be done first."""
        with self._lock:
            return self._kept.get(self._key())

    def worked(self, principal: Principal) -> Worked:
        """Return coverage by the registry as it is now, worked out unless it is held.

        Raises
        ------
        AccessError
            The account may not read coverage.
        RegistryError
            No roads are loaded.
        """
        key = self._key()
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        known, classes = self._services.atlas, sector_classes(self._services.sectors)
        with self._services.scope(principal) as session:
            rows = listings_for(session, principal, known)
        whom = county_targets(known.population, known.counties)
        found = point_arrivals(known, told_roster(known, rows), whom, classes, self.parameters(FRESH_DAYS))
        fresh, every = (summed_up(each, known.network.content_hash) for each in (found, found.of_all()))
        done = Worked(fresh, every, *seen_of(rows, known))
        with self._lock:
            self._kept[key] = done
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return done

    def told(self, principal: Principal) -> Roster:
        """Return the registry's listings in columns, each closed place at its stand.

        Raises
        ------
        AccessError
            The account may not read coverage.
        """
        known = self._services.atlas
        with self._services.scope(principal) as session:
            rows = listings_for(session, principal, known)
        return told_roster(known, rows)

    def stored(self, principal: Principal, run_id: str) -> tuple[CoverageResult, str]:
        """Return a stored coverage, and of which day it is: `3 Aug 2026`.

        Raises
        ------
        NotThereError
            There is no such run, or none of coverage.
        AccessError
            The account may not read it.
        """
        with self._services.scope(principal) as session:
            result = kept(session, principal, run_id)
        return result, day_words(result.parameters.today)

    def runs(self, principal: Principal, fresh_days: int | None) -> list[tuple[str, str]]:
        """Return the stored coverages by listings as old as these, newest first: id, and the day with its label."""
        if not may_somewhere(principal, "run.read"):
            return []
        with self._services.scope(principal) as session:
            found = list_runs(session, principal, kind=KIND)
        alike = [run for run in found if run.parameters["parameters"].get("fresh_days") == fresh_days]
        return [
            (
                run.id,
                f"{day_words(run.made_at.astimezone(CENTRAL))}, {run.label or f'{run.made_at.astimezone(CENTRAL):%H:%M}'}",
            )
            for run in alike
        ]

    def keep(self, principal: Principal, fresh_days: int | None) -> str:
        """Keep coverage as it is now, to be compared with later; return the run's id.

        Raises
        ------
        AccessError
            The account may not make runs.
        """
        codes = [each.code for each in sector_classes(self._services.sectors)]
        parameters, fips = self.parameters(fresh_days), self._services.counties.fips
        with self._services.scope(principal) as session:
            return keep(session, principal, codes, parameters, counties=fips).id

    def _key(self) -> tuple[object, ...]:
        return (
            self._services.registry_state(),
            tuple(self._services.sectors),
            self.parameters(FRESH_DAYS).today,
        )

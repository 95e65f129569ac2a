"""Coverage as the page has it: worked out once for a state of the registry, and what of its providers may be seen."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from dashboard.pages.coverage.choice import LIMITS_MIN, MOST_COUNTED
from dashboard.pages.coverage.codes import class_code, is_need
from dashboard.statemap import state_map
from matching.coverage.arrivals import point_arrivals
from matching.coverage.classes import sector_classes
from matching.coverage.computing import summed_up
from matching.coverage.keeping import begin, keep, kept, told_now
from matching.coverage.loading import listings_for, told_roster
from matching.coverage.pace import at_once
from matching.coverage.parameters import FRESH_DAYS, CoverageParameters
from matching.coverage.recipe import KIND, asked_of, read_classes
from matching.coverage.seen import seen_of
from matching.coverage.targets import county_targets
from matching.measures import MINUTE_MS
from registry.people.access import may_somewhere
from registry.runs.store import list_runs, load_run, may_read
from registry.wording import CENTRAL, day_words

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from dashboard.services import Services
    from dashboard.statemap import StateMap
    from matching.coverage.classes import CoverageClass
    from matching.coverage.result import CoverageResult
    from matching.coverage.seen import Seen
    from matching.roster import Roster
    from registry.people.principal import Principal
    from registry.runs.store import Run

KEPT: Final = 4
"""Coverages that a process keeps: one for a state of the registry, or one for each run that is shown of it."""

MOST_ANSWERS: Final = 1_000
"""Answers of one state that took a moment longer and are kept; with more all are forgotten."""


@dataclass(frozen=True)
class Worked:
    """Coverage worked out, with what may be seen of the assets and companies it names by their ids.

    Parameters
    ----------
    results
        Coverage by the listings that count, which are those confirmed within so many days, or all of them for None.
    assets, companies
        What may be seen of each.
    told
        The listings in columns, each closed place at its stand.
    made_at
        When they were read.
    run
        The run that keeps it; None of what was worked out here.
    """

    results: Mapping[int | None, CoverageResult]
    assets: Mapping[str, Seen]
    companies: Mapping[str, Seen]
    told: Roster
    made_at: datetime
    run: Run | None = None
    _answers: dict[Hashable, Any] = field(default_factory=dict)

    def of(self, fresh_days: int | None) -> CoverageResult:
        """Return the coverage by the listings that count."""
        return self.results[fresh_days]

    def answered(self, asked: Hashable) -> Any:  # noqa: ANN401 - whatever was worked out
        """Return what was worked out for what is asked; None for nothing yet."""
        return self._answers.get(asked)

    def once(self, asked: Hashable, work: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever is worked out
        """Return what `work` gives for what is asked, worked out once for this state of the registry."""
        if asked not in self._answers:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            self._answers[asked] = work()
        return self._answers[asked]


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

    def held(self, fresh_days: int | None, code: str = "") -> Worked | None:
        """Return what is worked out already for the registry as it is now; None where it has to be done first.

        `code` is the page's code of what is looked at: of a capability its own figures must be there too.
        """
        key = self._key()
        with self._lock:
            base = self._kept.get(key)
            of_run = self._kept.get((*key, fresh_days, _apart(code)))
        if of_run is not None or base is None or not is_need(code):
            return of_run or base
        held: Worked | None = base.answered(code)
        return held

    def at_once(self) -> bool:
        """Return whether figures are worked out while somebody waits; else by a job."""
        return at_once(self._services.atlas)

    def shown_run(self, principal: Principal, worked: Worked) -> Run | None:
        """Return the run that keeps the coverage, for an account that may read it; else None."""
        if worked.run is None:
            return None
        with self._services.scope(principal) as session:
            return worked.run if may_read(session, principal, worked.run) else None

    def asked(self, fresh_days: int | None, code: str = "") -> dict[str, Any]:
        """Return what a run is asked that keeps every sector, and the capability looked at, if any."""
        codes = [each.code for each in sector_classes(self._services.sectors)]
        codes += [class_code(code)] if is_need(code) else []
        return asked_of(codes, self.parameters(fresh_days))

    def begin(self, principal: Principal, asked: Mapping[str, Any], kind: str = KIND) -> str:
        """Return the id of the account's job that works out what is asked; begun unless it is under way.

        Raises
        ------
        AccessError
            The account may not read coverage, or make runs.
        """
        with self._services.scope(principal) as session:
            return begin(session, principal, asked, counties=self._services.counties.fips, kind=kind)

    def class_of(self, code: str) -> CoverageClass:
        """Return the class of a sector or capability by the page's code of it.

        Raises
        ------
        MatchingError
            The need in it cannot be understood.
        """
        return read_classes([class_code(code)], self._services.taxonomy)[0]

    def worked(self, principal: Principal, fresh_days: int | None, code: str = "") -> Worked:
        """Return coverage by the registry as it is now; with a capability, if `code` is one.

        It is what is held, or is worked out here; on large roads it is what the latest run of now keeps.

        Raises
        ------
        AccessError
            The account may not read coverage.
        NotWorkedError
            It takes longer than anybody waits, and no run keeps it: `begin` a job.
        RegistryError
            No roads are loaded.
        """
        held = self.held(fresh_days, code)
        if held is not None:
            return held
        if not self.at_once():
            return self._of_run(principal, fresh_days, code)
        base = self._base(principal)
        if not is_need(code):
            return base
        made: Worked = base.once(code, lambda: self._with(base, code))
        return made

    def _of_run(self, principal: Principal, fresh_days: int | None, code: str) -> Worked:
        """Return what the latest run of now keeps.

        Raises
        ------
        NotWorkedError
            There is none.
        """
        known, key = self._services.atlas, self._key()
        with self._services.scope(principal) as session:
            found = told_now(session, principal, self.asked(fresh_days, code), known)
            result = found.coverage(session)
        rows, run = found.listings, found.run
        done = Worked({fresh_days: result}, *seen_of(rows, known), told_roster(known, rows), run.made_at, run)
        self._keep((*key, fresh_days, _apart(code)), done)
        return done

    def _with(self, base: Worked, code: str) -> Worked:
        """Return what is worked out, with a capability beside the sectors."""
        classes = (*sector_classes(self._services.sectors), self.class_of(code))
        return replace(base, results=self._of(base.told, classes), _answers={})

    def _of(self, told: Roster, classes: Sequence[CoverageClass]) -> Mapping[int | None, CoverageResult]:
        known = self._services.atlas
        whom = county_targets(known.population, known.counties)
        found = point_arrivals(known, told, whom, classes, self.parameters(FRESH_DAYS))
        both = {FRESH_DAYS: found, None: found.of_all()}
        return {days: summed_up(each, known.network.content_hash) for days, each in both.items()}

    def _base(self, principal: Principal) -> Worked:
        """Return coverage of every sector.

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
        told, made_at = told_roster(known, rows), datetime.now(UTC)
        done = Worked(self._of(told, classes), *seen_of(rows, known), told, made_at)
        self._keep(key, done)
        return done

    def _keep(self, key: tuple[object, ...], done: Worked) -> None:
        with self._lock:
            self._kept[key] = done
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

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

    def latest(self, principal: Principal, fresh_days: int | None) -> tuple[CoverageResult, str] | None:
        """Return the figures stored last, asked as the page asks but for the day, and of which day; None without any.

        They are shown while those of now are worked out. Ids in them are made up, so nobody in them can be told.
        """
        if not may_somewhere(principal, "run.read"):
            return None
        wanted = self.asked(fresh_days)
        with self._services.scope(principal) as session:
            runs = list_runs(session, principal, kind=KIND)
            alike = next((run for run in runs if _dayless(run.parameters) == _dayless(wanted)), None)
            result = kept(session, principal, alike.id) if alike else None
        return None if result is None else (result, day_words(result.parameters.today))

    def run(self, principal: Principal, run_id: str) -> Run:
        """Return how a stored coverage was computed.

        Raises
        ------
        NotThereError
            There is no such run for this account.
        """
        with self._services.scope(principal) as session:
            return load_run(session, principal, run_id)

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

    def keep(self, principal: Principal, fresh_days: int | None, code: str = "") -> str:
        """Keep coverage as it is now, with the capability looked at, if any, to be compared with later; return the run's id.

        On large roads the run that is shown is kept already.

        Raises
        ------
        AccessError
            The account may not make runs.
        NotWorkedError
            No run keeps it yet, and it takes longer than anybody waits.
        """
        asked, known = self.asked(fresh_days, code), self._services.atlas
        with self._services.scope(principal) as session:
            if self.at_once():
                codes, parameters = asked["classes"], self.parameters(fresh_days)
                return keep(session, principal, codes, parameters, counties=known.counties.fips).id
            return told_now(session, principal, asked, known).run.id

    def _key(self) -> tuple[object, ...]:
        return (
            self._services.registry_state(),
            tuple(self._services.sectors),
            self.parameters(FRESH_DAYS).today,
        )


def _apart(code: str) -> str:
    """Return by what a run's coverage is told from that of every sector: the capability looked at; nothing for a sector."""
    return code if is_need(code) else ""


def _dayless(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a coverage was asked without the day."""
    parameters = {name: value for name, value in asked["parameters"].items() if name != "today"}
    return {**asked, "parameters": parameters}

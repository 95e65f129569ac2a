"""Jobs: runs that a worker makes; asked for, looked after and cancelled by whoever asked."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from matching import beside
from matching.atlas import atlas
from matching.beside import parameters_on
from matching.coverage import cell_recipe, keeping, recruit_recipe
from matching.coverage.asking import asked_classes, asked_parameters
from matching.coverage.parameters import FRESH_DAYS, MOST_HOURS, MOST_PROVIDERS, CoverageParameters
from matching.coverage.recipe import asked_of
from matching.coverage.recruit import MOST_TOWNS
from matching.measures import MINUTE_MS
from matching.robustness import desk as critical
from matching.runs import match
from matching.scenarios import desk
from registry.jobs import store
from registry.people.access import require_somewhere
from registry.scenarios.store import load_scenario
from web.api.conditions import tag_of
from web.api.coverage import check_one, named_classes
from web.api.critical import LimitedAsked
from web.api.match import QuestionAsked, read_asked
from web.api.route import LARGE_BYTES, Call, NoQuestion, Nothing, Reply, Route
from web.api.scenarios import RunGiven
from web.api.shapes import Needs  # noqa: TC001 - pydantic reads the annotation
from web.api.values import Fips, Given, Id, Moment, Told, Words

MAKE: Final = "run.make"


class MatchWork(QuestionAsked):
    """Keep an answer, with closed names."""

    kind: Literal["match"]


class _LimitGiven(Given):
    """Which provider must be there, and by when."""

    k: Annotated[int, Field(ge=1, le=MOST_PROVIDERS)] = 2
    within_minutes: Annotated[int, Field(ge=1, le=MOST_HOURS * 60)] = 120

    @property
    def threshold_ms(self) -> int:
        """The limit in milliseconds."""
        return self.within_minutes * MINUTE_MS


class _ListingsGiven(_LimitGiven):
    """By which listings, too."""

    fresh_days: Annotated[int, Field(ge=0, le=36_500)] | None = Field(
        default=FRESH_DAYS, description="null: stale listings count too"
    )

    def parameters(self) -> CoverageParameters:
        """Return what is worked out of coverage today."""
        return asked_parameters(datetime.now(UTC), self.k, self.threshold_ms, self.fresh_days)


class CoverageWork(_ListingsGiven):
    """Keep the coverage of every county; all sectors where neither sectors nor needs are named."""

    kind: Literal["coverage"]
    sectors: Annotated[tuple[Annotated[Words, Field(max_length=40)], ...], Field(max_length=20)] = ()
    needs: Annotated[Needs, Field(min_length=0)] = ()


class ScenarioWork(RunGiven):
    """Keep what a scenario gives for a question; or what things gave as they stood, to compare it with.

    Two outcomes are compared only when they were asked the same, `asked_at` included.
    """

    kind: Literal["scenario"]
    scenario_id: Id
    as_it_stood: bool = False


class ScenarioCoverageWork(_LimitGiven):
    """Keep the coverage of a sector with every inject of a scenario, and as things stood when it was made."""

    kind: Literal["scenario_coverage"]
    scenario_id: Id
    sector: Annotated[Words, Field(max_length=40)]


class CriticalWork(LimitedAsked):
    """Keep the single roads and bridges that an answer hangs on, with closed names."""

    kind: Literal["critical"]


class _OfOne(_ListingsGiven):
    """Of one sector or one need."""

    sector: Annotated[Words, Field(max_length=40)] | None = None
    need: Words | None = None


class RecruitWork(_OfOne):
    """Keep in which towns one more provider helps most: the whole State's people, or one region's."""

    kind: Literal["recruit"]
    towns: Annotated[int, Field(ge=1, le=MOST_TOWNS)] = 1
    region: Annotated[str, StringConstraints(pattern=r"^[A-I]$")] | None = None


class CellWork(_OfOne):
    """Keep on which bridge and road a county's first provider hangs, and whose stale listings would close its gap."""

    kind: Literal["cell"]
    county: Fips


class JobGiven(Given):
    """What is to be computed and kept as a run, and what whoever asks calls it."""

    work: Annotated[
        MatchWork
        | CoverageWork
        | RecruitWork
        | CellWork
        | ScenarioWork
        | ScenarioCoverageWork
        | CriticalWork,
        Field(discriminator="kind"),
    ]
    label: Annotated[Words, Field(max_length=200)] | None = None


class JobTold(Told):
    """Where a job stands. `refusal` says why it ended without a run; `run_id` is the run that it left."""

    id: str
    kind: str
    label: str
    state: Literal["waiting", "working", "done", "refused", "cancelled", "failed"]
    fraction: float
    sentence: str
    run_id: str | None
    refusal: dict[str, str] | None
    cancelling: bool
    asked_at: Moment


def ask(call: Call[JobGiven, NoQuestion]) -> Reply:
    """Return a job that a worker takes up."""
    session, principal = call.session, call.principal
    work, label = call.body.work, call.body.label or ""
    if isinstance(work, CoverageWork):
        made = _keep_coverage(call, work, label)
    elif isinstance(work, RecruitWork | CellWork):
        made = _keep_of_one(call, work, label)
    elif isinstance(work, MatchWork):
        made = match.defer(session, principal, read_asked(session, principal, work), label=label)
    elif isinstance(work, ScenarioCoverageWork):
        kept = load_scenario(session, principal, work.scenario_id)
        parameters = parameters_on(datetime.now(UTC), work.k, work.threshold_ms)
        wanted = desk.comparison_of(session, kept, work.sector, parameters)
        made = beside.defer(session, principal, wanted, label=label)
    elif isinstance(work, CriticalWork):
        question = read_asked(session, principal, work)
        made = critical.defer(session, principal, question, work.limits, label=label)
    else:
        made = desk.defer(
            session,
            principal,
            work.scenario_id,
            read_asked(session, principal, work),
            work.limits,
            as_it_stood=work.as_it_stood,
            after_s=work.after_s,
            label=label,
        )
    return _shown(call, made, location=f"/jobs/{made}")


def read(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return where a job of one's own stands."""
    return _shown(call, call.ids["job_id"])


def cancel(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return a job that is asked to stop."""
    store.cancel(call.session, call.principal, call.ids["job_id"])
    return _shown(call, call.ids["job_id"])


def may_hear_again(call: Call[Any, Any], location: str | None) -> None:
    """Refuse to tell again of a job to whom it is not, or who may make runs no longer."""
    require_somewhere(call.principal, MAKE)
    known = call.ids.get("job_id") or (location or "").rpartition("/")[2]
    store.status_of(call.session, call.principal, known)


def _keep_coverage(call: Call[JobGiven, NoQuestion], work: CoverageWork, label: str) -> str:
    session = call.session
    codes = [each.code for each in asked_classes(session, work.sectors, work.needs)]
    counties = atlas(session).counties.fips
    asked = asked_of(codes, work.parameters())
    return keeping.defer(session, call.principal, asked, counties=counties, label=label)


def _keep_of_one(call: Call[JobGiven, NoQuestion], work: RecruitWork | CellWork, label: str) -> str:
    session, known = call.session, atlas(call.session)
    check_one(work.sector, work.need)
    (wanted,) = named_classes(session, work.sector, work.need)
    given = {"k": work.k, "threshold_ms": work.threshold_ms}
    if isinstance(work, CellWork):
        asked = cell_recipe.asked_of(wanted.code, work.parameters(), work.county, **given)
    else:
        asked = recruit_recipe.asked_of(
            wanted.code,
            work.parameters(),
            known.gazetteer.places,
            **given,
            count=work.towns,
            region=work.region or "",
        )
    fips = known.counties.fips
    return keeping.defer(session, call.principal, asked, counties=fips, kind=work.kind, label=label)


def _shown(call: Call[Any, Any], known: str, location: str | None = None) -> Reply:
    told = JobTold(**asdict(store.status_of(call.session, call.principal, known)))
    return Reply(value=told, etag=tag_of(told), location=location)


_ONE: Final = "/jobs/{job_id}"

ROUTES: Final = (
    Route(
        method="POST",
        path="/jobs",
        action=MAKE,
        does=ask,
        summary="Ask for a run that a worker computes and keeps",
        about=(
            "What it is computed from is frozen now. Follow it at its Location until it has ended; a done job names its "
            "run. Answers are kept with closed names."
        ),
        takes=JobGiven,
        gives=JobTold,
        status=202,
        refuses=(404,),
        most_bytes=LARGE_BYTES,
        once=True,
        again=may_hear_again,
    ),
    Route(
        method="GET",
        path=_ONE,
        action=MAKE,
        does=read,
        summary="Read where a job of your own stands",
        gives=JobTold,
        tagged=True,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/cancel",
        action=MAKE,
        does=cancel,
        summary="Cancel a job of your own; one at work ends at its next step, and nothing of it is kept",
        takes=Nothing,
        gives=JobTold,
        once=True,
        again=may_hear_again,
    ),
)

"""Coverage: how soon help is in every county, where it is not, why, and where one more provider helps most."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints

from matching.atlas import atlas
from matching.coverage import recruit_recipe
from matching.coverage.asking import asked_classes, asked_parameters, of_region, weighed_towns
from matching.coverage.classes import SECTOR
from matching.coverage.computing import summed_up
from matching.coverage.difference import turned
from matching.coverage.export import MEDIA_TYPES, as_file
from matching.coverage.gaps import gaps
from matching.coverage.keeping import coverage_now, kept, told_now
from matching.coverage.loading import arrivals
from matching.coverage.pace import at_once
from matching.coverage.parameters import FRESH_DAYS, MOST_HOURS, MOST_PROVIDERS
from matching.coverage.recruit import EXACT, MOST_TOWNS
from matching.measures import MINUTE_MS
from matching.runs.version import code_version
from registry.directory.state import registry_state
from registry.directory.store import sectors
from registry.people.access import require
from registry.wording import CENTRAL
from web.api.conditions import is_held, tag_of_bytes
from web.api.coverage_told import (
    ChangesTold,
    GapsTold,
    GridTold,
    RecruitsTold,
    gap_told,
    grid_told,
    recruits_told,
    turns_told,
)
from web.api.paging import Paged, page, read_cursor
from web.api.route import Call, File, Nothing, Reply, Route
from web.api.values import Asked, Whole, Words
from web.errors import BodyError

if TYPE_CHECKING:
    from matching.atlas import Atlas
    from matching.coverage.classes import CoverageClass
    from matching.coverage.gaps import Gap
    from matching.coverage.parameters import CoverageParameters
    from matching.coverage.result import CoverageResult
    from registry.db.engine import Session

READ: Final = "coverage.read"


class CoverageAsked(Asked):
    """Of what, by when, and by which listings; every sector where neither sector nor need is named."""

    sector: Annotated[Words, Field(max_length=40)] | None = None
    need: Words | None = Field(
        default=None,
        description="A need in one line, such as `generator,kw>=100`; a number in it is passed over",
    )
    k: Annotated[Whole, Field(ge=1, le=MOST_PROVIDERS)] = Field(
        default=2, description="Which provider must be there by then"
    )
    within_minutes: Annotated[Whole, Field(ge=1, le=MOST_HOURS * 60)] = 120
    listings: Literal["fresh", "all"] = "fresh"
    fresh_days: Annotated[Whole, Field(ge=0, le=36_500)] = FRESH_DAYS

    @property
    def threshold_ms(self) -> int:
        """The limit in milliseconds."""
        return self.within_minutes * MINUTE_MS


class RegionAsked(CoverageAsked):
    """Only one region's counties, where it is named."""

    region: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]$")] | None = None


class GridAsked(RegionAsked):
    """The grid, as JSON or as a file."""

    format: Literal["json", "csv", "geojson", "gpkg"] = "json"


class GapsAsked(RegionAsked, Paged):
    """Which page of the gaps."""


class RecruitsAsked(RegionAsked):
    """How many towns."""

    towns: Annotated[Whole, Field(ge=1, le=MOST_TOWNS)] = 1


@dataclass(frozen=True)
class Worked:
    """Coverage as it was asked for, the places of the targets asked about, the classes' names."""

    known: Atlas
    result: CoverageResult
    some: list[int]
    names: dict[str, str]


def grid(call: Call[Nothing, GridAsked]) -> Reply:
    """Return the figures of every target by class, or the same as a file.

    The tag is of the state of the registry and the question, so that who holds the answer costs no search.
    """
    asked, etag = call.asked, _tag(call)
    require(call.principal, READ)
    if is_held(etag):
        return Reply(etag=etag)
    worked = _worked(call)
    k, threshold_ms = asked.k, asked.threshold_ms
    result, counties = worked.result, worked.known.counties
    if asked.format == "json":
        told = grid_told(result, counties, worked.names, worked.some, k=k, threshold_ms=threshold_ms)
        return Reply(value=told, etag=etag)
    lies = as_file(asked.format, result, counties, targets=worked.some, k=k, threshold_ms=threshold_ms)
    file = File(content=lies, media_type=MEDIA_TYPES[asked.format], name=f"coverage.{asked.format}")
    return Reply(file=file, etag=etag)


def listed_gaps(call: Call[Nothing, GapsAsked]) -> Reply:
    """Return a page of the gaps, by people affected, most first."""
    asked, worked = call.asked, _worked(call)
    some = set(worked.some)
    found = [gap for gap in gaps(worked.result, asked.k, asked.threshold_ms) if gap.target in some]
    if asked.after is not None:
        key = read_cursor(asked.after, (int, int, int, int))
        found = [gap for gap in found if _order(_key(gap)) > _order(key)]
    shown, after = page(found, _key, asked)
    told = tuple(gap_told(gap, worked.result, worked.known.counties) for gap in shown)
    return Reply(value=GapsTold(gaps=told), after=after)


def recruits(call: Call[Nothing, RecruitsAsked]) -> Reply:
    """Return the towns in which one more provider each brings most people under the limit."""
    asked, known = call.asked, atlas(call.session)
    check_one(asked.sector, asked.need)
    told = _weighed(call, known) if at_once(known) else _weighed_before(call, known)
    return Reply(value=recruits_told(told, known.counties, exact=asked.towns <= EXACT))


def _weighed(call: Call[Nothing, RecruitsAsked], known: Atlas) -> recruit_recipe.Told:
    asked = call.asked
    classes, parameters = asked_of(call.session, asked)
    found = arrivals(call.session, call.principal, classes, parameters, known=known)
    result = summed_up(found, known.network.content_hash)
    some, towns = of_region(result, known.counties, asked.region), known.gazetteer.places
    weighed = weighed_towns(towns, found, some, k=asked.k, threshold_ms=asked.threshold_ms)
    return recruit_recipe.told_by(weighed.best(asked.towns), weighed, towns, result.targets)


def _weighed_before(call: Call[Nothing, RecruitsAsked], known: Atlas) -> recruit_recipe.Told:
    """Return what the latest run of now says.

    Raises
    ------
    NotWorkedError
        There is none.
    """
    asked = call.asked
    (wanted,), parameters = asked_of(call.session, asked)
    question = recruit_recipe.asked_of(
        wanted.code,
        parameters,
        known.gazetteer.places,
        k=asked.k,
        threshold_ms=asked.threshold_ms,
        count=asked.towns,
        region=asked.region or "",
    )
    found = told_now(call.session, call.principal, question, known, kind=recruit_recipe.KIND)
    return recruit_recipe.told_of(found.result)


def asked_of(session: Session, asked: CoverageAsked) -> tuple[list[Any], CoverageParameters]:
    """Return the classes and parameters that a question asks for.

    Raises
    ------
    MatchingError
        There is no such sector, or the need cannot be understood.
    """
    fresh_days = asked.fresh_days if asked.listings == "fresh" else None
    return named_classes(session, asked.sector, asked.need), asked_parameters(
        datetime.now(UTC), asked.k, asked.threshold_ms, fresh_days
    )


def named_classes(session: Session, sector: str | None, need: str | None) -> list[CoverageClass]:
    """Return the classes of a sector and of a need, each where it is named; every sector where neither is.

    Raises
    ------
    MatchingError
        There is no such sector, or the need cannot be understood.
    """
    sectors, needs = ([] if word is None else [word] for word in (sector, need))
    return asked_classes(session, sectors, needs)


def check_one(sector: str | None, need: str | None) -> None:
    """Refuse what does not name one sector or one need.

    Raises
    ------
    BodyError
        It names both, or neither.
    """
    if (sector is None) == (need is None):
        raise BodyError(
            "This is asked for one thing at a time",
            given="both a sector and a need" if sector is not None else "neither a sector nor a need",
            wanted="one of them",
            todo="name one",
        )


def _tag(call: Call[Nothing, Any]) -> str:
    """Return the tag of an answer before it is worked out: of the registry's state, the day, the code and the question."""
    day = datetime.now(UTC).astimezone(CENTRAL).date().isoformat()
    told = (str(registry_state(call.session)), day, code_version(), call.asked.model_dump_json())
    return tag_of_bytes("\n".join(told).encode())


def _worked(call: Call[Nothing, Any]) -> Worked:
    session, asked = call.session, call.asked
    classes, parameters = asked_of(session, asked)
    known = atlas(session)
    result = coverage_now(session, call.principal, classes, parameters, known)
    names = {SECTOR + each.code: each.name for each in sectors(session)}
    return Worked(known, result, of_region(result, known.counties, asked.region), names)


def _key(gap: Gap) -> tuple[int, int, int, int]:
    return gap.people, gap.ms, gap.target, gap.of_class


def _order(key: tuple[Any, ...]) -> tuple[float, ...]:
    """Return a gap's place among all: by people, then the longer time (never is the longest), target and class."""
    people, ms, target, of_class = key
    return -people, -ms if ms >= 0 else float("-inf"), target, of_class


class ChangesAsked(RegionAsked):
    """Since which kept run of the kind `coverage`, and until which: without one until now."""

    since: Words
    until: Words | None = None


def changes(call: Call[Nothing, ChangesAsked]) -> Reply:
    """Return which gaps opened and closed since a kept run, and the minutes of each."""
    session, asked = call.session, call.asked
    before = kept(session, call.principal, asked.since)
    known = atlas(session)
    after = _worked(call).result if asked.until is None else kept(session, call.principal, asked.until)
    some = {after.targets[at] for at in of_region(after, known.counties, asked.region)}
    found = turned(before, after, asked.k, asked.threshold_ms)
    opened, closed = ([pair for pair in each if pair[0] in some] for each in (found.opened, found.closed))
    return Reply(
        value=ChangesTold(
            since=before.parameters.today,
            until=after.parameters.today,
            k=asked.k,
            within_ms=asked.threshold_ms,
            opened=turns_told(opened, before, after, known.counties, asked.k),
            closed=turns_told(closed, before, after, known.counties, asked.k),
        )
    )


ROUTES: Final = (
    Route(
        method="GET",
        path="/coverage",
        action=READ,
        does=grid,
        summary="Read how soon help is in every county, region and the State, how much of it, and where it is too late",
        about=(
            "`format` gives all figures as CSV, or the counties as GeoJSON or GeoPackage: the bytes that the page and `merr coverage` give. Nothing opens coverage: closed places are "
            "told from their stand, and no company is named. Worked out as the registry is now, within about a second; on large roads it is what the latest run of now keeps, whoever asked for that, and 409 without one."
        ),
        asks=GridAsked,
        gives=GridTold,
        files=tuple(kind.partition(";")[0] for kind in MEDIA_TYPES.values()),
        refuses=(409,),
        tagged=True,
    ),
    Route(
        method="GET",
        path="/coverage/gaps",
        action=READ,
        does=listed_gaps,
        summary="List the counties over the limit, where most people wait longer first",
        asks=GapsAsked,
        gives=GapsTold,
        refuses=(409,),
    ),
    Route(
        method="GET",
        path="/coverage/changes",
        action=READ,
        does=changes,
        summary="Say which gaps opened and which closed since a kept run of coverage, until now or until another",
        about="Only counties and classes that both measured are told. A run is read by whoever may read it.",
        asks=ChangesAsked,
        gives=ChangesTold,
        refuses=(404, 409),
    ),
    Route(
        method="GET",
        path="/coverage/recruits",
        action=READ,
        does=recruits,
        summary="Say in which towns one more provider brings most people under the limit",
        about="One and two towns are exact; for more, `bound` is what no choice can exceed.",
        asks=RecruitsAsked,
        gives=RecruitsTold,
        refuses=(409,),
    ),
)

"""Scenarios: patches over things as they stood; made, read, run for a question and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field

from matching.atlas import atlas
from matching.scenarios import desk
from matching.scenarios.difference import paragraph
from matching.scenarios.patch import MAX_AFTER_S, MAX_FACTOR, MAX_LINES, read_patch
from registry.scenarios import store
from web.api.conditions import tag_of
from web.api.critical import LimitedAsked
from web.api.match import read_asked
from web.api.paging import Paged, after_moment, key_of_moment, page
from web.api.route import LARGE_BYTES, Call, NoQuestion, Nothing, Reply, Route
from web.api.runs import RunLine, line_of
from web.api.shapes import Closures  # noqa: TC001 - pydantic reads the annotation
from web.api.values import Asked, GeoJson, Given, Id, Moment, Told, Words

if TYPE_CHECKING:
    from matching.scenarios.desk import Compared
    from registry.db.engine import Session
    from registry.scenarios.store import Scenario

Lines = Field(max_length=MAX_LINES)


class WeatherGiven(Given):
    """Roads take `factor` times as long: all of them, or those of some classes."""

    classes: Annotated[tuple[Words, ...], Lines] = ()
    factor: Annotated[float, Field(gt=1, le=MAX_FACTOR, allow_inf_nan=False)]


class WhoGiven(Given):
    """Companies by their id, county, sector or an outline; all that is given must hold.

    A closed one is not meant by its id, and lies in an outline where it may be seen: at its ZIP or its county seat.
    """

    provider: Words | None = None
    county: Words | None = None
    sector: Words | None = None
    within: GeoJson | None = None


class CutGiven(Given):
    """What is lost of each asset of a kind, or of one asset: a share, or units."""

    kind: Words | None = None
    asset: Words | None = None
    share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] | None = None
    units: Annotated[int, Field(ge=1, le=10**9)] | None = None


class WaiverGiven(Given):
    """Restrictions of a vehicle that are lifted, or the vehicle as which it travels."""

    profile: Words
    lifts: Annotated[tuple[Words, ...], Lines] | None = None
    travels_as: Words | None = None


class ChangesGiven(Given):
    """What a scenario changes."""

    closures: Closures = ()
    weather: Annotated[tuple[WeatherGiven, ...], Lines] = ()
    bridges: Annotated[tuple[Words, ...], Lines] = ()
    lost: Annotated[tuple[WhoGiven, ...], Lines] = ()
    closed: Annotated[tuple[WhoGiven, ...], Lines] = ()
    cuts: Annotated[tuple[CutGiven, ...], Lines] = ()
    waivers: Annotated[tuple[WaiverGiven, ...], Lines] = ()
    demand: Annotated[tuple[Words, ...], Lines] = ()


class InjectGiven(Given):
    """Changes that hold from so many seconds on."""

    after_s: Annotated[int, Field(ge=0, le=MAX_AFTER_S)]
    name: Words
    changes: ChangesGiven


class ScenarioGiven(ChangesGiven):
    """A whole scenario. It is never changed: to change one, make another with it as `parent`."""

    name: Words
    author: Words
    reason: Words
    parent: Id | None = None
    injects: Annotated[tuple[InjectGiven, ...], Lines] = ()


class RunGiven(LimitedAsked):
    """A question, and when a county is over its limit."""

    after_s: Annotated[int, Field(ge=0, le=MAX_AFTER_S)] | None = Field(
        default=None, description="Seconds since the scenario's start; null: every inject is in force"
    )


class DifferenceAsked(Asked):
    """The two runs: what b differs in from a."""

    a: Id
    b: Id


class ScenarioLine(Told):
    """A scenario as a list shows it."""

    id: str
    name: str
    author: str
    reason: str
    parent_id: str | None
    made_at: Moment


class ScenarioTold(ScenarioLine):
    """A scenario: its patch, and the directory and roads that it is a patch over."""

    patch: dict[str, Any]
    snapshot_hash: str
    network_hash: str


class ScenariosTold(Told):
    """A page of scenarios."""

    scenarios: tuple[ScenarioLine, ...]


class PairTold(Told):
    """A number in a and in b."""

    a: int
    b: int


class MovedTold(Told):
    """An asset that arrives otherwise; null where it does not arrive."""

    asset: str
    a_ms: int | None
    b_ms: int | None
    a_rank: int | None
    b_rank: int | None


class CountyMovedTold(Told):
    """A county that has its company at another time; null for never."""

    fips: str
    a_ms: int | None
    b_ms: int | None
    people: int


class NeedDifferenceTold(Told):
    """What differs of one need."""

    need: str
    wanted: PairTold
    in_time: PairTold
    unmet: PairTold
    moved: tuple[MovedTold, ...]
    counties: tuple[CountyMovedTold, ...]
    newly_over: tuple[CountyMovedTold, ...]
    no_longer_over: tuple[CountyMovedTold, ...]


class DifferenceTold(Told):
    """What run b differs in from run a: the needs that differ at all, and the same in a paragraph."""

    a: RunLine
    b: RunLine
    limit_ms: int
    nearest: int
    needs: tuple[NeedDifferenceTold, ...]
    words: str


def listed(call: Call[Nothing, Paged]) -> Reply:
    """Return a page of the scenarios, the latest first."""
    asked = call.asked
    found = store.list_scenarios(call.session, call.principal, asked.limit + 1, after=after_moment(asked))
    shown, after = page(found, _key, asked)
    told = tuple(
        ScenarioLine(**{name: getattr(each, name) for name in ScenarioLine.model_fields}) for each in shown
    )
    return Reply(value=ScenariosTold(scenarios=told), after=after)


def read(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return one scenario."""
    return _shown(store.load_scenario(call.session, call.principal, call.ids["scenario_id"]))


def make(call: Call[ScenarioGiven, NoQuestion]) -> Reply:
    """Return a new scenario over the directory and the roads as they stand now."""
    patch = read_patch(call.body.model_dump(mode="json", exclude_none=True))
    made = desk.new(call.session, call.principal, patch)
    return _shown(made, location=f"/scenarios/{made.id}")


def run(call: Call[RunGiven, NoQuestion]) -> Reply:
    """Return what a scenario gives for a question, against things as they stood; both are kept as runs."""
    question = read_asked(call.session, call.principal, call.body)
    known = call.ids["scenario_id"]
    found = desk.run(
        call.session, call.principal, known, question, call.body.limits, after_s=call.body.after_s
    )
    return Reply(value=_compared(call.session, found), location=f"/runs/{found.b.id}")


def compared(call: Call[Nothing, DifferenceAsked]) -> Reply:
    """Return what one kept outcome differs in from another."""
    found = desk.compare(call.session, call.principal, call.asked.a, call.asked.b)
    return Reply(value=_compared(call.session, found))


def _compared(session: Session, found: Compared) -> DifferenceTold:
    counties = atlas(session).counties
    words = paragraph(
        found.difference, lambda fips: counties.label(counties.index(fips)), found.a.label, found.b.label
    )
    plain = found.difference.as_json() | {"a": line_of(found.a), "b": line_of(found.b), "words": words}
    return DifferenceTold.model_validate(plain)


def _shown(found: Scenario, location: str | None = None) -> Reply:
    told = ScenarioTold(**{name: getattr(found, name) for name in ScenarioTold.model_fields})
    return Reply(value=told, etag=tag_of(told), location=location)


def _key(found: Scenario) -> tuple[str | int, ...]:
    return key_of_moment(found.made_at), found.id


_ONE: Final = "/scenarios/{scenario_id}"

ROUTES: Final = (
    Route(
        method="GET",
        path="/scenarios",
        action=store.READ,
        does=listed,
        summary="List scenarios, the latest first",
        asks=Paged,
        gives=ScenariosTold,
    ),
    Route(
        method="POST",
        path="/scenarios",
        action=store.EDIT,
        does=make,
        summary="Make a scenario over things as they stand now; it is never changed",
        takes=ScenarioGiven,
        gives=ScenarioTold,
        status=201,
        refuses=(404,),
        most_bytes=LARGE_BYTES,
        once=True,
    ),
    Route(
        method="GET",
        path=_ONE,
        action=store.READ,
        does=read,
        summary="Read a scenario",
        gives=ScenarioTold,
        tagged=True,
    ),
    Route(
        method="POST",
        path=f"{_ONE}/runs",
        action=store.EDIT,
        does=run,
        summary="Answer a question in a scenario and as things stood, keep both as runs, and say what differs",
        about="Takes a second or two; `POST /jobs` does the same in the background. Names stay closed.",
        takes=RunGiven,
        gives=DifferenceTold,
        status=201,
        most_bytes=LARGE_BYTES,
        once=True,
    ),
    Route(
        method="GET",
        path="/scenarios/differences",
        action=store.READ,
        does=compared,
        summary="Say what one run of a scenario differs in from another of the same question",
        asks=DifferenceAsked,
        gives=DifferenceTold,
        refuses=(404, 409),
    ),
)

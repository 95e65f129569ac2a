"""Rankings: what an area needs, and who could be there when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field

from matching import desk
from matching.answers import Question
from matching.export import answer_as_json
from matching.needs import parse_need
from registry.directory.store import kinds
from registry.incidents.desk import load_incident
from web.api.route import LARGE_BYTES, Call, NoQuestion, Reply, Route
from web.api.shapes import Area, Closures, Needs, Travel, read_closed, read_shape, travel_fields
from web.api.values import Given, Id, Moment, Told
from web.errors import BodyError

if TYPE_CHECKING:
    from registry.db.engine import Session
    from registry.people.principal import Principal

ROWS: Final = 50
ROWS_MOST: Final = 500


class QuestionAsked(Given):
    """What is asked; `area` or the saved area of an incident."""

    needs: Needs
    area: Area | None = None
    incident_id: Id | None = None
    closures: Closures = ()
    asked_at: Moment | None = Field(
        default=None, description="From when arrivals are counted; now without it"
    )
    by_at: Moment | None = None
    include_inside: bool = False
    travel: Travel = Travel()


class MatchAsked(QuestionAsked):
    """A question to rank by."""

    limit: Annotated[int, Field(ge=1, le=ROWS_MOST)] = ROWS


class CountyTold(Told):
    """A county that the area reaches into."""

    fips: str
    label: str
    region: str


class NetworkTold(Told):
    """The roads that were driven."""

    name: str
    hash: str
    attribution: str
    main_roads_only: bool


class FlagTold(Told):
    """A short mark beside a row."""

    code: str
    text: str
    tone: Literal["good", "plain", "warn"]


class ListingTold(Told):
    """An asset as far as it may be seen; what is closed is null."""

    asset_id: str
    asset: str
    kind: str
    kind_name: str
    attributes: dict[str, float | str | bool]
    quantity: int
    unit: str
    provider_id: str | None
    provider: str | None
    name_closed: bool
    point_of: Literal["site", "zip", "county"]
    synthetic: bool
    sector: str
    site: str | None
    town: str | None
    county_fips: str
    county: str
    region: str
    longitude: float
    latitude: float
    geocode_quality: str | None
    geocode_accuracy_m: float | None
    confirmed_on: str | None
    delivery: str
    operator: bool
    max_days: int | None


class RankedTold(ListingTold):
    """An asset that can be sent."""

    rank: int
    arrival_ms: int
    arrival: str
    arrives_at: str
    arrives: str
    mobilisation_ms: int
    access_ms: int
    road_ms: int
    road_m: float
    area_access_m: float
    units_so_far: int
    late: bool
    delay_ms: int
    estimated_share: float
    profile: str
    measure: str
    first_entry_s: float | None
    reach_p50_s: float | None
    reach_p90_s: float | None
    site_s: float | None
    flags: list[FlagTold]
    reasons: list[str]


class LeftOutTold(ListingTold):
    """An asset of the wanted kind that is not ranked."""

    arrival_ms: None
    code: str
    reason: str
    attribute: str | None


class NeedTold(Told):
    """The answer to one need."""

    need: dict[str, Any]
    need_words: str
    headline: dict[str, Any]
    deadline_words: str
    in_time: int
    wanted: int | None
    short: int
    units: int
    last_unit_at: str | None
    last_unit_late_ms: int
    matches_total: int
    matches: list[RankedTold]
    left_out_total: int
    left_out: list[LeftOutTold]


class MatchTold(Told):
    """The answer to a question, one part per need."""

    question: dict[str, Any]
    names: Literal["open", "closed"]
    vehicles: list[dict[str, str]]
    network: NetworkTold
    counties: list[CountyTold]
    people_estimate: float
    sites_inside_by_sector: dict[str, int]
    sites_inside_counted_by: Literal["place", "county"]
    closures: list[dict[str, Any]]
    road_inside: bool
    area_access_m: float | None
    warnings: list[str]
    answers: list[NeedTold]


def rank(call: Call[MatchAsked, NoQuestion]) -> Reply:
    """Return the ranking as far as the account may see it now."""
    question = read_asked(call.session, call.principal, call.body)
    incident_id = call.body.incident_id
    found = desk.ask(call.session, call.principal, question, incident_id=incident_id)
    if found.opened:  # what a program is told it keeps, as a file is kept
        desk.note_export(call.session, call.principal, found, incident_id=incident_id)
    told = answer_as_json(found, call.body.limit, call.body.limit)
    return Reply(value=MatchTold.model_validate(told))


def read_asked(session: Session, principal: Principal, asked: QuestionAsked) -> Question:
    """Return the question that a body asks.

    Raises
    ------
    BodyError
        It names no place, or two.
    Refusal
        A part cannot be used.
    """
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    if asked.area is not None:
        area = read_shape(session, asked.area)
    elif asked.incident_id is not None:
        saved = load_incident(session, principal, asked.incident_id).area
        if saved is None:
            raise _no_place(f"incident {asked.incident_id}, which has no area")
        area = saved
    else:
        raise _no_place("neither area nor incident_id")
    taxonomy = kinds(session)
    return Question(
        area=area,
        needs=tuple(parse_need(text, taxonomy) for text in asked.needs),
        closures=read_closed(asked.closures),
        asked_at=asked.asked_at or now,
        by_at=asked.by_at,
        include_inside=asked.include_inside,
        **travel_fields(asked.travel),
    )


def _no_place(given: str) -> BodyError:
    return BodyError(
        "The question names no place",
        given=given,
        wanted="an area, or an incident with one",
        todo="give one of them",
    )


ROUTES: Final = (
    Route(
        method="POST",
        path="/match",
        action="match.ask",
        does=rank,
        summary="Rank what an area needs by its arrival",
        about=(
            "Names and places are closed, and points stand for counties, unless `incident_id` names a saved incident "
            "that a declaration in force covers, and the area is its own. Open names are taken away like a file, so they "
            "want the action `match.export` and a fresh second factor too, and are recorded as one. Nothing is stored but who "
            "was ranked; the same question has the same answer, so no key is needed to repeat it."
        ),
        takes=MatchAsked,
        gives=MatchTold,
        refuses=(404, 409),
        most_bytes=LARGE_BYTES,
    ),
)

"""How a question is given to a command: an area by file, counties, circle or incident, closures, needs and moments."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

if TYPE_CHECKING:
    from rich.status import Status

    from geo.areas import IncidentArea
    from geo.closures import Closure
    from geo.counties import Counties
    from matching.answers import MeasureCode, Question, ReachOf, Staging
    from registry.db.engine import Session
    from registry.people.principal import Principal


Needs = Annotated[
    list[str],
    typer.Option(help='What is needed, such as "generator:40,kw>=100". May be given several times.'),
]
AreaFile = Annotated[
    str | None, typer.Option(help="A file with GeoJSON, WKT or USNG; - reads standard input.")
]
CountyCodes = Annotated[str | None, typer.Option(help="FIPS codes of counties, with commas between.")]
CircleNumbers = Annotated[
    str | None, typer.Option(help="Latitude, longitude and radius in km: 37.08,-94.51,10.")
]
"""Options that commands share: what is needed, and where."""


class AskedTravel(TypedDict):
    """How travel is asked about, as a question has it."""

    measure: MeasureCode
    reach_of: ReachOf
    staging: Staging | None
    keep_out: bool


MAX_FILE_BYTES = 50_000_000
"""Largest file that is read at all; areas and closures have smaller limits of their own."""

STANDARD_INPUT = "-"


def check_one_area(*given: str | None) -> None:
    """Refuse more than one area, or none."""
    from matching.errors import MatchingError

    named = [
        name
        for name, value in zip(("--area", "--county", "--circle", "--incident"), given, strict=True)
        if value is not None
    ]
    if len(named) != 1:
        raise MatchingError(
            "No area was given" if not named else "More than one area was given",
            given=" and ".join(named) or "none of --area, --county, --circle, --incident",
            wanted="one of --area FILE, --county FIPS,..., --circle LAT,LON,KM, --incident ID",
            todo="give exactly one of them",
        )


def check_standard_input(area: str | None, closures: str | None) -> None:
    """Refuse standard input for both files."""
    from matching.errors import MatchingError

    if area == closures == STANDARD_INPUT:
        raise MatchingError(
            "Standard input can be read only once",
            given="--area - and --closures -",
            wanted="- for one of them",
            todo="put the other in a file",
        )


def drawn_area(area: str | None, circle: str | None) -> IncidentArea:
    """Return the area of a file or a circle."""
    from geo.areas import area_from_circle, read_area

    if area is not None:
        return read_area(read_source(area, "--area"), "uploaded")
    latitude, longitude, radius_km = circle_numbers(circle or "")
    return area_from_circle(longitude, latitude, radius_km)


def area_of_incident(session: Session, who: Principal, incident_id: str) -> IncidentArea:
    """Return the saved area of an incident."""
    from matching.errors import MatchingError
    from registry.incidents.desk import load_incident

    area = load_incident(session, who, incident_id).area
    if area is None:
        raise MatchingError(
            "The incident has no area yet",
            given=f"--incident {incident_id}",
            wanted="an incident whose area is saved",
            todo="draw its area on its page and save it",
        )
    return area


def area_of_counties(county: str, counties: Counties) -> IncidentArea:
    """Return the area of counties by their FIPS codes."""
    from geo.areas import area_from_counties

    return area_from_counties([code.strip() for code in county.split(",")], counties)


def circle_numbers(text: str) -> tuple[float, float, float]:
    """Return latitude, longitude and radius in km."""
    from matching.errors import MatchingError

    try:
        latitude, longitude, radius_km = (float(part) for part in text.split(","))
    except ValueError:
        raise MatchingError(
            "The circle cannot be read",
            given=f"--circle {text!r}",
            wanted="latitude, longitude and radius in km, with commas between, such as 37.08,-94.51,10",
            todo="write --circle so",
        ) from None
    if latitude < 0 < longitude:
        raise MatchingError(
            "Latitude and longitude of the circle are swapped",
            given=f"--circle {text!r}",
            wanted="latitude first, then longitude, which is negative in Missouri, such as 37.08,-94.51,10",
            todo="swap the first two numbers",
        )
    return latitude, longitude, radius_km


def closures_from(source: str | None) -> tuple[Closure, ...]:
    """Return the closures of a file; none without one."""
    from geo.closures import read_closures

    return read_closures(read_source(source, "--closures")) if source is not None else ()


def read_source(source: str, option: str) -> bytes:
    """Return the bytes of a file or of standard input."""
    from matching.errors import MatchingError

    try:
        if source == STANDARD_INPUT:
            content = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        else:
            with Path(source).open("rb") as file:
                content = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as fault:
        reason = fault.strerror if isinstance(fault, OSError) and fault.strerror else str(fault)
        raise MatchingError(
            "The file cannot be read",
            given=f"{option} {source}: {reason}",
            wanted="a file that exists and may be read, or - for standard input",
            todo="check the path and its rights",
        ) from None
    if len(content) > MAX_FILE_BYTES:
        raise MatchingError(
            "The file is too large",
            given=f"{option} {source}, more than {MAX_FILE_BYTES // 1_000_000} MB",
            wanted=f"at most {MAX_FILE_BYTES // 1_000_000} MB",
            todo="simplify it, or split it",
        )
    return content


def working(step: str) -> Status:
    """Return a context that shows on standard error what is being done, when a person watches."""
    from cli.terminal import Console

    return Console(stderr=True).status(step)


def question_of(
    session: Session,
    *,
    place: IncidentArea,
    needs: list[str],
    at: str | None,
    by: str | None,
    closures: tuple[Closure, ...],
    include_inside: bool,
    profile: str | None,
    travel: AskedTravel,
) -> Question:
    """Return the question that options ask."""
    from matching.answers import Question
    from matching.moments import read_moment
    from matching.needs import parse_need
    from registry.directory.store import kinds

    now = datetime.now(UTC).replace(second=0, microsecond=0)
    asked_at = read_moment(at, now, option="--at") if at else now
    taxonomy = kinds(session)
    return Question(
        area=place,
        needs=tuple(parse_need(text, taxonomy) for text in needs),
        closures=closures,
        asked_at=asked_at,
        by_at=read_moment(by, asked_at, option="--by", next_day=True) if by else None,
        include_inside=include_inside,
        profile=profile,
        **travel,
    )

"""`merr match`: from an area and a need to a ranked list in the terminal."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

if TYPE_CHECKING:
    from typing import TypedDict

    from rich.status import Status

    from geo.areas import IncidentArea
    from geo.closures import Closure
    from geo.counties import Counties
    from matching.answers import Answer, MeasureCode, Question, Staging
    from matching.answers import ReachOf as ReachOfCode
    from matching.journey import Atlas
    from registry.db.engine import Session
    from registry.people.principal import Principal

    class _Travel(TypedDict):
        measure: MeasureCode
        reach_of: ReachOfCode
        staging: Staging | None
        keep_out: bool


MAX_FILE_BYTES = 50_000_000
"""Largest file that is read at all; areas and closures have smaller limits of their own."""

STANDARD_INPUT = "-"
ROUTES_IN_GEOJSON = 10
"""Ways that a GeoJSON holds for each need."""

TABLE_ROWS = 20
"""Ranked rows a table shows without `--limit`."""


class Format(StrEnum):
    """How the answer is written."""

    TABLE = "table"
    JSON = "json"
    GEOJSON = "geojson"
    CSV = "csv"


class Measure(StrEnum):
    """What counts as arriving."""

    FIRST_ENTRY = "first-entry"
    REACH_P50 = "reach-p50"
    REACH_P90 = "reach-p90"
    SITE = "site"


class ReachOf(StrEnum):
    """Of what a share is reached."""

    ROADS = "roads"
    PEOPLE = "people"


def register(app: typer.Typer) -> None:
    """Add `merr match` to the commands."""
    app.command()(match)


def match(
    *,
    need: Annotated[
        list[str],
        typer.Option(help='What is needed, such as "generator:40,kw>=100". May be given several times.'),
    ],
    area: Annotated[
        str | None, typer.Option(help="A file with GeoJSON, WKT or USNG; - reads standard input.")
    ] = None,
    county: Annotated[str | None, typer.Option(help="FIPS codes of counties, with commas between.")] = None,
    circle: Annotated[
        str | None, typer.Option(help="Latitude, longitude and radius in km: 37.08,-94.51,10.")
    ] = None,
    incident: Annotated[
        str | None,
        typer.Option(
            help="The id of a saved incident: its area, and its names while a declaration covers it."
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(help="The moment asked from (default now): 2026-05-22T18:20, 18:20, Central time."),
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="The deadline: 21:20, 2026-05-22T21:20, or +3h from the moment asked.")
    ] = None,
    closures: Annotated[
        str | None, typer.Option(help="A GeoJSON file of closed roads; - reads standard input.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            help=f"Ranked rows to print (default: {TABLE_ROWS} in a table, all in a file). All are searched."
        ),
    ] = None,
    output: Annotated[Format, typer.Option("--format", help="How to write the answer.")] = Format.TABLE,
    include_inside: Annotated[
        bool, typer.Option("--include-inside", help="Rank sites inside the area too.")
    ] = False,
    profile: Annotated[
        str | None,
        typer.Option(
            help="The vehicle everything travels by: car, truck, relief_load (default: each kind's own)."
        ),
    ] = None,
    measure: Annotated[
        Measure | None,
        typer.Option(
            help="What counts as arriving (default: first-entry, or site with --staging): the first road in the "
            "area, half or nine tenths of it reached, or the staging point."
        ),
    ] = None,
    reach_of: Annotated[ReachOf, typer.Option(help="Of what a share is reached.")] = ReachOf.ROADS,
    staging: Annotated[
        str | None,
        typer.Option(help='A staging point: name, longitude, latitude: "Joplin High School,-94.49,37.06".'),
    ] = None,
    keep_out: Annotated[
        bool, typer.Option("--keep-out", help="Let nobody drive on the area's own roads.")
    ] = False,
) -> None:
    """Rank every suitable asset by its travel time by road to an area, as the account of `merr login` may see it.

    A file with open names asks for a code when the last one is older than ten minutes. Exit code 2 with a sentence when
    the input cannot be used.
    """
    from cli.acting import acting
    from cli.proof import proved
    from matching import desk
    from matching.atlas import atlas
    from registry.db.engine import session_scope
    from registry.db.logins import dsn
    from registry.people.stepup import StepUpNeeded

    _check_limit(limit)
    _check_one_area(area, county, circle, incident)
    _check_standard_input(area, closures)
    drawn = None if county is not None or incident is not None else _drawn(area, circle)
    closed = _closures(closures)

    def answered(who: Principal) -> tuple[Answer, Atlas]:
        # Not a snapshot: whoever sees names is recorded at the end of a chain that others write too.
        with session_scope(dsn("web"), principal=who) as session:
            with _working("Reading the roads"):
                known = atlas(session)
            saved = _of_incident(session, who, incident) if incident is not None else None
            place = drawn or saved or _of_counties(county or "", known.counties)
            question = _question(
                session,
                place=place,
                needs=need,
                at=at,
                by=by,
                closures=closed,
                include_inside=include_inside,
                profile=profile,
                travel=_travel(measure, reach_of, staging, keep_out=keep_out),
            )
            with _working("Ranking"):
                found = desk.ask(session, who, question, incident_id=incident, known=known)
            if output is not Format.TABLE:
                desk.note_export(session, who, found, incident_id=incident)
        return found, known

    try:
        found, known = answered(acting())
    except StepUpNeeded:
        found, known = answered(proved())
    _write(found, known, output, limit)


def _question(
    session: Session,
    *,
    place: IncidentArea,
    needs: list[str],
    at: str | None,
    by: str | None,
    closures: tuple[Closure, ...],
    include_inside: bool,
    profile: str | None,
    travel: _Travel,
) -> Question:
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


def _travel(measure: Measure | None, reach_of: ReachOf, staging: str | None, *, keep_out: bool) -> _Travel:
    """Return how travel is asked about, as the question has it."""
    from matching.travel import read_staging

    point = read_staging(staging) if staging is not None else None
    chosen = measure or (Measure.SITE if point else Measure.FIRST_ENTRY)
    code: MeasureCode = cast("MeasureCode", chosen.value.replace("-", "_"))
    return {"measure": code, "reach_of": reach_of.value, "staging": point, "keep_out": keep_out}


def _drawn(area: str | None, circle: str | None) -> IncidentArea:
    from geo.areas import area_from_circle, read_area

    if area is not None:
        return read_area(_read(area, "--area"), "uploaded")
    latitude, longitude, radius_km = _circle(circle or "")
    return area_from_circle(longitude, latitude, radius_km)


def _of_incident(session: Session, who: Principal, incident_id: str) -> IncidentArea:
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


def _of_counties(county: str, counties: Counties) -> IncidentArea:
    from geo.areas import area_from_counties

    return area_from_counties([code.strip() for code in county.split(",")], counties)


def _circle(text: str) -> tuple[float, float, float]:
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


def _closures(source: str | None) -> tuple[Closure, ...]:
    from geo.closures import read_closures

    return read_closures(_read(source, "--closures")) if source is not None else ()


def _read(source: str, option: str) -> bytes:
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


def _check_one_area(*given: str | None) -> None:
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


def _check_standard_input(area: str | None, closures: str | None) -> None:
    from matching.errors import MatchingError

    if area == closures == STANDARD_INPUT:
        raise MatchingError(
            "Standard input can be read only once",
            given="--area - and --closures -",
            wanted="- for one of them",
            todo="put the other in a file",
        )


def _check_limit(limit: int | None) -> None:
    from matching.errors import MatchingError

    if limit is not None and limit < 1:
        raise MatchingError(
            "The limit must be 1 or more",
            given=f"--limit {limit}",
            wanted="a whole number from 1",
            todo="leave --limit out to see all",
        )


def _working(step: str) -> Status:
    """Return a context that shows on standard error what is being done, when a person watches."""
    from rich.console import Console

    return Console(stderr=True).status(step)


def _write(found: Answer, known: Atlas, output: Format, limit: int | None) -> None:
    from cli.ranked_table import print_answer
    from matching.export import answer_as_json, as_csv, as_geojson
    from matching.journey import routes_of
    from matching.questions import canonical

    if output is Format.TABLE:
        print_answer(found, limit or TABLE_ROWS, hint="; --limit N shows more")
        return
    if output is Format.CSV:
        content = as_csv(found, limit).encode()
    elif output is Format.JSON:
        content = canonical(answer_as_json(found, limit))
    else:
        top = min(limit or ROUTES_IN_GEOJSON, ROUTES_IN_GEOJSON)
        content = canonical(as_geojson(found, routes_of(known, found, top), limit))
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
    for part in found.needs:
        if limit is not None and limit < len(part.matches):
            typer.echo(f"{part.need.text}: wrote {limit} of {len(part.matches)} ranked assets", err=True)

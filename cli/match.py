"""`merr match`: from an area and a need to a ranked list in the terminal."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, cast

import typer

from cli.asking import (
    AreaFile,
    CircleNumbers,
    CountyCodes,
    Needs,
    area_of_counties,
    area_of_incident,
    check_one_area,
    check_standard_input,
    closures_from,
    drawn_area,
    question_of,
    working,
)
from cli.terminal import echo

if TYPE_CHECKING:
    from cli.asking import AskedTravel
    from matching.answers import Answer, MeasureCode
    from matching.journey import Atlas
    from registry.people.principal import Principal


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
    need: Needs,
    area: AreaFile = None,
    county: CountyCodes = None,
    circle: CircleNumbers = None,
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
    from registry.people.proof import StepUpNeeded

    _check_limit(limit)
    check_one_area(area, county, circle, incident)
    check_standard_input(area, closures)
    drawn = None if county is not None or incident is not None else drawn_area(area, circle)
    closed = closures_from(closures)

    def answered(who: Principal) -> tuple[Answer, Atlas]:
        # Not a snapshot: whoever sees names is recorded at the end of a chain that others write too.
        with session_scope(dsn("web"), principal=who) as session:
            with working("Reading the roads"):
                known = atlas(session)
            saved = area_of_incident(session, who, incident) if incident is not None else None
            place = drawn or saved or area_of_counties(county or "", known.counties)
            question = question_of(
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
            with working("Ranking"):
                found = desk.ask(session, who, question, incident_id=incident, known=known)
            if output is not Format.TABLE:
                desk.note_export(session, who, found, incident_id=incident)
        return found, known

    try:
        found, known = answered(acting())
    except StepUpNeeded:
        found, known = answered(proved())
    _write(found, known, output, limit)


def _travel(
    measure: Measure | None, reach_of: ReachOf, staging: str | None, *, keep_out: bool
) -> AskedTravel:
    """Return how travel is asked about, as the question has it."""
    from matching.travel import read_staging

    point = read_staging(staging) if staging is not None else None
    chosen = measure or (Measure.SITE if point else Measure.FIRST_ENTRY)
    code: MeasureCode = cast("MeasureCode", chosen.value.replace("-", "_"))
    return {"measure": code, "reach_of": reach_of.value, "staging": point, "keep_out": keep_out}


def _check_limit(limit: int | None) -> None:
    from matching.errors import MatchingError

    if limit is not None and limit < 1:
        raise MatchingError(
            "The limit must be 1 or more",
            given=f"--limit {limit}",
            wanted="a whole number from 1",
            todo="leave --limit out to see all",
        )


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
            echo(f"{part.need.text}: wrote {limit} of {len(part.matches)} ranked assets", err=True)

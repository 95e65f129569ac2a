"""`merr critical`: the single roads and bridges that an answer hangs on."""

from __future__ import annotations

import sys
from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated

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
from cli.terminal import Console, echo

if TYPE_CHECKING:
    from matching.atlas import Atlas
    from matching.robustness.critical import Limits
    from matching.robustness.desk import Told

ROWS = 20
"""Links that are printed without `--limit`."""


def register(app: typer.Typer) -> None:
    """Add `merr critical` to the commands."""
    app.command()(critical)


def critical(
    *,
    need: Needs,
    area: AreaFile = None,
    county: CountyCodes = None,
    circle: CircleNumbers = None,
    incident: Annotated[str | None, typer.Option(help="The id of a saved incident: its area.")] = None,
    at: Annotated[str | None, typer.Option(help="The moment asked from (default now).")] = None,
    by: Annotated[
        str | None, typer.Option(help="The deadline: who arrives later has dropped out. 21:20 or +3h.")
    ] = None,
    closures: Annotated[
        str | None, typer.Option(help="A GeoJSON file of roads that are closed already.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="The vehicle everything travels by.")] = None,
    within: Annotated[
        float, typer.Option("--within", help="A county's limit in hours: its provider arrives by then.")
    ] = 2.0,
    nearest: Annotated[
        int, typer.Option("--nearest", help="Which provider a county counts: 2 for the second.")
    ] = 1,
    limit: Annotated[int, typer.Option(help="Links to print; all are tried.")] = ROWS,
    geojson: Annotated[
        Path | None, typer.Option("--geojson", help="Also write all links as lines to this file.")
    ] = None,
    keep: Annotated[
        bool,
        typer.Option("--keep/--no-keep", help="Also keep them as a run, which `merr run replay` repeats."),
    ] = False,
    job: Annotated[
        bool, typer.Option("--job/--no-job", help="Let a worker find and keep them, and print the job's id.")
    ] = False,
) -> None:
    """Print the single roads and bridges whose loss changes who is first, drops a company or puts a county over its limit.

    The weightiest come first. Names and places of companies stay closed here. Exit code 2 with a sentence when the
    input cannot be used.
    """
    from cli.acting import acting
    from matching.atlas import atlas
    from matching.robustness import desk
    from registry.db.engine import session_scope
    from registry.db.logins import dsn

    check_one_area(area, county, circle, incident)
    check_standard_input(area, closures)
    limits = _limits(within, nearest)
    drawn = None if county is not None or incident is not None else drawn_area(area, circle)
    closed = closures_from(closures)
    who = acting()
    with session_scope(dsn("web"), principal=who) as session:
        with working("Reading the roads"):
            known = atlas(session)
        saved = area_of_incident(session, who, incident) if incident is not None else None
        question = question_of(
            session,
            place=drawn or saved or area_of_counties(county or "", known.counties),
            needs=need,
            at=at,
            by=by,
            closures=closed,
            include_inside=False,
            profile=profile,
            travel={"measure": "first_entry", "reach_of": "roads", "staging": None, "keep_out": False},
        )
        if job:
            asked = desk.defer(session, who, question, limits)
            echo(f"Job: {asked}. `merr run list --kind critical` shows what it leaves.")
            return
        with working("Trying every road that counts"):
            if keep:
                kept, told = desk.keep(session, who, question, limits)
            else:
                kept, told = None, desk.ask(session, who, question, limits, known=known)
        if geojson is not None:
            desk.note_export(session, who, told, known)
    _print(told, known, limit)
    if kept is not None:
        echo(f"Run: {kept.id}")
    if geojson is not None:
        _write(told, known, geojson)


def _limits(within: float, nearest: int) -> Limits:
    from matching.robustness.critical import Limits

    return Limits(limit_ms=round(within * 3_600_000), nearest=nearest)


def _print(told: Told, known: Atlas, limit: int) -> None:
    from matching.robustness.words import effect_words, link_words, summary_words

    console = Console(highlight=False, markup=False, soft_wrap=True)
    for part in told.parts:
        console.print(summary_words(told, part), style="bold")
        for rank, effect in enumerate(part.effects[:limit], start=1):
            console.print(f"{rank:>3}  {link_words(known, effect.link)}")
            console.print(f"     {effect_words(known, told, part, effect)}")
        if len(part.effects) > limit:
            console.print(f"{len(part.effects) - limit:,} more; --limit N shows them.")
    if known.network.main_roads_only:
        console.print("Main roads only: a minor road may lead round what is listed here.")


def _write(told: Told, known: Atlas, path: Path) -> None:
    from geo.errors import Refusal
    from matching.questions import canonical
    from matching.robustness.words import as_geojson

    try:
        path.write_bytes(canonical(as_geojson(known, told)))
    except OSError as fault:
        raise Refusal(
            "The file cannot be written",
            given=f"--geojson {path}: {fault.strerror}",
            wanted="a file in a folder that is there and may be written",
            todo="make the folder, or name another file",
        ) from fault
    sys.stderr.write(f"Written: {path}\n")

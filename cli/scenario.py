"""`merr scenario`: what would be if, kept, run and compared."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from cli.asking import (
    CountyCodes,
    area_of_counties,
    area_of_incident,
    check_one_area,
    drawn_area,
    question_of,
    read_source,
    working,
)
from cli.terminal import echo

if TYPE_CHECKING:
    from matching.scenarios.desk import Compared
    from matching.scenarios.starters import Starter
    from registry.db.engine import Session

scenario_commands = typer.Typer(
    name="scenario",
    help="Scenarios: what would be if, kept, run and compared. Names of companies stay closed.",
    no_args_is_help=True,
)
ScenarioId = Annotated[str, typer.Argument(metavar="ID", help="The scenario, by its id.")]


class Code(StrEnum):
    """The starters."""

    NEW_MADRID = "new_madrid"
    MISSOURI_FLOOD = "missouri_flood"
    JOPLIN = "joplin_2011"
    WAIVER = "relief_load_2019"


def register(app: typer.Typer) -> None:
    """Add `merr scenario` to the commands."""
    app.add_typer(scenario_commands)


@scenario_commands.command()
def new(
    file: Annotated[str, typer.Argument(help="The scenario as JSON; - reads standard input.")],
    parent: Annotated[str | None, typer.Option(help="The id of the scenario it was made from.")] = None,
) -> None:
    """Keep a scenario over the directory and the roads as they stand now, and print its id."""
    from dataclasses import replace

    from cli.acting import acting
    from matching.scenarios import desk
    from matching.scenarios.patch import read_patch
    from registry.db.engine import session_scope
    from registry.db.logins import dsn

    patch = read_patch(read_source(file, "FILE"))
    who = acting()
    with session_scope(dsn("web"), principal=who) as session, working("Freezing things as they stand"):
        kept = desk.new(session, who, patch if parent is None else replace(patch, parent=parent))
    echo(kept.id)


@scenario_commands.command("list")
def list_(
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=1000)] = 50,
) -> None:
    """List the latest scenarios, the latest first."""
    from cli.acting import acting
    from matching.measures import moment_words
    from registry.db.engine import session_scope
    from registry.db.logins import dsn
    from registry.scenarios.store import list_scenarios

    who = acting()
    with session_scope(dsn("web"), principal=who) as session:
        found = list_scenarios(session, who, limit)
    for each in found:
        echo(f"{each.id}  {moment_words(each.made_at)}  {each.author}  {each.name}: {each.reason}")
    if not found:
        echo("No scenario is kept yet; `merr scenario starters` has some to begin from.")


@scenario_commands.command()
def show(scenario_id: ScenarioId) -> None:
    """Print a scenario as canonical JSON; what it is a patch over goes to standard error."""
    from cli.acting import acting
    from matching.questions import canonical
    from registry.db.engine import session_scope
    from registry.db.logins import dsn
    from registry.scenarios.store import load_scenario

    who = acting()
    with session_scope(dsn("web"), principal=who) as session:
        kept = load_scenario(session, who, scenario_id)
    echo(f"directory {kept.snapshot_hash}, roads {kept.network_hash}", err=True)
    sys.stdout.buffer.write(canonical(dict(kept.patch)))
    sys.stdout.buffer.flush()


@scenario_commands.command()
def run(
    scenario_id: ScenarioId,
    *,
    need: Annotated[list[str], typer.Option(help='What is needed, such as "generator:40,kw>=100".')],
    area: Annotated[str | None, typer.Option(help="A file with GeoJSON, WKT or USNG; - reads it.")] = None,
    county: CountyCodes = None,
    circle: Annotated[str | None, typer.Option(help="Latitude, longitude and radius in km.")] = None,
    at: Annotated[str | None, typer.Option(help="The moment asked from (default now).")] = None,
    by: Annotated[str | None, typer.Option(help="The deadline: 21:20, or +3h.")] = None,
    within: Annotated[float, typer.Option("--within", help="The limit of a county, in hours.")] = 2.0,
    nearest: Annotated[int, typer.Option("--nearest", help="Which company a county counts.")] = 1,
    after: Annotated[
        float | None,
        typer.Option(
            help="Hours since the scenario's start: only injects until then are in force (default all)."
        ),
    ] = None,
    incident: Annotated[
        str | None, typer.Option(help="The id of a saved incident: its area and its closures.")
    ] = None,
    job: Annotated[
        bool,
        typer.Option("--job/--no-job", help="Let a worker make both runs, and print the ids of its jobs."),
    ] = False,
) -> None:
    """Answer a question in a scenario and as things stood, keep both as runs, and say what differs."""
    from cli.acting import acting
    from matching.atlas import atlas
    from matching.robustness.critical import Limits
    from matching.scenarios import desk
    from registry.db.engine import session_scope
    from registry.db.logins import dsn
    from registry.incidents.desk import load_incident

    check_one_area(area, county, circle, incident)
    limits = Limits(round(within * 3_600_000), nearest)
    after_s = None if after is None else round(after * 3600)
    drawn = None if county is not None or incident is not None else drawn_area(area, circle)
    who = acting()
    with session_scope(dsn("web"), principal=who) as session:
        if incident is not None:
            drawn = area_of_incident(session, who, incident)
        closed = load_incident(session, who, incident).closures if incident is not None else ()
        question = question_of(
            session,
            place=drawn or area_of_counties(county or "", atlas(session).counties),
            needs=need,
            at=at,
            by=by,
            closures=closed,
            include_inside=False,
            profile=None,
            travel={"measure": "first_entry", "reach_of": "roads", "staging": None, "keep_out": False},
        )
        if job:
            stood, changed = (
                desk.defer(session, who, scenario_id, question, limits, as_it_stood=each, after_s=after_s)
                for each in (True, False)
            )
            echo(f"Jobs: {stood} (as it stood), {changed}. `merr run list` shows what they leave.")
            return
        with working("Running both"):
            found = desk.run(session, who, scenario_id, question, limits, after_s=after_s)
        said = _words(session, found)
    echo(said)
    echo(f"Runs: {found.a.id} (as it stood), {found.b.id}.")


@scenario_commands.command()
def coverage(
    scenario_id: ScenarioId,
    *,
    sector: Annotated[str, typer.Option(help="The sector, by its code, such as energy.")],
    k: Annotated[int, typer.Option("-k", "--providers", help="Which provider must be there in time.")] = 2,
    within: Annotated[float, typer.Option("--within", help="The limit of a county, in hours.")] = 2.0,
) -> None:
    """Say which counties a scenario, with every inject, puts over their limit in a sector's coverage, and which not."""
    from datetime import UTC, datetime

    from cli.acting import acting
    from matching.atlas import atlas
    from matching.beside import compare, parameters_on
    from matching.coverage.difference import turned
    from matching.scenarios.desk import comparison_of
    from registry.db.engine import session_scope
    from registry.db.logins import dsn
    from registry.scenarios.store import load_scenario

    who, limit_ms = acting(), round(within * 3_600_000)
    with session_scope(dsn("web"), principal=who) as session:
        kept = load_scenario(session, who, scenario_id)
        wanted = comparison_of(session, kept, sector, parameters_on(datetime.now(UTC), k, limit_ms))
        with working("Driving to every county twice"):
            found = compare(session, who, wanted, waits=True)
        gaps, counties = turned(found.a, found.b, k, limit_ms), atlas(session).counties
    for said, pairs in (("over the limit", gaps.opened), ("inside it again", gaps.closed)):
        names = ", ".join(counties.label(counties.index(fips)) for fips, _ in pairs)
        echo(
            f"{len(pairs)} {'county' if len(pairs) == 1 else 'counties'} {said}{': ' if names else '.'}{names}"
        )


@scenario_commands.command()
def diff(
    run_a: Annotated[str, typer.Argument(metavar="A", help="A run of `merr scenario run`.")],
    run_b: Annotated[str, typer.Argument(metavar="B", help="Another of the same question.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="Print all of it as JSON.")] = False,
) -> None:
    """Say what run B differs in from run A: minutes, ranks, unmet units, counties newly over their limit."""
    from cli.acting import acting
    from matching.questions import canonical
    from matching.scenarios import desk
    from registry.db.engine import session_scope
    from registry.db.logins import dsn

    who = acting()
    with session_scope(dsn("web"), principal=who) as session:
        found = desk.compare(session, who, run_a, run_b)
        said = _words(session, found)
    if json:
        sys.stdout.buffer.write(canonical(found.difference.as_json()))
        sys.stdout.buffer.flush()
    else:
        echo(said)


@scenario_commands.command()
def starters(
    code: Annotated[Code | None, typer.Argument(help="The starter to print as JSON.")] = None,
    *,
    author: Annotated[str, typer.Option(help="Who makes the scenario.")] = "starter",
    traces: Annotated[
        Path | None,
        typer.Option(help="The fault traces, GeoJSON, for new_madrid (default MERR_FAULT_TRACES)."),
    ] = None,
    roads_km: Annotated[float, typer.Option("--roads-km", help="Roads so near a trace are slow.")] = 15.0,
    bridges_km: Annotated[float, typer.Option("--bridges-km", help="Crossings so near are lost.")] = 50.0,
) -> None:
    """List scenarios to begin from, with what is real and what is assumed; or print one for `merr scenario new -`."""
    from registry.settings import settings

    traces = traces or settings().fault_traces
    for each in [code] if code else list(Code):
        if code is None and each is Code.NEW_MADRID and not traces.exists():
            echo(f"{each}: needs the fault traces, which do not ship; give --traces FILE.")
            continue
        made = _starter(each, author, traces, roads_km, bridges_km)
        echo(
            f"{made.code}: {made.patch.reason}.\n  Real: {made.real}.\n  Assumed: {made.assumed}.",
            err=code is not None,
        )
        if code is not None:
            sys.stdout.buffer.write(made.patch.to_bytes())
            sys.stdout.buffer.flush()


def _starter(code: Code, author: str, traces: Path, roads_km: float, bridges_km: float) -> Starter:
    from cli.demo import joplin_corridor
    from matching.scenarios import starters as made
    from registry.settings import settings

    crossings = settings().data_dir / "roads" / "crossings.geojson"
    if code is Code.MISSOURI_FLOOD:
        return made.missouri_flood(crossings, author)
    if code is Code.JOPLIN:
        return made.joplin(joplin_corridor(), author)
    if code is Code.WAIVER:
        return made.relief_waiver(author)
    return made.new_madrid(traces, crossings, author, roads_km=roads_km, bridges_km=bridges_km)


def _words(session: Session, found: Compared) -> str:
    from matching.atlas import atlas
    from matching.scenarios.difference import paragraph

    counties = atlas(session).counties
    return paragraph(
        found.difference, lambda fips: counties.label(counties.index(fips)), found.a.label, found.b.label
    )

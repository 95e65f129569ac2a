"""`merr bench`: figures as ratios against other programs, measured in one run on this machine."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - Typer reads the annotation
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add `merr bench` to the commands."""
    app.command()(bench)


def bench(
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write the rows to this file.")
    ] = None,
) -> None:
    """Print how many times longer other programs take than one search for all, on the shipped network."""
    import json
    import platform

    from rich.console import Console

    from benchmarks.measure import RUNS, Row
    from benchmarks.routing import figures
    from geo.network import RoadNetwork
    from registry.settings import settings

    console = Console(highlight=False, markup=False)
    network = RoadNetwork.load(settings().data_dir / "roads" / "network.npz")
    console.print(
        f"{network.name}: {len(network.lon):,} nodes, {len(network.head):,} arcs. Python {platform.python_version()}, "
        f"{platform.machine()}. Medians of {RUNS} interleaved runs, processor time."
    )
    rows: list[Row] = []
    for found in figures(network):
        if isinstance(found, str):
            console.print(found)
            continue
        rows.append(found)
        console.print(
            f"{found.figure}: {found.ours_ms:.1f} ms, {found.peer} {found.peer_ms:.1f} ms, {found.ratio:g} times ({found.note})"
        )
    if json_file:
        json_file.write_text(json.dumps([row.as_dict() for row in rows], indent=1) + "\n")

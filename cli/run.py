"""`merr run`: what was computed and kept, and the same computed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cli.terminal import Console

if TYPE_CHECKING:
    from matching.runs.making import Replay
    from registry.runs.store import Run

OTHER_BYTES = 1
"""Exit code of a replay that gives other bytes."""

run_commands = typer.Typer(
    name="run",
    help="Runs: what was computed and kept, and the same computed again.",
    no_args_is_help=True,
)
RunId = Annotated[str, typer.Argument(metavar="ID", help="The run, by its id.")]


def register(app: typer.Typer) -> None:
    """Add `merr run` to the commands."""
    app.add_typer(run_commands)


@run_commands.command("list")
def list_(
    kind: Annotated[str | None, typer.Option(help="Only runs of this kind, such as match.")] = None,
    limit: Annotated[int, typer.Option(help="How many at most.", min=1, max=1000)] = 50,
) -> None:
    """List the latest runs that you may read, the latest first."""
    from rich.table import Table

    from cli.acting import acting
    from matching.runs.words import made_words
    from registry.db.engine import session_scope
    from registry.runs.store import list_runs

    who = acting()
    with session_scope(principal=who) as session:
        found = list_runs(session, who, kind=kind, limit=limit)
    table = Table(box=None, pad_edge=False)
    for name in ("id", "kind", "label", "made"):
        table.add_column(name, no_wrap=name == "id", overflow="fold")
    for run in found:
        table.add_row(run.id, run.kind, run.label, made_words(run))
    Console(highlight=False, markup=False).print(table if found else "No run that you may read is kept yet.")


@run_commands.command()
def show(run_id: RunId) -> None:
    """Say what a run was computed from, when and for whom."""
    from matching.runs.words import computed_words

    for name, value in computed_words(_loaded(run_id)):
        _say(f"{name:<12} {value}")


@run_commands.command()
def replay(run_id: RunId) -> None:
    """Compute a run again from its own inputs and compare the bytes; exit code 1 when they are others."""
    from cli.acting import acting
    from matching.runs.making import replay as replay_run
    from registry.db.engine import session_scope
    from registry.runs.store import load_run

    who = acting()
    console = Console(stderr=True, highlight=False)
    with session_scope(principal=who) as session, console.status("Reading the run") as status:
        run = load_run(session, who, run_id)
        again = replay_run(session, run, lambda share, sentence: status.update(f"{sentence}, {share:.0%}"))
    _tell(run, again)
    raise typer.Exit(0 if again.same else OTHER_BYTES)


def _loaded(run_id: str) -> Run:
    from cli.acting import acting
    from registry.db.engine import session_scope
    from registry.runs.store import load_run

    who = acting()
    with session_scope(principal=who) as session:
        return load_run(session, who, run_id)


def _tell(run: Run, again: Replay) -> None:
    from registry.runs.packing import hash_of

    for sentence in again.differences:
        _say(sentence)
    if again.same:
        _say(f"The same bytes: {run.result_hash}")
    elif again.result is None:
        _say("It cannot be computed again here.")
    else:
        _say(f"Other bytes: {hash_of(again.result)} where {run.result_hash} was kept")


def _say(line: str) -> None:
    Console(highlight=False, markup=False, soft_wrap=True).print(line)

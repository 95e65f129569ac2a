"""`merr exercise`: exercises made, planned from a file, run, logged and written out, each command under one's own name."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from cli.terminal import Console

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from registry.exercises.exercise import Inject
    from registry.people.principal import Principal

Found = TypeVar("Found")

exercise_commands = typer.Typer(
    name="exercise",
    help="Exercises: made-up events with a list of injects and a clock of their own. Nothing live is touched.",
    no_args_is_help=True,
)
Which = Annotated[str, typer.Argument(help="The exercise, by its name or its id.")]
Names = Annotated[list[str] | None, typer.Option(help="An account that takes part as this; several times.")]


class Format(StrEnum):
    """How a report is written."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"


def register(app: typer.Typer) -> None:
    """Add `merr exercise` to the commands."""
    app.add_typer(exercise_commands)


@exercise_commands.command()
def new(
    name: Annotated[str, typer.Argument(help="What it is called.")],
    *,
    about: Annotated[str, typer.Option(help="What is made up, in a sentence.")] = "",
    objective: Annotated[
        list[str] | None,
        typer.Option(help="What it is to show, with its measures: words; measure; measure. Several times."),
    ] = None,
    player: Names = None,
    controller: Names = None,
    evaluator: Names = None,
    observer: Names = None,
    patch: Annotated[Path | None, typer.Option(help="The scenario's patch, a JSON file.")] = None,
    scenario: Annotated[
        str | None, typer.Option(help="The stored scenario that is played, by its id.")
    ] = None,
) -> None:
    """Make an exercise, its clock paused at +0:00."""
    from registry.exercises import planning, store
    from registry.exercises.exercise import Objective

    words = "" if patch is None else patch.read_text(encoding="utf-8")
    named = {"player": player, "controller": controller, "evaluator": evaluator, "observer": observer}

    def work(session: Session, who: Principal) -> str:
        made = store.make(session, who, name=name, about=about, patch=words or None, scenario_id=scenario)
        for number, each in enumerate(objective or (), 1):
            said, *measures = each.split(";")
            planning.put_objective(
                session, who, made, Objective(number=number, words=said, measures=tuple(measures))
            )
        for part, accounts in named.items():
            for account in accounts or ():
                planning.name_participant(session, who, made, account, part)
        return made

    made = _done(work)
    _say(f"Made: {made}")
    _say(f"Its list of injects is empty. Fill it by: merr exercise msel {made} --file FILE.csv")


@exercise_commands.command("list")
def list_all() -> None:
    """List the exercises you may see, the newest first."""
    from registry.exercises.store import list_exercises

    found = _done(list_exercises)
    for each in found:
        _say(f"{each.id}  {_clock(each.time_ms, runs=each.clock.runs)}  {each.name}, you are its {each.seat}")
    if not found:
        _say("no exercise that names your account")


@exercise_commands.command()
def msel(
    which: Which,
    *,
    file: Annotated[
        Path | None, typer.Option(help="Take injects from this CSV; what it does not name stays.")
    ] = None,
) -> None:
    """List the injects as you may see them; with --file, add and change them first."""
    from matching.exercises import put_all
    from registry.exercises.msel_file import read_csv

    if file is not None:
        plans = read_csv(file.read_bytes())
        changed = _done(lambda session, who: put_all(session, who, _id(session, who, which), plans))
        _say(f"{changed} of {len(plans)} injects added or changed")
    for each in _seen(which):
        _say(_line(each))


@exercise_commands.command()
def start(which: Which) -> None:
    """Run the clock from what it reads."""
    from registry.exercises import running

    reads = _done(lambda session, who: running.run(session, who, _id(session, who, which)))
    _say(_clock(reads, runs=True))


@exercise_commands.command()
def pause(which: Which) -> None:
    """Let the clock stand at what it reads."""
    from registry.exercises import running

    reads = _done(lambda session, who: running.pause(session, who, _id(session, who, which)))
    _say(_clock(reads, runs=False))


@exercise_commands.command()
def end(which: Which) -> None:
    """End the exercise for good (ENDEX): its clock stands and nothing more is released. Its report stays."""
    from registry.exercises import running
    from registry.exercises.clock import time_words

    reads = _done(lambda session, who: running.end(session, who, _id(session, who, which)))
    _say(f"{_mark()}  ended at {time_words(reads)}")


@exercise_commands.command()
def move(
    which: Which, to: Annotated[str, typer.Argument(help="Hours and minutes after the start: 1:30.")]
) -> None:
    """Move the clock. What was released stays released; a running clock releases what it is moved over."""
    from registry.exercises import running
    from registry.exercises.clock import read_time, time_words

    time_ms = read_time(to)
    reads = _done(lambda session, who: running.move(session, who, _id(session, who, which), time_ms))
    _say(f"{_mark()}  the clock is at {time_words(reads)}")


@exercise_commands.command()
def release(
    which: Which,
    number: Annotated[
        int | None, typer.Argument(help="The inject's number; the next one if left out.")
    ] = None,
) -> None:
    """Release the next inject now, or the one of that number."""
    from registry.exercises import running

    found = _done(lambda session, who: running.release(session, who, _id(session, who, which), number))
    _say(f"{_mark()}  released: {found.number}  {found.plan.title}")


@exercise_commands.command()
def log(
    which: Which,
    words: Annotated[
        str | None, typer.Argument(help="What to write down; left out: the log is listed.")
    ] = None,
    *,
    inject: Annotated[int | None, typer.Option(help="The number of the inject it answers.")] = None,
    objective: Annotated[int | None, typer.Option(help="An observation of this objective.")] = None,
    measure: Annotated[int | None, typer.Option(help="Of this measure of it, counted from 1.")] = None,
    rating: Annotated[str, typer.Option(help="P, S, M or U, as HSEEP rates.")] = "",
) -> None:
    """Write into the log, or with --objective what you observed; without words, list the log."""
    from registry.exercises import diary

    def work(session: Session, who: Principal) -> None:
        found = _id(session, who, which)
        if objective is None:
            diary.write(session, who, found, words or "", inject=inject)
        else:
            diary.observe(
                session, who, found, words or "", objective=objective, measure=measure, rating=rating
            )

    if words is None:
        _list_log(which)
        return
    _done(work)
    _say(f"{_mark()}  written down")


@exercise_commands.command()
def export(
    which: Which,
    *,
    output: Annotated[
        Format, typer.Option("--format", help="xlsx and json hold all, csv the list of injects.")
    ] = Format.XLSX,
    folder: Annotated[Path, typer.Option(help="Where to.")] = Path(),
) -> None:
    """Write the report for the after-action review; the file's name and each row say EXERCISE."""
    from registry.exercises.report import gather
    from registry.exercises.report_files import report_file

    report = _done(lambda session, who: gather(session, who, _id(session, who, which)))
    name, content = report_file(report, output.value)
    (folder / name).write_bytes(content)
    _say(f"{folder / name}: {len(content):,} bytes")


def _list_log(which: str) -> None:
    from registry.exercises import diary
    from registry.exercises.clock import time_words
    from registry.people.names import names_of

    def work(session: Session, who: Principal) -> list[str]:
        entries = diary.log(session, who, _id(session, who, which))
        names = names_of(session, [each.by for each in entries])
        return [f"{time_words(each.time_ms):>9}  {names.get(each.by, '')}: {each.words}" for each in entries]

    for line in _done(work) or ["nothing is written down yet"]:
        _say(f"{_mark()}  {line}")


def _seen(which: str) -> list[Inject]:
    """Return the injects as the account may see them, those that the clock has reached released."""
    from registry.exercises.msel import read_msel
    from registry.exercises.running import settle

    def work(session: Session, who: Principal) -> list[Inject]:
        found = _id(session, who, which)
        settle(session, who, found)
        return read_msel(session, who, found)

    return _done(work)


def _line(each: Inject) -> str:
    from registry.exercises.clock import time_words

    way = f"  {each.plan.sender} to {each.plan.receiver}" if each.plan.sender and each.plan.receiver else ""
    return f"{_mark()}  {each.number:>4}  {time_words(each.plan.planned_ms):>9}  {each.state:<8}  {each.plan.title}{way}"


def _clock(reads_ms: int, *, runs: bool) -> str:
    from registry.exercises.clock import time_words

    return f"{_mark()}  {time_words(reads_ms)}, the clock {'runs' if runs else 'is paused'}"


def _mark() -> str:
    from registry.exercises.marking import MARK

    return MARK


def _id(session: Session, who: Principal, which: str) -> str:
    from registry.exercises.store import named

    return named(session, who, which).id


def _done(work: Callable[[Session, Principal], Found]) -> Found:
    """Return what `work` gives, in one transaction of whoever is signed in here."""
    from cli.acting import acting
    from registry.db.engine import session_scope

    who = acting()
    with session_scope(principal=who) as session:
        return work(session, who)


def _say(line: str) -> None:
    Console(highlight=False, markup=False, soft_wrap=True).print(line)

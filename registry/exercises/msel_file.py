"""A list of injects read from CSV: the columns that the report writes, so that what was exported can be edited and read again."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from registry.exercises.checking import read_patch
from registry.exercises.clock import read_time
from registry.exercises.errors import ExerciseError
from registry.exercises.exercise import Plan

if TYPE_CHECKING:
    from collections.abc import Mapping

NEEDED: Final = ("number", "time", "title")
COLUMNS: Final = (
    *NEEDED,
    "what_happens",
    "from",
    "to",
    "expected_action",
    "objective",
    "release",
    "patch",
)
"""The columns that are read; others, such as what the report adds, are left alone."""

MOST_BYTES: Final = 2_000_000
_BY_HAND: Final = {"by hand": True, "hand": True, "": False, "by the clock": False, "clock": False}


def read_csv(content: bytes) -> list[tuple[int, Plan]]:
    """Return the injects of a CSV file (UTF-8), each with its number, as they stand there.

    Raises
    ------
    ExerciseError
        It is no such file, or a line of it cannot be read; it names the line.
    """
    rows = csv.DictReader(io.StringIO(_text(content)))
    missing = [column for column in NEEDED if column not in (rows.fieldnames or ())]
    if missing:
        raise ExerciseError(
            "The list of injects lacks columns",
            given=", ".join(rows.fieldnames or ()) or "nothing",
            wanted=", ".join(NEEDED) + "; and may have " + ", ".join(COLUMNS[len(NEEDED) :]),
            todo="name the columns in the first line; `merr exercise export --format csv` writes such a file",
        )
    return [_line(row, at) for at, row in enumerate(rows, 2) if any(filter(None, row.values()))]


def _text(content: bytes) -> str:
    try:
        if len(content) <= MOST_BYTES:
            return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    raise ExerciseError(
        "The list of injects cannot be read",
        given=f"{len(content):,} bytes",
        wanted=f"CSV in UTF-8 of at most {MOST_BYTES:,} bytes",
        todo="save it as CSV UTF-8",
    )


def _line(row: Mapping[str, str | None], at: int) -> tuple[int, Plan]:
    """Return the inject of one line; a refusal says which line it is."""
    said = {name: (row.get(name) or "").strip().removeprefix("'") for name in COLUMNS}
    try:
        return _number("number", said["number"]), Plan(
            planned_ms=read_time(said["time"]),
            title=said["title"],
            happens=said["what_happens"],
            sender=said["from"],
            receiver=said["to"],
            expected=said["expected_action"],
            objective=_number("objective", said["objective"]) if said["objective"] else None,
            by_hand=_by_hand(said["release"]),
            patch=read_patch(said["patch"]),
        )
    except ExerciseError as refusal:
        raise ExerciseError(
            refusal.title,
            given=f"line {at}: {refusal.given}",
            wanted=refusal.wanted,
            todo=refusal.todo,
        ) from refusal


def _number(what: str, given: str) -> int:
    if given.isascii() and given.isdigit() and len(given) <= len("9999"):
        return int(given)
    raise ExerciseError(
        f"The {what} is no number",
        given=repr(given[:40]),
        wanted="a number from 1 on",
        todo="number each inject",
    )


def _by_hand(given: str) -> bool:
    found = _BY_HAND.get(given.lower())
    if found is None:
        raise ExerciseError(
            "It is not said how the inject is released",
            given=repr(given[:40]),
            wanted="by the clock, or by hand",
            todo="write one of these, or leave it empty for the clock",
        )
    return found

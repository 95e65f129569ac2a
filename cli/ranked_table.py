"""An answer in the terminal: the headline first, then the ranked table with its deadline, then what is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.table import Table

from cli.terminal import Console
from matching.explanation import (
    answer_headline,
    clock_words,
    deadline_words,
    duration_words,
    inside_words,
    left_out_words,
    miles_words,
    moment_words,
    need_words,
    question_words,
    share_words,
    travel_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.answers import Answer, Match, NeedAnswer

COLUMNS = (
    "Rank",
    "Provider",
    "Asset",
    "Sends",
    "Arrives in",
    "Estimated",
    "At",
    "By road",
    "County",
    "Region",
    "Flags",
)
"""`Estimated` is the share of the arrival that is estimated access: it stands beside every time."""
CLOSED = (
    "Names and places are closed until a declaration in force covers a saved incident. Times of closed places are "
    "rounded up to 5 min, miles to 5 mi."
)
_RIGHT = {0, 3, 4, 5, 7}
_ELASTIC = (10, 2, 1, 8)
"""Columns that give way in a narrow terminal, first to last."""

_NARROWEST = 10
_FILE_WIDTH = 168
"""Characters a line may have when no terminal says how wide it is."""

_LEAST_WIDTH = 120
"""Below this the columns cannot stand; a narrower window wraps the lines itself, and nothing is lost."""

_GAP = 2
"""Characters between columns: one blank of padding, one where other tables have a rule."""


def print_answer(found: Answer, limit: int, *, console: Console | None = None, hint: str = "") -> None:
    """Print the answer, at most `limit` ranked rows for each need; the numbers always speak of all.

    `hint` says how to see the rows that are not shown.
    """
    console = console or terminal()
    for part in found.needs:
        _print_headline(part, found, console)
        _print_rows(part, found, limit, console)
        if limit < len(part.matches):
            console.print(f"{limit} of {len(part.matches):,} ranked assets shown, all searched{hint}.")
        left_out = f": {left_out_words(part)}" if part.left_out else ""
        console.print(f"Left out, {len(part.left_out):,}{left_out}.")
        console.print()
    _print_ground(found, console)


def terminal() -> Console:
    """Return standard output, wide enough for the table: a file or a pipe has no width, and a window may be too narrow."""
    console = Console(highlight=False, markup=False)
    width = max(console.width, _LEAST_WIDTH) if console.is_terminal else _FILE_WIDTH
    return Console(highlight=False, markup=False, width=width)


def _print_headline(part: NeedAnswer, found: Answer, console: Console) -> None:
    headline = answer_headline(part, found)
    console.print(f"{need_words(part.need)}: {question_words(part.need, found.question)}", style="bold")
    short = f", {headline.short}" if headline.short else ""
    console.print(f"{headline.big} {headline.rest}{short}", style="bold")
    if headline.last:
        console.print(headline.last)


def _print_rows(part: NeedAnswer, found: Answer, limit: int, console: Console) -> None:
    """Print the ranked rows, with the deadline as a line between those in time and those too late."""
    shown = part.matches[:limit]
    in_time = [_row(match, found) for match in shown if not match.late]
    late = [_row(match, found) for match in shown if match.late]
    widths = _widths([*in_time, *late], console.width)
    if in_time:
        console.print(_table(in_time, widths, header=True))
    more = len(part.matches) - len(part.late) - len(in_time)
    deadline = deadline_words(part, found)
    if deadline and shown:
        if more:
            console.print(f"... and {more:,} more in time", style="dim")
        console.print(f"── {deadline} ──", style="yellow")
    if late:
        console.print(_table(late, widths, header=not in_time))


def _row(match: Match, found: Answer) -> tuple[str, ...]:
    listing = match.listing
    return (
        str(match.rank),
        listing.provider_name,
        listing.asset_name,
        f"{listing.quantity:,}",
        f"{'about ' if listing.place_closed else ''}{duration_words(match.arrival_ms)}",
        "rounded" if listing.place_closed else share_words(match),
        clock_words(match.arrives_at, found.question.asked_at),
        miles_words(match.road_m),
        listing.county_name,
        listing.region,
        ", ".join(flag.text for flag in match.flags),
    )


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return the width of each column, so that the tables above and below the deadline stand in line."""
    widths = [max(cell_len(row[i]) for row in [COLUMNS, *rows]) for i in range(len(COLUMNS))]
    excess = sum(widths) + _GAP * len(widths) - room
    for i in _ELASTIC:
        given = max(0, min(excess, widths[i] - _NARROWEST))
        widths[i] -= given
        excess -= given
    return widths


def _table(rows: Sequence[Sequence[str]], widths: Sequence[int], *, header: bool) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, show_header=header, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0)
    )
    for i, (name, width) in enumerate(zip(COLUMNS, widths, strict=True)):
        table.add_column(name, width=width, justify="right" if i in _RIGHT else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _print_ground(found: Answer, console: Console) -> None:
    """Print what the answer stands on: the area, the roads, the closures and what to doubt."""
    console.print(f"Area: {inside_words(found)}.")
    counted = "" if found.opened else ", counted by the counties it touches"
    if found.sectors_inside:
        sites = ", ".join(
            f"{code.replace('_', ' ')} {number:,}" for code, number in found.sectors_inside.items()
        )
        console.print(f"Listed sites inside, by sector{counted}: {sites}.")
    else:
        console.print(f"No listed site lies inside{counted}.")
    if not found.opened:
        console.print(CLOSED)
    for note in found.closures:
        if note.state == "used":
            console.print(f"Closure: {note.words}.")
    for warning in found.warnings:
        console.print(f"Note: {warning}", style="yellow")
    console.print(
        "Estimated: the share of the arrival that is access between a site, the roads and the area."
    )
    console.print(f"Travel: {travel_words(found)}.")
    only = ", main roads only" if found.network.main_roads_only else ""
    console.print(f"Roads: {found.network.name}{only}. {found.network.attribution}")
    console.print(
        f"Asked {moment_words(found.question.asked_at)}, Central time. Answered in {found.computed_ms:,} ms."
    )

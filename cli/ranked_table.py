"""An answer in the terminal: the headline first, then the ranked table with its deadline, then what is left out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table

from matching.explanation import (
    answer_headline,
    clock_words,
    deadline_words,
    duration_words,
    inside_words,
    miles_words,
    moment_words,
    need_words,
    question_words,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matching.answers import Answer, Match, NeedAnswer

COLUMNS = ("", "Provider", "Asset", "Sends", "Arrives in", "At", "By road", "County", "Region", "Flags")
_RIGHT = {0, 3, 4, 6}
_ELASTIC = (9, 2, 1, 7)
"""Columns that give way in a narrow terminal, first to last."""

_NARROWEST = 10
_FILE_WIDTH = 168
"""Characters a line may have when no terminal says how wide it is."""

_PADDING = 2


def print_answer(found: Answer, limit: int, console: Console | None = None) -> None:
    """Print the answer, at most `limit` ranked rows for each need; the numbers always speak of all."""
    console = console or terminal()
    for part in found.needs:
        _print_part(part, found, limit, console)
    _print_ground(found, console)


def terminal() -> Console:
    """Return standard output, wide enough for the table when it is a file or a pipe."""
    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=_FILE_WIDTH)


def _print_part(part: NeedAnswer, found: Answer, limit: int, console: Console) -> None:
    headline = answer_headline(part, found)
    console.print(f"{need_words(part.need)}: {question_words(part.need, found.question)}", style="bold")
    short = f", {headline.short}" if headline.short else ""
    console.print(f"{headline.big} {headline.rest}{short}", style="bold")
    if headline.last:
        console.print(headline.last)
    shown = part.matches[:limit]
    in_time = [_row(match, found) for match in shown if not match.late]
    late = [_row(match, found) for match in shown if match.late]
    widths = _widths([*in_time, *late], console.width)
    if shown:
        console.print(_table(in_time, widths, header=True))
    deadline = deadline_words(part, found)
    if deadline and part.matches:
        console.print(f"── {deadline} ──", style="yellow")
    if late:
        console.print(_table(late, widths, header=False))
    if len(shown) < len(part.matches):
        total = len(part.matches)
        console.print(
            f"{len(shown)} of {total:,} ranked assets shown, all searched; --limit {total} shows them all."
        )
    _print_left_out(part, console)
    console.print()


def _row(match: Match, found: Answer) -> tuple[str, ...]:
    listing = match.listing
    return (
        str(match.rank),
        listing.provider_name,
        listing.asset_name,
        f"{listing.quantity:,}",
        duration_words(match.arrival_ms),
        clock_words(match.arrives_at, found.question.asked_at),
        miles_words(match.road_m),
        listing.county_name,
        listing.region,
        ", ".join(flag.text for flag in match.flags),
    )


def _widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """Return the width of each column, so that the tables above and below the deadline stand in line."""
    widths = [max(cell_len(row[i]) for row in [COLUMNS, *rows]) for i in range(len(COLUMNS))]
    excess = sum(widths) + _PADDING * len(widths) - room
    for i in _ELASTIC:
        given = max(0, min(excess, widths[i] - _NARROWEST))
        widths[i] -= given
        excess -= given
    return widths


def _table(rows: Sequence[Sequence[str]], widths: Sequence[int], *, header: bool) -> Table:
    table = Table(
        box=box.SIMPLE_HEAD, show_header=header, show_edge=False, pad_edge=False, padding=(0, _PADDING, 0, 0)
    )
    for i, (name, width) in enumerate(zip(COLUMNS, widths, strict=True)):
        table.add_column(name, width=width, justify="right" if i in _RIGHT else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _print_left_out(part: NeedAnswer, console: Console) -> None:
    if not part.left_out:
        console.print("None left out.")
        return
    causes = Counter(
        "Asked for more than they have" if row.code == "condition" else row.words for row in part.left_out
    )
    listed = "; ".join(
        f"{words} {number:,}" for words, number in sorted(causes.items(), key=lambda c: (-c[1], c[0]))
    )
    console.print(f"Left out, {len(part.left_out):,}: {listed}.")


def _print_ground(found: Answer, console: Console) -> None:
    """Print what the answer stands on: the area, the roads, the closures and what to doubt."""
    console.print(f"Area: {inside_words(found)}.")
    if found.sectors_inside:
        sites = ", ".join(
            f"{code.replace('_', ' ')} {number:,}" for code, number in found.sectors_inside.items()
        )
        console.print(f"Listed sites inside, by sector: {sites}.")
    for note in found.closures:
        if note.state == "used":
            console.print(f"Closure: {note.words}.")
    for warning in found.warnings:
        console.print(f"Note: {warning}", style="yellow")
    only = ", main roads only" if found.network.main_roads_only else ""
    console.print(f"Roads: {found.network.name}{only}. {found.network.attribution}")
    console.print(
        f"Asked {moment_words(found.question.asked_at)}, Central time. Answered in {found.computed_ms:,} ms."
    )

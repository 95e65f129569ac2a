"""Durations, moments, distances and counts as people read them.

One rule for time: it is rounded up to the next full minute, for durations and clocks alike. Nothing is promised
sooner than computed, and with a request and a deadline on full minutes a late arrival never reads as on time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from registry.wording import CENTRAL, minute_up, moment_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

__all__ = [
    "CENTRAL",
    "HOUR_MIN",
    "HOUR_MS",
    "KM2_PER_SQ_MI",
    "METRES_PER_MILE",
    "MINUTE_MS",
    "clock_words",
    "count_words",
    "duration_words",
    "list_words",
    "miles_words",
    "moment_words",
    "ordinal_words",
    "square_miles_words",
]

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 60 * MINUTE_MS
HOUR_MIN: Final = 60
METRES_PER_MILE: Final = 1609.344
KM2_PER_SQ_MI: Final = 2.589988110336

_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd"}
_TEENS: Final = range(11, 14)
_PLURALS: Final = {"person": "people", "foot": "feet", "sq ft": "sq ft"}


def duration_words(milliseconds: int) -> str:
    """Return a duration in hours and minutes, rounded up to the next minute: `35 min`, `1 h 25 min`, `2 h`.

    Less than nothing reads as `0 min`: no screen shows a negative duration.
    """
    hours, minutes = divmod(max(0, -(-milliseconds // MINUTE_MS)), HOUR_MIN)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def clock_words(moment: datetime, today: datetime) -> str:
    """Return a moment in Central time: `20:14` on the day of `today`, `22 May, 18:29` on another, with the year if it differs.

    Seconds round up to the next minute.
    """
    local = minute_up(moment).astimezone(CENTRAL)
    here = today.astimezone(CENTRAL)
    clock = f"{local:%H:%M}"
    if local.date() == here.date():
        return clock
    year = f" {local.year}" if local.year != here.year else ""
    return f"{local.day} {local:%b}{year}, {clock}"


def miles_words(metres: float) -> str:
    """Return a distance in miles: `77 mi`, below one mile `0.4 mi`, below a tenth `under 0.1 mi`."""
    miles = metres / METRES_PER_MILE
    if miles < 0.05:  # noqa: PLR2004 - what would round to 0.0
        return "under 0.1 mi" if miles > 0 else "0 mi"
    tenths = int(miles * 10 + 0.5)
    if tenths < 10:  # noqa: PLR2004 - below one mile
        return f"0.{tenths} mi"
    return f"{int(miles + 0.5):,} mi"


def square_miles_words(km2: float) -> str:
    """Return an area in square miles: `20 sq mi`, below ten `4.2 sq mi`."""
    square_miles = km2 / KM2_PER_SQ_MI
    if square_miles < 9.95:  # noqa: PLR2004 - what would round to 10.0
        return f"{square_miles:.1f} sq mi"
    return f"{square_miles:,.0f} sq mi"


def count_words(number: int, unit: str = "each") -> str:
    """Return a number with what is counted: `1 unit`, `40 units`, `3 crews`, `2 people`."""
    word = "unit" if unit == "each" else unit.replace("_", " ")
    if number != 1:
        word = _PLURALS.get(word, f"{word}s")
    return f"{number:,} {word}"


def ordinal_words(number: int) -> str:
    """Return a number's place in a row: `1st`, `12th`, `40th`."""
    ending = "th" if number % 100 in _TEENS else _ORDINALS.get(number % 10, "th")
    return f"{number:,}{ending}"


def list_words(words: Iterable[str]) -> str:
    """Return words as a list in a sentence: `a truck and a relief load`."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last

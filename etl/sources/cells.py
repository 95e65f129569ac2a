"""One cell as a value: each reader returns what the cell says or raises `CellError` with half a sentence.

The readers are strict. A list of what companies lend is used at night by people who cannot ask back, so a cell
that could be read in two ways is turned away with its row, and the company mends it by day.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from dataclasses import dataclass

MAX_TEXT = 500
"""Longest text of one cell in characters."""
MAX_QUANTITY = 100_000_000
MAX_NUMBER = 1e9
MAX_MOBILISATION_S = 30 * 86_400
"""Longest time before leaving, in seconds: thirty days; more than that is no emergency resource."""
FORMULA_SIGNS = ("=", "+", "-", "@")
"""What makes a spreadsheet compute a cell (OWASP, CSV injection)."""

_INTEGER = re.compile(r"[+-]?\d+|[+-]?\d{1,3}(,\d{3})+", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?|[+-]?\d{1,3}(,\d{3})+(\.\d+)?", re.ASCII)
_DURATION = re.compile(
    r"(\d{1,5}(?:\.\d{1,3})?)\s*(days?|d|hours?|hrs?|h|minutes?|mins?|min|m)\b\.?", re.ASCII
)
_PHONE = re.compile(r"\+?[\d\s().-]{7,25}(\s*(x|ext\.?)\s*\d{1,6})?", re.ASCII | re.IGNORECASE)
_EMAIL = re.compile(r"[^@\s,;<>=+-][^@\s,;<>]*@[^@\s,;<>]+\.[^@\s,;<>]+")
_ISO_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})", re.ASCII)
_US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_SECONDS = {"d": 86_400, "h": 3_600, "m": 60}
_YES = frozenset({"yes", "y", "true", "1", "x"})
_NO = frozenset({"no", "n", "false", "0"})


@dataclass(frozen=True)
class Formula:
    """A cell that a spreadsheet would compute; it is shown in messages and used for nothing else."""

    text: str


Cell = str | int | float | bool | dt.date | Formula | None
"""What a table holds; a CSV holds text only."""


class CellError(ValueError):
    """What is wrong with one cell: what was given and what was wanted, without the row and column."""


def is_blank(cell: Cell) -> bool:
    """Return whether the cell says nothing: empty, or only spaces."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def shown(cell: Cell) -> str:
    """Return the cell as a message quotes it, cut short."""
    text = cell.text if isinstance(cell, Formula) else str(cell)
    return repr(text if len(text) <= 40 else text[:39] + "…")  # noqa: PLR2004 - fits a line of a terminal


def read_text(cell: Cell) -> str:
    """Return the text of a cell, trimmed, with runs of spaces made one.

    Raises
    ------
    CellError
        For a formula, a control character, or more than `MAX_TEXT` characters.
    """
    _no_formula(cell)
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)  # a spreadsheet keeps a ZIP or a house number as 64804.0
    text = unicodedata.normalize("NFC", " ".join(str(cell).split()))
    if text.startswith(FORMULA_SIGNS):
        raise CellError(
            f"{shown(cell)} begins with {text[0]!r}, which a spreadsheet computes; write text that begins otherwise"
        )
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text):
        raise CellError(f"{shown(cell)} holds a control character; write it again by hand")
    if len(text) > MAX_TEXT:
        raise CellError(f"the text has {len(text):,} characters; at most {MAX_TEXT} are kept")
    return text


def read_quantity(cell: Cell) -> int:
    """Return how many, 1 or more.

    Raises
    ------
    CellError
        For a negative, fractional, zero or unreadable quantity.
    """
    number = _whole(cell)
    if number is None or not 1 <= number <= MAX_QUANTITY:
        raise CellError(f"{shown(cell)} is no quantity; write a whole number from 1 to {MAX_QUANTITY:,}")
    return number


def read_count(cell: Cell, *, least: int, most: int) -> int:
    """Return a whole number between `least` and `most`.

    Raises
    ------
    CellError
        For anything else.
    """
    number = _whole(cell)
    if number is None or not least <= number <= most:
        raise CellError(f"{shown(cell)} is no whole number from {least:,} to {most:,}")
    return number


def read_number(cell: Cell) -> float:
    """Return a finite number.

    Raises
    ------
    CellError
        For text, a formula, or a number beyond `MAX_NUMBER`.
    """
    _no_formula(cell)
    number = math.nan
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        number = float(cell) if abs(cell) <= MAX_NUMBER else math.nan
    elif isinstance(cell, str) and _NUMBER.fullmatch(cell.strip()):
        number = float(cell.strip().replace(",", ""))
    if not abs(number) <= MAX_NUMBER:
        raise CellError(f"{shown(cell)} is no number; write digits only, such as 150 or 2.5")
    return number


def read_degrees(cell: Cell) -> tuple[float, float]:
    """Return an angle in degrees and the half of its last digit in degrees (how exactly it was given).

    Raises
    ------
    CellError
        For anything but a decimal number.
    """
    _no_formula(cell)
    try:
        angle = read_number(cell)
    except CellError as fault:
        raise CellError(f"{shown(cell)} is no coordinate; write decimal degrees, such as 37.0842") from fault
    text = cell.strip() if isinstance(cell, str) else repr(cell)
    decimals = len(text.partition(".")[2]) if "e" not in text.lower() else 6
    return angle, 0.5 * 10.0 ** -min(decimals, 9)


def read_yes_no(cell: Cell) -> bool:
    """Return yes or no as a truth value.

    Raises
    ------
    CellError
        For any other word.
    """
    _no_formula(cell)
    word = str(cell).strip().casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise CellError(f"{shown(cell)} is neither yes nor no")


def read_choice(cell: Cell, choices: tuple[str, ...]) -> str:
    """Return the choice that the cell names, in the spelling of `choices`.

    Raises
    ------
    CellError
        When it names none.
    """
    word = read_text(cell).casefold()
    for choice in choices:
        if choice.casefold() == word:
            return choice
    raise CellError(f"{shown(cell)} is none of {', '.join(choices)}")


def read_date(cell: Cell, *, today: dt.date) -> dt.date:
    """Return a day that has come: 2026-05-01, 5/1/2026 (month first), or a date cell of a workbook.

    Raises
    ------
    CellError
        For a day that no calendar has, one after `today`, or one before 1990.
    """
    _no_formula(cell)
    day = cell if isinstance(cell, dt.date) else _day(str(cell).strip())
    if day is None:
        raise CellError(f"{shown(cell)} is no date; write year-month-day, such as 2026-05-01")
    if day > today:
        raise CellError(f"{day.isoformat()} lies in the future; write a day up to {today.isoformat()}")
    if day.year < 1990:  # noqa: PLR2004 - older than any list of this kind; such dates are slips
        raise CellError(f"{day.isoformat()} is too long ago to be a confirmation; write a day from 1990 on")
    return day


def read_duration_s(cell: Cell, *, unit: str | None = None) -> int:
    """Return a time span in seconds: '90 min', '2 h 30 min', '1 day', or a number of the column's unit.

    Parameters
    ----------
    cell
        The cell.
    unit
        'h' or 'm' when the column's name states the unit; then a plain number is enough.

    Raises
    ------
    CellError
        For a span without a unit, a negative one, or one over thirty days.
    """
    _no_formula(cell)
    text = str(cell).strip().casefold()
    if unit is not None and _NUMBER.fullmatch(text):
        seconds = read_number(cell) * _SECONDS[unit]
    else:
        parts = _DURATION.findall(text)
        rest = _DURATION.sub("", text).replace(",", "").replace("and", "").strip()
        if not parts or rest:
            raise CellError(f"{shown(cell)} is no time span; write such as 90 min, 2 h 30 min or 1 day")
        seconds = sum(float(count) * _SECONDS[word[0]] for count, word in parts)
    if not 0 <= seconds <= MAX_MOBILISATION_S:
        raise CellError(f"{shown(cell)} is no time span from 0 min to 30 days")
    return round(seconds)


def read_phone(cell: Cell) -> str:
    """Return a telephone number as written; it may begin with '+', unlike other text.

    Raises
    ------
    CellError
        For anything but digits, spaces, brackets, points and hyphens.
    """
    _no_formula(cell)
    text = " ".join(str(cell).split())
    if not _PHONE.fullmatch(text):
        raise CellError(f"{shown(cell)} is no telephone number; write such as 417-555-0101")
    return text


def read_email(cell: Cell) -> str:
    """Return an e-mail address.

    Raises
    ------
    CellError
        When it has no '@' between a name and a domain.
    """
    text = read_text(cell)
    if not _EMAIL.fullmatch(text):
        raise CellError(f"{shown(cell)} is no e-mail address")
    return text


def _no_formula(cell: Cell) -> None:
    text = cell.text if isinstance(cell, Formula) else cell.lstrip() if isinstance(cell, str) else ""
    if isinstance(cell, Formula) or text.startswith(("=", "@")):
        raise CellError(f"{shown(cell)} is a formula, which is never computed; write its value instead")


def _whole(cell: Cell) -> int | None:
    _no_formula(cell)
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int):
        return cell
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() else None
    if isinstance(cell, str) and len(cell) <= 20 and _INTEGER.fullmatch(cell.strip()):  # noqa: PLR2004 - int() of a million digits is slow
        return int(cell.replace(",", ""))
    return None


def _day(text: str) -> dt.date | None:
    try:
        if match := _ISO_DATE.fullmatch(text):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        if match := _US_DATE.fullmatch(text):
            return dt.date(int(match[3]), int(match[1]), int(match[2]))
    except ValueError:
        return None
    return None

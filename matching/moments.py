"""Moments as people type them: `2026-05-22T18:20`, `21:20`, `+3h`. Central time unless an offset is given."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from matching.errors import MatchingError
from matching.measures import CENTRAL, moment_words

WANTED: Final = "a time such as 21:20 or 2026-05-22T21:20 (Central), 2026-05-23T02:20Z, or +3h"
MAX_AHEAD: Final = timedelta(days=366)
"""A moment given as `+...` farther ahead is a slip of the keyboard."""

_CLOCK: Final = re.compile(r"(?P<hour>\d{1,2}):(?P<minute>\d{2})", re.ASCII)
_AHEAD: Final = re.compile(
    r"\+\s*(?=\d)(?:(?P<days>\d{1,4})\s*d(?:ays?)?)?\s*(?:(?P<hours>\d{1,5})\s*h(?:ours?)?)?"
    r"\s*(?:(?P<minutes>\d{1,7})\s*(?:m|min|minutes?)?)?",
    re.ASCII | re.IGNORECASE,
)


def read_moment(text: str, base: datetime, *, option: str, next_day: bool = False) -> datetime:
    """Return the moment that `text` names, an aware UTC datetime on a full minute.

    Parameters
    ----------
    text
        ISO 8601 with or without an offset, a clock time, or a plus sign with days, hours and minutes.
    base
        Aware moment that clock times (by its Central day) and `+3h` count from.
    option
        What the user calls this moment, for the refusal: `--by`.
    next_day
        True moves a clock time that lies before `base` to the next day: a deadline of 01:00 asked for at 23:00.

    Raises
    ------
    MatchingError
        The text is no moment, or names one that the change to daylight saving time skips.
    """
    given = text.strip()
    if given.startswith("+"):
        return _ahead(given, base, option)
    clock = _CLOCK.fullmatch(given)
    if clock:
        hour, minute = int(clock["hour"]), int(clock["minute"])
        if hour > 23 or minute > 59:  # noqa: PLR2004 - the last hour and minute of a day
            raise _unread(given, option)
        local = base.astimezone(CENTRAL).replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
        if next_day and local.astimezone(UTC) < base:
            local = (local + timedelta(days=1)).replace(fold=0)
        return _central(local, given, option)
    try:
        moment = datetime.fromisoformat(given)
        full = moment.replace(second=0, microsecond=0)
        return (
            full.astimezone(UTC) if moment.tzinfo else _central(full.replace(tzinfo=CENTRAL), given, option)
        )
    except (ValueError, OverflowError) as fault:
        if isinstance(fault, MatchingError):
            raise
        raise _unread(given, option) from None


def _ahead(given: str, base: datetime, option: str) -> datetime:
    found = _AHEAD.fullmatch(given)
    if not found or (given[-1].isdigit() and not found["hours"]):
        raise _unread(given, option)
    parts = {name: int(number) for name, number in found.groupdict().items() if number}
    ahead = timedelta(**parts)
    if ahead > MAX_AHEAD:
        raise _unread(given, option, "more than a year ahead")
    return (base + ahead).replace(second=0, microsecond=0).astimezone(UTC)


def _central(local: datetime, given: str, option: str) -> datetime:
    """Return a Central time in UTC; of an hour that comes twice in autumn the first is meant."""
    moment = local.astimezone(UTC)
    if moment.astimezone(CENTRAL).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise MatchingError(
            "This time does not exist",
            given=f"{option} {given!r}, when clocks go forward by an hour",
            wanted=WANTED,
            todo=f"use {moment_words(moment)}, an hour later on the clock",
        )
    return moment


def _unread(given: str, option: str, remark: str = "") -> MatchingError:
    return MatchingError(
        "This time cannot be read",
        given=f"{option} {given!r}{f', {remark}' if remark else ''}",
        wanted=WANTED,
        todo=f"write {option} in one of these forms",
    )

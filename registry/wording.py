"""Which words PostgreSQL can keep and which are an id, and moments in the words of Missouri's clocks."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date, datetime

CENTRAL: Final = ZoneInfo("America/Chicago")


def storable(words: object) -> bool:
    """Return whether `words` is a text that PostgreSQL takes: no NUL, and no half of a surrogate pair."""
    if not isinstance(words, str) or "\0" in words:
        return False
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True


def uuid_of(words: str) -> uuid.UUID | None:
    """Return the id that `words` are; None when they are none, so that whoever asked says what they should have named."""
    try:
        return uuid.UUID(words)
    except ValueError:
        return None


def day_words(day: date) -> str:
    """Return a day: `3 Aug 2026`; of a moment the day where its clock stands."""
    return f"{day.day} {day:%b} {day.year}"


def moment_words(moment: datetime) -> str:
    """Return a moment in Central time with its day and year: `22 May 2011, 18:20`."""
    local = minute_up(moment).astimezone(CENTRAL)
    return f"{day_words(local)}, {local:%H:%M}"


def minute_up(moment: datetime) -> datetime:
    """Return the moment itself when it lies on a full minute, else the next full minute."""
    full = moment.replace(second=0, microsecond=0)
    return full if full == moment else full + timedelta(minutes=1)

"""The clock of an exercise: what it reads, and how it is run, paused and moved. Pure: whoever asks brings the moment.

Exercise time is what was on the clock when it was last touched, and what has passed since while it runs. It is never
the wall clock alone, so an exercise of six hours can be played in two, stopped over lunch and taken up again next week.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from registry.exercises.errors import ExerciseError

if TYPE_CHECKING:
    from datetime import datetime

SECOND_MS: Final = 1_000
MINUTE_MS: Final = 60 * SECOND_MS
HOUR_MS: Final = 60 * MINUTE_MS

MOST_MS: Final = 30 * 24 * HOUR_MS
"""The latest exercise time that can be planned or moved to: thirty days."""

_MILLISECOND: Final = timedelta(milliseconds=1)
_TIME = re.compile(r"\+?(\d{1,3}):([0-5]\d)(?::([0-5]\d))?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A clock: `offset_ms` of exercise time were on it at `since`, the aware moment since which it runs; None: paused."""

    offset_ms: int = 0
    since: datetime | None = None

    @property
    def runs(self) -> bool:
        """Whether it runs."""
        return self.since is not None

    def reads(self, now: datetime) -> int:
        """Return the exercise time at `now` in ms; a wall clock that was set back does not turn it back."""
        if self.since is None:
            return self.offset_ms
        return self.offset_ms + max(0, (now - self.since) // _MILLISECOND)


def run(clock: Clock, now: datetime) -> Clock:
    """Return the clock running from what it reads.

    Raises
    ------
    ExerciseError
        It runs already.
    """
    if clock.runs:
        raise ExerciseError(
            "The clock runs already",
            given=f"a clock that reads {time_words(clock.reads(now))}",
            wanted="a clock that is paused",
            todo="pause or move it, or leave it as it is",
        )
    return Clock(offset_ms=clock.offset_ms, since=now)


def pause(clock: Clock, now: datetime) -> Clock:
    """Return the clock standing at what it reads.

    Raises
    ------
    ExerciseError
        It is paused already.
    """
    if not clock.runs:
        raise ExerciseError(
            "The clock is paused already",
            given=f"a clock that stands at {time_words(clock.offset_ms)}",
            wanted="a clock that runs",
            todo="run it, or leave it as it is",
        )
    return Clock(offset_ms=clock.reads(now))


def move(clock: Clock, to_ms: int, now: datetime) -> Clock:
    """Return the clock at another exercise time, running or paused as it was.

    Raises
    ------
    ExerciseError
        The time is before the start or more than thirty days after it.
    """
    check_time(to_ms)
    return Clock(offset_ms=to_ms, since=now if clock.runs else None)


def check_time(time_ms: int) -> None:
    """Refuse an exercise time before the start, or more than thirty days after it.

    Raises
    ------
    ExerciseError
        It is one of these.
    """
    if 0 <= time_ms <= MOST_MS:
        return
    raise ExerciseError(
        "This time lies outside the exercise",
        given=f"{time_ms / HOUR_MS:,.2f} h",
        wanted=f"from +0:00 to {time_words(MOST_MS)}, hours and minutes after the start",
        todo="give a time after the start, such as +1:30",
    )


def read_time(text: str) -> int:
    """Return an exercise time in ms from `+1:30`, `1:30` or `0:05:30`: hours, minutes and seconds after the start.

    Raises
    ------
    ExerciseError
        It is none, or more than thirty days.
    """
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ExerciseError(
            "This is no exercise time",
            given=repr(text[:40]),
            wanted="hours and minutes after the start: +1:30, or with seconds 0:05:30",
            todo="write it so",
        )
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    time_ms = hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS
    check_time(time_ms)
    return time_ms


def time_words(time_ms: int) -> str:
    """Return an exercise time as screens show it: `+1:30`, with seconds where there are any; begun seconds do not count."""
    seconds = time_ms // SECOND_MS
    words = f"+{seconds // 3600}:{seconds // 60 % 60:02d}"
    return words if seconds % 60 == 0 else f"{words}:{seconds % 60:02d}"

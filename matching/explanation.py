"""The answer in words: short, concrete, in the user's units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime

    from matching.answers import Answer, NeedAnswer
    from matching.needs import Need

CENTRAL: Final = ZoneInfo("America/Chicago")


class Headline(NamedTuple):
    """The answer to one need in words.

    `big` stands largest (`27 of 40`), then `rest` (`can be there by 21:20`), `short` (`13 short`, or empty) and
    `last` (`The 40th unit can arrive at 22:07, 47 min late.`, or empty).
    """

    big: str
    rest: str
    short: str
    last: str


def duration_words(milliseconds: int) -> str:
    """Return a duration in hours and minutes, rounded up to the next minute: `35 min`, `1 h 25 min`, `2 h`."""


def clock_words(moment: datetime, today: datetime) -> str:
    """Return a moment in Central time: `20:14` on the day of `today`, `22 May, 18:29` on another."""


def miles_words(metres: float) -> str:
    """Return a distance in miles: `77 mi`, below one mile `0.4 mi`."""


def need_words(need: Need) -> str:
    """Return a need as people say it: `40 generators, 100 kW or more`."""


def answer_headline(part: NeedAnswer, answer: Answer) -> Headline:
    """Return the answer to one need as a headline."""


def deadline_words(part: NeedAnswer, answer: Answer) -> str:
    """Return the line between in time and late: `Deadline 21:20. Below here arrives too late: ...`, or empty."""

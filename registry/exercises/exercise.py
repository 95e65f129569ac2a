"""The nouns of an exercise: who takes part as what, what is to be shown, the injects, and what was seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from registry.exercises.clock import Clock

Part = Literal["player", "controller", "evaluator", "observer"]
"""What an account takes part as, in the words of HSEEP."""

PARTS: Final[tuple[Part, ...]] = get_args(Part)

PART_NAMES: Final[dict[Part, str]] = {
    "player": "Player",
    "controller": "Controller",
    "evaluator": "Evaluator",
    "observer": "Observer",
}
"""The parts as screens name them."""

Seat = Literal["designer", "controller", "evaluator", "player", "observer"]
"""From where somebody sees an exercise: a part in it, or the desk of the designers who make all of them."""

FULL_SIGHT: Final[frozenset[Seat]] = frozenset({"designer", "controller", "evaluator"})
"""Who sees the whole list of injects; all others see what is released."""

Rating = Literal["P", "S", "M", "U"]
"""How an objective was met, as HSEEP rates core capabilities."""

RATINGS: Final[tuple[Rating, ...]] = get_args(Rating)

RATING_NAMES: Final[dict[Rating, str]] = {
    "P": "Performed without challenges",
    "S": "Performed with some challenges",
    "M": "Performed with major challenges",
    "U": "Unable to be performed",
}
"""The ratings as screens name them."""

State = Literal["released", "next", "held"]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What an inject says, as its designer plans it.

    Parameters
    ----------
    planned_ms
        The exercise time at which it is due.
    title, happens
        What players read: the line, and what happens.
    sender, receiver
        From whom and to whom; blank where nobody sends it.
    expected
        What players should do; they never see it.
    objective
        The number of the objective it serves; None for none.
    by_hand
        True: the clock leaves it alone, a controller releases it.
    patch
        The part of the scenario's patch that begins with it; None for none.
    """

    planned_ms: int
    title: str
    happens: str = ""
    sender: str = ""
    receiver: str = ""
    expected: str = ""
    objective: int | None = None
    by_hand: bool = False
    patch: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Release:
    """That an inject was released: at which exercise time, at which aware moment, by which account (None: the clock)."""

    number: int
    time_ms: int
    at: datetime
    by: str | None = None


@dataclass(frozen=True, kw_only=True)
class Inject:
    """One line of the list of injects, in the version that holds, with where it stands."""

    number: int
    version: int
    plan: Plan
    state: State = "held"
    release: Release | None = None


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One version of an inject: what it said, who wrote it (an account), when, and whether it was taken out."""

    number: int
    version: int
    plan: Plan
    removed: bool
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What an exercise is to show, under a core capability, and the measures by which it is told."""

    number: int
    words: str
    capability: str = ""
    measures: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Participant:
    """An account that takes part."""

    account_id: str
    name: str
    part: Part


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody made up whom players may ask to call: the telephone and the mail lead nowhere."""

    number: int
    name: str
    organisation: str
    phone: str
    email: str


@dataclass(frozen=True, kw_only=True)
class LogEntry:
    """What somebody wrote into the log, at which exercise time."""

    id: str
    time_ms: int
    at: datetime
    by: str
    words: str
    inject: int | None = None


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What an evaluator saw of an objective, or of one of its measures (counted from 1), with a rating or without."""

    id: str
    time_ms: int
    at: datetime
    by: str
    words: str
    objective: int
    measure: int | None = None
    rating: Rating | None = None


@dataclass(frozen=True, kw_only=True)
class ClockAct:
    """That somebody ran, paused or moved the clock, or ended the exercise."""

    act: Literal["run", "pause", "move", "end"]
    from_ms: int
    to_ms: int
    at: datetime
    by: str


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """An exercise as one account sees it at `now`, by the database's clock.

    `patch` (of a scenario), `snapshot_hash` and `network_hash` (of its baseline) and `scenario_id` (of a stored one) are None where none was given, and
    for whoever sees only what is released.
    """

    id: str
    name: str
    about: str
    clock: Clock
    now: datetime
    seat: Seat
    made_by: str
    made_at: datetime
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    patch: Mapping[str, Any] | None = field(default=None, compare=False)
    snapshot_hash: str | None = None
    network_hash: str | None = None
    scenario_id: str | None = None

    @property
    def time_ms(self) -> int:
        """What its clock reads."""
        return self.clock.reads(self.now)

    @property
    def sees_all(self) -> bool:
        """Whether the account sees the whole list of injects."""
        return self.seat in FULL_SIGHT

    @property
    def controls(self) -> bool:
        """Whether the account may run the clock and release injects, which nobody may once it has ended."""
        return self.seat in ("designer", "controller") and self.ended_at is None

"""Exercises as answers tell them; each answer says that it is one."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from registry.exercises.exercise import Rating, Seat, State  # noqa: TC001 - pydantic reads the annotations
from registry.exercises.marking import MARK
from web.api.values import Moment, Told


class MarkedTold(Told):
    """Whatever an exercise tells says that it is one."""

    marking: Literal["EXERCISE"] = MARK


class ExerciseTold(MarkedTold):
    """An exercise as the account sees it from its seat. What of its scenario it names is null for players and observers."""

    id: str
    name: str
    about: str
    seat: Seat
    time_ms: int = Field(description="What its clock reads")
    runs: bool
    now: Moment
    made_at: Moment
    begun_at: Moment | None
    ended_at: Moment | None
    patch: dict[str, Any] | None
    snapshot_hash: str | None
    network_hash: str | None
    scenario_id: str | None = Field(description="The stored scenario that is played; null for none")


class ExercisesTold(MarkedTold):
    """A page of exercises."""

    exercises: tuple[ExerciseTold, ...]


class InjectTold(Told):
    """An inject. What only designers, controllers and evaluators may know is null for everybody else."""

    number: int
    time_ms: int
    title: str
    happens: str
    sender: str
    receiver: str
    state: State
    released_ms: int | None
    released_at: Moment | None
    released_by: str | None
    version: int | None
    by_hand: bool | None
    expected: str | None
    objective: int | None
    patch: dict[str, Any] | None


class InjectsTold(MarkedTold):
    """The injects in order; for players and observers what is released, in the order of its release."""

    injects: tuple[InjectTold, ...]


class EntryTold(Told):
    """What somebody wrote into the log."""

    time_ms: int
    at: Moment
    by: str
    words: str
    inject: int | None


class LogTold(MarkedTold):
    """A page of the log."""

    entries: tuple[EntryTold, ...]


class ObservationTold(Told):
    """What an evaluator saw of an objective, or of a measure of it."""

    time_ms: int
    at: Moment
    by: str
    words: str
    objective: int
    measure: int | None
    rating: Rating | None


class ObservationsTold(MarkedTold):
    """A page of observations; those who see only what is released get none."""

    observations: tuple[ObservationTold, ...]

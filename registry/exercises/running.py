"""An exercise as it is played: the clock run, paused, moved and ended; injects released by it or by hand."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Literal

from registry.exercises import clock as clocks
from registry.exercises.clock import time_words
from registry.exercises.errors import ExerciseError
from registry.exercises.exercise import Release
from registry.exercises.msel import no_inject
from registry.exercises.reached import clock_of, current, due_of, release_due, releases_of, write_releases
from registry.exercises.releasing import next_of
from registry.exercises.seats import enter
from registry.exercises.store import now_of
from registry.exercises.tables import ClockActRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.exercises.clock import Clock
    from registry.exercises.exercise import Inject
    from registry.exercises.tables import ExerciseRow
    from registry.people.principal import Principal


def run(session: Session, principal: Principal, exercise_id: str) -> int:
    """Return the exercise time in ms from which the clock runs on.

    Raises
    ------
    AccessError
        `principal` neither designs nor controls.
    ExerciseError
        The clock runs already, or there is no inject yet.
    """
    row, now = _held(session, principal, exercise_id)
    if row.begun_at is None and not current(session, row.id):
        raise ExerciseError(
            "The list of injects is empty",
            given=row.name,
            wanted="at least one inject",
            todo="add an inject, then run the clock",
        )
    changed = clocks.run(clock_of(row), now)
    row.begun_at = row.begun_at or now
    return _set(session, principal, row, "run", (changed, now))


def pause(session: Session, principal: Principal, exercise_id: str) -> int:
    """Return the exercise time in ms at which the clock now stands.

    Raises
    ------
    AccessError
        `principal` neither designs nor controls.
    ExerciseError
        The clock is paused already.
    """
    row, now = _held(session, principal, exercise_id)
    return _set(session, principal, row, "pause", (clocks.pause(clock_of(row), now), now))


def move(session: Session, principal: Principal, exercise_id: str, to_ms: int) -> int:
    """Return the exercise time in ms to which the clock was moved; it runs or stands as before.

    What a running clock is moved over is released at once; what was released stays so, also when it is moved back.

    Raises
    ------
    AccessError
        `principal` neither designs nor controls.
    ExerciseError
        The time lies outside an exercise.
    """
    row, now = _held(session, principal, exercise_id)
    return _set(session, principal, row, "move", (clocks.move(clock_of(row), to_ms, now), now))


def end(session: Session, principal: Principal, exercise_id: str) -> int:
    """Return the exercise time in ms at which the exercise ended, for good: HSEEP's ENDEX.

    The clock stands, nothing more is released, and what was withheld from its players is withheld no longer. The log
    and observations may be written on, and the report is taken as before.

    Raises
    ------
    AccessError
        `principal` neither designs nor controls.
    ExerciseError
        It has not begun, or has ended already.
    """
    row, now = _held(session, principal, exercise_id)
    if row.begun_at is None:
        raise ExerciseError(
            "The exercise has not begun",
            given=row.name,
            wanted="an exercise whose clock has run",
            todo="run the clock first; an exercise that is not wanted may stay as it is",
        )
    stands, row.ended_at = clock_of(row), now
    return _set(session, principal, row, "end", (clocks.pause(stands, now) if stands.runs else stands, now))


def release(session: Session, principal: Principal, exercise_id: str, number: int | None = None) -> Inject:
    """Return the inject that was released now, by hand: the one of that number, or the next.

    Raises
    ------
    AccessError
        `principal` neither designs nor controls.
    ExerciseError
        There is none of that number, or it is released already, or none is left.
    """
    row, now = _held(session, principal, exercise_id)
    released = {each.number: each for each in releases_of(session, row.id)}
    injects = current(session, row.id)
    found = _chosen(injects, released, number)
    made = Release(number=found.number, time_ms=clock_of(row).reads(now), at=now, by=principal.account_id)
    write_releases(session, row.id, [made], injects)
    return found


def settle(session: Session, principal: Principal, exercise_id: str) -> int:
    """Return how many injects were released because the clock has reached them; whoever looks asks for it first.

    Each is released at the moment the clock reached it, whenever that is found out.

    Raises
    ------
    NotThereError
        There is no such exercise that names the account.
    """
    row, _ = enter(session, principal, "exercise.read", exercise_id)
    if not due_of(session, row, now_of(session)):
        return 0
    row, _ = enter(session, principal, "exercise.read", exercise_id, hold=True)
    return release_due(session, row, now_of(session))


def _held(session: Session, principal: Principal, exercise_id: str) -> tuple[ExerciseRow, datetime]:
    """Return an exercise held still, with what its clock has reached released, and the moment of that."""
    row, _ = enter(session, principal, "exercise.run", exercise_id, hold=True)
    if row.ended_at is not None:
        raise ExerciseError(
            "The exercise has ended",
            given=row.name,
            wanted="an exercise that has not ended",
            todo="take its report, or make another exercise from its list of injects",
        )
    now = now_of(session)
    release_due(session, row, now)
    return row, now


def _set(
    session: Session,
    principal: Principal,
    row: ExerciseRow,
    act: Literal["run", "pause", "move", "end"],
    done: tuple[Clock, datetime],
) -> int:
    """Write a clock and what was done to it, release what it now has reached, and return what it reads in ms."""
    changed, now = done
    before, after = clock_of(row).reads(now), changed.reads(now)
    row.offset_ms, row.running_since = changed.offset_ms, changed.since
    session.add(
        ClockActRow(
            id=uuid.uuid4(),
            exercise_id=row.id,
            act=act,
            from_ms=before,
            to_ms=after,
            at=now,
            done_by=uuid.UUID(principal.account_id),
        )
    )
    session.flush()
    release_due(session, row, now)
    return after


def _chosen(injects: list[Inject], released: dict[int, Release], number: int | None) -> Inject:
    """Return the inject to release."""
    if number is None:
        coming = next_of(injects, released)
        if coming is None:
            raise ExerciseError(
                "Every inject is released",
                given=f"{len(injects)} injects, all of them released",
                wanted="an inject that is not released yet",
                todo="add one to the list",
            )
        return coming
    found = next((each for each in injects if each.number == number), None)
    if found is None:
        raise no_inject(number)
    if number in released:
        raise ExerciseError(
            "This inject is released already",
            given=f"inject {number}, released at {time_words(released[number].time_ms)}",
            wanted="one that is not released yet",
            todo="choose another, or release the next one",
        )
    return found

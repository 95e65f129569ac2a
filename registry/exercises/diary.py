"""What was written down while an exercise was played: the log, what evaluators saw, and what was done to the clock."""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select, tuple_

from registry.exercises.checking import WORDS_CHARS, check_measure, read_rating, words_of
from registry.exercises.errors import ExerciseError
from registry.exercises.exercise import FULL_SIGHT, ClockAct, LogEntry, Observation
from registry.exercises.msel import no_inject, read_msel
from registry.exercises.planning import objectives_of
from registry.exercises.reached import clock_of
from registry.exercises.running import settle
from registry.exercises.seats import enter
from registry.exercises.store import now_of
from registry.exercises.tables import ClockActRow, LogRow, ObservationRow
from registry.people.access import AccessError
from registry.wording import uuid_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.exercises.exercise import Objective, Seat
    from registry.exercises.tables import ExerciseRow
    from registry.people.principal import Principal


def write(
    session: Session, principal: Principal, exercise_id: str, words: str, *, inject: int | None = None
) -> None:
    """Write an entry into the log at the time that the clock reads.

    Parameters
    ----------
    inject
        The number of the inject it answers, one that whoever writes can see; None for none.

    Raises
    ------
    AccessError
        `principal` only observes.
    ExerciseError
        The words cannot be kept, or no such inject is to be seen.
    """
    row, _, now = _played(session, principal, exercise_id)
    if inject is not None and inject not in {
        each.number for each in read_msel(session, principal, exercise_id)
    }:
        raise no_inject(inject)
    session.add(
        LogRow(
            id=uuid.uuid4(),
            exercise_id=row.id,
            time_ms=clock_of(row).reads(now),
            written_by=uuid.UUID(principal.account_id),
            words=words_of("entry", words, WORDS_CHARS),
            inject=inject,
        )
    )
    session.flush()


def observe(
    session: Session,
    principal: Principal,
    exercise_id: str,
    words: str,
    *,
    objective: int,
    measure: int | None = None,
    rating: str = "",
) -> None:
    """Write down what was seen of an objective, or of one of its measures, at the time that the clock reads.

    Raises
    ------
    AccessError
        `principal` neither designs, controls nor evaluates.
    ExerciseError
        There is no such objective, measure or rating, or the words cannot be kept.
    """
    row, seat, now = _played(session, principal, exercise_id)
    _check_seat(seat)
    check_measure(_objective(objectives_of(session, row.id), objective), measure)
    session.add(
        ObservationRow(
            id=uuid.uuid4(),
            exercise_id=row.id,
            time_ms=clock_of(row).reads(now),
            seen_by=uuid.UUID(principal.account_id),
            objective=objective,
            measure=measure,
            rating=read_rating(rating),
            words=words_of("observation", words, WORDS_CHARS),
        )
    )
    session.flush()


def log(
    session: Session,
    principal: Principal,
    exercise_id: str,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int | None = None,
) -> tuple[LogEntry, ...]:
    """Return the log in the order in which it was written; all who take part share it.

    Who sees only what is released is told an entry's inject only once that is.

    Parameters
    ----------
    after
        Only what follows the entry of this moment and id; None for all.
    limit
        How many at most; None for all.

    Raises
    ------
    NotThereError
        There is no such exercise that names the account.
    """
    row, seat = enter(session, principal, "exercise.read", exercise_id)
    seen = (
        None if seat in FULL_SIGHT else {each.number for each in read_msel(session, principal, exercise_id)}
    )
    query = select(LogRow).where(LogRow.exercise_id == row.id).order_by(LogRow.at, LogRow.id).limit(limit)
    if after is not None:
        at, last = after
        query = query.where(tuple_(LogRow.at, LogRow.id) > tuple_(at, uuid_of(last)))
    return tuple(
        LogEntry(
            id=str(each.id),
            time_ms=each.time_ms,
            at=each.at.astimezone(UTC),
            by=str(each.written_by),
            words=each.words,
            inject=each.inject if seen is None or each.inject in seen else None,
        )
        for each in session.scalars(query)
    )


def observations(
    session: Session,
    principal: Principal,
    exercise_id: str,
    *,
    after: tuple[int, datetime, str] | None = None,
    limit: int | None = None,
) -> tuple[Observation, ...]:
    """Return what was seen, by objective and time; those who see only what is released get none.

    Parameters
    ----------
    after
        Only what follows the observation of this objective, moment and id; None for all.
    limit
        How many at most; None for all.

    Raises
    ------
    NotThereError
        There is no such exercise that names the account.
    """
    row, seat = enter(session, principal, "exercise.read", exercise_id)
    if seat not in FULL_SIGHT:
        return ()
    query = (
        select(ObservationRow)
        .where(ObservationRow.exercise_id == row.id)
        .order_by(ObservationRow.objective, ObservationRow.at, ObservationRow.id)
        .limit(limit)
    )
    if after is not None:
        objective, at, last = after
        order = tuple_(ObservationRow.objective, ObservationRow.at, ObservationRow.id)
        query = query.where(order > tuple_(objective, at, uuid_of(last)))
    return tuple(
        Observation(
            id=str(each.id),
            time_ms=each.time_ms,
            at=each.at.astimezone(UTC),
            by=str(each.seen_by),
            words=each.words,
            objective=each.objective,
            measure=each.measure,
            rating=cast("Any", each.rating),
        )
        for each in session.scalars(query)
    )


def clock_acts(session: Session, principal: Principal, exercise_id: str) -> tuple[ClockAct, ...]:
    """Return what was done to the clock, in order; those who see only what is released get none.

    Raises
    ------
    NotThereError
        There is no such exercise that names the account.
    """
    row, seat = enter(session, principal, "exercise.read", exercise_id)
    if seat not in FULL_SIGHT:
        return ()
    query = (
        select(ClockActRow).where(ClockActRow.exercise_id == row.id).order_by(ClockActRow.at, ClockActRow.id)
    )
    return tuple(
        ClockAct(
            act=cast("Any", each.act),
            from_ms=each.from_ms,
            to_ms=each.to_ms,
            at=each.at.astimezone(UTC),
            by=str(each.done_by),
        )
        for each in session.scalars(query)
    )


def _played(session: Session, principal: Principal, exercise_id: str) -> tuple[ExerciseRow, Seat, datetime]:
    """Return an exercise that the account plays, with what its clock has reached released, its seat, and the moment."""
    settle(session, principal, exercise_id)
    row, seat = enter(session, principal, "exercise.play", exercise_id)
    return row, seat, now_of(session)


def _check_seat(seat: Seat) -> None:
    if seat in FULL_SIGHT:
        return
    raise AccessError(
        "Players do not rate the exercise",
        given=f"an observation by a {seat}",
        wanted="a designer, controller or evaluator of this exercise",
        todo="write it into the log",
    )


def _objective(known: Sequence[Objective], number: int) -> Objective:
    found = next((each for each in known if each.number == number), None)
    if found is None:
        raise ExerciseError(
            "There is no such objective",
            given=str(number),
            wanted=", ".join(str(each.number) for each in known) or "none: this exercise has no objectives",
            todo="choose one of them",
        )
    return found

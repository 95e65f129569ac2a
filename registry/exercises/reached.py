"""What is in the list, what of it was released, and what the clock has reached: of an exercise that was entered.

Whoever changes an exercise, its clock or its list, or writes down what is played, releases first what is due: an inject that the clock has reached is
the players', whether or not anybody has looked since.
"""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.exercises.clock import Clock
from registry.exercises.exercise import Inject, Plan, Release
from registry.exercises.releasing import due
from registry.exercises.tables import InjectRow, ReleaseRow

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.exercises.tables import ExerciseRow


def clock_of(row: ExerciseRow) -> Clock:
    """Return the clock that a row keeps."""
    since = row.running_since
    return Clock(offset_ms=row.offset_ms, since=since and since.astimezone(UTC))


def current(session: Session, exercise_id: uuid.UUID) -> list[Inject]:
    """Return the injects that are in the list now, each in its latest version, without where they stand."""
    query = (
        select(InjectRow)
        .where(InjectRow.exercise_id == exercise_id)
        .order_by(InjectRow.number, InjectRow.version)
    )
    latest = {row.number: row for row in session.scalars(query)}
    return [
        Inject(number=row.number, version=row.version, plan=plan_of(row))
        for row in latest.values()
        if not row.removed
    ]


def releases_of(session: Session, exercise_id: uuid.UUID) -> list[Release]:
    """Return what was released."""
    query = select(ReleaseRow).where(ReleaseRow.exercise_id == exercise_id).order_by(ReleaseRow.number)
    return [
        Release(
            number=row.number,
            time_ms=row.time_ms,
            at=row.at.astimezone(UTC),
            by=None if row.released_by is None else str(row.released_by),
        )
        for row in session.scalars(query)
    ]


def due_of(session: Session, row: ExerciseRow, now: datetime) -> list[Release]:
    """Return what a clock has reached at the aware moment `now` and nobody has released yet."""
    if row.running_since is None:
        return []
    released = {each.number for each in releases_of(session, row.id)}
    return due(current(session, row.id), released, clock_of(row), now)


def release_due(session: Session, row: ExerciseRow, now: datetime) -> int:
    """Return how many injects were released because the clock has reached them; the row must be held."""
    found = due_of(session, row, now)
    if found:
        write_releases(session, row.id, found, current(session, row.id))
    return len(found)


def write_releases(
    session: Session, exercise_id: uuid.UUID, made: Iterable[Release], injects: Iterable[Inject]
) -> None:
    """Write down releases, each of the version that holds in `injects`."""
    versions = {each.number: each.version for each in injects}
    for each in made:
        session.add(
            ReleaseRow(
                exercise_id=exercise_id,
                number=each.number,
                version=versions[each.number],
                time_ms=each.time_ms,
                at=each.at,
                released_by=each.by and uuid.UUID(each.by),
            )
        )
    session.flush()


def plan_of(row: InjectRow) -> Plan:
    """Return what a version of an inject says."""
    return Plan(
        planned_ms=row.planned_ms,
        title=row.title,
        happens=row.happens,
        sender=row.sender,
        receiver=row.receiver,
        expected=row.expected,
        objective=row.objective,
        by_hand=row.by_hand,
        patch=row.patch,
    )

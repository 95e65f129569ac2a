"""The list of injects (MSEL): read as an account may see it, edited with its history, filled from a file."""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.exercises.checking import check_number, check_numbers, check_plan
from registry.exercises.errors import ExerciseError
from registry.exercises.exercise import FULL_SIGHT, Edit
from registry.exercises.reached import clock_of, current, plan_of, release_due, releases_of
from registry.exercises.releasing import as_players_see, standing
from registry.exercises.seats import enter
from registry.exercises.store import now_of
from registry.exercises.tables import InjectRow, ObjectiveRow, ReleaseRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from registry.exercises.exercise import Inject, Plan
    from registry.exercises.tables import ExerciseRow
    from registry.people.principal import Principal


def read_msel(session: Session, principal: Principal, exercise_id: str) -> list[Inject]:
    """Return the injects in order, with where each stands; players and observers get what is released, and no more.

    What the clock has reached since somebody last looked is not released by reading: `running.settle` does that.

    Raises
    ------
    NotThereError
        There is no such exercise that names the account.
    """
    row, seat = enter(session, principal, "exercise.read", exercise_id)
    found = standing(current(session, row.id), releases_of(session, row.id))
    return found if seat in FULL_SIGHT else as_players_see(found)


def put_inject(
    session: Session,
    principal: Principal,
    exercise_id: str,
    plan: Plan,
    *,
    number: int | None = None,
    version: int | None = None,
) -> int:
    """Return the number of an inject that was added, or changed; what it said before stays in its history.

    Parameters
    ----------
    number
        Which one; None for a new one at the end.
    version
        The version that was read before changing it; None to take whichever holds.

    Raises
    ------
    AccessError
        `principal` designs no exercises.
    ExerciseError
        The plan cannot be used, the inject is released already, or somebody changed it meanwhile.
    """
    row = _held(session, principal, exercise_id)
    known = {each.number: each for each in current(session, row.id)}
    chosen = max([*_numbers(session, row.id), 0]) + 1 if number is None else number
    check_number(chosen)
    _check_open(session, row.id, chosen)
    _check_version(known.get(chosen), chosen, version)
    _write(session, principal, row, {chosen: plan})
    return chosen


def remove_inject(session: Session, principal: Principal, exercise_id: str, number: int) -> None:
    """Take an inject out of the list; its history stays.

    Raises
    ------
    AccessError
        `principal` designs no exercises.
    ExerciseError
        There is none of that number, or it is released already.
    """
    row = _held(session, principal, exercise_id)
    found = next((each for each in current(session, row.id) if each.number == number), None)
    if found is None:
        raise no_inject(number)
    _check_open(session, row.id, number)
    session.add(_row(row.id, principal, number, found.version + 1, found.plan, removed=True))
    session.flush()


def put_all(
    session: Session, principal: Principal, exercise_id: str, plans: Sequence[tuple[int, Plan]]
) -> int:
    """Return how many injects were added or changed: all of `plans` are taken, or none.

    Those that already say the same are left alone, and what `plans` does not name stays.

    Raises
    ------
    AccessError
        `principal` designs no exercises.
    ExerciseError
        A number stands twice, a plan cannot be used, or one that differs is released already.
    """
    row = _held(session, principal, exercise_id)
    check_numbers([number for number, _ in plans])
    known = {each.number: each.plan for each in current(session, row.id)}
    changed = {number: plan for number, plan in plans if known.get(number) != plan}
    for number in changed:
        _check_open(session, row.id, number)
    _write(session, principal, row, changed)
    return len(changed)


def history(session: Session, principal: Principal, exercise_id: str) -> list[Edit]:
    """Return every version of every inject, the latest first.

    Raises
    ------
    AccessError
        `principal` designs no exercises.
    """
    row, _ = enter(session, principal, "exercise.edit", exercise_id)
    query = (
        select(InjectRow)
        .where(InjectRow.exercise_id == row.id)
        .order_by(InjectRow.edited_at.desc(), InjectRow.number, InjectRow.version.desc())
    )
    return [
        Edit(
            number=each.number,
            version=each.version,
            plan=plan_of(each),
            removed=each.removed,
            by=str(each.edited_by),
            at=each.edited_at.astimezone(UTC),
        )
        for each in session.scalars(query)
    ]


def no_inject(number: int) -> ExerciseError:
    """Return the refusal for a number that no inject has."""
    return ExerciseError(
        "There is no such inject",
        given=str(number),
        wanted="the number of an inject in the list",
        todo="look at the list of injects",
    )


def _held(session: Session, principal: Principal, exercise_id: str) -> ExerciseRow:
    """Return an exercise held still for an edit, with what its clock has reached released: nobody changes that any more."""
    row, _ = enter(session, principal, "exercise.edit", exercise_id, hold=True)
    release_due(session, row, now_of(session))
    return row


def _write(session: Session, principal: Principal, row: ExerciseRow, plans: Mapping[int, Plan]) -> None:
    """Check plans and write each as the next version of its inject."""
    objectives = session.scalars(select(ObjectiveRow.number).where(ObjectiveRow.exercise_id == row.id)).all()
    reads_ms = clock_of(row).reads(now_of(session)) if row.begun_at else None
    versions = _numbers(session, row.id)
    for number, plan in plans.items():
        tidy = check_plan(plan, objectives, reads_ms=reads_ms)
        session.add(_row(row.id, principal, number, versions.get(number, 0) + 1, tidy))
    session.flush()


def _numbers(session: Session, exercise_id: uuid.UUID) -> dict[int, int]:
    """Return the latest version of each number that was ever given, removed ones included."""
    query = (
        select(InjectRow.number, InjectRow.version)
        .where(InjectRow.exercise_id == exercise_id)
        .order_by(InjectRow.number, InjectRow.version)
    )
    return {row.number: row.version for row in session.execute(query)}


def _check_open(session: Session, exercise_id: uuid.UUID, number: int) -> None:
    """Refuse to change what players have read."""
    if session.get(ReleaseRow, (exercise_id, number)) is None:
        return
    raise ExerciseError(
        "This inject is released already",
        given=f"inject {number}",
        wanted="one that players have not read yet",
        todo="correct it by another inject",
    )


def _check_version(found: Inject | None, number: int, version: int | None) -> None:
    """Refuse to write over what somebody else wrote meanwhile."""
    holds = None if found is None else found.version
    if version is None or version == holds:
        return
    raise ExerciseError(
        "Somebody changed this inject meanwhile",
        given=f"version {version} of inject {number}",
        wanted="the version that holds now" if holds else "an inject that is still in the list",
        todo="look at it again, and change that",
    )


def _row(
    exercise_id: uuid.UUID,
    principal: Principal,
    number: int,
    version: int,
    plan: Plan,
    *,
    removed: bool = False,
) -> InjectRow:
    return InjectRow(
        exercise_id=exercise_id,
        number=number,
        version=version,
        planned_ms=plan.planned_ms,
        title=plan.title,
        happens=plan.happens,
        sender=plan.sender,
        receiver=plan.receiver,
        expected=plan.expected,
        objective=plan.objective,
        by_hand=plan.by_hand,
        patch=None if plan.patch is None else dict(plan.patch),
        removed=removed,
        edited_by=uuid.UUID(principal.account_id),
    )

"""From where an account sees an exercise, and what it may do from there: the table of access, and the part it takes."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import select

from registry.errors import NotThereError
from registry.exercises.tables import ExerciseRow, ParticipantRow
from registry.people.access import Target, allowed, require
from registry.wording import uuid_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from registry.exercises.exercise import Part, Seat
    from registry.people.principal import Principal

MAY: Final[Mapping[str, frozenset[Part]]] = {
    "exercise.read": frozenset({"player", "controller", "evaluator", "observer"}),
    "exercise.edit": frozenset(),
    "exercise.run": frozenset({"controller"}),
    "exercise.play": frozenset({"player", "controller", "evaluator"}),
}
"""Each action, and the parts that may do it in the exercise they take part in. Designers may do all in all of them."""


def part_of(session: Session, principal: Principal, exercise_id: uuid.UUID) -> Part | None:
    """Return what the account takes part as; None for an exercise that does not name it."""
    if not principal.account_id:
        return None
    found = session.scalar(
        select(ParticipantRow.part).where(
            ParticipantRow.exercise_id == exercise_id,
            ParticipantRow.account_id == uuid.UUID(principal.account_id),
        )
    )
    return cast("Part | None", found)


def enter(
    session: Session, principal: Principal, action: str, exercise_id: str, *, hold: bool = False
) -> tuple[ExerciseRow, Seat]:
    """Return an exercise's row and the seat of an account that may do `action` there.

    `hold` holds the row until the transaction ends: whoever changes the exercise takes turns.

    Raises
    ------
    NotThereError
        There is no such exercise, or none that names the account: who takes no part does not learn which.
    AccessError
        The account's part does not allow it.
    """
    known = uuid_of(exercise_id)
    query = select(ExerciseRow).where(ExerciseRow.id == known).execution_options(populate_existing=True)
    row = None if known is None else session.scalar(query.with_for_update() if hold else query)
    if row is None:
        raise not_there(exercise_id)
    part = part_of(session, principal, row.id)
    designs = allowed(principal, "exercise.read")
    if part is None and not designs:
        raise not_there(exercise_id)
    mine = part is not None and part in MAY[action]
    require(principal, action, Target(account_id=principal.account_id if mine else None))
    seat: Seat | None = "designer" if designs else part
    if seat is None:
        raise not_there(exercise_id)
    return row, seat


def not_there(exercise_id: str) -> NotThereError:
    """Return the refusal for an exercise that is not there for whoever asks."""
    return NotThereError(
        "There is no such exercise",
        given=repr(exercise_id[:80]),
        wanted="an exercise that names your account",
        todo="look at the list of exercises, or ask its designer to name you in it",
    )

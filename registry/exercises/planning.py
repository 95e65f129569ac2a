"""What an exercise is planned with: objectives and their measures, who takes part, and made-up contacts."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, cast

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from registry.exercises.checking import check_contact, check_objective, read_part
from registry.exercises.errors import ExerciseError
from registry.exercises.exercise import FULL_SIGHT, PARTS, Contact, Objective, Participant
from registry.exercises.seats import enter
from registry.exercises.tables import ContactRow, ObjectiveRow, ParticipantRow
from registry.people.accounts import named
from registry.people.tables import AccountRow
from registry.wording import uuid_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.exercises.exercise import Part
    from registry.people.principal import Principal


def put_objective(session: Session, principal: Principal, exercise_id: str, objective: Objective) -> None:
    """Add an objective, or put it in the place of the one of its number.

    Raises
    ------
    AccessError
        `principal` designs no exercises.
    ExerciseError
        Its words, measures or number cannot be used.
    """
    row, _ = enter(session, principal, "exercise.edit", exercise_id, hold=True)
    tidy = check_objective(objective)
    said = {"words": tidy.words, "capability": tidy.capability, "measures": list(tidy.measures)}
    session.execute(
        insert(ObjectiveRow)
        .values(exercise_id=row.id, number=tidy.number, **said)
        .on_conflict_do_update(
            index_elements=[ObjectiveRow.exercise_id, ObjectiveRow.number],
            set_=said,
        )
    )


def objectives(session: Session, principal: Principal, exercise_id: str) -> tuple[Objective, ...]:
    """Return the objectives by their numbers; those who see only what is released get none.

    Raises
    ------
    NotThereError
        There is no such exercise that names the account.
    """
    row, seat = enter(session, principal, "exercise.read", exercise_id)
    return objectives_of(session, row.id) if seat in FULL_SIGHT else ()


def objectives_of(session: Session, exercise_id: uuid.UUID) -> tuple[Objective, ...]:
    """Return the objectives of an exercise that was entered, by their numbers."""
    query = select(ObjectiveRow).where(ObjectiveRow.exercise_id == exercise_id).order_by(ObjectiveRow.number)
    return tuple(
        Objective(number=row.number, words=row.words, capability=row.capability, measures=tuple(row.measures))
        for row in session.scalars(query)
    )


def name_participant(
    session: Session, principal: Principal, exercise_id: str, account_name: str, part: str
) -> Participant:
    """Return an account that now takes part; one that took part already does so as something else.

    Parameters
    ----------
    account_name
        What the account types at sign-in.
    part
        One of `registry.exercises.exercise.PARTS`.

    Raises
    ------
    AccessError
        `principal` designs no exercises.
    RegistryError
        There is no such account, or it is disabled.
    ExerciseError
        There is no such part.
    """
    row, _ = enter(session, principal, "exercise.edit", exercise_id, hold=True)
    chosen = read_part(part)
    account = named(session, account_name)
    if account.disabled_at is not None:
        raise ExerciseError(
            "This account is disabled",
            given=repr(account.name),
            wanted="an account that may sign in",
            todo="choose another, or ask an administrator to enable it",
        )
    by = {"part": chosen, "named_by": uuid.UUID(principal.account_id), "named_at": func.now()}
    session.execute(
        insert(ParticipantRow)
        .values(exercise_id=row.id, account_id=uuid.UUID(account.id), **by)
        .on_conflict_do_update(
            index_elements=[ParticipantRow.exercise_id, ParticipantRow.account_id], set_=by
        )
    )
    return Participant(account_id=account.id, name=account.full_name, part=chosen)


def drop_participant(session: Session, principal: Principal, exercise_id: str, account_id: str) -> None:
    """Let an account take part no longer; what it wrote stays.

    Raises
    ------
    AccessError
        `principal` designs no exercises.
    """
    row, _ = enter(session, principal, "exercise.edit", exercise_id, hold=True)
    session.execute(
        delete(ParticipantRow).where(
            ParticipantRow.exercise_id == row.id, ParticipantRow.account_id == uuid_of(account_id)
        )
    )


def participants(session: Session, principal: Principal, exercise_id: str) -> tuple[Participant, ...]:
    """Return who takes part, by part and name: each participant may know the others.

    Raises
    ------
    NotThereError
        There is no such exercise that names the account.
    """
    row, _ = enter(session, principal, "exercise.read", exercise_id)
    query = (
        select(AccountRow.id, AccountRow.full_name, ParticipantRow.part)
        .join(AccountRow, AccountRow.id == ParticipantRow.account_id)
        .where(ParticipantRow.exercise_id == row.id)
        .order_by(func.array_position(list(PARTS), ParticipantRow.part), AccountRow.full_name, AccountRow.id)
    )
    return tuple(
        Participant(account_id=str(account_id), name=name, part=cast("Part", part))
        for account_id, name, part in session.execute(query)
    )


def put_contact(session: Session, principal: Principal, exercise_id: str, contact: Contact) -> None:
    """Add a made-up contact, or put it in the place of the one of its number.

    Raises
    ------
    AccessError
        `principal` designs no exercises.
    ExerciseError
        Its telephone or mail might be somebody's, or a word cannot be used.
    """
    row, _ = enter(session, principal, "exercise.edit", exercise_id, hold=True)
    tidy = check_contact(contact)
    said = {
        "name": tidy.name,
        "organisation": tidy.organisation,
        "phone": tidy.phone,
        "email": tidy.email,
    }
    session.execute(
        insert(ContactRow)
        .values(exercise_id=row.id, number=tidy.number, **said)
        .on_conflict_do_update(index_elements=[ContactRow.exercise_id, ContactRow.number], set_=said)
    )


def contacts(session: Session, principal: Principal, exercise_id: str) -> tuple[Contact, ...]:
    """Return the made-up contacts by their numbers; everybody who takes part may ask to call them.

    Raises
    ------
    NotThereError
        There is no such exercise that names the account.
    """
    row, _ = enter(session, principal, "exercise.read", exercise_id)
    query = select(ContactRow).where(ContactRow.exercise_id == row.id).order_by(ContactRow.number)
    return tuple(
        Contact(
            number=each.number,
            name=each.name,
            organisation=each.organisation,
            phone=each.phone,
            email=each.email,
        )
        for each in session.scalars(query)
    )

"""Exercises made, listed and opened by one account, as it may see them; the clock is read from the database's."""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from registry.exercises.checking import WORDS_CHARS, read_patch, words_of
from registry.exercises.errors import ExerciseError
from registry.exercises.exercise import FULL_SIGHT, Exercise
from registry.exercises.reached import clock_of
from registry.exercises.seats import enter, not_there
from registry.exercises.tables import ExerciseRow, ParticipantRow
from registry.people.access import allowed, require, require_somewhere
from registry.scenarios.store import load_scenario
from registry.wording import uuid_of

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session

    from registry.exercises.exercise import Seat
    from registry.people.principal import Principal

HASH_CHARS = 64


def make(
    session: Session,
    principal: Principal,
    *,
    name: str,
    about: str = "",
    patch: dict[str, Any] | str | None = None,
    snapshot_hash: str | None = None,
    network_hash: str | None = None,
    scenario_id: str | None = None,
) -> str:
    """Return the id of a new exercise, its clock paused at +0:00.

    Parameters
    ----------
    name, about
        What it is called, and in a sentence what is made up.
    patch
        The scenario's patch, as values or as JSON words; it is kept as it is, and read by whoever applies it.
    snapshot_hash, network_hash
        The frozen registry and the roads it is played on.
    scenario_id
        The stored scenario that is played, instead of a patch and hashes of its own: its own stand for them.

    Raises
    ------
    AccessError
        `principal` designs no exercises.
    NotThereError
        There is no such scenario.
    ExerciseError
        A word or the patch cannot be used, or a patch is given beside a scenario.
    """
    require(principal, "exercise.edit")
    played = None
    if scenario_id:
        if patch is not None or snapshot_hash or network_hash:
            raise ExerciseError(
                "The exercise is given two scenarios",
                given="a stored scenario, and a patch or hashes beside it",
                wanted="one of the two",
                todo="name the scenario alone; what begins later is a patch of an inject",
            )
        played = load_scenario(session, principal, scenario_id)
        patch, snapshot_hash, network_hash = dict(played.patch), played.snapshot_hash, played.network_hash
    row = ExerciseRow(
        id=uuid.uuid4(),
        name=words_of("name", name),
        about=words_of("text about it", about, WORDS_CHARS, wanted=False),
        patch=read_patch(patch) if isinstance(patch, str) else patch,
        snapshot_hash=words_of("hash of the registry", snapshot_hash, HASH_CHARS) if snapshot_hash else None,
        network_hash=words_of("hash of the roads", network_hash, HASH_CHARS) if network_hash else None,
        scenario_id=played and uuid_of(played.id),
        made_by=uuid.UUID(principal.account_id),
    )
    session.add(row)
    session.flush()
    return str(row.id)


def list_exercises(
    session: Session,
    principal: Principal,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int | None = None,
) -> tuple[Exercise, ...]:
    """Return the exercises that an account may see, the newest first: a designer all, others those that name them.

    Parameters
    ----------
    after
        Only those that follow the one made at this moment with this id; None for all.
    limit
        How many at most; None for all.

    Raises
    ------
    AccessError
        `principal` may see none at all.
    """
    require_somewhere(principal, "exercise.read")
    designs = allowed(principal, "exercise.read")
    mine = (ParticipantRow.exercise_id == ExerciseRow.id) & (
        ParticipantRow.account_id == uuid.UUID(principal.account_id)
    )
    query = (
        select(ExerciseRow, ParticipantRow.part, func.clock_timestamp())
        .join(ParticipantRow, mine, isouter=designs)
        .order_by(ExerciseRow.made_at.desc(), ExerciseRow.id)
        .limit(limit)
    )
    if after is not None:
        made_at, last = after
        same = and_(ExerciseRow.made_at == made_at, ExerciseRow.id > uuid_of(last))
        query = query.where(or_(ExerciseRow.made_at < made_at, same))
    return tuple(
        as_exercise(row, "designer" if designs else part, now) for row, part, now in session.execute(query)
    )


def load(session: Session, principal: Principal, exercise_id: str) -> Exercise:
    """Return one exercise.

    Raises
    ------
    NotThereError
        There is none of that id that names the account.
    """
    row, seat = enter(session, principal, "exercise.read", exercise_id)
    return as_exercise(row, seat, now_of(session))


def named(session: Session, principal: Principal, words: str) -> Exercise:
    """Return the exercise of that id, or the newest one of that name.

    Raises
    ------
    NotThereError
        There is none that the account may see.
    """
    wanted = words.strip()
    for each in list_exercises(session, principal):
        if wanted.casefold() in (each.id, each.name.casefold()):
            return each
    raise not_there(words)


def now_of(session: Session) -> datetime:
    """Return the moment by the database's clock, which all clocks of exercises go by."""
    now: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return now.astimezone(UTC)


def as_exercise(row: ExerciseRow, seat: Seat, now: datetime) -> Exercise:
    """Return a row as it is seen from a seat."""
    whole = seat in FULL_SIGHT
    return Exercise(
        id=str(row.id),
        name=row.name,
        about=row.about,
        clock=clock_of(row),
        now=now.astimezone(UTC),
        seat=seat,
        made_by=str(row.made_by),
        made_at=row.made_at.astimezone(UTC),
        begun_at=row.begun_at and row.begun_at.astimezone(UTC),
        ended_at=row.ended_at and row.ended_at.astimezone(UTC),
        patch=row.patch if whole else None,
        snapshot_hash=row.snapshot_hash if whole else None,
        network_hash=row.network_hash if whole else None,
        scenario_id=str(row.scenario_id) if whole and row.scenario_id else None,
    )

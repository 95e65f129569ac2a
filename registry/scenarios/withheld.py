"""Scenarios that are withheld from an account, because it plays them in an exercise that is not over.

Who sees only what an exercise releases must not read the rest elsewhere. So the stored scenario is not there for such an
account, nor is a run of it; every door asks here, through the stores of scenarios and of runs.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from registry.exercises.exercise import FULL_SIGHT
from registry.exercises.reached import current, releases_of
from registry.exercises.tables import ExerciseRow, ParticipantRow
from registry.people.access import allowed
from registry.scenarios.tables import ScenarioRow

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from registry.people.principal import Principal


def withheld(session: Session, principal: Principal) -> list[ScenarioRow]:
    """Return the scenarios that are not there for an account until their exercises are over.

    Those that it plays or observes, by their id or by a patch of the very same words, and what was made from them, unless it designs exercises, kept the scenario itself,
    or takes part in an exercise of it as somebody who sees the whole list. Once an exercise was
    ended, or has begun and every inject of its list is released, it is over.
    """
    if not principal.account_id or allowed(principal, "exercise.read"):
        return []
    who = uuid.UUID(principal.account_id)
    query = (
        select(ScenarioRow, ExerciseRow, ParticipantRow.part)
        .join(
            ExerciseRow,
            or_(ExerciseRow.scenario_id == ScenarioRow.id, ExerciseRow.patch == ScenarioRow.patch),
        )
        .join(ParticipantRow, ParticipantRow.exercise_id == ExerciseRow.id)
        .where(ParticipantRow.account_id == who, ScenarioRow.account_id.is_distinct_from(who))
    )
    told = session.execute(query).all()
    known = {scenario.id for scenario, _, part in told if part in FULL_SIGHT}
    played = {
        scenario.id: scenario
        for scenario, exercise, _ in told
        if scenario.id not in known and not _is_over(session, exercise)
    }
    return [*played.values(), *_made_from(session, who, list(played), known)]


def _made_from(
    session: Session, who: uuid.UUID, of: Collection[uuid.UUID], known: Collection[uuid.UUID]
) -> list[ScenarioRow]:
    """Return what was made from some scenarios, and from what was made from them, unless the account made or knows it."""
    found: dict[uuid.UUID, ScenarioRow] = {}
    while of:
        children = session.scalars(select(ScenarioRow).where(ScenarioRow.parent_id.in_(of))).all()
        new = {each.id: each for each in children if each.id not in found and each.id not in known}
        found |= new
        of = list(new)
    return [each for each in found.values() if each.account_id != who]


def _is_over(session: Session, exercise: ExerciseRow) -> bool:
    if exercise.begun_at is None or exercise.ended_at is not None:
        return exercise.ended_at is not None
    released = {each.number for each in releases_of(session, exercise.id)}
    return all(each.number in released for each in current(session, exercise.id))

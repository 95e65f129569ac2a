"""Exercises as scenarios: what an exercise's own patch and its injects make, and which patch an inject may begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geo.errors import Refusal
from matching.beside import Comparison
from matching.runs import beside
from matching.scenarios.patch import read_patch
from registry.exercises import msel
from registry.exercises.errors import ExerciseError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matching.coverage.parameters import CoverageParameters
    from matching.scenarios.patch import Patch
    from registry.db.engine import Session
    from registry.exercises.exercise import Exercise, Inject, Plan
    from registry.people.principal import Principal


def scenario_of(exercise: Exercise, injects: Iterable[Inject]) -> Patch:
    """Return the scenario of an exercise: its own patch, and what begins with each of its injects, at their times.

    Raises
    ------
    ScenarioError
        A patch is none of `matching.scenarios`.
    ClosureError
        A closure in it cannot be used.
    """
    own: dict[str, Any] = {"name": exercise.name, "author": "exercise", "reason": "exercise"}
    begins = [
        {
            "after_s": inject.plan.planned_ms // 1000,
            "name": f"{inject.number}. {inject.plan.title}",
            "changes": dict(inject.plan.patch),
        }
        for inject in injects
        if inject.plan.patch
    ]
    said = {**own, **(exercise.patch or {})}
    return read_patch({**said, "injects": [*said.get("injects", ()), *begins]})


def put_inject(
    session: Session,
    principal: Principal,
    exercise_id: str,
    plan: Plan,
    *,
    number: int | None = None,
    version: int | None = None,
) -> int:
    """Return the number of an inject that was added or changed, its patch one that a scenario can begin with.

    Raises
    ------
    AccessError
        `principal` designs no exercises.
    ExerciseError
        As `registry.exercises.msel.put_inject` raises it; or no scenario can begin with its patch.
    """
    check_patch(number, plan)
    return msel.put_inject(session, principal, exercise_id, plan, number=number, version=version)


def put_all(
    session: Session, principal: Principal, exercise_id: str, plans: Sequence[tuple[int, Plan]]
) -> int:
    """Return how many injects were added or changed: all of `plans` are taken, or none.

    Raises
    ------
    AccessError
        `principal` designs no exercises.
    ExerciseError
        As `registry.exercises.msel.put_all` raises it; or no scenario can begin with a patch.
    """
    for number, plan in plans:
        check_patch(number, plan)
    return msel.put_all(session, principal, exercise_id, plans)


def check_patch(number: int | None, plan: Plan) -> None:
    """Refuse an inject whose patch no scenario can begin with: then nothing could be compared any more.

    Raises
    ------
    ExerciseError
        A field of it is not known or of another kind, or what it says cannot be.
    """
    begins = {"after_s": 0, "name": "inject", "changes": dict(plan.patch or {})}
    try:
        read_patch({"name": "exercise", "author": "exercise", "reason": "exercise", "injects": [begins]})
    except Refusal as refusal:
        raise ExerciseError(
            "What begins with this inject cannot be used",
            given=f"{f'inject {number}' if number else 'the new inject'}: {refusal.given}",
            wanted=refusal.wanted,
            todo=refusal.todo,
        ) from refusal


def comparison_of(
    exercise: Exercise, injects: Sequence[Inject], sector: str, parameters: CoverageParameters
) -> Comparison:
    """Return what is compared of an exercise: its scenario, with all its injects, on its own baseline.

    Raises
    ------
    ScenarioError, ClosureError
        As `scenario_of` raises them.
    """
    return Comparison(
        kind=beside.EXERCISE,
        label=exercise.name,
        patch=scenario_of(exercise, injects).as_json(),
        snapshot_hash=exercise.snapshot_hash,
        network_hash=exercise.network_hash,
        sector=sector,
        parameters=parameters,
    )

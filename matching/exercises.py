"""An exercise's scenario against its baseline: how soon providers come to each county, in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from geo.errors import Refusal
from matching.atlas import atlas, atlas_on
from matching.coverage.classes import sector_classes
from matching.coverage.computing import compute
from matching.coverage.loading import told_roster
from matching.coverage.targets import county_targets
from matching.runs.baseline import Baseline
from matching.scenarios.applying import apply
from matching.scenarios.patch import read_patch
from registry.directory.reference import kinds
from registry.directory.store import listings
from registry.exercises import msel
from registry.exercises.errors import ExerciseError
from registry.people.access import Target, require
from registry.runs.snapshots import load_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.closures import Closure
    from matching.atlas import Atlas
    from matching.coverage.parameters import CoverageParameters
    from matching.coverage.result import CoverageResult
    from matching.scenarios.applying import Scene
    from matching.scenarios.patch import Patch
    from registry.db.engine import Session
    from registry.exercises.exercise import Exercise, Inject, Plan
    from registry.people.principal import Principal


@dataclass(frozen=True)
class Compared:
    """Coverage of one sector in the baseline (`a`) and in the scenario (`b`).

    Parameters
    ----------
    closures
        What is closed or slowed in the scenario.
    lost
        Listings that are in the baseline and not in the scenario.
    """

    a: CoverageResult
    b: CoverageResult
    closures: tuple[Closure, ...]
    lost: int


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


def compare(
    session: Session,
    principal: Principal,
    exercise: Exercise,
    injects: Sequence[Inject],
    *,
    sector: str,
    parameters: CoverageParameters,
) -> Compared:
    """Return what an exercise's scenario, with all its injects, does to the coverage of one sector; nothing is written.

    The baseline is the frozen registry and the roads that the exercise names, else those in use.

    Raises
    ------
    AccessError
        The account may not read coverage of the whole State.
    RegistryError
        What was frozen for the exercise is not stored any more.
    MatchingError, ClosureError
        The scenario cannot be applied to it.
    """
    known = atlas_on(session, exercise.network_hash) if exercise.network_hash else atlas(session)
    require(principal, "coverage.read", Target(counties=frozenset(known.counties.fips)))
    base = _baseline(session, exercise, known)
    scene = apply(scenario_of(exercise, injects), base)

    def covered(of: Scene | None) -> CoverageResult:
        stands = base if of is None else of.base
        return compute(
            stands.known,
            told_roster(stands.known, stands.listings),
            county_targets(known.population, known.counties),
            sector_classes([sector]),
            parameters,
            closures=() if of is None else of.closures,
            at=exercise.now,
        )

    return Compared(
        covered(None), covered(scene), scene.closures, len(base.listings) - len(scene.base.listings)
    )


def _baseline(session: Session, exercise: Exercise, known: Atlas) -> Baseline:
    """Return what the exercise is played on; of the registry in use nothing is frozen, since that would be kept."""
    if exercise.snapshot_hash:
        frozen = load_snapshot(session, exercise.snapshot_hash)
        return Baseline(known, frozen.content_hash, frozen.listings, frozen.taxonomy)
    return Baseline(known, "", listings(session), kinds(session))

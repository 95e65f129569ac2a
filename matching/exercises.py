"""An exercise's scenario against its baseline: how soon providers come to each county, in both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from geo.errors import Refusal
from matching.atlas import atlas, atlas_on
from matching.coverage.classes import SECTOR, sector_classes
from matching.coverage.keeping import at_once, not_worked
from matching.coverage.recipe import asked_of, of_scene
from matching.runs import exercise as recipe
from matching.runs.baseline import Baseline
from matching.runs.ground import ground_hash
from matching.runs.version import code_version
from matching.scenarios.applying import Scene, apply
from matching.scenarios.patch import read_patch
from registry.directory.reference import kinds
from registry.directory.store import listings
from registry.exercises import msel
from registry.exercises.errors import ExerciseError
from registry.jobs import store
from registry.people.access import Target, may_somewhere, require
from registry.runs.snapshots import hash_now, load_snapshot
from registry.runs.store import latest_alike, result_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from geo.closures import Closure
    from matching.atlas import Atlas
    from matching.coverage.parameters import CoverageParameters
    from matching.coverage.result import CoverageResult
    from matching.scenarios.patch import Patch
    from registry.db.engine import Session
    from registry.exercises.exercise import Exercise, Inject, Plan
    from registry.jobs.store import JobStatus
    from registry.people.principal import Principal

EDIT: Final = "exercise.edit"
"""The action of whoever may have a job compare; others who see all of an exercise wait."""


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


@dataclass(frozen=True)
class Comparison:
    """What is compared: an exercise's scenario with all its injects against its baseline, by the coverage of one sector."""

    exercise: Exercise
    injects: Sequence[Inject]
    sector: str
    parameters: CoverageParameters

    @cached_property
    def patch(self) -> Patch:
        """The scenario."""
        return scenario_of(self.exercise, self.injects)

    @property
    def asked(self) -> dict[str, Any]:
        """What a run of it is asked."""
        return asked_of([SECTOR + self.sector], self.parameters)


def compare(session: Session, principal: Principal, wanted: Comparison) -> Compared:
    """Return what an exercise's scenario does to the coverage of one sector; nothing is written.

    The baseline is the frozen registry and the roads that the exercise names, else those in use.

    Raises
    ------
    AccessError
        The account may not read coverage of the whole State.
    RegistryError
        What was frozen for the exercise is not stored any more.
    NotWorkedError
        On roads this large it takes longer than anybody waits, and no run keeps it: `begin` a job.
    MatchingError, ClosureError
        The scenario cannot be applied to it.
    """
    known = _roads(session, wanted.exercise)
    require(principal, "coverage.read", Target(counties=frozenset(known.counties.fips)))
    base = _baseline(session, wanted.exercise, known)
    scene = apply(wanted.patch, base)
    if at_once(known) or not may_somewhere(principal, EDIT):
        classes = sector_classes([wanted.sector])
        a, b = (of_scene(each, classes, wanted.parameters) for each in (Scene(base), scene))
    else:
        a, b = _of_run(session, principal, wanted, known)
    return Compared(a, b, scene.closures, len(base.listings) - len(scene.base.listings))


def begin(session: Session, principal: Principal, wanted: Comparison) -> str:
    """Return the id of the account's job that compares, under way or new; `compare` tells what it leaves.

    Raises
    ------
    AccessError
        The account may not make exercises.
    ScenarioError, ClosureError
        As `scenario_of` raises them.
    """
    job = under_way(session, principal, wanted)
    if job is not None:
        return job.id
    return store.defer(
        session,
        principal,
        kind=recipe.KIND,
        parameters=wanted.asked,
        patch=wanted.patch.as_json(),
        counties=_roads(session, wanted.exercise).counties.fips,
        label=wanted.exercise.name,
        snapshot_hash=wanted.exercise.snapshot_hash,
        network_hash=wanted.exercise.network_hash,
    )


def under_way(session: Session, principal: Principal, wanted: Comparison) -> JobStatus | None:
    """Return the account's own job of the same comparison that has not ended; None without one."""
    job = store.latest_of(session, principal, recipe.KIND, wanted.asked, wanted.patch.as_json())
    return None if job is None or job.ended else job


def _of_run(
    session: Session, principal: Principal, wanted: Comparison, known: Atlas
) -> tuple[CoverageResult, CoverageResult]:
    """Return what the latest run of the comparison keeps.

    Raises
    ------
    NotWorkedError
        There is none of the baseline as it is now.
    """
    run = latest_alike(
        session,
        principal,
        kind=recipe.KIND,
        parameters=wanted.asked,
        patch=wanted.patch.as_json(),
        snapshot_hash=wanted.exercise.snapshot_hash or hash_now(session),
        network_hash=known.network.content_hash,
    )
    if run is None or (run.ground_hash, run.code_version) != (ground_hash(known), code_version()):
        raise not_worked(known)
    return recipe.told_of(result_of(session, principal, run.id))


def _roads(session: Session, exercise: Exercise) -> Atlas:
    return atlas_on(session, exercise.network_hash) if exercise.network_hash else atlas(session)


def _baseline(session: Session, exercise: Exercise, known: Atlas) -> Baseline:
    """Return what the exercise is played on; of the registry in use nothing is frozen, since that would be kept."""
    if exercise.snapshot_hash:
        frozen = load_snapshot(session, exercise.snapshot_hash)
        return Baseline(known, frozen.content_hash, frozen.listings, frozen.taxonomy)
    return Baseline(known, "", listings(session), kinds(session))

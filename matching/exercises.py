"""An exercise's scenario against its baseline: how soon providers come to each county, in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

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
    from registry.exercises.exercise import Exercise, Inject
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

"""Coverage as things stand beside coverage as a scenario leaves them: worked out here, on large roads by a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from matching.atlas import atlas, atlas_on
from matching.coverage.classes import SECTOR, sector_classes
from matching.coverage.pace import at_once, not_worked
from matching.coverage.parameters import CoverageParameters
from matching.coverage.recipe import asked_of, of_scene
from matching.runs import beside as recipe
from matching.runs.baseline import Asked, Baseline
from matching.runs.making import latest_of_now
from matching.scenarios.applying import Scene, apply
from matching.scenarios.patch import read_patch
from registry.directory.reference import kinds
from registry.directory.store import listings
from registry.jobs import store
from registry.people.access import Target, require
from registry.runs.snapshots import load_snapshot, snapshot_of
from registry.runs.store import ACTIONS, may_read
from registry.wording import CENTRAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.closures import Closure
    from matching.atlas import Atlas
    from matching.coverage.result import CoverageResult
    from registry.db.engine import Session
    from registry.jobs.store import JobStatus
    from registry.people.principal import Principal
    from registry.runs.store import Run


@dataclass(frozen=True)
class Compared:
    """Coverage of one sector in the baseline (`a`) and in the scenario (`b`).

    Parameters
    ----------
    closures
        What is closed or slowed in the scenario.
    lost
        Listings that are in the baseline and not in the scenario.
    made_at, kept
        When both were worked out, and whether a run keeps them.
    run
        That run; None for who may not read it.
    """

    a: CoverageResult
    b: CoverageResult
    closures: tuple[Closure, ...]
    lost: int
    made_at: datetime
    kept: bool
    run: Run | None


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What is compared: a scenario with all its injects against its baseline, by the coverage of one sector.

    Parameters
    ----------
    kind, label
        The kind of its run, and what that is called.
    patch
        The scenario, as plain JSON.
    snapshot_hash, network_hash
        The directory and the roads it is over; None for those in use.
    sector, parameters
        Whose coverage, and how.
    """

    kind: str
    label: str
    patch: Mapping[str, Any]
    snapshot_hash: str | None
    network_hash: str | None
    sector: str
    parameters: CoverageParameters

    @property
    def asked(self) -> dict[str, Any]:
        """What a run of it is asked."""
        return asked_of([SECTOR + self.sector], self.parameters)


def parameters_on(now: datetime, k: int, threshold_ms: int) -> CoverageParameters:
    """Return what a comparison works out.

    Parameters
    ----------
    now
        An aware moment; its day in Missouri counts.
    k, threshold_ms
        Which provider must be there, and by when.

    Raises
    ------
    MatchingError
        A number is out of its range.
    """
    return CoverageParameters(today=now.astimezone(CENTRAL).date(), k=k, thresholds_ms=(threshold_ms,))


def compare(session: Session, principal: Principal, wanted: Comparison, *, waits: bool = False) -> Compared:
    """Return what a scenario does to the coverage of one sector; nothing is written.

    On large roads it is what the latest run keeps, whoever had it worked out, unless `waits` says to work it out here.
    Who names a comparison sees its scenario whole, so is told that too; of the run itself only who may read it.

    Raises
    ------
    AccessError
        The account may not read coverage of the whole State.
    RegistryError
        What was frozen for the scenario is not stored any more.
    NotWorkedError
        On roads this large it takes longer than anybody waits, and no run keeps it: `begin` a job.
    MatchingError, ClosureError
        The scenario cannot be applied to it.
    """
    known = _roads(session, wanted)
    require(principal, "coverage.read", Target(counties=frozenset(known.counties.fips)))
    base = _baseline(session, wanted, known)
    scene = apply(read_patch(wanted.patch), base)
    if waits or at_once(known):
        classes = sector_classes([wanted.sector])
        kept, (a, b) = None, (of_scene(each, classes, wanted.parameters) for each in (Scene(base), scene))
    else:
        kept, result = _kept(session, principal, wanted, base)
        a, b = recipe.told_of(result)
    run = kept if kept and may_read(session, principal, kept) else None
    return Compared(
        a=a,
        b=b,
        closures=scene.closures,
        lost=len(base.listings) - len(scene.base.listings),
        made_at=kept.made_at if kept else datetime.now(UTC),
        kept=kept is not None,
        run=run,
    )


def begin(session: Session, principal: Principal, wanted: Comparison) -> str:
    """Return the id of the account's job that compares, under way or new as `defer` makes it.

    Raises
    ------
    AccessError
        The account may not make such a run.
    """
    job = under_way(session, principal, wanted)
    return job.id if job else defer(session, principal, wanted)


def defer(session: Session, principal: Principal, wanted: Comparison, *, label: str = "") -> str:
    """Return the id of a new job that compares; `compare` tells what it leaves.

    Parameters
    ----------
    label
        What whoever asks calls the run; empty for what the comparison is called.

    Raises
    ------
    AccessError
        The account may not make such a run.
    """
    return store.defer(
        session,
        principal,
        kind=wanted.kind,
        parameters=wanted.asked,
        patch=wanted.patch,
        counties=_roads(session, wanted).counties.fips,
        label=label or wanted.label,
        snapshot_hash=wanted.snapshot_hash,
        network_hash=wanted.network_hash,
    )


def under_way(session: Session, principal: Principal, wanted: Comparison) -> JobStatus | None:
    """Return the account's own job of the same comparison that has not ended; None without one."""
    return store.under_way_of(session, principal, wanted.kind, wanted.asked, wanted.patch)


def _kept(session: Session, principal: Principal, wanted: Comparison, base: Baseline) -> tuple[Run, bytes]:
    """Return the latest run of the comparison, and its result.

    Raises
    ------
    NotWorkedError
        There is none of the baseline as it is now.
    """
    asked = Asked(wanted.kind, wanted.asked, wanted.patch)
    stood = wanted.snapshot_hash or snapshot_of(base.listings, base.taxonomy).content_hash
    found = latest_of_now(session, asked, base.known, stood)
    if found is None:
        raise not_worked(base.known, principal, ACTIONS[wanted.kind][0])
    return found


def _roads(session: Session, wanted: Comparison) -> Atlas:
    return atlas_on(session, wanted.network_hash) if wanted.network_hash else atlas(session)


def _baseline(session: Session, wanted: Comparison, known: Atlas) -> Baseline:
    """Return what the scenario is over; of the registry in use nothing is frozen, since that would be kept."""
    if wanted.snapshot_hash:
        frozen = load_snapshot(session, wanted.snapshot_hash)
        return Baseline(known, frozen.content_hash, frozen.listings, frozen.taxonomy)
    return Baseline(known, "", listings(session), kinds(session))

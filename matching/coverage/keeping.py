"""Coverage kept as a run, and read back: what two dates are compared by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.coverage import recruit_recipe
from matching.coverage.loading import coverage
from matching.coverage.pace import at_once, not_worked
from matching.coverage.recipe import KIND, asked_of, opened
from matching.coverage.result import CoverageResult
from matching.runs.baseline import Asked
from matching.runs.making import latest_of_now, make
from registry.errors import NotThereError
from registry.jobs import store
from registry.people.access import Target, require
from registry.runs.snapshots import snapshot_now
from registry.runs.store import load_run, result_of
from registry.trust.aliases import alias_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Any

    from matching.atlas import Atlas
    from matching.coverage.classes import CoverageClass
    from matching.coverage.parameters import CoverageParameters
    from registry.db.engine import Session
    from registry.directory.listing import Listing
    from registry.people.principal import Principal
    from registry.runs.store import Run


def keep(
    session: Session,
    principal: Principal,
    classes: Iterable[str],
    parameters: CoverageParameters,
    *,
    counties: Collection[str],
    label: str = "",
) -> Run:
    """Return the run by which the coverage of the registry as it is now is kept.

    Parameters
    ----------
    session, principal
        Where, and for whom.
    classes, parameters
        Codes of classes, and what is asked.
    counties
        All counties, by FIPS code: who has one of them may read it.
    label
        What whoever keeps it calls it.

    Raises
    ------
    AccessError
        The account may not make runs.
    MatchingError
        A class cannot be understood.
    """
    asked = Asked(KIND, asked_of(classes, parameters))
    run, _ = make(session, principal, asked, counties=counties, label=label)
    return run


def keep_recruits(
    session: Session,
    principal: Principal,
    asked: Mapping[str, Any],
    *,
    counties: Collection[str],
    label: str = "",
) -> Run:
    """Return the run by which it is kept where one more provider helps most, to be computed again.

    Parameters
    ----------
    session, principal, counties, label
        As `keep` takes them.
    asked
        What `recruit_recipe.asked_of` gives.

    Raises
    ------
    AccessError
        The account may not make runs.
    MatchingError
        Nothing of the class is listed.
    """
    run, _ = make(session, principal, Asked(recruit_recipe.KIND, dict(asked)), counties=counties, label=label)
    return run


def defer(
    session: Session,
    principal: Principal,
    asked: Mapping[str, Any],
    *,
    counties: Collection[str],
    kind: str = KIND,
    label: str = "",
) -> str:
    """Return the id of a job that keeps what is asked of coverage; a worker takes it up.

    Parameters
    ----------
    session, principal, counties, label
        As `keep` takes them.
    asked
        What `asked_of` of the kind's recipe gives.
    kind
        One of `matching.coverage.pace.KINDS`.

    Raises
    ------
    AccessError
        The account may not read coverage, or make runs.
    """
    require(principal, "coverage.read", Target(counties=frozenset(counties)))
    return store.defer(session, principal, kind=kind, parameters=asked, counties=counties, label=label)


def begin(
    session: Session,
    principal: Principal,
    asked: Mapping[str, Any],
    *,
    counties: Collection[str],
    kind: str = KIND,
) -> str:
    """Return the id of the account's job of the same question that is under way, or of a new one as `defer` makes it.

    Raises
    ------
    AccessError
        As `defer` raises it.
    """
    job = store.under_way_of(session, principal, kind, asked)
    return job.id if job else defer(session, principal, asked, counties=counties, kind=kind)


@dataclass(frozen=True)
class OfNow:
    """The latest run that answers what is asked by the registry as it is now, its result, and the listings of now.

    What it says is for whoever may read coverage; of the run itself only who may read it is told.
    """

    run: Run
    result: bytes
    listings: Sequence[Listing]

    def coverage(self, session: Session) -> CoverageResult:
        """Return the coverage it keeps, by the ids of the directory. Close them before they are shown."""
        return opened(CoverageResult.from_bytes(self.result), self.listings, alias_key(session))


def run_of_now(
    session: Session, principal: Principal, asked: Mapping[str, Any], known: Atlas, *, kind: str = KIND
) -> OfNow | None:
    """Return what answers a question by the registry as it is now, whoever had it worked out; None without any.

    Raises
    ------
    AccessError
        The account may not read coverage.
    """
    require(principal, "coverage.read", Target(counties=frozenset(known.counties.fips)))
    now = snapshot_now(session)
    found = latest_of_now(session, Asked(kind, asked), known, now.content_hash)
    return None if found is None else OfNow(*found, now.listings)


def told_now(
    session: Session, principal: Principal, asked: Mapping[str, Any], known: Atlas, *, kind: str = KIND
) -> OfNow:
    """Return the same where there must be one.

    Raises
    ------
    AccessError
        The account may not read coverage.
    NotWorkedError
        There is none: `begin` a job.
    """
    found = run_of_now(session, principal, asked, known, kind=kind)
    if found is None:
        raise not_worked(known, principal)
    return found


def coverage_now(
    session: Session,
    principal: Principal,
    classes: Sequence[CoverageClass],
    parameters: CoverageParameters,
    known: Atlas,
) -> CoverageResult:
    """Return the coverage of now by the ids of the directory: worked out here, or on large roads what its latest run keeps.

    Raises
    ------
    AccessError
        The account may not read coverage.
    NotWorkedError
        It takes longer than anybody waits, and no run keeps it: `begin` a job.
    """
    if at_once(known):
        return coverage(session, principal, classes, parameters, known=known)
    asked = asked_of([each.code for each in classes], parameters)
    return told_now(session, principal, asked, known).coverage(session)


def kept(session: Session, principal: Principal, run_id: str) -> CoverageResult:
    """Return the coverage that a run keeps.

    Raises
    ------
    NotThereError
        There is no such run, or it is one of something else.
    AccessError
        The account may not read it.
    """
    run = load_run(session, principal, run_id)
    if run.kind != KIND:
        raise NotThereError(
            "This run keeps no coverage",
            given=f"run {run_id}, of the kind {run.kind}",
            wanted=f"a run of the kind {KIND}",
            todo=f"list them by `merr run list --kind {KIND}`",
        )
    return CoverageResult.from_bytes(result_of(session, principal, run_id))

"""Coverage kept as a run, and read back: what two dates are compared by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.coverage import recruit_recipe
from matching.coverage.recipe import KIND, asked_of
from matching.coverage.result import CoverageResult
from matching.runs.baseline import Asked
from matching.runs.making import make
from registry.errors import NotThereError
from registry.jobs import store
from registry.people.access import Target, require
from registry.runs.store import load_run, result_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from typing import Any

    from matching.coverage.parameters import CoverageParameters
    from registry.db.engine import Session
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
    patch: Mapping[str, Any] | None = None,
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
    patch
        A scenario's, for the coverage as it would leave things.

    Raises
    ------
    AccessError
        The account may not make runs.
    MatchingError
        A class cannot be understood, or the scenario changes what there is not.
    """
    asked = Asked(KIND, asked_of(classes, parameters), patch)
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
    classes: Iterable[str],
    parameters: CoverageParameters,
    *,
    counties: Collection[str],
    label: str = "",
) -> str:
    """Return the id of a job that keeps coverage as `keep` does; a worker takes it up.

    Raises
    ------
    AccessError
        The account may not read coverage, or make runs.
    """
    require(principal, "coverage.read", Target(counties=frozenset(counties)))
    asked = asked_of(classes, parameters)
    return store.defer(session, principal, kind=KIND, parameters=asked, counties=counties, label=label)


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

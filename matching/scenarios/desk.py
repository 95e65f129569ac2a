"""Where an account keeps scenarios, runs them and compares what they give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.bridges import bridges_called
from matching.atlas import atlas
from matching.beside import Comparison
from matching.coverage.asking import asked_classes
from matching.journey import counties_touched
from matching.runs import beside
from matching.runs import scenario as recipe
from matching.runs.making import as_kept, baseline, make
from matching.scenarios.applying import apply
from matching.scenarios.changes import ScenarioError
from matching.scenarios.difference import diff
from matching.scenarios.outcome import Outcome
from matching.scenarios.patch import MAX_AFTER_S
from registry.jobs import store
from registry.people.access import require
from registry.runs.snapshots import load_snapshot
from registry.runs.store import load_run, result_of
from registry.scenarios.store import EDIT, keep_scenario, load_scenario

if TYPE_CHECKING:
    from matching.answers import Question
    from matching.coverage.parameters import CoverageParameters
    from matching.robustness.critical import Limits
    from matching.runs.baseline import Baseline
    from matching.scenarios.difference import Difference
    from matching.scenarios.patch import Patch
    from registry.db.engine import Session
    from registry.people.principal import Principal
    from registry.runs.store import Run
    from registry.scenarios.store import Scenario


@dataclass(frozen=True)
class Compared:
    """Two runs of one question with what they gave, and what the second differs in from the first."""

    a: Run
    b: Run
    difference: Difference
    outcomes: tuple[Outcome, Outcome]


def new(session: Session, principal: Principal, patch: Patch, *, on: Baseline | None = None) -> Scenario:
    """Return a scenario over things as they stand now, kept in this transaction.

    Raises
    ------
    AccessError
        The account may not make scenarios.
    Refusal
        The patch cannot be applied: it names a vehicle, a kind, a bridge or a parent that there is not.
    """
    require(principal, EDIT)
    base = on or baseline(session)
    check(patch, base)
    return keep_scenario(
        session,
        principal,
        patch.as_json(),
        snapshot_hash=base.snapshot_hash,
        network_hash=base.network_hash,
    )


def check(patch: Patch, base: Baseline) -> None:
    """Refuse a patch that cannot be applied to a baseline: it names a vehicle, a kind or a bridge that there is not.

    Raises
    ------
    Refusal
        What it names that there is not.
    """
    scene = apply(patch, base)
    for closure in scene.closures:
        if closure.bridge is not None:
            bridges_called(base.known.network, closure.bridge)


def run(
    session: Session,
    principal: Principal,
    scenario_id: str,
    question: Question,
    limits: Limits,
    *,
    after_s: int | None = None,
) -> Compared:
    """Return what a scenario gives for a question and what things as they stood give, both kept as runs.

    Parameters
    ----------
    scenario_id, question, limits
        Which scenario, what is asked, and when a county is over its limit.
    after_s
        Seconds since its start: only injects up to then are in force; None for all of them.

    Raises
    ------
    AccessError
        The account may not run scenarios.
    NotThereError
        There is no such scenario.
    Refusal
        The question cannot be answered there.
    """
    require(principal, EDIT)
    check_after(after_s)
    kept = load_scenario(session, principal, scenario_id)
    snapshot = load_snapshot(session, kept.snapshot_hash)
    base = baseline(session, snapshot=snapshot, network_hash=kept.network_hash)
    counties = [county.fips for county in counties_touched(base.known, question)]
    a, before = make(
        session,
        principal,
        recipe.asked(question, limits, None),
        counties=counties,
        label=f"{kept.name}: as it stood",
        on=base,
    )
    b, after = make(
        session,
        principal,
        recipe.asked(question, limits, kept.patch, after_s),
        counties=counties,
        label=_label(kept.name, after_s),
        parent_id=a.id,
        on=base,
    )
    return _compared(a, before, b, after)


def defer(
    session: Session,
    principal: Principal,
    scenario_id: str,
    question: Question,
    limits: Limits,
    *,
    as_it_stood: bool = False,
    after_s: int | None = None,
    label: str = "",
) -> str:
    """Return the id of a job that keeps what a scenario gives for a question; a worker takes it up.

    Parameters
    ----------
    as_it_stood
        True: what things give without the scenario's patch, to compare it with.
    after_s
        Seconds since its start: only injects up to then are in force; None for all of them.
    label
        What whoever asks calls the run; empty for the scenario's name.

    Raises
    ------
    AccessError
        The account may not run scenarios.
    NotThereError
        There is no such scenario.
    """
    require(principal, EDIT)
    check_after(after_s)
    kept = load_scenario(session, principal, scenario_id)
    asked = as_kept(recipe.asked(question, limits, None if as_it_stood else kept.patch, after_s))
    return store.defer(
        session,
        principal,
        kind=recipe.KIND,
        parameters=asked.parameters,
        patch=asked.patch,
        counties=[county.fips for county in counties_touched(atlas(session), question)],
        label=label or (f"{kept.name}: as it stood" if as_it_stood else _label(kept.name, after_s)),
        snapshot_hash=kept.snapshot_hash,
        network_hash=kept.network_hash,
    )


def comparison_of(
    session: Session, kept: Scenario, sector: str, parameters: CoverageParameters
) -> Comparison:
    """Return what is compared of a stored scenario: coverage of a sector with every inject, and as things stood.

    Raises
    ------
    MatchingError
        There is no such sector.
    """
    asked_classes(session, [sector], [])
    return Comparison(
        kind=beside.SCENARIO,
        label=kept.name,
        patch=kept.patch,
        snapshot_hash=kept.snapshot_hash,
        network_hash=kept.network_hash,
        sector=sector,
        parameters=parameters,
    )


def compare(session: Session, principal: Principal, run_a: str, run_b: str) -> Compared:
    """Return what the second of two kept outcomes differs in from the first.

    Raises
    ------
    AccessError
        The account may not read scenarios.
    NotThereError
        There is no such run.
    ScenarioError
        They are no outcomes of one question on the same roads and directory, so that ids mean other assets.
    """
    a, b = load_run(session, principal, run_a), load_run(session, principal, run_b)
    if {a.kind, b.kind} != {recipe.KIND}:
        _refuse(f"runs of the kinds {a.kind} and {b.kind}", "two runs of `merr scenario run`")
    differs = recipe.unlike(a, b)
    if differs:
        _refuse(f"runs that differ in {', and in '.join(differs)}", "the same of both")
    return _compared(a, result_of(session, principal, a.id), b, result_of(session, principal, b.id))


def _compared(a: Run, before: bytes, b: Run, after: bytes) -> Compared:
    outcomes = Outcome.from_bytes(before), Outcome.from_bytes(after)
    return Compared(a, b, diff(*outcomes), outcomes)


def check_after(after_s: int | None) -> None:
    """Refuse a moment that no scenario has.

    Raises
    ------
    ScenarioError
        It lies before the start, or after the last moment an inject may have.
    """
    if after_s is not None and not 0 <= after_s <= MAX_AFTER_S:
        raise ScenarioError(
            "A scenario has no such moment",
            given=f"{after_s:,} seconds after its start",
            wanted=f"0 to {MAX_AFTER_S:,} seconds",
            todo="give how long the scenario has run, or leave it out for all of its injects",
        )


def _label(name: str, after_s: int | None) -> str:
    return name if after_s is None else f"{name}, {recipe.after_words(after_s)}"


def _refuse(given: str, wanted: str) -> None:
    raise ScenarioError(
        "These two runs cannot be compared",
        given=given,
        wanted=wanted,
        todo="run both again for the same question; a scenario keeps the directory and the roads as they stood when it was made",
    )

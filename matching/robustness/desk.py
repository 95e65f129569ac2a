"""Where an account asks which links matter. Names and places stay closed here: it is planning, and nobody is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from matching import journey
from matching.atlas import atlas
from matching.errors import MatchingError, NotWorkedError
from matching.questions import question_from_json
from matching.robustness.critical import check_losses, critical_links, seen_roster
from matching.runs import critical as recipe
from matching.runs.making import as_kept, baseline, make
from matching.sight import Sight
from registry.directory.store import free_texts, listings
from registry.jobs import store
from registry.people.access import Target, require
from registry.runs.snapshots import load_snapshot
from registry.runs.store import load_run, result_of
from registry.trust import events
from registry.trust.aliases import alias_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matching.answers import Question
    from matching.atlas import Atlas
    from matching.robustness.critical import Limits
    from matching.robustness.result import Critical
    from matching.runs.baseline import Baseline
    from registry.db.engine import Session
    from registry.directory.listing import Listing
    from registry.jobs.store import JobStatus
    from registry.people.principal import Principal
    from registry.runs.store import Run

EDGES_AT_ONCE: Final = 60_000
"""Edges, counted once a need, whose losses are tried within two seconds on a slow machine; docs/runs.md has what was measured."""


@dataclass(frozen=True)
class Told:
    """What single losses change of a question's needs, and the assets behind the ids as far as they may be seen."""

    question: Question
    parts: tuple[Critical, ...]
    rows: Mapping[str, Listing]

    def provider_name(self, provider_id: str) -> str:
        """Return what a provider may be called."""
        return next(row.provider_name for row in self.rows.values() if row.provider_id == provider_id)


def ask(
    session: Session,
    principal: Principal,
    question: Question,
    limits: Limits | None = None,
    *,
    known: Atlas | None = None,
) -> Told:
    """Return which single links matter to each need of a question, as far as an account may see the companies.

    Raises
    ------
    AccessError
        The account may not ask for a ranking there.
    MatchingError, ClosureError
        The question cannot be answered: `matching.robustness.critical.critical_links`.
    """
    known = known or atlas(session)
    require(principal, "match.ask", _there(known, question))
    kinds = sorted({kind for need in question.needs for kind in need.kinds})
    closed = Sight(opened=False, key=alias_key(session))
    assets = seen_roster(known, question, listings(session, kinds), closed, free_texts(session))
    parts = tuple(critical_links(known, question, need, assets, limits) for need in question.needs)
    return Told(question, parts, {row.asset_id: row for row in assets.rows})


def at_once(known: Atlas, question: Question) -> bool:
    """Return whether `ask` takes two seconds at most: a page or a program waits that long, for more there is `defer`."""
    return len(known.network.edge_tail) * len(question.needs) <= EDGES_AT_ONCE


def not_tried(known: Atlas, question: Question) -> NotWorkedError:
    """Return what refuses to try every road while somebody waits."""
    return NotWorkedError(
        "Trying every road takes longer than anybody waits",
        given=f"{len(question.needs)} needs on {len(known.network.edge_tail):,} stretches of road",
        wanted=f"at most {EDGES_AT_ONCE:,} stretches, counted once a need",
        todo="ask for a job of the kind critical, and read the run that it leaves",
    )


def keep(
    session: Session, principal: Principal, question: Question, limits: Limits, *, label: str = ""
) -> tuple[Run, Told]:
    """Return the run of the links that matter to a question, computed here and kept in this transaction, and what it says.

    Raises
    ------
    AccessError
        The account may not ask for a ranking there, or make runs.
    MatchingError, ClosureError
        As `ask` raises them.
    """
    base = baseline(session)
    there = _there(base.known, question)
    require(principal, "match.ask", there)
    asked = recipe.asked(question, limits)
    run, result = make(session, principal, asked, counties=sorted(there.counties), label=label, on=base)
    return run, _told(base, question, result)


def kept(session: Session, principal: Principal, run_id: str) -> tuple[Run, Told]:
    """Return a kept run, and what it says of the links that matter by the directory of its day.

    Raises
    ------
    NotThereError, AccessError, RunError
        As `registry.runs.store.result_of` raises them.
    MatchingError
        It is of another kind, or was computed on other roads than those in use, whose links are not there to be shown.
    """
    run, known = load_run(session, principal, run_id), atlas(session)
    if run.kind != recipe.KIND or "question" not in run.parameters:
        raise MatchingError(
            "This run does not say which closures matter",
            given=f"a run of the kind {run.kind}",
            wanted=f"one of the kind {recipe.KIND}, with its question",
            todo="try each road anew",
        )
    if run.network_hash != known.network.content_hash:
        raise MatchingError(
            "These links are of other roads",
            given=f"a run on the roads {run.network_hash[:12]}",
            wanted=f"one on the roads in use, {known.network.content_hash[:12]}",
            todo="try each road anew",
        )
    base = baseline(session, snapshot=load_snapshot(session, run.snapshot_hash))
    question = question_from_json(run.parameters["question"], base.taxonomy)
    return run, _told(base, question, result_of(session, principal, run_id))


def _told(base: Baseline, question: Question, result: bytes) -> Told:
    rows = {row.asset_id: row for row in recipe.assets(base, question).rows}
    return Told(question, recipe.parts_of(result), rows)


def defer(
    session: Session,
    principal: Principal,
    question: Question,
    limits: Limits,
    *,
    label: str = "",
    parent_id: str | None = None,
) -> str:
    """Return the id of a job that keeps the links that matter to a question; a worker takes it up.

    The run that it leaves follows from `parent_id`, where there is one.

    Raises
    ------
    AccessError
        The account may not ask for a ranking there, or make runs.
    MatchingError
        The question cannot be asked.
    """
    check_losses(question)
    there = _there(atlas(session), question)
    require(principal, "match.ask", there)
    return store.defer(
        session,
        principal,
        kind=recipe.KIND,
        parameters=_parameters(question, limits),
        counties=sorted(there.counties),
        label=label,
        parent_id=parent_id,
    )


def latest_job(
    session: Session, principal: Principal, question: Question, limits: Limits
) -> JobStatus | None:
    """Return the account's own job that `defer` made of the same question, under way or done; None without one."""
    return store.latest_of(session, principal, recipe.KIND, _parameters(question, limits))


def job_of_any_moment(
    session: Session, principal: Principal, question: Question, limits: Limits
) -> JobStatus | None:
    """Return the account's own job of the same question, asked from whatever moment, that has not ended; None without one.

    A question that counts from now is another one a second later, and its job is found by this.
    """
    asked = _parameters(question, limits)
    return store.under_way_of(session, principal, recipe.KIND, asked, but=("question", "asked_at"))


def begin(
    session: Session,
    principal: Principal,
    question: Question,
    limits: Limits,
    *,
    parent_id: str | None = None,
) -> str:
    """Return the id of the account's job of the same question that is under way, or of a new one as `defer` makes it."""
    job = store.under_way_of(session, principal, recipe.KIND, _parameters(question, limits))
    return job.id if job else defer(session, principal, question, limits, parent_id=parent_id)


def _parameters(question: Question, limits: Limits) -> Mapping[str, Any]:
    return as_kept(recipe.asked(question, limits)).parameters


def note_export(session: Session, principal: Principal, told: Told, known: Atlas) -> None:
    """Record that an account takes the links away as a file; nothing is handed over without it.

    Raises
    ------
    AccessError
        The account may not take answers there.
    """
    require(principal, "match.export", _there(known, told.question))
    detail = {
        "names": "closed",
        "needs": [part.need for part in told.parts],
        "rows": sum(len(part.effects) for part in told.parts),
    }
    events.record(session, "answer.exported", detail=detail)


def _there(known: Atlas, question: Question) -> Target:
    return Target(counties=frozenset(county.fips for county in journey.counties_touched(known, question)))

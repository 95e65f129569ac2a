"""Where an account asks which links matter. Names and places stay closed here: it is planning, and nobody is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching import journey
from matching.atlas import atlas
from matching.robustness.critical import critical_links, seen_roster
from matching.runs import critical as recipe
from matching.runs.making import as_kept, make
from matching.sight import Sight
from registry.directory.store import free_texts, listings
from registry.jobs import store
from registry.people.access import Target, require
from registry.trust import events
from registry.trust.aliases import alias_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matching.answers import Question
    from matching.atlas import Atlas
    from matching.robustness.critical import Limits
    from matching.robustness.result import Critical
    from registry.db.engine import Session
    from registry.directory.listing import Listing
    from registry.people.principal import Principal
    from registry.runs.store import Run


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


def keep(
    session: Session, principal: Principal, question: Question, limits: Limits, *, label: str = ""
) -> Run:
    """Return the run of the links that matter to a question, computed here and kept in this transaction.

    Raises
    ------
    AccessError
        The account may not ask for a ranking there, or make runs.
    MatchingError, ClosureError
        As `ask` raises them.
    """
    there = _there(atlas(session), question)
    require(principal, "match.ask", there)
    asked = recipe.asked(question, limits)
    return make(session, principal, asked, counties=sorted(there.counties), label=label)[0]


def defer(
    session: Session, principal: Principal, question: Question, limits: Limits, *, label: str = ""
) -> str:
    """Return the id of a job that keeps the links that matter to a question; a worker takes it up.

    Raises
    ------
    AccessError
        The account may not ask for a ranking there, or make runs.
    """
    there = _there(atlas(session), question)
    require(principal, "match.ask", there)
    return store.defer(
        session,
        principal,
        kind=recipe.KIND,
        parameters=as_kept(recipe.asked(question, limits)).parameters,
        counties=sorted(there.counties),
        label=label,
    )


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

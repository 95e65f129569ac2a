"""The desk: where an account asks for a ranking, and what of it is open to it at this moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from matching import journey
from matching.atlas import atlas
from matching.sight import EXACT, Sight
from registry.incidents import desk as incidents
from registry.people.access import AccessError, Target, require
from registry.people.proof import require_fresh
from registry.trust import disclosure, events
from registry.trust.aliases import alias_key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from geo.areas import IncidentArea
    from matching.answers import Answer, Question
    from matching.atlas import Atlas
    from registry.db.engine import Session
    from registry.incidents.incident import Incident
    from registry.people.principal import Principal
    from registry.trust.disclosure import Grant

SAME_DEG: Final = 1e-7
"""An area that a browser gives back is the saved one when no corner moved further than this: a centimetre."""


@dataclass(frozen=True)
class Seen:
    """What an account sees of an answer now: its sight, and if one does, the declaration that opens it.

    `own_needs` are what the saved incident of an open one asks for, in its asker's words.
    """

    sight: Sight
    grant: Grant | None = None
    own_needs: frozenset[str] = frozenset()


def seen(
    session: Session,
    principal: Principal,
    question: Question,
    *,
    incident_id: str | None = None,
    known: Atlas | None = None,
) -> Seen:
    """Return what an account sees of the answer to a question at this moment, by the database's clock.

    Names and places are open while a declaration in force covers the saved incident that the question is about: the
    question must ask about its saved area, and the account must be allowed to read it. Asked anew at every request;
    an open answer that is kept is shown only while this says so.

    Raises
    ------
    AccessError
        The account may not ask for a ranking there.
    RegistryError
        There is no such incident.
    """
    known = known or atlas(session)
    touched = frozenset(county.fips for county in journey.counties_touched(known, question))
    require(principal, "match.ask", Target(counties=touched))
    if incident_id is not None:
        incident = incidents.load_incident(session, principal, incident_id)
        grant = _granted(session, incident, question.area)
        if grant is not None:
            return Seen(EXACT, grant, frozenset(incident.needs))
    return Seen(Sight(opened=False, key=alias_key(session)))


def ask(
    session: Session,
    principal: Principal,
    question: Question,
    *,
    incident_id: str | None = None,
    known: Atlas | None = None,
) -> Answer:
    """Return the answer to a question as far as an account may see it now.

    An open one leaves its trace in this transaction: who was ranked, which is what contacts are opened for, and one
    event that names were opened. Whoever commits nothing has opened nothing, so show it after the commit.

    Parameters
    ----------
    session
        One that sees what others commit (not `snapshot`): the end of the audit's chain must be read.
    principal
        Who asks.
    question
        Where, what, how many, by when.
    incident_id
        The saved incident that the question is about; None for a draft, which is closed.
    known
        The atlas, when the caller holds it already.

    Raises
    ------
    AccessError
        The account may not ask for a ranking there.
    RegistryError
        There is no such incident.
    MatchingError, ClosureError
        The question cannot be answered: `journey.answer`.
    """
    known = known or atlas(session)
    now = seen(session, principal, question, incident_id=incident_id, known=known)
    found = journey.answer(session, question, known, sight=now.sight)
    if incident_id is not None:
        _leave_trace(session, principal, incident_id, now, found)
    return found


def served(session: Session, principal: Principal, found: Answer, incident_id: str) -> None:
    """Leave the trace of an open answer that is shown to an account though another's question made it.

    Raises
    ------
    AccessError
        It is closed to the account, or no longer open.
    """
    now = seen(session, principal, found.question, incident_id=incident_id)
    if now.grant is None or not found.opened:
        raise AccessError(
            "Names and places are closed",
            given=f"an answer for incident {incident_id}",
            wanted="a declaration in force that covers its area",
            todo="ask again: the answer is then as much as may be seen now",
        )
    _leave_trace(session, principal, incident_id, now, found)


def note_export(
    session: Session, principal: Principal, found: Answer, *, incident_id: str | None = None
) -> None:
    """Record that an account takes an answer away as a file; nothing is handed over without it.

    Raises
    ------
    AccessError
        The account may not take answers there.
    StepUpNeeded
        Names are open in it, and the account's last second factor is too long ago.
    """
    note_taken(
        session,
        principal,
        counties=[county.fips for county in found.counties],
        opened=found.opened,
        needs=[part.need.text for part in found.needs],
        rows=sum(len(part.matches) for part in found.needs),
        incident_id=incident_id,
    )


def note_taken(
    session: Session,
    principal: Principal,
    *,
    counties: Collection[str],
    opened: bool,
    needs: Sequence[str],
    rows: int,
    incident_id: str | None = None,
) -> None:
    """Record that an account takes a ranking away, now or from a kept run.

    Parameters
    ----------
    counties
        What it is about, by FIPS code.
    opened
        Whether names are open in it.
    needs, rows
        What was asked for, and how many assets are ranked.

    Raises
    ------
    AccessError
        The account may not take answers there.
    StepUpNeeded
        Names are open in it, and the account's last second factor is too long ago.
    """
    require(principal, "match.export", Target(counties=frozenset(counties)))
    if opened:
        require_fresh(session, principal)
    detail = {"names": "open" if opened else "closed", "needs": list(needs), "rows": rows}
    events.record(session, "answer.exported", incident_id=incident_id, detail=detail)


def _granted(session: Session, incident: Incident, area: IncidentArea) -> Grant | None:
    if incident.area is None or not same_area(incident.area, area):
        return None
    return disclosure.grant_for(session, incident.id)


def same_area(one: IncidentArea, other: IncidentArea) -> bool:
    """Return whether two areas are the same ground, corner by corner."""
    return bool(one.geometry.normalize().equals_exact(other.geometry.normalize(), SAME_DEG))


def _leave_trace(session: Session, principal: Principal, incident_id: str, now: Seen, found: Answer) -> None:
    """Note who was ranked for the incident's own needs, and record that names were opened; nothing of a closed answer."""
    if now.grant is None:
        return
    ranked = {match.listing.provider_id for part in found.needs for match in part.matches}
    for_own = {
        match.listing.provider_id
        for part in found.needs
        if part.need.text in now.own_needs
        for match in part.matches
    }
    disclosure.note_ranked(session, principal, incident_id, for_own)
    events.record(
        session,
        "names.opened",
        incident_id=incident_id,
        declaration_id=now.grant.declaration_id,
        detail={"companies": len(ranked), "needs": [part.need.text for part in found.needs]},
    )

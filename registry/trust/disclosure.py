"""What a declaration in force opens for an incident, and the one way to what is protected."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import select, text

from registry.directory.reference_tables import CountyRow
from registry.people.access import Target, require
from registry.trust.declarations import naming
from registry.trust.refusals import Circumstances, DisclosureRefused, Reason, refusal
from registry.trust.rules import in_use
from registry.wording import storable, uuid_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.people.principal import Principal
    from registry.trust.declaration import Instrument

_GRANT = text(
    "SELECT declaration_id, instrument, number, counties, since, until FROM trust.grants(:incident) LIMIT 1"
)
_COUNTIES = text("SELECT fips FROM trust.touched(:incident)")
_NOTE = text(
    "INSERT INTO trust.ranked (incident_id, provider_id)"
    " SELECT :incident, id FROM registry.providers WHERE id = ANY (:providers) ON CONFLICT DO NOTHING"
)

_DISCLOSE = text("SELECT * FROM trust.disclose(:incident, :provider, :purpose)")
_WHO = text("SELECT nullif(current_setting('app.session', true), '')")

__all__ = [
    "Confidence",
    "Contact",
    "Disclosed",
    "DisclosureRefused",
    "Grant",
    "disclose",
    "grant_for",
    "note_ranked",
    "touched_counties",
]


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Whom to call at a provider."""

    person: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Confidence:
    """What a provider tells in confidence about one of its assets."""

    asset_id: str
    asset: str
    price_basis: str | None = field(repr=False)
    conditions: str = field(repr=False)
    notes: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Disclosed:
    """What one look opened. `contact` is None when the provider gave none; `event` is the seq in the audit."""

    provider_id: str
    provider_name: str
    contact: Contact | None
    proprietary: tuple[Confidence, ...]
    event: int


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What a declaration in force opens for one incident at the moment it was asked.

    `counties` are those of the declaration that the incident's area reaches into (FIPS codes, sorted); `since` is
    the moment from which it held, `until` its end (None: until somebody ends it), aware UTC.
    """

    declaration_id: str
    instrument: Instrument
    number: str
    counties: tuple[str, ...]
    since: datetime
    until: datetime | None


def grant_for(session: Session, incident_id: str) -> Grant | None:
    """Return what is open for an incident now, by the database's clock; None while its contacts are closed.

    Of several declarations the one that holds longest counts. Ask anew at every request: nothing here is kept.
    """
    row = session.execute(_GRANT, {"incident": uuid.UUID(incident_id)}).one_or_none()
    if row is None:
        return None
    return Grant(
        declaration_id=str(row.declaration_id),
        instrument=cast("Instrument", row.instrument),
        number=row.number,
        counties=tuple(row.counties),
        since=row.since.astimezone(UTC),
        until=row.until and row.until.astimezone(UTC),
    )


def disclose(
    session: Session, principal: Principal, incident_id: str, provider_id: str, purpose: str
) -> Disclosed:
    """Return a provider's contact and what it told in confidence, once the audit holds that it was looked at.

    The database decides, in one function that also writes the audit's one event of this look, granted or refused.
    The transaction of `session` is committed before anything is handed out or refused here, so that no fault of the
    caller takes the event back; ask nothing of `session` after.

    Parameters
    ----------
    session
        Opened for `principal`, and not on a snapshot.
    purpose
        Why, in the person's own words.

    Raises
    ------
    DisclosureRefused
        It stays closed; it says why, and what would open it.
    ValueError
        `session` was opened for somebody else.
    """
    if session.scalar(_WHO) != principal.session_id:
        msg = "the transaction was not opened for this principal"
        raise ValueError(msg)
    words = " ".join(purpose.split()) if storable(purpose) else ""
    # None for an id that is none: the database refuses it, and records that it was asked.
    asked = {"incident": uuid_of(incident_id), "provider": uuid_of(provider_id), "purpose": words}
    row = session.execute(_DISCLOSE, asked).one()
    refused = None
    if not row.opened:
        reason = cast("Reason", row.reason)
        refused = refusal(reason, row.event, _circumstances(session, reason, incident_id))
    session.commit()
    if refused is not None:
        raise refused
    return Disclosed(
        provider_id=str(asked["provider"]),
        provider_name=row.name,
        contact=Contact(**row.contact) if row.contact else None,
        proprietary=tuple(_confidence(each) for each in row.proprietary),
        event=row.event,
    )


def touched_counties(session: Session, incident_id: str) -> frozenset[str]:
    """Return the counties (FIPS codes) that an incident's latest area reaches into."""
    return frozenset(session.scalars(_COUNTIES, {"incident": uuid.UUID(incident_id)}))


def note_ranked(
    session: Session, principal: Principal, incident_id: str, provider_ids: Collection[str]
) -> None:
    """Keep that these providers were ranked for a need of an incident: only such are disclosed for it.

    Raises
    ------
    AccessError
        `principal` may not ask for a ranking there.
    """
    require(principal, "match.ask", Target(counties=touched_counties(session, incident_id)))
    providers = sorted({uuid.UUID(each) for each in provider_ids})
    session.execute(_NOTE, {"incident": uuid.UUID(incident_id), "providers": providers})


def _circumstances(session: Session, reason: Reason, incident_id: str) -> Circumstances:
    """Return what the words of a refusal need to know."""
    if reason == "limit":
        return Circumstances(looks_per_hour=in_use(session).looks_per_hour)
    if reason != "declaration":
        return Circumstances()
    reached = touched_counties(session, incident_id)
    names = select(CountyRow.legal_name).where(CountyRow.fips.in_(reached)).order_by(CountyRow.fips)
    return Circumstances(counties=session.scalars(names).all(), nearby=naming(session, reached))


def _confidence(stored: Mapping[str, Any]) -> Confidence:
    return Confidence(**stored)

"""What a declaration in force opens for an incident, and for whom."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, cast

from sqlalchemy import text

from registry.people.access import Target, require

if TYPE_CHECKING:
    from collections.abc import Collection
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

"""Waivers for motor carriers, kept beside declarations. They open no contact: nothing of disclosure reads them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from registry.people.access import require
from registry.trust import events
from registry.trust.declaration import NUMBER_LIMIT, WORDS_LIMIT, check_times, checked_text
from registry.trust.declaration_tables import WaiverRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.people.principal import Principal


@dataclass(frozen=True, kw_only=True)
class Waiver:
    """A waiver as it was recorded. Times are aware UTC; `ends_at` is None for one without an end."""

    id: str
    number: str
    authority: str
    relief: str
    starts_at: datetime
    ends_at: datetime | None
    recorded_by: str
    recorded_at: datetime


def record(
    session: Session,
    principal: Principal,
    *,
    number: str,
    authority: str,
    relief: str,
    starts_at: datetime,
    ends_at: datetime | None,
) -> str:
    """Return the id of a new waiver; `relief` says what it relieves of, such as `10 % more weight, relief loads`.

    Raises
    ------
    AccessError
        `principal` is no declarer.
    RegistryError
        A word or a time cannot be used.
    """
    require(principal, "waiver.record")
    check_times(starts_at, ends_at, session.scalars(select(func.clock_timestamp())).one())
    row = WaiverRow(
        id=uuid.uuid4(),
        number=checked_text("number", number, NUMBER_LIMIT),
        authority=checked_text("authority", authority, WORDS_LIMIT),
        relief=checked_text("relief", relief, WORDS_LIMIT),
        starts_at=starts_at,
        ends_at=ends_at,
        recorded_by=uuid.UUID(principal.account_id),
    )
    session.add(row)
    session.flush()
    events.record(session, "waiver.recorded", detail={"waiver": str(row.id), "number": row.number})
    return str(row.id)


def list_waivers(
    session: Session,
    principal: Principal,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int | None = None,
) -> tuple[Waiver, ...]:
    """Return all waivers, the latest start first; with `after` (start, id) those that follow, at most `limit`."""
    require(principal, "declaration.read")
    query = select(WaiverRow).order_by(WaiverRow.starts_at.desc(), WaiverRow.id).limit(limit)
    if after is not None:
        starts_at, last = after
        follows = and_(WaiverRow.starts_at == starts_at, WaiverRow.id > uuid.UUID(last))
        query = query.where(or_(WaiverRow.starts_at < starts_at, follows))
    return tuple(
        Waiver(
            id=str(row.id),
            number=row.number,
            authority=row.authority,
            relief=row.relief,
            starts_at=row.starts_at.astimezone(UTC),
            ends_at=row.ends_at and row.ends_at.astimezone(UTC),
            recorded_by=str(row.recorded_by),
            recorded_at=row.recorded_at.astimezone(UTC),
        )
        for row in session.scalars(query)
    )

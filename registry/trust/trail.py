"""What was recorded, read back for people: the auditor's list, who looked at a company, what somebody looked at.

Pages go back in time by `before`: the number of the last event seen.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, func, select, text

from registry.directory.tables import ProviderRow
from registry.errors import RegistryError
from registry.incidents.tables import IncidentRow
from registry.people.access import Target, require
from registry.people.tables import AccountRow
from registry.trust.actions import LOOK, LOOK_REFUSED, sentence
from registry.trust.declaration_tables import DeclarationRow
from registry.trust.event_tables import EventRow
from registry.trust.rules import in_use

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, Select

    from registry.db.engine import Session
    from registry.people.principal import Principal

PAGE: Final = 50
"""Events on a page, unless said otherwise."""

PAGE_MOST: Final = 500
NEAR: Final = 0.8
"""The share of the hourly limit from which an account's looks are shown to the auditor."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What a list of events is narrowed to; None for all. `since` counts in, `until` does not."""

    action: str | None = None
    account_id: str | None = None
    incident_id: str | None = None
    provider_id: str | None = None
    declaration_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING: Final = Filters()


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that was done or refused, with the names of what it is about as they are now.

    A name is empty where there is none, or none any more; `declaration` is the instrument and its number.
    """

    seq: int
    at: datetime
    login: str
    account_id: str | None
    account: str = ""
    session_id: str | None
    request_id: str | None
    action: str
    incident_id: str | None
    incident: str = ""
    provider_id: str | None
    provider: str = ""
    declaration_id: str | None
    declaration_instrument: str = ""
    declaration_number: str = ""
    purpose: str
    detail: dict[str, Any]

    @property
    def sentence(self) -> str:
        """What was done, in words that go on after a name."""
        return sentence(self.action)


@dataclass(frozen=True)
class Page:
    """Events, newest first; `before` asks for the next page, and is None on the last one."""

    events: tuple[Event, ...]
    before: int | None


@dataclass(frozen=True, kw_only=True)
class Busy:
    """An account whose looks came near the hourly limit.

    `most` looks in the hour that ended at `at`; `looks` and `refused` in all the time asked about.
    """

    account_id: str
    account: str
    most: int
    limit: int
    at: datetime
    looks: int
    refused: int


def list_events(
    session: Session,
    principal: Principal,
    *,
    filters: Filters = EVERYTHING,
    before: int | None = None,
    limit: int = PAGE,
) -> Page:
    """Return a page of all that was recorded.

    Raises
    ------
    AccessError
        `principal` is no auditor.
    RegistryError
        A filter's id is none.
    """
    require(principal, "audit.read")
    return _page(session, _named(), _conditions(filters), before, limit)


def looks_at(
    session: Session, principal: Principal, provider_id: str, *, before: int | None = None, limit: int = PAGE
) -> Page:
    """Return who opened a provider's contact, when, under which declaration and why.

    Raises
    ------
    AccessError
        `principal` is neither an auditor nor of this provider.
    RegistryError
        The id is none.
    """
    require(principal, "provider.looks", Target(provider_id=provider_id))
    wanted = Filters(action=LOOK, provider_id=provider_id)
    return _page(session, _named(), _conditions(wanted), before, limit)


def looks_by(
    session: Session,
    principal: Principal,
    *,
    incident_id: str | None = None,
    before: int | None = None,
    limit: int = PAGE,
) -> Page:
    """Return whose contacts `principal` opened, for one incident or (None) for all.

    Raises
    ------
    AccessError
        The account has no role.
    """
    require(principal, "audit.own", Target(account_id=principal.account_id))
    wanted = Filters(action=LOOK, account_id=principal.account_id, incident_id=incident_id)
    return _page(session, _named(), _conditions(wanted), before, limit)


def looks_made(session: Session, principal: Principal, incident_id: str) -> int:
    """Return how many contacts `principal` opened for an incident.

    Raises
    ------
    AccessError
        The account has no role.
    RegistryError
        The id is none.
    """
    require(principal, "audit.own", Target(account_id=principal.account_id))
    wanted = Filters(action=LOOK, account_id=principal.account_id, incident_id=incident_id)
    return session.scalar(select(func.count()).select_from(EventRow).where(*_conditions(wanted))) or 0


def recorded(
    session: Session, *, filters: Filters = EVERYTHING, before: int | None = None, limit: int = PAGE
) -> Page:
    """Return a page of all that was recorded, without names: what the audit's own login may read, as operator.

    Raises
    ------
    RegistryError
        A filter's id is none.
    """
    return _page(session, select(EventRow), _conditions(filters), before, limit)


_BUSY = """
    SELECT account_id, most, at, looks, refused FROM (
        SELECT account_id, in_hour AS most, at,
               row_number() OVER (PARTITION BY account_id ORDER BY in_hour DESC, at DESC) AS place,
               sum(looked) OVER (PARTITION BY account_id) AS looks,
               sum(1 - looked) OVER (PARTITION BY account_id) AS refused
        FROM (
            SELECT account_id, at, looked,
                   sum(looked) OVER (
                       PARTITION BY account_id ORDER BY at RANGE BETWEEN '1 hour' PRECEDING AND CURRENT ROW
                   ) AS in_hour
            FROM (
                SELECT account_id, at, (action = :look)::integer AS looked FROM trust.events
                WHERE action IN (:look, :refused) AND account_id IS NOT NULL
                  AND at >= clock_timestamp() - :span - interval '1 hour'
            ) AS of_late
        ) AS hourly
        WHERE at >= clock_timestamp() - :span
    ) AS ranked
    WHERE place = 1 AND most >= :near
    ORDER BY most DESC, at DESC
"""


def unusual(session: Session, principal: Principal, hours: float = 24) -> tuple[Busy, ...]:
    """Return the accounts whose looks came near the limit in any one of the last `hours`, the busiest first.

    Raises
    ------
    AccessError
        `principal` is no auditor.
    """
    require(principal, "audit.read")
    limit = in_use(session).looks_per_hour
    rows = session.execute(
        text(_BUSY),
        {"look": LOOK, "refused": LOOK_REFUSED, "span": timedelta(hours=hours), "near": NEAR * limit},
    ).all()
    names = _account_names(session, [row.account_id for row in rows])
    return tuple(
        Busy(
            account_id=row.account_id,
            account=names.get(row.account_id, ""),
            most=int(row.most),
            limit=limit,
            at=row.at,
            looks=int(row.looks),
            refused=int(row.refused),
        )
        for row in rows
    )


def _account_names(session: Session, ids: list[str]) -> dict[str, str]:
    identity = cast(AccountRow.id, Text).label("account_id")
    found = session.execute(select(identity, AccountRow.full_name).where(identity.in_(ids)))
    return {row.account_id: row.full_name for row in found}


def _named() -> Select[*tuple[Any, ...]]:
    """Return the events with the names of what they are about."""
    return (
        select(
            EventRow,
            AccountRow.full_name.label("account"),
            IncidentRow.name.label("incident"),
            ProviderRow.name.label("provider"),
            DeclarationRow.instrument.label("declaration_instrument"),
            DeclarationRow.number.label("declaration_number"),
        )
        # As text: who an event says acted need not be an account's id.
        .outerjoin(AccountRow, cast(AccountRow.id, Text) == EventRow.account_id)
        .outerjoin(IncidentRow, IncidentRow.id == EventRow.incident_id)
        .outerjoin(ProviderRow, ProviderRow.id == EventRow.provider_id)
        .outerjoin(DeclarationRow, DeclarationRow.id == EventRow.declaration_id)
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    for name, column in (
        ("incident_id", EventRow.incident_id),
        ("provider_id", EventRow.provider_id),
        ("declaration_id", EventRow.declaration_id),
    ):
        given = getattr(filters, name)
        if given is not None:
            found.append(column == _uuid(given))
    if filters.action is not None:
        found.append(EventRow.action == filters.action)
    if filters.account_id is not None:
        found.append(EventRow.account_id == filters.account_id)
    if filters.since is not None:
        found.append(EventRow.at >= filters.since)
    if filters.until is not None:
        found.append(EventRow.at < filters.until)
    return found


def _page(
    session: Session,
    query: Select[Any],
    conditions: list[ColumnElement[bool]],
    before: int | None,
    limit: int,
) -> Page:
    if before is not None:
        conditions = [*conditions, EventRow.seq < before]
    size = max(1, min(limit, PAGE_MOST))
    rows = session.execute(query.where(*conditions).order_by(EventRow.seq.desc()).limit(size + 1)).all()
    events = tuple(_event(row) for row in rows[:size])
    return Page(events, events[-1].seq if len(rows) > size else None)


_COLUMNS: Final = frozenset(field.name for field in fields(Event)) & frozenset(
    EventRow.__table__.columns.keys()
)


def _event(row: Row[Any]) -> Event:
    stored, *_ = row
    facts = {name: getattr(stored, name) for name in _COLUMNS}
    for name in ("incident_id", "provider_id", "declaration_id"):
        facts[name] = facts[name] and str(facts[name])
    named = {name: value or "" for name, value in row._mapping.items() if name != "EventRow"}  # noqa: SLF001 - its documented name
    return Event(**{**facts, **named})


def _uuid(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        raise RegistryError(
            "This is no id",
            given=repr(given[:60]),
            wanted="the id of an incident, a company or a declaration",
            todo="copy it from where it is shown",
        ) from None

"""Incidents as an account may list, read, save, close and reopen them: its own counties', or everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geoalchemy2.shape import from_shape
from sqlalchemy import false, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from registry.directory.reference_tables import CountyRow
from registry.incidents import store
from registry.incidents.tables import IncidentAreaRow, IncidentRow
from registry.people.access import Target, counties_within, may_somewhere, require
from registry.trust import events

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, ScalarSelect

    from geo.areas import IncidentArea
    from registry.db.engine import Session
    from registry.incidents.incident import Incident, IncidentSummary
    from registry.incidents.store import ListKey
    from registry.people.principal import Principal

_GROUND_SHARED = "T********"
"""A county that only borders on an area is not reached (`geo.counties` says the same)."""


def list_incidents(
    session: Session,
    principal: Principal,
    *,
    status: str | None = None,
    after: ListKey | None = None,
    limit: int | None = None,
) -> list[IncidentSummary]:
    """Return the incidents that an account may read, in the order and the pages of `store.list_incidents`.

    Raises
    ------
    RegistryError
        `status` is neither open nor closed.
    """
    every = session.scalars(select(CountyRow.fips)).all()
    own = counties_within(principal, "incident.read", every)
    only = None if own is None else _readable(principal, own)
    return store.list_incidents(session, status=status, only=only, after=after, limit=limit)


def load_incident(session: Session, principal: Principal, incident_id: str) -> Incident:
    """Return an incident with its latest area and its closures.

    Raises
    ------
    RegistryError
        There is no such incident.
    AccessError
        It lies outside the account's counties.
    """
    incident = store.load_incident(session, incident_id)
    require(principal, "incident.read", _targets(session, incident.id)[incident.id])
    return incident


def save_incident(session: Session, principal: Principal, **fields: Any) -> str:  # noqa: ANN401 - as the store takes them
    """Return the id of a new open incident; the fields are those of `store.save_incident`.

    Raises
    ------
    AccessError
        Its area reaches into none of the account's counties.
    RegistryError
        For what the store refuses.
    """
    require(principal, "incident.save", _target_of(session, principal, fields.get("area")))
    incident_id = store.save_incident(session, **fields)
    row = session.get_one(IncidentRow, store.id_of(incident_id))
    row.saved_by = principal.account_id or None
    session.flush()
    _record(session, "incident.saved", incident_id)
    return incident_id


def update_incident(session: Session, principal: Principal, incident_id: str, **fields: Any) -> None:  # noqa: ANN401
    """Save what an incident says now; the fields are those of `store.update_incident`.

    Both where it lay and where it is to lie must be the account's, so that nobody draws another's incident to himself.

    Raises
    ------
    AccessError
        It lies outside the account's counties, or would.
    RegistryError
        There is no such incident, or for what the store refuses.
    """
    _require_held(session, principal, "incident.save", incident_id)
    if fields.get("area") is not None:
        require(principal, "incident.save", _target_of(session, principal, fields["area"]))
    store.update_incident(session, incident_id, **fields)
    _record(session, "incident.changed", incident_id)


def close_incident(session: Session, principal: Principal, incident_id: str) -> None:
    """Close an incident; it is kept and can be reopened.

    Raises
    ------
    AccessError, RegistryError
        It lies outside the account's counties, or there is none.
    """
    _require_held(session, principal, "incident.close", incident_id)
    store.close_incident(session, incident_id)
    _record(session, "incident.closed", incident_id)


def reopen_incident(session: Session, principal: Principal, incident_id: str) -> None:
    """Open a closed incident again.

    Raises
    ------
    AccessError, RegistryError
        It lies outside the account's counties, or there is none.
    """
    _require_held(session, principal, "incident.close", incident_id)
    store.reopen_incident(session, incident_id)
    _record(session, "incident.reopened", incident_id)


def _record(session: Session, action: str, incident_id: str) -> None:
    """Record what was done to an incident, with the needs and the version of its area that hold from now on."""
    told = session.scalar(select(func.trust.asked_for(store.id_of(incident_id), type_=JSONB)))
    events.record(session, action, incident_id=str(store.id_of(incident_id)), detail=told)


def counties_touched(session: Session, area: IncidentArea) -> frozenset[str]:
    """Return the counties (FIPS codes) that an area reaches into."""
    given = from_shape(area.geometry, srid=4326)
    return frozenset(session.scalars(select(CountyRow.fips).where(_reached(given))))


def require_there(session: Session, principal: Principal, action: str, incident_id: str) -> None:
    """Refuse what an account may not do to an incident, without reading what the incident says.

    Raises
    ------
    AccessError
        It lies outside the account's counties.
    RegistryError
        There is no such incident.
    """
    known = str(store.id_of(incident_id))
    targets = _targets(session, known)
    if known not in targets:
        raise store.missing(incident_id)
    require(principal, action, targets[known])


def _require_held(session: Session, principal: Principal, action: str, incident_id: str) -> None:
    """Refuse what an account may not do to an incident as it lies once nobody else changes it any more.

    Asked before the row is held, the question would be about where it lay before a change that is just being saved.
    """
    store.hold_incident(session, incident_id)
    require_there(session, principal, action, incident_id)


def _target_of(session: Session, principal: Principal, area: IncidentArea | None) -> Target:
    """Return what saving an area is about; without one it is nobody's county, only the account's own draft."""
    if area is None:
        return Target(account_id=principal.account_id)
    return Target(counties=counties_touched(session, area))


def _readable(principal: Principal, own: Collection[str]) -> ColumnElement[bool]:
    """Return the condition of an incident that an account may read: it touches its counties, or is its own."""
    if not may_somewhere(principal, "incident.read"):
        return false()
    touched = (
        select(IncidentAreaRow.incident_id)
        .join(CountyRow, _reached(IncidentAreaRow.geometry))
        .where(
            IncidentAreaRow.incident_id == IncidentRow.id,
            IncidentAreaRow.version == _latest(),
            CountyRow.fips.in_(own),
        )
    )
    return or_(touched.exists(), IncidentRow.saved_by == principal.account_id)


def _latest() -> ScalarSelect[int]:
    """Return the newest version of an incident's area, within a query of incidents."""
    return (
        select(func.max(IncidentAreaRow.version))
        .where(IncidentAreaRow.incident_id == IncidentRow.id)
        .correlate(IncidentRow)
        .scalar_subquery()
    )


def _targets(session: Session, incident_id: str | None = None) -> dict[str, Target]:
    """Return what an action on an incident is about, by its id: the counties of its latest area, and who saved it.

    Without an area it is its saver's alone.
    """
    query = (
        select(IncidentRow.id, IncidentRow.saved_by, func.array_agg(CountyRow.fips))
        .outerjoin(
            IncidentAreaRow,
            (IncidentAreaRow.incident_id == IncidentRow.id) & (IncidentAreaRow.version == _latest()),
        )
        .outerjoin(CountyRow, _reached(IncidentAreaRow.geometry))
        .group_by(IncidentRow.id)
    )
    if incident_id is not None:
        query = query.where(IncidentRow.id == store.id_of(incident_id))
    return {
        str(row): Target(counties=frozenset(filter(None, fips)), account_id=saved_by)
        for row, saved_by, fips in session.execute(query)
    }


def _reached(area: Any) -> Any:  # noqa: ANN401 - a geometry of SQL
    return func.ST_Intersects(CountyRow.geometry, area) & func.ST_Relate(
        CountyRow.geometry, area, _GROUND_SHARED
    )

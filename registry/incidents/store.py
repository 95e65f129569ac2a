"""Incidents saved, listed and reopened, each with every version of its area."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import and_, func, literal, or_, select

from geo.areas import IncidentArea
from registry.errors import NotThereError, RegistryError
from registry.incidents.checking import Need, check_times, checked_words, kept_travel, structured
from registry.incidents.closures import closures_of, replace_closures
from registry.incidents.incident import INCIDENT_STATUSES, Incident, IncidentSummary
from registry.incidents.tables import IncidentAreaRow, IncidentClosureRow, IncidentRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from geo.closure import Closure

__all__ = [
    "Incident",
    "IncidentSummary",
    "add_area_version",
    "area_versions",
    "close_incident",
    "hold_incident",
    "id_of",
    "list_incidents",
    "load_incident",
    "missing",
    "name_is_free",
    "reopen_incident",
    "save_incident",
    "update_incident",
]

ListKey = tuple[bool, datetime, str]
"""Where an incident stands in a list: whether it is closed, when it was made (aware), its id."""

AS_USUAL: Mapping[str, Any] = MappingProxyType({})
"""Travel that nobody asked to change."""


def save_incident(
    session: Session,
    *,
    name: str,
    kind: str,
    area: IncidentArea | None,
    closures: Iterable[Closure] = (),
    needs: Sequence[Need] = (),
    asked_at: datetime,
    by_at: datetime | None = None,
    include_inside: bool = False,
    travel: Mapping[str, Any] = AS_USUAL,
) -> str:
    """Return the id of a new open incident, with its area as version 1.

    Parameters
    ----------
    kind
        `tornado`, `flood`, `earthquake` or whatever it is.
    needs
        Each in its asker's words, or an object that also holds what was read from them.
    asked_at, by_at
        When travel starts, and by when it is needed; aware datetimes.
    include_inside
        Whether sites inside the area are ranked too.
    travel
        How travel is asked about where it is not as usual, as values of JSON: `profile` is the vehicle chosen.

    Raises
    ------
    RegistryError
        When a name is empty or too long, a time has no zone, or it is needed before it is asked.
    """
    row = IncidentRow(id=uuid.uuid4(), status="open")
    _fill(
        row,
        name=name,
        kind=kind,
        needs=needs,
        asked_at=asked_at,
        by_at=by_at,
        include_inside=include_inside,
        travel=travel,
    )
    session.add(row)
    session.flush()
    replace_closures(session, row.id, closures)
    if area is not None:
        add_area_version(session, str(row.id), area)
    return str(row.id)


def name_is_free(session: Session, name: str) -> bool:
    """Return whether no incident, open or closed, bears `name`; who asks next waits for this transaction's end.

    So two who both want to save an incident once do not save it twice, in transactions that see what others commit
    (not `snapshot`).
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"incident {name}", 0))))
    return session.scalar(select(IncidentRow.id).where(IncidentRow.name == name).limit(1)) is None


def update_incident(
    session: Session,
    incident_id: str,
    *,
    name: str,
    kind: str,
    area: IncidentArea | None,
    closures: Iterable[Closure],
    needs: Sequence[Need],
    asked_at: datetime,
    by_at: datetime | None,
    include_inside: bool = False,
    travel: Mapping[str, Any],
) -> None:
    """Save what an incident says now; an area other than the latest one becomes its next version.

    Everything as `save_incident` takes it. How travel is asked about has to be said each time: nothing of what was
    saved before stays, and a caller that forgot it would change every arrival.

    Raises
    ------
    RegistryError
        When there is no such incident, or for what `save_incident` refuses.
    """
    row = _locked(session, incident_id)
    _fill(
        row,
        name=name,
        kind=kind,
        needs=needs,
        asked_at=asked_at,
        by_at=by_at,
        include_inside=include_inside,
        travel=travel,
    )
    session.flush()
    replace_closures(session, row.id, closures)
    if area is not None:
        add_area_version(session, incident_id, area)
    _touch(session, row)


def add_area_version(session: Session, incident_id: str, area: IncidentArea) -> int:
    """Return the number of the version that `area` now is: the latest one when it is the same, else the next.

    Earlier versions stay, so that what was asked of an earlier area can be redone.

    Raises
    ------
    RegistryError
        When there is no such incident.
    """
    row = _locked(session, incident_id)
    latest = _latest_area(session, row.id)
    if latest and latest[1].origin == area.origin and latest[1].geometry == area.geometry:
        return latest[0]
    version = latest[0] + 1 if latest else 1
    session.add(
        IncidentAreaRow(
            incident_id=row.id,
            version=version,
            geometry=from_shape(area.geometry, srid=4326),
            origin=area.origin,
        )
    )
    _touch(session, row)
    return version


def area_versions(session: Session, incident_id: str) -> list[tuple[int, datetime, IncidentArea]]:
    """Return every version of an incident's area with the time it was saved (UTC), the first one first.

    Raises
    ------
    RegistryError
        When there is no such incident.
    """
    row = _found(session, incident_id)
    query = _areas(row.id).order_by(IncidentAreaRow.version)
    return [
        (version, made_at.astimezone(UTC), _area(wkb, origin))
        for version, made_at, wkb, origin in session.execute(query)
    ]


def list_incidents(
    session: Session,
    *,
    status: str | None = None,
    only: ColumnElement[bool] | None = None,
    after: ListKey | None = None,
    limit: int | None = None,
) -> list[IncidentSummary]:
    """Return the incidents, of one status or of both, open ones first and then the latest first.

    Parameters
    ----------
    only
        What narrows them down further; None for all.
    after, limit
        The key of the last one seen (whether closed, when made, its id), and how many at most; None for all.

    Raises
    ------
    RegistryError
        When `status` is neither open nor closed.
    """
    if status is not None and status not in INCIDENT_STATUSES:
        raise RegistryError(
            "The status of an incident is not known",
            given=repr(status),
            wanted=" or ".join(INCIDENT_STATUSES),
            todo="use one of these, or none for all incidents",
        )
    query = _summaries().order_by(
        (IncidentRow.status == "closed"), IncidentRow.created_at.desc(), IncidentRow.id
    )
    if status is not None:
        query = query.where(IncidentRow.status == status)
    if only is not None:
        query = query.where(only)
    if after is not None:
        query = query.where(_comes_after(*after))
    return [IncidentSummary(**_summary(row)) for row in session.execute(query.limit(limit))]


def _comes_after(closed: bool, made_at: datetime, incident_id: str) -> ColumnElement[bool]:
    """Return the condition of what a list has after a key."""
    stands, given = IncidentRow.status == "closed", literal(closed)
    last = (
        stands == given,
        IncidentRow.created_at == made_at,
        IncidentRow.id > id_of(incident_id),
    )
    return or_(
        stands > given,
        and_(last[0], IncidentRow.created_at < made_at),
        and_(*last),
    )


def load_incident(session: Session, incident_id: str) -> Incident:
    """Return an incident with its latest area and its closures in the order they were given.

    Raises
    ------
    RegistryError
        When there is no such incident.
    """
    row = session.execute(_summaries().where(IncidentRow.id == id_of(incident_id))).one_or_none()
    if row is None:
        raise missing(incident_id)
    latest = _latest_area(session, id_of(incident_id))
    return Incident(
        **_summary(row), area=latest[1] if latest else None, closures=closures_of(session, id_of(incident_id))
    )


def close_incident(session: Session, incident_id: str) -> None:
    """Close an incident; it is kept and can be reopened.

    Raises
    ------
    RegistryError
        When there is no such incident.
    """
    _set_status(session, incident_id, "closed")


def reopen_incident(session: Session, incident_id: str) -> None:
    """Open a closed incident again.

    Raises
    ------
    RegistryError
        When there is no such incident.
    """
    _set_status(session, incident_id, "open")


def _set_status(session: Session, incident_id: str, status: str) -> None:
    row = _locked(session, incident_id)
    if row.status != status:
        row.status = status
        _touch(session, row)


def _touch(session: Session, row: IncidentRow) -> None:
    row.updated_at = session.scalars(select(func.now())).one()
    session.flush()


def _fill(
    row: IncidentRow,
    *,
    name: str,
    kind: str,
    needs: Sequence[Need],
    asked_at: datetime,
    by_at: datetime | None,
    include_inside: bool,
    travel: Mapping[str, Any],
) -> None:
    check_times(asked_at, by_at)
    row.name = checked_words("name of the incident", name)
    row.kind = checked_words("kind of the incident", kind)
    row.needs = structured(needs)
    row.asked_at = asked_at
    row.by_at = by_at
    row.include_inside = include_inside
    row.travel = kept_travel(travel)


def _areas(incident_id: uuid.UUID) -> Select[int, datetime, bytes, str]:
    return select(
        IncidentAreaRow.version,
        IncidentAreaRow.created_at,
        func.ST_AsBinary(IncidentAreaRow.geometry),
        IncidentAreaRow.origin,
    ).where(IncidentAreaRow.incident_id == incident_id)


def _latest_area(session: Session, incident_id: uuid.UUID) -> tuple[int, IncidentArea] | None:
    query = _areas(incident_id).order_by(IncidentAreaRow.version.desc()).limit(1)
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    version, _, wkb, origin = row
    return version, _area(wkb, origin)


def _area(wkb: bytes, origin: str) -> IncidentArea:
    return IncidentArea(cast("shapely.MultiPolygon", shapely.from_wkb(bytes(wkb))), origin)


def _summaries() -> Select[IncidentRow, int, int]:
    version = (
        select(func.coalesce(func.max(IncidentAreaRow.version), 0))
        .where(IncidentAreaRow.incident_id == IncidentRow.id)
        .scalar_subquery()
    )
    closures = (
        select(func.count())
        .select_from(IncidentClosureRow)
        .where(IncidentClosureRow.incident_id == IncidentRow.id)
        .scalar_subquery()
    )
    return select(IncidentRow, version.label("area_version"), closures.label("closure_count"))


def _summary(found: Row[IncidentRow, int, int]) -> dict[str, Any]:
    row, area_version, closure_count = found
    return {
        "id": str(row.id),
        "name": row.name,
        "kind": row.kind,
        "status": row.status,
        "asked_at": row.asked_at.astimezone(UTC),
        "by_at": row.by_at and row.by_at.astimezone(UTC),
        "include_inside": row.include_inside,
        "structured_needs": tuple(row.needs),
        "created_at": row.created_at.astimezone(UTC),
        "updated_at": row.updated_at.astimezone(UTC),
        "area_version": area_version,
        "closure_count": closure_count,
        "travel": dict(row.travel),
    }


def _found(session: Session, incident_id: str) -> IncidentRow:
    row = session.get(IncidentRow, id_of(incident_id))
    if row is None:
        raise missing(incident_id)
    return row


def hold_incident(session: Session, incident_id: str) -> None:
    """Hold an incident until the transaction ends, so that nobody changes it between being read and being saved.

    Raises
    ------
    RegistryError
        When there is no such incident.
    """
    _locked(session, incident_id)


def _locked(session: Session, incident_id: str) -> IncidentRow:
    """Return the incident's row, held until the transaction ends: two saves at once take turns."""
    row = session.get(IncidentRow, id_of(incident_id), with_for_update=True, populate_existing=True)
    if row is None:
        raise missing(incident_id)
    return row


def id_of(incident_id: str) -> uuid.UUID:
    """Return an incident's id as the database has it.

    Raises
    ------
    RegistryError
        It is none.
    """
    try:
        return uuid.UUID(incident_id)
    except ValueError:
        raise missing(incident_id) from None


def missing(incident_id: str) -> NotThereError:
    """Return the refusal of an incident that is not there."""
    return NotThereError(
        "There is no such incident",
        given=repr(incident_id[:60]),
        wanted="the id of a saved incident",
        todo="choose one from the list of incidents",
    )

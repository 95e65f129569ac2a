"""The closures of an incident, in and out of the database."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, cast

import shapely
from geoalchemy2.shape import from_shape
from sqlalchemy import delete, func, select

from geo.closure import Closure
from registry.incidents.checking import each_once
from registry.incidents.tables import IncidentClosureRow

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


def replace_closures(session: Session, incident_id: uuid.UUID, closures: Iterable[Closure]) -> None:
    """Save these closures as all that an incident has, in their order.

    Raises
    ------
    RegistryError
        When two have the same key.
    """
    given = each_once(closures)
    session.execute(delete(IncidentClosureRow).where(IncidentClosureRow.incident_id == incident_id))
    session.add_all(
        IncidentClosureRow(
            incident_id=incident_id,
            key=closure.key,
            position=position,
            effect=closure.effect,
            factor=closure.factor,
            geometry=from_shape(cast("Any", closure.geometry), srid=4326),
            name=closure.name,
            reason=closure.reason,
            source=closure.source,
            starts_at=closure.starts_at,
            ends_at=closure.ends_at,
            crossing=closure.crossing,
            classes=list(closure.classes),
            profiles=list(closure.profiles),
            bridge=closure.bridge,
        )
        for position, closure in enumerate(given)
    )
    session.flush()


def closures_of(session: Session, incident_id: uuid.UUID) -> tuple[Closure, ...]:
    """Return the closures of an incident, in the order they were given."""
    query = (
        select(IncidentClosureRow, func.ST_AsBinary(IncidentClosureRow.geometry))
        .where(IncidentClosureRow.incident_id == incident_id)
        .order_by(IncidentClosureRow.position)
    )
    return tuple(
        Closure(
            key=row.key,
            effect=cast("Any", row.effect),
            geometry=cast("Any", shapely.from_wkb(bytes(wkb))),
            factor=row.factor,
            name=row.name,
            reason=row.reason,
            source=row.source,
            starts_at=row.starts_at and row.starts_at.astimezone(UTC),
            ends_at=row.ends_at and row.ends_at.astimezone(UTC),
            crossing=row.crossing,
            classes=tuple(row.classes),
            profiles=tuple(row.profiles),
            bridge=row.bridge,
        )
        for row, wkb in session.execute(query)
    )

"""The tables of incidents: each with the versions of its area, its closures and its needs."""

from __future__ import annotations

import uuid  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.db.base import EPSG, Base, RandomId, Since, at_least, not_blank, one_of
from registry.incidents.incident import INCIDENT_STATUSES


class IncidentRow(Base):
    """An incident: not every one is an emergency in the sense of RSMo 44.010."""

    __tablename__ = "incidents"
    __table_args__ = (
        not_blank("name"),
        not_blank("kind"),
        one_of("status", INCIDENT_STATUSES),
        CheckConstraint("by_at > asked_at", name="by_at_after_asked_at"),
        CheckConstraint("jsonb_typeof(needs) = 'array'", name="needs_is_an_array"),
        CheckConstraint("jsonb_typeof(travel) = 'object'", name="travel_is_an_object"),
        Index(None, "status", "created_at"),
        {"comment": "Incidents, open and closed"},
    )

    id: Mapped[RandomId]
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(comment="tornado, flood, earthquake, ...")
    status: Mapped[str] = mapped_column(server_default="open")
    asked_at: Mapped[datetime] = mapped_column(comment="When travel would start")
    by_at: Mapped[datetime | None] = mapped_column(comment="When it is needed on the spot")
    include_inside: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="Whether sites inside the area are ranked too"
    )
    needs: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'::jsonb"), comment="Objects, each with its asker's words as text"
    )
    created_at: Mapped[Since]
    updated_at: Mapped[Since]
    travel: Mapped[dict[str, Any]] = mapped_column(
        JSONB,
        server_default=text("'{}'::jsonb"),
        comment="How travel is asked about where it is not as usual: the vehicle and the like",
    )
    saved_by: Mapped[str | None] = mapped_column(comment="The account that saved it first")


class IncidentAreaRow(Base):
    """One version of an incident's area; earlier ones are kept."""

    __tablename__ = "incident_areas"
    __table_args__ = (
        not_blank("origin"),
        at_least("version", 1),
        Index(None, "geometry", postgresql_using="gist"),
        {"comment": "Versions of an incident's area"},
    )

    incident_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(IncidentRow.id, ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    geometry: Mapped[WKBElement] = mapped_column(Geometry("MULTIPOLYGON", srid=EPSG, spatial_index=False))
    origin: Mapped[str] = mapped_column(comment="drawn, counties, circle, pasted, uploaded, corridor")
    created_at: Mapped[Since]


class IncidentClosureRow(Base):
    """A road closed or slowed for an incident."""

    __tablename__ = "incident_closures"
    __table_args__ = (
        UniqueConstraint("incident_id", "position"),
        not_blank("key"),
        one_of("effect", ("blocked", "slowed")),
        CheckConstraint("factor >= 1 AND factor < 'Infinity'", name="factor_never_speeds_up"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        {"comment": "Roads closed or slowed for an incident"},
    )

    incident_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(IncidentRow.id, ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(Integer, comment="In the order they were given")
    effect: Mapped[str]
    factor: Mapped[float] = mapped_column(comment="Slowed: takes that many times as long")
    geometry: Mapped[WKBElement] = mapped_column(Geometry("GEOMETRY", srid=EPSG, spatial_index=False))
    name: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    source: Mapped[str] = mapped_column(server_default="")
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    crossing: Mapped[str | None] = mapped_column(comment="Id of the river crossing it closes")
    classes: Mapped[list[str]] = mapped_column(
        ARRAY(Text),
        server_default=text("'{}'::text[]"),
        comment="Road classes it is limited to; empty: every road",
    )
    profiles: Mapped[list[str]] = mapped_column(
        ARRAY(Text),
        server_default=text("'{}'::text[]"),
        comment="Vehicles it is limited to; empty: all of them",
    )
    bridge: Mapped[str | None] = mapped_column(comment="Id or name of the bridge it closes")

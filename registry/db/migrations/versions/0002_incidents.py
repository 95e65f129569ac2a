"""Incidents with the versions of their area, their closures and their needs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    make_incidents()


def make_incidents() -> None:
    # Not every incident is an emergency: declarations are another matter.
    op.create_table(
        "incidents",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="tornado, flood, earthquake, ..."),
        sa.Column("status", sa.Text(), server_default="open", nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False, comment="When travel would start"),
        sa.Column(
            "by_at", sa.DateTime(timezone=True), nullable=True, comment="When it is needed on the spot"
        ),
        sa.Column(
            "include_inside",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Whether sites inside the area are ranked too",
        ),
        sa.Column(
            "needs",
            postgresql.JSONB(),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
            comment="Objects, each with its asker's words as text",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("btrim(kind) <> ''", name=op.f("ck_incidents_kind_says_something")),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_incidents_name_says_something")),
        sa.CheckConstraint("jsonb_typeof(needs) = 'array'", name=op.f("ck_incidents_needs_is_an_array")),
        sa.CheckConstraint("status IN ('open', 'closed')", name=op.f("ck_incidents_status")),
        sa.CheckConstraint("by_at > asked_at", name=op.f("ck_incidents_by_at_after_asked_at")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
        schema="registry",
        comment="Incidents, open and closed",
    )
    op.create_index(
        op.f("ix_incidents_status_created_at"), "incidents", ["status", "created_at"], schema="registry"
    )
    op.create_table(
        "incident_areas",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("geometry", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
        sa.Column(
            "origin", sa.Text(), nullable=False, comment="drawn, counties, circle, pasted, uploaded, corridor"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("btrim(origin) <> ''", name=op.f("ck_incident_areas_origin_says_something")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_incident_areas_version_at_least_1")),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["registry.incidents.id"],
            name=op.f("fk_incident_areas_incident_id_incidents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("incident_id", "version", name=op.f("pk_incident_areas")),
        schema="registry",
        comment="Versions of an incident's area",
    )
    op.create_index(
        op.f("ix_incident_areas_geometry"),
        "incident_areas",
        ["geometry"],
        schema="registry",
        postgresql_using="gist",
    )
    op.create_table(
        "incident_closures",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False, comment="In the order they were given"),
        sa.Column("effect", sa.Text(), nullable=False),
        sa.Column("factor", sa.Double(), nullable=False, comment="Slowed: takes that many times as long"),
        sa.Column("geometry", Geometry("GEOMETRY", srid=4326, spatial_index=False), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("source", sa.Text(), server_default="", nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("crossing", sa.Text(), nullable=True, comment="Id of the river crossing it closes"),
        sa.CheckConstraint("btrim(key) <> ''", name=op.f("ck_incident_closures_key_says_something")),
        sa.CheckConstraint("effect IN ('blocked', 'slowed')", name=op.f("ck_incident_closures_effect")),
        sa.CheckConstraint(
            "factor >= 1 AND factor < 'Infinity'", name=op.f("ck_incident_closures_factor_never_speeds_up")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_incident_closures_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["registry.incidents.id"],
            name=op.f("fk_incident_closures_incident_id_incidents"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("incident_id", "key", name=op.f("pk_incident_closures")),
        sa.UniqueConstraint(
            "incident_id", "position", name=op.f("uq_incident_closures_incident_id_position")
        ),
        schema="registry",
        comment="Roads closed or slowed for an incident",
    )


def downgrade() -> None:
    op.drop_table("incident_closures", schema="registry")
    op.drop_table("incident_areas", schema="registry")
    op.drop_table("incidents", schema="registry")

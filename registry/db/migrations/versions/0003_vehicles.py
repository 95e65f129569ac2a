"""Vehicles: what each kind travels by, what an incident asks about, and closures limited to some."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    # Until the kinds are loaded again each travels as it did: by car.
    op.add_column(
        "kinds",
        sa.Column(
            "profile",
            sa.Text(),
            server_default="car",
            nullable=False,
            comment="The vehicle it travels by: a profile of data/reference/profiles.csv",
        ),
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_kinds_profile_says_something"), "kinds", "btrim(profile) <> ''", schema="registry"
    )
    op.add_column(
        "incidents",
        sa.Column(
            "travel",
            postgresql.JSONB(),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
            comment="How travel is asked about where it is not as usual: the vehicle and the like",
        ),
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_incidents_travel_is_an_object"),
        "incidents",
        "jsonb_typeof(travel) = 'object'",
        schema="registry",
    )
    for name, comment in (
        ("classes", "Road classes it is limited to; empty: every road"),
        ("profiles", "Vehicles it is limited to; empty: all of them"),
    ):
        op.add_column(
            "incident_closures",
            sa.Column(
                name,
                postgresql.ARRAY(sa.Text()),
                server_default=sa.text("'{}'::text[]"),
                nullable=False,
                comment=comment,
            ),
            schema="registry",
        )
    op.add_column(
        "incident_closures",
        sa.Column("bridge", sa.Text(), nullable=True, comment="Id or name of the bridge it closes"),
        schema="registry",
    )


def downgrade() -> None:
    for name in ("bridge", "profiles", "classes"):
        op.drop_column("incident_closures", name, schema="registry")
    op.drop_column("incidents", "travel", schema="registry")
    op.drop_column("kinds", "profile", schema="registry")

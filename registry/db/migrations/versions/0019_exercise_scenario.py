"""An exercise may name the stored scenario that it plays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision: str | None = "0015"


def upgrade() -> None:
    op.add_column(
        "exercises",
        sa.Column("scenario_id", sa.Uuid(), nullable=True, comment="The stored scenario that is played"),
        schema="exercise",
    )
    op.create_foreign_key(
        op.f("fk_exercises_scenario_id_scenarios"),
        "exercises",
        "scenarios",
        ["scenario_id"],
        ["id"],
        source_schema="exercise",
        referent_schema="runs",
    )


def downgrade() -> None:
    op.drop_column("exercises", "scenario_id", schema="exercise")

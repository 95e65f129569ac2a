"""An exercise can be ended: its clock stands for good, and that somebody ended it is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision: str | None = "0021"

CHECK = "ck_clock_acts_act"


def upgrade() -> None:
    op.add_column(
        "exercises",
        sa.Column(
            "ended_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="When it was ended for good",
        ),
        schema="exercise",
    )
    _allow("'run', 'pause', 'move', 'end'")


def downgrade() -> None:
    op.execute("DELETE FROM exercise.clock_acts WHERE act = 'end'")
    _allow("'run', 'pause', 'move'")
    op.drop_column("exercises", "ended_at", schema="exercise")


def _allow(acts: str) -> None:
    op.drop_constraint(op.f(CHECK), "clock_acts", schema="exercise", type_="check")
    op.create_check_constraint(op.f(CHECK), "clock_acts", f"act IN ({acts})", schema="exercise")

"""What a company lets be seen of it before a declaration: nothing, until it says so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision: str | None = "0006"


def upgrade() -> None:
    op.add_column(
        "providers",
        sa.Column(
            "shows_name",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Whether its name is seen before a declaration",
        ),
        schema="registry",
    )
    op.add_column(
        "providers",
        sa.Column(
            "shows_place",
            sa.Text(),
            server_default="no",
            nullable=False,
            comment="What is seen of its places before a declaration: no, zip, exact",
        ),
        schema="registry",
    )
    op.add_column(
        "providers",
        sa.Column(
            "shows_by_company",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="The company set both itself; a load leaves them as they are",
        ),
        schema="registry",
    )
    op.create_check_constraint(
        op.f("ck_providers_shows_place"),
        "providers",
        "shows_place IN ('no', 'zip', 'exact')",
        schema="registry",
    )


def downgrade() -> None:
    for name in ("shows_by_company", "shows_place", "shows_name"):
        op.drop_column("providers", name, schema="registry")

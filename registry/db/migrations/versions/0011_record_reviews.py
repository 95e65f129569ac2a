"""What was decided about records that companies submitted voluntarily."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision: str | None = "0010"


def upgrade() -> None:
    op.create_table(
        "record_reviews",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "submitted_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="What was submitted until then was reviewed",
        ),
        sa.Column("decided_by", sa.Uuid(), nullable=False, comment="The account"),
        sa.Column(
            "decided_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("decision IN ('closed', 'open')", name=op.f("ck_record_reviews_decision")),
        sa.CheckConstraint("btrim(reason) <> ''", name=op.f("ck_record_reviews_reason_says_something")),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["registry.providers.id"],
            name=op.f("fk_record_reviews_provider_id_providers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["people.accounts.id"], name=op.f("fk_record_reviews_decided_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_reviews")),
        schema="trust",
        comment="Decisions about records that companies submitted voluntarily",
    )
    op.create_index(
        op.f("ix_record_reviews_provider_id_decided_at"),
        "record_reviews",
        ["provider_id", "decided_at"],
        schema="trust",
    )


def downgrade() -> None:
    op.drop_table("record_reviews", schema="trust")

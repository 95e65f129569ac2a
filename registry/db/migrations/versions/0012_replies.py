"""Answers kept for programs that repeat a request."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision: str | None = "0011"


def upgrade() -> None:
    op.create_table(
        "replies",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False, comment="What the program calls its request"),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False, comment="SHA-256 of what was asked"),
        sa.Column("status", sa.BigInteger(), nullable=False),
        sa.Column("headers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("btrim(key) <> ''", name=op.f("ck_replies_key_says_something")),
        sa.CheckConstraint("octet_length(fingerprint) = 32", name=op.f("ck_replies_fingerprint_is_one")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["people.accounts.id"], name=op.f("fk_replies_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_replies")),
        schema="people",
        comment="Answers kept for repeats; none of them holds a secret or a contact",
    )
    op.create_index(op.f("ix_replies_expires_at"), "replies", ["expires_at"], schema="people")


def downgrade() -> None:
    op.drop_table("replies", schema="people")

"""Who saved an incident, and the key by which the ids of closed answers are made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision: str | None = "0009"


def upgrade() -> None:
    op.add_column(
        "incidents",
        sa.Column("saved_by", sa.Text(), nullable=True, comment="The account that saved it first"),
        schema="registry",
    )
    op.create_table(
        "alias_keys",
        sa.Column("single", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("single", name=op.f("ck_alias_keys_there_is_one")),
        sa.CheckConstraint("octet_length(key) = 32", name=op.f("ck_alias_keys_key_is_one")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_alias_keys")),
        schema="trust",
        comment="By which the ids of closed answers are made",
    )
    # Each random UUID holds 122 bits from the operating system.
    op.execute(
        "INSERT INTO trust.alias_keys (key) VALUES"
        " (sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')))"
    )


def downgrade() -> None:
    op.drop_table("alias_keys", schema="trust")
    op.drop_column("incidents", "saved_by", schema="registry")

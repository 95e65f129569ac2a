"""Road networks in parts, so that a state's goes in and out without being held whole."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision: str | None = "0003"

PART_BYTES = 4 * 2**20


def upgrade() -> None:
    op.create_table(
        "road_network_parts",
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False, comment="From 0 on, without a gap"),
        sa.Column(
            "bytes", sa.LargeBinary(), nullable=False, comment="Of the file that geo.network writes and reads"
        ),
        sa.CheckConstraint("number >= 0", name=op.f("ck_road_network_parts_number_at_least_0")),
        sa.ForeignKeyConstraint(
            ["content_hash"],
            ["registry.road_networks.content_hash"],
            name=op.f("fk_road_network_parts_content_hash_road_networks"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("content_hash", "number", name=op.f("pk_road_network_parts")),
        schema="registry",
        comment="The files of road networks, in parts to be put one behind the other",
    )
    op.execute(
        f"""
        INSERT INTO registry.road_network_parts (content_hash, number, bytes)
        SELECT content_hash, number, substring(bytes FROM (number * {PART_BYTES} + 1)::integer FOR {PART_BYTES})
        FROM registry.road_networks, generate_series(0, (length(bytes) - 1) / {PART_BYTES}) AS number
        """  # noqa: S608 - a number of ours
    )
    op.drop_column("road_networks", "bytes", schema="registry")


def downgrade() -> None:
    op.add_column(
        "road_networks",
        sa.Column(
            "bytes", sa.LargeBinary(), nullable=True, comment="The file that geo.network saves and loads"
        ),
        schema="registry",
    )
    op.execute(
        """
        UPDATE registry.road_networks AS network
        SET bytes = (
            SELECT string_agg(part.bytes, ''::bytea ORDER BY part.number)
            FROM registry.road_network_parts AS part WHERE part.content_hash = network.content_hash
        )
        """
    )
    op.alter_column("road_networks", "bytes", nullable=False, schema="registry")
    op.drop_table("road_network_parts", schema="registry")

"""Scenarios: what would be if, each a patch over the directory and the roads as they stood."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision: str | None = "0014"

KEPT = {
    "scenarios_stay": "BEFORE UPDATE OR DELETE ON runs.scenarios FOR EACH ROW",
    "scenarios_are_not_emptied": "BEFORE TRUNCATE ON runs.scenarios FOR EACH STATEMENT",
}
"""A scenario that is changed is another one, made from it."""


def upgrade() -> None:
    op.create_table(
        "scenarios",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False, comment="Who made it, as the patch says"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("patch", postgresql.JSONB(), nullable=False, comment="What it changes"),
        sa.Column("snapshot_hash", sa.Text(), nullable=False),
        sa.Column("network_hash", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True, comment="The scenario it was made from"),
        sa.Column("account_id", sa.Uuid(), nullable=True, comment="Who kept it; NULL for the operator"),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_scenarios_name_says_something")),
        sa.CheckConstraint("btrim(author) <> ''", name=op.f("ck_scenarios_author_says_something")),
        sa.CheckConstraint("btrim(reason) <> ''", name=op.f("ck_scenarios_reason_says_something")),
        sa.CheckConstraint("jsonb_typeof(patch) = 'object'", name=op.f("ck_scenarios_patch_is_an_object")),
        sa.ForeignKeyConstraint(
            ["snapshot_hash"],
            ["runs.snapshots.content_hash"],
            name=op.f("fk_scenarios_snapshot_hash_snapshots"),
        ),
        sa.ForeignKeyConstraint(
            ["network_hash"],
            ["registry.road_networks.content_hash"],
            name=op.f("fk_scenarios_network_hash_road_networks"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["runs.scenarios.id"], name=op.f("fk_scenarios_parent_id_scenarios")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["people.accounts.id"], name=op.f("fk_scenarios_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenarios")),
        schema="runs",
        comment="What would be if: patches over things as they stood; never changed",
    )
    op.create_index(op.f("ix_scenarios_made_at"), "scenarios", ["made_at"], schema="runs")
    for name, when in KEPT.items():
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION trust.refuse_change()")


def downgrade() -> None:
    op.drop_table("scenarios", schema="runs")

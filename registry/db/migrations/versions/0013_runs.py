"""Runs: what was computed, from what, kept so that it can be computed again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision: str | None = "0012"

KEPT = {
    "snapshots_stay": "BEFORE UPDATE OR DELETE ON runs.snapshots FOR EACH ROW",
    "snapshots_are_not_emptied": "BEFORE TRUNCATE ON runs.snapshots FOR EACH STATEMENT",
    "runs_stay": "BEFORE UPDATE OR DELETE ON runs.runs FOR EACH ROW",
    "runs_are_not_emptied": "BEFORE TRUNCATE ON runs.runs FOR EACH STATEMENT",
}
"""A result that could be changed would reproduce nothing."""


def upgrade() -> None:
    op.execute("CREATE SCHEMA runs")
    make_snapshots()
    make_runs()
    for name, when in KEPT.items():
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION trust.refuse_change()")


def make_snapshots() -> None:
    op.create_table(
        "snapshots",
        sa.Column("content_hash", sa.Text(), nullable=False, comment="SHA-256 of the bytes, unpacked"),
        sa.Column("listings", sa.BigInteger(), nullable=False, comment="How many it holds"),
        sa.Column("bytes", sa.LargeBinary(), nullable=False, comment="Canonical JSON, packed by zlib"),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("content_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_snapshots_content_hash_is_one")),
        sa.CheckConstraint("listings >= 0", name=op.f("ck_snapshots_listings_at_least_0")),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_snapshots")),
        schema="runs",
        comment="The directory as it stood, each state once; never changed, never removed",
    )


def make_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "kind",
            sa.Text(),
            nullable=False,
            comment="match, coverage, scenario: which recipe computed it",
        ),
        sa.Column("snapshot_hash", sa.Text(), nullable=False),
        sa.Column("network_hash", sa.Text(), nullable=False),
        sa.Column(
            "ground_hash",
            sa.Text(),
            nullable=False,
            comment="SHA-256 of counties, people, vehicles and ZIP points as they were",
        ),
        sa.Column(
            "patch",
            postgresql.JSONB(none_as_null=True),
            nullable=True,
            comment="What a scenario changes; NULL for things as they stand",
        ),
        sa.Column("parameters", postgresql.JSONB(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("result_hash", sa.Text(), nullable=False, comment="SHA-256 of the result, unpacked"),
        sa.Column("result", sa.LargeBinary(), nullable=False, comment="The result's bytes, packed by zlib"),
        sa.Column("account_id", sa.Uuid(), nullable=True, comment="Who asked; NULL for the operator"),
        sa.Column("parent_id", sa.Uuid(), nullable=True, comment="The run that it follows from"),
        sa.Column("job_id", sa.Uuid(), nullable=True, comment="The job that computed it: one job, one run"),
        sa.Column(
            "label", sa.Text(), server_default="", nullable=False, comment="What whoever asked calls it"
        ),
        sa.Column(
            "counties",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="What it is about: decides with who asked who may read it",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("btrim(kind) <> ''", name=op.f("ck_runs_kind_says_something")),
        sa.CheckConstraint("btrim(code_version) <> ''", name=op.f("ck_runs_code_version_says_something")),
        sa.CheckConstraint("ground_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_runs_ground_hash_is_one")),
        sa.CheckConstraint("result_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_runs_result_hash_is_one")),
        sa.CheckConstraint(
            "jsonb_typeof(parameters) = 'object'", name=op.f("ck_runs_parameters_is_an_object")
        ),
        sa.CheckConstraint("jsonb_typeof(patch) = 'object'", name=op.f("ck_runs_patch_is_an_object")),
        sa.ForeignKeyConstraint(
            ["snapshot_hash"], ["runs.snapshots.content_hash"], name=op.f("fk_runs_snapshot_hash_snapshots")
        ),
        sa.ForeignKeyConstraint(
            ["network_hash"],
            ["registry.road_networks.content_hash"],
            name=op.f("fk_runs_network_hash_road_networks"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["people.accounts.id"], name=op.f("fk_runs_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["runs.runs.id"], name=op.f("fk_runs_parent_id_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
        sa.UniqueConstraint("job_id", name=op.f("uq_runs_job_id")),
        schema="runs",
        comment="What was computed, with all that computes it again; never changed",
    )
    op.create_index(op.f("ix_runs_made_at"), "runs", ["made_at"], schema="runs")
    op.create_index(op.f("ix_runs_kind_made_at"), "runs", ["kind", "made_at"], schema="runs")


def downgrade() -> None:
    op.drop_table("runs", schema="runs")
    op.drop_table("snapshots", schema="runs")
    op.execute("DROP SCHEMA runs")

"""Jobs: runs that a worker makes, and the queue it takes them from."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision: str | None = "0017"

QUEUE_AS_OF = "03.04.00_50_post_add_retry_failed_job_procedure.sql"
"""The newest of procrastinate's own migrations that its schema held when this was written. A test fails when a release
brings another one: the next migration here then applies that."""


def upgrade() -> None:
    make_queue()
    make_jobs()


def make_queue() -> None:
    """Make procrastinate's tables in a schema of their own; its SQL names none, so the path does."""
    connection = op.get_bind()
    op.execute("CREATE SCHEMA IF NOT EXISTS jobs")
    there = sa.text("SELECT to_regclass('jobs.procrastinate_jobs') IS NOT NULL")
    if connection.execute(there).scalar_one():
        return
    before = connection.execute(sa.text("SELECT current_setting('search_path')")).scalar_one()
    set_path = sa.text("SELECT set_config('search_path', :path, true)")
    connection.execute(set_path, {"path": "jobs"})
    # As it stands: a statement with parameters would be read for placeholders, and could be only one.
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor:
        cursor.execute(SchemaManager.get_schema())
    connection.execute(set_path, {"path": before})
    for table, words in (
        ("procrastinate_jobs", "What waits for a worker; gone when it is done"),
        ("procrastinate_events", "What happened to what waits"),
        ("procrastinate_workers", "Workers at work, with their last sign of life"),
        ("procrastinate_periodic_defers", "Work at set times; none"),
    ):
        op.execute(f"COMMENT ON TABLE jobs.{table} IS '{words}'")


def make_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("snapshot_hash", sa.Text(), nullable=False),
        sa.Column("network_hash", sa.Text(), nullable=False),
        sa.Column("patch", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("parameters", postgresql.JSONB(), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("counties", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False, comment="On whose behalf"),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("fraction", sa.Double(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "sentence", sa.Text(), server_default="", nullable=False, comment="What it does now, for the page"
        ),
        sa.Column(
            "starts",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="How often a worker began it",
        ),
        sa.Column(
            "refusal",
            postgresql.JSONB(none_as_null=True),
            nullable=True,
            comment="Title, given, wanted, to do",
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("btrim(kind) <> ''", name=op.f("ck_jobs_kind_says_something")),
        sa.CheckConstraint(
            "state IN ('waiting', 'working', 'done', 'refused', 'cancelled', 'failed')",
            name=op.f("ck_jobs_state"),
        ),
        sa.CheckConstraint("starts >= 0", name=op.f("ck_jobs_starts_at_least_0")),
        sa.CheckConstraint("fraction BETWEEN 0 AND 1", name=op.f("ck_jobs_fraction_is_a_share")),
        sa.CheckConstraint(
            "jsonb_typeof(parameters) = 'object'", name=op.f("ck_jobs_parameters_is_an_object")
        ),
        sa.CheckConstraint("jsonb_typeof(patch) = 'object'", name=op.f("ck_jobs_patch_is_an_object")),
        sa.CheckConstraint("jsonb_typeof(refusal) = 'object'", name=op.f("ck_jobs_refusal_is_an_object")),
        sa.ForeignKeyConstraint(
            ["snapshot_hash"], ["runs.snapshots.content_hash"], name=op.f("fk_jobs_snapshot_hash_snapshots")
        ),
        sa.ForeignKeyConstraint(
            ["network_hash"],
            ["registry.road_networks.content_hash"],
            name=op.f("fk_jobs_network_hash_road_networks"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["runs.runs.id"], name=op.f("fk_jobs_parent_id_runs")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["people.accounts.id"], name=op.f("fk_jobs_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        schema="runs",
        comment="Runs that are asked for, and how far each is",
    )
    op.create_index(op.f("ix_jobs_account_id_asked_at"), "jobs", ["account_id", "asked_at"], schema="runs")


def downgrade() -> None:
    op.drop_table("jobs", schema="runs")
    op.execute("DROP SCHEMA jobs CASCADE")

"""Exercises, in a schema of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision: str | None = "0013"


def upgrade() -> None:
    op.execute("CREATE SCHEMA exercise")
    op.create_table(
        "exercises",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "about", sa.Text(), server_default="", nullable=False, comment="What is made up, in a sentence"
        ),
        sa.Column(
            "patch",
            postgresql.JSONB(astext_type=sa.Text()),
            nullable=True,
            comment="Of the scenario that is played",
        ),
        sa.Column(
            "snapshot_hash", sa.Text(), nullable=True, comment="Of the frozen registry it is played on"
        ),
        sa.Column("network_hash", sa.Text(), nullable=True, comment="Of the roads it is played on"),
        sa.Column(
            "offset_ms",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="Exercise time when the clock was last touched",
        ),
        sa.Column(
            "running_since", sa.DateTime(timezone=True), nullable=True, comment="None: the clock is paused"
        ),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True, comment="When the clock first ran"),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_exercises_name_says_something")),
        sa.CheckConstraint(
            "patch IS NULL OR jsonb_typeof(patch) = 'object'", name=op.f("ck_exercises_patch_is_an_object")
        ),
        sa.CheckConstraint("offset_ms >= 0", name=op.f("ck_exercises_offset_ms_at_least_0")),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people.accounts.id"], name=op.f("fk_exercises_made_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercises")),
        schema="exercise",
        comment="Made-up events, each with a clock of its own",
    )
    op.create_table(
        "clock_acts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("from_ms", sa.BigInteger(), nullable=False),
        sa.Column("to_ms", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("act IN ('run', 'pause', 'move')", name=op.f("ck_clock_acts_act")),
        sa.ForeignKeyConstraint(
            ["done_by"], ["people.accounts.id"], name=op.f("fk_clock_acts_done_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercise.exercises.id"],
            name=op.f("fk_clock_acts_exercise_id_exercises"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_acts")),
        schema="exercise",
        comment="What was done to the clocks of exercises",
    )
    op.create_index(op.f("ix_clock_acts_exercise_id"), "clock_acts", ["exercise_id"], schema="exercise")
    op.create_table(
        "made_up_contacts",
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_made_up_contacts_name_says_something")),
        sa.CheckConstraint(
            "email = '' OR email ~* '[@.](example\\.(org|com|net)|example|invalid|test)$'",
            name=op.f("ck_made_up_contacts_email_is_made_up"),
        ),
        sa.CheckConstraint(
            "phone = '' OR phone ~ '555[ .-]?01[0-9]{2}$'", name=op.f("ck_made_up_contacts_phone_is_made_up")
        ),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercise.exercises.id"],
            name=op.f("fk_made_up_contacts_exercise_id_exercises"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("exercise_id", "number", name=op.f("pk_made_up_contacts")),
        schema="exercise",
        comment="Made-up contacts of exercises: they lead to nobody",
    )
    op.create_table(
        "log",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False, comment="Exercise time"),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("inject", sa.BigInteger(), nullable=True, comment="The number of the inject it answers"),
        sa.CheckConstraint("btrim(words) <> ''", name=op.f("ck_log_words_says_something")),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercise.exercises.id"],
            name=op.f("fk_log_exercise_id_exercises"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["written_by"], ["people.accounts.id"], name=op.f("fk_log_written_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log")),
        schema="exercise",
        comment="What players and controllers wrote down during exercises",
    )
    op.create_index(op.f("ix_log_exercise_id"), "log", ["exercise_id"], schema="exercise")
    op.create_table(
        "objectives",
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "capability",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="Core capability it belongs to",
        ),
        sa.Column(
            "measures", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.CheckConstraint("btrim(words) <> ''", name=op.f("ck_objectives_words_says_something")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_objectives_number_at_least_1")),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercise.exercises.id"],
            name=op.f("fk_objectives_exercise_id_exercises"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("exercise_id", "number", name=op.f("pk_objectives")),
        schema="exercise",
        comment="What exercises are to show, with measures",
    )
    op.create_table(
        "participants",
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("named_by", sa.Uuid(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "part IN ('player', 'controller', 'evaluator', 'observer')", name=op.f("ck_participants_part")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["people.accounts.id"], name=op.f("fk_participants_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercise.exercises.id"],
            name=op.f("fk_participants_exercise_id_exercises"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["named_by"], ["people.accounts.id"], name=op.f("fk_participants_named_by_accounts")
        ),
        sa.PrimaryKeyConstraint("exercise_id", "account_id", name=op.f("pk_participants")),
        schema="exercise",
        comment="Who takes part in exercises, and as what",
    )
    op.create_index(op.f("ix_participants_account_id"), "participants", ["account_id"], schema="exercise")
    op.create_table(
        "injects",
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("planned_ms", sa.BigInteger(), nullable=False, comment="Exercise time at which it is due"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("happens", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("receiver", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False, comment="What players should do; they never see it"),
        sa.Column("objective", sa.BigInteger(), nullable=True),
        sa.Column("by_hand", sa.Boolean(), nullable=False, comment="The clock leaves it alone"),
        sa.Column(
            "patch", postgresql.JSONB(astext_type=sa.Text()), nullable=True, comment="What begins with it"
        ),
        sa.Column("removed", sa.Boolean(), nullable=False, comment="This version takes it out"),
        sa.Column("edited_by", sa.Uuid(), nullable=False),
        sa.Column(
            "edited_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("btrim(title) <> ''", name=op.f("ck_injects_title_says_something")),
        sa.CheckConstraint(
            "patch IS NULL OR jsonb_typeof(patch) = 'object'", name=op.f("ck_injects_patch_is_an_object")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_injects_number_at_least_1")),
        sa.CheckConstraint("planned_ms >= 0", name=op.f("ck_injects_planned_ms_at_least_0")),
        sa.ForeignKeyConstraint(
            ["edited_by"], ["people.accounts.id"], name=op.f("fk_injects_edited_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["exercise_id", "objective"],
            ["exercise.objectives.exercise_id", "exercise.objectives.number"],
            name=op.f("fk_injects_exercise_id_objectives"),
        ),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercise.exercises.id"],
            name=op.f("fk_injects_exercise_id_exercises"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("exercise_id", "number", "version", name=op.f("pk_injects")),
        schema="exercise",
        comment="The lists of injects, each with all its versions",
    )
    op.create_table(
        "observations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False, comment="Exercise time"),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.Column("seen_by", sa.Uuid(), nullable=False),
        sa.Column("objective", sa.BigInteger(), nullable=False),
        sa.Column(
            "measure",
            sa.BigInteger(),
            nullable=True,
            comment="Counted from 1; none: the objective as a whole",
        ),
        sa.Column("rating", sa.Text(), nullable=True, comment="P, S, M or U, as HSEEP rates"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(words) <> ''", name=op.f("ck_observations_words_says_something")),
        sa.CheckConstraint("rating IN ('P', 'S', 'M', 'U')", name=op.f("ck_observations_rating")),
        sa.CheckConstraint("measure >= 1", name=op.f("ck_observations_measure_at_least_1")),
        sa.ForeignKeyConstraint(
            ["exercise_id", "objective"],
            ["exercise.objectives.exercise_id", "exercise.objectives.number"],
            name=op.f("fk_observations_exercise_id_objectives"),
        ),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercise.exercises.id"],
            name=op.f("fk_observations_exercise_id_exercises"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["seen_by"], ["people.accounts.id"], name=op.f("fk_observations_seen_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
        schema="exercise",
        comment="What evaluators saw, against objectives and measures",
    )
    op.create_index(op.f("ix_observations_exercise_id"), "observations", ["exercise_id"], schema="exercise")
    op.create_table(
        "releases",
        sa.Column("exercise_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("time_ms", sa.BigInteger(), nullable=False, comment="Exercise time"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=True, comment="None: the clock"),
        sa.ForeignKeyConstraint(
            ["exercise_id", "number", "version"],
            ["exercise.injects.exercise_id", "exercise.injects.number", "exercise.injects.version"],
            name=op.f("fk_releases_exercise_id_injects"),
        ),
        sa.ForeignKeyConstraint(
            ["exercise_id"],
            ["exercise.exercises.id"],
            name=op.f("fk_releases_exercise_id_exercises"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["released_by"], ["people.accounts.id"], name=op.f("fk_releases_released_by_accounts")
        ),
        sa.PrimaryKeyConstraint("exercise_id", "number", name=op.f("pk_releases")),
        schema="exercise",
        comment="Which injects were released, when, and by whom",
    )


def downgrade() -> None:
    for name in (
        "releases",
        "observations",
        "injects",
        "participants",
        "objectives",
        "log",
        "made_up_contacts",
        "clock_acts",
        "exercises",
    ):
        op.drop_table(name, schema="exercise")
    op.execute("DROP SCHEMA exercise")

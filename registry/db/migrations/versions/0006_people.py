"""Who may use the registry: accounts, appointments, sessions, second factors, and the tries to sign in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision: str | None = "0005"

HELD = """
    CREATE VIEW people.held AS
    SELECT appointment.account_id, appointment.role, appointment.region, appointment.sector, appointment.provider_id,
           CASE WHEN appointment.role = 'coordinator' THEN coalesce(
               (SELECT array_agg(county.fips ORDER BY county.fips)
                FROM registry.county_regions AS county
                JOIN registry.region_versions AS edition ON edition.version = county.version AND edition.active
                WHERE county.region = appointment.region), '{}')
           ELSE appointment.counties END AS counties
    FROM people.appointments AS appointment
    WHERE appointment.ended_at IS NULL
"""

LIVE = """
    CREATE VIEW people.live AS
    SELECT session.id AS session_id, session.account_id, session.secret_hash, session.kind, session.proved_at,
           session.seen_at,
           CASE WHEN account.password_until IS NOT NULL AND session.method LIKE 'password%'
                THEN ARRAY['account.own'] ELSE session.actions END AS actions
    FROM people.sessions AS session
    JOIN people.accounts AS account ON account.id = session.account_id
    WHERE account.disabled_at IS NULL
      AND session.ended_at IS NULL
      AND clock_timestamp() < session.expires_at
      AND (session.idle_s IS NULL OR clock_timestamp() < session.seen_at + session.idle_s * interval '1 second')
"""


def upgrade() -> None:
    op.execute("CREATE SCHEMA people")
    make_accounts()
    make_signing_in()
    op.execute(HELD)
    op.execute("COMMENT ON VIEW people.held IS 'Appointments that hold now, with their counties'")
    op.execute(LIVE)
    op.execute("COMMENT ON VIEW people.live IS 'Sessions that hold now, of enabled accounts'")


def make_accounts() -> None:
    # Who, in which roles, signed in how.
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="What is typed at sign-in; small letters"),
        sa.Column("full_name", sa.Text(), nullable=False, comment="As screens and the audit show it"),
        sa.Column(
            "demo",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Invented, for the demo",
        ),
        sa.Column(
            "password_hash", sa.Text(), nullable=True, comment="argon2id; none for who signs in elsewhere"
        ),
        sa.Column(
            "password_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="Of a password somebody else was shown: it must be changed, and works no longer than this",
        ),
        sa.Column(
            "disabled_at", sa.DateTime(timezone=True), nullable=True, comment="Disabled since; none: enabled"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("btrim(full_name) <> ''", name=op.f("ck_accounts_full_name_says_something")),
        sa.CheckConstraint("name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'", name=op.f("ck_accounts_name_is_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_accounts_name")),
        schema="people",
        comment="Who may sign in",
    )
    op.create_table(
        "appointments",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column(
            "region",
            sa.Text(),
            nullable=True,
            comment="Of a coordinator; its counties follow from the edition in use",
        ),
        sa.Column(
            "counties",
            postgresql.ARRAY(sa.Text()),
            server_default=sa.text("'{}'::text[]"),
            nullable=False,
            comment="Of a local emergency manager, FIPS codes",
        ),
        sa.Column("sector", sa.Text(), nullable=True, comment="Of a BEOC member"),
        sa.Column("provider_id", sa.Uuid(), nullable=True, comment="Of a company contact"),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True, comment="None: the operator, by the command line"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(role = 'beoc') = (sector IS NOT NULL)", name=op.f("ck_appointments_sector_of_a_member")
        ),
        sa.CheckConstraint(
            "(role = 'company') = (provider_id IS NOT NULL)",
            name=op.f("ck_appointments_provider_of_a_company"),
        ),
        sa.CheckConstraint(
            "(role = 'coordinator') = (region IS NOT NULL)",
            name=op.f("ck_appointments_region_of_a_coordinator"),
        ),
        sa.CheckConstraint(
            "(role = 'local') = (cardinality(counties) > 0)", name=op.f("ck_appointments_counties_of_a_local")
        ),
        sa.CheckConstraint(
            "role IN ('administrator', 'declarer', 'planner', 'coordinator', 'local', 'designer', 'beoc', 'fusion', 'company', 'auditor')",
            name=op.f("ck_appointments_role"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["people.accounts.id"], name=op.f("fk_appointments_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["people.accounts.id"], name=op.f("fk_appointments_ended_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people.accounts.id"], name=op.f("fk_appointments_made_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["registry.providers.id"],
            name=op.f("fk_appointments_provider_id_providers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["sector"], ["registry.sectors.code"], name=op.f("fk_appointments_sector_sectors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointments")),
        schema="people",
        comment="Roles of accounts, each with its jurisdiction",
    )
    op.create_index(
        op.f("ix_appointments_account_id"),
        "appointments",
        ["account_id"],
        unique=False,
        schema="people",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        op.f("ix_appointments_provider_id"), "appointments", ["provider_id"], unique=False, schema="people"
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of 256 random bits"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "label",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="Of a token: what its owner calls it",
        ),
        sa.Column(
            "method", sa.Text(), nullable=False, comment="How it was opened: password and code, passkey, ..."
        ),
        sa.Column(
            "actions",
            postgresql.ARRAY(sa.Text()),
            nullable=True,
            comment="The only actions of the table of access it was made for; none: all of its roles",
        ),
        sa.Column(
            "proved_at", sa.DateTime(timezone=True), nullable=True, comment="The last second factor in it"
        ),
        sa.Column("began_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "seen_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="Last used, to the minute",
        ),
        sa.Column(
            "idle_s",
            sa.BigInteger(),
            nullable=True,
            comment="Ends when not used for so long; none: never for that",
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False, comment="Ends then, used or not"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_why", sa.Text(), nullable=True, comment="signed out, renewed, disabled, password, revoked"
        ),
        sa.CheckConstraint("kind IN ('browser', 'token')", name=op.f("ck_sessions_kind")),
        sa.CheckConstraint("expires_at > began_at", name=op.f("ck_sessions_expires_after_it_began")),
        sa.CheckConstraint("length(secret_hash) = 32", name=op.f("ck_sessions_secret_hash_is_one")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["people.accounts.id"], name=op.f("fk_sessions_account_id_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sessions")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sessions_secret_hash")),
        schema="people",
        comment="Who is signed in, and tokens",
    )
    op.create_index(
        op.f("ix_sessions_account_id"),
        "sessions",
        ["account_id"],
        unique=False,
        schema="people",
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def make_signing_in() -> None:
    # Second factors, identity providers' subjects, what waits, and what was tried.
    op.create_table(
        "authenticators",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "sealed",
            sa.LargeBinary(),
            nullable=True,
            comment="The TOTP key, sealed with a key that is not in the database",
        ),
        sa.Column(
            "last_step", sa.BigInteger(), nullable=True, comment="The last TOTP step used: none works twice"
        ),
        sa.Column("credential_id", sa.LargeBinary(), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column(
            "sign_count",
            sa.BigInteger(),
            server_default=sa.text("0"),
            nullable=False,
            comment="A passkey's own counter",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'passkey') = (credential_id IS NOT NULL AND public_key IS NOT NULL)",
            name=op.f("ck_authenticators_keys_of_a_passkey"),
        ),
        sa.CheckConstraint(
            "(kind = 'totp') = (sealed IS NOT NULL)", name=op.f("ck_authenticators_sealed_of_a_totp")
        ),
        sa.CheckConstraint("kind IN ('totp', 'passkey')", name=op.f("ck_authenticators_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["people.accounts.id"],
            name=op.f("fk_authenticators_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authenticators")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_authenticators_credential_id")),
        schema="people",
        comment="Second factors: TOTP keys and passkeys",
    )
    op.create_index(
        op.f("ix_authenticators_account_id"), "authenticators", ["account_id"], unique=False, schema="people"
    )
    op.create_table(
        "subjects",
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column(
            "shown_name",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="As the provider names them, for whoever links; decides nothing",
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("btrim(issuer) <> ''", name=op.f("ck_subjects_issuer_says_something")),
        sa.CheckConstraint("btrim(subject) <> ''", name=op.f("ck_subjects_subject_says_something")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["people.accounts.id"],
            name=op.f("fk_subjects_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("pk_subjects")),
        schema="people",
        comment="Subjects of identity providers; without account: seen, not linked",
    )
    op.create_index(op.f("ix_subjects_account_id"), "subjects", ["account_id"], unique=False, schema="people")
    op.create_table(
        "challenges",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False, comment="SHA-256 of 256 random bits"),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column(
            "facts",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("btrim(purpose) <> ''", name=op.f("ck_challenges_purpose_says_something")),
        sa.CheckConstraint("jsonb_typeof(facts) = 'object'", name=op.f("ck_challenges_facts_is_an_object")),
        sa.CheckConstraint("length(secret_hash) = 32", name=op.f("ck_challenges_secret_hash_is_one")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["people.accounts.id"],
            name=op.f("fk_challenges_account_id_accounts"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_challenges_secret_hash")),
        schema="people",
        comment="What waits for its second half, to be used once",
    )
    op.create_index(
        op.f("ix_challenges_expires_at"), "challenges", ["expires_at"], unique=False, schema="people"
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column(
            "name_hash",
            sa.LargeBinary(),
            nullable=False,
            comment="SHA-256 of the name typed, which may be a password typed in the wrong field",
        ),
        sa.Column(
            "address",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="Where from; blank: this machine's shell",
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="pending", nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "kind IN ('password', 'code', 'passkey', 'provider')", name=op.f("ck_attempts_kind")
        ),
        sa.CheckConstraint("outcome IN ('pending', 'right', 'wrong')", name=op.f("ck_attempts_outcome")),
        sa.CheckConstraint("length(name_hash) = 32", name=op.f("ck_attempts_name_hash_is_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        schema="people",
        comment="Tries to sign in, by which guessing is slowed",
    )
    op.create_index(
        op.f("ix_attempts_address_at"), "attempts", ["address", "at"], unique=False, schema="people"
    )
    op.create_index(
        op.f("ix_attempts_name_hash_at"), "attempts", ["name_hash", "at"], unique=False, schema="people"
    )


def downgrade() -> None:
    op.execute("DROP VIEW people.live")
    op.execute("DROP VIEW people.held")
    for name in (
        "attempts",
        "challenges",
        "subjects",
        "authenticators",
        "sessions",
        "appointments",
        "accounts",
    ):
        op.drop_table(name, schema="people")
    op.execute("DROP SCHEMA people")

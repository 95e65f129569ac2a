"""Declarations, motor-carrier waivers, who was ranked, and the rules of the office."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision: str | None = "0007"

ACTING = """
CREATE FUNCTION trust.acting() RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $body$
    -- Who acts, as the transaction was told; nobody: NULL.
    SELECT nullif(current_setting('app.account', true), '')::uuid
$body$
"""

ACTS = """
CREATE FUNCTION trust.acts(role text, action text, fresh boolean) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    -- Whether who acts is signed in and holds the role now; fresh: with a second factor of the last ten minutes.
    SELECT EXISTS (
        SELECT FROM people.live JOIN people.held USING (account_id)
        WHERE live.session_id = nullif(current_setting('app.session', true), '')::uuid
        AND live.account_id = trust.acting()
        AND held.role = acts.role
        AND (live.actions IS NULL OR acts.action = ANY (live.actions))
        AND (NOT acts.fresh OR live.proved_at > clock_timestamp() - interval '10 minutes')
    )
$body$
"""

GUARD_DECLARATION = """
CREATE FUNCTION trust.guard_declaration() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
DECLARE
    acting uuid := trust.acting();
    verb text := CASE WHEN TG_OP = 'INSERT' THEN CASE WHEN NEW.extends IS NULL THEN 'record' ELSE 'extend' END
                      WHEN OLD.confirmed_at IS DISTINCT FROM NEW.confirmed_at THEN 'confirm' ELSE 'end' END;
    base trust.declarations;
BEGIN
    IF NOT trust.acts('declarer', 'declaration.' || verb, true) THEN
        RAISE 'only a declarer who is signed in acts on a declaration' USING ERRCODE = 'check_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.recorded_by := acting;
        NEW.recorded_at := clock_timestamp();
        IF num_nonnulls(NEW.confirmed_by, NEW.confirmed_at, NEW.ended_by, NEW.ended_at) > 0 THEN
            RAISE 'a declaration is recorded before it is confirmed' USING ERRCODE = 'check_violation';
        END IF;
        IF NOT NEW.counties <@ ARRAY(SELECT fips FROM registry.counties) THEN
            RAISE 'a declaration names a county that is not there' USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.extends IS NOT NULL THEN
            -- Locked, so that whoever ends the base ends this one too, or comes first and is seen here.
            SELECT * INTO base FROM trust.declarations WHERE id = NEW.extends FOR SHARE;
            IF base.ended_at IS NOT NULL THEN
                RAISE 'what has ended is not extended' USING ERRCODE = 'check_violation';
            END IF;
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.id, OLD.instrument, OLD.number, OLD.authority, OLD.counties, OLD.starts_at, OLD.ends_at, OLD.extends,
        OLD.recorded_by, OLD.recorded_at)
        IS DISTINCT FROM
        (NEW.id, NEW.instrument, NEW.number, NEW.authority, NEW.counties, NEW.starts_at, NEW.ends_at, NEW.extends,
        NEW.recorded_by, NEW.recorded_at) THEN
        RAISE 'what a declaration says is not rewritten' USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.ended_at IS NOT NULL THEN
        RAISE 'what has ended stays ended' USING ERRCODE = 'check_violation';
    END IF;
    IF (OLD.confirmed_by, OLD.confirmed_at) IS DISTINCT FROM (NEW.confirmed_by, NEW.confirmed_at) THEN
        IF OLD.confirmed_at IS NOT NULL THEN
            RAISE 'what was confirmed stays confirmed' USING ERRCODE = 'check_violation';
        END IF;
        IF acting = OLD.recorded_by AND (
            SELECT value <> 'false'::jsonb FROM trust.rules WHERE name = 'two_declarers'
        ) IS NOT FALSE THEN
            RAISE 'a second person must confirm a declaration' USING ERRCODE = 'check_violation';
        END IF;
        NEW.confirmed_by := acting;
        NEW.confirmed_at := clock_timestamp();
    END IF;
    IF (OLD.ended_by, OLD.ended_at, OLD.end_reason) IS DISTINCT FROM (NEW.ended_by, NEW.ended_at, NEW.end_reason) THEN
        NEW.ended_by := acting;
        NEW.ended_at := clock_timestamp();
    END IF;
    RETURN NEW;
END
$body$
"""

END_EXTENSIONS = """
CREATE FUNCTION trust.end_extensions() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    UPDATE trust.declarations SET ended_by = NEW.ended_by, ended_at = NEW.ended_at, end_reason = NEW.end_reason
    WHERE extends = NEW.id AND ended_at IS NULL;
    RETURN NULL;
END
$body$
"""

STAMP_WAIVER = """
CREATE FUNCTION trust.stamp_waiver() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF NOT trust.acts('declarer', 'waiver.record', false) THEN
        RAISE 'only a declarer who is signed in records a waiver' USING ERRCODE = 'check_violation';
    END IF;
    NEW.recorded_by := trust.acting();
    NEW.recorded_at := clock_timestamp();
    RETURN NEW;
END
$body$
"""

STAMP_RULE = """
CREATE FUNCTION trust.stamp_rule() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF NOT trust.acts('administrator', 'rules.set', false) THEN
        RAISE 'only an administrator who is signed in changes a rule' USING ERRCODE = 'check_violation';
    END IF;
    NEW.name := OLD.name;
    NEW.set_by := trust.acting();
    NEW.set_at := clock_timestamp();
    RETURN NEW;
END
$body$
"""

TOUCHED = """
CREATE FUNCTION trust.touched(incident uuid) RETURNS TABLE (fips text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $body$
    SELECT county.fips
    FROM registry.incident_areas AS area, registry.counties AS county
    WHERE area.incident_id = incident
    AND area.version = (SELECT max(version) FROM registry.incident_areas WHERE incident_id = incident)
    -- Ground must be shared: a county that only borders on the area is not reached (geo.counties says the same).
    AND {postgis}.ST_Intersects(county.geometry, area.geometry)
    AND {postgis}.ST_Relate(county.geometry, area.geometry, 'T********')
$body$
"""

GRANTS = """
CREATE FUNCTION trust.grants(incident uuid) RETURNS TABLE (
    declaration_id uuid, instrument text, number text, counties text[], since timestamptz, until timestamptz
)
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $body$
    SELECT act.id, act.instrument, act.number, array_agg(touched.fips ORDER BY touched.fips),
           greatest(act.starts_at, act.confirmed_at), act.ends_at
    FROM trust.declarations AS act, trust.touched(incident) AS touched
    WHERE true
    AND touched.fips = ANY (act.counties) -- wall: reaches its counties
    AND act.confirmed_at IS NOT NULL -- wall: confirmed
    AND act.ended_at IS NULL -- wall: not ended
    AND act.starts_at <= clock_timestamp() -- wall: begun
    AND (act.ends_at IS NULL OR clock_timestamp() < act.ends_at) -- wall: not over
    GROUP BY act.id
    ORDER BY act.ends_at DESC NULLS FIRST, act.starts_at, act.id
$body$
"""

TRIGGERS = """
CREATE TRIGGER declarations_are_guarded BEFORE INSERT OR UPDATE ON trust.declarations
    FOR EACH ROW EXECUTE FUNCTION trust.guard_declaration();
CREATE TRIGGER extensions_end_too AFTER UPDATE ON trust.declarations
    FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION trust.end_extensions();
CREATE TRIGGER declarations_stay BEFORE DELETE OR TRUNCATE ON trust.declarations
    FOR EACH STATEMENT EXECUTE FUNCTION trust.refuse_change();
CREATE TRIGGER waivers_are_stamped BEFORE INSERT ON trust.waivers FOR EACH ROW EXECUTE FUNCTION trust.stamp_waiver();
CREATE TRIGGER waivers_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON trust.waivers
    FOR EACH STATEMENT EXECUTE FUNCTION trust.refuse_change();
CREATE TRIGGER rules_are_stamped BEFORE UPDATE ON trust.rules FOR EACH ROW EXECUTE FUNCTION trust.stamp_rule();
CREATE TRIGGER rules_stay BEFORE DELETE OR TRUNCATE ON trust.rules
    FOR EACH STATEMENT EXECUTE FUNCTION trust.refuse_change();
"""

RULES = """
INSERT INTO trust.rules (name, value) VALUES
    ('looks_per_hour', '60'), ('two_declarers', 'true'), ('records_review_days', '90'),
    ('purposes', '["Ask for what this incident needs", "Agree on delivery", "Release what was lent"]')
"""

FUNCTIONS = (
    "grants(uuid)", "touched(uuid)", "guard_declaration()", "end_extensions()", "stamp_waiver()", "stamp_rule()",
    "acts(text, text, boolean)", "acting()",
)  # fmt: skip


def upgrade() -> None:
    make_declarations()
    make_waivers()
    make_ranked()
    make_rules()
    for function in (ACTING, ACTS, GUARD_DECLARATION, END_EXTENSIONS, STAMP_WAIVER, STAMP_RULE):
        op.execute(function)
    op.execute(TOUCHED.replace("{postgis}", postgis_schema()))
    op.execute(GRANTS)
    op.execute(TRIGGERS)


def postgis_schema() -> str:
    """Return where PostGIS was put: its functions are named in full, for no search path is trusted."""
    found = op.get_bind().scalar(
        sa.text(
            "SELECT quote_ident(nspname) FROM pg_extension JOIN pg_namespace ON pg_namespace.oid = extnamespace"
            " WHERE extname = 'postgis'"
        )
    )
    return str(found)


def make_declarations() -> None:
    op.create_table(
        "declarations",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False, comment="As it stands on the instrument"),
        sa.Column("authority", sa.Text(), nullable=False, comment="Who issued it"),
        sa.Column("counties", postgresql.ARRAY(sa.Text()), nullable=False, comment="FIPS codes, sorted"),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ends_at", sa.DateTime(timezone=True), nullable=True, comment="None: until somebody ends it"
        ),
        sa.Column(
            "extends", sa.Uuid(), nullable=True, comment="The declaration it carries on, and ends with"
        ),
        sa.Column("recorded_by", sa.Uuid(), nullable=False, comment="The account; set by the database"),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True, comment="Another account; set by the database"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "instrument IN ('proclamation', 'resolution', 'extension', 'local')",
            name=op.f("ck_declarations_instrument"),
        ),
        sa.CheckConstraint("btrim(number) <> ''", name=op.f("ck_declarations_number_says_something")),
        sa.CheckConstraint("btrim(authority) <> ''", name=op.f("ck_declarations_authority_says_something")),
        sa.CheckConstraint("cardinality(counties) > 0", name=op.f("ck_declarations_counties_are_named")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_declarations_ends_after_it_starts")),
        sa.CheckConstraint(
            "instrument <> 'extension' OR extends IS NOT NULL",
            name=op.f("ck_declarations_extension_extends"),
        ),
        sa.CheckConstraint(
            "(confirmed_at IS NULL) = (confirmed_by IS NULL)", name=op.f("ck_declarations_confirmed_wholly")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL) AND (ended_at IS NULL) = (btrim(end_reason) = '')",
            name=op.f("ck_declarations_ended_with_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["extends"], ["trust.declarations.id"], name=op.f("fk_declarations_extends_declarations")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.accounts.id"], name=op.f("fk_declarations_recorded_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["people.accounts.id"], name=op.f("fk_declarations_confirmed_by_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by"], ["people.accounts.id"], name=op.f("fk_declarations_ended_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declarations")),
        schema="trust",
        comment="Acts that declare an emergency, and thereby open contacts",
    )
    op.create_index(op.f("ix_declarations_extends"), "declarations", ["extends"], schema="trust")


def make_waivers() -> None:
    op.create_table(
        "waivers",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False, comment="Who issued it"),
        sa.Column(
            "relief",
            sa.Text(),
            nullable=False,
            comment="What it relieves of: weight, hours of service, permits",
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False, comment="The account; set by the database"),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("btrim(number) <> ''", name=op.f("ck_waivers_number_says_something")),
        sa.CheckConstraint("btrim(authority) <> ''", name=op.f("ck_waivers_authority_says_something")),
        sa.CheckConstraint("btrim(relief) <> ''", name=op.f("ck_waivers_relief_says_something")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_waivers_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["people.accounts.id"], name=op.f("fk_waivers_recorded_by_accounts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waivers")),
        schema="trust",
        comment="Waivers for motor carriers; they open no contact",
    )


def make_ranked() -> None:
    op.create_table(
        "ranked",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"],
            ["registry.incidents.id"],
            name=op.f("fk_ranked_incident_id_incidents"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["registry.providers.id"],
            name=op.f("fk_ranked_provider_id_providers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("incident_id", "provider_id", name=op.f("pk_ranked")),
        schema="trust",
        comment="Who was ranked for a need of which incident",
    )
    op.create_index(op.f("ix_ranked_provider_id"), "ranked", ["provider_id"], schema="trust")


def make_rules() -> None:
    op.create_table(
        "rules",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True, comment="The account; none: as shipped"),
        sa.Column(
            "set_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint(
            "name IN ('looks_per_hour', 'two_declarers', 'records_review_days', 'purposes')",
            name=op.f("ck_rules_name"),
        ),
        sa.ForeignKeyConstraint(["set_by"], ["people.accounts.id"], name=op.f("fk_rules_set_by_accounts")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rules")),
        schema="trust",
        comment="Rules of the office, each with its value now",
    )
    op.execute(RULES)


def downgrade() -> None:
    for table in ("rules", "ranked", "waivers", "declarations"):
        op.execute(f"DROP TABLE trust.{table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION trust.{function}")

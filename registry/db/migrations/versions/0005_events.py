"""The audit: events chained by hashes, written by one function and changed by nobody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision: str | None = "0004"

# Each field tells its own length, so that no two events make the same bytes; a field without a value is one zero byte.
FIELD = """
CREATE FUNCTION trust.event_field(value text) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce('\\x01'::bytea || int4send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8'),
                    '\\x00'::bytea)
$$
"""

HASH = """
CREATE FUNCTION trust.event_hash(event trust.events) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
AS $$
    SELECT sha256(
        event.prev_hash
        || int8send(event.seq)
        || timestamptz_send(event.at)
        || trust.event_field(event.login)
        || trust.event_field(event.account_id)
        || trust.event_field(event.session_id)
        || trust.event_field(event.request_id)
        || trust.event_field(event.action)
        || trust.event_field(event.incident_id::text)
        || trust.event_field(event.provider_id::text)
        || trust.event_field(event.declaration_id::text)
        || trust.event_field(event.purpose)
        || trust.event_field(event.detail::text)
    )
$$
"""

# A marker names its line: the proof takes each such line away and looks for a test that notices.
RECORD = """
CREATE FUNCTION trust.record_event(
    action text, incident uuid, provider uuid, declaration uuid, purpose text, detail jsonb
) RETURNS bigint
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_variable
DECLARE
    event trust.events;
BEGIN
    -- A transaction on an old snapshot would not see the events before its own.
    IF current_setting('transaction_isolation') <> 'read committed' THEN RAISE EXCEPTION 'events are recorded in transactions of READ COMMITTED' USING ERRCODE = 'object_not_in_prerequisite_state'; END IF; -- wall: event_not_on_a_snapshot

    -- Held until the transaction ends: whoever comes next sees this event, or that it never was.
    SELECT head.seq + 1, head.hash INTO STRICT event.seq, event.prev_hash FROM trust.head AS head
    FOR UPDATE -- wall: event_head_locked
    ;
    event.at := clock_timestamp();
    event.login := session_user;
    event.account_id := nullif(current_setting('app.account', true), '');
    event.session_id := nullif(current_setting('app.session', true), '');
    event.request_id := nullif(current_setting('app.request', true), '');
    event.action := action;
    event.incident_id := incident;
    event.provider_id := provider;
    event.declaration_id := declaration;
    event.purpose := coalesce(purpose, '');
    event.detail := coalesce(detail, '{}');
    event.hash := trust.event_hash(event); -- wall: event_hashed
    INSERT INTO trust.events SELECT event.*; -- wall: event_written
    UPDATE trust.head SET seq = event.seq, hash = event.hash; -- wall: event_head_moved
    RETURN event.seq;
END
$$
"""

KEEP = """
CREATE FUNCTION trust.refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RAISE EXCEPTION '% of %.% is refused: what was recorded stays', TG_OP, TG_TABLE_SCHEMA, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END
$$
"""

KEPT = {
    "events_stay": "BEFORE UPDATE OR DELETE ON trust.events FOR EACH ROW",
    "events_are_not_emptied": "BEFORE TRUNCATE ON trust.events FOR EACH STATEMENT",
    "head_stays": "BEFORE INSERT OR DELETE ON trust.head FOR EACH ROW",
    "head_is_not_emptied": "BEFORE TRUNCATE ON trust.head FOR EACH STATEMENT",
}


def upgrade() -> None:
    op.execute("CREATE SCHEMA trust")
    make_events()
    make_head()
    for function in (FIELD, HASH, RECORD, KEEP):
        op.execute(function)
    for name, when in KEPT.items():
        table = when.split(" ON ")[1].split()[0]
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION trust.refuse_change()")
        # Also while session_replication_role is replica: only who may alter the table gets past.
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def make_events() -> None:
    op.create_table(
        "events",
        sa.Column(
            "seq",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="From 1 on, without a gap, in the order of commits",
        ),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="By the database's clock, once it was this event's turn",
        ),
        sa.Column(
            "login",
            sa.Text(),
            nullable=False,
            comment="The database login; what no setting can pretend",
        ),
        sa.Column(
            "account_id", sa.Text(), nullable=True, comment="Of people.accounts; none for the operator"
        ),
        sa.Column("session_id", sa.Text(), nullable=True),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False, comment="A code of registry.trust.events.ACTIONS"),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("declaration_id", sa.Uuid(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False, comment="Why, in the person's own words"),
        sa.Column("detail", postgresql.JSONB(), nullable=False, comment="What else belongs to the action"),
        sa.Column(
            "prev_hash",
            sa.LargeBinary(),
            nullable=False,
            comment="The hash of the event before; of the first: zeros",
        ),
        sa.Column(
            "hash", sa.LargeBinary(), nullable=False, comment="sha256 over prev_hash and all other columns"
        ),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_events_seq_from_one")),
        sa.CheckConstraint("action ~ '^[a-z_]+([.][a-z_]+)*$'", name=op.f("ck_events_action_is_a_code")),
        sa.CheckConstraint("length(purpose) <= 2000", name=op.f("ck_events_purpose_is_short")),
        sa.CheckConstraint(
            "jsonb_typeof(detail) = 'object' AND octet_length(detail::text) <= 16384",
            name=op.f("ck_events_detail_is_a_small_object"),
        ),
        sa.CheckConstraint(
            "octet_length(prev_hash) = 32 AND octet_length(hash) = 32",
            name=op.f("ck_events_hashes_are_sha256"),
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_events")),
        schema="trust",
        comment="What was done and refused, in order, each chained to the one before",
    )
    for columns in (["account_id", "seq"], ["provider_id", "seq"], ["incident_id", "seq"], ["action", "at"]):
        op.create_index(op.f(f"ix_events_{'_'.join(columns)}"), "events", columns, schema="trust")


def make_head() -> None:
    op.create_table(
        "head",
        sa.Column("single", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("single", name=op.f("ck_head_is_single")),
        sa.CheckConstraint("seq >= 0", name=op.f("ck_head_seq_not_negative")),
        sa.CheckConstraint("octet_length(hash) = 32", name=op.f("ck_head_hash_is_sha256")),
        sa.PrimaryKeyConstraint("single", name=op.f("pk_head")),
        schema="trust",
        comment="The last event's seq and hash, in one row",
    )
    op.execute("INSERT INTO trust.head (seq, hash) VALUES (0, decode(repeat('00', 32), 'hex'))")


def downgrade() -> None:
    op.execute("DROP FUNCTION trust.record_event(text, uuid, uuid, uuid, text, jsonb)")
    op.execute("DROP FUNCTION trust.event_hash(trust.events)")
    op.drop_table("head", schema="trust")
    op.drop_table("events", schema="trust")
    op.execute("DROP FUNCTION trust.refuse_change()")
    op.execute("DROP FUNCTION trust.event_field(text)")
    op.execute("DROP SCHEMA trust")

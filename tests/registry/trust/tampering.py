"""What somebody who owns the database may do to the audit, at random: edit, delete, insert, swap, cut, rebuild."""

from __future__ import annotations

import random
import uuid

from sqlalchemy import text

from registry.trust.events import record
from registry.trust.ledger import head_now

COLUMNS = {
    "at": "at + make_interval(secs => :number)",
    "login": "login || 'x'",
    "account_id": "coalesce(account_id, '') || 'x'",
    "session_id": "CASE WHEN session_id IS NULL THEN '' END",
    "request_id": "coalesce(request_id, '') || :number",
    "action": "action || '.not'",
    "incident_id": "CASE WHEN incident_id IS NULL THEN gen_random_uuid() END",
    "provider_id": "gen_random_uuid()",
    "declaration_id": "CASE WHEN declaration_id IS NULL THEN gen_random_uuid() END",
    "purpose": "purpose || ' '",
    "detail": "detail || jsonb_build_object('n', :number)",
    "prev_hash": "sha256(prev_hash)",
    "hash": "sha256(hash)",
}
"""For each column but seq an expression that never gives what stands there."""

REBUILD = """
DO $$
DECLARE
    event trust.events;
    before bytea := decode(repeat('00', 32), 'hex');
    number bigint := 0;
BEGIN
    FOR event IN SELECT * FROM trust.events ORDER BY seq LOOP
        number := number + 1;
        UPDATE trust.events SET seq = number, prev_hash = before WHERE seq = event.seq;
        UPDATE trust.events AS e SET hash = trust.event_hash(e) WHERE e.seq = number RETURNING e.hash INTO before;
    END LOOP;
    UPDATE trust.head SET seq = number, hash = before;
END $$
"""
"""Number all events anew, chain them anew, and move the head: what is left is a chain without a fault."""


def seeded(seed):
    """Return chances that come the same each time."""
    return random.Random(seed)  # noqa: S311 - not a secret


def fill(session, count, choose):
    """Record `count` events of many shapes; return the anchors after each quarter."""
    anchors = []
    for number in range(1, count + 1):
        record(
            session,
            choose.choice(["look", "look.refused", "sign_in", "declaration.ended"]),
            incident_id=choose.choice([None, str(uuid.uuid4())]),
            provider_id=choose.choice([None, str(uuid.uuid4())]),
            declaration_id=choose.choice([None, str(uuid.uuid4())]),
            purpose=choose.choice(["", "Strom für Joplin, 電力", 'a "b" \\ c']),
            detail=choose.choice([None, {"ü": [1, 2.50, None, True]}, {"number": number}]),
            account_id=choose.choice(["", "a", str(uuid.uuid4())]),
            session_id=choose.choice(["", "s"]),
        )
        if number % (count // 4) == 0:
            anchors.append(head_now(session))
    return anchors


def state(session):
    """Return the events and the head as one text."""
    return session.scalar(
        text(
            "SELECT (SELECT string_agg(e::text, ',' ORDER BY seq) FROM trust.events AS e) || (SELECT h::text FROM trust.head AS h)"
        )
    )


def disarm(session):
    """Take the triggers and the keys away, as only the tables' owner or a superuser can."""
    session.execute(text("ALTER TABLE trust.events DISABLE TRIGGER ALL"))
    session.execute(text("ALTER TABLE trust.head DISABLE TRIGGER ALL"))
    session.execute(text("ALTER TABLE trust.events DROP CONSTRAINT IF EXISTS pk_events"))
    session.execute(text("ALTER TABLE trust.events DROP CONSTRAINT IF EXISTS ck_events_seq_from_one"))


def edit(session, choose, last, columns=tuple(COLUMNS)):
    """Change one column of one event up to `last`."""
    column = choose.choice(columns)
    _run(
        session,
        f"UPDATE trust.events SET {column} = {COLUMNS[column]} WHERE seq = :seq",  # noqa: S608 - words of ours
        seq=choose.randint(1, last),
        number=choose.randint(1, 10**6),
    )
    return f"edit {column}"


def edit_and_hash(session, choose, last):
    """Change an event and give it the hash that fits."""
    what = edit(session, choose, last, [column for column in COLUMNS if column != "hash"])
    session.execute(text("UPDATE trust.events AS e SET hash = trust.event_hash(e)"))
    return f"{what} and hash"


def delete(session, choose, last):
    """Take an event away."""
    _run(session, "DELETE FROM trust.events WHERE seq = :seq", seq=choose.randint(1, last))
    return "delete"


def delete_and_close_up(session, choose, last):
    """Take an event away and number those behind it anew."""
    seq = choose.randint(1, last)
    _run(session, "DELETE FROM trust.events WHERE seq = :seq", seq=seq)
    _run(session, "UPDATE trust.events SET seq = seq - 1 WHERE seq > :seq", seq=seq)
    _run(session, "UPDATE trust.head SET seq = seq - 1")
    return "delete and close up"


def insert(session, choose, last):
    """Put a copy of an event in between."""
    seq = choose.randint(1, last)
    _run(session, "UPDATE trust.events SET seq = seq + 1 WHERE seq >= :seq", seq=seq)
    _run(
        session,
        "INSERT INTO trust.events SELECT (jsonb_populate_record(e, jsonb_build_object('seq', :seq, 'purpose', 'forged'))).*"
        " FROM trust.events AS e WHERE seq = :seq + 1",
        seq=seq,
    )
    _run(session, "UPDATE trust.head SET seq = seq + 1")
    return "insert"


def swap(session, choose, last):
    """Let two events change places; the first lies up to `last`."""
    one = choose.randint(1, last)
    other = choose.choice([seq for seq in range(1, last + 5) if seq != one])
    _run(
        session,
        "UPDATE trust.events SET seq = :one + :other - seq WHERE seq IN (:one, :other)",
        one=one,
        other=other,
    )
    return "swap"


def cut(session, choose, last):
    """Cut the end off, from an event up to `last` on."""
    _run(session, "DELETE FROM trust.events WHERE seq >= :seq", seq=choose.randint(1, last))
    return "cut"


def cut_with_head(session, choose, last):
    """Cut the end off and move the head."""
    cut(session, choose, last)
    _run(session, "DELETE FROM trust.head WHERE NOT EXISTS (SELECT FROM trust.events)")
    _run(
        session,
        "UPDATE trust.head SET (seq, hash) = (SELECT seq, hash FROM trust.events ORDER BY seq DESC LIMIT 1)",
    )
    return "cut with head"


SINGLE = (edit, edit_and_hash, delete, delete_and_close_up, insert, swap, cut, cut_with_head)


def rebuilt(session, choose, last):
    """Do one of the above, then make the whole chain consistent anew."""
    how = choose.choice([delete, insert, swap, cut, _edit_contents])
    what = how(session, choose, last)
    session.execute(text(REBUILD))
    return f"{what}, rebuilt"


def _edit_contents(session, choose, last):
    # Edited hashes would be mended by rebuilding.
    return edit(session, choose, last, [column for column in COLUMNS if "hash" not in column])


def tamper(session, seed, last):
    """Do one random tampering that touches an event up to `last`; return what it was."""
    choose = seeded(seed)
    how = rebuilt if seed % 3 == 0 else choose.choice(SINGLE)
    return how(session, choose, last)


def _run(session, statement, **values):
    session.execute(
        text(statement), {name: value for name, value in values.items() if f":{name}" in statement}
    )

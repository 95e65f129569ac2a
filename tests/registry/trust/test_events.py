"""Events are recorded with what they tell of, in one chain without a gap, and stay."""

from __future__ import annotations

import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.db.engine import Session, engine, session_scope
from registry.errors import RegistryError
from registry.people.principal import Principal
from registry.trust.actions import ACTIONS, sentence
from registry.trust.event_tables import DETAIL_BYTES, PURPOSE_CHARS, EventRow, HeadRow
from registry.trust.events import record
from registry.trust.ledger import verify_events

ONE, OTHER = str(uuid.uuid4()), str(uuid.uuid4())


def seqs(session):
    return list(session.scalars(text("SELECT seq FROM trust.events ORDER BY seq")))


def test_an_event_says_who_did_what_to_whom_and_why(database_url):
    planner = Principal(account_id=ONE, session_id="s1", name="R. Example", request_id="r1")
    with session_scope(database_url, principal=planner) as session:
        seq = record(
            session,
            "look",
            incident_id=ONE,
            provider_id=OTHER,
            declaration_id=ONE,
            purpose="Generators for the hospital",
            detail={"rank": 3},
        )
    with session_scope(database_url) as session:
        event = session.get(EventRow, seq)
        assert seq == 1
        assert (event.account_id, event.session_id, event.request_id) == (ONE, "s1", "r1")
        assert (str(event.incident_id), str(event.provider_id), str(event.declaration_id)) == (
            ONE,
            OTHER,
            ONE,
        )
        assert (event.action, event.purpose, event.detail) == (
            "look",
            "Generators for the hospital",
            {"rank": 3},
        )
        assert event.login == session.scalar(text("SELECT session_user"))
        assert abs(event.at - datetime.now(UTC)) < timedelta(minutes=5)


def test_nobody_and_nothing_are_recorded_as_such(session):
    event = session.get(EventRow, record(session, "rules.set"))
    assert (event.account_id, event.session_id, event.request_id) == (None, None, None)
    assert (event.incident_id, event.provider_id, event.declaration_id) == (None, None, None)
    assert (event.purpose, event.detail) == ("", {})


def test_who_signs_in_can_be_said_before_anybody_was_introduced(session):
    event = session.get(EventRow, record(session, "sign_in", account_id=ONE, session_id="new"))
    assert (event.account_id, event.session_id) == (ONE, "new")


def test_each_event_is_chained_to_the_one_before_and_the_head_follows(session):
    numbers = [record(session, "sign_in"), record(session, "look"), record(session, "sign_out")]
    events = [session.get(EventRow, number) for number in numbers]
    assert numbers == [1, 2, 3]
    assert [event.prev_hash for event in events] == [bytes(32), events[0].hash, events[1].hash]
    assert len({event.hash for event in events}) == 3
    head = session.get(HeadRow, True)
    assert (head.seq, head.hash) == (3, events[2].hash)


def test_what_is_rolled_back_leaves_neither_event_nor_gap(database_url):
    with session_scope(database_url) as session:
        record(session, "sign_in")
    with Session(engine(database_url)) as session:
        record(session, "look")
        session.rollback()
        record(session, "look")
        with session.begin_nested() as inner:
            record(session, "look.refused")
            inner.rollback()
        record(session, "sign_out")
        session.commit()
    with session_scope(database_url) as session:
        assert seqs(session) == [1, 2, 3]
        assert session.scalars(text("SELECT action FROM trust.events ORDER BY seq")).all() == [
            "sign_in",
            "look",
            "sign_out",
        ]


def test_eight_connections_at_once_leave_no_gap_and_the_order_is_that_of_commits(database_url):
    rounds, workers = 25, 8
    ready, done = threading.Barrier(workers), []

    def work(number):
        ready.wait()
        for turn in range(rounds):
            with Session(engine(database_url)) as session:
                seq = record(session, "look", detail={"worker": number, "turn": turn})
                if turn % 5 == 4:
                    session.rollback()
                    continue
                done.append(seq)  # while the head is still ours: the order of commits
                session.commit()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with session_scope(database_url) as session:
        kept = seqs(session)
        times = session.scalars(text("SELECT at FROM trust.events ORDER BY seq")).all()
        assert verify_events(session).intact
    assert kept == done == list(range(1, workers * rounds * 4 // 5 + 1))
    assert times == sorted(times)


def test_a_transaction_on_a_snapshot_cannot_record(database_url):
    with (
        pytest.raises(DBAPIError, match="READ COMMITTED"),
        session_scope(database_url, snapshot=True) as session,
    ):
        record(session, "look")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trust.events SET purpose = 'another'",
        "DELETE FROM trust.events",
        "TRUNCATE trust.events",
        "INSERT INTO trust.head (single, seq, hash) SELECT false, seq, hash FROM trust.head",
        "DELETE FROM trust.head",
        "TRUNCATE trust.head",
    ],
)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_not_even_a_superuser_changes_what_was_recorded_while_triggers_stand(session, statement, role):
    record(session, "look")
    session.execute(text(f"SET LOCAL session_replication_role = {role}"))
    with pytest.raises(DBAPIError, match="what was recorded stays"):
        session.execute(text(statement))


def test_when_no_event_can_be_written_the_act_is_undone_too(database_url):
    with engine(database_url).begin() as connection:
        connection.execute(
            text(
                "CREATE FUNCTION trust.fail() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RAISE EXCEPTION 'no room'; END $$"
            )
        )
        connection.execute(
            text(
                "CREATE TRIGGER fail BEFORE INSERT ON trust.events FOR EACH ROW EXECUTE FUNCTION trust.fail()"
            )
        )
        connection.execute(text("CREATE TABLE acts (what text)"))

    def act():
        with session_scope(database_url) as session:
            session.execute(text("INSERT INTO acts VALUES ('a look')"))
            record(session, "look")

    with pytest.raises(DBAPIError, match="no room"):
        act()
    with session_scope(database_url) as session:
        assert session.scalar(text("SELECT count(*) FROM acts")) == 0
        assert session.get(HeadRow, True).seq == 0


def test_the_web_records_through_the_function_and_reads_but_writes_nothing_by_itself(database_url, as_login):
    web = as_login(database_url, "merr_web")
    with session_scope(web) as session:
        seq = record(session, "look")
        assert session.get(EventRow, seq).login == "merr_web"
    for statement in (
        "INSERT INTO trust.events SELECT * FROM trust.events",
        "UPDATE trust.events SET purpose = 'another'",
        "DELETE FROM trust.events",
        "TRUNCATE trust.events",
        "UPDATE trust.head SET seq = 0",
        "INSERT INTO trust.head SELECT * FROM trust.head",
        "DELETE FROM trust.head",
        "ALTER TABLE trust.events DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
    ):
        with (
            pytest.raises(RegistryError, match=r"permission denied|must be owner"),
            session_scope(web) as session,
        ):
            session.execute(text(statement))


def test_the_login_of_the_audit_cannot_record_and_nobody_can_once_the_right_is_taken(database_url, as_login):
    def act(url):
        with session_scope(url) as session:
            record(session, "look")

    with pytest.raises(RegistryError, match="permission denied"):
        act(as_login(database_url, "merr_audit"))
    with engine(database_url).begin() as connection:
        connection.execute(
            text(
                "REVOKE EXECUTE ON FUNCTION trust.record_event(text, uuid, uuid, uuid, text, jsonb) FROM merr_web"
            )
        )
    with pytest.raises(RegistryError, match="permission denied"):
        act(as_login(database_url, "merr_web"))
    with session_scope(database_url) as session:
        assert seqs(session) == []


@pytest.mark.parametrize("action", ["Look", "look at", "", "look."])
def test_the_database_takes_nothing_but_codes_for_actions(session, action):
    with pytest.raises(DBAPIError, match="action_is_a_code"):
        session.execute(
            text("SELECT trust.record_event(:action, null, null, null, '', '{}')"), {"action": action}
        )


def test_an_action_without_a_sentence_is_not_recorded(session):
    with pytest.raises(ValueError, match="no line"):
        record(session, "look.sideways")
    assert seqs(session) == []


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ({"purpose": "a\0b"}, "cannot be stored"),
        ({"purpose": "\ud800"}, "cannot be stored"),
        ({"detail": {"name": "a\0b"}}, "cannot be stored"),
        ({"detail": {"name": "\ud800"}}, "cannot be stored"),
        ({"purpose": "x" * (PURPOSE_CHARS + 1)}, "too long"),
        ({"detail": {"name": "x" * DETAIL_BYTES}}, "too long"),
    ],
)
def test_words_that_no_event_takes_are_refused_before_the_database_is_asked(session, words, title):
    with pytest.raises(RegistryError, match=title):
        record(session, "look", **words)
    assert seqs(session) == []


def test_the_longest_words_are_recorded(session):
    record(session, "look", purpose="ü" * PURPOSE_CHARS, detail={"a": "x" * (DETAIL_BYTES - 9)})
    assert seqs(session) == [1]


def test_every_action_has_a_sentence_that_goes_on_after_a_name():
    for code, words in ACTIONS.items():
        assert sentence(code) == words
        assert words[0].islower()
        assert words[-1].isalnum()
    assert sentence("of.a_later_release") == "of.a_later_release"

"""Sessions: they end when they must, at once, and a secret is worth nothing once it is old."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select, text, update

from registry.errors import RegistryError
from registry.people import accounts, appointments, sessions
from registry.people.access import Target, allowed
from registry.people.bearer import hash_of
from registry.people.scopes import Scope
from registry.people.tables import SessionRow
from tests.registry.people.persons import asking, signed_in, somebody


@pytest.fixture
def administrator(facts):
    return signed_in(facts, somebody(facts, "administrator"))[1]


def moved(session, session_id, **columns):
    for name, value in columns.items():
        session.execute(
            update(SessionRow)
            .where(SessionRow.id == uuid.UUID(session_id))
            .values({name: func.clock_timestamp() + value})
        )


@pytest.mark.asvs("7.2.2", "7.2.3")
def test_a_secret_tells_who_asks_and_the_database_keeps_only_its_hash(facts):
    account = somebody(facts, "planner", name="planner")
    secret, principal = signed_in(facts, account)
    assert (principal.account_id, principal.name, principal.roles) == (account.id, "R. Example", {"planner"})
    assert (principal.actions, principal.request_id) == (None, "request")
    assert principal.proved_at is not None
    (row,) = facts.scalars(select(SessionRow))
    assert row.secret_hash == hash_of(secret)
    assert secret.encode() not in bytes(row.secret_hash)
    assert len(secret) == 43


def test_a_strange_secret_is_nobodys(facts):
    signed_in(facts, somebody(facts, "planner"))
    for strange in ("", "x", "\0", "\ud800", "é" * 500):
        assert asking(facts, strange) is None


def test_without_a_second_factor_nothing_is_proved(facts):
    _, principal = signed_in(facts, somebody(facts, "planner"), proved=False)
    assert principal.proved_at is None


@pytest.mark.parametrize(
    ("column", "last", "over"),
    [
        ("seen_at", timedelta(minutes=-29), timedelta(minutes=-31)),
        ("expires_at", timedelta(minutes=1), timedelta(seconds=-1)),
    ],
)
def test_a_browser_is_signed_out_when_idle_and_when_its_time_is_over(facts, column, last, over):
    secret, principal = signed_in(facts, somebody(facts, "planner"))
    facts.execute(text("UPDATE people.sessions SET began_at = began_at - interval '1 day'"))
    moved(facts, principal.session_id, **{column: last})
    assert asking(facts, secret) is not None
    moved(facts, principal.session_id, **{column: over})
    assert asking(facts, secret) is None


def test_a_browsers_session_lasts_twelve_hours_and_a_token_eight(facts):
    account = somebody(facts, "planner")
    signed_in(facts, account)
    signed_in(facts, account, kind="token", label="laptop")
    lasts = {row.kind: row.expires_at - row.began_at for row in facts.scalars(select(SessionRow))}
    assert round(lasts["browser"] / timedelta(hours=1), 3) == 12
    assert round(lasts["token"] / timedelta(hours=1), 3) == 8


def test_a_token_is_never_idle(facts):
    secret, principal = signed_in(facts, somebody(facts, "planner"), kind="token")
    moved(facts, principal.session_id, seen_at=timedelta(hours=-7))
    assert asking(facts, secret) is not None


def test_one_statement_finds_the_principal_and_writes_the_last_use_once_a_minute(facts):
    secret, principal = signed_in(facts, somebody(facts, "planner", "auditor"))
    moved(facts, principal.session_id, seen_at=timedelta(seconds=-40))
    facts.flush()
    statements = []
    seen = select(SessionRow.seen_at)

    def count(_connection, _cursor, statement, *_more):
        statements.append(statement)

    engine = facts.get_bind()
    before = facts.scalar(seen)
    event.listen(engine, "before_cursor_execute", count)
    try:
        asking(facts, secret)
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert len(statements) == 1
    assert facts.scalar(seen) == before
    moved(facts, principal.session_id, seen_at=timedelta(seconds=-65))
    before = facts.scalar(seen)
    asking(facts, secret)
    after = facts.scalar(seen)
    assert after > before
    asking(facts, secret)
    assert facts.scalar(seen) == after


@pytest.mark.asvs("7.4.2")
def test_disabling_ends_every_session_at_once_and_enabling_brings_none_back(facts, administrator):
    account = somebody(facts, "planner")
    secrets = [signed_in(facts, account)[0], signed_in(facts, account, kind="token")[0]]
    other, _ = signed_in(facts, somebody(facts, "planner"))
    assert accounts.disable(facts, administrator, account.id) == 2
    assert [asking(facts, secret) for secret in secrets] == [None, None]
    accounts.enable(facts, administrator, account.id)
    assert [asking(facts, secret) for secret in secrets] == [None, None]
    assert asking(facts, other) is not None


def test_the_live_view_itself_knows_a_disabled_account(facts):
    # Behind the ending of each session stands the account's own state: one of the two may be forgotten, not both.
    account = somebody(facts, "planner")
    secret, _ = signed_in(facts, account)
    facts.execute(text("UPDATE people.accounts SET disabled_at = now() WHERE id = :id"), {"id": account.id})
    assert asking(facts, secret) is None


def test_a_disabled_account_begins_no_session(facts, administrator):
    account = somebody(facts, "planner")
    accounts.disable(facts, administrator, account.id)
    with pytest.raises(RegistryError, match="disabled"):
        sessions.begin(facts, account.id, kind="browser", proved=True, method="passkey")


def test_a_renewed_session_has_another_id_and_secret_and_the_same_end(facts):
    secret, principal = signed_in(facts, somebody(facts, "planner"), proved=False)
    (end,) = facts.scalars(select(SessionRow.expires_at))
    fresh, fresh_id = sessions.renew(facts, principal, proved=True)
    again = asking(facts, fresh)
    assert asking(facts, secret) is None
    assert again is not None
    assert again.session_id == fresh_id != principal.session_id
    assert again.proved_at is not None
    assert facts.scalar(select(SessionRow.expires_at).where(SessionRow.ended_at.is_(None))) == end
    with pytest.raises(RegistryError, match="signed out"):
        sessions.renew(facts, principal)


def test_ending_one_leaves_the_others(facts):
    account = somebody(facts, "planner")
    first, principal = signed_in(facts, account)
    second, kept = signed_in(facts, account)
    assert sessions.end(facts, principal.session_id)
    assert not sessions.end(facts, principal.session_id)
    assert asking(facts, first) is None
    assert asking(facts, second) is not None
    third, _ = signed_in(facts, account)
    assert sessions.end_all(facts, account.id, "password", but=kept.session_id) == 1
    assert asking(facts, third) is None
    assert [one.id for one in sessions.open_sessions(facts, account.id)] == [kept.session_id]


def test_a_token_may_do_only_what_it_was_made_for(facts):
    account = somebody(facts, "planner")
    _, principal = signed_in(facts, account, kind="token", actions=["match.ask"])
    assert principal.actions == {"match.ask"}
    assert allowed(principal, "match.ask")
    assert not allowed(principal, "incident.save")


def test_a_password_that_somebody_else_saw_opens_only_ones_own_account(facts):
    account = somebody(facts, "planner")
    secret, _ = signed_in(facts, account)
    by_passkey, _ = signed_in(facts, account, method="passkey")
    facts.execute(text("UPDATE people.accounts SET password_until = now() + interval '1 day'"))
    assert asking(facts, secret).actions == {"account.own"}
    assert asking(facts, by_passkey).actions is None


def test_an_appointment_holds_and_ends_on_the_next_request(facts, administrator):
    account = somebody(facts)
    secret, principal = signed_in(facts, account)
    assert principal.appointments == ()
    made = appointments.appoint(facts, administrator, account.id, "local", Scope(counties=("29097",)))
    assert allowed(asking(facts, secret), "match.ask", Target(counties=frozenset({"29097"})))
    appointments.dismiss(facts, administrator, made)
    assert asking(facts, secret).appointments == ()


def test_a_coordinators_counties_follow_the_edition_in_use(facts):
    secret, principal = signed_in(facts, somebody(facts, ("coordinator", Scope(region="D"))))
    (held,) = principal.appointments
    assert (held.region, held.counties) == ("D", {"29097"})
    facts.execute(text("UPDATE registry.county_regions SET region = 'D'"))
    assert asking(facts, secret).appointments[0].counties == {"29097", "29037"}
    facts.execute(text("UPDATE registry.region_versions SET active = false"))
    assert asking(facts, secret).appointments[0].counties == frozenset()

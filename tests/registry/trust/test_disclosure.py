"""Looks: what opens a contact, what keeps it closed, and that each leaves exactly one event."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.db.engine import engine, session_scope
from registry.errors import RegistryError
from registry.incidents import desk as incidents
from registry.incidents.store import add_area_version
from registry.people.access import ACCESS
from registry.people.principal import ROLES
from registry.trust import declarations, disclosure, rules
from registry.trust.disclosure import Confidence, Contact, DisclosureRefused
from registry.trust.refusals import REASONS
from tests.registry.trust.acts import (
    CASS,
    CHIEF,
    FIRST,
    HOUR,
    IN_CASS,
    IN_JASPER,
    JASPER,
    PLANNER,
    SECOND,
    act,
    declare,
    incident,
    now,
    record,
    somebody,
)
from tests.registry.trust.desk import CANARY, DRY, EMPTY, LENDER, PAUSED, PURPOSE, UNRANKED

NOBODY = "00000000-0000-0000-0000-000000000000"


def test_a_look_opens_contact_and_confidence_and_leaves_one_event(desk):
    found = desk.look()
    assert found.provider_name == "Company lender"
    assert found.contact == Contact(
        person=f"{CANARY} person", phone=f"{CANARY} phone", email=f"{CANARY}@example.org"
    )
    (told,) = found.proprietary
    assert told == Confidence(
        asset_id=told.asset_id,
        asset="Towable generator",
        price_basis="cost",
        conditions=f"{CANARY} terms",
        notes=f"{CANARY} notes",
    )
    assert CANARY not in repr(found)
    (event,) = desk.events()
    assert event == (
        "look", PLANNER.account_id, desk.incident, desk.companies[LENDER], desk.declaration, PURPOSE, None, found.event,
    )  # fmt: skip


def test_a_look_says_what_was_needed_and_in_which_version_of_the_area_as_they_were_then(desk):
    desk.look()  # and another incident is there, with needs and an area of its own
    incident(desk.url, area=IN_CASS, needs=["tarp"])
    with session_scope(desk.url) as session:
        add_area_version(session, desk.incident, IN_CASS)
        add_area_version(session, desk.incident, IN_JASPER)
    desk.sql(
        "UPDATE registry.incidents SET needs = (SELECT jsonb_agg(jsonb_build_object('text', repeat(chr(1), 900)))"
        " FROM generate_series(1, 90)) || needs WHERE id = :id",
        id=desk.incident,
    )
    desk.sql(
        'UPDATE registry.incidents SET needs = needs || \'[{"text": "generator:4"}]\' WHERE id = :id',
        id=desk.incident,
    )
    desk.look()
    first, second = (
        row.detail for row in desk.sql("SELECT detail FROM trust.events WHERE action = 'look' ORDER BY seq")
    )
    assert first == {"needs": ["generator:4"], "area_version": 1}
    assert (second["area_version"], len(second["needs"]), {len(each) for each in second["needs"]}) == (
        3,
        40,
        {60},
    )


def test_a_company_without_contact_or_confidence_opens_as_such(desk):
    desk.sql("DELETE FROM protected.contacts")
    desk.sql("DELETE FROM protected.proprietary")
    found = desk.look()
    assert (found.contact, found.proprietary) == (None, ())


CLOSED = [
    ("purpose", {"purpose": " "}),
    ("purpose", {"purpose": "12 - 34 ..."}),
    ("purpose", {"purpose": "no"}),
    ("purpose", {"purpose": "x" * 401}),
    ("purpose", {"purpose": "Generators\0"}),
    ("incident", {"place": NOBODY}),
    ("incident", {"place": "Joplin"}),
    ("ranked", {"key": UNRANKED}),
    ("ranked", {"key": NOBODY}),
    ("ranked", {"key": "Company lender"}),
    ("asset", {"key": DRY}),
    ("asset", {"key": PAUSED}),
    ("asset", {"key": EMPTY}),
]


@pytest.mark.parametrize(("reason", "asked"), CLOSED, ids=str)
def test_a_look_that_lacks_something_is_refused_and_recorded(desk, reason, asked):
    assert desk.refused(**asked) == reason
    (event,) = desk.events()
    assert (event.action, event.account_id, event.reason) == ("look.refused", PLANNER.account_id, reason)
    assert desk.refused() is None
    assert [each.action for each in desk.events()] == ["look.refused", "look"]


def test_a_purpose_of_three_letters_and_one_of_400_characters_will_do(desk):
    assert desk.refused(purpose=" ask ") is None
    assert desk.refused(purpose="x" * 400) is None
    assert [event.purpose for event in desk.events()] == ["ask", "x" * 400]


@pytest.mark.parametrize("role", ROLES)
def test_who_may_look_is_what_the_table_of_access_says(desk, role):
    scopes = {
        "local": ({"counties": frozenset({JASPER})}, {"counties": frozenset({CASS})}),
        "coordinator": ({"region": "D"}, {"region": "A"}),
        "beoc": ({"sector": "energy"}, {"sector": "energy"}),
        "company": ({"provider_id": desk.companies[LENDER]}, {"provider_id": desk.companies[DRY]}),
    }
    at_home, away = scopes.get(role, ({}, {}))
    cell = ACCESS["contact.look"][role]
    assert (desk.refused(somebody(desk.url, role, **at_home)) is None) is (cell != "-")
    assert (desk.refused(somebody(desk.url, role, **away)) is None) is (cell == "all")
    expected = {"all": [None, None], "own": [None, "jurisdiction"], "-": ["role", "role"]}[cell]
    assert [event.reason for event in desk.events()] == expected


def test_a_coordinators_counties_are_those_of_the_edition_in_use(desk):
    who = somebody(desk.url, "coordinator", region="D")
    assert desk.refused(who) is None
    desk.sql("UPDATE registry.region_versions SET active = false")
    assert desk.refused(who) == "jurisdiction"


def test_a_token_looks_only_when_it_was_made_for_it(desk):
    assert desk.refused(somebody(desk.url, "planner", actions=frozenset({"match.ask"}))) == "token"
    assert (
        desk.refused(somebody(desk.url, "planner", actions=frozenset({"match.ask", "contact.look"}))) is None
    )


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE people.sessions SET ended_at = now(), ended_why = 'revoked' WHERE id = :session",
        (
            "UPDATE people.sessions SET began_at = now() - interval '2 days', expires_at = now() - interval '1 second'"
            " WHERE id = :session"
        ),
        "UPDATE people.sessions SET seen_at = now() - interval '1 hour', idle_s = 60 WHERE id = :session",
        "UPDATE people.accounts SET disabled_at = now() WHERE id = :account",
    ],
    ids=["ended", "expired", "idle", "disabled"],
)
def test_in_mid_use_whoever_is_signed_out_or_disabled_is_refused_at_the_next_look(desk, change):
    somebody(desk.url, "planner")  # somebody else's live session opens nothing for this one
    assert desk.refused() is None
    given = {"session": PLANNER.session_id, "account": PLANNER.account_id}
    with session_scope(desk.url) as session:
        session.execute(text(change), {key: given[key] for key in given if f":{key}" in change})
    assert desk.refused() == "signed_out"
    assert [event.reason for event in desk.events()] == [None, "signed_out"]


def test_a_live_session_of_the_same_account_does_not_stand_in_for_an_ended_one(desk):
    again = replace(PLANNER, session_id="00000000-0000-4000-9000-000000000099")
    desk.sql(
        "INSERT INTO people.sessions (id, account_id, secret_hash, kind, method, expires_at)"
        " SELECT :new, account_id, sha256('other'), kind, method, expires_at FROM people.sessions WHERE id = :old",
        new=again.session_id, old=PLANNER.session_id,
    )  # fmt: skip
    desk.sql("UPDATE people.sessions SET ended_at = now() WHERE id = :old", old=PLANNER.session_id)
    assert desk.refused() == "signed_out"
    assert desk.refused(again) is None


def test_a_session_opens_nothing_for_another_account(desk):
    other = somebody(desk.url, "planner")
    desk.sql("UPDATE people.sessions SET ended_at = now() WHERE id = :id", id=other.session_id)
    assert desk.refused(replace(other, session_id=PLANNER.session_id)) == "signed_out"


def test_a_role_revoked_in_mid_use_is_refused_at_the_next_look(desk):
    assert desk.refused() is None
    desk.sql("UPDATE people.appointments SET ended_at = now() WHERE account_id = :id", id=PLANNER.account_id)
    assert desk.refused() == "role"


def test_a_declaration_ended_in_mid_use_closes_at_the_next_look(desk):
    assert desk.refused() is None
    act(desk.web, FIRST, declarations.end, desk.declaration, "Over")
    assert desk.refused() == "declaration"
    assert desk.refused(key=UNRANKED) == "declaration"  # nothing else is told while it is closed
    assert [event.declaration_id for event in desk.events()][1:] == [None, None]


def test_a_declaration_closes_at_its_end_by_the_databases_clock_on_a_pooled_connection(desk):
    act(desk.web, FIRST, declarations.end, desk.declaration, "Replaced by one that ends")
    ((ends,),) = desk.sql("SELECT clock_timestamp() + interval '4 seconds'")
    declare(desk.web, ends_at=ends)
    act(desk.web, CHIEF, rules.change, "looks_per_hour", 10_000)
    while desk.refused() is None:
        continue
    assert desk.refused() == "declaration"
    assert desk.sql(
        "SELECT count(*) > 0 AND max(at) < :ends FROM trust.events WHERE action = 'look'", ends=ends
    )[0][0]
    refused = "SELECT count(*) = 2 AND min(at) >= :ends FROM trust.events WHERE action = 'look.refused'"
    assert desk.sql(refused, ends=ends)[0][0]
    assert engine(desk.web).pool.checkedout() == 0


@pytest.mark.parametrize(
    "given",
    [
        {"counties": [CASS]},
        {"starts_at": now() + HOUR},
    ],
    ids=["of another county", "not yet"],
)
def test_no_other_declaration_opens(desk, given):
    act(desk.url, FIRST, declarations.end, desk.declaration, "Over")
    declare(desk.url, **given)
    assert desk.refused() == "declaration"


def test_a_declaration_that_ran_out_opens_nothing(desk):
    act(desk.url, FIRST, declarations.end, desk.declaration, "Over")
    ends = now() + timedelta(seconds=3)  # recorded and confirmed before, on a slow machine too
    declare(desk.url, starts_at=now() - 2 * HOUR, ends_at=ends)
    desk.sql("SELECT pg_sleep_until(:ends)", ends=ends)
    assert desk.refused() == "declaration"


def test_a_declaration_that_waits_opens_nothing(desk):
    act(desk.url, FIRST, declarations.end, desk.declaration, "Over")
    made = record(desk.url)
    assert desk.refused() == "declaration"
    act(desk.url, SECOND, declarations.confirm, made)
    assert desk.refused() is None


def test_the_latest_area_decides(desk):
    from registry.incidents.store import add_area_version  # noqa: PLC0415 - only here

    with session_scope(desk.url) as session:
        add_area_version(session, desk.incident, IN_CASS)
    assert desk.refused() == "declaration"


@pytest.mark.parametrize(
    "need",
    [
        "generator_portable",
        "Generator, portable:4",
        "generators:40,kw>=100",
        {"text": "anything", "word": "generator"},
        {"text": "anything", "word": "generator_portable"},
    ],
    ids=str,
)
def test_each_way_to_write_a_need_names_its_kinds(desk, need):
    place = incident(desk.url, needs=[need])
    act(desk.url, PLANNER, disclosure.note_ranked, place, list(desk.companies.values()))
    assert desk.refused(place=place) is None
    assert desk.refused(place=place, key=DRY) == "asset"


def test_a_company_ranked_for_another_incident_stays_closed(desk):
    place = incident(desk.url)
    assert desk.refused(place=place) == "ranked"


def test_an_asset_of_another_company_opens_nothing(desk):
    desk.sql("DELETE FROM registry.assets USING registry.sites WHERE sites.id = site_id AND provider_id = :id",
             id=desk.companies[LENDER])  # fmt: skip
    assert desk.refused() == "asset"


def test_a_closed_incident_opens_nothing_until_it_is_reopened(desk):
    act(desk.web, PLANNER, incidents.close_incident, desk.incident)
    assert desk.refused() == "closed"
    with session_scope(desk.web, principal=PLANNER) as session:
        assert disclosure.grant_for(session, desk.incident) is None
    with pytest.raises(DisclosureRefused, match="reopen the incident"):
        desk.look()
    act(desk.web, PLANNER, incidents.reopen_incident, desk.incident)
    assert desk.refused() is None


def test_an_hour_allows_as_many_looks_as_the_rule_says(desk):
    act(desk.web, CHIEF, rules.change, "looks_per_hour", 2)
    assert [desk.refused() for _ in range(4)] == [None, None, "limit", "limit"]
    assert desk.refused(somebody(desk.url, "planner")) is None
    assert [event.reason for event in desk.events()] == [None, None, "limit", "limit", None]
    act(desk.web, CHIEF, rules.change, "looks_per_hour", 3)
    assert desk.refused() is None


def test_an_account_spelt_another_way_counts_as_the_same(desk):
    act(desk.web, CHIEF, rules.change, "looks_per_hour", 1)
    assert desk.refused() is None
    assert desk.refused(replace(PLANNER, account_id=f"{{{PLANNER.account_id}}}")) == "limit"
    assert {event.account_id for event in desk.events()} == {PLANNER.account_id}


def test_looks_at_once_cannot_slip_past_the_limit(desk):
    act(desk.web, CHIEF, rules.change, "looks_per_hour", 3)
    outcomes = []
    ready = threading.Barrier(5)

    def look():
        with session_scope(desk.web, principal=PLANNER) as session:
            session.execute(text("SELECT 1"))
            ready.wait(timeout=120)
            try:
                disclosure.disclose(session, PLANNER, desk.incident, desk.companies[LENDER], PURPOSE)
            except DisclosureRefused as refusal:
                outcomes.append(refusal.reason)
            else:
                outcomes.append(None)

    assert desk.companies
    assert desk.incident
    everybody = [threading.Thread(target=look) for _ in range(5)]
    for each in everybody:
        each.start()
    for each in everybody:
        each.join(timeout=120)
    assert sorted(outcomes, key=str) == [None, None, None, "limit", "limit"]
    assert sorted(event.action for event in desk.events()) == ["look"] * 3 + ["look.refused"] * 2


def _meanwhile(desk, change, **given):
    """Return what a look came to that began while `change` was done but not yet committed."""
    outcome = []
    looker = threading.Thread(target=lambda: outcome.append(desk.refused()))
    assert desk.companies
    assert desk.incident
    with session_scope(desk.url, principal=FIRST) as session:
        session.execute(text(change), given)
        looker.start()
        deadline = time.monotonic() + 120
        while not outcome and time.monotonic() < deadline:
            waiting = desk.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if waiting[0][0]:
                break
            time.sleep(0.02)
    looker.join(timeout=120)
    return outcome


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("signed_out", "UPDATE people.accounts SET disabled_at = clock_timestamp() WHERE id = :account"),
        ("signed_out", "UPDATE people.sessions SET ended_at = clock_timestamp() WHERE id = :session"),
        ("role", "UPDATE people.appointments SET ended_at = clock_timestamp() WHERE account_id = :account"),
        (
            "declaration",
            "UPDATE trust.declarations SET ended_at = now(), ended_by = :first, end_reason = 'Over'",
        ),
    ],
    ids=["disabled", "signed out", "revoked", "ended"],
)
def test_a_look_begun_while_the_door_is_being_closed_waits_and_is_refused(desk, reason, change):
    given = {"account": PLANNER.account_id, "session": PLANNER.session_id, "first": FIRST.account_id}
    used = {key: value for key, value in given.items() if f":{key}" in change}
    assert _meanwhile(desk, change, **used) == [reason]


def test_who_closes_the_door_waits_for_a_look_that_has_begun(desk):
    ended = threading.Event()

    def end():
        act(desk.url, FIRST, declarations.end, declaration, "Over")
        ended.set()

    declaration = desk.declaration
    ender = threading.Thread(target=end)
    with session_scope(desk.web, principal=PLANNER) as session:
        row = session.execute(
            text("SELECT opened FROM trust.disclose(:incident, :provider, :purpose)"),
            {"incident": desk.incident, "provider": desk.companies[LENDER], "purpose": PURPOSE},
        ).one()
        ender.start()
        assert not ended.wait(timeout=0.5)
    ender.join(timeout=120)
    assert row.opened
    assert ended.is_set()
    order = desk.sql("SELECT action FROM trust.events ORDER BY seq DESC LIMIT 2")
    assert order == [("declaration.ended",), ("look",)]


def test_a_look_that_waits_for_its_turn_past_the_end_is_refused(desk):
    act(desk.url, FIRST, declarations.end, desk.declaration, "Replaced by one that ends")
    ((ends,),) = desk.sql("SELECT clock_timestamp() + interval '4 seconds'")
    declare(desk.url, ends_at=ends)
    outcome = []
    looker = threading.Thread(target=lambda: outcome.append(desk.refused()))
    assert desk.companies
    assert desk.incident
    with session_scope(desk.url) as session:
        session.execute(text("SELECT 1 FROM trust.head FOR UPDATE"))
        looker.start()
        session.execute(text("SELECT pg_sleep_until(:ends)"), {"ends": ends + timedelta(milliseconds=200)})
        assert outcome == []
    looker.join(timeout=120)
    assert outcome == ["declaration"]
    assert [event.action for event in desk.events()] == ["look.refused"]


@pytest.mark.parametrize(
    "fault",
    [
        (
            "CREATE OR REPLACE FUNCTION trust.record_event(action text, incident uuid, provider uuid, declaration uuid,"
            " purpose text, detail jsonb) RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RAISE ''no audit today''; END'"
        ),
        "ALTER TABLE trust.events ADD CONSTRAINT full_disk CHECK (action NOT LIKE 'look%') NOT VALID",
        "REVOKE INSERT ON trust.events FROM merr_disclose",
        "DELETE FROM trust.head",
    ],
    ids=["function", "constraint", "grant", "head"],
)
def test_without_an_audit_row_nothing_is_disclosed(desk, fault):
    if fault.startswith("DELETE"):
        desk.sql("ALTER TABLE trust.head DISABLE TRIGGER ALL")
    desk.sql(fault)
    with pytest.raises((DBAPIError, RegistryError)) as refusal:
        desk.look()
    assert CANARY not in str(refusal.value)
    assert desk.events() == []


def test_the_event_stands_before_anything_is_handed_out(desk):
    def look_and_fail():
        with session_scope(desk.web, principal=PLANNER) as session:
            disclosure.disclose(session, PLANNER, desk.incident, desk.companies[LENDER], PURPOSE)
            raise KeyError

    with pytest.raises(KeyError):
        look_and_fail()
    assert [event.action for event in desk.events()] == ["look"]


def test_a_transaction_of_somebody_else_or_on_a_snapshot_discloses_nothing(desk):
    with (
        session_scope(desk.web, principal=SECOND) as session,
        pytest.raises(ValueError, match="not opened for"),
    ):
        disclosure.disclose(session, PLANNER, desk.incident, desk.companies[LENDER], PURPOSE)
    with session_scope(desk.web) as session, pytest.raises(ValueError, match="not opened for"):
        disclosure.disclose(session, PLANNER, desk.incident, desk.companies[LENDER], PURPOSE)
    with (
        pytest.raises(DBAPIError, match="READ COMMITTED"),
        session_scope(desk.web, principal=PLANNER, snapshot=True) as session,
    ):
        disclosure.disclose(session, PLANNER, desk.incident, desk.companies[LENDER], PURPOSE)
    assert desk.events() == []


def test_a_look_that_is_taken_back_still_stands_in_the_servers_log(desk, cluster):
    with session_scope(desk.web, principal=PLANNER) as session:
        session.execute(
            text("SELECT 1 FROM trust.disclose(:incident, :provider, :purpose)"),
            {"incident": desk.incident, "provider": desk.companies[LENDER], "purpose": PURPOSE},
        )
        session.rollback()
    assert desk.events() == []
    line = f"merr look: account {PLANNER.account_id} session {PLANNER.session_id} incident {desk.incident}"
    logged = cluster.log_file.read_text(errors="replace")
    assert line in logged
    assert CANARY not in logged


def test_every_reason_was_met_here():
    met = {reason for reason, _ in CLOSED} | {
        "signed_out",
        "token",
        "role",
        "jurisdiction",
        "closed",
        "declaration",
        "limit",
    }
    assert met == set(REASONS)

"""Declarations in the database: recorded by one, confirmed by another, extended, ended; what no login may rewrite."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from registry.db.engine import session_scope
from registry.errors import RegistryError
from registry.people.access import AccessError
from registry.trust import declarations, disclosure, rules, waivers
from tests.registry.trust.acts import (
    ALL_OF_JASPER,
    CASS,
    CHIEF,
    FIRST,
    HOUR,
    IN_CASS,
    JASPER,
    PLANNER,
    SECOND,
    act,
    declare,
    incident,
    now,
    record,
    seen,
    somebody,
)


def sql(url, who, statement, **given):
    with session_scope(url, principal=who) as session:
        found = session.execute(text(statement), given)
        return found.all() if found.returns_rows else found.rowcount


def rewrite(url, who, declaration_id, change):
    return sql(url, who, f"UPDATE trust.declarations SET {change} WHERE id = :id", id=declaration_id)  # noqa: S608 - words of these tests


def grant(url, incident_id):
    with session_scope(url) as session:
        return disclosure.grant_for(session, incident_id)


def test_a_declaration_waits_until_another_declarer_confirms_it(office_url):
    made = record(office_url, counties=[CASS, JASPER], ends_at=now() + HOUR)
    waiting = seen(office_url, PLANNER, made)
    assert (waiting.state, waiting.recorded_by, waiting.confirmed_by) == ("waiting", FIRST.account_id, None)
    assert waiting.counties == (CASS, JASPER)
    with pytest.raises(RegistryError, match="A second person"):
        act(office_url, FIRST, declarations.confirm, made)
    act(office_url, SECOND, declarations.confirm, made)
    confirmed = seen(office_url, PLANNER, made)
    assert (confirmed.state, confirmed.confirmed_by) == ("in_force", SECOND.account_id)
    with pytest.raises(RegistryError, match="does not wait"):
        act(office_url, SECOND, declarations.confirm, made)


def test_only_declarers_record_confirm_and_end(office_url):
    made = record(office_url)
    for who in (
        PLANNER,
        somebody(office_url, "administrator"),
        somebody(office_url, "auditor"),
        somebody(office_url, "local", counties=frozenset({JASPER})),
    ):
        with pytest.raises(AccessError):
            record(office_url, who)
        with pytest.raises(AccessError):
            act(office_url, who, declarations.confirm, made)
        with pytest.raises(AccessError):
            act(office_url, who, declarations.end, made, "over")


@pytest.mark.parametrize(
    "given",
    [
        {"instrument": "waiver"},
        {"number": " "},
        {"number": "x" * 61},
        {"authority": ""},
        {"counties": []},
        {"counties": ["29999"]},
        {"for_hours": -1},
        {"for_hours": 0.5},
        {"instrument": "extension"},
        {"extends": "00000000-0000-0000-0000-000000000000"},
        {"extends": "26-07"},
    ],
    ids=str,
)
def test_what_cannot_be_recorded_is_refused_and_leaves_nothing(office_url, given):
    if "for_hours" in given:  # it began an hour ago
        given = {"ends_at": now() - HOUR + given["for_hours"] * HOUR}
    with pytest.raises(RegistryError):
        record(office_url, **given)
    assert act(office_url, FIRST, declarations.list_declarations) == ()
    assert sql(office_url, FIRST, "SELECT 1 FROM trust.events") == []


def test_declarations_may_overlap_and_bear_the_same_number(office_url):
    one, other = declare(office_url), declare(office_url, counties=[JASPER, CASS])
    with session_scope(office_url) as session:
        assert {each.id for each in declarations.in_force(session, [JASPER])} == {one, other}
        assert {each.id for each in declarations.in_force(session, [CASS])} == {other}
        assert declarations.in_force(session, []) == ()
    with pytest.raises(RegistryError, match="Several declarations bear this number") as refusal:
        act(office_url, PLANNER, declarations.named, "26-07")
    assert one in refusal.value.wanted
    assert other in refusal.value.wanted


def test_a_declaration_is_found_by_its_number_or_its_id(office_url):
    made = record(office_url)
    assert act(office_url, PLANNER, declarations.named, " 26-07 ").id == made
    assert act(office_url, PLANNER, declarations.named, made).id == made
    with pytest.raises(RegistryError, match="no such declaration"):
        act(office_url, PLANNER, declarations.named, "26-08")


def test_a_list_for_a_moment_holds_what_was_in_force_then(office_url):
    earlier = declare(office_url, starts_at=now() - 5 * HOUR)
    later = declare(office_url, starts_at=now() + HOUR, ends_at=now() + 2 * HOUR)
    waiting = record(office_url, starts_at=now() - 3 * HOUR)
    between = now()
    act(office_url, FIRST, declarations.end, earlier, "The roads are open")
    after = now()

    def active(at):
        return [each.id for each in act(office_url, PLANNER, declarations.list_declarations, active_at=at)]

    assert [each.id for each in act(office_url, PLANNER, declarations.list_declarations)] == [
        later,
        waiting,
        earlier,
    ]
    assert active(between) == [earlier]
    assert active(between - 4 * HOUR) == []  # not confirmed by then, so nothing was open
    assert active(after) == []
    assert active(now() + HOUR + timedelta(minutes=1)) == [later]
    assert active(now() + 2 * HOUR + timedelta(minutes=1)) == []


def test_an_extension_carries_on_and_ends_with_what_it_extends(office_url):
    ends = now() + HOUR
    base = declare(office_url, ends_at=ends)
    first = declare(office_url, instrument="extension", extends=base, starts_at=ends, ends_at=ends + HOUR)
    second = record(office_url, instrument="extension", extends=first, starts_at=ends + HOUR)
    with pytest.raises(RegistryError, match="cannot be extended so"):
        record(office_url, extends=base, counties=[CASS], starts_at=ends)
    assert [seen(office_url, PLANNER, each).state for each in (base, first, second)] == [
        "in_force",
        "not_yet",
        "waiting",
    ]
    act(office_url, SECOND, declarations.end, base, "The Governor ended it")
    for each in (base, first, second):
        ended = seen(office_url, PLANNER, each)
        assert (ended.state, ended.end_reason) == ("ended", "The Governor ended it")
        assert ended.ended_by == SECOND.account_id
    (event,) = sql(
        office_url, FIRST, "SELECT purpose, detail FROM trust.events WHERE action = 'declaration.ended'"
    )
    assert event == ("The Governor ended it", {"with_it": sorted([first, second])})


def test_ending_takes_a_reason_and_happens_once(office_url):
    made = declare(office_url)
    with pytest.raises(RegistryError, match="The reason is empty"):
        act(office_url, FIRST, declarations.end, made, "  ")
    act(office_url, FIRST, declarations.end, made, "Over")
    with pytest.raises(RegistryError, match="has ended already"):
        act(office_url, SECOND, declarations.end, made, "Over")


def test_every_act_leaves_one_event_with_who_and_what(office_url):
    made = record(office_url)
    act(office_url, SECOND, declarations.confirm, made)
    ends = now() + HOUR
    base = declare(office_url, ends_at=ends)
    record(office_url, instrument="extension", extends=base, starts_at=ends)
    act(office_url, FIRST, declarations.end, made, "Over")
    found = sql(
        office_url,
        PLANNER,
        "SELECT action, account_id, declaration_id::text, detail->>'number' FROM trust.events ORDER BY seq",
    )
    assert [row[0] for row in found] == [
        "declaration.recorded", "declaration.confirmed", "declaration.recorded", "declaration.confirmed",
        "declaration.extended", "declaration.ended",
    ]  # fmt: skip
    assert found[0][1:] == (FIRST.account_id, made, "26-07")
    assert found[1][1:3] == (SECOND.account_id, made)
    assert found[5][1:3] == (FIRST.account_id, made)


def test_with_one_declarer_allowed_who_recorded_may_confirm(office_url):
    act(office_url, CHIEF, rules.change, "two_declarers", False)
    made = declare(office_url, FIRST, FIRST)
    assert seen(office_url, PLANNER, made).state == "in_force"


@pytest.mark.parametrize(
    ("who", "change", "said"),
    [
        ("first", "confirmed_by = gen_random_uuid(), confirmed_at = now()", "a second person must confirm"),
        ("second", "number = '26-08'", "not rewritten"),
        ("second", "counties = '{29037}'", "not rewritten"),
        ("second", "ends_at = now() + interval '9 days'", "not rewritten"),
        ("second", "starts_at = now() - interval '9 days'", "not rewritten"),
        ("second", "recorded_by = gen_random_uuid()", "not rewritten"),
        ("second", "instrument = 'local'", "not rewritten"),
    ],
    ids=str,
)
def test_the_database_too_keeps_a_recorded_declaration_as_it_is(office_url, who, change, said):
    made = record(office_url)
    with pytest.raises(IntegrityError, match=said):
        rewrite(office_url, {"first": FIRST, "second": SECOND}[who], made, change)
    assert seen(office_url, PLANNER, made).state == "waiting"


@pytest.mark.parametrize(
    "change",
    [
        "confirmed_by = NULL, confirmed_at = NULL",
        "confirmed_by = gen_random_uuid()",
        "confirmed_at = now() - interval '9 days'",
        "counties = '{29037,29097}'",
    ],
)
def test_the_database_too_keeps_a_confirmed_declaration_as_it_is(office_url, change):
    made = declare(office_url)
    with pytest.raises(IntegrityError, match=r"stays confirmed|not rewritten"):
        rewrite(office_url, SECOND, made, change)


def test_the_database_itself_says_who_and_when(office_url):
    forged = f"confirmed_by = '{FIRST.account_id}', confirmed_at = now() - interval '9 days'"
    made = record(office_url)
    before = now()
    rewrite(office_url, SECOND, made, forged)
    found = seen(office_url, PLANNER, made)
    assert found.confirmed_by == SECOND.account_id
    assert found.confirmed_at >= before - timedelta(seconds=1)
    forged = f"ended_by = '{FIRST.account_id}', ended_at = now() + interval '9 days', end_reason = 'x'"
    rewrite(office_url, SECOND, made, forged)
    found = seen(office_url, PLANNER, made)
    assert found.ended_by == SECOND.account_id
    assert found.ended_at <= now() + timedelta(seconds=1)
    with pytest.raises(IntegrityError, match="stays ended"):
        rewrite(office_url, FIRST, made, "ended_by = NULL, ended_at = NULL, end_reason = ''")


INSERT = (
    "INSERT INTO trust.declarations (instrument, number, authority, counties, starts_at, recorded_by, confirmed_by,"
    " confirmed_at) VALUES ('proclamation', '1', 'Governor', :counties, now(), :by, :confirmed_by, :confirmed_at)"
)


@pytest.mark.asvs("2.3.1")
def test_no_statement_records_what_is_confirmed_already_or_in_the_name_of_another(office_url):
    given = {"counties": [JASPER], "by": SECOND.account_id, "confirmed_by": None, "confirmed_at": None}
    with pytest.raises(IntegrityError, match="recorded before it is confirmed"):
        sql(office_url, FIRST, INSERT, **given | {"confirmed_by": SECOND.account_id, "confirmed_at": now()})
    with pytest.raises(IntegrityError, match="a county that is not there"):
        sql(office_url, FIRST, INSERT, **given | {"counties": ["29999"]})
    with pytest.raises(IntegrityError, match="only a declarer who is signed in"):
        sql(office_url, None, INSERT, **given)
    sql(office_url, FIRST, INSERT, **given)
    (only,) = act(office_url, PLANNER, declarations.list_declarations)
    assert only.recorded_by == FIRST.account_id


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM trust.declarations",
        "TRUNCATE trust.declarations",
        "DELETE FROM trust.waivers",
        "UPDATE trust.waivers SET number = '2'",
        "TRUNCATE trust.waivers",
        "DELETE FROM trust.rules",
        "TRUNCATE trust.rules",
    ],
)
def test_what_was_recorded_is_not_taken_away(office_url, statement):
    declare(office_url)
    waiver(office_url)
    with pytest.raises(RegistryError, match="what was recorded stays"):
        sql(office_url, FIRST, statement)


def test_no_statement_records_a_waiver_in_the_name_of_another(office_url):
    insert = (
        "INSERT INTO trust.waivers (number, authority, relief, starts_at, recorded_by)"
        " VALUES ('W-1', 'MoDOT', 'weight', now(), :by)"
    )
    with pytest.raises(IntegrityError, match="only a declarer who is signed in"):
        sql(office_url, PLANNER, insert, by=FIRST.account_id)
    sql(office_url, SECOND, insert, by=FIRST.account_id)
    (kept,) = act(office_url, PLANNER, waivers.list_waivers)
    assert kept.recorded_by == SECOND.account_id


def test_no_statement_changes_a_rule_but_an_administrators(office_url):
    change = "UPDATE trust.rules SET value = '9', set_by = NULL WHERE name = 'looks_per_hour'"
    for who in (PLANNER, FIRST, None):
        with pytest.raises(IntegrityError, match="only an administrator who is signed in"):
            sql(office_url, who, change)
    sql(office_url, CHIEF, change)
    assert sql(office_url, CHIEF, "SELECT set_by::text FROM trust.rules WHERE value = '9'") == [
        (CHIEF.account_id,)
    ]


def test_no_statement_of_whoever_is_no_declarer_confirms_or_ends(office_url):
    made = record(office_url)
    confirmed = "confirmed_by = recorded_by, confirmed_at = now()"
    tied = somebody(office_url, "declarer", actions=frozenset({"declaration.record"}))
    stale = somebody(office_url, "declarer")
    sql(office_url, None, "UPDATE people.sessions SET proved_at = now() - interval '11 minutes' WHERE id = :id",
        id=stale.session_id)  # fmt: skip
    borrowed = replace(PLANNER, session_id=SECOND.session_id)
    for who in (PLANNER, CHIEF, None, tied, stale, borrowed):
        for change in (confirmed, "ended_by = recorded_by, ended_at = now(), end_reason = 'x'"):
            with pytest.raises(IntegrityError, match="only a declarer who is signed in"):
                rewrite(office_url, who, made, change)
    assert seen(office_url, PLANNER, made).state == "waiting"


def waiver(url, who=FIRST, **given):
    said = {
        "number": "W-1",
        "authority": "MoDOT",
        "relief": "10 % more weight",
        "starts_at": now(),
        "ends_at": None,
    }
    return act(url, who, waivers.record, **said | given)


def test_a_waiver_is_stored_beside_declarations_and_opens_nothing(office_url):
    place = incident(office_url)
    made = waiver(office_url, starts_at=now() - HOUR)
    (kept,) = act(office_url, PLANNER, waivers.list_waivers)
    assert (kept.id, kept.relief, kept.recorded_by) == (made, "10 % more weight", FIRST.account_id)
    assert grant(office_url, place) is None
    with pytest.raises(AccessError):
        waiver(office_url, PLANNER)
    with pytest.raises(RegistryError, match="The relief is empty"):
        waiver(office_url, relief="")


def test_a_grant_holds_while_a_confirmed_declaration_covers_the_latest_area(office_url):
    place = incident(office_url)
    assert grant(office_url, place) is None
    starts = now() - HOUR
    made = record(office_url, counties=[JASPER, CASS], starts_at=starts)
    assert grant(office_url, place) is None
    act(office_url, SECOND, declarations.confirm, made)
    found = grant(office_url, place)
    assert (found.declaration_id, found.instrument, found.number) == (made, "proclamation", "26-07")
    assert found.counties == (JASPER,)
    assert found.since == seen(office_url, PLANNER, made).confirmed_at
    assert found.until is None
    act(office_url, SECOND, declarations.end, made, "Over")
    assert grant(office_url, place) is None


def test_a_county_that_only_borders_on_the_area_opens_nothing(office_url):
    place = incident(office_url, ALL_OF_JASPER)
    declare(office_url, counties=[CASS])
    assert grant(office_url, place) is None
    declare(office_url, counties=[JASPER])
    assert grant(office_url, place) is not None


def test_only_the_latest_area_of_an_incident_counts(office_url):
    from registry.incidents.store import add_area_version  # noqa: PLC0415 - only here

    place = incident(office_url)
    declare(office_url)
    assert grant(office_url, place) is not None
    with session_scope(office_url) as session:
        add_area_version(session, place, IN_CASS)
    assert grant(office_url, place) is None


def test_an_incident_without_an_area_is_never_open(office_url):
    declare(office_url)
    assert grant(office_url, incident(office_url, None)) is None


def test_of_several_grants_the_one_that_holds_longest_counts(office_url):
    place = incident(office_url)
    declare(office_url, number="short", ends_at=now() + HOUR)
    declare(office_url, number="long", ends_at=now() + 2 * HOUR)
    assert grant(office_url, place).number == "long"
    declare(office_url, number="open")
    assert grant(office_url, place).number == "open"


def test_a_grant_closes_at_its_end_by_the_databases_clock_on_an_open_connection(office_url):
    place = incident(office_url)
    with session_scope(office_url) as session:
        ends = session.scalar(text("SELECT clock_timestamp() + interval '3 seconds'"))
    declare(office_url, ends_at=ends)
    with session_scope(office_url) as session:
        asked = []
        while disclosure.grant_for(session, place) is not None:
            asked.append(session.scalar(text("SELECT clock_timestamp()")))
        assert asked
        assert session.scalar(text("SELECT clock_timestamp()")) >= ends
        assert disclosure.grant_for(session, place) is None


def test_a_declaration_that_begins_later_opens_nothing_yet(office_url):
    place = incident(office_url)
    declare(office_url, starts_at=now() + HOUR)
    assert grant(office_url, place) is None


def test_an_extension_recorded_while_its_base_is_ended_does_not_outlive_it(office_url):
    ends = now() + HOUR
    base = declare(office_url, ends_at=ends)
    waits = threading.Event()
    outcome = []

    def extend():
        waits.set()
        try:
            record(office_url, SECOND, instrument="extension", extends=base, starts_at=ends)
        except RegistryError as refusal:
            outcome.append(refusal.title)

    with session_scope(office_url, principal=FIRST) as session:
        declarations.end(session, FIRST, base, "Over")
        other = threading.Thread(target=extend)
        other.start()
        waits.wait()
    other.join(timeout=120)
    assert outcome == ["Governor's proclamation 26-07 cannot be extended so"]


def test_who_was_ranked_is_noted_once_for_those_who_may_ask(office_url):
    from registry.directory.writing import upsert_providers  # noqa: PLC0415 - only here
    from tests.registry.hand import provider  # noqa: PLC0415 - only here

    place = incident(office_url)
    with session_scope(office_url) as session:
        upsert_providers(session, [provider("p1"), provider("p2")])
        ids = session.scalars(text("SELECT id::text FROM registry.providers ORDER BY 1")).all()
    act(office_url, PLANNER, disclosure.note_ranked, place, ids[:1])
    act(office_url, PLANNER, disclosure.note_ranked, place, [*ids, FIRST.account_id])
    assert sql(office_url, PLANNER, "SELECT provider_id::text FROM trust.ranked ORDER BY 1") == [
        (each,) for each in ids
    ]
    with pytest.raises(AccessError):
        act(office_url, FIRST, disclosure.note_ranked, place, ids)
    with pytest.raises(AccessError):
        act(
            office_url,
            somebody(office_url, "local", counties=frozenset({CASS})),
            disclosure.note_ranked,
            place,
            ids,
        )
    act(
        office_url,
        somebody(office_url, "local", counties=frozenset({JASPER})),
        disclosure.note_ranked,
        place,
        ids,
    )

"""What was recorded, read back: by the auditor, by the company it is about, and by whoever did it."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.db.engine import session_scope
from registry.directory.tables import ProviderRow
from registry.errors import RegistryError
from registry.people.access import AccessError
from registry.people.principal import Appointment, Principal
from registry.trust import rules
from registry.trust.events import record
from registry.trust.trail import Filters, list_events, looks_at, looks_by, looks_made, recorded, unusual
from tests.registry.trust.acts import CHIEF, FIRST, PLANNER, declare, incident


def person(role, **scope):
    return Principal(
        account_id=str(uuid.uuid4()),
        session_id="s",
        name=role,
        appointments=(Appointment(role=role, **scope),),
    )


AUDITOR = person("auditor")


@pytest.fixture
def looked(office_url, as_login):
    """Yield the URL by the web's login of an office where a planner looked at two companies, and their ids."""
    with session_scope(office_url) as session:
        companies = [
            ProviderRow(source="hand", external_key=key, name=name, sector="energy")
            for key, name in (("a", "Ozark Power"), ("b", "Joplin Pumps"))
        ]
        session.add_all(companies)
        session.flush()
        ids = [str(company.id) for company in companies]
    made, where = declare(office_url), incident(office_url)
    url = as_login(office_url, "merr_web")
    for company, purpose in zip(
        [*ids, ids[0]], ["Hospital without power", "Flooded pit", "Asked again"], strict=True
    ):
        with session_scope(url, principal=PLANNER) as session:
            record(
                session,
                "look",
                incident_id=where,
                provider_id=company,
                declaration_id=made,
                purpose=purpose,
            )
    with session_scope(url, principal=PLANNER) as session:
        record(session, "look.refused", provider_id=ids[1], purpose="No reason")
    return url, ids, made, where


def test_a_company_sees_who_looked_at_it_when_under_what_and_why(looked):
    url, (ours, _), made, where = looked
    with session_scope(url) as session:
        page = looks_at(session, person("company", provider_id=ours), ours)
    assert [event.purpose for event in page.events] == ["Asked again", "Hospital without power"]
    assert page.before is None
    event = page.events[-1]
    assert (event.account, event.sentence) == ("R. Example", "opened a company's contact")
    assert (event.declaration_instrument, event.declaration_number) == ("proclamation", "26-07")
    assert (event.incident, event.provider) == ("Tornado", "Ozark Power")
    assert (event.incident_id, event.provider_id, event.declaration_id) == (where, ours, made)
    assert abs(event.at - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_company_sees_nothing_about_another_and_a_planner_nothing_about_any(looked):
    url, (ours, theirs), _, _ = looked
    with session_scope(url) as session:
        for who in (person("company", provider_id=ours), PLANNER, CHIEF, FIRST):
            with pytest.raises(AccessError):
                looks_at(session, who, theirs)
        assert len(looks_at(session, AUDITOR, theirs).events) == 1  # the refused look is none


def test_everybody_sees_what_they_looked_at_and_nothing_else(looked):
    url, _, _, _ = looked
    with session_scope(url) as session:
        assert [event.provider for event in looks_by(session, PLANNER).events] == [
            "Ozark Power",
            "Joplin Pumps",
            "Ozark Power",
        ]
        assert looks_by(session, FIRST).events == ()
        with pytest.raises(AccessError):
            looks_by(session, Principal(account_id=PLANNER.account_id, session_id="s", name="no role"))


def test_looks_at_one_incident_are_counted_for_whoever_made_them(looked):
    url, _, _, where = looked
    with session_scope(url) as session:
        assert looks_made(session, PLANNER, where) == 3
        assert looks_made(session, FIRST, where) == 0
        assert looks_made(session, PLANNER, str(uuid.uuid4())) == 0


def test_only_an_auditor_lists_everything(looked):
    url, _, _, _ = looked
    with session_scope(url) as session:
        actions = [event.action for event in list_events(session, AUDITOR).events]
        assert actions == [
            "look.refused",
            "look",
            "look",
            "look",
            "declaration.confirmed",
            "declaration.recorded",
        ]
        for who in (PLANNER, FIRST, CHIEF, person("company", provider_id=str(uuid.uuid4()))):
            with pytest.raises(AccessError):
                list_events(session, who)
            with pytest.raises(AccessError):
                unusual(session, who)


def test_a_list_is_narrowed_to_what_is_asked_for(looked):
    url, (_, theirs), made, where = looked
    with session_scope(url) as session:

        def seqs(**wanted):
            return [event.seq for event in list_events(session, AUDITOR, filters=Filters(**wanted)).events]

        assert seqs(action="look") == [5, 4, 3]
        assert seqs(account_id=PLANNER.account_id) == [6, 5, 4, 3]
        assert seqs(account_id="nobody") == []
        assert seqs(provider_id=theirs) == [6, 4]
        assert seqs(incident_id=where) == [5, 4, 3]
        assert seqs(declaration_id=made, action="declaration.confirmed") == [2]
        third = list_events(session, AUDITOR, before=4, limit=1).events[0].at
        assert seqs(since=third) == [6, 5, 4, 3]
        assert seqs(until=third) == [2, 1]
        for name in ("incident_id", "provider_id", "declaration_id"):
            with pytest.raises(RegistryError, match="This is no id"):
                seqs(**{name: "x'; --"})


def test_pages_follow_each_other_though_more_is_recorded_meanwhile(looked):
    url, _, _, _ = looked
    with session_scope(url) as session:
        first = list_events(session, AUDITOR, limit=2)
        record(session, "sign_out")
        second = list_events(session, AUDITOR, before=first.before, limit=2)
        last = list_events(session, AUDITOR, before=second.before, limit=2)
        assert [[event.seq for event in page.events] for page in (first, second, last)] == [
            [6, 5],
            [4, 3],
            [2, 1],
        ]
        assert (first.before, second.before, last.before) == (5, 3, None)
        assert len(list_events(session, AUDITOR, limit=0).events) == 1


def test_what_is_no_longer_there_has_no_name_but_its_event_stays(looked, office_url):
    url, (ours, _), _, _ = looked
    with session_scope(office_url) as session:
        session.execute(text("DELETE FROM registry.providers WHERE id = :id"), {"id": ours})
    with session_scope(url) as session:
        page = looks_at(session, AUDITOR, ours)
        assert [(event.provider, event.provider_id) for event in page.events] == [("", ours)] * 2


def test_the_login_of_the_audit_reads_events_and_nothing_else(looked, as_login):
    url, _, _, _ = looked
    audit = as_login(url, "merr_audit")
    with session_scope(audit) as session:
        events = recorded(session, filters=Filters(action="look"), limit=2).events
        assert [event.seq for event in events] == [5, 4]
        assert {event.account for event in events} == {""}
        with pytest.raises(DBAPIError, match="permission denied"):
            list_events(session, AUDITOR)


def _looks_at_times(url, account_id, *hours_ago, action="look"):
    with session_scope(url) as session:
        session.execute(text("ALTER TABLE trust.events DISABLE TRIGGER ALL"))
        for hours in hours_ago:
            seq = record(session, action, account_id=account_id)
            session.execute(
                text("UPDATE trust.events SET at = clock_timestamp() - :span WHERE seq = :seq"),
                {"span": timedelta(hours=hours), "seq": seq},
            )


def test_accounts_whose_looks_come_near_the_hourly_limit_are_shown(office_url, as_login):
    with session_scope(office_url, principal=CHIEF) as session:
        rules.change(session, CHIEF, "looks_per_hour", 5)
    _looks_at_times(
        office_url, PLANNER.account_id, 3.9, 3.6, 3.3, 3.1, 1.0
    )  # four within an hour: 0.8 of five
    _looks_at_times(office_url, PLANNER.account_id, 2.0, 2.1, action="look.refused")
    _looks_at_times(office_url, FIRST.account_id, 3.9, 3.0, 2.0, 1.0, 0.5, 0.1)  # never more than three
    _looks_at_times(office_url, "an old one", 30.0, 29.9, 29.8, 29.7, 29.6)
    with session_scope(as_login(office_url, "merr_web")) as session:
        (busy,) = unusual(session, AUDITOR)
        assert (busy.account, busy.most, busy.limit, busy.looks, busy.refused) == ("R. Example", 4, 5, 5, 2)
        assert abs(datetime.now(UTC) - timedelta(hours=3.1) - busy.at) < timedelta(minutes=5)
        assert [found.account_id for found in unusual(session, AUDITOR, hours=48)] == [
            "an old one",
            PLANNER.account_id,
        ]
        assert unusual(session, AUDITOR, hours=2) == ()

"""The rules of the office: what ships, what each may say, and who changes them."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from registry.db.engine import session_scope
from registry.people.access import AccessError
from registry.people.proof import StepUpNeeded
from registry.trust import rules
from registry.trust.rule import MEANINGS, RULES, Rules
from tests.registry.trust.acts import CHIEF, FIRST, act


def test_a_new_registry_has_the_rules_that_ship(session):
    assert rules.in_use(session) == Rules()
    assert rules.rule(session, "looks_per_hour") == 60
    assert rules.rule(session, "two_declarers") is True
    assert rules.rule(session, "records_review_days") == 90
    assert len(rules.rule(session, "purposes")) == 3
    assert set(MEANINGS) == set(RULES) == set(vars(Rules()))


def test_an_administrator_changes_a_rule_and_the_audit_says_so(office_url):
    act(office_url, CHIEF, rules.change, "looks_per_hour", 5)
    act(office_url, CHIEF, rules.change, "purposes", ["  Ask  for help", "Ask for help"])
    with session_scope(office_url) as session:
        assert rules.rule(session, "looks_per_hour") == 5
        assert rules.rule(session, "purposes") == ("Ask for help",)
        by = session.scalar(text("SELECT set_by::text FROM trust.rules WHERE name = 'looks_per_hour'"))
        events = session.execute(text("SELECT action, detail FROM trust.events ORDER BY seq")).all()
    assert by == CHIEF.account_id
    assert events[0] == ("rules.set", {"rule": "looks_per_hour", "value": 5})


def test_nobody_else_changes_a_rule(office_url):
    with pytest.raises(AccessError):
        act(office_url, FIRST, rules.change, "two_declarers", False)


def test_a_rule_is_changed_only_with_a_fresh_second_factor_which_the_database_asks_too(office_url):
    with session_scope(office_url) as session:
        session.execute(text("UPDATE people.sessions SET proved_at = now() - interval '11 minutes'"))
    with pytest.raises(StepUpNeeded):
        act(office_url, CHIEF, rules.change, "looks_per_hour", 5)
    change = text("UPDATE trust.rules SET value = '5' WHERE name = 'looks_per_hour'")
    with pytest.raises(IntegrityError), session_scope(office_url, principal=CHIEF) as session:
        session.execute(change)
    with session_scope(office_url) as session:
        session.execute(text("UPDATE people.sessions SET proved_at = now()"))
    with session_scope(office_url, principal=CHIEF) as session:
        session.execute(change)

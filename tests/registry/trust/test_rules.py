"""The rules of the office: what ships, what each may say, and who changes them."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from registry.db.engine import session_scope
from registry.errors import RegistryError
from registry.people.access import AccessError
from registry.trust import rules
from registry.trust.rule import BOUNDS, MEANINGS, RULES, Rules, checked_name, checked_value
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


@pytest.mark.parametrize("name", RULES)
def test_each_shipped_value_is_one_the_rule_may_have(name):
    assert checked_name(name) == name
    assert checked_value(name, getattr(Rules(), name)) == getattr(Rules(), name)


@pytest.mark.parametrize("name", BOUNDS)
def test_a_number_may_be_its_least_and_its_greatest(name):
    least, greatest = BOUNDS[name]
    assert checked_value(name, least) == least
    assert checked_value(name, greatest) == greatest
    for given in (least - 1, greatest + 1, True, 1.5, "5", None):
        with pytest.raises(RegistryError, match=f"The rule {name} cannot say that") as refusal:
            checked_value(name, given)
        assert refusal.value.wanted == f"a whole number from {least} to {greatest:,}: {MEANINGS[name]}"


@pytest.mark.parametrize("given", [0, 1, "yes", None])
def test_two_declarers_is_yes_or_no(given):
    assert checked_value("two_declarers", False) is False
    with pytest.raises(RegistryError, match="two_declarers cannot say that"):
        checked_value("two_declarers", given)


@pytest.mark.parametrize(
    "given",
    [
        "Ask for help",
        [],
        ["abc"],
        ["x" * 101],
        ["Ask\0 for help"],
        [1],
        ["Ask for help", ""],
        ["Ask for it"] * 21,
    ],
    ids=repr,
)
def test_purposes_are_a_short_list_of_short_words(given):
    with pytest.raises(RegistryError, match="purposes cannot say that"):
        checked_value("purposes", given)


def test_purposes_lose_needless_blanks_and_stand_once():
    assert checked_value("purposes", ["abcd", " abcd ", "x" * 100]) == ("abcd", "x" * 100)
    assert len(checked_value("purposes", [f"purpose {i}" for i in range(20)])) == 20


def test_a_rule_that_is_not_there_is_named():
    with pytest.raises(RegistryError, match="no such rule") as refusal:
        checked_name("looks_per_day")
    assert refusal.value.given == "'looks_per_day'"
    assert "looks_per_hour" in refusal.value.wanted

"""What each rule of the office may say."""

from __future__ import annotations

import pytest

from registry.errors import RegistryError
from registry.trust.rule import BOUNDS, MEANINGS, RULES, Rules, checked_name, checked_value


def said(refusal):
    fault = refusal.value
    return fault.title, fault.given, fault.wanted, fault.todo


def refused(name, given, wanted):
    return (
        f"The rule {name} cannot say that",
        given,
        f"{wanted}: {MEANINGS[name]}",
        "give it such a value",
    )


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
        with pytest.raises(RegistryError) as refusal:
            checked_value(name, given)
        wanted = f"a whole number from {least} to {greatest:,}"
        assert said(refusal) == refused(name, repr(given), wanted)


@pytest.mark.parametrize("given", [0, 1, "yes", None])
def test_two_declarers_is_yes_or_no(given):
    assert checked_value("two_declarers", False) is False
    with pytest.raises(RegistryError) as refusal:
        checked_value("two_declarers", given)
    assert said(refusal) == refused("two_declarers", repr(given), "yes or no")


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
    with pytest.raises(RegistryError) as refusal:
        checked_value("purposes", given)
    assert said(refusal) == refused("purposes", repr(given)[:60], "1 to 20 purposes of 4 to 100 characters")


def test_purposes_lose_needless_blanks_and_stand_once():
    assert checked_value("purposes", ["abcd", " abcd ", "x" * 100]) == ("abcd", "x" * 100)
    assert len(checked_value("purposes", [f"purpose {i}" for i in range(20)])) == 20


def test_a_rule_that_is_not_there_is_named():
    with pytest.raises(RegistryError) as refusal:
        checked_name("looks_per_day" + "x" * 60)
    assert said(refusal) == (
        "There is no such rule",
        repr("looks_per_day" + "x" * 47),
        "looks_per_hour, two_declarers, records_review_days, purposes",
        "use one of these names",
    )

"""What a need may say, and each sentence for what it may not."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.errors import MatchingError
from matching.explanation import condition_words, need_words
from matching.needs import Condition, build_need, need_as_json, need_from_json, parse_need


def test_a_family_holds_all_its_kinds(taxonomy):
    need = parse_need("generator:40,kw>=100", taxonomy)
    assert need.kinds == ("generator_mobile_large", "generator_portable")
    assert need.quantity == 40
    assert need.conditions == (Condition("kw", ">=", 100.0, "kW", "Power"),)
    assert need.text == "generator:40,kw>=100"
    assert need_words(need) == "Generator, 100 kW or more"


def test_a_kind_may_be_named_by_its_code_or_in_plain_words(taxonomy):
    for text in ("light_tower:6", "Light tower:6", "light towers : 6", " LIGHT-TOWER:06"):
        assert parse_need(text, taxonomy).text == "light_tower:6"


def test_a_plain_name_may_hold_commas_and_brackets(taxonomy):
    need = parse_need("Generator, portable (towable):3,kw>=50", taxonomy)
    assert (need.kinds, need.quantity) == (("generator_portable",), 3)


def test_without_a_number_every_arrival_is_wanted(taxonomy):
    need = parse_need("generator,kw>=100", taxonomy)
    assert need.quantity is None
    assert need.text == "generator,kw>=100"


def test_attributes_may_be_named_in_plain_words_with_their_own_unit(taxonomy):
    need = parse_need("generator:1,Power >= 100 kW, voltage=480V, Phase=THREE", taxonomy)
    assert need.text == "generator:1,kw>=100,voltage=480,phase=three"
    assert need_words(need) == "Generator, 100 kW or more, 480 V, phase three"


def test_the_line_crews_are_counted_in_crews(taxonomy):
    assert parse_need("line_crew:2", taxonomy).unit == "crew"


@pytest.mark.parametrize(
    ("text", "title", "wanted"),
    [
        ("", "This need names no kind", "generator:40"),
        (":5", "This need names no kind", "generator:40"),
        ("generater:4", "Nothing in the registry is called 'generater'", "generator"),
        ("generator:", "This need has a colon but no number", "generator:40"),
        ("generator:0", "How many must be 1 or more", "1 to 1,000,000"),
        ("generator:-3", "How many must be 1 or more", "1 to 1,000,000"),
        ("generator:1000001", "How many is more than anyone can send", "1 to 1,000,000"),
        ("generator:forty", "How many is not a whole number", "1 to 1,000,000"),
        ("generator:2.5", "How many is not a whole number", "1 to 1,000,000"),
        ("generator:٣", "How many is not a whole number", "1 to 1,000,000"),
        ("generator:4,seats>=2", "Generator has no attribute 'seats'", "kw (Power)"),
        ("tarp:4,kw>=2", "Tarpaulin has no attribute 'kw'", "no attribute is kept for Tarpaulin"),
        ("generator:4,kw>=big", "Power cannot be 'big'", "a number in kW"),
        ("generator:4,kw>=100 hp", "Power cannot be '100 hp'", "a number in kW"),
        ("generator:4,kw>=1e999", "Power cannot be '1e999'", "a number in kW"),
        ("generator:4,kw>=nan", "Power cannot be 'nan'", "a number in kW"),
        ("generator:4,kw>=1,000", "A condition cannot be read", "kw>=100"),
        ("generator:4,kw>=", "A condition cannot be read", "kw>=100"),
        ("generator:4,kw=>100", "A condition cannot be read", "kw>=100"),
        ("generator:4,phase>=three", "Phase cannot be compared so", "one of = !="),
        ("generator:4,phase=two", "Phase cannot be 'two'", "one of single, three"),
        ("bus:4,wheelchair_lift=perhaps", "Wheelchair lift cannot be 'perhaps'", "yes or no"),
        ("generator" * 100, "This need is too long", "at most 500 characters"),
        ("generator:1" + ",kw>=1" * 13, "This need has too many conditions", "at most 12"),
    ],
)
def test_a_need_that_cannot_be_used_says_what_would_have_been(taxonomy, text, title, wanted):
    with pytest.raises(MatchingError) as refused:
        parse_need(text, taxonomy)
    assert refused.value.title == title
    assert wanted in refused.value.wanted
    assert refused.value.given
    assert refused.value.todo


def test_a_form_builds_the_same_need_as_the_line(taxonomy):
    built = build_need("generator", 40, [("kw", ">=", 100), ("phase", "=", "three")], taxonomy)
    assert built == parse_need("generator:40,kw>=100,phase=three", taxonomy)


@pytest.mark.parametrize("quantity", [True, 2.5, "", "four"])
def test_a_form_cannot_ask_for_a_quantity_that_is_no_whole_number(taxonomy, quantity):
    with pytest.raises(MatchingError, match="whole number"):
        build_need("generator", quantity, [], taxonomy)


def test_a_stored_need_comes_back_as_it_was(taxonomy):
    need = parse_need("bus:3,wheelchair_lift=yes", taxonomy)
    assert need_from_json(json.loads(json.dumps(need_as_json(need))), taxonomy) == need
    assert need_from_json({"text": need.text}, taxonomy) == need


@pytest.mark.parametrize(
    "stored",
    [None, 4, [], {}, {"word": "generator"}, {"word": "generator", "quantity": 1, "conditions": [3]}],
)
def test_a_stored_need_that_is_none_is_refused(taxonomy, stored):
    with pytest.raises(MatchingError, match="This stored need cannot be read"):
        need_from_json(stored, taxonomy)


NUMBERS = st.floats(-1e9, 1e9).map(lambda number: float(f"{number:.10g}"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    quantity=st.none() | st.integers(1, 1_000_000),
    numbers=st.lists(
        st.tuples(
            st.sampled_from(["kw", "voltage"]), st.sampled_from([">=", "<=", "=", ">", "<", "!="]), NUMBERS
        ),
        max_size=6,
    ),
    phases=st.lists(
        st.tuples(st.just("phase"), st.sampled_from(["=", "!="]), st.sampled_from(["single", "three"])),
        max_size=3,
    ),
)
def test_what_a_need_writes_it_reads_again(taxonomy, quantity, numbers, phases):
    need = build_need("generator", quantity, [*numbers, *phases], taxonomy)
    assert parse_need(need.text, taxonomy) == need
    assert need_from_json(need_as_json(need), taxonomy) == need


@pytest.mark.parametrize(
    ("operator", "stated", "holds"),
    [(">=", 100.0, True), (">=", 99.9, False), ("<=", 100.0, True), ("=", 100.0, True), (">", 100.0, False),
     ("<", 99.0, True), ("!=", 99.0, True), (">=", "100", False), (">=", True, False)],
)  # fmt: skip
def test_a_number_is_compared_as_a_number_only(operator, stated, holds):
    assert Condition("kw", operator, 100.0, "kW", "Power").holds(stated) is holds


def test_a_choice_and_a_yes_are_compared_as_they_are():
    three = Condition("phase", "=", "three", "", "Phase")
    assert three.holds("Three")
    assert not three.holds("single")
    assert not three.holds(1.0)
    lift = Condition("wheelchair_lift", "=", value=True, label="Wheelchair lift")
    assert lift.holds(stated=True)
    assert not lift.holds(stated=False)
    assert not lift.holds(1.0)
    assert Condition("phase", "!=", "three", "", "Phase").holds("single")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("kw", ">=", 100.0, "kW", "Power"), "100 kW or more"),
        (Condition("kw", "<", 1500.0, "kW", "Power"), "less than 1,500 kW"),
        (Condition("kw", ">", 12.5, "kW", "Power"), "more than 12.5 kW"),
        (Condition("kw", "<=", 30.0, "kW", "Power"), "30 kW or less"),
        (Condition("voltage", "!=", 480.0, "V", "Voltage"), "not 480 V"),
        (Condition("phase", "=", "three", "", "Phase"), "phase three"),
        (Condition("lift", "=", True, "", "Wheelchair lift"), "wheelchair lift"),
        (Condition("lift", "=", False, "", "Wheelchair lift"), "no wheelchair lift"),
        (Condition("lift", "!=", True, "", "Wheelchair lift"), "no wheelchair lift"),
    ],
)
def test_a_condition_is_said_as_people_say_it(condition, words):
    assert condition_words(condition) == words

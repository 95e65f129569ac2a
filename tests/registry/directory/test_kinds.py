"""Words for kinds, and typed attributes."""

from __future__ import annotations

import pytest

from registry.directory.kinds import Attribute, Taxonomy
from registry.errors import RegistryError
from tests.registry.hand import ATTRIBUTES, KINDS

TAXONOMY = Taxonomy({kind.code: kind for kind in KINDS}, {each.code: each for each in ATTRIBUTES})


def codes(word):
    return [kind.code for kind in TAXONOMY.resolve(word)]


@pytest.mark.parametrize("word", ["generator", "Generators", " GENERATOR "])
def test_a_family_names_all_its_kinds(word):
    assert codes(word) == ["generator_portable", "generator_mobile_large"]


@pytest.mark.parametrize(
    "word", ["generator_portable", "generator-portable", "Generator, portable", "generator portable"]
)
def test_a_code_or_a_name_names_one_kind(word):
    assert codes(word) == ["generator_portable"]


def test_an_unknown_word_is_answered_with_the_nearest_ones():
    with pytest.raises(RegistryError) as refusal:
        TAXONOMY.resolve("genrator")
    assert "generator" in refusal.value.wanted
    assert "'genrator'" in refusal.value.given


def test_a_word_like_nothing_is_refused_too():
    with pytest.raises(RegistryError, match="Nothing in the registry is called ''"):
        TAXONOMY.resolve("")


@pytest.mark.parametrize(
    ("attribute", "value"),
    [("kw", 125), ("kw", -1.5), ("fuel", "diesel"), ("trailer", False), ("plug", "cam-lock")],
)
def test_a_value_of_its_type_is_kept_as_given(attribute, value):
    assert TAXONOMY.attributes[attribute].read(value) is value


@pytest.mark.parametrize(
    ("attribute", "value", "wanted"),
    [
        ("kw", "125", "a number in kW"),
        ("kw", True, "a number in kW"),
        ("kw", float("nan"), "a number in kW"),
        ("kw", None, "a number in kW"),
        ("fuel", "coal", "one of diesel, gasoline"),
        ("trailer", 1, "yes or no"),
        ("trailer", "yes", "yes or no"),
        ("plug", " ", "text of 1 to 200 characters"),
        ("plug", "x" * 201, "text of 1 to 200 characters"),
        ("plug", "a\0b", "text of 1 to 200 characters"),
    ],
)
def test_a_value_of_another_type_is_refused_and_says_what_is_wanted(attribute, value, wanted):
    with pytest.raises(RegistryError) as refusal:
        TAXONOMY.attributes[attribute].read(value)
    assert refusal.value.wanted == wanted
    assert attribute in refusal.value.given


def test_an_attribute_of_another_kind_is_refused():
    with pytest.raises(RegistryError, match="Bottled water has no attribute 'kw'") as refusal:
        TAXONOMY.check("water_bottled", {"kw": 5})
    assert "has none" in refusal.value.wanted


def test_an_unknown_kind_is_refused():
    with pytest.raises(RegistryError, match="kind of an asset is not known"):
        TAXONOMY.check("dragon", {})


def test_attributes_come_back_in_the_order_of_their_codes():
    assert list(TAXONOMY.check("generator_portable", {"trailer": True, "kw": 1.0})) == ["kw", "trailer"]


def test_a_number_without_a_unit_asks_for_a_number():
    assert Attribute("doors", "Doors", "number").wanted == "a number"

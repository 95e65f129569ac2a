"""Counties, regions, sectors, kinds and attributes, in and out."""

from __future__ import annotations

import dataclasses

import pytest
import shapely
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from registry.directory.kinds import Attribute, Kind
from registry.directory.records import Tally
from registry.directory.reference import (
    Region,
    counties,
    kinds,
    lifelines,
    sectors,
    store_counties,
    store_reference,
)
from registry.errors import RegistryError
from tests.registry.hand import ATTRIBUTES, COUNTIES, KINDS, LIFELINES, REGIONS, SECTORS


def reference(session, **other):
    given = {"sectors": SECTORS, "lifelines": LIFELINES, "attributes": ATTRIBUTES, "kinds": KINDS, **other}
    return store_reference(session, **given)


def test_without_counties_the_registry_says_what_to_load(session):
    with pytest.raises(RegistryError, match="no counties yet") as refusal:
        counties(session)
    assert "merr load counties" in refusal.value.todo


def test_counties_come_back_in_the_order_of_their_fips_with_their_outlines(facts):
    found = counties(facts)
    assert found.fips == ("29037", "29097")
    assert found.name == ("Cass", "Jasper")
    assert found.region == ("A", "D")
    assert found.population.tolist() == [107_824, 122_761]
    expected = {county.fips: county.geometry for county in COUNTIES}
    assert [
        shapely.equals_exact(each, expected[fips])
        for fips, each in zip(found.fips, found.geometry, strict=True)
    ]
    assert found.geometry[1].geom_type == "Polygon"
    assert found.at([-94.5], [37.2]).tolist() == [1]


def test_the_same_counties_again_change_nothing_and_one_moved_is_one_changed(session):
    assert store_counties(session, COUNTIES, REGIONS, region_version="v1") == Tally(new=2)
    assert store_counties(session, COUNTIES, REGIONS, region_version="v1") == Tally(unchanged=2)
    moved = [COUNTIES[0], dataclasses.replace(COUNTIES[1], region="D")]
    assert store_counties(session, moved, REGIONS, region_version="v1") == Tally(changed=1, unchanged=1)
    assert counties(session).region == ("D", "D")


def test_a_new_edition_of_the_regions_is_used_and_the_old_one_stays(session):
    store_counties(session, COUNTIES, REGIONS, region_version="v1")
    later = [dataclasses.replace(county, region="Z") for county in COUNTIES]
    store_counties(session, later, [Region("Z", "Region Z")], region_version="v2")
    assert counties(session).region == ("Z", "Z")
    assert session.scalar(text("SELECT count(*) FROM registry.county_regions WHERE version = 'v1'")) == 2
    with pytest.raises(IntegrityError, match="uq_region_versions_active"), session.begin_nested():
        session.execute(text("UPDATE registry.region_versions SET active = true"))


def test_a_county_of_a_region_that_is_not_there_is_refused(session):
    stray = [dataclasses.replace(COUNTIES[0], region="Q")]
    with pytest.raises(
        RegistryError, match="Jasper County lies in a region that is not in the list"
    ) as refusal:
        store_counties(session, stray, REGIONS, region_version="v1")
    assert "'Q'" in refusal.value.given


def test_a_county_outside_missouri_is_refused_by_the_table(session):
    stray = [dataclasses.replace(COUNTIES[0], fips="20021")]
    with pytest.raises(IntegrityError, match="ck_counties_fips_of_missouri"), session.begin_nested():
        store_counties(session, stray, REGIONS, region_version="v1")


def test_kinds_and_attributes_come_back_as_given(facts):
    taxonomy = kinds(facts)
    assert list(taxonomy.kinds.values()) == sorted(KINDS, key=lambda kind: kind.code)
    assert list(taxonomy.attributes.values()) == sorted(ATTRIBUTES, key=lambda each: each.code)
    assert [kind.code for kind in taxonomy.families["generator"]] == [
        "generator_mobile_large",
        "generator_portable",
    ]
    assert sectors(facts) == tuple(SECTORS)
    assert lifelines(facts) == tuple(LIFELINES)


def test_the_same_reference_again_changes_nothing(facts):
    total = len(SECTORS) + len(LIFELINES) + len(ATTRIBUTES) + len(KINDS)
    assert reference(facts) == Tally(unchanged=total)


def test_a_kind_can_lose_and_reorder_its_attributes(facts):
    changed = [dataclasses.replace(KINDS[0], attributes=("trailer", "kw")), *KINDS[1:]]
    reference(facts, kinds=changed)
    assert kinds(facts).kinds["generator_portable"].attributes == ("trailer", "kw")


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        (Kind("k", "K", "goods", "each", "k", "magic"), "sector 'magic'"),
        (Kind("k", "K", "spells", "each", "k", None), "asset_class 'spells'"),
        (Kind("k", "K", "goods", "each", "k", None, (), "hope"), "lifeline 'hope'"),
        (Kind("k", "K", "goods", "each", "k", None, ("mana",)), "attribute 'mana'"),
    ],
)
def test_a_kind_with_an_unknown_word_is_refused(session, kind, column):
    with pytest.raises(RegistryError) as refusal:
        reference(session, kinds=[kind])
    assert refusal.value.given == column


@pytest.mark.parametrize("attribute", [Attribute("x", "X", "colour"), Attribute("x", "X", "choice")])
def test_an_attribute_without_a_type_or_without_choices_is_refused(session, attribute):
    with pytest.raises(RegistryError, match="attribute x"):
        reference(session, attributes=[*ATTRIBUTES, attribute])

"""The tables of facts: complete, consistent with each other, and nothing invented."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from etl.build.reference import county_facts, speeds_mph
from etl.errors import EtlError
from etl.sources.reference import read_taxonomies

DATA = Path(__file__).resolve().parents[3] / "data"
CLASSES = {"goods", "services", "equipment", "volunteers", "facility"}


def rows(name):
    with (DATA / "reference" / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def split(cell):
    return [part for part in cell.split(";") if part]


def test_there_are_115_counties_with_the_people_of_the_2020_census():
    counties = county_facts(DATA)
    assert len(counties) == 115
    assert sum(county.population for county in counties) == 6_154_913
    assert [county.fips for county in counties] == sorted({row["fips"] for row in rows("counties.csv")})
    by_fips = {county.fips: county for county in counties}
    assert by_fips["29097"].label == "Jasper county"
    assert by_fips["29189"].label == "St. Louis county"
    assert by_fips["29510"].label == "St. Louis city"


def test_each_region_has_the_counties_that_its_row_says_and_the_weak_ones_are_marked():
    counted = defaultdict(list)
    for row in rows("counties.csv"):
        counted[row["region"]].append(row["region_evidence"])
    regions = rows("regions.csv")
    assert [row["code"] for row in regions] == list("ABCDEFGHI")
    assert {row["version"] for row in regions} == {"2026-11"}
    assert {row["code"]: int(row["counties"]) for row in regions} == {
        code: len(found) for code, found in counted.items()
    }
    assert sorted(counted["G"]) == ["remainder"] * 8 + ["remainder, confirmed"]
    assert sum(evidence != "list" for found in counted.values() for evidence in found) == 12


def test_there_are_16_sectors_and_none_is_invented():
    sectors = rows("sectors.csv")
    assert len(sectors) == len({row["code"] for row in sectors}) == 16
    assert {row["is_state_extension"] for row in sectors} == {"no"}
    assert len(rows("lifelines.csv")) == 8


def test_every_kind_speaks_of_known_sectors_lifelines_and_attributes():
    kinds = rows("kinds.csv")
    sectors = {row["code"] for row in rows("sectors.csv")}
    lifelines = {row["code"] for row in rows("lifelines.csv")}
    attributes = {row["code"] for row in rows("attributes.csv")}
    assert len(kinds) == len({row["code"] for row in kinds}) == 113
    assert {row["asset_class"] for row in kinds} == CLASSES
    assert {row["sector"] for row in kinds} <= sectors
    assert {row["lifeline"] for row in kinds} <= lifelines
    used = {code for row in kinds for code in split(row["attributes"])}
    assert used == attributes


def test_kinds_of_a_family_share_class_and_unit_so_that_their_quantities_add_up():
    families = defaultdict(list)
    for row in rows("kinds.csv"):
        families[row["family"]].append(row)
    assert {row["code"] for row in families["generator"]} == {"generator_portable", "generator_mobile_large"}
    for family in families.values():
        assert len({(row["asset_class"], row["unit"]) for row in family}) == 1, family[0]["family"]


def test_no_word_means_a_kind_and_another_family():
    kinds = {row["code"]: row["family"] for row in rows("kinds.csv")}
    for family in set(kinds.values()):
        assert kinds.get(family, family) == family
    names = [row["name"].casefold() for row in rows("kinds.csv")]
    assert len(names) == len(set(names))


def test_each_kind_travels_by_a_vehicle_of_the_table_and_what_is_towed_or_heavy_as_a_truck():
    by_class = defaultdict(set)
    vehicle = {row["code"]: row["profile"] for row in rows("kinds.csv")}
    for row in rows("kinds.csv"):
        by_class[row["asset_class"]].add(row["profile"])
    assert set(vehicle.values()) == {"car", "truck"} < {row["profile"] for row in rows("profiles.csv")}
    assert by_class["goods"] == {"truck"}
    assert by_class["volunteers"] == by_class["facility"] == {"car"}
    for code in (
        "generator_portable",
        "light_tower",
        "pump_dewatering",
        "bus_motor_coach",
        "line_crew_electric",
    ):
        assert vehicle[code] == "truck", code
    for code in ("satellite_terminal", "radio_cache", "gis_support", "ambulance_als"):
        assert vehicle[code] == "car", code


def test_a_kind_whose_vehicle_is_not_in_the_table_is_refused(tmp_path):
    shutil.copytree(DATA / "reference", tmp_path / "reference")
    table = tmp_path / "reference" / "kinds.csv"
    table.write_text(
        table.read_text(encoding="utf-8").replace(",truck,kw;", ",ox_cart,kw;"), encoding="utf-8"
    )
    with pytest.raises(EtlError, match="travels by a vehicle that is not known") as refused:
        read_taxonomies(tmp_path)
    assert "'ox_cart'" in refused.value.given
    assert "car, truck, relief_load" in refused.value.wanted


def test_volunteers_and_services_carry_licence_people_and_hours():
    for row in rows("kinds.csv"):
        if row["asset_class"] in {"volunteers", "services"}:
            assert {"licence", "persons", "hours"} <= set(split(row["attributes"])), row["code"]


def test_every_attribute_has_a_type_and_numbers_have_a_unit():
    for row in rows("attributes.csv"):
        assert row["type"] in {"number", "choice", "yes_no", "text"}
        assert bool(row["unit"]) == (row["type"] == "number"), row["code"]
        assert (len(split(row["choices"])) >= 2) == (row["type"] == "choice"), row["code"]
    typed = {row["code"]: row for row in rows("attributes.csv")}
    assert (typed["kw"]["unit"], typed["voltage"]["unit"]) == ("kW", "V")
    assert split(typed["phase"]["choices"]) == ["single", "three"]


def test_no_travel_speed_exceeds_the_states_highest_limit_and_each_says_where_it_is_from():
    speeds = speeds_mph(DATA)
    assert {"freeway", "highway", "I", "US", "SR", "CON"} <= set(speeds)
    assert speeds["freeway"] > speeds["highway"]
    assert all(0 <= mph <= 70 for mph in speeds.values())
    assert all(
        any(word in row["source"] for word in ("RSMo 304.010", "Assumed", "Not driven"))
        for row in rows("speeds.csv")
    )


def test_a_missing_table_is_refused_with_the_way_to_restore_it(tmp_path):
    with pytest.raises(EtlError) as refused:
        county_facts(tmp_path)
    assert "counties.csv" in refused.value.given
    assert "git checkout" in refused.value.todo

"""Population points: every county sums to its census figure, whatever its places claim."""

from __future__ import annotations

import csv
import math
from collections import Counter
from pathlib import Path

import pytest

from etl.build.gazetteer import BuiltPlace, BuiltZip
from etl.build.population import place_radius_m, population_points, zip_radii_m
from etl.build.reference import CountyFacts, county_facts
from etl.errors import EtlError

DATA = Path(__file__).resolve().parents[3] / "data"


def county(population):
    return CountyFacts("29001", "Adair", "Kirksville", -92.57, 40.2, population, "B")


def place(name, people):
    return BuiltPlace(name, "29001", -92.5, 40.2, people)


def zips(count):
    return [BuiltZip(f"6350{i}", "29001", -92.5 + 0.2 * i, 40.2) for i in range(count)]


def test_places_keep_their_figure_and_zip_points_share_the_rest():
    points = population_points([county(1_000)], [place("Town", 400)], zips(5))
    assert [point.people for point in points] == [400, 120, 120, 120, 120, 120]


def test_a_rest_that_does_not_divide_goes_to_the_first_zip_points():
    points = population_points([county(1_000)], [place("Town", 393)], zips(5))
    assert [point.people for point in points] == [393, 122, 122, 121, 121, 121]


def test_where_places_claim_too_much_the_largest_takes_what_the_others_leave():
    points = population_points([county(1_000)], [place("Big", 900), place("Small", 300)], zips(5))
    assert [point.people for point in points] == [700, 300]
    assert points[0].radius_m == place_radius_m(900), "the city still fills its own disc"


def test_a_county_that_cannot_sum_is_refused():
    with pytest.raises(EtlError, match="do not sum") as refused:
        population_points([county(1_000)], [place("Big", 1_200), place("Also", 1_100)], zips(5))
    assert "more people than it" in refused.value.given
    with pytest.raises(EtlError) as refused:
        population_points(
            [county(1_000)], [place("Town", 400)], [BuiltZip("65001", "29003", -94.0, 39.0), *others()]
        )
    assert "600 people" in refused.value.given


def others():
    return [BuiltZip(f"6600{i}", "29003", -94.0 + 0.1 * i, 39.1) for i in range(4)]


def test_a_place_of_ten_thousand_fills_a_disc_of_600_people_a_square_kilometre():
    radius_m = place_radius_m(10_000)
    assert 10_000 / (math.pi * (radius_m / 1000) ** 2) == pytest.approx(600, rel=0.01)
    assert place_radius_m(0) == 0


def test_a_zip_point_reaches_half_way_to_its_neighbours_within_bounds():
    lat = [38.0, 38.1, 37.9, 38.0, 38.0, 38.0]
    lon = [-92.0, -92.0, -92.0, -91.87, -92.13, -89.5]
    radii = zip_radii_m(lon, lat)
    assert 5_300 < radii[0] < 5_900, "its four neighbours lie about 11 km away"
    assert radii[5] == 15_000, "far from all others"
    assert zip_radii_m([-92.0] * 5, [38.0, 38.001, 38.002, 38.003, 38.004]).tolist() == [1_000] * 5


def test_the_shipped_points_sum_to_every_countys_census_figure():
    with (DATA / "gazetteer" / "population.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    sums = Counter()
    for row in rows:
        assert int(row["people"]) > 0
        assert 300 <= int(row["radius_m"]) <= 15_000
        sums[row["fips"]] += int(row["people"])
    assert dict(sums) == {county.fips: county.population for county in county_facts(DATA)}
    assert sums.total() == 6_154_913

"""People inside an area: worked by hand on two square counties, and exact for every shipped county."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.areas import area_from_circle
from geo.counties import Counties, read_counties
from geo.errors import GeoError
from geo.population import Population, PopulationDiscs, read_population, spread

DATA = Path(__file__).parents[2] / "data"
HEADER = "lon,lat,people,radius_m,fips\n"
WEST, EAST = shapely.box(-94, 37, -93, 38), shapely.box(-93, 37, -92, 38)


def squares() -> Counties:
    return Counties(
        fips=("29001", "29003"),
        name=("West", "East"),
        region=("A", "B"),
        population=np.array([1000, 500]),
        seat=("Westtown", "Easttown"),
        seat_lon=np.array([-93.5, -92.5]),
        seat_lat=np.array([37.5, 37.5]),
        geometry=np.array([WEST, EAST], dtype=object),
    )


def discs(*points: tuple[float, float, float, float, str]) -> PopulationDiscs:
    lon, lat, people, radius_m, fips = zip(*points, strict=True)
    numbers = (np.array(each, dtype=float) for each in (lon, lat, people, radius_m))
    return spread(Population(*numbers, fips=fips), squares())


def test_half_a_disc_holds_half_its_people():
    town = discs((-93.5, 37.5, 1000, 5000, "29001"))
    assert town.inside(shapely.box(-94, 37, -93.5, 38)) == pytest.approx(500.0)
    assert town.inside(shapely.box(-94, 37.5, -93.5, 38)) == pytest.approx(250.0)
    assert town.inside(shapely.box(-93.3, 37.0, -93.0, 38)) == 0.0


def test_a_small_area_in_the_middle_of_town_holds_its_share_of_the_disc():
    town = discs((-93.5, 37.5, 1000, 5000, "29001"))
    inside = town.inside(area_from_circle(-93.5, 37.5, 2.5).geometry)
    assert inside == pytest.approx(250.0, rel=0.02)


def test_people_on_the_border_stay_in_the_county_that_counts_them():
    border = discs((-93.0, 37.5, 1000, 5000, "29001"))
    assert border.inside(WEST) == 1000.0
    assert border.inside(EAST) == 0.0


def test_people_whose_point_lies_in_a_neighbour_are_spread_over_their_own_county():
    strayed = discs((-92.5, 37.5, 1000, 5000, "29001"))
    assert strayed.inside(WEST) == 1000.0
    assert strayed.inside(EAST) == 0.0
    assert strayed.inside(shapely.box(-94, 37, -93.5, 38)) == pytest.approx(500.0)


def test_a_whole_county_holds_its_people_exactly():
    both = discs(
        (-93.5, 37.5, 700, 5000, "29001"),
        (-93.01, 37.02, 300, 9000, "29001"),
        (-92.99, 37.9, 500, 9000, "29003"),
    )
    assert both.inside(WEST) == 1000.0
    assert both.inside(EAST) == 500.0
    assert both.inside(shapely.union(WEST, EAST)) == 1500.0


POINTS = (
    (-93.5, 37.5, 700, 5000, "29001"),
    (-93.2, 37.4, 150, 9000, "29001"),
    (-92.8, 37.6, 450, 12000, "29003"),
    (-93.0, 37.1, 50, 15000, "29003"),
)


@given(st.floats(-93.9, -92.1), st.floats(37.1, 37.9), st.floats(1.0, 60.0), st.floats(-94.0, -92.0))
@settings(deadline=None, max_examples=60)
def test_the_parts_of_an_area_sum_to_the_whole(lon, lat, radius_km, cut):
    people = discs(*POINTS)
    whole = area_from_circle(lon, lat, radius_km).geometry
    west, east = shapely.box(-97, 35, cut, 42), shapely.box(cut, 35, -88, 42)
    parts = [
        people.inside(part) for part in (whole.intersection(west), whole.intersection(east)) if part.area > 0
    ]
    assert sum(parts) == pytest.approx(people.inside(whole), abs=1e-5)
    assert 0.0 <= people.inside(whole) <= 1350.0


def test_an_unknown_county_is_refused():
    with pytest.raises(GeoError, match="not in Missouri"):
        discs((-93.5, 37.5, 1000, 5000, "29999"))


@pytest.fixture(scope="module")
def shipped() -> tuple[Counties, PopulationDiscs]:
    counties = read_counties(DATA / "counties" / "counties.parquet")
    return counties, spread(read_population(DATA / "gazetteer" / "population.csv"), counties)


def test_every_shipped_county_holds_its_2020_population_exactly(shipped):
    counties, people = shipped
    assert [people.inside(shape) for shape in counties.geometry] == counties.population.tolist()


def test_the_whole_of_missouri_holds_everybody(shipped):
    counties, people = shipped
    assert people.inside(shapely.union_all(counties.geometry)) == 6_154_913


def test_forty_kilometres_around_st_louis_hold_its_people(shipped):
    _, people = shipped
    area = area_from_circle(-90.25, 38.63, 40.0).geometry
    assert 1_000_000 < people.inside(area) < 2_500_000


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "-93.5,37.5,1000,5000\n",
        "-93.5,here,1000,5000,29001\n",
        "-93.5,37.5,nan,5000,29001\n",
        "-93.5,37.5,-1,5000,29001\n",
        "-93.5,37.5,1000,0,29001\n",
    ],
)
def test_a_damaged_file_is_refused_with_the_command_that_mends_it(tmp_path, rows):
    path = tmp_path / "population.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    with pytest.raises(GeoError) as refusal:
        read_population(path)
    assert "merr build gazetteer" in refusal.value.todo


def test_a_missing_file_and_a_missing_column_are_refused(tmp_path):
    with pytest.raises(GeoError):
        read_population(tmp_path / "none.csv")
    (tmp_path / "short.csv").write_text("lon,lat\n-93,37\n", encoding="utf-8")
    with pytest.raises(GeoError) as refusal:
        read_population(tmp_path / "short.csv")
    assert "'people'" in refusal.value.given


def test_a_good_file_is_read_as_it_stands(tmp_path):
    path = tmp_path / "population.csv"
    path.write_text(HEADER + "-93.5,37.5,1000,5000,29001\n", encoding="utf-8")
    found = read_population(path)
    assert (found.lon[0], found.lat[0], found.people[0], found.radius_m[0]) == (-93.5, 37.5, 1000.0, 5000.0)
    assert found.fips == ("29001",)
    assert math.isfinite(found.people.sum())

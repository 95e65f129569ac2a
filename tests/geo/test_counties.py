"""Counties by place, by area and by code: on two squares by hand, and on the shipped boundaries."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.counties import Counties, read_counties
from geo.errors import GeoError

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def squares() -> Counties:
    """Return two unit squares side by side: 29001 west and 29003 east of longitude -93."""
    return Counties(
        fips=("29001", "29003"),
        name=("West", "East"),
        region=("A", "B"),
        population=np.array([100, 200]),
        seat=("Westtown", "Easttown"),
        seat_lon=np.array([-93.5, -92.5]),
        seat_lat=np.array([37.5, 37.5]),
        geometry=np.array([shapely.box(-94, 37, -93, 38), shapely.box(-93, 37, -92, 38)], dtype=object),
    )


@pytest.fixture(scope="module")
def missouri() -> Counties:
    return read_counties(DATA / "counties" / "counties.parquet")


def test_a_point_on_the_shared_border_belongs_to_the_lower_code(squares):
    lon = np.array([-93.5, -92.5, -93.0, -93.0, -91.0, np.nan])
    lat = np.array([37.5, 37.5, 37.5, 37.0, 37.5, 37.5])
    assert squares.at(lon, lat).tolist() == [0, 1, 0, 0, -1, -1]


def test_a_single_point_and_no_point_are_asked_alike(squares):
    assert squares.at(-92.5, 37.5).tolist() == [1]
    assert squares.at(np.empty(0), np.empty(0)).tolist() == []


def test_an_area_that_only_borders_on_a_county_does_not_reach_it(squares):
    assert squares.touching(shapely.box(-94, 37, -93, 38)) == [0]
    assert squares.touching(shapely.box(-93.5, 37.2, -92.999, 37.4)) == [0, 1]
    assert squares.touching(shapely.box(-91, 37, -90, 38)) == []


def test_a_county_inside_the_area_and_an_area_inside_the_county_are_both_reached(squares):
    assert squares.touching(shapely.box(-95, 36, -91, 39)) == [0, 1]
    assert squares.touching(shapely.box(-92.6, 37.4, -92.5, 37.5)) == [1]


def test_an_unknown_code_is_quoted(squares):
    assert squares.index("29003") == 1
    with pytest.raises(GeoError) as refusal:
        squares.index("29005")
    assert "'29005'" in refusal.value.given


def test_the_shipped_counties_are_the_115_in_order_with_their_census(missouri):
    assert len(missouri.fips) == 115
    assert list(missouri.fips) == sorted(missouri.fips)
    assert missouri.population.sum() == 6_154_913
    assert set(missouri.region) == set("ABCDEFGHI")
    assert shapely.is_valid(missouri.geometry).all()


def test_every_seat_lies_in_its_county(missouri):
    assert missouri.at(missouri.seat_lon, missouri.seat_lat).tolist() == list(range(115))


def test_the_city_of_st_louis_is_told_from_its_county(missouri):
    assert missouri.label(missouri.index("29510")) == "St. Louis city"
    assert missouri.label(missouri.index("29189")) == "St. Louis county"
    assert missouri.label(missouri.index("29097")) == "Jasper county"


def test_no_county_reaches_into_its_neighbour(missouri):
    for position, shape in enumerate(missouri.geometry):
        assert missouri.touching(shape) == [position]


def test_a_point_on_a_real_border_has_the_lowest_of_its_counties_and_always_the_same(missouri):
    lon, lat = shapely.get_coordinates(missouri.geometry[missouri.index("29097")]).T
    held = missouri.at(lon, lat)
    holders = [
        np.flatnonzero(shapely.intersects_xy(missouri.geometry, *place))
        for place in zip(lon, lat, strict=True)
    ]
    assert held.tolist() == [each.min() for each in holders]
    assert any(len(each) > 1 for each in holders)


@pytest.mark.parametrize("content", [None, b"", b"not a parquet file", b"PAR1"])
def test_a_missing_or_damaged_file_says_how_to_get_it_back(tmp_path, content):
    path = tmp_path / "counties.parquet"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(GeoError, match="counties cannot be read") as refusal:
        read_counties(path)
    assert "merr build counties" in refusal.value.todo


@pytest.mark.shared
def test_the_light_boundaries_of_another_source_agree_on_99_of_100_points(missouri):
    import json  # noqa: PLC0415

    path = Path(__file__).parents[3] / "shared" / "data" / "reference" / "mo_counties_2023.geojson"
    features = json.loads(path.read_text())["features"]
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(-95.6, -89.2, 3000), rng.uniform(36.1, 40.5, 3000)
    other = np.full(3000, "-----")
    for each in features:
        inside = shapely.intersects_xy(shapely.geometry.shape(each["geometry"]), lon, lat)
        other[inside] = each["properties"]["fips"]
    ours = np.array([missouri.fips[at] if at >= 0 else "-----" for at in missouri.at(lon, lat)])
    assert (ours == other).mean() > 0.99

"""County and state boundaries: complete, true to size, and light ones that still share every border."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import shapely

from etl.build.counties import LIGHT_DECIMALS, county_shapes, light_coverage, state_outline
from geo.projection import geometry_in_metres

DATA = Path(__file__).resolve().parents[3] / "data"


def light(name):
    features = json.loads((DATA / "counties" / name).read_text(encoding="utf-8"))["features"]
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
    return features, np.array(shapes, dtype=object)


def area_km2(shapes):
    return shapely.area(geometry_in_metres(shapes)) / 1e6


def test_the_full_boundaries_are_115_counties_of_180_545_square_kilometres():
    fips, shapes = county_shapes(DATA)
    assert len(fips) == 115
    assert fips == sorted(fips)
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    assert round(area_km2(shapes).sum()) == 180_545


def test_other_programs_read_the_counties_in_their_own_coordinates():
    counties = geopandas.read_parquet(DATA / "counties" / "counties.parquet")
    assert counties.crs.to_epsg() == 4326
    assert int(counties["population"].sum()) == 6_154_913
    jasper = counties[counties["fips"] == "29097"].iloc[0]
    assert jasper["geometry"].contains(shapely.Point(-94.5133, 37.0842)), "Joplin lies in Jasper county"
    assert jasper["region"] == "D"


def test_every_county_seat_lies_in_its_county():
    counties = geopandas.read_parquet(DATA / "counties" / "counties.parquet")
    seats = shapely.points(counties["seat_lon"], counties["seat_lat"])
    outside = counties[~shapely.intersects(counties.geometry.values, seats)]["name"].tolist()
    assert outside == []


def test_the_light_counties_leave_no_gap_and_no_overlap():
    features, shapes = light("counties_light.geojson")
    assert len(features) == 115
    assert shapely.is_valid(shapes).all()
    assert shapely.coverage_is_valid(shapes)
    union = shapely.coverage_union_all(shapes)
    assert union.geom_type == "Polygon"
    assert len(union.interiors) == 0


def test_light_counties_and_states_line_up_at_missouris_border():
    _, counties = light("counties_light.geojson")
    features, states = light("states_light.geojson")
    assert [feature["id"] for feature in features] == ["MO", "AR", "IA", "IL", "KS", "KY", "NE", "OK", "TN"]
    assert shapely.coverage_is_valid(np.concatenate([counties, states[1:]]))
    assert shapely.equals(states[0], shapely.coverage_union_all(counties))


def test_light_counties_keep_their_size_and_are_small_enough_for_a_page():
    _, full = county_shapes(DATA)
    _, shapes = light("counties_light.geojson")
    share = area_km2(shapes) / area_km2(full)
    assert np.abs(share - 1.0).max() < 0.005
    assert (DATA / "counties" / "counties_light.geojson").stat().st_size < 200_000
    points = shapely.get_coordinates(shapes)
    assert (points == points.round(LIGHT_DECIMALS)).all()


def test_the_state_is_the_union_of_its_counties():
    outline = state_outline(DATA)
    _, shapes = county_shapes(DATA)
    assert abs(area_km2(np.array([outline]))[0] - area_km2(shapes).sum()) < 0.1


def test_simplifying_keeps_shared_borders_shared_where_three_meet():
    wiggle = [(-92.0 + 0.003 * (i % 3), 38.0 + 0.002 * i) for i in range(101)]
    left = shapely.Polygon([(-92.3, 38.0), *wiggle, (-92.3, 38.2)])
    south = shapely.Polygon([*wiggle[:51], (-91.7, 38.1), (-91.7, 38.0)])
    north = shapely.Polygon([*wiggle[50:], (-91.7, 38.2), (-91.7, 38.1)])
    areas = np.array([left, south, north], dtype=object)
    assert shapely.coverage_is_valid(areas)
    simple = light_coverage(areas)
    assert shapely.get_num_coordinates(simple).sum() < shapely.get_num_coordinates(areas).sum()
    assert shapely.coverage_is_valid(simple)

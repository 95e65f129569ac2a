"""Reading an incident area from whatever a planner gives, and the shapes that we draw ourselves."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from re import _parser as re_parser

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import areas, reading
from geo.areas import (
    STUDY,
    area_from_circle,
    area_from_counties,
    area_from_geojson,
    area_from_usng,
    area_from_wkt,
    corridor,
    read_area,
)
from geo.counties import Counties, read_counties
from geo.errors import AreaError, GeoError

DATA = Path(__file__).parents[2] / "data"
JOPLIN = ((-94.5932, 37.0524), (-94.2213, 36.9838))
YARD_M = 0.9144
SQUARE = [[-94.0, 37.0], [-93.0, 37.0], [-93.0, 38.0], [-94.0, 38.0], [-94.0, 37.0]]
POLYGON = {"type": "Polygon", "coordinates": [SQUARE]}


def feature(geometry: object) -> dict[str, object]:
    return {"type": "Feature", "properties": {"name": "any"}, "geometry": geometry}


@pytest.fixture(scope="module")
def counties() -> Counties:
    return read_counties(DATA / "counties" / "counties.parquet")


@pytest.mark.parametrize(
    "given_as",
    [
        POLYGON,
        feature(POLYGON),
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        {"type": "FeatureCollection", "features": [feature(POLYGON)]},
        {"type": "Polygon", "coordinates": [[[lon, lat, 250.5] for lon, lat in SQUARE]]},
        {
            "type": "Polygon",
            "coordinates": [SQUARE],
            "crs": {"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        },
        {"type": "Polygon", "coordinates": [SQUARE], "crs": {"properties": {"name": "EPSG:4326"}}},
    ],
)
def test_the_ways_to_give_one_square_in_geojson(given_as):
    area = read_area(json.dumps(given_as))
    assert area.geometry.equals(shapely.box(-94, 37, -93, 38))
    assert isinstance(area.geometry, shapely.MultiPolygon)
    assert area.origin == "pasted"


def test_the_formats_are_told_apart():
    wkt = "POLYGON ((-94 37, -93 37, -93 38, -94 38, -94 37))"
    same = [read_area(json.dumps(POLYGON)), read_area(wkt), read_area(f"\ufeff {wkt}".encode(), "uploaded")]
    assert all(area.geometry.equals(same[0].geometry) for area in same)
    assert [area.origin for area in same] == ["pasted", "pasted", "uploaded"]
    assert read_area("15S UB 66 01").area_km2 == pytest.approx(1.0, rel=2e-3)


def test_features_that_overlap_are_joined_into_one_part():
    shifted = [[lon + 0.5, lat] for lon, lat in SQUARE]
    both = [feature(POLYGON), feature({"type": "Polygon", "coordinates": [shifted]})]
    area = area_from_geojson({"type": "FeatureCollection", "features": both})
    assert area.geometry.equals(shapely.box(-94, 37, -92.5, 38))


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ({"type": "Point", "coordinates": [-94, 37]}, "not an area"),
        ({"type": "LineString", "coordinates": SQUARE}, "not an area"),
        (feature({"type": "GeometryCollection", "geometries": [POLYGON]}), "not an area"),
        ({"type": "GeometryCollection", "geometries": [{"type": "GeometryCollection"}]}, "not an area"),
        (
            {"type": "FeatureCollection", "features": [feature({"type": "Point", "coordinates": [1, 2]})]},
            "not an area",
        ),
        (
            {"type": "FeatureCollection", "features": [{"type": "FeatureCollection", "features": []}]},
            "not an area",
        ),
        ({"type": ["Polygon"]}, "not an area"),
        ({}, "not an area"),
        ([], "not an area"),
        (None, "not an area"),
        (feature(None), "empty"),
        ({"type": "FeatureCollection", "features": []}, "empty"),
        ({"type": "MultiPolygon", "coordinates": []}, "empty"),
        ({"type": "Polygon", "coordinates": []}, "empty"),
        ({"type": "Polygon", "coordinates": SQUARE}, "not a pair of numbers"),
        ({"type": "Polygon", "coordinates": "here"}, "not those of a polygon"),
        ({"type": "Polygon"}, "not those of a polygon"),
        (
            {"type": "Polygon", "coordinates": [[[True, 37], [-93, 37], [-93, 38], [True, 37]]]},
            "not a pair of numbers",
        ),
        ({"type": "Polygon", "coordinates": [[["-94", 37], [-93, 37], [-93, 38]]]}, "not a pair of numbers"),
        ({"type": "Polygon", "coordinates": [[[-94], [-93, 37], [-93, 38]]]}, "not a pair of numbers"),
        ({"type": "Polygon", "coordinates": [[[math.nan, 37], [-93, 37], [-93, 38]]]}, "not finite"),
        ({"type": "Polygon", "coordinates": [[[10**400, 37], [-93, 37], [-93, 38]]]}, "not finite"),
        (POLYGON | {"crs": {"properties": {"name": "EPSG:26915"}}}, "not in longitude and latitude"),
    ],
)
def test_what_is_no_area_is_refused_in_words(value, title):
    with pytest.raises(AreaError, match=title) as refusal:
        area_from_geojson(value)
    words = refusal.value
    assert all((words.given, words.wanted, words.todo))
    assert "!" not in str(words)


def test_a_line_is_told_to_become_a_polygon_or_a_circle():
    with pytest.raises(AreaError) as refusal:
        read_area("LINESTRING (-94 37, -93 38)")
    assert refusal.value.todo == "Draw a polygon around the place, or use a circle: a point and a radius"


@pytest.mark.parametrize("text", ["", "  \n", b"", b"\xef\xbb\xbf"])
def test_nothing_is_an_empty_area(text):
    with pytest.raises(AreaError, match="empty"):
        read_area(text)


@pytest.mark.parametrize("text", ["Joplin", "37.08, -94.51", "<kml>", "PK\x03\x04", "\x00"])
def test_an_unknown_format_is_told_which_three_there_are(text):
    with pytest.raises(AreaError) as refusal:
        read_area(text)
    assert all(name in refusal.value.wanted for name in ("GeoJSON", "WKT", "USNG"))


def test_a_million_corners_are_refused():
    with pytest.raises(AreaError, match="too many corners"):
        area_from_geojson({"type": "Polygon", "coordinates": [[[-94.0, 37.0]] * 1_000_000]})
    with pytest.raises(AreaError, match="too long"):
        read_area('{"type":"Polygon","coordinates":[[' + "[-94.0,37.0]," * 1_000_000)
    with pytest.raises(AreaError, match="too many corners"):
        read_area("POLYGON ((" + "1 1," * 1_000_000)


@given(st.text() | st.binary())
@settings(deadline=None, max_examples=300)
def test_no_text_and_no_bytes_do_anything_but_give_an_area_or_a_refusal(text):
    with pytest.raises(AreaError):
        read_area(text)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
lon = st.floats(-97.0, -88.0) | st.sampled_from([-94.0, -93.5, -93.0])
lat = st.floats(35.0, 42.0) | st.sampled_from([37.0, 37.5, 38.0])
corner = st.tuples(lon, lat).map(list)
ring = st.lists(corner, min_size=2, max_size=5).map(lambda corners: [*corners, corners[0]])
loose_ring = st.lists(corner | st.lists(scalars, max_size=3) | scalars, max_size=5)
geometry = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Polygon", "MultiPolygon", "Point", "GeometryCollection"]) | scalars,
        "coordinates": st.lists(ring, max_size=2)
        | st.lists(st.lists(ring, max_size=2), max_size=3)
        | st.lists(loose_ring, max_size=2)
        | scalars,
    }
)
geojson = (
    geometry
    | geometry.map(feature)
    | st.lists(geometry.map(feature) | scalars, max_size=3).map(
        lambda features: {"type": "FeatureCollection", "features": features}
    )
    | scalars
)


@given(geojson)
@settings(deadline=None, max_examples=500)
def test_no_geojson_does_anything_but_give_a_sound_area_or_a_refusal(value):
    try:
        area = area_from_geojson(value)
    except AreaError:
        return
    assert shapely.is_valid(area.geometry)
    assert all(part.exterior.is_ccw for part in area.geometry.geoms)
    assert area.area_km2 > 0
    west, south, east, north = area.bounds
    assert STUDY[0] <= west < east <= STUDY[2]
    assert STUDY[1] <= south < north <= STUDY[3]
    again = read_area(json.dumps(area.as_geojson()))
    assert shapely.equals_exact(again.geometry, area.geometry)
    assert again.as_geojson()["geometry"] == area.as_geojson()["geometry"]


def test_as_geojson_is_a_feature_that_says_where_the_area_came_from():
    found = area_from_geojson(POLYGON, "drawn").as_geojson()
    assert found["type"] == "Feature"
    assert found["properties"] == {"origin": "drawn"}
    assert found["geometry"] == POLYGON


def test_one_degree_square_has_the_area_of_the_ellipsoid():
    # 2 pi a**2 / 360 * (q(38) - q(37)) on GRS 80 by the authalic formula is 9,803 km2 to the nearest 10.
    geodesic, _ = pyproj.Geod(ellps="GRS80").geometry_area_perimeter(
        shapely.segmentize(shapely.box(-94, 37, -93, 38), 0.001)
    )
    assert area_from_geojson(POLYGON).area_km2 == pytest.approx(geodesic / 1e6, rel=1e-5)


def test_the_joplin_corridor_has_the_ground_of_its_record():
    # A band of length x width and one circle of the width: two half discs at the ends.
    width_m = 1600 * YARD_M
    (start, end) = JOPLIN
    _, _, length_m = pyproj.Geod(ellps="WGS84").inv(*start, *end)
    by_hand_km2 = (length_m * width_m + math.pi * (width_m / 2) ** 2) / 1e6
    found = corridor(start, end, width_m)
    assert found.area_km2 == pytest.approx(by_hand_km2, rel=5e-4)
    assert found.area_km2 == pytest.approx(51.35, abs=0.03)
    assert found.origin == "corridor"
    assert found.geometry.covers(shapely.LineString(JOPLIN))


def test_a_corridor_without_length_is_a_disc():
    assert corridor(JOPLIN[0], JOPLIN[0], 2000.0).area_km2 == pytest.approx(math.pi, rel=2e-3)


@given(st.floats(-94.0, -91.0), st.floats(37.0, 40.0), st.floats(0.05, 90.0))
@settings(deadline=None, max_examples=50)
def test_a_circle_lies_at_its_radius_and_holds_nearly_all_its_ground(centre_lon, centre_lat, radius_km):
    area = area_from_circle(centre_lon, centre_lat, radius_km)
    corners = shapely.get_coordinates(area.geometry)
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(
        np.full(len(corners), centre_lon), np.full(len(corners), centre_lat), *corners.T
    )
    assert metres == pytest.approx(radius_km * 1000.0, rel=1e-6)
    assert 0.998 < area.area_km2 / (math.pi * radius_km**2) < 1.0
    assert area.origin == "circle"


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: area_from_circle(-94.0, 37.0, 0.0),
        lambda: area_from_circle(-94.0, 37.0, -5.0),
        lambda: area_from_circle(-94.0, 37.0, math.nan),
        lambda: area_from_circle(-94.0, 37.0, 301.0),
        lambda: area_from_circle(math.inf, 37.0, 5.0),
        lambda: area_from_circle(37.0, -94.0, 5.0),
        lambda: area_from_circle(-96.5, 37.0, 50.0),
        lambda: corridor(*JOPLIN, 0.0),
        lambda: corridor(*JOPLIN, math.nan),
        lambda: corridor(JOPLIN[0], (-80.0, 37.0), 100.0),
        lambda: area_from_usng("15S UB 1 1; 15S UB 2 2"),
        lambda: area_from_usng(" , "),
        lambda: area_from_wkt("POLYGON EMPTY"),
    ],
)
def test_numbers_out_of_range_are_refused_in_words(attempt):
    with pytest.raises(AreaError) as refusal:
        attempt()
    assert all((refusal.value.given, refusal.value.wanted, refusal.value.todo))


def test_usng_corners_make_a_polygon_whether_the_first_is_repeated_or_not():
    corners = ["15S UB 60 00", "15S UB 62 00", "15S UB 62 02", "15S UB 60 02"]
    open_list, closed_list = (
        area_from_usng("\n".join(corners)),
        area_from_usng(";".join([*corners, corners[0]])),
    )
    assert open_list.geometry.equals(closed_list.geometry)
    assert open_list.area_km2 == pytest.approx(4.0, rel=2e-3)


def test_two_counties_are_the_sum_of_their_ground_in_one_piece(counties):
    one, other = (area_from_counties([fips], counties) for fips in ("29097", "29145"))
    both = area_from_counties(["29145", "29097", "29097"], counties)
    assert both.area_km2 == pytest.approx(one.area_km2 + other.area_km2, rel=1e-9)
    assert len(both.geometry.geoms) == 1
    assert both.origin == "counties"


def test_all_counties_are_missouri(counties):
    missouri = area_from_counties(counties.fips, counties)
    assert missouri.area_km2 == pytest.approx(180_545, abs=2)


def test_an_area_of_counties_survives_being_written_and_read(counties):
    area = area_from_counties(counties.fips[:60], counties)
    again = area_from_geojson(json.loads(json.dumps(area.as_geojson())), "counties")
    assert again == area


def test_a_county_that_is_not_in_missouri_is_named(counties):
    with pytest.raises(GeoError, match="not in Missouri") as refusal:
        area_from_counties(["29999"], counties)
    assert "'29999'" in refusal.value.given
    with pytest.raises(AreaError, match="empty"):
        area_from_counties([], counties)


@pytest.mark.shared
def test_every_tornado_corridor_of_the_record_is_read_as_it_is():
    path = Path(__file__).parents[3] / "shared" / "data" / "hazards" / "mo_tornado_corridors_ef3plus.geojson"
    features = json.loads(path.read_text())["features"]
    assert len(features) == 125
    map_edge = shapely.box(*STUDY)
    beyond = []
    for each in features:
        shape = shapely.geometry.shape(each["geometry"])
        if map_edge.covers(shape):
            assert area_from_geojson(each).geometry.equals(shape)
        else:
            beyond.append(each)
    assert len(beyond) == 1  # the tornado of 7 June 1984 ran 25 km further into Iowa than the map
    with pytest.raises(AreaError, match="leaves the map"):
        area_from_geojson(beyond[0])


def open_ended(parsed):
    """Yield the kind of every repeat without an end in a pattern."""
    for kind, value in parsed:
        inner = value if isinstance(value, tuple | list) else (value,)
        if "REPEAT" in str(kind) and value[1] == re_parser.MAXREPEAT:
            yield str(kind)
        for part in itertools.chain.from_iterable(
            each if isinstance(each, list) else [each] for each in inner
        ):
            if isinstance(part, re_parser.SubPattern):
                yield from open_ended(part)


@pytest.mark.parametrize("pattern", [areas._WKT, reading._STRING], ids=["WKT", "JSON"])
def test_a_pattern_that_long_texts_meet_never_tries_again_what_it_has_read(pattern):
    """So its work grows with the text's length; else it grows with the square, and 3 MB hold a server for hours."""
    kinds = list(open_ended(re_parser.parse(pattern.pattern, pattern.flags)))
    assert len(kinds) >= 3
    assert set(kinds) == {"POSSESSIVE_REPEAT"}


@pytest.mark.parametrize("text", ["x" * 200_000, "A " * 100_000, "A" + " " * 200_000 + "B"])
def test_a_long_text_that_is_no_area_is_refused(text):
    with pytest.raises(AreaError, match="no area that can be read"):
        read_area(text)


def test_more_coordinates_than_an_area_has_corners_are_refused_before_any_is_read(monkeypatch):
    monkeypatch.setattr(areas, "grid_squares", lambda _: pytest.fail("read all the same"))
    with pytest.raises(AreaError, match="too many corners"):
        read_area("15SUB1234\n" * 50_000)

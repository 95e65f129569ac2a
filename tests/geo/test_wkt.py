"""The small WKT reader, against cases by hand and against shapely on text that shapely wrote."""

from __future__ import annotations

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import AreaError
from geo.reading import MAX_VERTICES
from geo.wkt import wkt_polygons

TRIANGLE = [(-94.5, 37.1), (-94.4, 37.1), (-94.4, 37.0), (-94.5, 37.1)]


@pytest.mark.parametrize(
    "text",
    [
        "POLYGON((-94.5 37.1,-94.4 37.1,-94.4 37.0,-94.5 37.1))",
        " polygon ( ( -94.5   37.1 , -94.4 37.1 , -94.4 37 , -94.5 37.1 ) ) \n",
        "SRID=4326;POLYGON ((-94.5 37.1, -94.4 37.1, -94.4 37.0, -94.5 37.1))",
        "POLYGON Z ((-94.5 37.1 250, -94.4 37.1 250, -94.4 37.0 250, -94.5 37.1 250))",
        "POLYGONZM ((-94.5 37.1 1 2, -94.4 37.1 1 2, -94.4 37.0 1 2, -94.5 37.1 1 2))",
        "MULTIPOLYGON (((-945e-1 +37.1, -94.4 37.1, -94.4 37., -94.5 37.1)))",
    ],
)
def test_the_ways_to_write_one_triangle(text):
    assert wkt_polygons(text) == [[TRIANGLE]]


coordinate = st.integers(-180_000_000, 180_000_000).map(lambda micro: micro / 1e6)
ring = st.lists(st.tuples(coordinate, coordinate), min_size=3, max_size=6).map(
    lambda corners: [*corners, corners[0]]
)


@given(st.lists(st.lists(ring, min_size=1, max_size=3), min_size=1, max_size=3))
@settings(deadline=None)
def test_what_shapely_writes_is_read_back_number_for_number(polygons):
    shape = shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in polygons])
    assert wkt_polygons(shapely.to_wkt(shape, rounding_precision=-1)) == polygons


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("POLYGON EMPTY", "empty"),
        ("MULTIPOLYGON (EMPTY)", "empty"),
        ("LINESTRING (-94 37, -93 38)", "not an area"),
        ("POINT (-94 37)", "not an area"),
        ("GEOMETRYCOLLECTION (POLYGON ((0 0, 1 1, 1 0, 0 0)))", "not an area"),
        ("SRID=5070;POLYGON ((0 0, 1 1, 1 0, 0 0))", "not in longitude and latitude"),
        ("POLYGON ((-94 37, nan 37, -94 38, -94 37))", "cannot be read"),
        ("POLYGON ((-94 37, -93 37, -94 38, -94 37)", "cannot be read"),
        ("POLYGON ((-94 37, -93 37, -94 38, -94 37)) POLYGON", "cannot be read"),
        ("POLYGON ((-94 37 1 2 3, -93 37, -94 38, -94 37))", "cannot be read"),
        ("POLYGON (-94 37, -93 37, -94 38, -94 37)", "cannot be read"),
        ("POLYGON ((1e999 37, -93 37, -94 38, 1e999 37))", "not finite"),
        ("POLYGON" + "(" * 100_000, "cannot be read"),
        ("(((", "cannot be read"),
    ],
)
def test_what_is_no_polygon_is_refused_in_words(text, title):
    with pytest.raises(AreaError, match=title):
        wkt_polygons(text)


def test_a_refusal_names_the_character():
    with pytest.raises(AreaError) as refusal:
        wkt_polygons("POLYGON ((-94 37, north 38))")
    assert refusal.value.given == "'north' at character 19"


def test_reading_stops_at_the_first_corner_too_many():
    with pytest.raises(AreaError, match="too many corners"):
        wkt_polygons("POLYGON ((" + "1 1," * (MAX_VERTICES + 1))


@given(st.text(alphabet="POLYGNMUTIEZSRD=;(),.-+eE 0123456789naf\n", max_size=80))
@settings(deadline=None)
def test_no_text_does_anything_but_give_polygons_or_a_refusal(text):
    try:
        polygons = wkt_polygons(text)
    except AreaError:
        return
    assert polygons

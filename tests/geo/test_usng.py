"""USNG squares, by hand at the central meridian and against the mgrs package's own encoding."""

from __future__ import annotations

import mgrs
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.errors import AreaError
from geo.usng import grid_square, grid_squares


def test_a_square_at_the_central_meridian_begins_at_it():
    # Zone 15 has its central meridian at -93, easting 500,000 m: the western edge of column W, by the lettering
    # of FGDC-STD-011-2001 (set 3: columns S to Z from 100,000 m to 800,000 m).
    square = grid_square("15S WC")
    west, _, east, _ = square.polygon.bounds
    assert west == pytest.approx(-93.0, abs=1e-9)
    assert east > -92.0
    assert square.size_m == 100_000


def test_a_square_of_one_hundred_metres_is_a_hectare():
    plane = shapely.transform(
        grid_square("15S WC 000 000").polygon, lambda at: at * (111_320 * 0.79, 110_990)
    )
    assert plane.area == pytest.approx(10_000, rel=0.01)


@pytest.mark.parametrize(
    "text", ["15SUB6661901471", "15S UB 66619 01471", " 15s ub 6661901471 ", "15SUB 66619 01471"]
)
def test_blanks_and_case_do_not_matter(text):
    square = grid_square(text)
    assert square.text == "15S UB 66619 01471"
    assert square.size_m == 1
    assert square.centre == pytest.approx((-94.5, 37.05), abs=2e-5)


zone_points = st.tuples(st.floats(-95.99, -88.4), st.floats(35.4, 41.3))


@given(zone_points, st.integers(0, 5))
@settings(deadline=None, max_examples=300)
def test_the_square_of_a_point_holds_it_and_its_fourfold_precision(place, digits):
    lon, lat = place
    text = mgrs.MGRS().toMGRS(lat, lon, MGRSPrecision=digits)
    square = grid_square(text)
    assert square.size_m == 10 ** (5 - digits)
    assert square.polygon.distance(shapely.Point(lon, lat)) < 1e-5  # a metre, what chords of 6 km leave
    assert shapely.is_valid(square.polygon)


@given(zone_points)
@settings(deadline=None, max_examples=50)
def test_a_finer_square_lies_inside_the_coarser_one(place):
    lon, lat = place
    fine, coarse = (grid_square(mgrs.MGRS().toMGRS(lat, lon, MGRSPrecision=digits)) for digits in (4, 2))
    assert coarse.polygon.buffer(1e-5).covers(fine.polygon)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("15S UB 66619 0147", "not a USNG coordinate"),
        ("15S UB 666190 014710", "not a USNG coordinate"),
        ("15S UB 12 3456", "not a USNG coordinate"),
        ("15S UB 666", "not a USNG coordinate"),
        ("15S IO 1 1", "not a USNG coordinate"),
        ("15S UZ 1 1", "not a USNG coordinate"),
        ("15T UB 1 1", "not a USNG coordinate"),
        ("16S BF 1 1", "not a USNG coordinate"),
        ("15S", "not a USNG coordinate"),
        ("15S UB 6 0 1", "not a USNG coordinate"),
        ("\u0661\u0665S UB 1 1", "not a USNG coordinate"),
        ("18S UB 1 1", "outside Missouri"),
        ("99S UB 1 1", "outside Missouri"),
        ("15R UB 1 1", "outside Missouri"),
    ],
)
def test_what_is_no_square_of_the_grid_here_is_refused_in_words(text, title):
    with pytest.raises(AreaError, match=title):
        grid_square(text)


def test_a_list_is_split_at_lines_commas_and_semicolons():
    squares = grid_squares("15S UB 6 0; 15S UB 7 0,\n\n15S UB 7 1\n")
    assert [square.text for square in squares] == ["15S UB 6 0", "15S UB 7 0", "15S UB 7 1"]


@given(st.text(alphabet="0123456789STRUVWXYZABCDEFGHIJKLMNOPQ ,;\n", max_size=40))
@settings(deadline=None, max_examples=300)
def test_no_text_does_anything_but_give_squares_or_a_refusal(text):
    try:
        squares = grid_squares(text)
    except AreaError:
        return
    assert all(shapely.is_valid(square.polygon) for square in squares)

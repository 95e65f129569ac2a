"""The files a browser is given: all our own, and none that asks for another."""

from __future__ import annotations

import re

import pytest

from dashboard.app import ASSETS
from dashboard.basemap import places_layer
from registry.settings import CLONE

TEXTS = sorted(path for path in ASSETS.rglob("*") if path.suffix in (".css", ".js", ".svg"))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_no_file_names_an_address_elsewhere(path):
    text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|//[a-z]+\.|eval\(|new Function", text)


def test_every_sector_has_a_colour_and_letters():
    style = (ASSETS / "30-map.css").read_text(encoding="utf-8")
    rows = (CLONE / "data" / "reference" / "sectors.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [row.split(",")[0] for row in rows if f".s-{row.split(',')[0]}{{" not in style] == []


def test_the_font_ships_with_its_licence():
    assert (ASSETS / "fonts" / "public-sans.woff2").stat().st_size > 10_000
    assert "SIL Open Font License" in (ASSETS / "fonts" / "OFL.txt").read_text(encoding="utf-8")


def test_the_map_names_the_largest_places_first():
    places = places_layer(CLONE / "data" / "gazetteer" / "places.csv")["features"]
    names = [row["properties"]["name"] for row in places if row["properties"]["role"] == "place"]
    assert names[:2] == ["Kansas City", "St. Louis"]

"""Shipped files: small, whole, reproducible, each with its source."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import shapely

from etl.build.outputs import write_bytes, write_csv, write_geojson

DATA = Path(__file__).resolve().parents[3] / "data"


def test_the_shipped_data_stay_under_ten_megabytes():
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) < 10_000_000


@pytest.mark.parametrize("folder", ["reference", "counties", "gazetteer", "roads", "rivers"])
def test_every_shipped_file_says_where_it_comes_from(folder):
    told = json.loads((DATA / folder / "provenance.json").read_text(encoding="utf-8"))
    files = {path.name for path in (DATA / folder).iterdir() if path.name != "provenance.json"}
    assert files == {product["file"] for product in told["files"] if "/" not in product["file"]}
    assert all(source["licence"] and source["version"] for source in told["sources"])
    assert not re.search(r"20\d\d-\d\d-\d\d", json.dumps(told)), "a date would change every build"


def test_shipped_text_is_utf_8_with_line_feeds():
    for path in [*DATA.rglob("*.csv"), *DATA.rglob("*json")]:
        content = path.read_bytes()
        assert b"\r" not in content, path
        assert content.decode("utf-8").endswith("\n"), path


def test_a_failed_write_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    path = write_bytes(tmp_path / "file.csv", b"old")

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_bytes(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_csv_has_one_header_and_quotes_what_needs_it(tmp_path):
    path = write_csv(tmp_path / "a.csv", ["name", "people"], [["St. Louis, city", 3], ["Kimmswick", 157]])
    assert path.read_text(encoding="utf-8") == 'name,people\n"St. Louis, city",3\nKimmswick,157\n'


def test_geojson_turns_outer_rings_counter_clockwise_and_rounds(tmp_path):
    clockwise = shapely.Polygon([(0, 0), (0, 1.00004), (1, 1), (1, 0)])
    path = write_geojson(tmp_path / "a.geojson", [(clockwise, {"id": "a", "name": "A"})], 4)
    feature = json.loads(path.read_text(encoding="utf-8"))["features"][0]
    assert (feature["id"], feature["properties"]) == ("a", {"name": "A"})
    ring = shapely.LinearRing(feature["geometry"]["coordinates"][0])
    assert ring.is_ccw
    assert [0.0, 1.0] in feature["geometry"]["coordinates"][0]

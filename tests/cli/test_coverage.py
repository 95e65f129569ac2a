"""`merr coverage` on a real database with the demo registry: what it prints and writes, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from types import SimpleNamespace

import pyogrio
import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from cli import coverage
from cli.token_file import keep
from geo.errors import Refusal
from matching.errors import MatchingError
from registry.db.engine import session_scope
from registry.errors import RegistryError
from registry.people.access import AccessError
from registry.settings import settings


@pytest.fixture(scope="module")
def url(clone, demo_template):
    """Yield the demo registry as it is."""
    with clone(demo_template) as made:
        yield made


@pytest.fixture
def merr(url, signed_in, monkeypatch, tmp_path):
    """Return `merr coverage` by a new account of a role; a refusal is raised."""
    monkeypatch.setenv("MERR_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DATABASE_URL", url)
    settings.cache_clear()

    def run(*arguments, role="coordinator_d", typed=None):
        keep(signed_in(url, role.removesuffix("_d"), **_scope(role)).secret)
        app = typer.Typer()
        coverage.register(app)
        result = CliRunner().invoke(app, [*arguments], input=typed, standalone_mode=False)
        if result.exception is not None:
            raise result.exception
        return SimpleNamespace(out=result.stdout, said=result.stderr)

    yield run
    settings.cache_clear()


def _scope(role):
    from registry.people.scopes import Scope  # noqa: PLC0415

    return {"scope": Scope(region="D")} if role == "coordinator_d" else {}


def test_a_coordinator_sees_every_region_and_the_gaps_by_people_affected(merr, tmp_path):
    kept = tmp_path / "all.csv"
    found = merr("--limit", "3", "--csv", str(kept))
    assert " gaps: more than one person in ten waits longer than 2 h for company 2." in found.out
    assert "Energy" in found.out
    assert "3 of " in found.out
    rows = list(csv.DictReader(io.StringIO(kept.read_text())))
    assert len(rows) == (115 + 9 + 1) * 16
    assert (
        sum(
            int(row["people"]) for row in rows if row["level"] == "county" and row["class"] == "sector:energy"
        )
        == 6_154_913
    )
    affected = [int(row["people_affected"]) for row in rows if row["gap"] and row["level"] == "county"]
    assert f"{max(affected):,}" in found.out
    assert f"{len(affected):,} gaps" in found.out


def test_no_company_is_named_anywhere(merr, url, tmp_path):
    paths = [tmp_path / f"all.{kind}" for kind in ("csv", "geojson", "gpkg")]
    found = merr("--csv", str(paths[0]), "--geojson", str(paths[1]), "--gpkg", str(paths[2]))
    told = found.out.encode() + b"".join(path.read_bytes() for path in paths)
    with session_scope(url) as session:
        for table in ("providers", "sites", "assets"):
            for name, key in session.execute(text(f"SELECT name, id::text FROM registry.{table}")):  # noqa: S608 - ours
                assert name is None or len(name) < 9 or name.encode() not in told
                assert key.encode() not in told


def test_files_hold_the_region_asked_about_and_are_the_same_twice(merr, tmp_path):
    kept = {}
    for run in ("one", "two"):
        paths = [tmp_path / f"{run}.{kind}" for kind in ("csv", "geojson", "gpkg")]
        options = ["--region", "d", "--sector", "energy", "--threshold", "1.5", "--k", "1"]
        merr(*options, "--csv", str(paths[0]), "--geojson", str(paths[1]), "--gpkg", str(paths[2]))
        kept[run] = [path.read_bytes() for path in paths]
    assert kept["one"] == kept["two"]
    rows = list(csv.DictReader(io.StringIO(kept["one"][0].decode())))
    assert {row["region"] for row in rows} == {"D"}
    drawn = json.loads(kept["one"][1])
    assert len(drawn["features"]) == 18
    jasper = next(each for each in drawn["features"] if each["id"] == "29097")["properties"]
    row = next(row for row in rows if row["key"] == "29097")
    assert str(jasper["energy minutes_to_1"]) == row["minutes_to_1"]
    assert jasper["energy people_affected"] == int(row["people_affected"])
    layer = pyogrio.read_dataframe(tmp_path / "one.gpkg", layer="coverage")
    assert len(layer) == 18
    assert int(layer.set_index("key").loc["29097"]["energy minutes_to_1"]) == jasper["energy minutes_to_1"]


def test_a_layer_of_points_is_covered_point_by_point(merr, tmp_path):
    hospitals = "name,lon,lat,weight\nMercy,-94.5776,37.0370,300\nFreeman,-94.5337,37.0570,\n"
    kept = tmp_path / "points.csv"
    found = merr(
        "--layer",
        "-",
        "--capability",
        "generator:5,kw>=100",
        "--stale",
        "--threshold",
        "0.5",
        "--csv",
        str(kept),
        typed=hospitals,
    )
    rows = list(csv.DictReader(io.StringIO(kept.read_text())))
    assert [(row["name"], row["people"], row["class"]) for row in rows] == [
        ("Mercy", "300", "generator,kw>=100"),
        ("Freeman", "1", "generator,kw>=100"),
    ]
    assert "Mercy" in found.out
    assert "Hours and minutes" not in found.out


def test_the_best_towns_come_with_what_each_closes_and_how_a_new_one_comes(merr):
    found = merr("--sector", "energy", "--threshold", "3", "--recruit", "3", "--limit", "0")
    assert "A new provider is taken to get ready in " in found.out
    assert found.out.count("Recruit in ") == 3
    assert " people brought under the limit, " in found.out


def test_a_closed_road_takes_nobody_nearer(merr, tmp_path):
    box = [[[-96.0, 38.4], [-89.0, 38.4], [-89.0, 39.2], [-96.0, 39.2], [-96.0, 38.4]]]
    shut = tmp_path / "shut.geojson"
    shut.write_text(
        json.dumps(
            {
                "type": "FeatureCollection",
                "features": [
                    {
                        "type": "Feature",
                        "properties": {"effect": "blocked"},
                        "geometry": {"type": "Polygon", "coordinates": box},
                    }
                ],
            }
        )
    )
    times = []
    for options in ([], ["--closures", str(shut)]):
        kept = tmp_path / f"{len(options)}.csv"
        merr("--sector", "energy", "--csv", str(kept), *options)
        rows = list(csv.DictReader(io.StringIO(kept.read_text())))
        times.append([float(row["minutes_to_1"] or "inf") for row in rows])
    assert all(before <= after for before, after in zip(*times, strict=True))
    assert times[0] != times[1]


def test_two_dates_are_compared_by_a_kept_run(merr, url):
    first = merr("--sector", "energy", "--keep", "Before", "--recruit", "1", role="planner")
    (run_id,) = re.findall(r"Kept as run ([0-9a-f-]{36})", first.said)
    (towns_id,) = re.findall(r"The towns are kept as run ([0-9a-f-]{36})", first.said)
    with session_scope(url) as session:
        result = session.execute(
            text("SELECT result FROM runs.runs WHERE id = :id"), {"id": towns_id}
        ).scalar_one()
    (town,) = json.loads(zlib.decompress(result))["towns"]
    assert f"{town['people']:,} people" in " ".join(first.out.split())
    same = merr("--sector", "energy", "--since", run_id, role="planner")
    assert ": 0 gaps opened, 0 closed." in same.out
    assert "no change" in same.out
    with session_scope(url) as session:
        changed = "UPDATE registry.assets SET status = 'paused' WHERE kind LIKE 'generator%' AND status = 'available'"
        assert session.execute(text(changed)).rowcount
    try:
        later = merr("--sector", "energy", "--since", run_id, role="planner")
    finally:
        with session_scope(url) as session:
            back = "UPDATE registry.assets SET status = 'available' WHERE kind LIKE 'generator%' AND status = 'paused'"
            session.execute(text(back))
    opened = re.search(r": ([0-9]+) gaps opened, 0 closed", later.out)
    assert int(opened[1]) > 0
    assert re.search(r"\+[0-9]+ (min|h)", later.out)
    with pytest.raises(MatchingError, match="cannot be compared"):
        merr("--sector", "dams", "--since", run_id, role="planner")
    with pytest.raises(RegistryError):
        merr("--sector", "energy", "--since", "no-run", role="planner")


@pytest.mark.parametrize(
    ("arguments", "title"),
    [
        (["--k", "0"], "not looked at"),
        (["--region", "Z"], "no such region"),
        (["--sector", "magic"], "no such sector"),
        (["--capability", "magic"], "magic"),
        (["--recruit", "0"], "cannot be chosen"),
        (["--recruit", "1"], "one thing at a time"),
        (["--region", "D", "--layer", "-"], "lie in no region"),
        (["--keep", "x", "--layer", "-"], "on open roads"),
        (["--threshold", "0"], "Coverage cannot be asked"),
        (["--fresh-days", "-1"], "Coverage cannot be asked"),
        (["--sector", "energy", "--csv", "/nowhere/x.csv"], "cannot be written"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_sentence(merr, arguments, title):
    with pytest.raises(Refusal, match=title):
        merr(*arguments, typed="name,lon,lat\nx,-94,37\n")


@pytest.mark.parametrize(
    "layer",
    [
        "",
        "name,lon\nx,1\n",
        "name,lon,lat\n,-94,37\n",
        "name,lon,lat\nx,west,37\n",
        "name,lon,lat\nx,nan,37\n",
        "name,lon,lat,weight\nx,-94,37,0\n",
        '{"type": "FeatureCollection", "features": []}',
        '{"type": "Feature"}',
        '{"features": [{"geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4]]}}]}',
        '{"features": [{"geometry": {"type": "Point", "coordinates": [1]}}]}',
        "{",
    ],
)
def test_a_layer_that_cannot_be_used_is_refused(merr, layer):
    with pytest.raises(MatchingError, match="layer cannot be used"):
        merr("--layer", "-", "--sector", "energy", typed=layer)


def test_a_geojson_layer_is_read_too(merr, tmp_path):
    point = {
        "type": "Feature",
        "properties": {"name": "=Plant", "weight": 3},
        "geometry": {"type": "Point", "coordinates": [-94.5, 37.1]},
    }
    kept = tmp_path / "plant.csv"
    typed = json.dumps({"type": "FeatureCollection", "features": [point]})
    merr("--layer", "-", "--sector", "energy", "--csv", str(kept), typed=typed)
    (row,) = csv.DictReader(io.StringIO(kept.read_text()))
    assert (row["name"], row["people"]) == ("'=Plant", "3")


@pytest.mark.parametrize("role", ["auditor", "fusion"])
def test_who_has_another_role_reads_nothing(merr, role):
    with pytest.raises(AccessError):
        merr("--sector", "energy", role=role)

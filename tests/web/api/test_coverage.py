"""Coverage over REST: what it tells is what `matching.coverage` works out, and nobody who is closed is named in it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from matching.coverage.recipe import alias
from registry.db.engine import session_scope
from registry.trust.aliases import alias_key
from tests.web.api.test_frame import _problem

ENERGY = "sector=energy&k=2&within_minutes=120"


@pytest.fixture(scope="module")
def planner(api):
    return api.client("planner")


@pytest.fixture(scope="module")
def grid(planner):
    """Return the answer about energy in the whole State."""
    answer = planner.get(f"/coverage?{ENERGY}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer


def test_the_grid_tells_every_county_region_and_the_state_and_its_state_by_a_tag(planner, grid):
    told = grid.get_json()
    levels = [place["level"] for place in told["places"]]
    assert [levels.count(each) for each in ("county", "region", "state")] == [115, 9, 1]
    assert told["thresholds_ms"] == [each * 3_600_000 for each in (1, 2, 4, 8, 12)]
    (energy,) = told["classes"]
    assert (energy["code"], energy["listed"] > 0) == ("sector:energy", True)
    again = planner.get(f"/coverage?{ENERGY}", If_None_Match=grid.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")


def test_gaps_are_paged_and_are_the_counties_over_the_limit_of_the_grid(planner, grid):
    over = {
        place["key"]: place["figures"][0]
        for place in grid.get_json()["places"]
        if place["level"] == "county" and place["figures"][0]["gap"]
    }
    first = planner.get(f"/coverage/gaps?{ENERGY}&limit={len(over) - 1}")
    rest = planner.get(first.headers["Link"].partition(">")[0].removeprefix("</api/v1"))
    rows = first.get_json()["gaps"] + rest.get_json()["gaps"]
    assert "Link" not in rest.headers
    assert {row["county_fips"]: (row["ms"], row["cause"], row["people_affected"]) for row in rows} == {
        fips: (figure["ms"][1], figure["gap"], figure["people_affected"]) for fips, figure in over.items()
    }
    assert [row["people_affected"] for row in rows] == sorted(
        (row["people_affected"] for row in rows), reverse=True
    )
    _problem(planner.get(f"/coverage/gaps?{ENERGY}&after=W10"), 422, "body")


def test_the_same_is_taken_as_csv_and_geojson_of_one_region(planner):
    table = planner.get(f"/coverage?{ENERGY}&region=D&format=csv")
    assert table.headers["Content-Type"].startswith("text/csv")
    assert "coverage.csv" in table.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(table.get_data(as_text=True))))
    assert {row["region"] for row in rows} == {"D"}
    drawn = planner.get(f"/coverage?{ENERGY}&region=d&format=geojson")
    assert drawn.headers["Content-Type"] == "application/geo+json"
    counties = [row["key"] for row in rows if row["level"] == "county"]
    assert [each["id"] for each in json.loads(drawn.data)["features"]] == counties


def test_a_cell_names_only_who_lets_its_name_be_seen_and_gives_others_the_ids_of_kept_coverage(api, planner):
    cell = planner.get("/coverage/cells?county=29097&need=generator&listings=all&k=10").get_json()
    near = cell["near"]
    assert len(near) == len({each["provider_id"] for each in near}) > 3
    names = dict(api.sql("SELECT id::text, name FROM registry.providers"))
    with session_scope(api.url) as session:
        key = alias_key(session)
    made_up = {alias(known, key) for known in names}
    for each in [*near, *cell["stale"], cell["carrier"]]:
        if each["name_closed"]:
            assert (each["provider"], each["provider_id"] in made_up) == (None, True)
        else:
            assert names[each["provider_id"]] == each["provider"]
        assert not each["place_closed"] or each.get("ms", 0) % 300_000 == 0
    closed = [each for each in near if each["name_closed"]]
    assert closed
    said = json.dumps(cell)
    shown = api.sql("SELECT id::text, name FROM registry.providers WHERE NOT shows_name")
    assert not [row for row in shown if row.id in said or row.name in said]


def test_towns_are_told_with_the_people_and_counties_that_each_adds(planner, grid):
    told = planner.get(f"/coverage/recruits?{ENERGY}&towns=2").get_json()
    assert (told["exact"], told["bound"]) == (True, told["people"])
    assert sum(town["people"] for town in told["towns"]) == told["people"] > 0
    over = {place["key"] for place in grid.get_json()["places"] if place["figures"][0]["gap"]}
    closed = [fips for town in told["towns"] for fips in town["closes"]]
    assert len(closed) == len(set(closed)) > 0
    assert set(closed) <= over


@pytest.mark.parametrize(
    ("path", "status", "title"),
    [
        ("/coverage?sector=magic", 422, "no such sector"),
        ("/coverage?need=unicorn", 422, "unicorn"),
        ("/coverage?sector=energy&region=Z", 422, "no such region"),
        ("/coverage/cells?county=29097", 422, "one thing at a time"),
        ("/coverage/cells?county=29999&sector=energy", 422, "no such place"),
        ("/coverage/recruits", 422, "one thing at a time"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(planner, path, status, title):
    answer = planner.get(path)
    assert (answer.status_code, title in answer.get_data(as_text=True)) == (status, True)

"""Coverage over REST: what it tells is what `matching.coverage` works out, and nobody who is closed is named in it."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from matching.atlas import atlas
from matching.coverage.asking import asked_parameters
from matching.coverage.difference import turned
from matching.coverage.keeping import keep, kept
from matching.coverage.recipe import alias
from registry.db.engine import session_scope
from registry.directory.showing import SHOWN
from registry.people.standing import standing
from registry.trust import events
from registry.trust.aliases import alias_key
from tests.signed_in import sign_in
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


def test_who_holds_the_answer_costs_no_search_until_something_is_loaded(planner, grid, api, monkeypatch):
    held = grid.headers["ETag"]

    def searched(*_given, **_said):
        pytest.fail("coverage was worked out")

    with monkeypatch.context() as patch:
        patch.setattr("web.api.coverage.coverage_now", searched)
        assert planner.get(f"/coverage?{ENERGY}", If_None_Match=held).status_code == 304
    assert planner.get(f"/coverage?{ENERGY}&region=D", If_None_Match=held).status_code == 200
    with session_scope(api.url) as session:
        events.record(session, SHOWN)
    assert planner.get(f"/coverage?{ENERGY}", If_None_Match=held).status_code == 200


def test_gaps_that_opened_and_closed_since_a_kept_run_are_told(planner, api):
    with session_scope(api.url) as session:
        asks, known = standing(session, planner_id(api)), atlas(session)
        few, many = (
            keep(
                session,
                asks,
                ["sector:energy"],
                asked_parameters(datetime.now(UTC), 2, 7_200_000, days),
                counties=known.counties.fips,
            ).id
            for days in (60, None)
        )
        before, after = (kept(session, asks, each) for each in (few, many))
    there = planner.get(f"/coverage/changes?{ENERGY}&since={few}&until={many}").get_json()
    back = planner.get(f"/coverage/changes?{ENERGY}&since={many}&until={few}").get_json()
    assert there["opened"] == back["closed"] == []
    pairs = {(each["county_fips"], each["code"]) for each in there["closed"]}
    assert (
        pairs
        == {(each["county_fips"], each["code"]) for each in back["opened"]}
        == set(turned(before, after, 2, 7_200_000).closed)
    )
    assert pairs
    assert all((each["before_ms"] or 10**9) > 7_200_000 >= each["ms"] for each in there["closed"])
    _problem(
        planner.get(f"/coverage/changes?{ENERGY}&since=0190a7c4-0000-4000-8000-000000000001"),
        404,
        "not-there",
    )
    assert planner.get(f"/coverage/changes?{ENERGY}&since={many}").get_json()["closed"] == []


def planner_id(api):
    """Return the id of an account that plans."""
    return sign_in(api.url, "planner").account_id


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

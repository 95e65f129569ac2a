"""What takes longer than anybody waits on large roads: refused in words, asked for as a job, and then told the same."""

from __future__ import annotations

import json

import pytest

from matching.coverage import pace
from matching.robustness import desk
from tests.access_cases import NOBODY
from tests.web.api.test_frame import TORNADO, _problem
from tests.web.api.test_runs import below, done

ENERGY = "sector=energy&k=2&within_minutes=120"
ASKED = {"sector": "energy", "k": 2, "within_minutes": 120}


@pytest.fixture(scope="module")
def planner(api):
    return api.client("planner")


@pytest.fixture
def large(monkeypatch):
    """Return what takes the roads for large from then on."""

    def now():
        monkeypatch.setattr(pace, "NODES_AT_ONCE", 0)
        monkeypatch.setattr(desk, "EDGES_AT_ONCE", 0)

    return now


def test_coverage_is_told_from_the_run_of_now(api, planner, large):
    paths = [f"/coverage?{ENERGY}", f"/coverage?{ENERGY}&region=D&format=csv", f"/coverage/gaps?{ENERGY}"]
    told = [planner.get(path).data for path in paths]
    large()
    for path in paths:
        _problem(planner.get(path), 409, "not-worked")
    run = done(api, planner, {"work": {"kind": "coverage", "sectors": ["energy"]}})
    assert [planner.get(path).data for path in paths] == told
    _problem(planner.get(f"/coverage?{ENERGY}&listings=all"), 409, "not-worked")
    _problem(planner.post(f"/runs/{run}/replay"), 409, "not-worked")
    assert planner.get(f"/coverage/changes?{ENERGY}&since={run}").get_json()["opened"] == []
    # Who may make no run is told what others had worked out, and nothing else.
    administrator = api.client("administrator")
    assert [administrator.get(path).data for path in paths] == told
    refused = administrator.get(f"/coverage?{ENERGY}&listings=all")
    _problem(refused, 409, "not-worked")
    assert "SEMA planner or Regional coordinator or" in refused.get_json()["todo"]
    assert administrator.get(f"/runs/{run}").status_code in (403, 404)


def test_towns_are_weighed_by_a_job(api, planner, large):
    path = f"/coverage/recruits?{ENERGY}&region=D&towns=2"
    told = planner.get(path).get_json()
    large()
    _problem(planner.get(path), 409, "not-worked")
    run = done(api, planner, {"work": {"kind": "recruit", **ASKED, "region": "D", "towns": 2}})
    kept = json.loads(planner.get(f"/runs/{run}/result").data)
    assert [(each["name"], each["people"], each["closes"]) for each in kept["towns"]] == [
        (each["name"], each["people"], each["closes"]) for each in told["towns"]
    ]
    assert planner.get(path).get_json() == told
    assert api.client("administrator").get(path.replace("region=D", "region=d")).get_json() == told


def test_a_cell_is_explained_by_a_job(api, planner, large):
    path = f"/coverage/cells?{ENERGY}&county=29097"
    told = planner.get(path).get_json()
    large()
    _problem(planner.get(path), 409, "not-worked")
    run = done(api, planner, {"work": {"kind": "cell", **ASKED, "county": "29097"}})
    kept = json.loads(planner.get(f"/runs/{run}/result").data)
    assert (kept["time_ms"], kept["untried"]) == (told["ms"], told["untried"])
    for link in ("bridge", "road"):
        assert (kept[link] and kept[link]["ms"]) == (told[link] and told[link]["without_ms"])
    assert len(told["near"]) > 0
    assert planner.get(path).get_json() == told
    assert api.client("administrator").get(path).get_json() == told


def test_every_road_is_tried_by_a_job(planner, large):
    question = {name: TORNADO[name] for name in ("area", "needs", "asked_at", "by_at")}
    large()
    _problem(planner.post("/critical", question), 409, "not-worked")


@pytest.mark.parametrize("work", [{"sector": "energy", "need": "generator"}, {}])
def test_a_job_of_one_thing_names_one(planner, work):
    for kind in ({"kind": "recruit"}, {"kind": "cell", "county": "29097"}):
        answer = planner.post("/jobs", {"work": {**kind, **work}})
        _problem(answer, 422, "body")
        assert "one thing at a time" in answer.get_data(as_text=True)


def test_coverage_with_a_scenario_is_told_and_on_large_roads_kept_by_a_job(api, large):
    designer, planner = api.client("designer"), api.client("planner")
    ice = {"name": "Sleet", "author": "D. Specimen", "reason": "Winter", "weather": [{"factor": 2}]}
    made = below(designer.post("/scenarios", ice))
    path = f"{made}/coverage?sector=energy&k=2&within_minutes=60"
    told = designer.get(path).get_json()
    assert len(told["opened"]) > 0
    assert all(each["ms"] is None or each["ms"] > 3_600_000 >= each["before_ms"] for each in told["opened"])
    assert (told["closed"], told["listings_lost"], told["code"]) == ([], 0, "sector:energy")
    assert designer.get(f"{made}/coverage?sector=magic").status_code == 422
    _problem(designer.get(f"/scenarios/{NOBODY}/coverage?sector=energy"), 404, "not-there")
    large()
    _problem(designer.get(path), 409, "not-worked")
    refused = planner.get(path)
    _problem(refused, 409, "not-worked")
    assert "(Exercise designer)" in refused.get_json()["todo"]
    work = {
        "kind": "scenario_coverage",
        "scenario_id": made.rpartition("/")[2],
        **ASKED,
        "within_minutes": 60,
    }
    run = done(api, designer, {"work": work, "label": "Sleet, November"})
    assert designer.get(f"/runs/{run}").get_json()["label"] == "Sleet, November"
    assert designer.get(path).get_json() == told
    assert planner.get(path).get_json() == told
    assert planner.get(f"/runs/{run}").get_json()["kind"] == "scenario_coverage"
    _problem(api.client("local").get(f"/runs/{run}"), 404, "not-there")
    _problem(planner.post("/jobs", {"work": work}), 403, "access")

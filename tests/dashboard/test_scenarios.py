"""Scenarios on their pages: made by a form, run as a job, compared by their runs, and refused beside the field."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import text

from cli.application import assemble
from dashboard.pages.scenario import listing
from matching.coverage import pace
from matching.robustness import desk
from matching.runs.working import perform
from registry.db.engine import session_scope
from registry.directory.store import listings
from registry.people.scopes import Scope
from registry.runs.store import load_run
from registry.settings import settings
from tests.dashboard.reading import answered, call, found, links, nodes, opened, words
from tests.registry.trust.acts import PLANNER

FLOOD = {
    "sc-title": "Flood",
    "sc-reason": "fall exercise",
    "sc-parent": "starter:missouri_flood",
    "sc-lost-sectors": ["energy"],
    "sc-lost-counties": ["29051"],
    "sc-cut-kinds": ["generator_portable"],
    "sc-cut-share": 50,
    "sc-waiver-of": "",
}
PARTS = ("closures", "drawn", "weather", "bridges", "lost", "cuts", "waivers", "demand")


@pytest.fixture(scope="module")
def app_and_url(clone, demo_template, tmp_path_factory):
    traces = tmp_path_factory.mktemp("faults") / "traces.geojson"
    line = {"type": "LineString", "coordinates": [[-89.6, 36.2], [-89.5, 36.6]]}
    traces.write_text(json.dumps({"type": "FeatureCollection", "features": [{"geometry": line}]}))
    with clone(demo_template) as url:
        yield assemble(settings().model_copy(update={"fault_traces": traces}), url), url


@pytest.fixture(scope="module")
def designer(app_and_url, signed_in):
    return signed_in(app_and_url[1], "designer").client(app_and_url[0])


def made(client, **said):
    answer = call(client, "sc-go.href", {**FLOOD, **said}, "sc-do")
    refused = [words(answered(answer, f"sc-refused-{part}", "children")) for part in PARTS]
    assert not any(refused), refused
    assert not answered(answer, "sc-refused", "children"), words(answered(answer, "sc-refused", "children"))
    return answered(answer, "sc-go", "href")


ASKED = {
    "sr-as": "changed",
    "sr-after": "",
    "sr-counties": ["29051"],
    "sr-hours": 3,
    "sr-within": 2,
    "sr-nearest": 1,
    "sr-need": "generator:40",
}


def ran(client, url, path, **said):
    """Return the run that the form's job leaves, the job done here and now."""
    answer = call(client, "scenario-job.data", {"url.pathname": path, **ASKED, **said}, "sr-do")
    assert not answered(answer, "sr-refused", "children"), words(answered(answer, "sr-refused", "children"))
    job = answered(answer, "scenario-job", "data")
    assert found(opened(client, path), "scenario-job")["data"] == job  # a reload finds it again
    perform(url, job, lambda: False)
    done = call(client, "scenario-run.data", {"scenario-job": job})
    return answered(done, "scenario-run", "data")


def test_a_designer_makes_two_scenarios_runs_both_and_compares_them_by_their_runs(designer, app_and_url):
    first = made(designer)
    page = words(opened(designer, first))
    for said in ("Energy, Cole county", "Blocked, ", "50 % lost", "After 36 h", "It was not run yet"):
        assert said in page
    child = made(
        designer,
        **{"sc-title": "Flood and ice", "sc-parent": first.rpartition("/")[2], "sc-weather": 3},
    )
    said = words(opened(designer, child))
    assert "all roads take 3 times as long" in said
    assert "Energy, Cole county" in said  # what it begins from is in it
    run_a = ran(designer, app_and_url[1], first)
    run_b = ran(designer, app_and_url[1], child, **{"sr-same": run_a})
    kept = words(answered(call(designer, "sr-kept.children", {"scenario-run": run_b}), "sr-kept", "children"))
    assert "Kept: Flood and ice" in kept
    assert f"merr run replay {run_b}" in kept
    compared = words(opened(designer, "/scenarios/compare", f"?a={run_a}&b={run_b}"))
    assert "puts " in compared
    assert "now over" in compared
    assert "Gaps that open: none" not in compared
    assert "Gaps that close: none" in compared
    back = words(opened(designer, "/scenarios/compare", f"?a={run_b}&b={run_a}"))
    assert "Gaps that open: none" in back
    assert "Gaps that close: none" not in back
    assert "A and B are the same" in words(opened(designer, "/scenarios/compare", f"?a={run_a}&b={run_a}"))
    early = ran(designer, app_and_url[1], child, **{"sr-same": run_a, "sr-after": 35.5})
    listed = opened(designer, child)
    assert f"/scenarios/compare?b={run_b}" in links(listed)
    assert "after 35 h 30 min" in words(listed)
    crest = words(opened(designer, "/scenarios/compare", f"?a={early}&b={run_b}"))
    assert "A and B are the same" not in crest


def test_one_company_is_lost_by_its_name_of_those_that_show_it(designer, app_and_url):
    field = found(opened(designer, "/scenarios"), "sc-lost-companies")
    offered = {each["value"]: each["label"] for each in field["data"]}
    with session_scope(app_and_url[1]) as session:
        rows = listings(session)
    assert set(offered) == {row.provider_id for row in rows if row.shows_name}
    assert 0 < len(offered) < len({row.provider_id for row in rows})
    assert len(set(offered.values())) == len(offered)
    (one, name), *_ = offered.items()
    page = words(opened(designer, made(designer, **{"sc-lost-companies": [one]})))
    assert f"Lost: {name}" in page
    assert "Lost: Energy, Cole county" in page


def test_an_outline_that_is_drawn_closes_its_roads_and_loses_its_companies(designer):
    ring = [[-92.4, 38.4], [-91.9, 38.4], [-91.9, 38.8], [-92.4, 38.8], [-92.4, 38.4]]
    drawn = {"purpose": "outline", "feature": {"geometry": {"type": "Polygon", "coordinates": [ring]}}}
    told = call(designer, "sc-drawn-layer.data", {"sc-drawn": drawn})
    assert "4 corners" in answered(told, "sc-drawn-words", "children")
    happens = {"sc-drawn": drawn, "sc-drawn-roads": "blocked", "sc-drawn-companies": "lost"}
    page = opened(designer, made(designer, **happens, **{"sc-title": "Drawn", "sc-parent": ""}))
    assert "Roads in the drawn area" in words(page)
    assert "every sector, the drawn area" in words(page)
    shapes = [node["props"].get("className") for node in nodes(page)]
    assert {"scground", "sclost"} <= set(shapes)
    half = call(designer, "sc-go.href", {**FLOOD, "sc-drawn": drawn}, "sc-do")
    assert "half said" in words(answered(half, "sc-refused-drawn", "children"))


def test_new_madrid_begins_where_the_fault_traces_are_at_hand_by_the_distances_given(designer):
    listed = words(opened(designer, "/scenarios"))
    assert "the fault traces of the USGS" in listed
    begun = {"sc-title": "Quake", "sc-parent": "starter:new_madrid", "sc-bridges-km": 80}
    page = words(opened(designer, made(designer, **begun, **{"sc-roads-km": 20})))
    assert "Within 20 km of a fault trace" in page
    wrong = call(designer, "sc-go.href", {**FLOOD, **begun, "sc-roads-km": ""}, "sc-do")
    assert "distances from the fault" in words(answered(wrong, "sc-refused", "children"))


def test_without_the_fault_traces_the_page_says_where_it_looked_and_what_to_set():
    said = words(listing.starter_card((), Path("/data/none.geojson")))
    assert "not at /data/none.geojson" in said
    assert "MERR_FAULT_TRACES" in said


def test_what_a_part_cannot_take_is_said_beside_it_and_all_parts_at_once(designer):
    wrong = {
        "sc-closures": "{no json",
        "sc-weather": 0.5,
        "sc-bridges": "Bridge of Nowhere",
        "sc-demand": "generator",
        "sc-cut-share": "",
    }
    answer = call(designer, "sc-go.href", {**FLOOD, **wrong}, "sc-do")
    told = {part: words(answered(answer, f"sc-refused-{part}", "children") or "") for part in PARTS}
    assert {part for part, said in told.items() if said} == {
        "closures",
        "weather",
        "bridges",
        "cuts",
        "demand",
    }
    assert "0.5" in told["weather"]
    assert "Bridge of Nowhere" in told["bridges"]
    assert answered(answer, "sc-go", "href") is None
    nameless = call(designer, "sc-go.href", {**FLOOD, "sc-title": ""}, "sc-do")
    assert "No name" in words(answered(nameless, "sc-refused", "children"))


def test_a_planner_reads_scenarios_and_finds_no_form(designer, app_and_url, signed_in):
    path = made(designer, **{"sc-title": "Read me"})
    planner = signed_in(app_and_url[1], "planner").client(app_and_url[0])
    listed, one = opened(planner, "/scenarios"), opened(planner, path)
    assert "Read me" in words(listed)
    assert found(listed, "sc-do") is None
    assert found(one, "sr-do") is None
    assert call(planner, "sc-go.href", FLOOD, "sc-do").status_code == 403


def test_an_exercise_plays_a_stored_scenario_and_tells_its_kept_runs(designer, app_and_url, monkeypatch):
    path = made(designer, **{"sc-title": "Played"})
    scenario = path.rpartition("/")[2]
    values = {"exercise-name": "River flood", "exercise-scenario": scenario, "url.pathname": "/exercises"}
    go = answered(call(designer, "exercise-go.href", values, "exercise-do"), "exercise-go", "href")
    exercise = go.removesuffix("/msel")
    assert path in links(opened(designer, exercise))
    assert "no pair of runs yet" in words(opened(designer, f"{exercise}/compare"))
    run = ran(designer, app_and_url[1], path)
    stood = ran(designer, app_and_url[1], path, **{"sr-same": run, "sr-as": "stood"})
    compared = opened(designer, f"{exercise}/compare")
    assert "Units unmet" in words(compared)
    assert "First rank" in words(compared)
    assert f"/scenarios/compare?a={stood}&b={run}" in links(compared)
    where = {"url.pathname": f"{exercise}/compare"}
    matter = answered(
        call(designer, "matter-found.children", where, "matter-find"), "matter-found", "children"
    )
    monkeypatch.setattr(desk, "EDGES_AT_ONCE", 0)
    job = answered(call(designer, "loss-job.data", where, "matter-find"), "loss-job", "data")
    assert found(opened(designer, f"{exercise}/compare"), "loss-job")["data"] == job
    perform(app_and_url[1], job, lambda: False)
    left = answered(call(designer, "loss-run.data", {"loss-job": job}), "loss-run", "data")
    (kept,) = (
        each["output"] for each in designer.get("/_dash-dependencies").json
        if each["inputs"][0]["id"] == "loss-run" and "matter-found" in each["output"]
    )  # fmt: skip
    assert answered(call(designer, kept, {"loss-run": left}), "matter-found", "children")[:-1] == matter
    assert "Add it" in words(found(opened(designer, f"{exercise}/compare"), "matter-found")["children"])
    with session_scope(app_and_url[1], principal=PLANNER) as session:
        assert load_run(session, PLANNER, left).parent_id == run
    one = found(matter, "matter-add")["id"]
    assert answered(call(designer, "matter-go.href", where, one), "matter-go", "href").startswith(
        f"{exercise}/msel"
    )
    assert f"Closed: {one['name']}" in words(opened(designer, f"{exercise}/msel"))
    assert "by hand" in words(opened(designer, f"{exercise}/msel"))


def test_coverage_with_a_scenario_stands_beside_coverage_without_also_by_a_job(
    designer, app_and_url, signed_in, monkeypatch
):
    app, url = app_and_url
    path = made(designer, **{"sc-title": "Sleet", "sc-parent": "", "sc-weather": 3})
    assert f"{path}/coverage" in links(opened(designer, path))
    page, search = f"{path}/coverage", "?sector=energy&counted=2&limit=60"

    def told(client):
        return words(opened(client, page, search)).partition("How was this computed?")[0]

    at_once = told(designer)
    assert "Coverage: Sleet" in at_once
    assert re.search(r"B puts \d+ more counties over 1 h", at_once)
    planner = signed_in(url, "planner").client(app)
    assert told(planner) == at_once
    coordinator = signed_in(url, "coordinator", Scope(region="D")).client(app)
    assert "Your role does not allow this" in words(opened(coordinator, page, search))
    monkeypatch.setattr(pace, "NODES_AT_ONCE", 0)
    assert "a job works out the coverage of both" in words(opened(designer, page, search))
    given = {"url.pathname": page, "url.search": search}
    job = answered(call(designer, "beside-job.data", given, "beside-begin"), "beside-job", "data")
    assert found(opened(designer, page, search), "beside-job")["data"] == job
    perform(url, job, lambda: False)
    assert answered(call(designer, "beside-run.data", {"beside-job": job}), "beside-run", "data")
    assert told(designer) == at_once
    assert "merr run replay" in words(opened(designer, page, search))
    with session_scope(url) as session:
        run = session.scalar(text("SELECT kind FROM runs.runs WHERE job_id = :job"), {"job": job})
    assert run == "scenario_coverage"
    go = call(
        designer, "beside-go.href", {**given, "beside-limit": "120", "beside-sector": "water"}, "beside-do"
    )
    assert answered(go, "beside-go", "href").startswith(f"{page}?sector=water&limit=120")

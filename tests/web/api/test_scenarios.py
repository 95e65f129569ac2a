"""Scenarios over REST: made once and never changed, run against things as they stood, and compared."""

from __future__ import annotations

import pytest

from registry.db.engine import session_scope
from registry.exercises import msel, running, store
from registry.exercises.exercise import Plan
from registry.people.sessions import principal_of
from registry.runs.store import record_run
from registry.scenarios.store import load_scenario
from tests.access_cases import NOBODY
from tests.web.api.conftest import take_part
from tests.web.api.test_frame import TORNADO, _problem
from tests.web.api.test_lists import walked
from tests.web.api.test_runs import below, done

SLOW = {"name": "Ice", "author": "D. Specimen", "reason": "Winter plan", "weather": [{"factor": 1.5}]}
LOST = {
    **SLOW,
    "name": "Ice and a town",
    "lost": [{"county": "29097"}],
    "cuts": [{"kind": "generator", "share": 0.5}],
    "injects": [{"after_s": 3600, "name": "More", "changes": {"demand": ["generator:5"]}}],
}
QUESTION = {name: TORNADO[name] for name in ("area", "needs", "asked_at", "by_at")}


@pytest.fixture(scope="module")
def designer(api):
    return api.client("designer")


@pytest.fixture(scope="module")
def ice(designer):
    """Return the path of a scenario in which every road takes half as long again."""
    return below(designer.post("/scenarios", SLOW))


def test_a_scenario_is_made_once_under_its_key_and_read_with_its_parent(designer, ice):
    child = {**LOST, "parent": ice.rpartition("/")[2]}
    made = designer.post("/scenarios", child, Idempotency_Key="child")
    assert made.status_code == 201, made.get_data(as_text=True)
    assert designer.post("/scenarios", child, Idempotency_Key="child").data == made.data
    told = designer.get(below(made))
    assert (told.data, told.headers["ETag"]) == (made.data, made.headers["ETag"])
    patch = told.get_json()["patch"]
    assert (patch["cuts"], patch["lost"]) == ([{"kind": "generator", "share": 0.5}], [{"county": "29097"}])
    assert (patch["injects"][0]["after_s"], told.get_json()["parent_id"]) == (3600, child["parent"])
    assert [row["name"] for row in walked(designer, "/scenarios", "scenarios")][:2] == [LOST["name"], "Ice"]
    _problem(designer.post("/scenarios", {**SLOW, "parent": NOBODY}), 404, "not-there")
    for wrong in ({"bridges": ["No such bridge"]}, {"lost": [{}]}, {"weather": [{"factor": 0.5}]}):
        assert designer.post("/scenarios", {**SLOW, **wrong}).status_code == 422


def test_a_run_says_what_differs_and_jobs_give_the_same(api, designer, ice):
    answer = designer.post(f"{ice}/runs", QUESTION)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    told = answer.get_json()
    assert below(answer) == f"/runs/{told['b']['id']}"
    (need,) = told["needs"]
    assert need["moved"]
    assert all(each["b_ms"] is None or each["b_ms"] >= each["a_ms"] for each in need["moved"])
    assert told["words"].startswith("generator")
    assert designer.post(f"{ice}/runs", {**QUESTION, "after_s": -1}).status_code == 422
    work = {**QUESTION, "kind": "scenario", "scenario_id": ice.rpartition("/")[2]}
    a, b = (done(api, designer, {"work": {**work, "as_it_stood": stood}}) for stood in (True, False))
    again = designer.get(f"/scenarios/differences?a={a}&b={b}").get_json()
    assert (again["needs"], again["words"]) == (told["needs"], told["words"])
    back = designer.get(f"/scenarios/differences?a={b}&b={a}").get_json()
    assert back["needs"][0]["in_time"] == {"a": need["in_time"]["b"], "b": need["in_time"]["a"]}
    shown = {row["id"] for row in walked(api.client("planner"), "/runs?kind=scenario", "runs")}
    assert {a, b} <= shown
    assert walked(api.client("local"), "/runs?kind=scenario", "runs") == []
    _problem(api.client("local").get(f"/runs/{a}"), 404, "not-there")


def test_what_cannot_be_compared_or_run_is_refused(api, designer, ice):
    run = done(api, designer, {"work": {"kind": "match", **QUESTION}})
    refused = designer.get(f"/scenarios/differences?a={run}&b={run}")
    assert "cannot be compared" in _problem(refused, 422, "scenario")["title"]
    _problem(designer.get(f"/scenarios/differences?a={run}&b={NOBODY}"), 404, "not-there")
    _problem(designer.post(f"/scenarios/{NOBODY}/runs", QUESTION), 404, "not-there")
    planner = api.client("planner")
    assert planner.get(ice).status_code == 200
    _problem(planner.post(f"{ice}/runs", QUESTION), 403, "access")
    _problem(
        planner.post("/jobs", {"work": {**QUESTION, "kind": "scenario", "scenario_id": NOBODY}}),
        403,
        "access",
    )


def _played(api, designer, scenario_id):
    """Return the id of an exercise of a scenario with one inject, who designs it, and runs with and without its patch."""
    with session_scope(api.url) as session:
        who = principal_of(session, designer.secret, "")
        made = store.make(session, who, name="Ice comes", scenario_id=scenario_id)
        msel.put_inject(session, who, made, Plan(planned_ms=0, title="The roads freeze", by_hand=True))
        kept = load_scenario(session, who, scenario_id)
        facts = {"snapshot_hash": kept.snapshot_hash, "network_hash": kept.network_hash}
        facts |= {"ground_hash": "0" * 64, "code_version": "test", "counties": ["29097"], "parameters": {}}
        runs = [
            record_run(session, who, kind=kind, patch=patch, result=b"{}", **facts).id
            for kind, patch in (
                ("scenario", None),
                ("scenario", kept.patch),
                ("coverage", kept.patch),
                ("scenario_coverage", kept.patch),
            )
        ]
        runs.append(record_run(session, who, kind="critical", parent_id=runs[1], result=b"{}", **facts).id)
    return made, who, runs


@pytest.mark.parametrize("over", [running.release, running.end])
def test_whoever_plays_a_scenario_finds_it_and_its_runs_only_once_it_is_over(api, designer, over):
    ice = below(designer.post("/scenarios", {**SLOW, "name": "Played"}))
    made, who, runs = _played(api, designer, ice.rpartition("/")[2])
    cast = {part: api.client("planner") for part in ("player", "observer", "controller")}
    for part, program in cast.items():
        take_part(api, made, program, part)
    child = below(designer.post("/scenarios", {**SLOW, "name": "Worse", "parent": ice.rpartition("/")[2]}))
    made_from = below(
        designer.post("/scenarios", {**SLOW, "name": "Worst", "parent": child.rpartition("/")[2]})
    )
    kept = {path.rpartition("/")[2] for path in (ice, child, made_from)}
    one = [ice, child, made_from, *(f"/runs/{run}" for run in runs), *(f"/runs/{run}/result" for run in runs)]

    def seen(program):
        listed = {row["id"] for row in walked(program, "/scenarios", "scenarios")}
        listed |= {row["id"] for row in walked(program, "/runs", "runs")}
        return [program.get(path).status_code for path in one], {*kept, *runs} & listed

    played = {part: cast[part].get(f"/exercises/{made}").get_json()["scenario_id"] for part in cast}
    assert played == {"player": None, "observer": None, "controller": ice.rpartition("/")[2]}
    nothing, all_of_it = ([404] * 13, set()), ([200] * 13, {*kept, *runs})
    for part in ("player", "observer"):
        assert seen(cast[part]) == nothing, part
        differ = cast[part].get(f"/scenarios/differences?a={runs[0]}&b={runs[1]}")
        _problem(differ, 404, "not-there")
        _problem(cast[part].get(f"{ice}/coverage?sector=energy"), 404, "not-there")
    for program in (cast["controller"], designer, api.client("planner")):
        assert seen(program) == all_of_it
    with session_scope(api.url) as session:
        running.run(session, who, made)
    assert seen(cast["player"]) == nothing, "its inject waits for a hand"
    with session_scope(api.url) as session:
        over(session, who, made)
    assert seen(cast["player"]) == all_of_it


def test_a_scenario_of_the_very_patch_that_an_exercise_plays_is_withheld_from_its_players_too(api, designer):
    path = below(designer.post("/scenarios", {**SLOW, "name": "Word for word"}))
    with session_scope(api.url) as session:
        who = principal_of(session, designer.secret, "")
        kept = load_scenario(session, who, path.rpartition("/")[2])
        made = store.make(session, who, name="By its words", patch=dict(kept.patch))
        msel.put_inject(session, who, made, Plan(planned_ms=0, title="The roads freeze", by_hand=True))
    player = api.client("planner")
    take_part(api, made, player, "player")
    _problem(player.get(path), 404, "not-there")
    assert api.client("planner").get(path).status_code == 200
    with session_scope(api.url) as session:
        running.run(session, who, made)
        running.end(session, who, made)
    assert player.get(path).status_code == 200

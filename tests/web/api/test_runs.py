"""Runs and jobs over REST: asked for, followed, read byte for byte and computed again; nobody's but whose they are."""

from __future__ import annotations

import json

import pytest

from matching.coverage.result import CoverageResult
from matching.runs import making
from matching.runs.match import asked
from matching.runs.recipes import RECIPES
from matching.runs.working import perform
from registry.db.engine import session_scope
from registry.people.scopes import Scope
from registry.people.sessions import principal_of
from registry.runs.packing import hash_of
from registry.runs.store import load_run, record_run
from tests.access_cases import NOBODY
from tests.web.api.test_frame import TORNADO, _problem
from tests.web.api.test_lists import walked
from tests.web.api.test_told import incident as incident  # noqa: PLC0414 - the fixture, for this module too
from web.api.match import QuestionAsked, read_asked

COVERAGE = {"work": {"kind": "coverage", "sectors": ["energy"]}, "label": "Energy, November"}
RANKING = {"work": {"kind": "match", "needs": TORNADO["needs"], "area": TORNADO["area"]}}


@pytest.fixture(scope="module")
def planner(api):
    return api.client("planner")


def below(answer):
    """Return the path in an answer's Location, below the prefix."""
    return answer.headers["Location"].removeprefix("/api/v1")


def done(api, program, work):
    """Return the run that a job left, which is done here in place of a worker."""
    path = below(program.post("/jobs", work))
    perform(api.web, path.rpartition("/")[2], lambda: False)
    told = program.get(path).get_json()
    assert told["state"] == "done", told
    return told["run_id"]


@pytest.fixture(scope="module")
def run_id(api, planner):
    """Return the run of the coverage of energy."""
    return done(api, planner, COVERAGE)


def test_a_job_is_asked_for_once_under_its_key_followed_and_cancelled(api, planner):
    first = planner.post("/jobs", RANKING, Idempotency_Key="rank")
    assert (first.status_code, first.get_json()["state"]) == (202, "waiting")
    again = planner.post("/jobs", RANKING, Idempotency_Key="rank")
    assert (again.data, again.headers["Idempotency-Replayed"]) == (first.data, "true")
    path = below(first)
    assert planner.get(path, If_None_Match=first.headers["ETag"]).status_code == 304
    assert planner.post(f"{path}/cancel").get_json()["state"] == "cancelled"
    assert planner.get(path).get_json()["run_id"] is None
    assert api.sql("SELECT count(*) FROM runs.jobs WHERE kind = 'match'") == [(1,)]


def test_a_job_of_somebody_else_is_refused_as_one_that_there_is_not(api, planner):
    path = below(planner.post("/jobs", RANKING))
    other = api.client("planner")
    for method, end in (("GET", ""), ("POST", "/cancel")):
        refused = [other.ask(method, f"{each}{end}") for each in (path, f"/jobs/{NOBODY}")]
        for each in refused:
            _problem(each, 404, "not-there")
        assert len({each.get_json()["title"] for each in refused}) == 1
    assert planner.get(path).get_json()["state"] == "waiting"


def test_a_result_is_told_byte_for_byte_and_tagged_by_its_hash(planner, run_id):
    shown = planner.get(f"/runs/{run_id}").get_json()
    answer = planner.get(f"/runs/{run_id}/result")
    assert answer.headers["ETag"].strip('"') == shown["result_hash"] == hash_of(answer.data)
    assert CoverageResult.from_bytes(answer.data).classes == ("sector:energy",)
    held = planner.get(f"/runs/{run_id}/result", If_None_Match=answer.headers["ETag"])
    assert (held.status_code, held.data) == (304, b"")
    assert planner.post(f"/runs/{run_id}/replay").get_json() == {
        "same": True,
        "differences": [],
        "result_hash": shown["result_hash"],
    }


@pytest.mark.parametrize("kind", RECIPES)
def test_a_run_that_lacks_what_its_kind_asks_is_refused_in_words(api, run_id, kind):
    designer = api.client("designer")
    with session_scope(api.web) as session:
        who = principal_of(session, designer.secret, "")
        of = load_run(session, who, run_id)
        facts = {"snapshot_hash": of.snapshot_hash, "network_hash": of.network_hash, "counties": ["29097"]}
        facts |= {"ground_hash": of.ground_hash, "code_version": "test", "parameters": {}}
        made = record_run(session, who, kind=kind, patch=None, result=b"{}", **facts).id
    _problem(designer.post(f"/runs/{made}/replay"), 422, "matching")


def test_runs_are_listed_in_pages_and_only_to_whom_they_are_open(api, planner, run_id):
    jasper = done(api, planner, RANKING)
    rows = walked(planner, "/runs", "runs")
    assert [row["made_at"] for row in rows] == sorted((row["made_at"] for row in rows), reverse=True)
    assert {run_id, jasper} <= {row["id"] for row in rows}
    of_kind = walked(planner, "/runs?kind=coverage", "runs")
    assert (run_id in {row["id"] for row in of_kind}, {row["kind"] for row in of_kind}) == (
        True,
        {"coverage"},
    )
    away = api.client("local", Scope(counties=("29510",)))
    listed = {row["id"] for row in walked(away, "/runs", "runs")}
    assert (run_id in listed, jasper in listed) == (True, False)
    for end in ("", "/result"):
        refused = [away.get(f"/runs/{each}{end}").get_json() for each in (jasper, NOBODY)]
        assert {(each["status"], each["title"]) for each in refused} == {(404, "There is no such run")}
        _problem(api.client("declarer").get(f"/runs/{jasper}{end}"), 403, "access")


def test_a_result_with_open_names_is_told_while_they_are_open_and_recorded(api, planner, incident):
    with session_scope(api.web) as session:
        who = principal_of(session, planner.secret, "")
    with session_scope(api.web, principal=who) as session:
        question = read_asked(
            session, who, QuestionAsked(needs=tuple(TORNADO["needs"]), incident_id=incident)
        )
        kept = asked(session, who, question, incident_id=incident)
        assert kept.parameters["names"] == "open"
        run, _ = making.make(session, who, kept, counties=["29097"])
    path = f"/runs/{run.id}/result"
    exports = "SELECT count(*) FROM trust.events WHERE action = 'answer.exported'"
    before = api.sql(exports)[0][0]
    assert json.loads(planner.get(path).data)["names"] == "open"
    assert api.sql(exports)[0][0] == before + 1
    _problem(api.client("planner", proved=False).get(path), 403, "step-up-needed")
    (declaration,) = planner.get("/declarations").get_json()["declarations"]
    api.client("declarer").post(f"/declarations/{declaration['id']}/end", {"reason": "It is over"})
    assert "closed" in _problem(planner.get(path), 403, "access")["title"]
    assert api.sql(exports)[0][0] == before + 1

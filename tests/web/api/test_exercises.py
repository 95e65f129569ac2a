"""Exercises over REST: players are told what is released and nothing else, strangers that there is none."""

from __future__ import annotations

import json

import pytest

from registry.db.engine import session_scope
from registry.exercises import diary, msel, planning, store
from registry.exercises.exercise import Objective, Plan
from registry.people.sessions import principal_of
from tests.access_cases import NOBODY
from tests.registry.exercises.checksums import changed, checksums
from tests.web.api.conftest import take_part
from tests.web.api.test_frame import TORNADO, _problem
from tests.web.api.test_lists import walked

EXPECTED = "Ask the next three companies"
OPENS = Plan(
    planned_ms=0,
    title="The river rises",
    happens="At Hermann",
    sender="NWS",
    receiver="EOC",
    expected=EXPECTED,
)
CLOSES = Plan(planned_ms=60_000, title="US 54 closes", by_hand=True, objective=1, patch={"bridges": ["b-1"]})
ENDS = ("", "/injects", "/log", "/observations", "/report")


@pytest.fixture(scope="module")
def cast(api):
    """Return who takes part, by part, and the designer."""
    return {word: api.client("planner") for word in ("player", "controller", "evaluator", "observer")} | {
        "designer": api.client("designer")
    }


@pytest.fixture(scope="module")
def path(api, cast):
    """Return the path of an exercise with two injects, its clock paused."""
    with session_scope(api.url) as session:
        who = principal_of(session, cast["designer"].secret, "")
        made = store.make(
            session, who, name="River flood", about="Nine crossings close", patch={"closures": []}
        )
        planning.put_objective(session, who, made, Objective(number=1, words="Find who can come"))
        for plan in (OPENS, CLOSES):
            msel.put_inject(session, who, made, plan)
        for at in range(3):
            diary.write(session, who, made, f"Entry {at}")
            diary.observe(session, who, made, f"Seen {at}", objective=1, rating="S")
    for part, program in cast.items():
        if part != "designer":
            take_part(api, made, program, part)
    return f"/exercises/{made}"


def test_a_player_reads_an_inject_only_once_it_is_released_and_never_what_is_expected(cast, path):
    assert cast["player"].get(f"{path}/injects").get_json() == {"marking": "EXERCISE", "injects": []}
    whole = cast["controller"].get(f"{path}/injects").get_json()["injects"]
    assert [(each["title"], each["state"], each["expected"]) for each in whole] == [
        (OPENS.title, "next", EXPECTED),
        (CLOSES.title, "held", ""),
    ]
    before = cast["player"].get(f"{path}/injects").headers["ETag"]
    for part in ("player", "observer", "evaluator"):
        _problem(cast[part].post(f"{path}/release", {"number": 2}), 403, "access")
    released = cast["controller"].post(f"{path}/release", {"number": 2})
    assert released.get_json()["injects"][1]["patch"] == dict(CLOSES.patch)
    _problem(cast["controller"].post(f"{path}/release", {"number": 2}), 409, "exercise")
    answer = cast["player"].get(f"{path}/injects", If_None_Match=before)
    (seen,) = answer.get_json()["injects"]
    closed = ("expected", "objective", "patch", "by_hand", "version", "released_by")
    assert (seen["title"], seen["state"]) == (CLOSES.title, "released")
    assert {name: seen[name] for name in closed} == dict.fromkeys(closed)
    for part in ("player", "observer"):
        said = [cast[part].get(f"{path}{end}") for end in ENDS]
        _problem(said.pop(), 403, "access")
        text = " ".join(each.get_data(as_text=True) for each in said)
        assert [word for word in (EXPECTED, OPENS.title, "Seen", "bridges", "closures") if word in text] == []
        assert all(each.get_json()["marking"] == "EXERCISE" for each in said)


def test_the_log_and_observations_are_read_in_pages(cast, path):
    for part in ("player", "controller"):
        rows = walked(cast[part], f"{path}/log?limit=2".partition("?")[0], "entries")
        assert [row["words"] for row in rows] == ["Entry 0", "Entry 1", "Entry 2"]
    first = cast["evaluator"].get(f"{path}/observations?limit=2")
    rest = cast["evaluator"].get(first.headers["Link"].partition(">")[0].removeprefix("</api/v1"))
    seen = first.get_json()["observations"] + rest.get_json()["observations"]
    assert [(row["words"], row["rating"], row["objective"]) for row in seen] == [
        (f"Seen {at}", "S", 1) for at in range(3)
    ]


@pytest.mark.parametrize("ending", ["json", "csv", "xlsx"])
def test_the_report_says_exercise_in_its_name_and_is_for_who_may_see_all(cast, path, ending):
    answer = cast["evaluator"].get(f"{path}/report?format={ending}")
    assert answer.status_code == 200
    assert (
        f"EXERCISE-river-flood-{'msel' if ending == 'csv' else 'report'}.{ending}"
        in (answer.headers["Content-Disposition"])
    )
    if ending == "json":
        assert json.loads(answer.data)["marking"] == "EXERCISE"
        assert EXPECTED in answer.get_data(as_text=True)


def test_who_takes_no_part_is_told_the_same_as_of_an_exercise_that_there_is_not(api, cast, path):
    stranger = api.client("planner")
    assert walked(stranger, "/exercises", "exercises") == []
    for end in ENDS:
        refused = [stranger.get(f"{each}{end}").get_json() for each in (path, f"/exercises/{NOBODY}")]
        assert {(each["status"], each["title"]) for each in refused} == {(404, "There is no such exercise")}
    _problem(stranger.post(f"{path}/release", {"number": 1}), 404, "not-there")
    (listed,) = walked(cast["player"], "/exercises", "exercises")
    assert (listed["seat"], listed["patch"]) == ("player", None)
    assert f"/exercises/{listed['id']}" == path
    assert cast["designer"].get(path).get_json()["patch"] == {"closures": []}


def test_all_that_exercises_do_over_rest_leaves_every_live_table_as_it_was_and_one_live_write_shows(
    api, cast, path
):
    before = checksums(api.url)
    for program in cast.values():
        assert {program.get(f"{path}{end}").status_code for end in ENDS} <= {200, 403}
    assert cast["controller"].post(f"{path}/release", {"number": 1}).status_code in (200, 409)
    assert cast["player"].post(f"{path}/release", {"number": 1}).status_code == 403
    assert changed(before, checksums(api.url)) == set()
    assert cast["controller"].post("/incidents", TORNADO).status_code == 201
    assert "registry.incidents" in changed(before, checksums(api.url))

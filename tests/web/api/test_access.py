"""Every action by role by {own, foreign} through the REST door is as the table of access says."""

from __future__ import annotations

import pytest

from registry.db.engine import session_scope
from registry.directory.roads import active_hash
from registry.exercises import store as exercises
from registry.people.access import ACCESS
from registry.people.scopes import Scope
from registry.people.sessions import begin, principal_of
from registry.runs.snapshots import freeze
from registry.runs.store import record_run
from tests.access_cases import FOREIGN, NOBODY, NOT_OVER_REST, OF_ONESELF, OWN, cases
from tests.web.api.conftest import take_part
from web.api.table import ROUTES

AT = "2026-11-22T18:00:00Z"
DECLARATION = {
    "instrument": "local",
    "number": "1",
    "authority": "Jasper County",
    "counties": [OWN],
    "starts_at": AT,
}
WAIVER = {"number": "1", "authority": "MoDOT", "relief": "10 % more weight", "starts_at": AT}
TABLE_SAYS_NO = {"Your role does not allow this", "This lies outside your jurisdiction"}
NOT_THERE = {"There is no such run", "There is no such exercise"}
"""What is there, and said not to be to whoever may not read it."""
OVER_REST = sorted({route.action for route in ROUTES} | {"match.export"})
"""What routes ask for; open names are taken away by the route that ranks."""


@pytest.fixture(scope="module")
def office(api):
    """Return the place of each word, and a program of each role."""
    planner = api.client("planner")
    places = {}
    said = {**DECLARATION, "counties": [OWN, FOREIGN], "starts_at": "2026-01-01T00:00:00Z"}
    path = api.client("declarer").post("/declarations", said).headers["Location"].removeprefix("/api/v1")
    assert api.client("declarer").post(f"{path}/confirm").get_json()["state"] == "in_force"
    for where, county in (("own", OWN), ("foreign", FOREIGN)):
        body = {"name": where, "kind": "flood", "needs": ["generator:1"], "area": {"counties": [county]}}
        made = planner.post("/incidents", body)
        assert made.status_code == 201, made.get_data(as_text=True)
        places[where] = (county, made.get_json()["id"])
    places["runs"] = {where: _kept(api, places[where][0]) for where in ("own", "foreign")}
    with session_scope(api.url) as session:
        designer = principal_of(session, api.client("designer").secret, "")
        places["exercises"] = {
            where: exercises.make(session, designer, name=where) for where in ("own", "foreign")
        }
    places["own provider"], places["foreign provider"] = api.providers()[:2]
    return places


def _kept(api, county):
    """Return the id of a run about a county."""
    with session_scope(api.url) as session:
        who = principal_of(session, api.client("planner").secret, "")
        facts = {
            "snapshot_hash": freeze(session).content_hash,
            "network_hash": active_hash(session),
            "ground_hash": "0" * 64,
            "code_version": "test",
        }
        run = record_run(session, who, kind="match", parameters={}, result=b"{}", counties=[county], **facts)
        return run.id


@pytest.fixture(scope="module")
def programs(api, office):
    """Return a function that gives the one program of each role, a controller of the exercise of its own."""
    made = {}

    def program(role):
        if role not in made:
            region = api.sql(
                "SELECT region FROM registry.county_regions JOIN registry.region_versions USING (version)"
                " WHERE active AND fips = :fips",
                fips=OWN,
            )[0][0]
            scope = Scope(region=region) if role == "coordinator" else api.scope(role)
            made[role] = api.client(role, scope)
            if role != "designer":  # who makes all of them
                take_part(api, office["exercises"]["own"], made[role], "controller")
        return made[role]

    return program


def _tried(program, action, office, where):
    """Return the answer to what `action` stands for, at an own or a foreign place."""
    county, incident = office[where]
    draft = {"name": "Draft", "kind": "flood", "area": {"counties": [county]}}
    look = {"incident_id": incident, "provider_id": office["own provider"], "purpose": "Ask for generators"}
    work = {"kind": "match", "needs": ["generator:1"], "area": {"counties": [county]}}
    waiting = f"/declarations/{NOBODY}"
    tries = {
        "match.ask": (
            "POST",
            "/match",
            {"needs": ["generator:1"], "area": {"counties": [county]}, "limit": 1},
        ),
        "match.export": (
            "POST",
            "/match",
            {"needs": ["generator:1"], "incident_id": incident, "limit": 1},
        ),
        # The table is asked before the question is: nothing is worked out for a sector that there is not.
        "coverage.read": ("GET", "/coverage?sector=magic", None),
        "run.make": ("POST", "/jobs", {"work": work}),
        "run.read": ("GET", f"/runs/{office['runs'][where]}", None),
        "scenario.edit": (
            "POST",
            f"/scenarios/{NOBODY}/runs",
            {"needs": ["generator:1"], "area": work["area"]},
        ),
        "scenario.read": ("GET", "/scenarios", None),
        "exercise.read": ("GET", f"/exercises/{office['exercises'][where]}", None),
        "exercise.run": ("POST", f"/exercises/{office['exercises'][where]}/release", {"number": 99}),
        "registry.look": ("GET", f"/assets?county={county}&limit=1", None),
        "incident.read": ("GET", f"/incidents/{incident}", None),
        "incident.save": ("POST", "/incidents", draft),
        "incident.close": ("POST", f"/incidents/{incident}/close", None),
        "declaration.read": ("GET", "/declarations", None),
        "declaration.record": ("POST", "/declarations", DECLARATION),
        "declaration.confirm": ("POST", f"{waiting}/confirm", None),
        "declaration.extend": ("POST", f"{waiting}/extend", DECLARATION),
        "declaration.end": ("POST", f"{waiting}/end", {"reason": "It is over"}),
        "waiver.record": ("POST", "/waivers", WAIVER),
        "contact.look": ("POST", "/looks", look),
        "provider.looks": ("GET", f"/providers/{office[f'{where} provider']}/looks", None),
        "provider.show": ("GET", f"/providers/{office[f'{where} provider']}/showing", None),
        "audit.read": ("GET", "/events", None),
        "account.read": ("GET", "/accounts?limit=1", None),
        "account.manage": ("POST", f"/accounts/{NOBODY}/disable", None),
        "rules.set": ("GET", "/rules", None),
        "records.review": ("GET", "/records/queue?limit=1", None),
        "records.export": ("GET", "/records/classes", None),
    }
    return program.ask(*tries[action])


def _let_in(answer):
    """Return whether the table let a request through, whatever was said to it then."""
    found = answer.get_json()
    if answer.status_code == 404 and found["title"] in NOT_THERE:
        return False
    if answer.status_code != 403:
        assert answer.status_code < 500, found
        return True
    if "reason" in found:  # a look that came as far as the database
        return found["reason"] not in ("role", "jurisdiction")
    assert found["title"] in TABLE_SAYS_NO, found
    return False


def test_every_action_is_tried_here_or_has_no_route():
    assert set(OVER_REST) | set(NOT_OVER_REST) == set(ACCESS)
    assert not set(OVER_REST) & set(NOT_OVER_REST)


@pytest.mark.parametrize("case", cases(sorted(set(OVER_REST) - OF_ONESELF)), ids=str)
def test_the_rest_door_lets_in_whom_the_table_lets_in(case, office, programs):
    answer = _tried(programs(case.role), case.action, office, case.where)
    assert _let_in(answer) == case.expected, answer.get_data(as_text=True)


@pytest.mark.parametrize("case", cases(["records.export", "rules.set"]), ids=str)
def test_the_rest_door_lets_nobody_else_take_records_away_or_change_a_rule(case, office, programs):
    program = programs(case.role)
    if case.action == "rules.set":
        tag = programs("administrator").get("/rules").headers["ETag"]
        answer = program.put("/rules", programs("administrator").get("/rules").get_json(), If_Match=tag)
    else:
        answer = program.post("/records/export", {"provider_ids": [office[f"{case.where} provider"]]})
    assert _let_in(answer) == case.expected, answer.get_data(as_text=True)
    assert answer.status_code == (200 if case.expected else 403)


def test_everybody_lists_and_revokes_tokens_of_their_own_and_nobody_elses(api, programs):
    with session_scope(api.url) as session:
        known = principal_of(session, programs("auditor").secret, "").account_id
        _, foreign = begin(session, known, kind="token", proved=False, method="test")
    for role in ACCESS["account.own"]:
        assert programs(role).get("/tokens").status_code == 200
        if role != "auditor":
            assert programs(role).ask("DELETE", f"/tokens/{foreign}").status_code == 404
    assert programs("auditor").ask("DELETE", f"/tokens/{foreign}").status_code == 204


def test_everybody_lists_what_they_looked_at_themselves_and_nothing_else(programs):
    for role in ACCESS["audit.own"]:
        answer = programs(role).get("/looks")
        assert answer.status_code == 200
        assert answer.get_json()["events"] == []

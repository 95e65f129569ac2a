"""What the REST door tells, to whom, and what it leaves on record."""

from __future__ import annotations

import pytest

from cli.application import assemble
from registry.db.engine import session_scope
from registry.people import accounts, appointments, sessions
from registry.people.scopes import Scope
from registry.settings import settings
from tests.web.api.test_frame import TORNADO, _problem

PROCLAMATION = {
    "instrument": "proclamation",
    "number": "26-07",
    "authority": "Governor of Missouri",
    "counties": ["29097"],
    "starts_at": "2026-01-01T00:00:00Z",
}
OF_THE_WIRE = {"login", "session_id", "request_id", "detail"}


@pytest.fixture(scope="module")
def incident(api):
    """Return a saved incident whose contacts are open."""
    path = api.client("declarer").post("/declarations", PROCLAMATION).headers["Location"]
    confirmed = api.client("declarer").post(f"{path.removeprefix('/api/v1')}/confirm")
    assert confirmed.status_code == 200, confirmed.get_data(as_text=True)
    return api.client("planner").post("/incidents", TORNADO).get_json()["id"]


def _exports(api):
    return [row[0] for row in api.sql("SELECT detail FROM trust.events WHERE action = 'answer.exported'")]


def test_an_open_ranking_is_recorded_as_taken_away_and_a_closed_one_is_not(api, incident):
    planner, before = api.client("planner"), len(_exports(api))
    closed = planner.post("/match", {"needs": TORNADO["needs"], "area": TORNADO["area"], "limit": 1})
    assert closed.get_json()["names"] == "closed"
    assert len(_exports(api)) == before
    opened = planner.post("/match", {"needs": TORNADO["needs"], "incident_id": incident, "limit": 1})
    assert opened.get_json()["names"] == "open"
    assert [each["names"] for each in _exports(api)[before:]] == ["open"]


def test_a_token_that_may_only_ask_is_told_no_open_names_and_leaves_no_trace(api, incident):
    planner = api.client("planner")
    api.sql(
        "UPDATE people.sessions SET actions = '{match.ask,incident.read}' WHERE ended_at IS NULL"
        " AND account_id = (SELECT account_id FROM people.sessions ORDER BY began_at DESC LIMIT 1)"
        " RETURNING 1"
    )
    before = len(api.sql("SELECT seq FROM trust.events"))
    refused = planner.post("/match", {"needs": TORNADO["needs"], "incident_id": incident})
    assert "match.export" in _problem(refused, 403, "access")["given"]
    assert len(api.sql("SELECT seq FROM trust.events")) == before
    asked = {"needs": TORNADO["needs"], "area": TORNADO["area"], "limit": 1}
    assert planner.post("/match", asked).get_json()["names"] == "closed"


def test_looks_are_told_without_the_session_the_login_and_the_request_they_came_by(api, incident):
    planner = api.client("planner")
    found = planner.post(
        "/match", {"needs": TORNADO["needs"], "incident_id": incident, "limit": 1}
    ).get_json()
    provider = found["answers"][0]["matches"][0]["provider_id"]
    look = {"incident_id": incident, "provider_id": provider, "purpose": "Generators for the hospital"}
    assert planner.post("/looks", look).status_code == 200
    company = api.client("company", Scope(provider_id=provider))
    for lines in (company.get(f"/providers/{provider}/looks"), planner.get("/looks")):
        (line,) = lines.get_json()["events"]
        assert line["purpose"] == look["purpose"]
        assert not OF_THE_WIRE & set(line)
    (whole,) = api.client("auditor").get(f"/events?action=look&provider_id={provider}").get_json()["events"]
    assert set(whole) > OF_THE_WIRE


def test_an_area_is_not_silently_kept_by_a_change_without_one(api):
    planner = api.client("planner")
    made = planner.post("/incidents", TORNADO)
    path = made.headers["Location"].removeprefix("/api/v1")
    for area in ({"area": None}, {}):
        said = {name: value for name, value in TORNADO.items() if name != "area"} | area
        refused = planner.put(path, said, If_Match=made.headers["ETag"])
        assert "taken away" in _problem(refused, 422, "body")["title"]
    assert planner.get(path).headers["ETag"] == made.headers["ETag"]
    bare = {"name": "Draft", "kind": "flood"}
    draft = planner.post("/incidents", bare)
    path = draft.headers["Location"].removeprefix("/api/v1")
    changed = planner.put(path, bare | {"name": "Draft 2"}, If_Match=draft.headers["ETag"])
    assert (changed.status_code, changed.get_json()["area"]) == (200, None)


def test_an_answer_is_told_again_only_while_its_incident_is_the_accounts(api):
    local = api.client("local")
    first = local.post("/incidents", TORNADO, Idempotency_Key="mine")
    path = first.headers["Location"].removeprefix("/api/v1")
    assert local.post(f"{path}/close", Idempotency_Key="close").status_code == 200
    api.sql("UPDATE registry.incidents SET saved_by = NULL RETURNING 1")
    assert local.post("/incidents", TORNADO, Idempotency_Key="mine").data == first.data
    with session_scope(api.url) as session:
        chief = accounts.add(session, None, "chief.of.this")
        appointments.appoint(session, None, chief.id, "administrator")
        secret, _ = sessions.begin(session, chief.id, kind="browser", proved=True, method="test")
        who = sessions.principal_of(session, local.secret, "")
        (held,) = accounts.account_of(session, who.account_id).appointments
        appointments.dismiss(session, sessions.principal_of(session, secret, ""), held.id)
        appointments.appoint(session, None, who.account_id, "local", Scope(counties=("29037",)))
    for path_of, body, key in (("/incidents", TORNADO, "mine"), (f"{path}/close", None, "close")):
        refused = local.post(path_of, body, Idempotency_Key=key)
        assert "jurisdiction" in _problem(refused, 403, "access")["title"]


def test_a_database_that_does_not_answer_is_said_without_saying_where_it_is():
    app = assemble(settings(), "postgresql+psycopg://merr_web:canary@127.0.0.1:1/canary")
    answer = app.test_client().get("/api/v1/incidents", headers={"Authorization": "Bearer x"})
    _problem(answer, 503, "unserved")
    assert answer.headers["Retry-After"] == "60"
    assert b"canary" not in answer.data
    assert b"127.0.0.1" not in answer.data

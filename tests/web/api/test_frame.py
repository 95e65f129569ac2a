"""The frame: problems, states, keys, pages, paces, and bodies that are read strictly."""

from __future__ import annotations

import json

import pytest

from registry.db.engine import session_scope
from registry.people import replies, sessions
from web.api.paces import PACE, new_pace
from web.api.paging import cursor
from web.wall.problems import MEDIA_TYPE

JASPER = {"counties": ["29097"]}
TORNADO = {
    "name": "Joplin",
    "kind": "tornado",
    "area": JASPER,
    "needs": ["generator:40,kw>=100"],
    "asked_at": "2026-11-22T18:00:00Z",
    "by_at": "2026-11-22T21:00:00Z",
}


@pytest.fixture(scope="module")
def planner(api):
    return api.client("planner")


def _problem(answer, status, kind):
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == MEDIA_TYPE
    found = answer.get_json()
    assert found["status"] == status
    assert found["type"] == f"/api/v1/problems#{kind}"
    assert found["given"]
    assert found["wanted"]
    assert found["todo"]
    assert found["request_id"] == answer.headers["X-Request-Id"]
    return found


def test_a_stranger_is_told_nothing_but_to_sign_in(api):
    for path in ("/incidents", "/openapi.json", "/nowhere"):
        answer = api.stranger().get(path, Accept="text/html")
        _problem(answer, 401, "not-signed-in")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_address_that_is_not_there_and_a_method_that_is_not_taken_are_problems(planner):
    _problem(planner.get("/nowhere"), 404, "not-found")
    _problem(planner.get("/incidents/seven"), 404, "not-found")
    refused = planner.ask("PATCH", "/incidents")
    _problem(refused, 405, "method")
    assert refused.headers["Allow"] == "GET, HEAD, POST"


def test_a_fault_of_ours_is_a_problem_without_its_reason(planner, monkeypatch):
    def broken(*_, **__):
        msg = "canary"
        raise RuntimeError(msg)

    monkeypatch.setattr("web.api.incidents.desk.list_incidents", broken)
    answer = planner.get("/incidents")
    _problem(answer, 500, "web")
    assert b"canary" not in answer.data


@pytest.mark.parametrize(
    ("raw", "media", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[]", "application/json", 422),
        (b"{}", "text/plain", 415),
        (b'{"name": "x\\u0000", "kind": "flood"}', "application/json", 422),
        (b'{"name": "x", "kind": "flood", "colour": "red"}', "application/json", 422),
        (b'{"name": 7, "kind": "flood"}', "application/json", 422),
        (b'{"name": "x", "kind": "flood", "asked_at": "9999-01-01T00:00:00Z"}', "application/json", 422),
        (b'{"name": "x", "kind": "flood", "asked_at": "2026-01-01T00:00:00"}', "application/json", 422),
        (b'{"name": "' + b"x" * 7_000_000 + b'"}', "application/json", 413),
    ],
)
def test_a_body_that_is_not_what_the_route_takes_is_refused(planner, raw, media, status):
    answer = planner.client.post(
        "/api/v1/incidents",
        data=raw,
        headers={"Authorization": f"Bearer {planner.secret}", "Content-Type": media},
    )
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.mimetype == MEDIA_TYPE


def test_what_stands_behind_the_question_mark_is_read_strictly(planner):
    for asked in ("colour=red", "limit=0", "limit=1_0", "limit=5&limit=6", "status=maybe", "after=*"):
        _problem(planner.get(f"/incidents?{asked}"), 422, "body")
    _problem(planner.get("/incidents?after=W10"), 422, "body")
    for number in (2**63, -(2**63) - 1):
        _problem(planner.get(f"/looks?after={cursor([number])}"), 422, "body")


def test_a_change_is_of_the_state_that_was_read(planner):
    made = planner.post("/incidents", TORNADO)
    assert made.status_code == 201, made.get_data(as_text=True)
    path = made.headers["Location"].removeprefix("/api/v1")
    read = planner.get(path)
    assert read.headers["ETag"] == made.headers["ETag"]
    assert planner.get(path, If_None_Match=read.headers["ETag"]).status_code == 304
    _problem(planner.put(path, TORNADO), 428, "unconditional")
    changed = planner.put(path, {**TORNADO, "name": "Joplin 2"}, If_Match=read.headers["ETag"])
    assert changed.status_code == 200, changed.get_data(as_text=True)
    assert changed.get_json()["area_version"] == 1
    _problem(
        planner.put(path, {**TORNADO, "name": "Joplin 3"}, If_Match=read.headers["ETag"]),
        412,
        "changed-meanwhile",
    )
    assert planner.get(path).get_json()["name"] == "Joplin 2"
    again = {**TORNADO, "area": planner.get(path).get_json()["area"]}
    kept = planner.put(path, again, If_Match=changed.headers["ETag"])
    assert kept.get_json()["area_version"] == 1


def test_a_request_that_is_repeated_under_its_key_is_done_once(api, planner):
    before = len(api.sql("SELECT id FROM registry.incidents"))
    first = planner.post("/incidents", TORNADO, Idempotency_Key="joplin-1")
    second = planner.post("/incidents", TORNADO, Idempotency_Key="joplin-1")
    assert (second.status_code, second.data) == (201, first.data)
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(api.sql("SELECT id FROM registry.incidents")) == before + 1
    other = planner.post("/incidents", {**TORNADO, "name": "Carthage"}, Idempotency_Key="joplin-1")
    _problem(other, 422, "other-request")
    assert api.client("planner").post("/incidents", TORNADO, Idempotency_Key="joplin-1").status_code == 201


def test_a_request_whose_twin_is_at_work_is_told_so(api, planner):
    with session_scope(api.url) as session:
        asks = sessions.principal_of(session, planner.secret, "")
        assert replies.hold(session, asks, "busy")
        _problem(planner.post("/incidents", TORNADO, Idempotency_Key="busy"), 409, "repeated")
    assert planner.post("/incidents", TORNADO, Idempotency_Key="busy").status_code == 201


def test_a_refused_request_leaves_its_key_free(planner):
    outside = {**TORNADO, "area": {"circle": {"longitude": 10.0, "latitude": 50.0, "radius_km": 5.0}}}
    _problem(planner.post("/incidents", outside, Idempotency_Key="again"), 422, "area")
    assert planner.post("/incidents", TORNADO, Idempotency_Key="again").status_code == 201


def test_pages_go_through_a_list_once_though_it_grows(planner):
    for number in range(5):
        planner.post("/incidents", {**TORNADO, "name": f"Page {number}"})
    whole = [row["id"] for row in planner.get("/incidents?limit=500").get_json()["incidents"]]
    path, seen = "/incidents?limit=2", []
    while path:
        answer = planner.get(path)
        seen += [row["id"] for row in answer.get_json()["incidents"]]
        link = answer.headers.get("Link", "")
        assert not link or link.endswith('>; rel="next"')
        path = link.partition(">")[0].removeprefix("</api/v1")
        if len(seen) == 2:
            planner.post("/incidents", {**TORNADO, "name": "Newer"})
    assert seen == whole


def test_an_account_that_asks_too_often_is_told_when_to_come_again(api):
    hasty = api.client("planner")
    usual = api.app.extensions[PACE]
    api.app.extensions[PACE] = new_pace(3)
    try:
        left = [hasty.get("/incidents?limit=1").headers["RateLimit"] for _ in range(3)]
        refused = hasty.get("/incidents?limit=1")
    finally:
        api.app.extensions[PACE] = usual
    assert left == ['"account";r=2', '"account";r=1', '"account";r=0']
    _problem(refused, 429, "too-often")
    assert 1 <= int(refused.headers["Retry-After"]) <= 21


def test_a_ranking_is_closed_and_a_contact_too_until_a_declaration(api, planner):
    asked = {"needs": ["generator:40"], "area": JASPER, "limit": 3}
    answer = planner.post("/match", asked)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    told = answer.get_json()
    assert told["names"] == "closed"
    (part,) = told["answers"]
    assert len(part["matches"]) == 3 < part["matches_total"]
    made = planner.post("/incidents", TORNADO).get_json()["id"]
    look = {"incident_id": made, "provider_id": api.providers()[0], "purpose": "Generators for the hospital"}
    refused = _problem(planner.post("/looks", look), 403, "disclosure-refused")
    assert refused["reason"] == "declaration"
    (event,) = planner.get("/looks").get_json()["events"] or [None]
    assert event is None or event["seq"] <= refused["event"]


def test_a_declaration_opens_names_and_a_contact_and_its_end_closes_them(api):
    first, second, planner = api.client("declarer"), api.client("declarer"), api.client("planner")
    said = {
        "instrument": "proclamation",
        "number": "26-07",
        "authority": "Governor of Missouri",
        "counties": ["29097"],
        "starts_at": "2026-01-01T00:00:00Z",
    }
    recorded = first.post("/declarations", said, Idempotency_Key="d")
    assert recorded.status_code == 201, recorded.get_data(as_text=True)
    path = recorded.headers["Location"].removeprefix("/api/v1")
    _problem(first.post(f"{path}/confirm"), 409, "registry")
    assert second.post(f"{path}/confirm").get_json()["state"] == "in_force"
    incident = planner.post("/incidents", TORNADO).get_json()["id"]
    told = planner.post("/match", {"needs": TORNADO["needs"], "incident_id": incident}).get_json()
    assert told["names"] == "open"
    provider = told["answers"][0]["matches"][0]["provider_id"]
    look = {"incident_id": incident, "provider_id": provider, "purpose": "Generators for the hospital"}
    opened = planner.post("/looks", look)
    assert opened.status_code == 200, opened.get_data(as_text=True)
    assert planner.get("/looks").get_json()["events"][0]["seq"] == opened.get_json()["event"]
    assert second.post(f"{path}/end", {"reason": "It is over"}).get_json()["state"] == "ended"
    _problem(planner.post("/looks", look), 403, "disclosure-refused")
    closed = planner.post("/match", {"needs": TORNADO["needs"], "incident_id": incident}).get_json()
    assert closed["names"] == "closed"
    assert provider not in json.dumps(closed)


def test_a_token_without_a_second_factor_records_no_declaration(api):
    said = {
        "instrument": "local",
        "number": "1",
        "authority": "Jasper County",
        "counties": ["29097"],
        "starts_at": "2026-01-01T00:00:00Z",
    }
    refused = api.client("declarer", proved=False).post("/declarations", said)
    found = _problem(refused, 403, "step-up-needed")
    assert "token" in found["title"]


def test_an_incident_in_a_county_of_somebody_else_is_neither_read_nor_listed(api, planner):
    made = planner.post("/incidents", {**TORNADO, "area": {"counties": ["29037"]}}).get_json()["id"]
    local = api.client("local")
    _problem(local.get(f"/incidents/{made}"), 403, "access")
    assert made not in [row["id"] for row in local.get("/incidents?limit=500").get_json()["incidents"]]
    _problem(local.post("/match", {"needs": ["generator"], "area": {"counties": ["29037"]}}), 403, "access")

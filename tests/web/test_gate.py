"""The gate: nobody unknown passes, whatever the route and the method, and nobody where no role of theirs may be."""

from __future__ import annotations

import pytest
from flask import Flask, g

from registry.people.principal import Appointment, Principal
from registry.settings import Settings
from web.errors import WebError
from web.wall.app import create_app
from web.wall.classes import (
    BY_CALLBACK,
    OPEN,
    SIGNED_IN,
    assign,
    classify,
    for_action,
    open_to_all,
    signed_in,
)
from web.wall.gate import principal

PLANNER = Principal(
    account_id="a", session_id="s", name="Pat Planner", appointments=(Appointment(role="planner"),)
)
COMPANY = Principal(
    account_id="c", session_id="t", name="Cam Company", appointments=(Appointment(role="company"),)
)
TOKEN = Principal(
    account_id="a",
    session_id="u",
    name="Pat Planner",
    appointments=(Appointment(role="planner"),),
    actions=frozenset({"incident.read"}),
)
WHO = {"planner": PLANNER, "company": COMPANY, "token": TOKEN}
SAME = {"Sec-Fetch-Site": "same-origin"}
PAGE = {"Accept": "text/html,application/xhtml+xml"}
UPDATE = "/_dash-update-component"


def shown():
    return []


def _app(callbacks=None):
    app = create_app(
        Settings(), lambda: "abc", "postgresql+psycopg:///never", who=lambda secret, _: WHO.get(secret)
    )
    app.add_url_rule("/page", "page", signed_in(lambda: principal().name))
    app.add_url_rule("/ask", "ask", for_action("match.ask")(lambda: "ranked"))
    app.add_url_rule("/save", "save", for_action("incident.save")(lambda: "saved"), methods=["POST", "PUT"])
    app.add_url_rule(UPDATE, "update", lambda: "called", methods=["POST"])
    assign(app, {"update": BY_CALLBACK})
    classify(app, {"list.children": {"callback": for_action("incident.read")(shown)}, **(callbacks or {})})
    return app


@pytest.fixture(scope="module")
def app():
    return _app()


def _client(app: Flask, who: str | None = None):
    client = app.test_client()
    if who:
        client.set_cookie("merr", who)
    return client


@pytest.mark.asvs("8.3.1")
def test_nobody_unknown_passes_any_route_by_any_method(app):
    client, passed = _client(app), set()
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<path:name>", "x")
        for method in {*rule.methods, "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"}:
            answer = client.open(path, method=method, headers=SAME)
            if answer.status_code not in (401, 302):
                passed.add(rule.rule)
    opened = {rule.rule for rule in app.url_map.iter_rules() if _class_of(app, rule) == OPEN}
    assert passed <= opened
    assert len(opened) <= 6


def _class_of(app, rule):
    return app.extensions["merr.classes"].endpoints[rule.endpoint]


def test_a_browser_is_sent_to_sign_in_and_told_where_to_come_back(app):
    answer = _client(app).get("/page?area=a b&x=//evil", headers=PAGE)
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/page%3Farea%3Da%20b%26x%3D//evil"


def test_what_is_not_there_is_not_told_to_strangers(app):
    assert _client(app).get("/nowhere").status_code == 401
    assert _client(app, "planner").get("/nowhere").status_code == 404
    assert _client(app).delete("/page").status_code == 401
    assert _client(app, "planner").delete("/page", headers=SAME).status_code == 405


def test_whoever_is_signed_in_is_known_to_the_view(app):
    assert _client(app, "planner").get("/page").data == b"Pat Planner"
    assert _client(app, "somebody-who-was").get("/page").status_code == 401


def test_an_action_is_refused_to_a_role_that_may_do_it_nowhere(app):
    assert _client(app, "planner").get("/ask").data == b"ranked"
    refused = _client(app, "company").get("/ask")
    assert refused.status_code == 403
    assert "Cam Company, Company contact: match.ask" in refused.json["given"]
    assert "SEMA planner" in refused.json["wanted"]


def test_a_token_comes_by_its_own_line_and_does_only_what_it_was_made_for(app):
    line = {"Authorization": "Bearer token"}
    assert app.test_client().get("/page", headers=line).status_code == 200
    assert app.test_client().get("/ask", headers=line).status_code == 403
    worse = _client(app, "planner").get("/ask", headers=line)
    assert worse.status_code == 403, "a token beside a cookie is the token's"


def test_a_callback_is_asked_for_its_own_action(app):
    body = {"output": "list.children"}
    assert _client(app, "planner").post(UPDATE, json=body, headers=SAME).data == b"called"
    assert _client(app, "company").post(UPDATE, json=body, headers=SAME).status_code == 403
    assert _client(app).post(UPDATE, json=body, headers=SAME).status_code == 401


@pytest.mark.parametrize(
    "body", ["[]", "{", "", "7", "{}", '{"output":"other.children"}', '{"output":["x"]}']
)
def test_a_malformed_call_is_refused_in_words_but_only_to_whoever_is_signed_in(app, body):
    answer = _client(app, "planner").post(UPDATE, data=body, content_type="application/json", headers=SAME)
    assert answer.status_code == 400
    assert answer.json["todo"] == "load the page again"
    unknown = _client(app).post(UPDATE, data=body, content_type="application/json", headers=SAME)
    assert unknown.status_code == 401


def test_a_browsers_own_callback_is_no_call_to_the_server():
    app = _app({"shown.className": {"inputs": []}})
    answer = _client(app, "planner").post(UPDATE, json={"output": "shown.className"}, headers=SAME)
    assert answer.status_code == 400


def test_the_server_does_not_start_with_a_route_or_callback_that_nobody_classified():
    app = create_app(Settings(), lambda: "abc", "postgresql+psycopg:///never")
    classify(app, {})
    app.add_url_rule("/new", "new", lambda: "new")
    with pytest.raises(WebError, match="nobody said") as refused:
        classify(app, {"fresh.children": {"callback": lambda: 0}})
    assert refused.value.given == "new, the callback fresh.children"


def test_an_action_that_stands_in_no_line_of_the_table_cannot_be_named():
    with pytest.raises(KeyError):
        for_action("incident.forget")
    app = create_app(Settings(), lambda: "abc", "postgresql+psycopg:///never")
    app.add_url_rule("/new", "new", lambda: "new")
    assign(app, {"new": "incident.forget"})
    with pytest.raises(WebError):
        classify(app, {})


def test_the_server_does_not_start_with_more_than_six_open_routes():
    app = create_app(Settings(), lambda: "abc", "postgresql+psycopg:///never")
    for i in range(7):
        app.add_url_rule(f"/open/{i}", f"open{i}", open_to_all(lambda: ""))
    with pytest.raises(WebError, match="More is open"):
        classify(app, {})


def test_before_it_is_classified_nothing_but_a_refusal_is_answered():
    app = create_app(
        Settings(), lambda: "abc", "postgresql+psycopg:///never", who=lambda secret, _: WHO.get(secret)
    )
    app.add_url_rule("/page", "page", signed_in(lambda: "page"))
    assert _client(app).get("/health").status_code == 401
    assert _client(app, "planner").get("/page").status_code == 400


def test_a_route_added_behind_the_gates_back_is_closed():
    late = _app()
    late.url_map.add(late.url_rule_class("/late", endpoint="late"))
    late.view_functions["late"] = lambda: "late"
    assert _client(late, "planner").get("/late").status_code == 400
    assert _client(late).get("/late").status_code == 401


@pytest.mark.asvs("7.2.1")
def test_identity_is_asked_anew_at_every_request():
    live = {"x": PLANNER}
    app = create_app(
        Settings(), lambda: "abc", "postgresql+psycopg:///never", who=lambda secret, _: live.get(secret)
    )
    app.add_url_rule("/page", "page", signed_in(lambda: g.principal.name))
    classify(app, {})
    client = _client(app, "x")
    assert client.get("/page").status_code == 200
    live.clear()
    assert client.get("/page").status_code == 401


def test_signed_in_is_a_class_of_its_own(app):
    assert app.extensions["merr.classes"].endpoints["page"] == SIGNED_IN

"""The wall: what stands around every answer."""

from __future__ import annotations

import socket
from contextlib import closing

import pytest
from flask import request

from registry.errors import RegistryError
from registry.settings import Settings
from web.errors import WebError, status_of
from web.wall.app import MAX_BODY_BYTES, create_app
from web.wall.binding import check_address, check_port
from web.wall.headers import content_policy


def raise_(fault):
    raise fault


@pytest.fixture
def app():
    app = create_app(Settings(), lambda: "abc")
    refusal = RegistryError("No such thing", given="'x'", wanted="'y'", todo="use 'y'")
    app.add_url_rule("/refused", "refused", lambda: raise_(refusal))
    app.add_url_rule("/broken", "broken", lambda: raise_(RuntimeError("a secret of the database")))
    app.add_url_rule("/change", "change", lambda: "done", methods=["POST"])
    app.add_url_rule("/read", "read", lambda: str(len(request.get_data())), methods=["POST"])
    return app


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.mark.parametrize("path", ["/health", "/refused", "/broken", "/nowhere"])
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert len(headers["X-Request-Id"]) >= 8


def test_no_script_runs_that_is_not_ours_or_named_by_its_hash():
    rules = dict(rule.split(" ", 1) for rule in content_policy(["'sha256-abc'"]).split("; "))
    assert rules["script-src"] == "'self' 'sha256-abc'"
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "'self'"


def test_health_says_ready_with_the_roads_and_unready_without_database_or_roads(client):
    assert client.get("/health").json == {"state": "ready", "database": True, "network": "abc"}
    down = create_app(Settings(), lambda: raise_(OSError("no socket"))).test_client().get("/health")
    assert (down.status_code, down.json["database"]) == (503, False)
    bare = create_app(Settings(), lambda: None).test_client().get("/health")
    assert (bare.status_code, bare.json["state"]) == (503, "unready")


def test_a_refusal_has_its_shape_and_status(client):
    answer = client.get("/refused", headers={"X-Request-Id": "planner-12345"})
    assert answer.status_code == 409
    assert answer.json == {
        "title": "No such thing",
        "given": "'x'",
        "wanted": "'y'",
        "todo": "use 'y'",
        "request_id": "planner-12345",
    }


def test_our_own_fault_tells_nothing_of_itself(client):
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert "secret" not in answer.get_data(as_text=True)


def test_a_request_id_that_could_forge_a_log_line_is_replaced(client):
    given = client.get("/health", headers={"X-Request-Id": "a b;c"}).headers["X-Request-Id"]
    assert given != "a b;c"


def test_another_sites_page_can_change_nothing(client):
    assert client.post("/change").data == b"done"
    assert client.post("/change", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 400


def test_a_foreign_name_for_this_machine_is_not_answered(client):
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/health", headers={"Host": "localhost:8050"}).status_code == 200


def test_a_body_beyond_the_limit_is_not_read(client):
    answer = client.post("/read", data=b"x" * (MAX_BODY_BYTES + 1))
    assert answer.status_code == 413
    assert "8 MB" in answer.json["todo"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_allowed(host):
    check_address(host, Settings())


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "registry.example.org", ""])  # noqa: S104 - refused
def test_any_other_address_is_refused_until_one_setting_allows_it(host):
    with pytest.raises(WebError):
        check_address(host, Settings())
    check_address(host, Settings(bind_any=True))


def test_a_busy_port_is_said_in_one_sentence():
    with closing(socket.socket()) as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(WebError) as refused:
            check_port("127.0.0.1", port)
    assert str(port) in refused.value.title
    assert "--port" in refused.value.todo


def test_every_refusal_has_a_status_of_its_kind():
    refusal = RegistryError("x", given="x", wanted="x", todo="x")
    assert status_of(refusal) == 409
    assert status_of(WebError("x", given="x", wanted="x", todo="x")) == 400

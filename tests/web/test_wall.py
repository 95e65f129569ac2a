"""The wall: what stands around every answer."""

from __future__ import annotations

import socket
from contextlib import closing
from pathlib import Path

import pytest
from flask import make_response, request

from registry.errors import RegistryError
from registry.people.principal import Principal
from registry.settings import Settings
from web.errors import WebError, status_of
from web.wall.app import MAX_BODY_BYTES, create_app
from web.wall.binding import check_address, check_port, check_tls
from web.wall.classes import classify, signed_in
from web.wall.cookies import keep_session
from web.wall.headers import content_policy
from web.wall.limits import Knocks, address


def raise_(fault):
    raise fault


def built(settings=None, network_hash=lambda: "abc"):
    somebody = Principal(account_id="a", session_id="s", name="Pat")
    return create_app(
        settings or Settings(), network_hash, "postgresql+psycopg:///never", who=lambda *_: somebody
    )


@pytest.fixture
def app():
    app = built()
    refusal = RegistryError("No such thing", given="'x'", wanted="'y'", todo="use 'y'")
    app.add_url_rule("/refused", "refused", signed_in(lambda: raise_(refusal)))
    app.add_url_rule("/broken", "broken", signed_in(lambda: raise_(RuntimeError("a secret of the database"))))
    app.add_url_rule("/change", "change", signed_in(lambda: "done"), methods=["POST"])
    app.add_url_rule("/address", "address", signed_in(address))
    app.add_url_rule("/read", "read", signed_in(lambda: str(len(request.get_data()))), methods=["POST"])
    classify(app, {})
    return app


@pytest.fixture
def client(app):
    client = app.test_client()
    client.set_cookie("merr", "x")
    return client


@pytest.mark.parametrize("path", ["/health", "/refused", "/broken", "/nowhere"])
@pytest.mark.asvs("3.2.1")
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Server"] == "merr"
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert len(headers["X-Request-Id"]) >= 8


@pytest.mark.asvs("1.3.2")
def test_no_script_runs_that_is_not_ours_or_named_by_its_hash():
    rules = dict(rule.split(" ", 1) for rule in content_policy(["'sha256-abc'"]).split("; "))
    assert rules["script-src"] == "'self' 'sha256-abc'"
    assert rules["default-src"] == "'none'"
    assert rules["connect-src"] == "'self'"


def _health(network_hash):
    app = built(network_hash=network_hash)
    classify(app, {})
    return app.test_client().get("/health")


def test_health_says_ready_with_the_roads_and_unready_without_database_or_roads(client):
    assert client.get("/health").json == {"state": "ready", "database": True, "network": "abc"}
    down = _health(lambda: raise_(OSError("no socket")))
    assert (down.status_code, down.json["database"]) == (503, False)
    bare = _health(lambda: None)
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


def test_a_database_that_cannot_say_who_asks_is_a_fault_with_all_headers_not_one_of_the_server_below():
    app = create_app(
        Settings(), lambda: "abc", "postgresql+psycopg:///never", who=lambda *_: raise_(OSError("no socket"))
    )
    classify(app, {})
    app.testing = False
    answer = app.test_client().get("/incidents", headers={"Accept": "text/html"})
    assert answer.status_code == 500
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "socket" not in answer.get_data(as_text=True)


def test_a_request_id_that_could_forge_a_log_line_is_replaced(client):
    given = client.get("/health", headers={"X-Request-Id": "a b;c"}).headers["X-Request-Id"]
    assert given != "a b;c"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
        {"Origin": "http://localhost"},
        {"Authorization": "Bearer x"},
    ],
)
def test_our_own_page_or_a_token_may_change_things(client, headers):
    assert client.post("/change", headers=headers).data == b"done"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": "https://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
        {"Authorization": "Bearer x", "Sec-Fetch-Site": "cross-site"},
        {"Authorization": "Basic eDp5"},
    ],
)
@pytest.mark.asvs("3.5.1")
def test_another_sites_page_can_change_nothing(client, headers):
    answer = client.post("/change", headers=headers)
    assert answer.status_code == 403
    assert "own pages" in answer.json["wanted"]


def test_a_foreign_name_for_this_machine_is_not_answered(client):
    assert client.get("/health", headers={"Host": "evil.example"}).status_code == 400
    assert client.get("/health", headers={"Host": "localhost:8050"}).status_code == 200


@pytest.mark.asvs("5.2.1")
def test_a_body_beyond_the_limit_is_not_read(client):
    same = {"Sec-Fetch-Site": "same-origin"}
    answer = client.post("/read", data=b"x" * (MAX_BODY_BYTES + 1), headers=same)
    assert answer.status_code == 413
    assert "8 MB" in answer.json["todo"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback_is_allowed(host):
    check_address(host, Settings())


OUTSIDE = ["0.0.0.0", "::", "192.168.1.7", "registry.example.org", ""]  # noqa: S104 - refused
PUBLIC = "https://merr.example.org"


@pytest.mark.parametrize("host", OUTSIDE)
def test_any_other_address_needs_tls_or_a_proxy_and_a_public_name(host):
    tls = {"tls_cert": Path("c.pem"), "tls_key": Path("k.pem")}
    for settings, wanted in (
        (Settings(), "a certificate, or a proxy"),
        (Settings(public_url=PUBLIC), "a certificate, or a proxy"),
        (Settings(trusted_proxies=1), "its public address"),
        (Settings(**tls), "its public address"),
        (Settings(public_url=PUBLIC, tls_cert=Path("c.pem")), "both or neither"),
    ):
        with pytest.raises(WebError) as refused:
            check_address(host, settings)
        assert wanted in refused.value.wanted
    check_address(host, Settings(public_url=PUBLIC, trusted_proxies=1))
    check_address(host, Settings(public_url=PUBLIC, **tls))


def test_a_certificate_that_is_not_there_is_said_before_the_start(tmp_path):
    cert, key = tmp_path / "c.pem", tmp_path / "k.pem"
    cert.write_text("x")
    with pytest.raises(WebError, match="cannot be read") as refused:
        check_tls(Settings(tls_cert=cert, tls_key=key))
    assert str(key) in refused.value.given
    key.write_text("x")
    check_tls(Settings(tls_cert=cert, tls_key=key))
    with pytest.raises(WebError, match="without TLS"):
        check_tls(Settings(tls_cert=cert, tls_key=key, public_url="http://localhost"))


def _address(settings, headers):
    app = built(settings)
    app.add_url_rule("/address", "address", signed_in(address))
    classify(app, {})
    client = app.test_client()
    client.set_cookie("merr", "x")
    client.set_cookie("__Host-merr", "x", secure=True)
    return client.get("/address", headers=headers, environ_base={"REMOTE_ADDR": "10.0.0.9"}).text


def test_no_header_about_the_address_is_read_that_nobody_trusts():
    chain = {
        "X-Forwarded-For": "6.6.6.6, 7.7.7.7, 8.8.8.8",
        "X-Real-Ip": "5.5.5.5",
        "Forwarded": "for=4.4.4.4",
    }
    assert _address(Settings(), chain) == "10.0.0.9"
    assert _address(Settings(trusted_proxies=1), chain) == "8.8.8.8"
    assert _address(Settings(trusted_proxies=2), chain) == "7.7.7.7"
    assert _address(Settings(trusted_proxies=4), chain) == "10.0.0.9", (
        "fewer lines than proxies: somebody is missing"
    )


def test_an_ipv6_address_counts_as_its_holders_network():
    def seen(given):
        return _address(Settings(trusted_proxies=1), {"X-Forwarded-For": given})

    assert seen("2001:db8:1:2:3:4:5:6") == seen("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert seen("::ffff:9.9.9.9") == "9.9.9.9"


@pytest.mark.asvs("3.3.1", "3.4.1")
def test_with_tls_the_browser_is_told_to_keep_to_it_and_the_cookie_holds_to_this_host(client):
    assert "Strict-Transport-Security" not in client.get("/health").headers
    app = built(Settings(public_url=PUBLIC, trusted_proxies=1))

    @signed_in
    def given():
        response = make_response("")
        keep_session(response, "secret")
        return response

    app.add_url_rule("/given", "given", given)
    classify(app, {})
    client = app.test_client()
    client.set_cookie("__Host-merr", "x", domain="merr.example.org", secure=True)
    headers = client.get("/given", base_url=PUBLIC).headers
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["Set-Cookie"] == "__Host-merr=secret; Secure; HttpOnly; Path=/; SameSite=Lax"


def test_an_address_runs_out_of_knocks_and_gets_them_back():
    now = [0.0]
    knocks = Knocks(per_minute=60, at_once=3, clock=lambda: now[0])
    assert [knocks.wait_s("a") for _ in range(4)] == [0, 0, 0, 1]
    assert knocks.wait_s("b") == 0
    now[0] = 1.0
    assert knocks.wait_s("a") == 0
    assert knocks.wait_s("a") > 0


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

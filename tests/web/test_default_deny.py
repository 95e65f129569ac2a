"""The whole application as it is served: every route and every callback stands behind the gate."""

from __future__ import annotations

import pytest

from cli.application import assemble
from registry.db.engine import session_scope
from registry.people.access import ACCESS, may_somewhere
from registry.people.principal import ROLES, Appointment, Principal
from registry.people.sessions import end
from registry.settings import settings
from tests.signed_in import SAME_ORIGIN
from web.wall.classes import CLASSES, OPEN, SIGNED_IN

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
UPDATE = "/_dash-update-component"
NAMED = {
    "path": "x",
    "string": "x",
    "default": "x",
    "uuid": "00000000-0000-0000-0000-000000000000",
    "int": "1",
}


@pytest.fixture(scope="module")
def app(worker_demo_url):
    return assemble(settings(), worker_demo_url)


def _path(rule):
    values = dict.fromkeys(rule.arguments, "x")
    built = rule.build(values, append_unknown=False)
    assert built is not None, rule
    return built[1]


def _anonymous(app):
    client = app.test_client()
    client.environ_base.update(SAME_ORIGIN)
    return client


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_stranger_gets_nothing_but_the_way_to_sign_in(app, accept):
    client, opened = _anonymous(app), set()
    for rule in app.url_map.iter_rules():
        for method in METHODS:
            answer = client.open(_path(rule), method=method, headers={"Accept": accept})
            if answer.status_code == 302:
                assert answer.location.startswith("/sign-in?next=/")
            elif answer.status_code != 401:
                opened.add(rule.rule)
    classes = app.extensions[CLASSES].endpoints
    assert opened <= {rule.rule for rule in app.url_map.iter_rules() if classes[rule.endpoint] == OPEN}
    assert len(opened) <= 6


@pytest.mark.asvs("8.2.1")
def test_every_callback_asks_for_its_own_action_of_every_role(app, worker_demo_url, signed_in):
    callbacks = app.extensions[CLASSES].callbacks
    assert len(callbacks) > 20
    for role in ROLES:
        if role in ("coordinator", "local", "beoc", "company"):
            continue  # their jurisdiction is a place or company; the table itself is tested for them
        asks = Principal(account_id="", session_id="", name="", appointments=(Appointment(role=role),))
        client = signed_in(worker_demo_url, role).client(app)
        for output, action in callbacks.items():
            answer = client.post(UPDATE, json={"output": output, "inputs": [], "outputs": []})
            may = action == SIGNED_IN or (action in ACCESS and may_somewhere(asks, action))
            assert (answer.status_code != 403) == may, (role, output)


def test_no_part_of_dash_is_served_that_we_did_not_ask_for(app):
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert not [rule for rule in rules if "mcp" in rule or "health" in rule.removeprefix("/health")]


def test_a_session_that_ends_in_mid_use_is_refused_on_the_next_request(app, worker_demo_url, signed_in):
    somebody = signed_in(worker_demo_url, "planner")
    client = somebody.client(app)
    assert client.get("/_dash-layout").status_code == 200
    assert b"Planner Tester" in client.get("/_dash-layout").data
    with session_scope(worker_demo_url) as session:
        end(session, somebody.session_id)
    assert client.get("/_dash-layout").status_code == 401
    assert client.get("/", headers={"Accept": "text/html"}).location == "/sign-in?next=/"


@pytest.mark.parametrize("path", ["/", "/incidents", "/health", "/nowhere", "/_dash-layout", "/assets/x.css"])
def test_no_answer_tells_a_version_or_a_server(app, worker_demo_url, signed_in, path):
    for client in (_anonymous(app), signed_in(worker_demo_url, "planner").client(app)):
        headers = client.get(path).headers
        assert headers["Server"] == "merr"
        assert not {"X-Powered-By", "Via", "Server-Timing"} & set(headers.keys())


def test_the_documents_policy_names_the_hashes_of_its_own_scripts_and_no_other_answer_does(
    app, worker_demo_url, signed_in
):
    client = signed_in(worker_demo_url, "planner").client(app)
    rules = client.get("/").headers["Content-Security-Policy"].split("; ")
    (scripts,) = [rule for rule in rules if rule.startswith("script-src")]
    assert "'sha256-" in scripts
    assert "unsafe" not in scripts
    for path in ("/_dash-layout", "/map/base/states.geojson", "/map/base/none.geojson"):
        policy = client.get(path).headers["Content-Security-Policy"]
        assert "sha256" not in policy
        assert "unsafe" not in policy

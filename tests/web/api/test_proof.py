"""What asks for a fresh second factor is refused to every token, whoever it belongs to."""

from __future__ import annotations

import pytest

from registry.db.engine import session_scope
from registry.people.access import ACCESS
from registry.people.proof import PROVED
from registry.people.sessions import begin
from tests.signed_in import sign_in
from web.api.table import ROUTES

NOBODY = "00000000-0000-0000-0000-000000000000"
DECLARATION = {
    "instrument": "local",
    "number": "1",
    "authority": "Jasper County",
    "counties": ["29097"],
    "starts_at": "2026-01-01T00:00:00Z",
}
DECISION = {"decision": "open", "reason": "A reason", "submitted_at": "2026-01-01T00:00:00Z"}
ROLE = {
    "declaration": "declarer",
    "account": "administrator",
    "rules": "administrator",
    "records": "administrator",
}
BODIES = {
    "POST /declarations": DECLARATION,
    "POST /declarations/{declaration_id}/confirm": None,
    "POST /declarations/{declaration_id}/extend": DECLARATION,
    "POST /declarations/{declaration_id}/end": {"reason": "It is over"},
    "POST /accounts": {"name": "made.by.a.token", "full_name": "Nobody"},
    "POST /accounts/{account_id}/disable": None,
    "POST /accounts/{account_id}/enable": None,
    "POST /accounts/{account_id}/reset": None,
    "POST /accounts/{account_id}/appointments": {"role": "declarer"},
    "DELETE /accounts/{account_id}/appointments/{appointment_id}": None,
    "PUT /rules": {"looks_per_hour": 10_000},
    "POST /records/export": {"provider_ids": [NOBODY]},
    "POST /providers/{provider_id}/records": DECISION,
}
"""Each act that asks for it, with what it is asked with."""

EASED = {"DELETE /tokens/{token_id}"}
"""What shuts something and opens nothing: to revoke a token of one's own."""


@pytest.fixture(scope="module")
def token(api):
    """Return a function that gives a program with a token for every action of a role, as a person makes one."""

    def made(role):
        who = sign_in(api.url, role)
        with session_scope(api.url) as session:
            given = {"kind": "token", "proved": False, "method": "made in a session", "actions": set(ACCESS)}
            secret, _ = begin(session, who.account_id, **given)
        program = api.client(role)
        program.secret = secret
        return program

    return made


def test_every_act_that_asks_for_a_fresh_second_factor_is_tried_here():
    changing = {f"{one.method} {one.path}" for one in ROUTES if one.method != "GET" and one.action in PROVED}
    assert changing == set(BODIES) | EASED


@pytest.fixture
def ids(api):
    with session_scope(api.url) as session:
        other = sign_in(api.url, "planner")
        held = session.connection().exec_driver_sql(
            "SELECT id::text FROM people.appointments WHERE account_id = %s", (other.account_id,)
        )
        return {
            "account_id": other.account_id,
            "appointment_id": held.scalar_one(),
            "declaration_id": NOBODY,
            "provider_id": api.providers()[0],
        }


@pytest.mark.parametrize("act", BODIES)
def test_a_token_does_none_of_them_and_is_told_what_helps(api, token, ids, act):
    method, path = act.split(" ")
    word = path.strip("/").split("/")[-1 if path.startswith("/providers") else 0]
    program, headers, body = (
        token(ROLE[word.removesuffix("s") if word not in ROLE else word]),
        {},
        BODIES[act],
    )
    if act == "PUT /rules":
        present = program.get("/rules")
        body, headers = {**present.get_json(), **body}, {"If_Match": present.headers["ETag"]}
    before = api.sql("SELECT count(*) FROM trust.events")
    answer = program.ask(method, path.format(**ids), body, **headers)
    found = answer.get_json()
    assert (answer.status_code, found["type"]) == (403, "/api/v1/problems#step-up-needed"), found
    assert "sign in at /sign-in and do it on the page" in found["todo"]
    assert api.sql("SELECT count(*) FROM trust.events") == before

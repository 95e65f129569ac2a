"""The ways in by a local account, as a browser walks them."""

from __future__ import annotations

import json

import pytest

from registry.db.engine import session_scope
from registry.people import sessions
from registry.people.passwords import set_password
from tests.registry.people.keyring import Keyring
from tests.web.conftest import ORIGIN
from web.wall.limits import AT_ONCE, PER_MINUTE, Knocks
from web.wall.pages import safe_path

WRONG = "tractor violin candle"
PAGE = {"Accept": "text/html"}


def cookie(client, name="merr"):
    found = client.get_cookie(name)
    return found.value if found else None


def add_passkey(client):
    """Register a software passkey for whoever the browser is signed in as."""
    keyring = Keyring(ORIGIN)
    offer = client.post("/account/passkey", json={}).json
    answer = json.loads(keyring.make(json.dumps(offer["options"])))
    made = client.post("/account/passkey", json={"answer": answer, "label": "Laptop"})
    assert made.json == {"next": "/account?done=passkey"}
    return keyring


def by_passkey(client, keyring, wanted="/"):
    offer = client.post("/sign-in/passkey", json={"next": wanted}).json
    answer = json.loads(keyring.prove(json.dumps(offer["options"])))
    return client.post("/sign-in/passkey", json={"answer": answer, "next": wanted})


def test_password_and_code_lead_to_the_page_that_was_wanted(door):
    client = door.client()
    sent = client.get("/who?x=1", headers=PAGE)
    assert "Sign in" in client.get(sent.location).text
    name, password = door.planner.name, door.planner.password
    first = client.post("/sign-in", data={"name": name, "password": password, "next": "/who?x=1"})
    assert (first.status_code, first.location) == (303, "/sign-in?code=1&next=/who%3Fx%3D1")
    assert client.get("/who").status_code == 401
    assert "Six digits" in client.get(first.location).text
    second = client.post("/sign-in", data={"code": door.code(), "next": "/who?x=1"})
    assert (second.status_code, second.location) == (303, "/who?x=1")
    assert client.get("/who").text == "Pat Planner"
    assert client.get("/ask").text == "ranked"
    assert (
        "sign_in",
        {"kind": "browser", "method": "password and code", "address": "127.0.0.1"},
    ) in door.events()


@pytest.mark.parametrize(
    ("name", "password"), [("pat.planner", WRONG), ("nobody.here", WRONG), ("", ""), ("\x00", "\x00")]
)
def test_who_is_refused_reads_the_same_words_whatever_was_wrong(door, name, password):
    client = door.client()
    answer = client.post("/sign-in", data={"name": name, "password": password})
    assert answer.status_code == 403
    assert "You are not signed in" in answer.text
    assert "a passkey is taken at any time" in answer.text
    assert not cookie(client)
    assert not cookie(client, "merr-door")


def test_a_wrong_code_is_refused_and_the_right_one_is_still_taken(door):
    client = door.client()
    client.post("/sign-in", data={"name": door.planner.name, "password": door.planner.password})
    answer = client.post("/sign-in", data={"code": "000000"})
    assert answer.status_code == 403
    assert "This code is not taken" in answer.text
    assert "Six digits" in answer.text
    assert client.post("/sign-in", data={"code": door.code()}).status_code == 303


@pytest.mark.asvs("2.3.1")
def test_a_code_without_the_browser_that_gave_the_password_opens_nothing(door):
    client = door.client()
    client.post("/sign-in", data={"name": door.planner.name, "password": door.planner.password})
    stranger = door.client().post("/sign-in", data={"code": door.code()})
    assert stranger.status_code == 403
    assert "This sign-in is over" in stranger.text


@pytest.mark.asvs("7.2.4")
def test_the_session_gets_a_new_secret_at_sign_in_and_the_old_one_is_dead(door):
    client = door.enter()
    first = cookie(client)
    door.enter(client)
    assert cookie(client) != first
    stale = door.client()
    stale.set_cookie("merr", first)
    assert stale.get("/who").status_code == 401


def test_a_secret_that_a_stranger_planted_is_not_taken_over(door):
    client = door.client()
    client.set_cookie("merr", "planted")
    door.enter(client)
    assert cookie(client) != "planted"


@pytest.mark.asvs("14.3.1", "7.4.1")
def test_signing_out_ends_the_session_itself_not_only_the_cookie(door):
    client = door.enter()
    secret = cookie(client)
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in?out=1")
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert not cookie(client)
    assert "You are signed out." in client.get(answer.location).text
    client.set_cookie("merr", secret)
    assert client.get("/who").status_code == 401
    assert [action for action, _ in door.events()][-1] == "sign_out"


@pytest.mark.asvs("3.5.3")
def test_signing_out_needs_a_post(door):
    assert door.enter().get("/sign-out").status_code == 405


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n//evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "evil.example",
        "///evil.example",
        "",
        None,
        "/sign-out",
        "/" + "x" * 5000,
        "//[",
        "//\u2100.example",
        {"path": "/incidents"},
    ],
)
@pytest.mark.asvs("1.2.2")
def test_nobody_is_sent_to_another_site_after_signing_in(wanted):
    assert safe_path(wanted) == "/"


@pytest.mark.parametrize("wanted", ["/incidents", "/incidents/1?x=//y", "/a#b", "/%2F/evil.example"])
def test_a_path_of_our_own_is_gone_on_to(wanted):
    assert safe_path(wanted) == wanted


def test_the_redirect_itself_stays_here(door):
    client = door.client()
    client.post("/sign-in", data={"name": door.planner.name, "password": door.planner.password})
    answer = client.post("/sign-in", data={"code": door.code(), "next": "//evil.example"})
    assert answer.location == "/"


def test_a_passkey_signs_in_by_itself(door):
    keyring = add_passkey(door.enter())
    client = door.client()
    answer = by_passkey(client, keyring, "/who")
    assert answer.json == {"next": "/who"}
    assert client.get("/who").text == "Pat Planner"
    assert by_passkey(door.client(), keyring, "//evil.example").json == {"next": "/"}


def test_a_passkeys_answer_is_taken_once_and_from_its_own_browser_only(door):
    keyring = add_passkey(door.enter())
    client = door.client()
    offer = client.post("/sign-in/passkey", json={}).json
    answer = json.loads(keyring.prove(json.dumps(offer["options"])))
    stranger = door.client().post("/sign-in/passkey", json={"answer": answer})
    assert stranger.status_code == 403
    assert client.post("/sign-in/passkey", json={"answer": answer}).status_code == 200
    assert client.post("/sign-in/passkey", json={"answer": answer}).status_code == 403


@pytest.mark.parametrize("answer", [[], 7, "x", {}, {"rawId": 5}, {"id": "x", "response": {}}])
def test_an_answer_made_by_hand_is_refused_in_words(door, answer):
    client = door.client()
    client.post("/sign-in/passkey", json={})
    refused = client.post("/sign-in/passkey", json={"answer": answer})
    assert refused.status_code == 403
    assert refused.json["todo"]


@pytest.mark.parametrize("body", ["", "[]", "7", "{", '{"answer":' + "[" * 100_000])
def test_a_body_that_is_no_object_is_refused(door, body):
    answer = door.client().post("/sign-in/passkey", data=body, content_type="application/json")
    assert answer.status_code == 400


@pytest.mark.asvs("6.3.1")
def test_guessing_gets_ten_looks_in_a_quarter_of_an_hour_and_the_victim_still_comes_in(door):
    """Forty guesses from many places at one account: ten are looked at; the owner's passkey opens meanwhile."""
    keyring = add_passkey(door.enter())
    app = door.app
    app.extensions["merr.knocks"] = type(app.extensions["merr.knocks"])(PER_MINUTE * 1000, AT_ONCE * 100)
    client = door.client()
    for i in range(40):
        guess = {"name": door.planner.name, "password": f"{WRONG} {i}"}
        answer = client.post("/sign-in", data=guess, environ_base={"REMOTE_ADDR": f"10.0.{i}.1"})
        assert answer.status_code == 403
    looked = [detail for action, detail in door.events() if action == "sign_in.refused"]
    assert len(looked) == 10
    assert looked[-1]["slowed"] is True
    right = client.post("/sign-in", data={"name": door.planner.name, "password": door.planner.password})
    assert right.status_code == 403, "not even the right password is looked at"
    assert by_passkey(door.client(), keyring).status_code == 200
    door.run("UPDATE people.attempts SET at = at - interval '16 minutes'")
    door.enter()


def test_an_address_that_knocks_without_end_is_told_to_wait(door):
    # While the clock stands nothing is given back, however slow the machine.
    door.app.extensions["merr.knocks"] = Knocks(PER_MINUTE, AT_ONCE, clock=lambda: 0.0)
    client = door.client()
    answers = [client.post("/sign-in/passkey", json={}).status_code for _ in range(AT_ONCE + 2)]
    assert answers[:AT_ONCE] == [200] * AT_ONCE
    late = client.post("/sign-in/passkey", json={})
    assert late.status_code == 429
    assert int(late.headers["Retry-After"]) >= 1
    other = client.post("/sign-in/passkey", json={}, environ_base={"REMOTE_ADDR": "10.1.1.1"})
    assert other.status_code == 200
    forged = client.post("/sign-in/passkey", json={}, headers={"X-Forwarded-For": "10.2.2.2"})
    assert forged.status_code == 429


def test_a_step_up_gives_the_session_a_new_secret_and_a_fresh_proof(door):
    client = door.enter()
    door.run("UPDATE people.sessions SET proved_at = proved_at - interval '11 minutes'")
    page = client.get("/account").text
    assert "Say again that it is you" in page
    assert client.post("/account/passkey", json={}).status_code == 403
    first = cookie(client)
    wrong = client.post("/step-up", data={"code": "000000", "next": "/account"})
    assert wrong.status_code == 403
    assert "This code is not taken" in wrong.text
    right = client.post("/step-up", data={"code": door.code(), "next": "/account"})
    assert (right.status_code, right.location) == (303, "/account")
    assert cookie(client) != first
    assert client.post("/account/passkey", json={}).status_code == 200
    stale = door.client()
    stale.set_cookie("merr", first)
    assert stale.get("/who").status_code == 401


def test_a_step_up_by_passkey_does_the_same(door):
    client = door.enter()
    keyring = add_passkey(client)
    door.run("UPDATE people.sessions SET proved_at = NULL")
    offer = client.post("/step-up/passkey", json={}).json
    answer = json.loads(keyring.prove(json.dumps(offer["options"])))
    assert client.post("/step-up/passkey", json={"answer": answer, "next": "/who"}).json == {"next": "/who"}
    assert client.post("/account/passkey", json={}).status_code == 200


@pytest.mark.asvs("6.4.1")
def test_a_password_that_somebody_else_was_shown_leads_to_its_change_and_nowhere_else(door):
    door.run("UPDATE people.accounts SET password_until = now() + interval '1 day'")
    client = door.enter()
    assert client.get("/ask").status_code == 403
    sent = client.get("/ask", headers=PAGE)
    assert client.get("/who", headers=PAGE).location == "/account"
    assert sent.status_code in (302, 403)
    page = client.get("/account", headers=PAGE).text
    assert "Choose one of your own before anything else" in page
    refused = client.post("/account/password", data={"old": WRONG, "new": "gravel otter lantern plum"})
    assert "The old password is not right" in refused.text
    short = client.post("/account/password", data={"old": door.planner.password, "new": "short"})
    assert "This password cannot be used" in short.text
    done = client.post(
        "/account/password", data={"old": door.planner.password, "new": "gravel otter lantern plum"}
    )
    assert done.location == "/account?done=password"
    assert client.get("/ask").text == "ranked"


@pytest.mark.asvs("6.2.2")
def test_a_changed_password_ends_every_other_session(door):
    other, client = door.enter(), door.enter()
    new = {"old": door.planner.password, "new": "gravel otter lantern plum"}
    assert client.post("/account/password", data=new).status_code == 303
    assert client.get("/who").status_code == 200
    assert other.get("/who").status_code == 401


def test_somebody_may_end_all_their_other_sessions_and_take_a_second_proof_away(door):
    other, client = door.enter(), door.enter()
    add_passkey(client)
    assert client.post("/account/others").status_code == 303
    assert other.get("/who").status_code == 401
    page = client.get("/account").text
    assert "Laptop" in page
    which = page.split("/account/authenticators/")[2].split('"')[0]
    assert client.post(f"/account/authenticators/{which}").status_code == 303
    assert "Laptop" not in client.get("/account").text
    assert client.post(f"/account/authenticators/{which}").status_code == 403
    assert client.post("/account/authenticators/nonsense").status_code == 403


def test_a_disabled_account_is_out_on_the_next_request(door):
    client = door.enter()
    door.run("UPDATE people.accounts SET disabled_at = now()")
    assert client.get("/who").status_code == 401


def test_a_token_has_no_account_page_and_steps_nothing_up(door, database_url):
    with session_scope(database_url) as session:
        account_id = door.planner.account_id
        token, _ = sessions.begin(session, account_id, kind="token", proved=False, method="test")
    line = {"Authorization": f"Bearer {token}"}
    client = door.app.test_client()
    assert client.get("/who", headers=line).status_code == 200
    for path in ("/account", "/step-up"):
        assert client.get(path, headers=line).status_code == 400
    assert client.post("/step-up", data={"code": door.code()}, headers=line).status_code == 400
    assert client.post("/step-up/passkey", json={}, headers=line).status_code == 400


def test_a_password_reset_ends_a_sign_in_that_waits_for_its_code(door, database_url):
    client = door.client()
    client.post("/sign-in", data={"name": door.planner.name, "password": door.planner.password})
    with session_scope(database_url) as session:
        set_password(session, door.planner.account_id, "gravel otter lantern plum")
    assert client.post("/sign-in", data={"code": door.code()}).status_code == 403


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in?code=1", "/account", "/step-up"])
def test_no_page_of_the_wall_holds_a_script_or_style_of_its_own(door, path):
    client = door.enter()
    answer = client.get(path)
    assert answer.status_code == 200
    assert "<style" not in answer.text
    assert "style=" not in answer.text
    assert "onclick" not in answer.text
    assert all("></script>" in part for part in answer.text.split("<script")[1:])
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "sha256" not in policy
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.asvs("5.3.2")
def test_only_style_and_script_are_open_below_their_path(door):
    client = door.client()
    assert client.get("/sign-in/files/wall.css").status_code == 200
    assert client.get("/sign-in/files/passkeys.js").mimetype == "text/javascript"
    for name in ("../app.py", "%2e%2e/app.py", "frame.html", "../../../pyproject.toml", ""):
        assert client.get(f"/sign-in/files/{name}").status_code in (401, 404), name


def test_a_refusal_is_a_page_for_a_person_and_an_object_for_a_script(door):
    client = door.enter()
    assert "This cannot be shown" in client.get("/nowhere", headers=PAGE).text
    assert client.get("/nowhere").json["title"] == "Not Found"

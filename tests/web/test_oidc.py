"""Signing in through an identity provider that keeps to the standards, and through one that lies."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from registry.db.engine import session_scope
from registry.people.subjects import account_of_subject
from tests.web.conftest import ORIGIN, Door
from tests.web.oidc_provider import ACR, CLIENT_ID, CLIENT_SECRET, Provider
from web.wall import provider as provider_module

BACK = "/sign-in/provider"


@pytest.fixture(scope="module")
def running():
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def provider(running):
    """Return the provider, honest again."""
    running.claims, running.header, running.metadata = {}, {}, {}
    running.signed_with, running.published = None, [running.key]
    running.answers_iss, running.session_age = True, 0
    running.codes.clear()
    running.asked.clear()
    running.fetched.clear()
    return running


@pytest.fixture
def built_with(built, known, provider, database_url, planner):
    def build(**values):
        given = {
            "oidc_issuer": provider.issuer,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": SecretStr(CLIENT_SECRET),
            "oidc_acr": ACR,
            **values,
        }
        return Door(built(known(**given)), database_url, planner)

    return build


@pytest.fixture
def door(built_with, provider):
    """Return the wall with a provider whose subject an administrator has linked to the planner."""
    made = built_with()
    link(made, provider)
    return made


def link(door, provider):
    with session_scope(door.url) as session:
        account_of_subject(session, provider.issuer, provider.subject)
    door.run(
        f"UPDATE people.subjects SET account_id = '{door.planner.account_id}', linked_at = now()"  # noqa: S608
    )


def go(client, wanted="/who"):
    """Return where the provider sends the browser back to after somebody signed in there."""
    sent = client.get(f"{BACK}?{urlencode({'next': wanted})}")
    assert sent.status_code == 302
    answer = requests.get(sent.location, allow_redirects=False, timeout=120)
    assert answer.headers["Location"].startswith(f"{ORIGIN}{BACK}?")
    return answer.headers["Location"].removeprefix(ORIGIN)


def refused(client, address, words):
    answer = client.get(address)
    assert answer.status_code == 403
    assert words in answer.text, answer.text
    assert client.get("/who").status_code == 401


def with_(address, **changes):
    """Return an address with some of its question's parts changed, or left out when None."""
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    query.update(changes)
    return f"{parts.path}?{urlencode({name: value for name, value in query.items() if value is not None})}"


def test_whoever_is_linked_comes_in_and_to_the_page_that_was_wanted(door, provider):
    client = door.client()
    answer = client.get(go(client))
    assert (answer.status_code, answer.location) == (303, "/who")
    assert client.get("/who").text == "Pat Planner"
    (asked,) = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) >= 32
    assert len(asked["state"]) >= 32
    assert asked["acr_values"] == ACR
    assert asked["redirect_uri"] == f"{ORIGIN}{BACK}"
    assert "secret" not in asked
    assert client.post("/account/passkey", json={}).status_code == 200, "the provider's second factor counts"
    assert door.events()[-1][1]["method"] == "identity provider"


def test_the_sign_in_page_offers_the_provider_by_its_host_only_when_there_is_one(door, built, known):
    assert "Sign in through 127.0.0.1" in door.client().get("/sign-in").text
    alone = built(known()).test_client()
    assert "Sign in through" not in alone.get("/sign-in").text
    assert alone.get(BACK).status_code == 404


def test_without_an_agreed_class_the_provider_proves_no_second_factor(built_with, provider):
    door = built_with(oidc_acr="")
    link(door, provider)
    client = door.client()
    assert client.get(go(client)).status_code == 303
    assert client.post("/account/passkey", json={}).status_code == 403
    assert "acr_values" not in provider.asked[0]


@pytest.mark.parametrize(
    ("auth_time", "fresh"),
    [(0, True), (-500, True), (30, True), (-700, False), (-90_000, False), (120, False), (None, False)],
)
def test_what_was_proved_at_the_provider_is_as_old_here_as_it_is_there(door, provider, auth_time, fresh):
    provider.claims = {"auth_time": None if auth_time is None else int(time.time()) + auth_time}
    client = door.client()
    assert client.get(go(client)).status_code == 303, "the sign-in itself is taken"
    assert client.post("/account/passkey", json={}).status_code == (200 if fresh else 403)
    if fresh and auth_time < 0:
        door.run("UPDATE people.sessions SET proved_at = proved_at - interval '2 minutes'")
        assert client.post("/account/passkey", json={}).status_code == 403


@pytest.mark.parametrize("said", [True, 1.5e300, -(10**30), 10**30])
def test_a_moment_that_is_none_proves_nothing(door, provider, said):
    provider.claims = {"auth_time": said}
    client = door.client()
    assert client.get(go(client)).status_code == 303
    assert client.post("/account/passkey", json={}).status_code == 403


def test_a_session_of_this_morning_at_the_provider_is_asked_anew_and_proves_then(door, provider):
    provider.session_age = 9 * 3600
    client = door.client()
    client.get(go(client))
    assert int(provider.asked[0]["max_age"]) == 300
    assert client.post("/account/passkey", json={}).status_code == 200


def test_whoever_proves_nothing_here_steps_up_at_the_provider_or_is_told_whom_to_ask(
    door, provider, built_with
):
    door.run("DELETE FROM people.authenticators")
    provider.claims = {"auth_time": None}
    client = door.client()
    client.get(go(client))
    page = client.get("/step-up?next=/account").text
    assert 'href="/sign-in/provider?next=/account"' in page
    assert "Ask an administrator" in page
    provider.claims = {}
    client.get(go(client, "/account"))
    assert client.post("/account/passkey", json={}).status_code == 200
    bare = built_with(oidc_acr="").client()
    bare.get(go(bare))
    page = bare.get("/step-up?next=/account").text
    assert "/sign-in/provider" not in page
    assert "Ask an administrator for a new sign-in" in page
    assert "Add a passkey" not in page


def test_a_subject_that_nobody_linked_is_refused_and_noted_for_the_administrator(built_with, provider):
    door = built_with()
    client = door.client()
    refused(client, go(client), "No account here belongs to this sign-in")
    with session_scope(door.url) as session:
        assert account_of_subject(session, provider.issuer, provider.subject) is None
    assert door.events()[-1] == ("sign_in.refused", {"reason": "subject", "address": "127.0.0.1"})


def test_an_account_is_keyed_on_issuer_and_subject_together(door):
    door.run("UPDATE people.subjects SET issuer = 'https://other.example'")
    client = door.client()
    refused(client, go(client), "No account here belongs")


def test_a_disabled_account_does_not_come_in_through_the_provider(door):
    door.run("UPDATE people.accounts SET disabled_at = now()")
    client = door.client()
    refused(client, go(client), "No account here belongs")


LIES = {
    "another nonce": {"nonce": "x" * 48},
    "no nonce": {"nonce": None},
    "another audience": {"aud": "somebody-else"},
    "another audience, by this client": {"aud": "somebody-else", "azp": CLIENT_ID},
    "a second audience without azp": {"aud": [CLIENT_ID, "somebody-else"]},
    "another authorized party": {"azp": "somebody-else"},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "no end": {"exp": None},
    "no beginning": {"iat": None},
    "no subject": {"sub": None},
    "an empty subject": {"sub": ""},
    "a subject that is no text": {"sub": 7},
    "no class": {"acr": None},
    "a weaker class": {"acr": "urn:example:password"},
    "a hash of another access token": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.asvs("9.2.1")
def test_an_id_token_with_one_false_claim_opens_nothing(door, provider, lie):
    provider.claims = LIES[lie]
    client = door.client()
    refused(client, go(client), "The identity provider&#39;s sign-in was not taken")
    assert door.events()[-1][1]["given"] == "an ID token that is not believed"


@pytest.mark.parametrize(("name", "by_s", "taken"), [
    ("exp", -120, False),
    ("exp", -30, True),
    ("iat", 120, False),
    ("iat", 30, True),
    ("nbf", 120, False),
])  # fmt: skip
def test_clocks_may_differ_by_a_minute_and_no_more(door, provider, name, by_s, taken):
    provider.claims = {name: int(time.time()) + by_s}
    client = door.client()
    assert client.get(go(client)).status_code == (303 if taken else 403)


@pytest.mark.asvs("9.1.1")
def test_a_token_without_a_signature_opens_nothing(door, provider):
    provider.header = {"alg": "none"}
    client = door.client()
    refused(client, go(client), "was not taken")


def test_a_token_signed_with_the_public_key_as_a_secret_opens_nothing(door, provider):
    provider.header = {"alg": "HS256"}
    client = door.client()
    refused(client, go(client), "was not taken")


@pytest.mark.asvs("9.1.2")
def test_a_token_of_another_algorithm_opens_nothing_even_with_the_right_key(door, provider):
    key = RSAKey.generate_key(2048, {"kid": "one"})  # as published by many: the key itself names no algorithm
    provider.signed_with, provider.published, provider.header = key, [key], {"alg": "RS512"}
    client = door.client()
    refused(client, go(client), "was not taken")


@pytest.mark.asvs("9.1.3")
def test_a_token_signed_with_another_key_of_the_same_name_opens_nothing(door, provider):
    provider.signed_with = RSAKey.generate_key(2048, {"kid": "one"})
    client = door.client()
    refused(client, go(client), "was not taken")


def test_a_key_that_the_provider_changed_is_fetched_anew_but_not_for_every_token(door, provider, monkeypatch):
    client = door.client()
    assert client.get(go(client)).status_code == 303
    second = RSAKey.generate_key(2048, {"kid": "two", "use": "sig", "alg": "RS256"})
    provider.signed_with, provider.published, provider.header = second, [second], {"kid": "two"}
    client = door.client()
    provider.fetched.clear()
    refused(client, go(client), "was not taken")
    assert provider.fetched.count("/keys") == 0, "fetched less than a minute ago"
    monkeypatch.setattr(provider_module, "KEYS_ANEW_S", 0)
    client = door.client()
    assert client.get(go(client)).status_code == 303
    assert provider.fetched.count("/keys") == 1


def test_what_the_provider_says_of_itself_is_asked_once(door, provider):
    for _ in range(3):
        client = door.client()
        assert client.get(go(client)).status_code == 303
    assert provider.fetched.count("/.well-known/openid-configuration") == 1
    assert provider.fetched.count("/keys") == 1


def test_an_answer_is_taken_once(door):
    client = door.client()
    address = go(client)
    (kept,) = (each for each in client._cookies.values() if each.key.endswith("merr-trip"))
    assert client.get(address).status_code == 303
    client.post("/sign-out")
    client.set_cookie(kept.key, kept.value)
    refused(client, address, "This sign-in does not belong to this browser")


def test_a_code_that_was_used_elsewhere_is_refused(door, provider):
    client = door.client()
    address = go(client)
    provider.codes.clear()
    refused(client, address, "was not taken")


def test_an_answer_with_another_state_or_none_opens_nothing_and_ends_the_trip(door):
    for changed in ({"state": "x"}, {"state": ""}, {"state": None}):
        client = door.client()
        address = go(client)
        refused(client, with_(address, **changed), "does not belong to this browser")
        refused(client, address, "does not belong to this browser")


def test_an_answer_begun_in_another_browser_opens_nothing(door):
    """Login by somebody else's code: an attacker hands the victim the way back of their own sign-in."""
    refused(door.client(), go(door.client()), "does not belong to this browser")


def test_a_code_is_bound_to_the_verifier_of_its_own_trip(door):
    """Somebody who caught a code brings it with a state of their own: PKCE refuses it at the provider."""
    caught = parse_qs(urlsplit(go(door.client())).query)["code"][0]
    client = door.client()
    refused(client, with_(go(client), code=caught), "was not taken")
    assert door.events()[-1][1]["given"] == "a code that the provider does not take", (
        "before the nonce is looked at"
    )


def test_an_answer_of_another_provider_is_refused(door):
    for changed in ({"iss": "https://evil.example"}, {"iss": None}):
        client = door.client()
        refused(client, with_(go(client), **changed), "does not belong to this browser")


def test_a_provider_that_never_names_itself_in_its_answers_is_taken(built_with, provider):
    provider.answers_iss = False
    door = built_with()
    link(door, provider)
    client = door.client()
    assert client.get(go(client)).status_code == 303


@pytest.mark.asvs("1.2.1", "3.2.2")
def test_the_providers_own_refusal_is_said_without_its_words_running_as_a_page(door, provider):
    client = door.client()
    state = parse_qs(urlsplit(go(client)).query)["state"][0]
    query = urlencode({"error": "<script>alert(1)</script>", "state": state, "iss": provider.issuer})
    answer = client.get(f"{BACK}?{query}")
    assert answer.status_code == 403
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "said",
    [
        {"issuer": "https://evil.example"},
        {"authorization_endpoint": "http://evil.example/authorize"},
        {"authorization_endpoint": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
def test_a_provider_that_says_false_things_of_itself_is_not_gone_to(door, provider, said):
    provider.metadata = said
    answer = door.client().get(BACK)
    assert answer.status_code == 403
    assert "was not taken" in answer.text


@pytest.mark.parametrize(
    "said", [{"token_endpoint": "http://evil.example/token"}, {"jwks_uri": "file:///etc/passwd"}]
)
def test_a_provider_that_names_unsafe_places_gets_no_code(door, provider, said):
    provider.metadata = said
    client = door.client()
    refused(client, go(client), "was not taken")


def test_a_provider_that_is_not_there_is_said_and_local_accounts_still_work(built_with):
    door = built_with(oidc_issuer="http://127.0.0.1:9")
    answer = door.client().get(BACK)
    assert answer.status_code == 403
    assert "sign in with a local account" in answer.text
    assert door.enter().get("/who").status_code == 200


def test_nobody_is_sent_to_another_site_after_coming_back(door):
    client = door.client()
    assert client.get(go(client, "//evil.example")).location == "/"

"""The ways in, in a real browser: by typing, by a passkey, and what is seen on the way."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from registry.db.engine import session_scope
from registry.people import accounts, fresh
from registry.people.appointments import appoint
from registry.people.totp import code_at
from tests.browser.conftest import LOOKS, watch
from tests.browser.steps import PATIENCE_S, empty
from tests.browser.test_page import serious


@pytest.fixture(scope="module")
def handed(registry_url, sealed):
    """Return the sign-in of a planner of this module; the server opens second factors with the same key."""
    assert sealed
    with session_scope(registry_url) as session:
        account = accounts.add(session, None, "bea.browser", "Bea Browser")
        appoint(session, None, account.id, "planner")
        return fresh.make_fresh(session, account, shown_for=None)


@pytest.fixture
def stranger(chromium, server, seen):
    """Return a function that opens an address by the name localhost, to which passkeys belong, in a fresh browser."""
    contexts = []
    place = server.replace("127.0.0.1", "localhost")

    def opened(path="/", *, width=1440, dark=False):
        context = chromium.new_context(
            reduced_motion="reduce",
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        contexts.append(context)
        page = context.new_page()
        watch(page, place, seen)
        page.goto(f"{place}{path}")
        return page

    yield opened
    for context in contexts:
        context.close()


@contextmanager
def authenticator(page):
    """Give the page's browser an authenticator of its own, which holds passkeys and verifies its user."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    made = tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    yield tools, made["authenticatorId"]


def present_code(registry_url, handed):
    with session_scope(registry_url) as session:
        session.execute(text("UPDATE people.authenticators SET last_step = NULL"))
    return code_at(handed.totp_key, datetime.now(UTC))


def type_in(page, registry_url, handed):
    page.get_by_label("Name").fill(handed.name)
    page.get_by_label("Password").fill(handed.password)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Six digits").fill(present_code(registry_url, handed))
    page.get_by_role("button", name="Sign in").click()


def test_a_stranger_types_name_password_and_code_and_is_where_they_wanted_to_be(
    stranger, registry_url, handed, seen
):
    page = stranger("/incidents")
    page.get_by_role("heading", name="Sign in").wait_for()
    type_in(page, registry_url, handed)
    page.wait_for_url("**/incidents")
    page.get_by_role("heading", name="Incidents").wait_for()
    assert seen == []


def test_a_passkey_is_added_and_signs_in_and_steps_up(stranger, registry_url, handed, seen):
    page = stranger("/account")
    with authenticator(page) as (tools, key):
        type_in(page, registry_url, handed)
        page.get_by_role("heading", name="Your account").wait_for()
        page.get_by_label("What to call the new passkey").fill("This laptop")
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_text("The passkey is added").wait_for()
        (held,) = tools.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]
        assert held["rpId"] == "localhost"
        assert held["isResidentCredential"]

        page.get_by_role("button", name="Sign out").click()
        page.get_by_text("You are signed out.").wait_for()
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(lambda address: address.endswith("/"))
        empty(page)

        page.goto(page.url + "step-up?next=/account")
        page.get_by_role("heading", name="Say again that it is you").wait_for()
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_role("heading", name="Your account").wait_for()
    assert seen == []


def test_a_passkey_that_is_not_there_is_said_in_words(stranger, seen):
    page = stranger("/sign-in")
    with authenticator(page):
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_text("The browser gave no passkey").wait_for()
    assert seen == []


def test_a_page_whose_session_ended_says_so_and_leads_back(stranger, registry_url, handed):
    page = stranger("/")
    type_in(page, registry_url, handed)
    empty(page)
    page.context.clear_cookies()
    page.get_by_role("link", name="Incidents").first.click()
    page.locator("#fault .errb, h1:has-text('Sign in')").first.wait_for()
    if page.locator("#fault .errb").count():
        page.get_by_role("link", name="Sign in again").click()
    page.get_by_role("heading", name="Sign in").wait_for()


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_pages_before_the_registry_have_no_serious_finding_of_axe(
    stranger, registry_url, handed, width, dark
):
    page = stranger("/sign-in", width=width, dark=dark)
    _fits(page, width)
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("tractor violin candle")
    page.get_by_role("button", name="Continue").click()
    page.locator(".errb").wait_for()
    _fits(page, width)
    page.get_by_label("Name").fill(handed.name)
    page.get_by_label("Password").fill(handed.password)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Six digits").wait_for()
    _fits(page, width)
    page.get_by_label("Six digits").fill(present_code(registry_url, handed))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "sign-in" not in address)
    root = page.url.rstrip("/").split("/", 3)
    for path in ("account", "step-up", "sign-in?out=1"):
        page.goto(f"{root[0]}//{root[2]}/{path}")
        page.locator("h1").wait_for()
        _fits(page, width)


def _fits(page, width):
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").count() == 1

"""The pages of trust in a real browser: by keyboard, with a second factor on the way, wide, narrow and dark."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from registry.db.engine import session_scope
from registry.people import totp
from registry.people.authenticators import add_totp
from registry.people.scopes import Scope
from tests.browser.conftest import LOOKS
from tests.browser.steps import choose
from tests.browser.test_page import serious

PAGES = (
    ("declarer", "/declarations"),
    ("declarer", "/declarations/new"),
    ("declarer", "/declarations/waiver"),
    ("planner", "/declarations"),
    ("auditor", "/audit"),
    ("administrator", "/accounts"),
    ("administrator", "/accounts/{account}"),
    ("administrator", "/records"),
    ("planner", "/account/access"),
    ("planner", "/account/looks"),
    ("company", "/company"),
)


@pytest.fixture
def company(registry_url):
    with session_scope(registry_url) as session:
        return session.scalar(text("SELECT id::text FROM registry.providers ORDER BY name LIMIT 1"))


@pytest.mark.proof
@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_no_page_of_trust_has_a_serious_finding_of_axe(
    opened, registry_url, signed_in, company, seen, width, dark
):
    known = {}
    for role, path in PAGES:
        scope = Scope(provider_id=company) if role == "company" else Scope()
        somebody = known.setdefault(role, signed_in(registry_url, role, scope))
        page = opened(
            somebody, path.replace("{account}", known["declarer"].account_id), width=width, dark=dark
        )
        assert page.locator(".errb").count() == 0, path
        assert serious(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.close()
    assert seen == []


def fill(page, number):
    """Fill the form of a declaration by keyboard."""
    page.get_by_label("Number").fill(number)
    page.get_by_label("Authority").fill("Governor of Missouri")
    choose(page, "Counties", "Jasper")
    page.keyboard.press("Escape")


def press(page, name):
    button = page.get_by_role("button", name=name, exact=True)
    button.focus()
    page.keyboard.press("Enter")


def test_a_declaration_is_recorded_confirmed_and_ended_by_keyboard(opened, registry_url, signed_in, seen):
    first, second = signed_in(registry_url, "declarer"), signed_in(registry_url, "declarer")
    page = opened(first, "/declarations/new")
    fill(page, "26-41")
    page.get_by_role("button", name="Add region D").press("Enter")
    page.get_by_text("Greene county").first.wait_for()
    press(page, "Record")
    page.wait_for_url(re.compile(r"/declarations/[0-9a-f-]{36}\?said=recorded"))
    page.get_by_text("another declarer must confirm it").first.wait_for()
    path = re.search(r"/declarations/[0-9a-f-]{36}", page.url)[0]
    assert serious(page) == []
    other = opened(second, path)
    press(other, "Confirm")
    other.get_by_text("Confirmed.").wait_for()
    other.get_by_text("In force").wait_for()
    press(other, "End it")
    other.get_by_text("The reason is empty").wait_for()
    other.get_by_label("Why").fill("The waters fell")
    press(other, "End it")
    other.get_by_text("Contacts that it opened are closed from now on").wait_for()
    assert seen == []


def test_a_form_is_come_back_to_filled_after_the_second_factor(opened, registry_url, signed_in, sealed, seen):
    assert sealed
    somebody, key = signed_in(registry_url, "declarer", proved=False), totp.new_key()
    with session_scope(registry_url) as session:
        add_totp(session, somebody.account_id, key, label="app")
    page = opened(somebody, "/declarations/new")
    fill(page, "26-42")
    press(page, "Record")
    page.wait_for_url("**/step-up?next=*")
    page.get_by_label("Six digits").fill(totp.code_at(key, datetime.now(UTC)))
    page.keyboard.press("Enter")
    page.wait_for_url("**/declarations/new?*")
    page.get_by_text("Jasper county").first.wait_for()
    assert page.get_by_label("Number").input_value() == "26-42"
    press(page, "Record")
    page.wait_for_url(re.compile(r"\?said=recorded"))
    assert seen == []


def test_a_role_shows_only_the_field_that_bounds_it(opened, registry_url, signed_in, seen):
    chief, planner = signed_in(registry_url, "administrator"), signed_in(registry_url, "planner")
    page = opened(chief, f"/accounts/{planner.account_id}")
    region = page.get_by_label("Region", exact=True)
    assert region.first.is_hidden()
    choose(page, "Role", "Regional coordinator")
    page.locator("#appoint-of-coordinator:not([hidden])").wait_for()
    assert page.locator("#appoint-of-local").is_hidden()
    choose(page, "Region", "Region D")
    press(page, "Appoint")
    page.get_by_role("button", name="Dismiss: Regional coordinator, region D").wait_for()
    press(page, "Make a new sign-in")
    page.get_by_text("shown once").wait_for()
    assert seen == []


def test_an_auditor_narrows_the_list_and_verifies_the_chain(opened, registry_url, signed_in, seen):
    page = opened(signed_in(registry_url, "auditor"), "/audit")
    press(page, "Verify now")
    page.get_by_text("Intact").wait_for()
    choose(page, "Action", "Verified the audit")
    press(page, "Show")
    page.wait_for_url("**/audit?action=audit.verified")
    page.get_by_text("verified the audit's chain").first.wait_for()
    assert seen == []


@pytest.mark.usefixtures("names_closed")
def test_a_company_sees_what_planners_would_see_before_it_keeps_it(
    opened, registry_url, signed_in, company, seen
):
    page = opened(signed_in(registry_url, "company", Scope(provider_id=company)), "/company")
    page.locator("#preview").get_by_text("Name closed").wait_for()
    page.get_by_label("Yes, show our name").check()
    page.locator("#preview").get_by_text("Demo").wait_for()
    press(page, "Keep this")
    page.get_by_text("Kept. It holds from the next question on.").wait_for()
    assert page.get_by_label("Yes, show our name").is_checked()
    assert seen == []

"""A tour of every page, as every role that may open it: no browser sees a breach of the content policy."""

from __future__ import annotations

import pytest

from dashboard.app import PAGES
from registry.db.engine import session_scope
from registry.incidents.store import list_incidents
from registry.people.access import may_somewhere
from registry.people.principal import Appointment, Principal
from registry.people.scopes import Scope
from tests.browser.conftest import watch

BREACHES = "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))"
ROLES = {"planner": Scope(), "declarer": Scope(), "auditor": Scope(), "administrator": Scope()}
LOCAL = Scope(counties=("29097",))
OURS = ("/account", "/step-up", "/sign-in", "/nowhere")
NOT_THERE = "00000000-0000-0000-0000-000000000000"


def _addresses(role, registry_url):
    asks = Principal(account_id="", session_id="", name="", appointments=(Appointment(role=role),))
    with session_scope(registry_url) as session:
        saved = [str(row.id) for row in list_incidents(session)]
    for page in PAGES:
        if page.action is None or may_somewhere(asks, page.action):
            known = saved[0] if saved and page.address.startswith("/incidents/") else NOT_THERE
            yield page.address.replace("{id}", known)
    yield from OURS


@pytest.mark.parametrize("role", [*ROLES, "local"])
def test_no_page_breaks_the_content_policy(chromium, server, registry_url, signed_in, seen, role):
    context = chromium.new_context(reduced_motion="reduce")
    context.set_default_timeout(45_000)
    context.add_init_script(BREACHES)
    somebody = signed_in(registry_url, role, ROLES.get(role, LOCAL))
    context.add_cookies([somebody.cookie(server)])
    page = context.new_page()
    watch(page, server, seen)
    for address in _addresses(role, registry_url):
        page.goto(f"{server}{address}")
        page.locator("h1").first.wait_for()
        page.wait_for_load_state("networkidle")
    context.close()
    assert seen == []


def test_the_tour_would_hear_of_a_breach(chromium, server, registry_url, signed_in, seen):
    context = chromium.new_context()
    context.add_init_script(BREACHES)
    context.add_cookies([signed_in(registry_url, "planner").cookie(server)])
    page = context.new_page()
    watch(page, server, seen)
    page.goto(f"{server}/account")
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = '1'; document.body.append(s) }"
    )
    page.wait_for_timeout(300)
    context.close()
    assert any(line.startswith("console: policy: script-src") for line in seen)

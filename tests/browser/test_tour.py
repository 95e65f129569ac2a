"""A tour of every page, as somebody who may open it: no browser sees a breach of the content policy."""

from __future__ import annotations

from sqlalchemy import text

from dashboard.app import PAGES
from registry.db.engine import session_scope
from registry.people.access import may_somewhere
from registry.people.principal import Appointment, Principal
from registry.people.scopes import Scope
from tests.browser.conftest import watch

BREACHES = "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))"
NOT_THERE = "00000000-0000-0000-0000-000000000000"
ROLES = ("planner", "designer", "declarer", "auditor", "administrator", "company")
OURS = ("/account", "/step-up", "/sign-in", "/nowhere")


def _tours(saved):
    """Return each address to open by the role that opens it: every page once, as the first role that may."""
    tours = {role: [] for role in ROLES}
    for page in PAGES:
        address = page.address.replace("{id}", saved if page.address.startswith("/incidents/") else NOT_THERE)
        tours[next(role for role in ROLES if page.action is None or _may(role, page.action))].append(address)
    tours["planner"] += OURS
    return tours


def _scope(role, registry_url):
    if role != "company":
        return Scope()
    with session_scope(registry_url) as session:
        return Scope(provider_id=session.scalar(text("SELECT min(id::text) FROM registry.providers")))


def _may(role, action):
    asks = Principal(account_id="", session_id="", name="", appointments=(Appointment(role=role),))
    return may_somewhere(asks, action)


def test_no_page_breaks_the_content_policy(chromium, server, registry_url, signed_in, columbia, seen):
    context = chromium.new_context(reduced_motion="reduce")
    context.set_default_timeout(45_000)
    context.add_init_script(BREACHES)
    page = context.new_page()
    watch(page, server, seen)
    for role, addresses in _tours(columbia.removeprefix("/incidents/")).items():
        context.add_cookies([signed_in(registry_url, role, _scope(role, registry_url)).cookie(server)])
        for address in addresses:
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

"""A tour of every page, as somebody who may open it: no browser sees a breach of the content policy."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from dashboard.app import PAGES
from matching.scenarios import desk
from matching.scenarios.patch import read_patch
from registry.db.engine import session_scope
from registry.exercises import store as exercises
from registry.people.access import may_somewhere
from registry.people.principal import Appointment, Principal
from registry.people.scopes import Scope
from registry.people.sessions import principal_of
from registry.trust import declarations
from tests.browser.conftest import watch
from tests.browser.steps import PATIENCE_S

BREACHES = "addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.violatedDirective + ' ' + e.blockedURI))"
ROLES = ("planner", "designer", "declarer", "auditor", "administrator", "company")
OURS = ("/account", "/step-up", "/sign-in", "/nowhere")


@pytest.fixture
def people(registry_url, signed_in):
    """Return one signed-in person of each role."""
    with session_scope(registry_url) as session:
        company = session.scalar(text("SELECT min(id::text) FROM registry.providers"))
    scopes = {"company": Scope(provider_id=company)}
    return {role: signed_in(registry_url, role, scopes.get(role, Scope())) for role in ROLES}


@pytest.fixture
def things(registry_url, people, columbia):
    """Return the id of something that is there for each beginning of an address: what a page of one thing shows."""
    with session_scope(registry_url) as session:
        who = {role: principal_of(session, people[role].secret, "") for role in ("designer", "declarer")}
        company = session.scalar(text("SELECT min(id::text) FROM registry.providers"))
    with session_scope(registry_url, principal=who["designer"]) as session:
        exercise = exercises.make(session, who["designer"], name="Tour")
        patch = read_patch(
            {"name": "Tour", "author": "D. Specimen", "reason": "Tour", "weather": [{"factor": 1.5}]}
        )
        scenario = desk.new(session, who["designer"], patch).id
    with session_scope(registry_url, principal=who["declarer"]) as session:
        now = datetime.now(UTC)
        declaration = declarations.record(
            session,
            who["declarer"],
            instrument="local",
            number="Tour",
            authority="Adair county",
            counties=["29001"],
            starts_at=now,
            ends_at=now + timedelta(hours=1),
        )
    return {
        "/incidents/": columbia.removeprefix("/incidents/"),
        "/exercises/": exercise,
        "/scenarios/": scenario,
        "/declarations/": declaration,
        "/records/": company,
        "/accounts/": people["planner"].account_id,
    }


def _tours(things):
    """Return each address to open by the role that opens it: every page once, as the first role that may.

    An exercise is opened by the designer who made it.
    """
    tours = {role: [] for role in ROLES}
    for page in PAGES:
        thing = next((str(own) for begin, own in things.items() if page.address.startswith(begin)), "")
        assert thing or "{id}" not in page.address, page.address
        roles = ("designer",) if page.address.startswith("/exercises/") else ROLES
        tours[next(role for role in roles if page.action is None or _may(role, page.action))].append(
            page.address.replace("{id}", thing)
        )
    tours["planner"] += OURS
    return tours


def _may(role, action):
    asks = Principal(account_id="", session_id="", name="", appointments=(Appointment(role=role),))
    return may_somewhere(asks, action)


@pytest.mark.proof
def test_no_page_breaks_the_content_policy(chromium, server, people, things, seen):
    context = chromium.new_context(reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_S * 1000)
    context.add_init_script(BREACHES)
    page = context.new_page()
    watch(page, server, seen)
    for role, addresses in _tours(things).items():
        context.add_cookies([people[role].cookie(server)])
        for address in addresses:
            page.goto(f"{server}{address}")
            page.locator("h1").first.wait_for()
            assert page.locator(".errb").count() == 0, address
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

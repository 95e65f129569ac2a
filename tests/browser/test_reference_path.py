"""The reference path: no declaration, one recorded and confirmed, a contact opened for a purpose, the declaration ended, closed.

Pictures of its steps go to the folder that SCREENSHOTS names; `scripts/screenshots.py` sets it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cli.demo import NAME, joplin, save_once
from registry.db.engine import session_scope
from registry.directory.store import kinds
from registry.incidents.store import list_incidents
from tests.browser.conftest import watch
from tests.browser.steps import PATIENCE_S, ranked, until
from tests.browser.test_page import serious
from tests.registry.trust.acts import PLANNER

WORDS = "Generators for the hospital"


@pytest.fixture
def incident(registry_url):
    """Return the address of the demo's incident, saved in the served registry."""
    with session_scope(registry_url) as session:
        save_once(session, PLANNER, joplin(kinds(session)))
        return next(f"/incidents/{row.id}" for row in list_incidents(session) if row.name == NAME)


@pytest.fixture
def enter(chromium, server, registry_url, signed_in, seen):
    """Return a function that opens an address in a browser of somebody's own, signed in with a role."""
    contexts = []

    def entered(role, path):
        context = chromium.new_context(reduced_motion="reduce", viewport={"width": 1440, "height": 900})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_S * 1000)
        context.add_cookies([signed_in(registry_url, role).cookie(server)])
        page = context.new_page()
        watch(page, server, seen)
        page.goto(f"{server}{path}")
        return page

    yield entered
    for context in contexts:
        context.close()


@pytest.fixture
def keep():
    """Return a function that keeps a picture of a page, where somebody asked for pictures."""
    folder = os.environ.get("SCREENSHOTS")

    def kept(page, name):
        if folder:
            page.wait_for_timeout(800)
            page.screenshot(path=str(Path(folder) / f"path-{name}.png"))

    return kept


def line(page, state, words):
    """Wait until the line below the header is open (o) or closed (cl) and says something."""
    page.locator(f"#contacts.{state}", has_text=words).wait_for()


def names(page):
    """Return the names of the list's rows that the grid has drawn."""
    return page.locator("#ranked .ag-center-cols-container .name").all_inner_texts()


def show_contact(page, row):
    """Pick a row, say what for, and return what is disclosed."""
    page.locator(f".ag-row[row-index='{row}'] .ag-cell").first.click()
    page.locator(".card.picked summary", has_text="Show contact").click()
    page.get_by_label("Or more, in your own words").fill(WORDS)
    page.get_by_role("button", name="Record and show").click()
    page.locator(".disclosed").wait_for()
    return page.locator(".disclosed").inner_text()


def kept_anywhere(page, words):
    """Return where else than on the card a browser holds some words: its storage, the address, the page's stores."""
    return page.evaluate(
        """words => {
            const places = {
                session: JSON.stringify({ ...sessionStorage }),
                local: JSON.stringify({ ...localStorage }),
                address: location.href,
                state: JSON.stringify(history.state),
            };
            return Object.keys(places).filter(name => (places[name] || '').includes(words));
        }""",
        words,
    )


@pytest.mark.proof
@pytest.mark.usefixtures("names_closed")
def test_contacts_open_under_a_declaration_for_a_purpose_and_close_when_it_ends(enter, incident, keep, seen):
    planner = enter("planner", incident)
    ranked(planner)
    line(planner, "cl", "No declaration covers Jasper or Newton county")
    assert "Name closed" in names(planner)
    keep(planner, "1-closed")

    first = enter("declarer", incident)
    first.get_by_role("link", name="Record a declaration").click()
    first.get_by_label("Number", exact=True).fill("DEMO-11-07")
    first.get_by_label("Authority", exact=True).fill("Governor of Missouri")
    keep(first, "2-recorded")
    first.get_by_role("button", name="Record", exact=True).click()
    first.get_by_role("heading", name="Governor's proclamation DEMO-11-07").wait_for()
    line(planner, "cl", "waits for a second declarer")

    second = enter("declarer", "/declarations")
    second.get_by_role("link", name="Governor's proclamation DEMO-11-07").first.click()
    second.get_by_role("button", name="Confirm", exact=True).click()
    second.get_by_text("In force").first.wait_for()
    keep(second, "3-confirmed")

    line(planner, "o", "for Jasper and Newton counties")
    until(planner, "() => !document.querySelector('#ranked .name.closed')")
    ranked(planner)
    contact = show_contact(planner, 4)
    assert "look recorded" in contact
    assert "@example.org" in contact
    mail = next(word for word in contact.split() if word.endswith("@example.org"))
    line(planner, "o", "What you looked at (1)")
    assert kept_anywhere(planner, mail) == []
    assert serious(planner) == []
    keep(planner, "4-open")

    planner.get_by_role("button", name="Show what lies inside").click()
    planner.locator(".card.picked").wait_for(state="detached")
    assert mail not in planner.content()
    assert mail in show_contact(planner, 4)

    second.get_by_label("Why", exact=True).fill("The emergency is over")
    second.get_by_role("button", name="End it").click()
    second.get_by_text("Ended").first.wait_for()
    line(planner, "cl", "was ended at")
    until(planner, "mail => !document.documentElement.outerHTML.includes(mail)", mail)
    until(planner, "() => document.querySelector('#ranked .name.closed')")
    assert planner.locator(".disclosed").count() == 0
    keep(planner, "5-closed-again")
    assert seen == []

"""The frame: which page stands at an address, what the menu shows to whom, and who is said to be signed in."""

from __future__ import annotations

import pytest
from dash import html

from dashboard import account
from dashboard.app import PAGES, here_of, home_of, navigation
from dashboard.pages.page import Asked, Page, menu_of, page_of
from registry.people.principal import ROLES, Appointment, Principal


def who(*roles):
    held = tuple(Appointment(role=role, counties=frozenset({"29097"})) for role in roles)
    return Principal(account_id="a", session_id="s", name="R. Example", appointments=held)


def test_an_address_with_an_open_place_says_what_stands_there():
    page, parts = page_of(PAGES, "/incidents/0a-1/")
    assert (page.address, parts) == ("/incidents/{id}", {"id": "0a-1"})
    assert page_of(PAGES, "/incidents/0a-1/more") is None
    assert page_of(PAGES, "/incidents/new")[0].address == "/incidents/new"


def test_the_menu_shows_only_what_the_account_may_do_somewhere():
    words = {role: [page.menu for page in menu_of(PAGES, who(role))] for role in ROLES}
    assert words["planner"][:2] == words["local"][:2] == ["New incident", "Incidents"]
    assert "New incident" not in words["declarer"]
    assert "Incidents" in words["declarer"]
    for role in ("company", "auditor", "administrator", "beoc"):
        assert not {"New incident", "Incidents"} & set(words[role]), role


def test_the_menu_marks_the_page_that_an_address_lies_below():
    assert here_of(PAGES, "/incidents/7").menu == "Incidents"
    assert here_of(PAGES, "/").menu == "New incident"
    assert here_of(PAGES, "/nowhere") is None
    marked = [
        link.href
        for link in navigation(PAGES, who("planner"), "/incidents/7")
        if "aria-current" in link.to_plotly_json()["props"]
    ]
    assert marked == ["/incidents"]


@pytest.mark.parametrize(("role", "address"), [("planner", "/"), ("company", "/firm")])
def test_whoever_ranks_nothing_begins_at_the_first_page_of_their_menu(role, address):
    pages = (
        Page("/", "match.ask", html.Div, "New incident"),
        Page("/firm", "provider.show", html.Div, "Company"),
    )
    assert home_of(pages, Asked(who(role), "/")).pathname == address
    assert home_of(pages, Asked(who(role), "/incidents")).pathname == "/incidents"


def test_several_roles_are_all_named_and_none_is_said():
    assert account.roles_of(who("planner", "declarer")) == "Declarer, SEMA planner"
    assert account.roles_of(who()) == "No role yet"

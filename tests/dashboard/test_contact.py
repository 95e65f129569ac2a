"""The look at a contact through the page's callbacks, as browsers call them, by the web's login."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from cli.application import assemble
from cli.demo import NAME, joplin, save_once
from dashboard.state import stores_of
from registry.db.engine import session_scope
from registry.directory.store import kinds
from registry.incidents.store import list_incidents, load_incident
from registry.people.scopes import Scope
from registry.people.sessions import principal_of
from registry.settings import settings
from registry.trust import declarations
from tests.dashboard.reading import answered, call, found, words
from tests.registry.trust.acts import HOUR, PLANNER, now


class Office:
    """The demo registry under a server, with whoever signs in."""

    def __init__(self, owner, web, signed_in):
        self.owner, self.web, self.signed_in = owner, web, signed_in
        self.server = assemble(settings(), web)
        with session_scope(owner) as session:
            save_once(session, PLANNER, joplin(kinds(session)))
            self.incident = next(str(row.id) for row in list_incidents(session) if row.name == NAME)
            self.shown = stores_of(load_incident(session, self.incident))
        self.saved = {"id": self.incident, "key": ""}
        self.about = {"incident": self.incident, "same": True, "counties": ["29097", "29145"]}

    def client(self, role, scope=None):
        given = [scope] if scope else []
        return self.signed_in(self.owner, role, *given).client(self.server)

    def _principal(self, role):
        secret = self.signed_in(self.owner, role).secret
        with session_scope(self.owner) as session:
            return principal_of(session, secret, "a-request")

    def declare(self, counties=("29097", "29145")):
        first, second = self._principal("declarer"), self._principal("declarer")
        with session_scope(self.web, principal=first) as session:
            made = declarations.record(
                session,
                first,
                instrument="proclamation",
                number="26-07",
                authority="Governor of Missouri",
                counties=list(counties),
                starts_at=now() - HOUR,
                ends_at=None,
            )
        with session_scope(self.web, principal=second) as session:
            declarations.confirm(session, second, made)
        return lambda: self._end(second, made)

    def _end(self, who, made):
        with session_scope(self.web, principal=who) as session:
            declarations.end(session, who, made, "Over")

    def rows(self, client):
        """Return the rows of the list as a browser gets them."""
        asked = {**self.shown, "saved": self.saved}
        answer = call(client, "ranked.rowData", asked)
        return [row for row in answered(answer, "ranked", "rowData") if row.get("rank")]

    def card(self, client, asset):
        values = {"picked": asset, "shown": self.shown, "old": False, "saved": self.saved}
        return answered(call(client, "card.children", values), "card", "children")

    def look(self, client, provider, purpose="Ask for what this incident needs", own=None):
        at = {"type": "look", "provider": provider}
        values = {
            "look": at,
            "saved": self.saved,
            "purpose": purpose,
            "purpose-own": own,
        }
        return press_look(client, at, values)

    def events(self, action):
        with session_scope(self.owner) as session:
            return session.execute(
                text(
                    "SELECT provider_id::text, purpose FROM trust.events WHERE action = :action ORDER BY seq"
                ),
                {"action": action},
            ).all()


def press_look(client, at, values):
    """Return the answer of the look's callback: its output and inputs are those of one card."""
    mate = lambda kind: {"type": kind, "provider": at["provider"]}  # noqa: E731
    known = next(
        each["output"] for each in client.get("/_dash-dependencies").json if '"contact"' in each["output"]
    )
    body = {
        "output": known,
        "outputs": {"id": mate("contact"), "property": "children"},
        "inputs": [{"id": at, "property": "n_clicks", "value": 1}],
        "state": [
            {"id": mate("purpose"), "property": "value", "value": values["purpose"]},
            {"id": mate("purpose-own"), "property": "value", "value": values["purpose-own"]},
            {"id": "saved", "property": "data", "value": values["saved"]},
        ],
        "changedPropIds": [f'{{"provider":"{at["provider"]}","type":"look"}}.n_clicks'],
    }
    return client.post("/_dash-update-component", json=body)


@pytest.fixture
def office(demo_url, as_login, signed_in):
    return Office(demo_url, as_login(demo_url, "merr_web"), signed_in)


def provider_on(card):
    given = found(card, "contact")
    return given and given["id"]["provider"]


def test_a_contact_is_shown_once_with_its_look_recorded_and_closed_when_the_declaration_ends(office):
    planner = office.client("planner")
    closed = office.rows(planner)
    assert any(row["name"] == "Name closed" for row in closed)
    card = office.card(planner, closed[0]["id"])
    assert provider_on(card) is None
    assert "Closed until a declaration covers the area" in words(card)

    end = office.declare()
    opened = office.rows(planner)
    assert not any(row["name"] == "Name closed" for row in opened)
    provider = provider_on(office.card(planner, opened[0]["id"]))
    shown = office.look(planner, provider, own="Generators for the hospital")
    told = words(next(iter(shown.json["response"].values()))["children"])
    assert "look recorded" in told
    assert "@example.org" in told
    assert office.events("look") == [
        (provider, "Ask for what this incident needs: Generators for the hospital")
    ]
    # Nothing else of the page has it.
    assert "@example.org" not in words(office.card(planner, opened[0]["id"]))

    end()
    refused = words(next(iter(office.look(planner, provider).json["response"].values()))["children"])
    assert "Contacts are closed" in refused
    assert "@example.org" not in refused
    assert len(office.events("look")) == 1
    assert office.events("look.refused")[-1][0] == provider
    assert any(row["name"] == "Name closed" for row in office.rows(planner))


def test_a_look_without_a_purpose_is_refused_in_words(office):
    planner = office.client("planner")
    office.declare()
    provider = provider_on(office.card(planner, office.rows(planner)[0]["id"]))
    answer = words(
        next(iter(office.look(planner, provider, purpose=None).json["response"].values()))["children"]
    )
    assert "A look needs a purpose" in answer
    assert office.events("look") == []


@pytest.mark.parametrize("role", ["declarer", "auditor", "administrator", "designer"])
def test_no_other_role_gets_to_a_look(office, role):
    planner = office.client("planner")
    office.declare()
    provider = provider_on(office.card(planner, office.rows(planner)[0]["id"]))
    other = office.client(role)
    assert office.look(other, provider).status_code == 403
    assert office.events("look") == []


def test_a_manager_of_another_county_gets_no_list_and_no_contact_here(office):
    planner = office.client("planner")
    office.declare()
    provider = provider_on(office.card(planner, office.rows(planner)[0]["id"]))
    boone = office.client("local", Scope(counties=("29019",)))
    told = words(next(iter(office.look(boone, provider).json["response"].values()))["children"])
    assert "outside your jurisdiction" in told
    assert "@example.org" not in told
    assert call(boone, "ranked.rowData", {**office.shown, "saved": office.saved}).status_code != 500


def test_the_line_says_open_while_it_is_and_closed_at_the_next_question(office):
    planner = office.client("planner")

    def line():
        answer = call(planner, "contacts.children", {"about": office.about, "told": None, "pulse": 1})
        return " ".join(words(answered(answer, "contacts", "children")).split())

    assert "No declaration covers Jasper or Newton county" in line()
    end = office.declare()
    assert "Contacts are open for Jasper and Newton counties" in line()
    end()
    assert "Contacts are closed" in line()
    assert "was ended at" in line()


def test_a_declarer_reads_an_incident_and_ranks_nothing(office):
    declarer = office.client("declarer")
    office.declare()
    answer = call(declarer, "ranked.rowData", {**office.shown, "saved": office.saved})
    assert answered(answer, "ranked", "rowData") == []
    assert "Who ranks providers" in words(answered(answer, "state-slot", "children"))

"""Every action by role by {own, foreign} through the pages and their callbacks is as the table of access says."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from dashboard.app import PAGES
from registry.db.engine import session_scope
from registry.people.access import ACCESS
from tests.access_cases import NOBODY, NOT_ON_PAGES, OF_ONESELF, TABLE_SAYS_NO, cases
from tests.access_office import office
from tests.canary import doors
from tests.dashboard.reading import UPDATE, call
from web.wall.classes import CLASSES

MOMENTS = {"declaration-from-turn": "first", "declaration-until-turn": "first", "waiver-from-turn": "first"}
FORM = {
    "declaration-instrument": "local",
    "declaration-number": "1",
    "declaration-authority": "Jasper County",
    "declaration-counties": ["29097"],
    "waiver-number": "1",
    "waiver-authority": "MoDOT",
    "waiver-relief": "10 % more weight",
    "waiver-until-turn": "first",
    **MOMENTS,
}
"""What a declarer types."""


SEAT = text("SELECT seat_lon, seat_lat FROM registry.counties WHERE fips = :fips")


@pytest.fixture(scope="module")
def at_work(clone, demo_template):
    with office(clone, demo_template) as made:
        made.known = doors.callbacks(made.clients["planner"])
        with session_scope(made.url) as session:
            made.seat = {
                where: [round(degrees, 5) for degrees in session.execute(SEAT, {"fips": fips}).one()]
                for where, fips in made.county.items()
            }
        yield made


class Person:
    """Somebody of one role at one place, and what each of the pages' doors answers them."""

    def __init__(self, at_work, case):
        self.office, self.role, self.where = at_work, case.role, case.where
        self.client = at_work.clients[case.role]
        self.incident = at_work.incident[case.where]
        self.exercise = at_work.exercise[case.where]

    def page(self, path, search=""):
        return call(self.client, "page-slot.children", {"url.pathname": path, "url.search": search})

    def press(self, output, pressed, values=()):
        return self.client.post(
            UPDATE,
            json=doors.body(
                next(each for each in self.office.known if output in each["output"].strip(".").split("...")),
                dict(values),
                pressed,
            ),
        )

    def incident_page(self):
        """Return what the browser holds on the page of the saved incident."""
        stores = self.office.stores[self.where]
        saved = {"id": self.incident, "key": ""}
        shown = {**stores, "incident": self.incident}
        return {**stores, "shown": shown, "saved": saved, "old": False}

    def declares(self, output, kind, **names):
        return self.press(output, {"type": kind, **names}, {**FORM, "end-reason": "It is over"})

    def in_exercise(self, output, pressed):
        shown = {"url.pathname": f"/exercises/{self.exercise}", "log-words": "Called the district"}
        return self.press(output, pressed, shown)

    def looks_on_map(self):
        return self.client.get("/map/sites.geojson?sectors=" + ",".join(SECTORS))

    def looks(self):
        provider = self.office.provider["own"]
        return doors.look_on_page(self.client, self.office.known, self.incident, provider)

    def reads_looks(self):
        """Return a company's looks where this role reads them: the auditor in the audit, others on the company's page."""
        provider = self.office.provider[self.where]
        if self.role == "auditor":
            return self.page("/audit", f"?company={provider}")
        return self.page("/company", f"?of={provider}")

    def company(self, output, kind, **names):
        values = {"shows-name": "no", "shows-place": "no", "records-reason": ""}
        return self.press(
            output, {"type": kind, "company": self.office.provider[self.where], **names}, values
        )


SECTORS = (
    "energy",
    "food_agriculture",
    "transportation_systems",
    "commercial_facilities",
    "critical_manufacturing",
)

DOORS = {
    "registry.look": Person.looks_on_map,
    "match.ask": lambda who: who.press("ranked.rowData", None, who.incident_page()),
    "match.export": lambda who: who.press("file.data", "download-csv", who.incident_page()),
    "coverage.read": lambda who: who.page("/coverage"),
    "run.make": lambda who: who.press("kept-answer.children", "keep-answer", who.incident_page()),
    "incident.read": lambda who: who.page(f"/incidents/{who.incident}"),
    "incident.save": lambda who: who.press(
        "saved.data",
        "save-incident",
        {**who.incident_page(), "incident-name": "Flood", "incident-kind": "flood"},
    ),
    "incident.close": lambda who: who.press(
        "incident-list.children", {"type": "close", "incident": who.incident}
    ),
    "declaration.read": lambda who: who.page("/declarations"),
    "declaration.record": lambda who: who.declares("record-go.href", "record-do", extends=""),
    "declaration.extend": lambda who: who.declares("record-go.href", "record-do", extends=NOBODY),
    "declaration.confirm": lambda who: who.declares("confirm-go.href", "confirm-do", declaration=NOBODY),
    "declaration.end": lambda who: who.declares("end-go.href", "end-do", declaration=NOBODY),
    "waiver.record": lambda who: who.press("waiver-go.href", "waiver-do", FORM),
    "contact.look": Person.looks,
    "provider.show": lambda who: who.company("show-go.href", "show-do"),
    "provider.looks": Person.reads_looks,
    "exercise.read": lambda who: who.page(f"/exercises/{who.exercise}"),
    "exercise.edit": lambda who: who.press("exercise-go.href", "exercise-do", {"exercise-name": "Flood"}),
    "exercise.run": lambda who: who.in_exercise(
        "exercise-live.children", {"type": "live-do", "what": "pause"}
    ),
    "exercise.play": lambda who: who.in_exercise("log-words.value", "log-do"),
    "audit.read": lambda who: who.page("/audit"),
    "account.read": lambda who: who.page("/accounts"),
    "account.manage": lambda who: who.press(
        "account-of.children", {"type": "account-do", "what": "enable", "account": NOBODY, "which": ""}
    ),
    "scenario.read": lambda who: who.page("/scenarios"),
    "scenario.edit": lambda who: who.press("sc-go.href", "sc-do", {"sc-title": ""}),
    "records.review": lambda who: who.company(
        "records-go.href", "records-do", what="closed", seen="2026-11-22T18:00:00+00:00"
    ),
    "records.export": lambda who: who.company("records-shown.children", "records-show"),
}
"""How each action is tried on the pages."""


def _let_in(case, answer, at_work):
    """Return whether the table let somebody through, whatever was said then; nothing said is no answer."""
    assert answer.status_code in (200, 403), answer.text
    refused = any(title in answer.text for title in TABLE_SAYS_NO)
    assert refused or answer.status_code == 200, answer.text
    if refused:
        return False
    if case.action == "registry.look":
        return at_work.seat[case.where] in [
            each["geometry"]["coordinates"] for each in answer.json["features"]
        ]
    if case.action == "match.ask":  # who may read an incident sees its page, ranked or not
        return bool(answer.json["response"]["ranked"]["rowData"])
    return True


def test_every_action_is_tried_here_or_has_no_page(at_work):
    asked_for = set(at_work.app.extensions[CLASSES].callbacks.values()) & set(ACCESS)
    asked_for |= {page.action for page in PAGES if page.action is not None}
    assert set(DOORS) | OF_ONESELF | set(NOT_ON_PAGES) == set(ACCESS)
    assert not set(DOORS) & set(NOT_ON_PAGES)
    untrue = asked_for & set(NOT_ON_PAGES)
    assert not untrue, f"these have a door on the pages now: try them in DOORS: {untrue}"


@pytest.mark.parametrize("case", cases(sorted(DOORS)), ids=str)
def test_the_pages_let_in_whom_the_table_lets_in(case, at_work):
    answer = DOORS[case.action](Person(at_work, case))
    assert _let_in(case, answer, at_work) == case.expected, answer.text[:2000]


def test_everybody_reads_what_they_did_and_where_they_are_signed_in_themselves(at_work):
    for client in at_work.clients.values():
        for path, heading in (("/account/looks", "What you looked at"), ("/account/access", "access")):
            answer = call(client, "page-slot.children", {"url.pathname": path, "url.search": ""})
            assert not any(title in answer.text for title in TABLE_SAYS_NO)
            assert heading in answer.text

"""What ends while somebody is at work is refused on the very next request, through every door."""

from __future__ import annotations

import pytest

from cli.application import assemble
from registry.people import accounts, appointments, sessions
from registry.settings import settings
from registry.trust import declarations
from tests.canary import doors
from tests.cli.test_declare import desk  # noqa: F401 - a fixture
from tests.registry.trust.acts import CHIEF, FIRST, act
from tests.registry.trust.desk import CANARY, LENDER
from tests.signed_in import sign_in

UPDATE = "/_dash-update-component"


def _end_session(session, _who, account_id):
    sessions.end_all(session, account_id, "signed out")


def _dismiss(session, who, account_id):
    (held,) = accounts.account_of(session, account_id).appointments
    appointments.dismiss(session, who, held.id)


ENDS = {
    "account disabled": accounts.disable,
    "role revoked": _dismiss,
    "session ended": _end_session,
}
OVER = "declaration ended"


class Work:
    """A planner at work: one browser and one token of the same session, on an office whose contacts are open."""

    def __init__(self, office):
        self.office = office
        self.planner = sign_in(office.url, "planner")
        self.client = self.planner.client(assemble(settings(), office.web))
        self.known = doors.callbacks(self.client)
        self.about = (office.incident, office.companies[LENDER])

    def look(self, door):
        """Return all that one look answers through a door."""
        if door == "command":
            return doors.command(self.planner.secret, "disclose", *self.about, "--purpose", doors.PURPOSE)
        if door == "rest":
            return doors.look_by_rest(self.client, *self.about).get_data(as_text=True)
        return doors.look_on_page(self.client, self.known, *self.about).get_data(as_text=True)

    def end(self, what):
        """Let something end, by whoever may end it."""
        if what == OVER:
            act(self.office.url, FIRST, declarations.end, self.office.declaration, "It is over")
        else:
            act(self.office.url, CHIEF, ENDS[what], self.planner.account_id)


@pytest.fixture
def work(desk):  # noqa: F811 - the fixture
    return Work(desk)


DOORS = ("command", "page", "rest")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("what", [*ENDS, OVER])
def test_what_ends_in_mid_use_closes_contacts_on_the_next_request(work, door, what):
    assert CANARY in work.look(door)
    work.end(what)
    assert CANARY not in work.look(door)
    events = work.office.sql("SELECT action FROM trust.events WHERE action LIKE 'look%' ORDER BY seq")
    assert [row.action for row in events].count("look") == 1


@pytest.mark.parametrize("what", ENDS)
def test_what_ends_in_mid_use_closes_pages_and_callbacks_on_the_next_request(work, what):
    (close,) = (each for each in work.known if each["output"].startswith("incident-list.children"))
    asked = doors.body(close, {}, {"type": "close", "incident": "x"})
    assert work.client.post(UPDATE, json=asked).status_code == 200
    work.end(what)
    assert work.client.post(UPDATE, json=asked).status_code == (403 if what == "role revoked" else 401)
    assert work.client.get("/_dash-layout").status_code == (200 if what == "role revoked" else 401)

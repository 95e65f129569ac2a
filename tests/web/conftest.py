"""The wall on a database of its own, asked by the web login, with somebody who can sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from registry.db.engine import session_scope
from registry.people import accounts, fresh
from registry.people.appointments import appoint
from registry.people.totp import code_at
from registry.settings import settings
from tests.signed_in import SAME_ORIGIN
from web.wall.app import create_app
from web.wall.classes import classify, for_action, signed_in
from web.wall.gate import principal

ORIGIN = "http://localhost:8050"


@dataclass
class Door:
    """The wall, the owner's URL of its database, and a planner's sign-in."""

    app: object
    url: str
    planner: fresh.FreshSignIn

    def client(self):
        """Return a browser that nobody is signed in with."""
        client = self.app.test_client()
        client.environ_base.update(SAME_ORIGIN)
        return client

    def code(self):
        """Return the present code, as if none had been used before."""
        with session_scope(self.url) as session:
            session.execute(text("UPDATE people.authenticators SET last_step = NULL"))
        return code_at(self.planner.totp_key, datetime.now(UTC))

    def enter(self, client=None):
        """Return a browser that the planner has signed in with, by password and code."""
        client = client or self.client()
        name, password = self.planner.name, self.planner.password
        assert client.post("/sign-in", data={"name": name, "password": password}).status_code == 303
        assert client.post("/sign-in", data={"code": self.code()}).status_code == 303
        return client

    def events(self):
        """Return the actions and details of all events, the oldest first."""
        with session_scope(self.url) as session:
            rows = session.execute(text("SELECT action, detail FROM trust.events ORDER BY seq")).all()
        return [(action, detail) for action, detail in rows]

    def run(self, statement):
        """Run a statement as the owner."""
        with session_scope(self.url) as session:
            session.execute(text(statement))


@pytest.fixture
def known(tmp_path, monkeypatch):
    """Return a function that gives the settings of a test, with second factors sealed by a key of its own."""
    monkeypatch.setenv("MERR_SEALING_KEY", str(tmp_path / "keys" / "sealing.key"))
    settings.cache_clear()

    def with_(**values):
        return settings().model_copy(update=values)

    yield with_
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def built(database_url, as_login):
    """Return a function that gives the wall by some settings, asked by the web login."""

    def build(values):
        app = create_app(values, lambda: "abc", as_login(database_url, "merr_web"))
        app.add_url_rule("/who", "who", signed_in(lambda: principal().name))
        app.add_url_rule("/ask", "ask", for_action("match.ask")(lambda: "ranked"))
        classify(app, {})
        return app

    return build


@pytest.fixture
def planner(database_url, known):
    """Return the sign-in of a planner."""
    known()
    with session_scope(database_url) as session:
        account = accounts.add(session, None, "pat.planner", "Pat Planner")
        appoint(session, None, account.id, "planner")
        return fresh.make_fresh(session, account, shown_for=None)


@pytest.fixture
def door(built, known, database_url, planner):
    """Return the wall with a planner who can sign in."""
    return Door(built(known()), database_url, planner)

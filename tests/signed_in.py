"""Somebody who is signed in: an account with one role and a real session, for Flask's test client or for Chromium."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from registry.db.engine import session_scope
from registry.people import accounts, sessions
from registry.people.appointments import appoint
from registry.people.scopes import EVERYWHERE

SAME_ORIGIN = {"HTTP_SEC_FETCH_SITE": "same-origin"}

_numbers = itertools.count()


@dataclass(frozen=True)
class SignedIn:
    """An account's session: its secret is what the browser's cookie holds."""

    account_id: str
    session_id: str
    name: str
    secret: str

    def client(self, server):
        """Return a test client of `server` that is signed in and asks from its own pages."""
        client = server.test_client()
        client.environ_base.update(SAME_ORIGIN)
        client.set_cookie("merr", self.secret)
        return client

    def cookie(self, address):
        """Return the cookie as Playwright adds it to a window that opens `address`."""
        return {"name": "merr", "value": self.secret, "url": address, "httpOnly": True, "sameSite": "Lax"}


def sign_in(url, role, scope=EVERYWHERE, *, proved=True):
    """Return a fresh account of that role in the database at `url`, signed in."""
    name = f"{role}-{next(_numbers)}"
    with session_scope(url) as session:
        account = accounts.add(session, None, name, f"{role.capitalize()} Tester")
        appoint(session, None, account.id, role, scope)
        secret, session_id = sessions.begin(session, account.id, kind="browser", proved=proved, method="test")
    return SignedIn(account.id, session_id, account.full_name, secret)

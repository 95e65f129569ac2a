"""People by hand: accounts with a role, signed in."""

from __future__ import annotations

import itertools

from registry.people import accounts, appointments, sessions
from registry.people.scopes import Scope

_numbers = itertools.count()


def somebody(session, *roles, name=None):
    """Return an account with these roles, each a role or a pair of role and scope."""
    made = accounts.add(session, None, name or f"person-{next(_numbers)}", "R. Example")
    for given in roles:
        role, scope = given if isinstance(given, tuple) else (given, Scope())
        appointments.appoint(session, None, made.id, role, scope)
    return accounts.account_of(session, made.id)


def signed_in(session, account, **more):
    """Return the secret and the principal of a new session of an account."""
    wanted = {"kind": "browser", "proved": True, "method": "password and code", **more}
    secret, _ = sessions.begin(session, account.id, **wanted)
    return secret, asking(session, secret)


def asking(session, secret):
    """Return the principal whom the secret stands for, as the next request sees it."""
    return sessions.principal_of(session, secret, "request")

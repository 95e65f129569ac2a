"""Who a command acts as: the account of `merr login`, looked up anew for each command."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.people.principal import Principal


def acting() -> Principal:
    """Return the principal of the token that `merr login` keeps.

    Raises
    ------
    RegistryError
        Nobody is signed in here, the token has ended, or its file cannot be used.
    """
    from cli.token_file import kept
    from registry.db.engine import session_scope
    from registry.db.logins import dsn
    from registry.errors import RegistryError
    from registry.people.sessions import principal_of

    secret = kept()
    if secret is not None:
        with session_scope(dsn("web")) as session:
            principal = principal_of(session, secret, f"cli-{secrets.token_hex(8)}")
        if principal is not None:
            return principal
    raise RegistryError(
        "You are not signed in",
        given="no token" if secret is None else "a token that has ended",
        wanted="an account: each command acts as one",
        todo="run `merr login NAME`",
    )

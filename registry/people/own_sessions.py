"""Somebody's own sessions, ended one by one from wherever they are signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import RegistryError
from registry.people.access import Target, require
from registry.people.acts import note
from registry.people.sessions import end, open_sessions

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.people.principal import Principal


def end_own(session: Session, principal: Principal, session_id: str) -> None:
    """End one of the principal's own sessions; it is refused from its next request on.

    Raises
    ------
    AccessError
        The account has no role, or the token was made for other things.
    RegistryError
        The principal has no live session of that id.
    """
    require(principal, "account.own", Target(account_id=principal.account_id))
    if session_id not in [one.id for one in open_sessions(session, principal.account_id)]:
        raise RegistryError(
            "There is no such session",
            given="a session that has ended, or is not yours",
            wanted="one of your own that holds",
            todo="load the page again to see those that hold",
        )
    end(session, session_id)
    note(session, "session.ended", principal, ended=session_id)

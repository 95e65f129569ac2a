"""An account at work without a session: what a job asks on behalf of whoever put it there."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from registry.people.access import AccessError
from registry.people.principal import Principal
from registry.people.sessions import appointments_of
from registry.people.tables import AccountRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_HELD = text(
    "SELECT role, region, counties, sector, provider_id FROM people.held WHERE account_id = :account ORDER BY role"
)


def standing(session: Session, account_id: str) -> Principal:
    """Return an account with what it is appointed to now; it is in no session, so it can look at no contact.

    Raises
    ------
    AccessError
        The account is disabled.
    """
    account = uuid.UUID(account_id)
    name = session.scalar(
        select(AccountRow.full_name).where(AccountRow.id == account, AccountRow.disabled_at.is_(None))
    )
    if name is None:
        raise AccessError(
            "This account is disabled",
            given=f"account {account_id}",
            wanted="an enabled account",
            todo="ask an administrator to enable it, and ask again",
        )
    held = session.execute(_HELD, {"account": account}).mappings().all()
    return Principal(
        account_id=account_id,
        session_id="",
        name=name,
        appointments=appointments_of([dict(row) for row in held]),
    )

"""An account held still for a transaction, in one order everywhere: the account first, then what belongs to it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.people.tables import AccountRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def held_enabled(session: Session, account_id: str) -> AccountRow | None:
    """Return an account that nobody disables or changes until this transaction ends; None when it is not enabled.

    Without that a session begun while its account is being disabled would not be ended with the others, and come to
    life when the account is enabled again; and a password that was right would still let in once it was changed.
    """
    return session.scalar(
        select(AccountRow)
        .where(AccountRow.id == uuid.UUID(account_id), AccountRow.disabled_at.is_(None))
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )


def hold_account(session: Session, account_id: str) -> None:
    """Hold an account, if it is there, for a change of it or of what belongs to it, until this transaction ends."""
    session.execute(
        select(AccountRow.id).where(AccountRow.id == uuid.UUID(account_id)).with_for_update(key_share=True)
    )

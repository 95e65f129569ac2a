"""The names that go with accounts' ids, for lists that say who did something."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.people.tables import AccountRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session


def names_of(session: Session, account_ids: Iterable[str | None]) -> Mapping[str, str]:
    """Return the full name of each account, disabled ones included; an id that no account has is left out.

    A name says who stands for an act, such as a confirmation; whoever may see the act may see the name.
    """
    wanted = {uuid.UUID(each) for each in account_ids if each}
    found = session.execute(select(AccountRow.id, AccountRow.full_name).where(AccountRow.id.in_(wanted)))
    return {str(account_id): name for account_id, name in found}

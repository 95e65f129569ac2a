"""The key by which the ids of closed answers are made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from registry.trust.alias_tables import AliasKeyRow

if TYPE_CHECKING:
    from registry.db.engine import Session


def alias_key(session: Session) -> bytes:
    """Return the key of this registry, 32 bytes: who asks must not know it, and all processes have the same.

    It stands in the database, which whoever could read it there could ask for the sites themselves.
    """
    return session.execute(select(AliasKeyRow.key)).scalar_one()

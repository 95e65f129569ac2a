"""What asks for a fresh second factor: said in one table, and asked of the database at the moment of the act."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from registry.errors import RegistryError
from registry.people.limits import FRESH_FOR, is_fresh
from registry.people.tables import LIVE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from registry.people.principal import Principal

PROVED: Final[Mapping[str, str]] = {
    "declaration.record": "recording a declaration",
    "declaration.confirm": "confirming it",
    "declaration.extend": "extending it",
    "declaration.end": "ending it",
    "account.manage": "making, disabling, enabling and resetting accounts; roles; links to the identity provider",
    "rules.set": "changing a rule of the office",
    "records.review": "deciding whether what a company submitted stays closed",
    "records.export": "exporting records",
    "match.export": "an answer, a file or a kept run with open names",
    "account.own": "adding or taking away a second factor of one's own; making a token",
}
"""The actions of the table of access that ask for a second factor of the last ten minutes, each with what of it does.

To read asks for none. Programs' tokens never have one, so none of these is done by a token.
"""


class StepUpNeeded(RegistryError):  # noqa: N818 - it asks for something, and nothing failed
    """Something that needs a fresh second factor first."""


def require_fresh(session: Session, principal: Principal) -> None:
    """Refuse a session whose second factor is not fresh, by the database's clock and what it knows now.

    Raises
    ------
    StepUpNeeded
        The last second factor is too long ago, there was none, or the session has ended.
    """
    proved_at, now = session.execute(
        select(
            select(LIVE.c.proved_at)
            .where(LIVE.c.session_id == uuid.UUID(principal.session_id))
            .scalar_subquery(),
            func.clock_timestamp(),
        )
    ).one()
    if not is_fresh(proved_at, now):
        raise StepUpNeeded(
            "Prove once more that it is you",
            given="a second factor too long ago, or none",
            wanted=f"one within the last {FRESH_FOR // timedelta(minutes=1)} minutes",
            todo="give a code or a passkey, then do this again",
        )

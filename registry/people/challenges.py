"""What was begun and must be finished once and soon: a second factor, a passkey, a trip to an identity provider."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal

from sqlalchemy import delete, func, insert, select

from registry.people.bearer import hash_of, new_secret
from registry.people.holding import held_enabled
from registry.people.tables import ChallengeRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

Purpose = Literal["second factor", "passkey", "new passkey", "new totp", "step up", "provider"]

MINUTES: Final = 10
"""How long a challenge waits unless its maker says otherwise."""

_SWEPT: Final = 100


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A challenge that was there, and is not any more."""

    account_id: str | None
    facts: dict[str, Any]


def put(
    session: Session,
    purpose: Purpose,
    facts: Mapping[str, Any] | None = None,
    *,
    account_id: str | None = None,
    minutes: int = MINUTES,
) -> str:
    """Return the secret of a new challenge, to be handed to whoever shall finish it.

    Parameters
    ----------
    facts
        What the second half needs, as JSON.
    account_id
        Whose it is; it is forgotten when that account is disabled or changes its password.
    """
    _sweep(session)
    secret = new_secret()
    session.execute(
        insert(ChallengeRow).values(
            secret_hash=hash_of(secret),
            purpose=purpose,
            account_id=uuid.UUID(account_id) if account_id else None,
            facts=dict(facts or {}),
            expires_at=func.clock_timestamp() + timedelta(minutes=minutes),
        )
    )
    return secret


def take(session: Session, purpose: Purpose, secret: str) -> Taken | None:
    """Return the challenge of that secret and purpose, which is thereby used up; None when it is gone or over.

    One of an account that is not enabled any more is gone; the account stays held until the transaction ends.
    """
    account_id = whose(session, purpose, secret)
    if account_id is not None and held_enabled(session, str(account_id)) is None:
        return None
    row = session.execute(
        delete(ChallengeRow)
        .where(*_meant(purpose, secret))
        .returning(
            ChallengeRow.account_id, ChallengeRow.facts, ChallengeRow.expires_at > func.clock_timestamp()
        )
    ).one_or_none()
    if row is None or not row[2]:
        return None
    return Taken(account_id=str(row[0]) if row[0] else None, facts=row[1])


def whose(session: Session, purpose: Purpose, secret: str) -> uuid.UUID | None:
    """Return the id of the account that a challenge belongs to, which stays there; None when it is gone or nobody's."""
    return session.scalar(select(ChallengeRow.account_id).where(*_meant(purpose, secret)))


def _meant(purpose: Purpose, secret: str) -> tuple[ColumnElement[bool], ...]:
    return ChallengeRow.secret_hash == hash_of(secret), ChallengeRow.purpose == purpose


def _sweep(session: Session) -> None:
    """Remove some of what nobody finished in time; who else sweeps is not waited for."""
    over = (
        select(ChallengeRow.id)
        .where(ChallengeRow.expires_at < func.clock_timestamp())
        .limit(_SWEPT)
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(ChallengeRow).where(ChallengeRow.id.in_(over)))

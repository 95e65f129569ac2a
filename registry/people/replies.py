"""Answers kept for a day, so that a program that repeats a request gets the same one and nothing is done twice.

The key is held, the work is done and the answer is kept in one transaction: after a fault in the middle there is
neither. So an answer may be kept only where it tells no secret and opens nothing.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, select

from registry.people.reply_tables import ReplyRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from registry.people.principal import Principal

KEPT_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """An answer as it was given: `fingerprint` is the SHA-256 of what had been asked."""

    fingerprint: bytes
    status: int
    headers: Mapping[str, str]
    body: str


def hold(session: Session, principal: Principal, key: str) -> bool:
    """Return whether the account's key is this transaction's until its end; False while another one is at work on it."""
    digest = hashlib.sha256(f"{principal.account_id} {key}".encode()).digest()
    lock = int.from_bytes(digest[:8], "big", signed=True)
    return bool(session.scalar(select(func.pg_try_advisory_xact_lock(lock))))


def kept(session: Session, principal: Principal, key: str) -> Kept | None:
    """Return what a request of the account under that key was answered, None where there was none within a day."""
    row = session.scalar(_live(principal, key))
    if row is None:
        return None
    return Kept(fingerprint=row.fingerprint, status=row.status, headers=row.headers, body=row.body)


def keep(session: Session, principal: Principal, key: str, reply: Kept) -> None:
    """Keep an answer under a key that `hold` gave, and forget the answers whose day is over."""
    session.execute(delete(ReplyRow).where(ReplyRow.expires_at <= func.clock_timestamp()))
    row: dict[str, Any] = {
        "fingerprint": reply.fingerprint,
        "status": reply.status,
        "headers": dict(reply.headers),
        "body": reply.body,
    }
    session.add(
        ReplyRow(
            account_id=uuid.UUID(principal.account_id),
            key=key,
            expires_at=func.clock_timestamp() + KEPT_FOR,
            **row,
        )
    )
    session.flush()


def _live(principal: Principal, key: str) -> Any:  # noqa: ANN401 - a query
    return select(ReplyRow).where(
        ReplyRow.account_id == uuid.UUID(principal.account_id),
        ReplyRow.key == key,
        ReplyRow.expires_at > func.clock_timestamp(),
    )

"""Guessing is slowed, for each account and each address, without locking anybody out.

A try counts until it turns out right. Whoever is over the limit is refused unseen until older tries are a quarter of
an hour old; passkeys, and sessions that are there already, are not touched by it.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import delete, func, insert, or_, select, update

from registry.people.limits import KEPT, WINDOW, address_key, name_hash, over
from registry.people.tables import AttemptRow
from registry.settings import settings

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

Kind = Literal["password", "code", "passkey", "provider"]

_SWEPT: Final = 100


@dataclass(frozen=True, kw_only=True)
class Try:
    """A try that may be looked at; `last` when the next one of the account will not be."""

    id: str
    last: bool


def begin_try(session: Session, name: str, address: str, kind: Kind, *, apart: str = "") -> Try | None:
    """Return a try that counts from now on, before anything is verified; None when it is over a limit.

    Tries at one account, and from one address, wait for each other until the transaction ends, so that many at once
    are counted as if they came one by one.

    Parameters
    ----------
    name
        What was typed as the account's name, of an account or not.
    address
        Where it comes from; blank for this machine's own shell, which no address limit holds for.
    apart
        What is tried by whoever is signed in already, such as `step up`; counted apart from signing in by that name, and
        at no address: who tries is known, so that the account's own limit bounds it, and behind one address of an
        office neither keep mistyped codes others from signing in, nor guesses a declarer from stepping up.
    """
    hashed, place = name_hash(name, apart), "" if apart else address_key(address)
    if place:
        _hold(session, f"address {place}")
    _hold(session, f"name {hashed.hex()}")
    _sweep(session)
    known = settings()
    at_name = _count(session, AttemptRow.name_hash == hashed)
    at_address = _count(session, AttemptRow.address == place) if place else 0
    if over(at_name, known.tries_per_account) or over(at_address, known.tries_per_address):
        return None
    made = session.execute(
        insert(AttemptRow).values(name_hash=hashed, address=place, kind=kind).returning(AttemptRow.id)
    ).scalar_one()
    return Try(id=str(made), last=over(at_name + 1, known.tries_per_account))


def settle(session: Session, tried: Try, *, right: bool) -> None:
    """Note how a try turned out; one that was right does not count."""
    session.execute(
        update(AttemptRow)
        .where(AttemptRow.id == uuid.UUID(tried.id))
        .values(outcome="right" if right else "wrong")
    )


def _hold(session: Session, what: str) -> None:
    """Wait until nobody else holds this word, and hold it to the end of the transaction."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))


def _count(session: Session, whose: ColumnElement[bool]) -> int:
    """Return how many tries within the window count."""
    counted = select(func.count()).where(
        whose,
        or_(AttemptRow.outcome == "wrong", AttemptRow.outcome == "pending"),
        AttemptRow.at > func.clock_timestamp() - WINDOW,
    )
    return session.scalar(counted) or 0


def _sweep(session: Session) -> None:
    """Remove some tries that are kept no longer; who else sweeps is not waited for."""
    old = (
        select(AttemptRow.id)
        .where(AttemptRow.at < func.clock_timestamp() - KEPT)
        .limit(_SWEPT)
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(AttemptRow).where(AttemptRow.id.in_(old)))

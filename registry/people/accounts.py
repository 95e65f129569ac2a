"""Accounts: who may sign in, made, listed, disabled and enabled by an administrator."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from registry.errors import NotThereError, RegistryError
from registry.people.access import require
from registry.people.acts import note
from registry.people.appointments import (
    HeldAppointment,
    appointments_of,
    lock_administrators,
    refuse_last_administrator,
)
from registry.people.holding import hold_account
from registry.people.proof import require_fresh
from registry.people.sessions import end_all
from registry.people.tables import AccountRow, ChallengeRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.people.principal import Principal

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class Account:
    """Who may sign in, with the appointments that hold; `disabled_at` is an aware UTC moment, None when enabled."""

    id: str
    name: str
    full_name: str
    demo: bool
    has_password: bool
    disabled_at: datetime | None
    created_at: datetime
    appointments: tuple[HeldAppointment, ...] = ()


def add(
    session: Session, principal: Principal | None, name: str, full_name: str = "", *, demo: bool = False
) -> Account:
    """Return a new account without appointments and without any way to sign in.

    Parameters
    ----------
    principal
        Who makes it; None for the operator.
    name
        What is typed at sign-in; capitals count as small letters.
    full_name
        As screens show it; blank for the name itself.

    Raises
    ------
    AccessError
        `principal` may not manage accounts.
    StepUpNeeded
        Its second factor is not fresh.
    RegistryError
        The name cannot be used, or is taken.
    """
    if principal is not None:
        require(principal, "account.manage")
        require_fresh(session, principal)
    typed = read_name(name)
    made = session.execute(
        insert(AccountRow)
        .values(id=uuid.uuid4(), name=typed, full_name=full_name.strip() or typed, demo=demo)
        .on_conflict_do_nothing(index_elements=[AccountRow.name])
        .returning(AccountRow.id)
    ).scalar_one_or_none()
    if made is None:
        raise RegistryError(
            "This name is taken",
            given=repr(typed),
            wanted="a name that no account has, disabled ones included",
            todo="choose another name, or enable the account that has it",
        )
    account = _account(session, made)
    note(session, "account.made", principal, account=account.id, name=account.name)
    return account


def read_name(name: str) -> str:
    """Return a name as accounts have it: small letters.

    Raises
    ------
    RegistryError
        It holds something else than letters, digits, dots, underscores and hyphens, or is too long.
    """
    typed = name.strip().lower()
    if not _NAME.fullmatch(typed):
        raise RegistryError(
            "This name cannot be used",
            given=repr(name),
            wanted="1 to 64 letters a to z, digits, dots, underscores and hyphens; a letter or digit first",
            todo="choose such a name",
        )
    return typed


def named(session: Session, name: str) -> Account:
    """Return the account of that name, disabled or not.

    Raises
    ------
    RegistryError
        There is none.
    """
    row = session.scalar(select(AccountRow).where(AccountRow.name == name.strip().lower()))
    if row is None:
        raise NotThereError(
            "There is no such account",
            given=repr(name),
            wanted="the name of an account",
            todo="look at the list: merr account list",
        )
    return _account(session, row.id)


def account_of(session: Session, account_id: str) -> Account:
    """Return the account with that id.

    Raises
    ------
    RegistryError
        There is none.
    """
    return _account(session, uuid.UUID(account_id))


def list_accounts(
    session: Session, principal: Principal, *, after: str | None = None, limit: int | None = None
) -> tuple[Account, ...]:
    """Return all accounts in the order of their names, each with the appointments that hold.

    With `after` only those whose names come after that one, with `limit` no more than so many.

    Raises
    ------
    AccessError
        `principal` may not read accounts.
    """
    require(principal, "account.read")
    query = select(AccountRow).order_by(AccountRow.name).limit(limit)
    rows = session.scalars(query if after is None else query.where(AccountRow.name > after)).all()
    held = appointments_of(session, [str(row.id) for row in rows])
    return tuple(_as_account(row, held[str(row.id)]) for row in rows)


def disable(session: Session, principal: Principal, account_id: str) -> int:
    """Return how many sessions and tokens ended: all of the account's, at once.

    Raises
    ------
    AccessError
        `principal` may not manage accounts.
    StepUpNeeded
        Its second factor is not fresh.
    RegistryError
        There is no such account, or it is the last administrator's.
    """
    require(principal, "account.manage")
    require_fresh(session, principal)
    # The account before its appointments, as a look takes them: neither waits for what the other holds.
    hold_account(session, account_id)
    lock_administrators(session)
    refuse_last_administrator(session, account_id)
    account = _account(session, uuid.UUID(account_id))
    session.execute(
        update(AccountRow)
        .where(AccountRow.id == uuid.UUID(account_id), AccountRow.disabled_at.is_(None))
        .values(disabled_at=func.clock_timestamp())
    )
    forget_what_waits(session, account_id)
    ended = end_all(session, account_id, "disabled")
    note(session, "account.disabled", principal, account=account_id, name=account.name, sessions=ended)
    return ended


def enable(session: Session, principal: Principal, account_id: str) -> None:
    """Let a disabled account sign in again; what ended stays ended.

    Raises
    ------
    AccessError
        `principal` may not manage accounts.
    StepUpNeeded
        Its second factor is not fresh.
    RegistryError
        There is no such account.
    """
    require(principal, "account.manage")
    require_fresh(session, principal)
    account = _account(session, uuid.UUID(account_id))
    session.execute(update(AccountRow).where(AccountRow.id == uuid.UUID(account_id)).values(disabled_at=None))
    note(session, "account.enabled", principal, account=account_id, name=account.name)


def forget_what_waits(session: Session, account_id: str) -> None:
    """Forget every sign-in of an account that was begun and waits for its second half."""
    session.execute(delete(ChallengeRow).where(ChallengeRow.account_id == uuid.UUID(account_id)))


def _account(session: Session, account_id: uuid.UUID) -> Account:
    row = session.get(AccountRow, account_id, populate_existing=True)
    if row is None:
        raise NotThereError(
            "There is no such account",
            given=repr(str(account_id)),
            wanted="the id of an account",
            todo="look at the list of accounts",
        )
    return _as_account(row, appointments_of(session, [str(row.id)])[str(row.id)])


def _as_account(row: AccountRow, held: list[HeldAppointment]) -> Account:
    return Account(
        id=str(row.id),
        name=row.name,
        full_name=row.full_name,
        demo=row.demo,
        has_password=row.password_hash is not None,
        disabled_at=row.disabled_at,
        created_at=row.created_at,
        appointments=tuple(held),
    )

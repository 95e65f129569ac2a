"""Passwords of accounts: checked when chosen, set, and changed by their owner."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from registry.errors import RegistryError
from registry.people import throttle
from registry.people.accounts import account_of, forget_what_waits
from registry.people.acts import note
from registry.people.common_passwords import common_passwords
from registry.people.hashing import hash_password, verify
from registry.people.password_rules import LEAST_CHARS, MOST_CHARS, fault_of, normal
from registry.people.sessions import end_all
from registry.people.tables import AccountRow

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import timedelta

    from sqlalchemy.orm import Session

    from registry.people.principal import Principal


def check_new(password: str, names: Collection[str] = ()) -> None:
    """Refuse a password that others would try; nothing is prescribed but its length.

    Raises
    ------
    RegistryError
        It is too short, too long, on the list of common ones, repeats or counts on, or is the account's name.
    """
    fault = fault_of(password, common_passwords(), names)
    if fault is not None:
        raise RegistryError(
            "This password cannot be used",
            given=f"a password {fault}",
            wanted=f"{LEAST_CHARS} to {MOST_CHARS} characters of any kind that nobody would guess",
            todo="take four words that have nothing to do with each other, or let a password manager choose",
        )


def set_password(
    session: Session, account_id: str, password: str, *, shown_for: timedelta | None = None
) -> None:
    """Give an account a password; all its sessions, tokens and begun sign-ins end at once.

    Parameters
    ----------
    shown_for
        Of a password that somebody else was shown: for how long it is taken, and opens nothing but its change. None
        for one that only its owner knows.

    Raises
    ------
    RegistryError
        The password cannot be used.
    """
    _put(session, account_id, password, shown_for)
    end_all(session, account_id, "password")


def change_password(session: Session, principal: Principal, old: str, new: str) -> RegistryError | None:
    """Return the refusal of the old password, or None when the new one holds; commit in either case.

    Every other session and token of the account ends. The one at work goes on: the caller renews it.

    Raises
    ------
    RegistryError
        The new password cannot be used.
    """
    account = account_of(session, principal.account_id)
    check_new(new, (account.name, account.full_name))
    if normal(new) == normal(old):
        raise RegistryError(
            "This is the old password",
            given="the same password twice",
            wanted="another one",
            todo="choose a new password",
        )
    tried = throttle.begin_try(session, principal.account_id, "", "password", apart="new password")
    kept = session.scalar(
        select(AccountRow.password_hash)
        .where(AccountRow.id == uuid.UUID(principal.account_id), AccountRow.disabled_at.is_(None))
        .with_for_update(key_share=True)
    )
    if not verify(kept if tried is not None else None, old) or tried is None:
        if tried is not None:
            throttle.settle(session, tried, right=False)
        return RegistryError(
            "The old password is not right",
            given="an old password",
            wanted="the one you signed in with; after too many tries none is taken for 15 minutes",
            todo="type it again, or ask an administrator to reset your account",
        )
    throttle.settle(session, tried, right=True)
    _put(session, principal.account_id, new, None)
    end_all(session, principal.account_id, "password", but=principal.session_id)
    note(session, "password.changed", principal, account=principal.account_id)
    return None


def _put(session: Session, account_id: str, password: str, shown_for: timedelta | None) -> None:
    account = account_of(session, account_id)
    check_new(password, (account.name, account.full_name))
    until = None if shown_for is None else func.clock_timestamp() + shown_for
    session.execute(
        update(AccountRow)
        .where(AccountRow.id == uuid.UUID(account_id))
        .values(password_hash=hash_password(password), password_until=until)
    )
    forget_what_waits(session, account_id)

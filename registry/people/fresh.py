"""A fresh sign-in for somebody: a password and a TOTP key, made here and shown once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from registry.errors import RegistryError
from registry.people import totp
from registry.people.access import require
from registry.people.accounts import account_of, add, named
from registry.people.acts import note
from registry.people.appointments import administrators, appoint
from registry.people.authenticators import add_totp, remove_all
from registry.people.passwords import set_password
from registry.people.proof import require_fresh

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.people.accounts import Account
    from registry.people.principal import Principal

LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on paper: i, l, o, 0, 1."""

GROUPS: Final = 4
GROUP_CHARS: Final = 5
"""Twenty letters of 31 are 99 random bits."""

SHOWN_FOR: Final = timedelta(days=3)
"""How long a password that was handed over is taken, unless its owner changes it before."""


@dataclass(frozen=True, kw_only=True)
class FreshSignIn:
    """What somebody signs in with, shown once: password, TOTP key in base32, and its otpauth address."""

    account_id: str
    name: str
    password: str
    totp_key: str
    totp_address: str


def new_password() -> str:
    """Return a random password in groups, to be read out or copied from paper."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(GROUP_CHARS)) for _ in range(GROUPS))


def make_fresh(session: Session, account: Account, *, shown_for: timedelta | None = SHOWN_FOR) -> FreshSignIn:
    """Return a fresh sign-in for an account; what it had is gone: sessions, password, second factors."""
    password, key = new_password(), totp.new_key()
    set_password(session, account.id, password, shown_for=shown_for)
    remove_all(session, account.id)
    add_totp(session, account.id, key, label="authenticator app")
    return FreshSignIn(
        account_id=account.id,
        name=account.name,
        password=password,
        totp_key=key,
        totp_address=totp.address(key, account.name),
    )


def add_with_sign_in(session: Session, principal: Principal, name: str, full_name: str = "") -> FreshSignIn:
    """Return the sign-in of a new account, to be handed to its owner, who changes the password within three days.

    Raises
    ------
    AccessError
        `principal` may not manage accounts.
    StepUpNeeded
        Its second factor is not fresh.
    RegistryError
        The name cannot be used or is taken, or second factors cannot be sealed.
    """
    made = add(session, principal, name, full_name)
    return make_fresh(session, made)


def reset(session: Session, principal: Principal, account_id: str) -> FreshSignIn:
    """Return a fresh sign-in for an account whose owner lost the old one; all its sessions end.

    Raises
    ------
    AccessError
        `principal` may not manage accounts.
    StepUpNeeded
        Its second factor is not fresh.
    RegistryError
        There is no such account, or it is one of the demo, whose sign-ins `merr demo` makes.
    """
    require(principal, "account.manage")
    require_fresh(session, principal)
    account = account_of(session, account_id)
    if account.demo:
        raise RegistryError(
            "This account belongs to the demo",
            given=account.name,
            wanted="an account of a person",
            todo="run `merr demo`, which prints fresh sign-ins",
        )
    fresh = make_fresh(session, account)
    note(session, "account.changed", principal, account=account.id, name=account.name, reset=True)
    return fresh


def first_administrator(session: Session, name: str) -> FreshSignIn:
    """Return the sign-in of the first administrator, whom the operator makes; or a fresh one for that same account.

    Raises
    ------
    RegistryError
        There are enabled administrators, and `name` is none of them: they make accounts, the operator does not.
    """
    present = sorted(row.name for row in session.scalars(administrators()))
    if present and name.strip().lower() not in present:
        raise RegistryError(
            "There is an administrator already",
            given=repr(name),
            wanted=f"{', '.join(present)}, for a fresh sign-in of that account",
            todo=f"let {present[0]} make the account: merr account add",
        )
    if present:
        account = named(session, name)
    else:
        account = add(session, None, name)
        appoint(session, None, account.id, "administrator")
    fresh = make_fresh(session, account)
    note(session, "account.changed", None, account=account.id, name=account.name, reset=True)
    return fresh

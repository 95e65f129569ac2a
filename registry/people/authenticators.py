"""Second factors of accounts: TOTP keys, sealed, and passkeys; which there are, and whether a code is right."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from sqlalchemy import delete, func, insert, select, update

from registry.errors import RegistryError
from registry.people import totp
from registry.people.holding import hold_account
from registry.people.sealing import seal, unseal
from registry.people.tables import AuthenticatorRow

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

Kind = Literal["totp", "passkey"]


@dataclass(frozen=True, kw_only=True)
class Authenticator:
    """A second factor as its owner's list shows it; moments are aware UTC, `used_at` None when never used."""

    id: str
    kind: Kind
    label: str
    made_at: datetime
    used_at: datetime | None


def authenticators_of(session: Session, account_id: str) -> tuple[Authenticator, ...]:
    """Return the second factors of an account, the oldest first."""
    rows = session.scalars(
        select(AuthenticatorRow)
        .where(AuthenticatorRow.account_id == uuid.UUID(account_id))
        .order_by(AuthenticatorRow.made_at, AuthenticatorRow.id)
    )
    return tuple(
        Authenticator(
            id=str(row.id),
            kind=cast("Kind", row.kind),
            label=row.label,
            made_at=row.made_at,
            used_at=row.used_at,
        )
        for row in rows
    )


def add_totp(session: Session, account_id: str, key: str, *, label: str, used_step: int | None = None) -> str:
    """Return the id of a TOTP key that an account has from now on, sealed.

    Parameters
    ----------
    key
        In base32.
    used_step
        The step of the code that proved the key to be in the owner's hands; it works no second time.

    Raises
    ------
    RegistryError
        The key file for sealing cannot be used.
    """
    made = session.execute(
        insert(AuthenticatorRow)
        .values(
            account_id=uuid.UUID(account_id),
            kind="totp",
            label=label,
            sealed=seal(key, account_id, first=nothing_sealed(session)),
            last_step=used_step,
        )
        .returning(AuthenticatorRow.id)
    ).scalar_one()
    return str(made)


def nothing_sealed(session: Session) -> bool:
    """Return whether no TOTP key is in the database: only then may a new key file be made for sealing."""
    sealed = select(AuthenticatorRow.id).where(AuthenticatorRow.sealed.is_not(None)).exists()
    return not session.scalar(select(sealed))


def code_is_right(session: Session, account_id: str, code: str) -> bool:
    """Return whether `code` is the present one of a TOTP key of the account; its step is thereby used up.

    Two requests with the same code at once: the row decides, and one of them is refused.
    """
    rows = session.scalars(
        select(AuthenticatorRow)
        .where(AuthenticatorRow.account_id == uuid.UUID(account_id), AuthenticatorRow.kind == "totp")
        .order_by(AuthenticatorRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    now = session.execute(select(func.clock_timestamp())).scalar_one()
    for row in rows:
        step = totp.step_of(unseal(bytes(row.sealed or b""), account_id), code, now, row.last_step)
        if step is not None:
            session.execute(
                update(AuthenticatorRow)
                .where(AuthenticatorRow.id == row.id)
                .values(last_step=step, used_at=func.clock_timestamp())
            )
            return True
    return False


def remove(session: Session, account_id: str, authenticator_id: str) -> Authenticator:
    """Return the second factor that was taken from its account.

    Raises
    ------
    RegistryError
        The account has none of that id, or no other: nobody could sign in with its password.
    """
    # One at a time: two who each take another of the last two would leave none.
    hold_account(session, account_id)
    held = authenticators_of(session, account_id)
    found = next((one for one in held if one.id == authenticator_id), None)
    if found is None:
        raise RegistryError(
            "There is no such second factor",
            given=repr(authenticator_id),
            wanted="one of your own",
            todo="look at the list",
        )
    if len(held) == 1:
        raise RegistryError(
            "This is your only second factor",
            given=found.label or found.kind,
            wanted="another one first",
            todo="add a passkey or an authenticator app, then remove this one",
        )
    session.execute(delete(AuthenticatorRow).where(AuthenticatorRow.id == uuid.UUID(found.id)))
    return found


def remove_all(session: Session, account_id: str) -> None:
    """Take every second factor from an account, as when it is reset."""
    session.execute(delete(AuthenticatorRow).where(AuthenticatorRow.account_id == uuid.UUID(account_id)))

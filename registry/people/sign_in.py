"""Signing in: by password and a second factor, by passkey, or as an identity provider says.

Nothing here raises for who is refused: a try must be kept, so the caller commits, then shows what was returned. A
name nobody has, a disabled account, one with too many tries and a wrong password get the same words after the same
work: one verification of a password.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import func, select, update

from registry.errors import RegistryError
from registry.people import challenges, passkeys, sessions, throttle
from registry.people.authenticators import authenticators_of, code_is_right
from registry.people.demo_data import has_demo
from registry.people.hashing import hash_password, outdated, verify
from registry.people.holding import held_enabled
from registry.people.limits import JUST_NOW
from registry.people.subjects import account_of_subject
from registry.people.tables import AccountRow
from registry.trust.events import record
from registry.wording import storable

if TYPE_CHECKING:
    from datetime import timedelta

    from sqlalchemy.orm import Session

    from registry.people.authenticators import Kind
    from registry.people.principal import Principal
    from registry.people.sessions import Kind as SessionKind

Reason = Literal[
    "no such name",
    "disabled",
    "password",
    "password too old",
    "no second factor",
    "code",
    "passkey",
    "subject",
]

BY_CODE: Final = "password and code"
BY_PASSKEY_TOO: Final = "password and passkey"
BY_PASSKEY: Final = "passkey"
BY_PROVIDER: Final = "identity provider"


@dataclass(frozen=True, kw_only=True)
class Pending:
    """A password that was right, waiting for a second factor of these kinds; the secret finishes it once."""

    secret: str
    methods: tuple[Kind, ...]


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """A session that has begun; its secret is nowhere else."""

    secret: str
    session_id: str
    account_id: str


@dataclass(frozen=True, kw_only=True)
class Refused:
    """Not signed in: the words for the person, and what takes another code when there is still something pending."""

    refusal: RegistryError
    pending: Pending | None = None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a browser needs to prove a passkey: `options` (JSON), and the secret that its answer comes with."""

    secret: str
    options: str


def by_password(session: Session, name: str, password: str, *, address: str) -> Pending | Refused:
    """Return what waits for the second factor, or the refusal.

    Parameters
    ----------
    name, password
        As they were typed, whatever they are.
    address
        Where the try comes from; blank for this machine's own shell.
    """
    tried = throttle.begin_try(session, name, address, "password")
    row = _row_of(session, name)
    too_old = row is not None and _is_too_old(session, row)
    kept = row.password_hash if row is not None and tried is not None and not too_old else None
    right = verify(kept, password)
    if tried is None:
        return Refused(refusal=not_signed_in())
    fault = (
        "password too old" if too_old else _fault_of(row, right=right, orphaned=_is_orphaned(session, row))
    )
    methods = _methods(session, row) if row is not None and fault is None else ()
    if fault is None and not methods:
        fault = "no second factor"
    if row is None or fault is not None:
        throttle.settle(session, tried, right=False)
        _note_refused(session, fault or "no such name", row, address, last=tried.last)
        return Refused(refusal=not_signed_in())
    throttle.settle(session, tried, right=True)
    if outdated(row.password_hash or ""):
        _keep_again(session, row, password)
    return Pending(secret=_wait(session, row), methods=methods)


def by_code(
    session: Session,
    secret: str,
    code: str,
    *,
    address: str,
    kind: SessionKind = "browser",
    label: str = "",
) -> SignedIn | Refused:
    """Return the session that a right code begins, or the refusal with what takes the next try.

    Parameters
    ----------
    secret
        Of what `by_password` left pending; it is used up.
    code
        As it was typed.
    """
    name = _name_waiting(session, secret)
    if name is None:
        return Refused(refusal=_too_late())
    # The name before the account, as by password: whoever holds the one never waits for the other.
    tried = throttle.begin_try(session, name, address, "code")
    row = _waiting(session, secret)
    if row is None:
        if tried is not None:
            throttle.settle(session, tried, right=False)
        return Refused(refusal=_too_late())
    if tried is not None and code_is_right(session, str(row.id), code):
        throttle.settle(session, tried, right=True)
        return _begin(session, row, kind=kind, label=label, method=BY_CODE, address=address)
    if tried is not None:
        throttle.settle(session, tried, right=False)
    again = Pending(secret=_wait(session, row), methods=_methods(session, row))
    if tried is not None:
        _note_refused(session, "code", row, address, last=tried.last)
    return Refused(refusal=not_this_code(), pending=again)


def passkey_options(
    session: Session, *, pending: str | None = None, origin: str | None = None
) -> Offer | Refused:
    """Return what a browser needs to sign in by passkey: after a password when `pending`, else by itself.

    Parameters
    ----------
    pending
        The secret of what `by_password` left; it is used up, and taken over by the offer.
    origin
        The address that people see; None for the one of the settings.
    """
    if pending is None:
        asked = passkeys.ask(session, passkeys.party(origin))
        return Offer(
            secret=challenges.put(session, "passkey", {"challenge": asked.challenge}), options=asked.options
        )
    row = _waiting(session, pending)
    if row is None:
        return Refused(refusal=_too_late())
    asked = passkeys.ask(session, passkeys.party(origin), str(row.id))
    secret = challenges.put(
        session, "passkey", {"challenge": asked.challenge, "after": "password"}, account_id=str(row.id)
    )
    return Offer(secret=secret, options=asked.options)


def passkey_finish(
    session: Session, secret: str, answer: str, *, address: str, origin: str | None = None
) -> SignedIn | Refused:
    """Return the session that a browser's answer begins, or the refusal. No limit of tries holds for passkeys.

    Parameters
    ----------
    secret
        Of the offer; it is used up.
    answer
        What navigator.credentials.get gave, as JSON.
    """
    taken = challenges.take(session, "passkey", secret)
    if taken is None:
        return Refused(refusal=_too_late())
    try:
        account_id = passkeys.prove(session, passkeys.party(origin), str(taken.facts["challenge"]), answer)
    except RegistryError as refusal:
        _note_refused(session, "passkey", None, address)
        return Refused(refusal=refusal)
    row = held_enabled(session, account_id)
    if row is None or _is_orphaned(session, row) or taken.account_id not in (None, account_id):
        _note_refused(session, "passkey", row, address)
        return Refused(refusal=not_signed_in())
    method = BY_PASSKEY_TOO if taken.facts.get("after") == "password" else BY_PASSKEY
    return _begin(session, row, kind="browser", label="", method=method, address=address)


def by_subject(
    session: Session,
    issuer: str,
    subject: str,
    *,
    address: str,
    proved: bool,
    proved_ago: timedelta = JUST_NOW,
    shown_name: str = "",
) -> SignedIn | Refused:
    """Return the session of the account that an administrator linked to a provider's subject, or the refusal.

    Parameters
    ----------
    proved
        True when the provider says that it asked for a second factor.
    proved_ago
        How long ago it did: that long the second factor is old.
    shown_name
        As the provider names the person; kept for whoever links, and deciding nothing.
    """
    account = account_of_subject(session, issuer, subject, shown_name)
    row = _row_of(session, account.name) if account is not None else None
    if row is None or row.disabled_at is not None or _is_orphaned(session, row):
        _note_refused(session, "subject" if row is None else "disabled", row, address)
        return Refused(refusal=_not_linked(issuer, subject))
    return _begin(
        session,
        row,
        kind="browser",
        label="",
        method=BY_PROVIDER,
        address=address,
        proved=proved,
        proved_ago=proved_ago,
    )


def sign_out(session: Session, principal: Principal) -> None:
    """End the session that `principal` is in; it is refused from the next request on."""
    if sessions.end(session, principal.session_id, "signed out"):
        record(session, "sign_out", account_id=principal.account_id, session_id=principal.session_id)


def not_signed_in() -> RegistryError:
    """Return the one refusal of every sign-in by password, whatever it was for."""
    return RegistryError(
        "You are not signed in",
        given="a name and a password",
        wanted="those of an account; after too many tries an account takes none for 15 minutes",
        todo="check both and try again; a passkey is taken at any time",
    )


def not_this_code() -> RegistryError:
    """Return the one refusal of every code."""
    return RegistryError(
        "This code is not taken",
        given="a code",
        wanted="the six digits shown now, each of them used once; after too many tries none is taken for 15 minutes",
        todo="wait for the next code and try again; a passkey is taken at any time",
    )


def _fault_of(row: AccountRow | None, *, right: bool, orphaned: bool) -> Reason | None:
    """Return what is against an account's sign-in by a password that was right or not; `orphaned` of the demo."""
    if row is None:
        return "no such name"
    if row.disabled_at is not None or orphaned:
        return "disabled"
    return None if right else "password"


def _row_of(session: Session, name: str) -> AccountRow | None:
    """Return the account that goes by a name, held still so that its password is the one looked at."""
    typed = name.strip().lower()
    if not storable(typed):
        return None
    return session.scalar(
        select(AccountRow)
        .where(AccountRow.name == typed)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )


def _is_too_old(session: Session, row: AccountRow) -> bool:
    """Return whether the password was one to be changed, and was not in time."""
    return (
        row.password_until is not None
        and row.password_until < session.execute(select(func.clock_timestamp())).scalar_one()
    )


def _is_orphaned(session: Session, row: AccountRow | None) -> bool:
    """Return whether an account is one of the demo's people where the demo's companies are not."""
    return row is not None and row.demo and not has_demo(session)


def _methods(session: Session, row: AccountRow) -> tuple[Kind, ...]:
    return tuple(sorted({one.kind for one in authenticators_of(session, str(row.id))}, reverse=True))


def _wait(session: Session, row: AccountRow) -> str:
    """Return the secret of an account's password that was right and waits for its second factor."""
    return challenges.put(session, "second factor", account_id=str(row.id))


def _waiting(session: Session, secret: str) -> AccountRow | None:
    """Return the account whose right password waits under `secret`, which is used up."""
    taken = challenges.take(session, "second factor", secret)
    if taken is None or taken.account_id is None:
        return None
    return held_enabled(session, taken.account_id)


def _name_waiting(session: Session, secret: str) -> str | None:
    """Return the name of the account whose right password waits under `secret`; nothing is held or used up."""
    account_id = challenges.whose(session, "second factor", secret)
    return (
        None
        if account_id is None
        else session.scalar(select(AccountRow.name).where(AccountRow.id == account_id))
    )


def _keep_again(session: Session, row: AccountRow, password: str) -> None:
    """Hash a right password with today's parameters, unless it was changed meanwhile."""
    session.execute(
        update(AccountRow)
        .where(AccountRow.id == row.id, AccountRow.password_hash == row.password_hash)
        .values(password_hash=hash_password(password))
    )


def _begin(
    session: Session,
    row: AccountRow,
    *,
    kind: SessionKind,
    label: str,
    method: str,
    address: str,
    proved: bool = True,
    proved_ago: timedelta = JUST_NOW,
) -> SignedIn:
    account_id = str(row.id)
    secret, session_id = sessions.begin(
        session, account_id, kind=kind, proved=proved, proved_ago=proved_ago, method=method, label=label
    )
    record(
        session,
        "sign_in",
        detail={"method": method, "kind": kind, "address": address},
        account_id=account_id,
        session_id=session_id,
    )
    return SignedIn(secret=secret, session_id=session_id, account_id=account_id)


def _note_refused(
    session: Session, reason: Reason, row: AccountRow | None, address: str, *, last: bool = False
) -> None:
    """Record a refused sign-in; never what was typed, which may be a password in the wrong field."""
    detail: dict[str, object] = {"reason": reason, "address": address[:100]}
    if row is not None:
        detail["account"] = str(row.id)
    if last:
        detail["slowed"] = True
    record(session, "sign_in.refused", detail=detail)


def _too_late() -> RegistryError:
    return RegistryError(
        "This sign-in is over",
        given="a second step without a first one, or one used before",
        wanted=f"both steps within {challenges.MINUTES} minutes, each once",
        todo="begin again with your name",
    )


def _not_linked(issuer: str, subject: str) -> RegistryError:
    return RegistryError(
        "No account here belongs to this sign-in",
        given=f"{subject} at {issuer}",
        wanted="a subject that an administrator has linked to an enabled account",
        todo="give an administrator these two: merr account link NAME ISSUER SUBJECT",
    )

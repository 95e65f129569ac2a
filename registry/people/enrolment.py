"""Second factors that somebody adds to their own account, each proved before it counts, or takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from registry.errors import RegistryError
from registry.people import challenges, passkeys, totp
from registry.people.acts import note
from registry.people.authenticators import add_totp, nothing_sealed, remove
from registry.people.proof import require_fresh
from registry.people.sealing import seal, unseal
from registry.people.sign_in import Offer
from registry.wording import storable

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.people.authenticators import Authenticator
    from registry.people.principal import Principal

MOST_LABEL_CHARS: Final = 80


def offer_passkey(session: Session, principal: Principal, *, origin: str | None = None) -> Offer:
    """Return what a browser needs to make a passkey for the principal's account.

    Raises
    ------
    StepUpNeeded
        The session's second factor is not fresh: who finds a browser open must not add a key of their own.
    RegistryError
        The account's password was handed over and is still to be changed.
    """
    _refuse_handed_over(principal)
    require_fresh(session, principal)
    asked = passkeys.ask_to_register(session, principal.account_id, passkeys.party(origin))
    secret = challenges.put(
        session, "new passkey", {"challenge": asked.challenge}, account_id=principal.account_id
    )
    return Offer(secret=secret, options=asked.options)


def add_passkey(
    session: Session,
    principal: Principal,
    secret: str,
    answer: str,
    *,
    label: str,
    origin: str | None = None,
) -> str:
    """Return the id of the passkey that a browser's answer brings.

    Raises
    ------
    RegistryError
        The offer is over, or the answer or the label cannot be used.
    """
    named = _label(label, "passkey")
    taken = challenges.take(session, "new passkey", secret)
    if taken is None or taken.account_id != principal.account_id:
        raise _over()
    made = passkeys.register(
        session,
        principal.account_id,
        passkeys.party(origin),
        str(taken.facts["challenge"]),
        answer,
        label=named,
    )
    note(session, "authenticator.added", principal, kind="passkey", label=named)
    return made


def offer_totp(session: Session, principal: Principal, name: str) -> tuple[str, str, str]:
    """Return a secret, a new TOTP key in base32 and its otpauth address, to be proved by a code.

    Raises
    ------
    StepUpNeeded
        The session's second factor is not fresh.
    RegistryError
        The account's password was handed over and is still to be changed.
    """
    _refuse_handed_over(principal)
    require_fresh(session, principal)
    key = totp.new_key()
    kept = seal(key, principal.account_id, first=nothing_sealed(session)).hex()
    secret = challenges.put(session, "new totp", {"sealed": kept}, account_id=principal.account_id)
    return secret, key, totp.address(key, name)


def prove_totp(session: Session, principal: Principal, secret: str, code: str, *, label: str) -> str:
    """Return the id of the TOTP key that a code has proved to be in the principal's hands.

    Raises
    ------
    RegistryError
        The offer is over, or the code is not the key's: begin again.
    """
    named = _label(label, "authenticator app")
    taken = challenges.take(session, "new totp", secret)
    if taken is None or taken.account_id != principal.account_id:
        raise _over()
    key = unseal(bytes.fromhex(str(taken.facts["sealed"])), principal.account_id)
    step = totp.step_of(key, code, session.execute(select(func.clock_timestamp())).scalar_one(), None)
    if step is None:
        raise RegistryError(
            "The code does not belong to this key",
            given="a code",
            wanted="the six digits that the app shows for the new key",
            todo="begin again with a new key",
        )
    made = add_totp(session, principal.account_id, key, label=named, used_step=step)
    note(session, "authenticator.added", principal, kind="totp", label=named)
    return made


def take_away(session: Session, principal: Principal, authenticator_id: str) -> Authenticator:
    """Return the second factor that was taken from the principal's own account.

    Raises
    ------
    StepUpNeeded
        The session's second factor is not fresh.
    RegistryError
        The account has none of that id, or no other.
    """
    require_fresh(session, principal)
    gone = remove(session, principal.account_id, authenticator_id)
    note(session, "authenticator.removed", principal, kind=gone.kind, label=gone.label)
    return gone


def _refuse_handed_over(principal: Principal) -> None:
    """Refuse a session that may only change its password: whoever handed that over could keep a way in for good."""
    if principal.actions is not None:
        raise RegistryError(
            "Choose a password of your own first",
            given="a password that somebody else was shown",
            wanted="one that only you know",
            todo="change it on the page of your account, sign in again, and add the second factor then",
        )


def _label(label: str, otherwise: str) -> str:
    if len(label) > MOST_LABEL_CHARS or not storable(label):
        raise RegistryError(
            "The label cannot be used",
            given=repr(label[:60]),
            wanted=f"at most {MOST_LABEL_CHARS} characters",
            todo="give a shorter one, or none",
        )
    return label.strip() or otherwise


def _over() -> RegistryError:
    return RegistryError(
        "This offer is over",
        given="an answer to nothing that was asked of you",
        wanted=f"the answer within {challenges.MINUTES} minutes, once",
        todo="begin again",
    )

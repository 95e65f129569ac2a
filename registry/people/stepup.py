"""Step-up: a fresh second factor before what cannot be taken back, such as a declaration or a bulk export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.errors import RegistryError
from registry.people import challenges, passkeys, sessions, throttle
from registry.people.acts import note
from registry.people.authenticators import code_is_right
from registry.people.holding import held_enabled
from registry.people.sign_in import Offer, Refused, SignedIn, not_this_code

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.people.principal import Principal


def by_code(session: Session, principal: Principal, code: str, *, address: str) -> SignedIn | Refused:
    """Return the session that takes the place of `principal`'s, its second factor fresh, or the refusal.

    Tries are counted apart from those of signing in, so that nobody who guesses at an account from outside keeps its
    owner from stepping up.
    """
    tried = throttle.begin_try(session, principal.account_id, address, "code", apart="step up")
    row = held_enabled(session, principal.account_id)
    right = tried is not None and row is not None and code_is_right(session, principal.account_id, code)
    if tried is not None:
        throttle.settle(session, tried, right=right)
    if right:
        return _renewed(session, principal, "code")
    if tried is not None:
        note(session, "step_up.refused", principal, reason="code")
    return Refused(refusal=not_this_code())


def passkey_options(session: Session, principal: Principal, *, origin: str | None = None) -> Offer:
    """Return what a browser needs to step up by one of the account's passkeys."""
    asked = passkeys.ask(session, passkeys.party(origin), principal.account_id)
    secret = challenges.put(
        session,
        "step up",
        {"challenge": asked.challenge, "session": principal.session_id},
        account_id=principal.account_id,
    )
    return Offer(secret=secret, options=asked.options)


def passkey_finish(
    session: Session, principal: Principal, secret: str, answer: str, *, origin: str | None = None
) -> SignedIn | Refused:
    """Return the session that takes the place of `principal`'s, or the refusal of a browser's answer."""
    taken = challenges.take(session, "step up", secret)
    if taken is None or taken.facts.get("session") != principal.session_id:
        return Refused(refusal=_too_late())
    try:
        account_id = passkeys.prove(session, passkeys.party(origin), str(taken.facts["challenge"]), answer)
    except RegistryError as refusal:
        note(session, "step_up.refused", principal, reason="passkey")
        return Refused(refusal=refusal)
    if account_id != principal.account_id:
        note(session, "step_up.refused", principal, reason="passkey of another account")
        return Refused(refusal=_too_late())
    return _renewed(session, principal, "passkey")


def _renewed(session: Session, principal: Principal, method: str) -> SignedIn | Refused:
    try:
        secret, session_id = sessions.renew(session, principal, proved=True)
    except RegistryError as refusal:
        return Refused(refusal=refusal)
    note(session, "step_up", principal, method=method, renewed=session_id)
    return SignedIn(secret=secret, session_id=session_id, account_id=principal.account_id)


def _too_late() -> RegistryError:
    return RegistryError(
        "This step is over",
        given="an answer to nothing that was asked here",
        wanted=f"the answer within {challenges.MINUTES} minutes, once",
        todo="begin again",
    )

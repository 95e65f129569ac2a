"""Passkeys (WebAuthn): registered, and asked for; the authenticator itself verifies its user each time.

The library is large, so a process loads it when the first passkey is asked for, not when it starts.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sqlalchemy import func, insert, select, update

from registry.errors import RegistryError
from registry.people.holding import held_enabled
from registry.people.tables import AccountRow, AuthenticatorRow
from registry.settings import settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from webauthn.helpers.structs import (
        PublicKeyCredentialCreationOptions,
        PublicKeyCredentialDescriptor,
        PublicKeyCredentialRequestOptions,
    )

PARTY_NAME: Final = "Missouri Emergency Resource Registry"
MOST_ANSWER_CHARS: Final = 20_000
"""Longest answer of a browser that is read at all."""


SHOWN_CHARS: Final = 200


@dataclass(frozen=True, kw_only=True)
class Party:
    """Who asks for passkeys: the host they are bound to, and the origin that the browser must name."""

    id: str
    origin: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the browser is given, as JSON for navigator.credentials, and the challenge in it (base64url)."""

    options: str
    challenge: str


def party(origin: str | None = None) -> Party:
    """Return who asks, by the address that users see; None for the one of the settings."""
    parts = urlsplit(origin or settings().origin)
    return Party(id=parts.hostname or "localhost", origin=f"{parts.scheme}://{parts.netloc}")


def ask_to_register(session: Session, account_id: str, here: Party) -> Asked:
    """Return what a browser needs to make a passkey for an account; those it has are not made again."""
    import webauthn  # noqa: PLC0415 - see above

    account = session.scalars(select(AccountRow).where(AccountRow.id == uuid.UUID(account_id))).one()
    options = webauthn.generate_registration_options(
        rp_id=here.id,
        rp_name=PARTY_NAME,
        user_id=account.id.bytes,
        user_name=account.name,
        user_display_name=account.full_name,
        authenticator_selection=webauthn.helpers.structs.AuthenticatorSelectionCriteria(
            resident_key=webauthn.helpers.structs.ResidentKeyRequirement.REQUIRED,
            user_verification=webauthn.helpers.structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(session, account_id),
    )
    return _asked(options)


def register(
    session: Session, account_id: str, here: Party, challenge: str, answer: str, *, label: str
) -> str:
    """Return the id of the passkey that a browser's answer brings.

    Raises
    ------
    RegistryError
        The answer is none to this challenge, of another place, or its user was not verified.
    """
    import webauthn  # noqa: PLC0415 - see above

    try:
        made = webauthn.verify_registration_response(
            credential=_read(answer),
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=here.id,
            expected_origin=here.origin,
            require_user_verification=True,
        )
    except _unreadable() as fault:
        raise _refused(fault) from None
    taken = session.scalar(
        select(AuthenticatorRow.id).where(AuthenticatorRow.credential_id == made.credential_id)
    )
    if taken is not None:
        raise RegistryError(
            "This passkey is registered already",
            given="a passkey that an account has",
            wanted="another one",
            todo="sign in with it, or use another device",
        )
    added = session.execute(
        insert(AuthenticatorRow)
        .values(
            account_id=uuid.UUID(account_id),
            kind="passkey",
            label=label,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
        )
        .returning(AuthenticatorRow.id)
    ).scalar_one()
    return str(added)


def ask(session: Session, here: Party, account_id: str | None = None) -> Asked:
    """Return what a browser needs to prove a passkey: any of an account's, or whichever it has for this place."""
    import webauthn  # noqa: PLC0415 - see above

    options = webauthn.generate_authentication_options(
        rp_id=here.id,
        allow_credentials=_descriptors(session, account_id) if account_id else None,
        user_verification=webauthn.helpers.structs.UserVerificationRequirement.REQUIRED,
    )
    return _asked(options)


def prove(session: Session, here: Party, challenge: str, answer: str) -> str:
    """Return the id of the account whose passkey answered the challenge, its user verified.

    Raises
    ------
    RegistryError
        The passkey is not known, the answer is none to this challenge, of another place or without its user
        verified, or its counter went back, as that of a copied key does.
    """
    import webauthn  # noqa: PLC0415 - see above

    credential = _read(answer)
    whose = AuthenticatorRow.credential_id == _credential_id(credential)
    account_id = session.scalar(select(AuthenticatorRow.account_id).where(whose))
    if account_id is None or held_enabled(session, str(account_id)) is None:
        raise _refused("a passkey that no account has")
    row = session.scalars(
        select(AuthenticatorRow).where(whose).with_for_update().execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or row.public_key is None:
        raise _refused("a passkey that no account has")
    try:
        proved = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=webauthn.base64url_to_bytes(challenge),
            expected_rp_id=here.id,
            expected_origin=here.origin,
            credential_public_key=bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except _unreadable() as fault:
        raise _refused(fault) from None
    session.execute(
        update(AuthenticatorRow)
        .where(AuthenticatorRow.id == row.id)
        .values(sign_count=proved.new_sign_count, used_at=func.clock_timestamp())
    )
    return str(row.account_id)


def _asked(
    options: PublicKeyCredentialCreationOptions | PublicKeyCredentialRequestOptions,
) -> Asked:
    """Return what the library made as the browser gets it."""
    import webauthn  # noqa: PLC0415 - see above

    return Asked(
        options=webauthn.options_to_json(options),
        challenge=webauthn.helpers.bytes_to_base64url(options.challenge),
    )


def _descriptors(session: Session, account_id: str) -> list[PublicKeyCredentialDescriptor]:
    import webauthn  # noqa: PLC0415 - see above

    ids = session.scalars(
        select(AuthenticatorRow.credential_id).where(
            AuthenticatorRow.account_id == uuid.UUID(account_id), AuthenticatorRow.kind == "passkey"
        )
    )
    return [
        webauthn.helpers.structs.PublicKeyCredentialDescriptor(id=bytes(one))
        for one in ids
        if one is not None
    ]


def _read(answer: str) -> dict[str, object]:
    """Return a browser's answer as the object that it is."""
    if len(answer) > MOST_ANSWER_CHARS:
        raise _refused(f"{len(answer)} characters")
    try:
        read = json.loads(answer)
    except (ValueError, RecursionError):
        raise _refused("no JSON") from None
    if not isinstance(read, dict):
        raise _refused("no object")
    return read


def _credential_id(credential: dict[str, object]) -> bytes:
    import webauthn  # noqa: PLC0415 - see above

    given = credential.get("rawId")
    try:
        return webauthn.base64url_to_bytes(given) if isinstance(given, str) else b""
    except ValueError:
        return b""


def _unreadable() -> tuple[type[Exception], ...]:
    """Return what reading a browser's answer raises: the library has a name of its own for most of it, not for all."""
    import webauthn  # noqa: PLC0415 - see above

    return webauthn.helpers.exceptions.WebAuthnException, ValueError, TypeError, LookupError, AttributeError


def _refused(given: object) -> RegistryError:
    return RegistryError(
        "The passkey was not accepted",
        given=str(given)[:SHOWN_CHARS],
        wanted="the answer of a passkey registered here, its user verified",
        todo="try again, or sign in with password and code",
    )

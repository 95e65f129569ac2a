"""The audit's events: written in the transaction of what they tell of, so that neither is there without the other."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

from sqlalchemy import BigInteger, Text, Uuid, cast, func, select
from sqlalchemy.dialects.postgresql import JSONB

from registry.errors import RegistryError
from registry.trust.actions import ACTIONS
from registry.trust.event_tables import DETAIL_BYTES, PURPOSE_CHARS
from registry.wording import storable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from registry.db.engine import Session


def record(
    session: Session,
    action: str,
    *,
    incident_id: str | None = None,
    provider_id: str | None = None,
    declaration_id: str | None = None,
    purpose: str = "",
    detail: Mapping[str, object] | None = None,
    account_id: str | None = None,
    session_id: str | None = None,
) -> int:
    """Return the seq of the event that says what this transaction did; whatever fails here fails all of it.

    Who did it is the principal that `session_scope` introduced. The end of the chain stays locked until the
    transaction ends, so record last, and never wait for anything after it. A transaction of `snapshot=True` cannot
    record: it does not see the events since it began.

    Parameters
    ----------
    action
        A code of `registry.trust.actions.ACTIONS`.
    incident_id, provider_id, declaration_id
        What it is about; UUIDs.
    purpose
        Why, in the person's own words.
    detail
        What else belongs to it, as JSON. Never a contact, a secret or anything proprietary.
    account_id, session_id
        Who, when nobody was introduced yet, as at sign-in; they hold for the rest of the transaction.

    Raises
    ------
    RegistryError
        Purpose or detail hold what cannot be stored, or more than an event takes.
    ValueError
        There is no such action, or an id is none.
    """
    if action not in ACTIONS:
        msg = f"{action!r} has no line in registry.trust.actions.ACTIONS"
        raise ValueError(msg)
    _check_words(purpose, json.dumps(detail or {}, ensure_ascii=False))
    for setting, value in (("app.account", account_id), ("app.session", session_id)):
        if value is not None:
            session.execute(select(func.set_config(setting, value, True)))
    written = func.trust.record_event(
        cast(action, Text),
        *(cast(_id(given), Uuid) for given in (incident_id, provider_id, declaration_id)),
        cast(purpose, Text),
        cast(dict(detail or {}), JSONB),
        type_=BigInteger,
    )
    return session.execute(select(written)).scalar_one()


def _id(given: str | None) -> uuid.UUID | None:
    return None if given is None else uuid.UUID(given)


def _check_words(purpose: str, detail: str) -> None:
    """Refuse words that no event takes."""
    if not storable(purpose) or not storable(detail) or "\\u0000" in detail:
        raise RegistryError(
            "This holds a character that cannot be stored",
            given=repr((purpose or detail)[:60]),
            wanted="letters, digits, signs",
            todo="write it anew without the character, which may not show",
        )
    if len(purpose) > PURPOSE_CHARS or len(detail.encode()) > DETAIL_BYTES:
        raise RegistryError(
            "This is too long for the audit",
            given=f"{len(purpose)} characters of purpose, {len(detail.encode())} bytes of detail",
            wanted=f"at most {PURPOSE_CHARS} characters of purpose, {DETAIL_BYTES} bytes of detail",
            todo="say it in fewer words",
        )

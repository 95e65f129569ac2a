"""Who is signed in: sessions of browsers and tokens, begun, looked up at every request, renewed and ended."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from sqlalchemy import func, select, text, update

from registry.errors import RegistryError
from registry.people.bearer import hash_of, new_secret
from registry.people.holding import held_enabled
from registry.people.limits import JUST_NOW
from registry.people.principal import Appointment, Principal
from registry.people.tables import LIVE, SessionRow
from registry.settings import settings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.people.principal import Role

Kind = Literal["browser", "token"]
"""A browser's session ends when it is idle; a token's does not, but it expires."""

Why = Literal["signed out", "renewed", "disabled", "password", "authenticator", "revoked", "demo"]
"""Why a session ended before its time."""

SEEN_EVERY_S: Final = 60
"""A session's last use is written at most once a minute: a page makes many requests."""

TOKEN_HOURS: Final = 8
"""How long a token of `merr login` holds: one shift."""

_PRINCIPAL = text(
    f"""
    WITH live AS (SELECT * FROM people.live WHERE secret_hash = :secret_hash),
    seen AS (
        UPDATE people.sessions AS session SET seen_at = clock_timestamp() FROM live
        WHERE session.id = live.session_id
          AND live.seen_at < clock_timestamp() - interval '{SEEN_EVERY_S} seconds'
    )
    SELECT live.account_id::text, live.session_id::text, account.full_name, live.proved_at, live.actions,
           coalesce((
               SELECT jsonb_agg(jsonb_build_object(
                   'role', held.role, 'region', held.region, 'counties', held.counties, 'sector', held.sector,
                   'provider_id', held.provider_id) ORDER BY held.role)
               FROM people.held AS held WHERE held.account_id = live.account_id), '[]')
    FROM live JOIN people.accounts AS account ON account.id = live.account_id
    """  # noqa: S608 - a number of ours
)


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """One live session as its owner's list shows it: aware UTC moments."""

    id: str
    kind: Kind
    label: str
    method: str
    actions: frozenset[str] | None
    began_at: datetime
    seen_at: datetime
    expires_at: datetime


def begin(
    session: Session,
    account_id: str,
    *,
    kind: Kind,
    proved: bool,
    method: str,
    proved_ago: timedelta = JUST_NOW,
    label: str = "",
    actions: Collection[str] | None = None,
    lasts: timedelta | None = None,
) -> tuple[str, str]:
    """Return the secret and the id of a new session; the secret is nowhere else.

    Parameters
    ----------
    proved
        True when a second factor opened it: it counts as stepped up from now on.
    proved_ago
        How long before now that second factor was given, where somebody else asked for it.
    method
        How it was opened, as its owner reads it: `password and code`, `passkey`.
    actions
        The only actions it may do; None for all that the account's roles allow.
    lasts
        How long it holds at most; None for the usual time of its kind.

    Raises
    ------
    RegistryError
        The account is disabled.
    """
    if held_enabled(session, account_id) is None:
        raise RegistryError(
            "This account is disabled",
            given="an account that may not sign in",
            wanted="an enabled account",
            todo="ask an administrator to enable it",
        )
    known = settings()
    usual = timedelta(hours=TOKEN_HOURS) if kind == "token" else timedelta(hours=known.session_hours)
    secret, now = new_secret(), func.clock_timestamp()
    row = SessionRow(
        id=uuid.uuid4(),
        account_id=uuid.UUID(account_id),
        secret_hash=hash_of(secret),
        kind=kind,
        label=label,
        method=method,
        actions=sorted(actions) if actions is not None else None,
        proved_at=now - proved_ago if proved else None,
        idle_s=known.session_idle_minutes * 60 if kind == "browser" else None,
        expires_at=now + (lasts or usual),
        began_at=now,
        seen_at=now,
    )
    session.add(row)
    session.flush()
    return secret, str(row.id)


def principal_of(session: Session, secret: str, request_id: str) -> Principal | None:
    """Return who bears `secret`, as the database knows it now; None when no live session has it.

    One statement: the session's limits, the account's state and its appointments are those of this moment, so what
    was ended, revoked or disabled is refused on the very next request. Call it in a short transaction of its own,
    never in a snapshot: once a minute it writes the last use, for which another request of the session waits.
    """
    row = session.execute(_PRINCIPAL, {"secret_hash": hash_of(secret)}).one_or_none()
    if row is None:
        return None
    account_id, session_id, name, proved_at, actions, held = row
    return Principal(
        account_id=account_id,
        session_id=session_id,
        name=name,
        appointments=appointments_of(held),
        proved_at=proved_at,
        actions=frozenset(actions) if actions is not None else None,
        request_id=request_id,
    )


def appointments_of(held: Iterable[Mapping[str, Any]]) -> tuple[Appointment, ...]:
    """Return appointments as the database tells them, one mapping each."""
    return tuple(
        Appointment(
            role=cast("Role", one["role"]),
            region=one["region"],
            counties=frozenset(one["counties"]),
            sector=one["sector"],
            provider_id=one["provider_id"],
        )
        for one in held
    )


def renew(session: Session, principal: Principal, *, proved: bool = False) -> tuple[str, str]:
    """Return the secret and the id of the session that takes the place of `principal`'s, which ends.

    Its absolute end stays where it was. It counts as stepped up from now on when `proved`, else as before.

    Raises
    ------
    RegistryError
        The session has ended meanwhile.
    """
    # The account first: whoever ends all its sessions meanwhile comes before this, or sees the new one too.
    held_enabled(session, principal.account_id)
    old = session.scalar(
        select(SessionRow)
        .join(LIVE, LIVE.c.session_id == SessionRow.id)
        .where(SessionRow.id == uuid.UUID(principal.session_id))
        .with_for_update(of=SessionRow)
    )
    if old is None:
        raise RegistryError(
            "You are signed out",
            given="a session that has ended",
            wanted="a session that holds",
            todo="sign in again",
        )
    secret, now = new_secret(), func.clock_timestamp()
    fresh = SessionRow(
        id=uuid.uuid4(),
        account_id=old.account_id,
        secret_hash=hash_of(secret),
        kind=old.kind,
        label=old.label,
        method=old.method,
        actions=old.actions,
        proved_at=now if proved else old.proved_at,
        idle_s=old.idle_s,
        expires_at=old.expires_at,
        began_at=now,
        seen_at=now,
    )
    session.add(fresh)
    end(session, principal.session_id, "renewed")
    session.flush()
    return secret, str(fresh.id)


def end(session: Session, session_id: str, why: Why = "signed out") -> bool:
    """Return whether a session was there to be ended; it is refused from the next request on."""
    ended = session.execute(
        update(SessionRow)
        .where(SessionRow.id == uuid.UUID(session_id), SessionRow.ended_at.is_(None))
        .values(ended_at=func.clock_timestamp(), ended_why=why)
        .returning(SessionRow.id)
    )
    return ended.one_or_none() is not None


def end_all(session: Session, account_id: str, why: Why, *, but: str | None = None) -> int:
    """Return how many sessions and tokens of an account were ended: all, or all but the one with the id `but`."""
    which = update(SessionRow).where(
        SessionRow.account_id == uuid.UUID(account_id), SessionRow.ended_at.is_(None)
    )
    if but is not None:
        which = which.where(SessionRow.id != uuid.UUID(but))
    ended = session.execute(
        which.values(ended_at=func.clock_timestamp(), ended_why=why).returning(SessionRow.id)
    )
    return len(ended.all())


def open_sessions(session: Session, account_id: str) -> tuple[OpenSession, ...]:
    """Return the live sessions and tokens of an account, the one used last first."""
    rows = session.scalars(
        select(SessionRow)
        .join(LIVE, LIVE.c.session_id == SessionRow.id)
        .where(SessionRow.account_id == uuid.UUID(account_id))
        .order_by(SessionRow.seen_at.desc(), SessionRow.id)
    )
    return tuple(
        OpenSession(
            id=str(row.id),
            kind=cast("Kind", row.kind),
            label=row.label,
            method=row.method,
            actions=frozenset(row.actions) if row.actions is not None else None,
            began_at=row.began_at,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
        )
        for row in rows
    )

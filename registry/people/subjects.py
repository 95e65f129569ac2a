"""Subjects of identity providers: linked to accounts by an administrator, and by nothing else."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from registry.errors import RegistryError
from registry.people.access import require
from registry.people.accounts import account_of
from registry.people.acts import note
from registry.people.proof import require_fresh
from registry.people.sessions import end_all
from registry.people.tables import SubjectRow
from registry.wording import storable

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from registry.people.accounts import Account
    from registry.people.principal import Principal

MOST_CHARS: Final = 255
"""OpenID Connect Core 1.0, 2: a subject has at most 255 characters."""


@dataclass(frozen=True, kw_only=True)
class Stranger:
    """A subject that tried to sign in and belongs to no account; `seen_at` is aware UTC."""

    issuer: str
    subject: str
    shown_name: str
    seen_at: datetime


def account_of_subject(session: Session, issuer: str, subject: str, shown_name: str = "") -> Account | None:
    """Return the account linked to a subject; None when there is none, and then the subject is noted.

    Parameters
    ----------
    issuer, subject
        As the provider's signed answer has them. An e-mail address decides nothing: it may pass to somebody else.
    shown_name
        The person's name as the provider has it, for whoever links.

    Raises
    ------
    RegistryError
        Issuer or subject are blank, too long or hold what cannot be stored.
    """
    _check(issuer, subject)
    # Held, so that whoever unlinks it meanwhile waits, and ends the session that begins here with the others.
    found = session.scalar(
        select(SubjectRow.account_id)
        .where(SubjectRow.issuer == issuer, SubjectRow.subject == subject)
        .with_for_update(read=True)
    )
    if found is not None:
        return account_of(session, str(found))
    shown = shown_name[:MOST_CHARS] if storable(shown_name) else ""
    session.execute(
        insert(SubjectRow).values(issuer=issuer, subject=subject, shown_name=shown).on_conflict_do_nothing()
    )
    return None


def link(session: Session, principal: Principal, account_id: str, issuer: str, subject: str) -> None:
    """Let a provider's subject sign in as an account.

    Raises
    ------
    AccessError
        `principal` may not manage accounts.
    StepUpNeeded
        Its second factor is not fresh.
    RegistryError
        The subject belongs to another account already, there is no such account, or the two cannot be used.
    """
    require(principal, "account.manage")
    require_fresh(session, principal)
    _check(issuer, subject)
    account = account_of(session, account_id)
    linked = session.scalar(
        insert(SubjectRow)
        .values(
            issuer=issuer, subject=subject, account_id=uuid.UUID(account_id), linked_at=func.clock_timestamp()
        )
        .on_conflict_do_update(
            index_elements=[SubjectRow.issuer, SubjectRow.subject],
            set_={"account_id": uuid.UUID(account_id), "linked_at": func.clock_timestamp()},
            where=SubjectRow.account_id.is_(None),
        )
        .returning(SubjectRow.account_id)
    )
    if linked is None:
        raise RegistryError(
            "This subject belongs to an account already",
            given=f"{subject} at {issuer}",
            wanted="a subject that is not linked",
            todo="unlink it first",
        )
    note(
        session,
        "account.changed",
        principal,
        account=account_id,
        name=account.name,
        linked={"issuer": issuer, "subject": subject},
    )


def unlink(session: Session, principal: Principal, account_id: str) -> int:
    """Return how many subjects were taken from an account; its sessions end.

    Raises
    ------
    AccessError
        `principal` may not manage accounts.
    StepUpNeeded
        Its second factor is not fresh.
    """
    require(principal, "account.manage")
    require_fresh(session, principal)
    gone = session.execute(
        delete(SubjectRow).where(SubjectRow.account_id == uuid.UUID(account_id)).returning(SubjectRow.subject)
    ).all()
    if gone:
        end_all(session, account_id, "authenticator")
        note(session, "account.changed", principal, account=account_id, unlinked=len(gone))
    return len(gone)


def subjects_of(session: Session, principal: Principal, account_id: str) -> tuple[tuple[str, str], ...]:
    """Return issuer and subject of all that sign in as an account.

    Raises
    ------
    AccessError
        `principal` may not manage accounts.
    """
    require(principal, "account.manage")
    query = select(SubjectRow.issuer, SubjectRow.subject).where(
        SubjectRow.account_id == uuid.UUID(account_id)
    )
    found = session.execute(query.order_by(SubjectRow.issuer, SubjectRow.subject))
    return tuple((issuer, subject) for issuer, subject in found)


def strangers(session: Session, principal: Principal) -> tuple[Stranger, ...]:
    """Return the subjects that tried to sign in and are not linked, the latest first, at most 100.

    Raises
    ------
    AccessError
        `principal` may not manage accounts.
    """
    require(principal, "account.manage")
    rows = session.scalars(
        select(SubjectRow)
        .where(SubjectRow.account_id.is_(None))
        .order_by(SubjectRow.seen_at.desc(), SubjectRow.issuer, SubjectRow.subject)
        .limit(100)
    )
    return tuple(
        Stranger(issuer=row.issuer, subject=row.subject, shown_name=row.shown_name, seen_at=row.seen_at)
        for row in rows
    )


def _check(issuer: str, subject: str) -> None:
    for what, value in (("issuer", issuer), ("subject", subject)):
        if not value.strip() or len(value) > MOST_CHARS or not storable(value):
            raise RegistryError(
                f"The {what} cannot be used",
                given=repr(value[:60]),
                wanted=f"1 to {MOST_CHARS} characters, as the identity provider gives them",
                todo="copy it from the refused sign-in",
            )

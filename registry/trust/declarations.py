"""Declarations recorded by one person, confirmed by another, extended and ended."""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import TYPE_CHECKING, cast

from sqlalchemy import and_, func, or_, select, update

from registry.directory.reference_tables import CountyRow
from registry.errors import NotThereError, RegistryError
from registry.people.access import require
from registry.people.holding import held_enabled
from registry.people.proof import require_fresh
from registry.trust import events
from registry.trust.declaration import (
    NUMBER_LIMIT,
    REASON_LIMIT,
    WORDS_LIMIT,
    Declaration,
    check_confirmation,
    check_end,
    check_extension,
    check_times,
    checked_counties,
    checked_instrument,
    checked_text,
    state_at,
)
from registry.trust.declaration_tables import DeclarationRow
from registry.trust.rules import in_use

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Result, Row, Select
    from sqlalchemy.orm import Session

    from registry.people.principal import Principal
    from registry.trust.declaration import Instrument

__all__ = [
    "Declaration",
    "confirm",
    "end",
    "in_force",
    "list_declarations",
    "load",
    "named",
    "naming",
    "record",
]


def record(
    session: Session,
    principal: Principal,
    *,
    instrument: str,
    number: str,
    authority: str,
    counties: Collection[str],
    starts_at: datetime,
    ends_at: datetime | None,
    extends: str | None = None,
) -> str:
    """Return the id of a declaration that now waits for another declarer's confirmation; it opens nothing yet.

    Several may hold for a county at once: instruments overlap.

    Parameters
    ----------
    instrument
        One of `registry.trust.declaration.INSTRUMENTS`.
    number, authority
        As they stand on the instrument: `26-07`, `Governor of Missouri`.
    counties
        FIPS codes.
    starts_at, ends_at
        Aware moments; None holds until somebody ends it.
    extends
        The id of the declaration that this one carries on, and with which it ends.

    Raises
    ------
    AccessError
        `principal` is no declarer.
    StepUpNeeded
        The second factor of its session is older than ten minutes.
    RegistryError
        A word, county or time cannot be used, or it does not carry on what it extends.
    """
    require(principal, "declaration.record" if extends is None else "declaration.extend")
    _taken_up(session, principal)
    act = checked_instrument(instrument)
    named_counties = checked_counties(counties, session.scalars(select(CountyRow.fips)).all())
    check_times(starts_at, ends_at, _now(session))
    base = None if extends is None else _locked(session, extends)
    check_extension(base, instrument=act, counties=named_counties, starts_at=starts_at, ends_at=ends_at)
    row = DeclarationRow(
        id=uuid.uuid4(),
        instrument=act,
        number=checked_text("number", number, NUMBER_LIMIT),
        authority=checked_text("authority", authority, WORDS_LIMIT),
        counties=list(named_counties),
        starts_at=starts_at,
        ends_at=ends_at,
        extends=None if base is None else uuid.UUID(base.id),
        recorded_by=uuid.UUID(principal.account_id),
    )
    session.add(row)
    session.flush()
    events.record(
        session,
        "declaration.recorded" if base is None else "declaration.extended",
        declaration_id=str(row.id),
        detail=_said(row),
    )
    return str(row.id)


def confirm(session: Session, principal: Principal, declaration_id: str) -> None:
    """Confirm a declaration; from its start on it opens contacts.

    Raises
    ------
    AccessError
        `principal` is no declarer.
    StepUpNeeded
        The second factor of its session is older than ten minutes.
    RegistryError
        There is none, it does not wait, or `principal` recorded it and two are wanted.
    """
    require(principal, "declaration.confirm")
    _taken_up(session, principal)
    found = _locked(session, declaration_id)
    check_confirmation(found, principal.account_id, two_declarers=in_use(session).two_declarers)
    session.execute(
        update(DeclarationRow)
        .where(DeclarationRow.id == uuid.UUID(found.id))
        .values(confirmed_by=uuid.UUID(principal.account_id), confirmed_at=func.clock_timestamp())
    )
    events.record(session, "declaration.confirmed", declaration_id=found.id)


def end(session: Session, principal: Principal, declaration_id: str, reason: str) -> None:
    """End a declaration, and what extends it, for a reason; what it opened is closed at the next look.

    One that waits is withdrawn in the same way.

    Raises
    ------
    AccessError
        `principal` is no declarer.
    StepUpNeeded
        The second factor of its session is older than ten minutes.
    RegistryError
        There is none, it has ended, or no reason is given.
    """
    require(principal, "declaration.end")
    _taken_up(session, principal)
    words = checked_text("reason", reason, REASON_LIMIT)
    found = _locked(session, declaration_id)
    check_end(found)
    carried_on = _carried_on(session, found)
    session.execute(
        update(DeclarationRow)
        .where(DeclarationRow.id == uuid.UUID(found.id))
        .values(ended_by=uuid.UUID(principal.account_id), ended_at=func.clock_timestamp(), end_reason=words)
    )
    events.record(
        session, "declaration.ended", declaration_id=found.id, purpose=words, detail={"with_it": carried_on}
    )


def _taken_up(session: Session, principal: Principal) -> None:
    """Ask for a fresh second factor, and hold the account before the declaration, as a look does.

    The triggers hold the account too, but after the row that changes: a look of the same person, which goes the other
    way round, would wait for this act while this act waits for it.
    """
    require_fresh(session, principal)
    held_enabled(session, principal.account_id)


def load(session: Session, principal: Principal, declaration_id: str) -> Declaration:
    """Return one declaration.

    Raises
    ------
    RegistryError
        There is none of that id.
    """
    require(principal, "declaration.read")
    return _found(session.execute(_all().where(DeclarationRow.id == _id(declaration_id))), declaration_id)


def named(session: Session, principal: Principal, words: str) -> Declaration:
    """Return the declaration of that id, or the only one of that number.

    Raises
    ------
    RegistryError
        There is none, or several bear the number.
    """
    require(principal, "declaration.read")
    several = [_read(row) for row in session.execute(_all().where(DeclarationRow.number == words.strip()))]
    if not several:
        return load(session, principal, words)
    if len(several) > 1:
        raise RegistryError(
            "Several declarations bear this number",
            given=repr(words[:NUMBER_LIMIT]),
            wanted=", ".join(f"{each.id} ({each.title}, {each.authority})" for each in several),
            todo="name one of them by its id",
        )
    return several[0]


def list_declarations(
    session: Session,
    principal: Principal,
    active_at: datetime | None = None,
    *,
    after: tuple[datetime, datetime, str] | None = None,
    limit: int | None = None,
) -> tuple[Declaration, ...]:
    """Return the declarations, the latest start first; with `active_at` those that were in force at that moment.

    With `after` (start, when recorded, id of the last one seen) only those that follow, with `limit` no more than so many.
    """
    require(principal, "declaration.read")
    query = _all().limit(limit)
    if active_at is not None:
        query = query.where(_held_at(active_at))
    if after is not None:
        starts_at, recorded_at, last = after
        row = DeclarationRow
        same = row.starts_at == starts_at, row.recorded_at == recorded_at
        query = query.where(
            or_(
                row.starts_at < starts_at,
                and_(same[0], row.recorded_at < recorded_at),
                and_(*same, row.id > _id(last)),
            )
        )
    return tuple(map(_read, session.execute(query)))


def in_force(session: Session, counties: Collection[str]) -> tuple[Declaration, ...]:
    """Return the declarations in force now, by the database's clock, for any of these counties (FIPS codes)."""
    return tuple(each for each in naming(session, counties) if each.state == "in_force")


def naming(session: Session, counties: Collection[str]) -> tuple[Declaration, ...]:
    """Return the declarations, in whatever state, that name one of these counties (FIPS codes), latest start first."""
    found = session.execute(_all().where(DeclarationRow.counties.overlap(list(counties))))
    return tuple(map(_read, found))


def _carried_on(session: Session, declaration: Declaration) -> list[str]:
    """Return the ids of what extends a declaration, directly or not, and ends with it."""
    extending = select(DeclarationRow.id).where(DeclarationRow.extends == uuid.UUID(declaration.id))
    chain = extending.where(DeclarationRow.ended_at.is_(None)).cte("chain", recursive=True)
    further = select(DeclarationRow.id).join(chain, DeclarationRow.extends == chain.c.id)
    chain = chain.union(further.where(DeclarationRow.ended_at.is_(None)))
    return sorted(str(each) for each in session.scalars(select(chain.c.id)))


def _said(row: DeclarationRow) -> dict[str, object]:
    """Return what a declaration says, for the audit."""
    return {
        "instrument": row.instrument,
        "number": row.number,
        "authority": row.authority,
        "counties": row.counties,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at and row.ends_at.isoformat(),
        "extends": row.extends and str(row.extends),
    }


def _held_at(moment: datetime) -> ColumnElement[bool]:
    """Return the condition that contacts were open at `moment`: confirmed by then, begun, not over and not yet ended."""
    row = DeclarationRow
    return and_(
        row.confirmed_at <= moment,
        row.starts_at <= moment,
        or_(row.ends_at.is_(None), row.ends_at > moment),
        or_(row.ended_at.is_(None), row.ended_at > moment),
    )


def _all() -> Select[DeclarationRow, datetime]:
    return select(DeclarationRow, func.clock_timestamp()).order_by(
        DeclarationRow.starts_at.desc(), DeclarationRow.recorded_at.desc(), DeclarationRow.id
    )


def _locked(session: Session, declaration_id: str) -> Declaration:
    """Return a declaration, held until the transaction ends: two who act on it take turns."""
    query = (
        _all()
        .where(DeclarationRow.id == _id(declaration_id))
        .with_for_update(of=DeclarationRow)
        .execution_options(populate_existing=True)
    )
    return _found(session.execute(query), declaration_id)


def _found(rows: Result[DeclarationRow, datetime], given: str) -> Declaration:
    row = rows.one_or_none()
    if row is None:
        raise _missing(given)
    return _read(row)


def _read(found: Row[DeclarationRow, datetime]) -> Declaration:
    row, now = found
    return Declaration(
        id=str(row.id),
        instrument=cast("Instrument", row.instrument),
        number=row.number,
        authority=row.authority,
        counties=tuple(row.counties),
        starts_at=row.starts_at.astimezone(UTC),
        ends_at=row.ends_at and row.ends_at.astimezone(UTC),
        extends=str(row.extends) if row.extends else None,
        recorded_by=str(row.recorded_by),
        recorded_at=row.recorded_at.astimezone(UTC),
        confirmed_by=str(row.confirmed_by) if row.confirmed_by else None,
        confirmed_at=row.confirmed_at and row.confirmed_at.astimezone(UTC),
        ended_by=str(row.ended_by) if row.ended_by else None,
        ended_at=row.ended_at and row.ended_at.astimezone(UTC),
        end_reason=row.end_reason,
        state=state_at(
            now,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            confirmed=row.confirmed_at is not None,
            ended=row.ended_at is not None,
        ),
    )


def _now(session: Session) -> datetime:
    return cast("datetime", session.scalars(select(func.clock_timestamp())).one())


def _id(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        raise _missing(given) from None


def _missing(given: str) -> NotThereError:
    return NotThereError(
        "There is no such declaration",
        given=repr(given[:NUMBER_LIMIT]),
        wanted="the id or the number of a recorded declaration",
        todo="choose one from `merr declare list`",
    )

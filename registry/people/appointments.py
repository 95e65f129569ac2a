"""What accounts are appointed to: roles with their jurisdiction, made, ended, and listed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import func, select, update

from registry.directory.reference_tables import (
    CountyRegionRow,
    CountyRow,
    RegionVersionRow,
    SectorRow,
)
from registry.directory.tables import ProviderRow
from registry.errors import NotThereError, RegistryError
from registry.people.access import require
from registry.people.acts import note
from registry.people.principal import ROLE_NAMES
from registry.people.proof import require_fresh
from registry.people.scopes import EVERYWHERE, Scope, check_scope, read_role
from registry.people.tables import AccountRow, AppointmentRow

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from registry.people.principal import Principal, Role


@dataclass(frozen=True, kw_only=True)
class HeldAppointment:
    """An appointment as it was made: a coordinator's region, not the counties that follow from it."""

    id: str
    account_id: str
    role: Role
    region: str | None
    counties: tuple[str, ...]
    sector: str | None
    provider_id: str | None
    made_at: datetime

    @property
    def words(self) -> str:
        """The role with its jurisdiction, as lists show it."""
        scope = (
            (self.region and f"region {self.region}")
            or ", ".join(self.counties)
            or self.sector
            or self.provider_id
        )
        return f"{ROLE_NAMES[self.role]}, {scope}" if scope else ROLE_NAMES[self.role]


def appoint(
    session: Session, principal: Principal | None, account_id: str, role: str, scope: Scope = EVERYWHERE
) -> str:
    """Return the id of a new appointment; it holds from the account's next request on.

    Parameters
    ----------
    principal
        Who appoints; None for the operator, who makes the first administrator and the demo's accounts.

    Raises
    ------
    AccessError
        `principal` may not manage accounts.
    StepUpNeeded
        Its second factor is not fresh.
    RegistryError
        There is no such role, its jurisdiction is missing, too much or unknown, or it is held already.
    """
    if principal is not None:
        require(principal, "account.manage")
        require_fresh(session, principal)
    known = read_role(role)
    check_scope(known, scope)
    _check_facts(session, scope)
    counties = sorted(set(scope.counties))
    _lock(session, account_id)
    _refuse_held(session, account_id, known, scope, counties)
    row = AppointmentRow(
        id=uuid.uuid4(),
        account_id=uuid.UUID(account_id),
        role=known,
        region=scope.region,
        counties=counties,
        sector=scope.sector,
        provider_id=uuid.UUID(scope.provider_id) if scope.provider_id else None,
        made_by=uuid.UUID(principal.account_id) if principal else None,
    )
    session.add(row)
    session.flush()
    held = session.scalars(select(AppointmentRow).where(AppointmentRow.id == row.id)).one()
    note(session, "appointment.made", principal, account=account_id, appointment=_as_held(held).words)
    return str(row.id)


def dismiss(session: Session, principal: Principal, appointment_id: str) -> HeldAppointment:
    """Return the appointment that was ended; it is refused from the account's next request on.

    Raises
    ------
    AccessError
        `principal` may not manage accounts.
    StepUpNeeded
        Its second factor is not fresh.
    RegistryError
        There is no such appointment, or it is the last enabled administrator's.
    """
    require(principal, "account.manage")
    require_fresh(session, principal)
    lock_administrators(session)
    found = session.scalar(
        select(AppointmentRow)
        .where(AppointmentRow.id == read_id(appointment_id, "appointment"), AppointmentRow.ended_at.is_(None))
        .with_for_update()
    )
    if found is None:
        raise NotThereError(
            "There is no such appointment",
            given=repr(appointment_id),
            wanted="the id of an appointment that holds",
            todo="look at the list of accounts",
        )
    if found.role == "administrator":
        refuse_last_administrator(session, str(found.account_id))
    session.execute(
        update(AppointmentRow)
        .where(AppointmentRow.id == found.id)
        .values(ended_at=func.clock_timestamp(), ended_by=uuid.UUID(principal.account_id))
    )
    held = _as_held(found)
    note(session, "appointment.ended", principal, account=held.account_id, appointment=held.words)
    return held


def appointments_of(session: Session, account_ids: Collection[str]) -> dict[str, list[HeldAppointment]]:
    """Return the appointments that hold, by account, in the order of their roles."""
    rows = session.scalars(
        select(AppointmentRow)
        .where(
            AppointmentRow.account_id.in_([uuid.UUID(one) for one in account_ids]),
            AppointmentRow.ended_at.is_(None),
        )
        .order_by(AppointmentRow.role, AppointmentRow.made_at, AppointmentRow.id)
    )
    held: dict[str, list[HeldAppointment]] = {one: [] for one in account_ids}
    for row in rows:
        held[str(row.account_id)].append(_as_held(row))
    return held


def lock_administrators(session: Session) -> None:
    """Let one at a time take an administrator away, so that two cannot take the last two."""
    session.execute(
        select(AppointmentRow.id)
        .where(AppointmentRow.role == "administrator", AppointmentRow.ended_at.is_(None))
        .order_by(AppointmentRow.id)
        .with_for_update()
    ).all()


def refuse_last_administrator(session: Session, account_id: str) -> None:
    """Refuse to take away the last enabled administrator; nobody could appoint another.

    Raises
    ------
    RegistryError
        No other account is an enabled administrator.
    """
    others = session.scalar(
        administrators().with_only_columns(func.count()).where(AccountRow.id != uuid.UUID(account_id))
    )
    mine = session.scalar(
        administrators().with_only_columns(func.count()).where(AccountRow.id == uuid.UUID(account_id))
    )
    if mine and not others:
        raise RegistryError(
            "This is the last administrator",
            given="an account without which nobody could manage accounts",
            wanted="another enabled administrator first",
            todo="appoint another administrator, then do this again",
        )


def administrators() -> Select[AccountRow]:
    """Return the query of the enabled accounts that are administrators."""
    return (
        select(AccountRow)
        .join(AppointmentRow, AppointmentRow.account_id == AccountRow.id)
        .where(
            AppointmentRow.role == "administrator",
            AppointmentRow.ended_at.is_(None),
            AccountRow.disabled_at.is_(None),
        )
    )


def read_id(text: str, what: str) -> uuid.UUID:
    """Return the id that `text` is.

    Raises
    ------
    RegistryError
        It is none.
    """
    try:
        return uuid.UUID(text)
    except ValueError:
        raise RegistryError(
            f"This is no id of an {what}" if what[0] in "aeiou" else f"This is no id of a {what}",
            given=repr(text),
            wanted="an id as lists show it",
            todo="copy it from the list",
        ) from None


def _check_facts(session: Session, scope: Scope) -> None:
    """Refuse a region, county, sector or company that the registry does not know."""
    if scope.region is not None:
        known = set(
            session.scalars(
                select(CountyRegionRow.region)
                .join(RegionVersionRow, RegionVersionRow.version == CountyRegionRow.version)
                .where(RegionVersionRow.active)
            )
        )
        _refuse_unknown("region", [scope.region], known)
    if scope.counties:
        _refuse_unknown("county", scope.counties, set(session.scalars(select(CountyRow.fips))))
    if scope.sector is not None:
        _refuse_unknown("sector", [scope.sector], set(session.scalars(select(SectorRow.code))))
    if scope.provider_id is not None:
        provider_id = read_id(scope.provider_id, "company")
        if session.get(ProviderRow, provider_id) is None:
            raise RegistryError(
                "There is no such company",
                given=repr(scope.provider_id),
                wanted="the id of a listed company",
                todo="look it up, then give its id",
            )


def _refuse_unknown(what: str, given: Collection[str], known: set[str]) -> None:
    strange = sorted(set(given) - known)
    if strange:
        shown = sorted(known)
        raise RegistryError(
            f"There is no such {what}",
            given=", ".join(map(repr, strange)),
            wanted=", ".join(shown[:20]) + (", ..." if len(shown) > len(shown[:20]) else "")
            or "reference data in the registry",
            todo="give one of these" if known else "run `merr load counties` and `merr load reference`",
        )


def _lock(session: Session, account_id: str) -> None:
    """Hold the account, so that two appointments of it are made one after the other."""
    found = session.scalar(
        select(AccountRow.id).where(AccountRow.id == uuid.UUID(account_id)).with_for_update(key_share=True)
    )
    if found is None:
        raise RegistryError(
            "There is no such account",
            given=repr(account_id),
            wanted="the id of an account",
            todo="look at the list of accounts",
        )


def _refuse_held(session: Session, account_id: str, role: Role, scope: Scope, counties: list[str]) -> None:
    for one in appointments_of(session, [account_id])[account_id]:
        same = (one.region, list(one.counties), one.sector, one.provider_id)
        if one.role == role and same == (scope.region, counties, scope.sector, scope.provider_id):
            raise RegistryError(
                "The account holds this appointment already",
                given=one.words,
                wanted="another role or jurisdiction",
                todo="leave it as it is",
            )


def _as_held(row: AppointmentRow) -> HeldAppointment:
    return HeldAppointment(
        id=str(row.id),
        account_id=str(row.account_id),
        role=cast("Role", row.role),
        region=row.region,
        counties=tuple(row.counties),
        sector=row.sector,
        provider_id=str(row.provider_id) if row.provider_id else None,
        made_at=row.made_at,
    )

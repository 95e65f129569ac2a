"""Companies looked up by name, for those who name them: administrators who appoint, auditors who look back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import Text, cast, func, select

from registry.directory.reference_tables import CountyRow
from registry.directory.tables import ProviderRow, SiteRow
from registry.errors import RegistryError
from registry.people.access import Target, may_somewhere, require

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

    from registry.people.principal import Principal

MOST: Final = 20
"""Companies found at most; who finds more types more letters."""

NAMING: Final = ("account.manage", "audit.read")
"""Whoever may do one of these may see every company's name: it is closed to planners only."""


@dataclass(frozen=True)
class CompanyPlace:
    """One site of a company, as its county and ZIP code."""

    county: str
    zip_code: str


@dataclass(frozen=True)
class Company:
    """What a company's own page shows of it.

    `shows_name` and `shows_place` (`no`, `zip`, `exact`) hold before a declaration; `by_company` says whether the
    company chose them itself.
    """

    id: str
    name: str
    synthetic: bool
    shows_name: bool
    shows_place: str
    by_company: bool
    places: tuple[CompanyPlace, ...]


def companies_named(session: Session, principal: Principal, words: str) -> tuple[tuple[str, str], ...]:
    """Return id and name of the companies whose name holds `words`, at most twenty in the order of their names.

    Raises
    ------
    AccessError
        `principal` neither manages accounts nor reads the audit.
    """
    if not any(may_somewhere(principal, action) for action in NAMING):
        require(principal, NAMING[0])
    query = (
        select(cast(ProviderRow.id, Text), ProviderRow.name)
        .where(ProviderRow.name.icontains(words.strip(), autoescape=True))
        .order_by(ProviderRow.name, ProviderRow.id)
        .limit(MOST)
    )
    return tuple((found, name) for found, name in session.execute(query))


def company_names(session: Session, principal: Principal, ids: Collection[str]) -> Mapping[str, str]:
    """Return the names of companies by id, for those who may see them; an id that none has is left out.

    Raises
    ------
    AccessError
        `principal` may see no company's name.
    """
    if not any(may_somewhere(principal, action) for action in (*NAMING, "account.read")):
        require(principal, NAMING[0])
    query = select(cast(ProviderRow.id, Text), ProviderRow.name).where(
        ProviderRow.id.in_([uuid.UUID(each) for each in ids])
    )
    return {found: name for found, name in session.execute(query)}  # noqa: C416 - rows, typed as pairs


def company_of(session: Session, principal: Principal, provider_id: str) -> Company:
    """Return a company for its own contact.

    Raises
    ------
    AccessError
        It is not the principal's own company.
    RegistryError
        There is none of that id.
    """
    require(principal, "provider.show", Target(provider_id=provider_id))
    row = session.get(ProviderRow, uuid.UUID(provider_id))
    if row is None:
        raise RegistryError(
            "There is no such company",
            given=repr(provider_id),
            wanted="the id of a listed company",
            todo="ask an administrator which company your account belongs to",
        )
    places = session.execute(
        select(CountyRow.name, SiteRow.zip_code, func.count())
        .join(CountyRow, CountyRow.fips == SiteRow.county_fips)
        .where(SiteRow.provider_id == row.id)
        .group_by(CountyRow.name, SiteRow.zip_code)
        .order_by(CountyRow.name, SiteRow.zip_code)
    )
    return Company(
        id=str(row.id),
        name=row.name,
        synthetic=row.synthetic,
        shows_name=row.shows_name,
        shows_place=row.shows_place,
        by_company=row.shows_by_company,
        places=tuple(CompanyPlace(county, zip_code) for county, zip_code, _ in places),
    )

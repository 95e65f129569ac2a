"""The assets in pages, for whoever goes through the list: by kind, then county, then in an order that tells nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import LargeBinary, String, Text, cast, func, literal, tuple_

from registry.directory.listing import Listing
from registry.directory.store import listing_query
from registry.directory.tables import AssetRow, ProviderRow, SiteRow

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import ColumnElement, Label
    from sqlalchemy.orm import Session

    PageKey = tuple[str, str, str]
    """Where an asset stands in the list: its kind, its county (FIPS) and its turn."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What the list is narrowed to; None for all. Counties are FIPS codes."""

    kinds: Collection[str] | None = None
    counties: Collection[str] | None = None
    sector: str | None = None


def assets_after(
    session: Session, wanted: Wanted, *, key: bytes, after: PageKey | None, limit: int
) -> list[tuple[PageKey, Listing]]:
    """Return the assets that follow the one with the key `after` (None: from the first on), each with its own key.

    Parameters
    ----------
    key
        The secret that an asset's turn within its kind and county follows from, so that neither the order nor what is
        sent along to come back tells an id, a name or when it was listed.
    limit
        How many at most.
    """
    place = AssetRow.kind, SiteRow.county_fips, _turn(key)
    named: list[Label[Any]] = [part.label(f"key_{number}") for number, part in enumerate(place)]
    query = listing_query().add_columns(*named).order_by(*place).limit(limit)
    if wanted.kinds is not None:
        query = query.where(AssetRow.kind.in_(sorted(wanted.kinds)))
    if wanted.counties is not None:
        query = query.where(SiteRow.county_fips.in_(sorted(wanted.counties)))
    if wanted.sector is not None:
        query = query.where(ProviderRow.sector == wanted.sector)
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(*(literal(each, Text) for each in after)))
    found = [tuple(row) for row in session.execute(query)]
    return [(row[-3:], Listing(*row[:-3])) for row in found]


def _turn(key: bytes) -> ColumnElement[Any]:
    """Return what an asset's turn is: 32 hexadecimal digits made from its id by a secret."""
    named = func.convert_to(cast(AssetRow.id, Text), literal("UTF8", String))
    hashed = func.sha256(literal(key, LargeBinary).op("||")(named))
    return func.encode(func.substring(hashed, 1, 16), literal("hex", String))

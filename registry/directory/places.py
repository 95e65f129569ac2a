"""The counties as a form offers them: by name, and by SEMA's regions in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from registry.directory.reference import region_version_in_use
from registry.directory.reference_tables import CountyRegionRow, CountyRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

ST_LOUIS_CITY: Final = "29510"


@dataclass(frozen=True)
class CountyPlace:
    """A county: its FIPS code, what people call it (`Jasper county`), and its region, empty where none is loaded."""

    fips: str
    label: str
    region: str


def county_places(session: Session) -> tuple[CountyPlace, ...]:
    """Return the counties of Missouri and St. Louis city, in the order of their names."""
    query = (
        select(CountyRow.fips, CountyRow.name, func.coalesce(CountyRegionRow.region, ""))
        .outerjoin(
            CountyRegionRow,
            (CountyRegionRow.fips == CountyRow.fips) & (CountyRegionRow.version == region_version_in_use()),
        )
        .order_by(CountyRow.name, CountyRow.fips)
    )
    return tuple(
        CountyPlace(
            fips, f"{name.removesuffix(' city')} {'city' if fips == ST_LOUIS_CITY else 'county'}", region
        )
        for fips, name, region in session.execute(query)
    )

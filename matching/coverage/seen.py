"""What of a provider is seen in coverage, which no declaration opens: whoever reads it is told the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matching.coverage.recipe import alias
from matching.rounding import up_ms
from matching.sight import NAME_CLOSED
from matching.veil import point_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from matching.atlas import Atlas
    from registry.directory.listing import Listing


@dataclass(frozen=True)
class Seen:
    """What may be seen of a provider's asset by whoever reads coverage, which no declaration opens.

    Parameters
    ----------
    name
        The company's name, or that it is closed.
    place
        A town, a ZIP code, or no more than the county.
    name_closed, place_closed
        Whether the name is closed, and whether the place is: times from it are then told to five minutes.
    confirmed_on
        When the listing was confirmed last.
    """

    name: str
    place: str
    name_closed: bool
    place_closed: bool
    confirmed_on: date | None

    def told_ms(self, ms: int) -> int:
        """Return the milliseconds from there as they may be told: from a closed place in steps, rounded up."""
        return up_ms(ms) if self.place_closed else ms


def seen_of(rows: Sequence[Listing], known: Atlas) -> tuple[dict[str, Seen], dict[str, Seen]]:
    """Return what may be seen of each asset, and of each company (its first asset's place), by their ids."""
    assets = {row.asset_id: seen(row, known) for row in rows}
    companies: dict[str, Seen] = {}
    for row in sorted(rows, key=lambda each: each.asset_id):
        companies.setdefault(row.provider_id, assets[row.asset_id])
    return assets, companies


def seen(row: Listing, known: Atlas) -> Seen:
    """Return a listing as its company lets it be seen: a point is a name, so a closed place is no more than its county."""
    point = point_of(row, known.zips)
    county = known.counties.label(known.counties.index(row.county_fips))
    place = {"site": row.town or county, "zip": f"ZIP {row.zip_code}"}.get(point, county)
    return Seen(
        name=row.provider_name if row.shows_name else NAME_CLOSED,
        place=place,
        name_closed=not row.shows_name,
        place_closed=point != "site",
        confirmed_on=row.confirmed_on,
    )


def shown_id(row: Listing, key: bytes) -> str:
    """Return the id by which a listing's company is known in coverage: the one of kept runs where its name is closed.

    `key` is `registry.trust.aliases.alias_key`.
    """
    return row.provider_id if row.shows_name else alias(row.provider_id, key)

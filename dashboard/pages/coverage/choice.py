"""What the page of coverage shows, as its address says it: a reload or a link shows the same."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode
from uuid import UUID

from matching.coverage.parameters import FRESH_DAYS
from matching.measures import MINUTE_MS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

PATH: Final = "/coverage"

LIMITS_MIN: Final = (30, 60, 120, 240, 480, 720)
"""The limits that may be chosen, in minutes; coverage is worked out for all of them at once."""

SHOWN: Final = ("time", "units", "companies", "score")
"""What may be shown of a place."""

MOST_COUNTED: Final = 5
"""The provider farthest down that may be counted to."""


@dataclass(frozen=True)
class Choice:
    """One view of the page.

    Parameters
    ----------
    limit
        The limit in minutes.
    counted
        How many providers must be there within it.
    listings
        `fresh`: only those confirmed in 180 days; `all`.
    sector
        The code of the sector that the map shows, or `need:` and a capability in one line.
    region
        The region whose counties the grid shows; empty for all nine regions.
    kept
        The id of the stored run that is shown in place of the registry as it is now; empty for now.
    shows
        What is shown of each place: `time`, `units`, `companies` or `score`.
    county
        The county that is explained, by its FIPS code; empty for none.
    versus
        The id of the stored run it is compared with; empty for none.
    """

    limit: int = 120
    counted: int = 2
    listings: str = "fresh"
    sector: str = ""
    region: str = ""
    county: str = ""
    versus: str = ""
    shows: str = "time"
    kept: str = ""

    @property
    def limit_ms(self) -> int:
        """The limit in milliseconds."""
        return self.limit * MINUTE_MS

    @property
    def fresh_days(self) -> int | None:
        """The days in which a listing must have been confirmed; None where all count."""
        return FRESH_DAYS if self.listings == "fresh" else None

    def with_(self, **changes: str | int) -> Choice:
        """Return the view with something else in it."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def address(self, path: str = PATH, **changes: str | int) -> str:
        """Return the address of this view, with something else in it; what is as it is at first is left out."""
        shown, first = self.with_(**changes), Choice()
        given = {field.name: getattr(shown, field.name) for field in fields(self)}
        kept = {name: value for name, value in given.items() if value != getattr(first, name)}
        return f"{path}?{urlencode(kept)}" if kept else path


def read_choice(asked: Mapping[str, str], sectors: Collection[str], counties: Mapping[str, str]) -> Choice:
    """Return the view that an address asks for; what cannot be shown counts for nothing, as if it were left out.

    Parameters
    ----------
    asked
        What follows the address's question mark.
    sectors
        The sectors there are, the first of which the map shows unless another is named; energy if it is among them.
    counties
        The region of each county by its FIPS code.
    """
    first = Choice()
    usual = "energy" if "energy" in sectors else next(iter(sectors), "")
    return Choice(
        limit=_number(asked.get("limit"), LIMITS_MIN, first.limit),
        counted=_number(asked.get("counted"), range(1, MOST_COUNTED + 1), first.counted),
        listings="all" if asked.get("listings") == "all" else first.listings,
        sector=asked["sector"] if asked.get("sector") in sectors else usual,
        region=asked["region"] if asked.get("region") in set(counties.values()) - {""} else "",
        county=asked["county"] if asked.get("county") in counties else "",
        versus=_run_id(asked.get("versus")),
        kept=_run_id(asked.get("kept")),
        shows=asked["shows"] if asked.get("shows") in SHOWN else first.shows,
    )


def _number(given: str | None, known: Collection[int], otherwise: int) -> int:
    found = {str(each): each for each in known}
    return found.get(given or "", otherwise)


def _run_id(given: str | None) -> str:
    try:
        return str(UUID(given or ""))
    except ValueError:
        return ""

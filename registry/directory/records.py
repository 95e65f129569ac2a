"""What a loader hands to the registry: providers with their sites, assets and protected fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

PRICE_BASES = ("donate", "cost", "contract")
"""On which terms an asset is lent."""


@dataclass(frozen=True, kw_only=True)
class ContactRecord:
    """Whom to call. Kept in `protected.contacts`; never part of a listing, a message or a report."""

    person: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    email: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class ProprietaryRecord:
    """What a company tells in confidence about an asset. Kept in `protected.proprietary`."""

    price_basis: str | None = field(default=None, repr=False)
    conditions: str = field(default="", repr=False)
    notes: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class AssetRecord:
    """Something a site can send, with a quantity in its kind's unit.

    `external_key` names it among the assets of its site. `attributes` are typed values of its kind, e.g.
    `{"kw": 125.0, "fuel": "diesel"}`. `mobilisation_s` is the time from the call until it leaves, in seconds.
    `licence`, `team_size` and `hours` belong to volunteers and services alone.
    """

    external_key: str
    kind: str
    name: str
    quantity: int
    attributes: Mapping[str, float | str | bool] = field(default_factory=dict)
    mobilisation_s: int = 0
    status: str = "available"
    confirmed_on: date | None = None
    delivery: str = "delivers"
    operator: bool = False
    max_days: int | None = None
    licence: str | None = None
    team_size: int | None = None
    hours: str | None = None
    proprietary: ProprietaryRecord | None = None


@dataclass(frozen=True, kw_only=True)
class SiteRecord:
    """A place of a provider with its point (EPSG:4326) and how well that point is known, in metres.

    `external_key` names it among the sites of its provider. A place without a point is no site: it goes to the
    reviews (`registry.directory.reviews`).
    """

    external_key: str
    name: str
    lon: float
    lat: float
    county_fips: str
    geocode_quality: str
    geocode_source: str
    geocode_accuracy_m: float
    address: str = ""
    town: str = ""
    zip_code: str = ""
    assets: tuple[AssetRecord, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ProviderRecord:
    """A company or body that agreed to be listed, with its sites.

    `source` and `external_key` together name it for ever: the same record loaded twice changes nothing.
    `synthetic` marks the invented companies of the demo registry. `max_consecutive_days` is how long it may be
    asked for (RSMo 44.023 allows volunteers five days). `shows_name` and `shows_place` (`no`, `zip`, `exact`) are
    what may be seen of it before a declaration; None says nothing about it, which is "no" for a new provider.
    """

    source: str
    external_key: str
    name: str
    sector: str
    sites: tuple[SiteRecord, ...] = ()
    synthetic: bool = False
    max_consecutive_days: int | None = None
    contact: ContactRecord | None = None
    shows_name: bool | None = None
    shows_place: str | None = None


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many records of one sort were new, changed or as they were."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def total(self) -> int:
        """All records of this sort that were handed in."""
        return self.new + self.changed + self.unchanged

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(
            new=self.new + other.new,
            changed=self.changed + other.changed,
            unchanged=self.unchanged + other.unchanged,
        )


@dataclass(frozen=True, kw_only=True)
class Written:
    """What one write did, by sort of record."""

    providers: Tally = Tally()
    sites: Tally = Tally()
    assets: Tally = Tally()
    contacts: Tally = Tally()
    proprietary: Tally = Tally()

    def counts(self) -> dict[str, dict[str, int]]:
        """Return the figures as plain numbers, for a load run's report."""
        return {
            name: {"new": t.new, "changed": t.changed, "unchanged": t.unchanged}
            for name, t in vars(self).items()
        }

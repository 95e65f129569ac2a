"""One asset as ranking and the map need it: what it is, whose, where, and how it meets the road."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

STATUSES = ("available", "committed", "paused", "closed")
"""What an asset can be; only `available` ones are ranked."""

DELIVERIES = ("delivers", "pickup")
"""Whether the provider brings the asset or somebody must fetch it."""

GEOCODE_QUALITIES = ("given", "address", "zip+place", "zip", "place")
"""How a site's point was found, best first."""

PLACES_SHOWN = ("no", "zip", "exact")
"""What a company lets be seen of its places before a declaration: nothing finer than the county, the ZIP, the point."""

PointOf = Literal["site", "zip", "county"]
"""What a point stands for: the site itself, or in its place the point of its ZIP or its county's seat."""

UNPLACED = -1
"""The edge of a site that meets no road of the active network within its limit (or of a registry without roads)."""


@dataclass(frozen=True, slots=True)
class Listing:
    """One asset of the registry with all that ranking needs, and nothing that is protected.

    Lengths are metres, times seconds, points EPSG:4326. `network_hash` names the road network that `edge`,
    `offset_m` (from the edge's tail) and `access_m` (straight metres to the road) were found on; it is empty
    while no network is active. `profile` is the vehicle that the asset's kind travels by. `edge` is `UNPLACED` when no road is near enough; `access_m` then is infinite.

    `shows_name` and `shows_place` are what the company allows before a declaration. `name_closed` and `point_of`
    say what of a listing is closed as it stands here: `matching.veil` makes such listings.
    """

    asset_id: str
    asset_name: str
    kind: str
    family: str
    kind_name: str
    asset_class: str
    attributes: Mapping[str, float | str | bool]
    quantity: int
    unit: str
    mobilisation_s: int
    status: str
    confirmed_on: date | None
    delivery: str
    operator: bool
    max_days: int | None
    provider_id: str
    provider_name: str
    synthetic: bool
    sector: str
    site_id: str
    site_name: str
    town: str
    lon: float
    lat: float
    county_fips: str
    county_name: str
    region: str
    geocode_quality: str
    geocode_accuracy_m: float
    network_hash: str
    edge: int
    offset_m: float
    access_m: float
    profile: str = "car"
    zip_code: str = ""
    shows_name: bool = False
    shows_place: str = "no"
    name_closed: bool = False
    point_of: PointOf = "site"

    @property
    def place_closed(self) -> bool:
        """Whether the point is not the site's own."""
        return self.point_of != "site"


@dataclass(frozen=True, slots=True)
class SitePoint:
    """A site: its point (EPSG:4326), its provider's sector, how many assets it lists, and what of it may be seen."""

    site_id: str
    lon: float
    lat: float
    sector: str
    county_fips: str
    assets: int
    zip_code: str = ""
    shows_place: str = "no"

"""The registry's sites as the map may show them: one point for all sites of a sector that stand for the same anchor."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from geo.counties import Counties
    from registry.directory.listing import Listing, PointOf, SitePoint


class Anchor(NamedTuple):
    """A point of the map (EPSG:4326), what it stands for, and how many sites and assets of one sector it stands for."""

    lon: float
    lat: float
    point_of: PointOf
    sector: str
    sites: int
    assets: int


def anchors(
    sites: Iterable[SitePoint], counties: Counties, zips: Mapping[str, tuple[float, float]]
) -> list[Anchor]:
    """Return sites at the points by which they may be seen before a declaration, in the order of those points.

    The map belongs to no incident, so nothing opens it. No site has a mark or an id of its own, unless its company
    lets its exact place be seen.
    """
    counted: dict[tuple[float, float, PointOf, str], tuple[int, int]] = {}
    for site in sites:
        key = (*seen_point(site, counties, zips), site.sector)
        before = counted.get(key, (0, 0))
        counted[key] = before[0] + 1, before[1] + site.assets
    return [Anchor(*key, *number) for key, number in sorted(counted.items())]


def seen_point(
    site: SitePoint | Listing, counties: Counties, zips: Mapping[str, tuple[float, float]]
) -> tuple[float, float, PointOf]:
    """Return the point (EPSG:4326) by which a site may be seen, and what it is: its own, its ZIP's or its county seat."""
    if site.shows_place == "exact":
        return site.lon, site.lat, "site"
    if site.shows_place == "zip" and site.zip_code in zips:
        return *zips[site.zip_code], "zip"
    county = counties.index(site.county_fips)
    return float(counties.seat_lon[county]), float(counties.seat_lat[county]), "county"

"""What the registry answers about its sites and assets. Nothing here reads a protected table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geoalchemy2.shape import from_shape
from sqlalchemy import ColumnElement, Select, SQLColumnExpression, Text, and_, cast, func, or_, select

from geo.areas import area_from_geojson
from registry.directory.listing import UNPLACED, Listing, SitePoint
from registry.directory.reference import counties, kinds, lifelines, region_version_in_use, sectors
from registry.directory.reference_tables import AttributeRow, CountyRegionRow, CountyRow, KindRow
from registry.directory.tables import AssetRow, ProviderRow, SiteRow

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

__all__ = [
    "counties",
    "county_totals",
    "free_texts",
    "kinds",
    "lifelines",
    "listing_query",
    "listings",
    "sectors",
    "site_points",
    "sites_inside",
]


_COLUMNS: dict[str, SQLColumnExpression[Any]] = {
    "asset_id": cast(AssetRow.id, Text),
    "asset_name": AssetRow.name,
    "kind": AssetRow.kind,
    "family": KindRow.family,
    "kind_name": KindRow.name,
    "asset_class": AssetRow.asset_class,
    "attributes": AssetRow.attributes,
    "quantity": AssetRow.quantity,
    "unit": KindRow.unit,
    "mobilisation_s": AssetRow.mobilisation_s,
    "status": AssetRow.status,
    "confirmed_on": AssetRow.confirmed_on,
    "delivery": AssetRow.delivery,
    "operator": AssetRow.operator,
    # The provider's own limit and the asset's: the shorter one holds.
    "max_days": func.least(AssetRow.max_days, ProviderRow.max_consecutive_days),
    "provider_id": cast(ProviderRow.id, Text),
    "provider_name": ProviderRow.name,
    "synthetic": ProviderRow.synthetic,
    "sector": ProviderRow.sector,
    "site_id": cast(SiteRow.id, Text),
    "site_name": SiteRow.name,
    "town": SiteRow.town,
    "lon": SiteRow.lon,
    "lat": SiteRow.lat,
    "county_fips": SiteRow.county_fips,
    "county_name": CountyRow.name,
    "region": func.coalesce(CountyRegionRow.region, ""),
    "geocode_quality": SiteRow.geocode_quality,
    "geocode_accuracy_m": SiteRow.geocode_accuracy_m,
    "network_hash": func.coalesce(SiteRow.network_hash, ""),
    "edge": func.coalesce(SiteRow.edge, UNPLACED),
    "offset_m": func.coalesce(SiteRow.offset_m, 0.0),
    "access_m": func.coalesce(SiteRow.access_m, float("inf")),
    "profile": KindRow.profile,
    "zip_code": SiteRow.zip_code,
    "shows_name": ProviderRow.shows_name,
    "shows_place": ProviderRow.shows_place,
}
"""Where each field of a `Listing` comes from, in the order of its fields."""


def listings(session: Session, kinds: Collection[str] | None = None) -> list[Listing]:
    """Return every asset of the given kinds (None: of all), in the order of their ids.

    One query, whatever the number. Assets of every status are in it: what is not available is left out by
    whoever ranks, with the reason.
    """
    query = listing_query().order_by(AssetRow.id)
    if kinds is not None:
        query = query.where(AssetRow.kind.in_(sorted(kinds)))
    session.flush()
    # Plain rows, past the session: it keeps none of them, and its way of loading columns costs a fifth more.
    return [Listing(*row) for row in session.connection().execute(query)]


def listing_query() -> Select[*tuple[Any, ...]]:
    """Return the query of every asset, in no order: one column for each field of a `Listing`, in their order."""
    return (
        select(*(column.label(field) for field, column in _COLUMNS.items()))
        .select_from(AssetRow)
        .join(KindRow, KindRow.code == AssetRow.kind)
        .join(SiteRow, SiteRow.id == AssetRow.site_id)
        .join(ProviderRow, ProviderRow.id == SiteRow.provider_id)
        .join(CountyRow, CountyRow.fips == SiteRow.county_fips)
        .outerjoin(
            CountyRegionRow,
            (CountyRegionRow.fips == SiteRow.county_fips)
            & (CountyRegionRow.version == region_version_in_use()),
        )
    )


def site_points(session: Session) -> list[SitePoint]:
    """Return every site with its point (EPSG:4326) and its number of assets, in the order of their ids."""
    query = (
        select(
            cast(SiteRow.id, Text),
            SiteRow.lon,
            SiteRow.lat,
            ProviderRow.sector,
            SiteRow.county_fips,
            func.count(AssetRow.id),
            SiteRow.zip_code,
            ProviderRow.shows_place,
        )
        .join(ProviderRow, ProviderRow.id == SiteRow.provider_id)
        .outerjoin(AssetRow, AssetRow.site_id == SiteRow.id)
        .group_by(SiteRow.id, ProviderRow.sector, ProviderRow.shows_place)
        .order_by(SiteRow.id)
    )
    return [SitePoint(*row) for row in session.execute(query)]


def county_totals(session: Session, *, sector: str | None = None, kind: str | None = None) -> dict[str, int]:
    """Return the number of assets in each county by FIPS; a county without any has 0.

    Parameters
    ----------
    sector
        Count only assets of providers of this sector.
    kind
        Count only assets of this kind, or of any kind of this family.
    """
    counted = (
        select(SiteRow.county_fips, func.count().label("assets"))
        .join(AssetRow, AssetRow.site_id == SiteRow.id)
        .group_by(SiteRow.county_fips)
    )
    if sector is not None:
        counted = counted.join(ProviderRow, ProviderRow.id == SiteRow.provider_id).where(
            ProviderRow.sector == sector
        )
    if kind is not None:
        counted = counted.join(KindRow, KindRow.code == AssetRow.kind).where(
            or_(KindRow.code == kind, KindRow.family == kind)
        )
    totals = counted.subquery()
    query = (
        select(CountyRow.fips, func.coalesce(totals.c.assets, 0))
        .outerjoin(totals, totals.c.county_fips == CountyRow.fips)
        .order_by(CountyRow.fips)
    )
    return {fips: assets for fips, assets in session.execute(query)}  # noqa: C416 - rows, typed as pairs


def free_texts(session: Session) -> frozenset[str]:
    """Return the codes of the attributes that hold a company's own words, such as the number of a licence."""
    return frozenset(session.scalars(select(AttributeRow.code).where(AttributeRow.type == "text")))


def sites_inside(
    session: Session, area_geojson: Mapping[str, object], struck: Collection[str] | None = None
) -> dict[str, int]:
    """Return the number of sites in an area by sector, largest number first.

    Parameters
    ----------
    area_geojson
        A Feature or geometry as `IncidentArea.as_geojson` gives it (EPSG:4326). It is read and checked like any
        other area, so that nothing unchecked reaches the database.
    struck
        The counties that the area touches, by FIPS code: a site whose exact place its company does not let be seen
        counts when it stands in one of them, wherever in it. None counts every site by its point.

    Raises
    ------
    AreaError
        When it is no area.
    """
    area = from_shape(area_from_geojson(dict(area_geojson)).geometry, srid=4326)
    number = func.count()
    holds: ColumnElement[bool] = func.ST_Covers(area, SiteRow.point)
    if struck is not None:
        seen = ProviderRow.shows_place == "exact"
        in_county = SiteRow.county_fips.in_(sorted(struck))
        # Said of the sites alone too, so that both their indexes narrow them before their providers are looked at.
        holds = and_(or_(holds, in_county), or_(and_(seen, holds), and_(~seen, in_county)))
    query = (
        select(ProviderRow.sector, number)
        .join(SiteRow, SiteRow.provider_id == ProviderRow.id)
        .where(holds)
        .group_by(ProviderRow.sector)
        .order_by(number.desc(), ProviderRow.sector)
    )
    return {sector: sites for sector, sites in session.execute(query)}  # noqa: C416 - rows, typed as pairs

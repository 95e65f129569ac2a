"""Providers written into the registry: checked first, then all in one transaction, idempotently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from registry.directory.bulk import Row, hold_source, ids_of, upsert
from registry.directory.checking import check_providers
from registry.directory.records import (
    AssetRecord,
    ContactRecord,
    ProprietaryRecord,
    ProviderRecord,
    SiteRecord,
    Tally,
    Written,
)
from registry.directory.reference import kinds
from registry.directory.reference_tables import CountyRow, SectorRow
from registry.directory.roads import ROADS_LOCK, active_hash, active_network, snap_sites
from registry.directory.tables import AssetRow, ProviderRow, SiteRow
from registry.trust.tables import ContactRow, ProprietaryRow

if TYPE_CHECKING:
    import uuid
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from registry.directory.kinds import Taxonomy

__all__ = [
    "AssetRecord",
    "ContactRecord",
    "ProprietaryRecord",
    "ProviderRecord",
    "SiteRecord",
    "Tally",
    "Written",
    "upsert_providers",
]

_BY_PROVIDER = ("provider_id", "external_key")
_BY_SITE = ("site_id", "external_key")

_IF_MOVED = (
    "CASE WHEN ROW(old.lon, old.lat) IS DISTINCT FROM ROW(excluded.lon, excluded.lat) THEN NULL ELSE {} END"
)
_UNSNAPPED = {
    column: _IF_MOVED.format(f"old.{column}") for column in ("network_hash", "edge", "offset_m", "access_m")
}
"""A site that moved loses its place on the road, and gets a new one before the transaction ends."""

_AS_THE_COMPANY_SET = {
    column: f"CASE WHEN old.shows_by_company THEN old.{column} ELSE excluded.{column} END"
    for column in ("shows_name", "shows_place")
}
"""What a company shows of itself is its own word once it has given it; no list says otherwise."""


def upsert_providers(session: Session, records: Iterable[ProviderRecord]) -> Written:
    """Return how many providers, sites, assets and protected fields were new, changed or as they were.

    A provider is known by its source and external key, a site by its key within the provider, an asset by its key
    within the site. The same records again change nothing; one changed record changes only its own rows. What a
    later batch does not mention stays as it is: a list that leaves something out is no word that it is gone.
    New and moved sites are snapped to the active roads before this returns.

    Two batches at once wait for each other by source, so neither doubles anything and neither is sent back.

    Raises
    ------
    RegistryError
        When a record cannot be written; then none of them is.
    """
    batch = list(records)
    taxonomy = kinds(session)
    sectors = set(session.scalars(select(SectorRow.code)))
    counties = set(session.scalars(select(CountyRow.fips)))
    check_providers(batch, taxonomy, sectors, counties)
    _lock(session, {record.source for record in batch})
    written = _write(session, batch, taxonomy)
    if active_hash(session) is not None and (written.sites.new or written.sites.changed):
        snap_sites(session, active_network(session))
    return written


def _lock(session: Session, sources: set[str]) -> None:
    """Wait until nobody else writes these sources or changes the roads.

    Always the roads first and the sources in order, so that no two can wait for each other.
    """
    session.execute(select(func.pg_advisory_xact_lock_shared(ROADS_LOCK)))
    for source in sorted(sources):
        hold_source(session, source)


def _write(session: Session, batch: Sequence[ProviderRecord], taxonomy: Taxonomy) -> Written:
    rows = [_provider_row(record) for record in batch]
    by_source = ("source", "external_key")
    providers = _write_providers(session, rows, by_source)
    provider_ids = ids_of(session, ProviderRow, rows, key=by_source)
    contacts = _write_contacts(session, batch, provider_ids)

    placed = [(site, id_) for record, id_ in zip(batch, provider_ids, strict=True) for site in record.sites]
    rows = [_site_row(site, provider_id) for site, provider_id in placed]
    sites = upsert(session, SiteRow, rows, key=_BY_PROVIDER, on_change=_UNSNAPPED)
    site_ids = ids_of(session, SiteRow, rows, key=_BY_PROVIDER)

    owned = [
        (asset, site_id, provider_id)
        for (site, provider_id), site_id in zip(placed, site_ids, strict=True)
        for asset in site.assets
    ]
    rows = [_asset_row(asset, site_id, taxonomy) for asset, site_id, _ in owned]
    assets = upsert(session, AssetRow, rows, key=_BY_SITE)
    asset_ids = ids_of(session, AssetRow, rows, key=_BY_SITE)
    told = [
        (asset.proprietary, asset_id, provider_id)
        for (asset, _, provider_id), asset_id in zip(owned, asset_ids, strict=True)
    ]
    proprietary = _write_proprietary(session, told)
    return Written(
        providers=providers, sites=sites, assets=assets, contacts=contacts, proprietary=proprietary
    )


def _write_providers(session: Session, rows: Sequence[Row], key: Sequence[str]) -> Tally:
    """Write providers; what one does not say of itself stays as it is."""
    written = Tally()
    for columns in sorted({tuple(row) for row in rows}):
        alike = [row for row in rows if tuple(row) == columns]
        written += upsert(session, ProviderRow, alike, key=key, instead=_AS_THE_COMPANY_SET)
    return written


def _write_contacts(
    session: Session, batch: Sequence[ProviderRecord], provider_ids: Sequence[uuid.UUID]
) -> Tally:
    rows: list[Row] = [
        {"provider_id": str(provider_id), **vars(record.contact)}
        for record, provider_id in zip(batch, provider_ids, strict=True)
        if record.contact is not None
    ]
    return upsert(session, ContactRow, rows, key=("provider_id",))


def _write_proprietary(
    session: Session, told: Iterable[tuple[ProprietaryRecord | None, uuid.UUID, uuid.UUID]]
) -> Tally:
    rows: list[Row] = [
        {"asset_id": str(asset_id), "provider_id": str(provider_id), **vars(fields)}
        for fields, asset_id, provider_id in told
        if fields is not None
    ]
    return upsert(session, ProprietaryRow, rows, key=("asset_id",))


def _provider_row(record: ProviderRecord) -> Row:
    return {
        "source": record.source,
        "external_key": record.external_key,
        "name": record.name,
        "sector": record.sector,
        "synthetic": record.synthetic,
        "max_consecutive_days": record.max_consecutive_days,
        **{
            column: said
            for column, said in (("shows_name", record.shows_name), ("shows_place", record.shows_place))
            if said is not None
        },
    }


def _site_row(site: SiteRecord, provider_id: uuid.UUID) -> Row:
    given = {column: value for column, value in vars(site).items() if column != "assets"}
    return {"provider_id": str(provider_id), **given}


def _asset_row(asset: AssetRecord, site_id: uuid.UUID, taxonomy: Taxonomy) -> Row:
    given = {column: value for column, value in vars(asset).items() if column != "proprietary"}
    return {
        **given,
        "site_id": str(site_id),
        "asset_class": taxonomy.kinds[asset.kind].asset_class,
        "attributes": taxonomy.check(asset.kind, asset.attributes),
        "confirmed_on": asset.confirmed_on.isoformat() if asset.confirmed_on else None,
    }

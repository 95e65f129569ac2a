"""A list of companies and what they could lend, from a CSV or XLSX file to records of the registry.

One row is an asset or a company. Rows that share a provider belong together, and so do rows that share a place
of it. Three things can become of a row: it is kept; it is rejected, because it contradicts itself, another row
or the format; or it waits for review, because everything about it is fine but where it lies is unknown.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from etl.sources.columns import layout
from etl.sources.geocoding import Point, Unplaced, place_all
from etl.sources.rows import RowFacts, address_of, row_facts
from etl.sources.tables import read_table
from registry.directory.records import AssetRecord, ContactRecord, ProviderRecord, SiteRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from etl.sources.census import CensusGeocoder
    from etl.sources.columns import ColumnMap
    from etl.sources.tables import Table
    from etl.sources.vocabulary import Vocabulary
    from geo.gazetteer import Gazetteer

DIFFERS = {
    "name": "name",
    "sector": "sector",
    "person": "contact_name",
    "phone": "contact_phone",
    "email": "contact_email",
    "max_consecutive_days": "max_consecutive_days",
    "shows_name": "shows_name",
    "shows_place": "shows_place",
    "street": "address",
    "city": "city",
    "zip_code": "zip",
    "county_fips": "county",
    "point": "lat and lon",
}
"""Facts that rows of one company or one place must agree on, by the column that says them."""


@dataclass(frozen=True)
class RejectedRow:
    """A row that was not taken, with a sentence without a full stop; `row` counts the header as 1."""

    row: int
    reason: str

    def __str__(self) -> str:
        """Return the line that a report prints."""
        return f"row {self.row:,}: {self.reason}"


@dataclass(frozen=True)
class WaitingRow:
    """A row whose place is unknown: what it says (less what is protected) and why it waits."""

    row: int
    reason: str
    raw: Mapping[str, str] = field(repr=False)

    def __str__(self) -> str:
        """Return the line that a report prints."""
        return f"row {self.row:,}: {self.reason}"


@dataclass(frozen=True)
class ProviderBatch:
    """What one file came to.

    Parameters
    ----------
    source
        The word under which the registry knows these providers.
    read, kept
        Rows read, and rows that stand in `records`; the others are in `rejected` or `waiting`.
    records
        Providers with their sites and assets, in the order of the file.
    rejected
        Rows that were turned away.
    waiting
        Rows for the review list.
    qualities
        How many sites were placed how: 'given', 'address', 'zip+place', 'zip', 'place'.
    notes
        What else the reader should know: columns not used, an online service that did not answer.
    """

    source: str
    read: int
    kept: int
    records: tuple[ProviderRecord, ...]
    rejected: tuple[RejectedRow, ...]
    waiting: tuple[WaitingRow, ...]
    qualities: Mapping[str, int]
    notes: tuple[str, ...]


def read_providers(
    path: Path,
    gazetteer: Gazetteer,
    words: Vocabulary,
    *,
    source: str,
    column_map: ColumnMap | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    census: CensusGeocoder | None = None,
    progress: Callable[[str], None] | None = None,
) -> ProviderBatch:
    """Return what a provider list says, row by row kept, rejected or waiting.

    Parameters
    ----------
    path
        A CSV or XLSX file.
    gazetteer
        Towns and ZIPs, for rows without coordinates.
    words
        The kinds, sectors and counties that cells may name.
    source
        The word under which the registry knows these providers.
    column_map
        How a foreign list's columns are ours.
    sheet, encoding
        Of a workbook; of a CSV that is not UTF-8.
    census
        The online geocoder, when the user asked for it.
    progress
        Called with a sentence when something takes time.

    Raises
    ------
    EtlError
        When the file as a whole cannot be read.
    """
    table = read_table(path, sheet=sheet, encoding=encoding)
    return read_batch(
        table, gazetteer, words, source=source, column_map=column_map, census=census, progress=progress
    )


def read_batch(
    table: Table,
    gazetteer: Gazetteer,
    words: Vocabulary,
    *,
    source: str,
    column_map: ColumnMap | None = None,
    census: CensusGeocoder | None = None,
    progress: Callable[[str], None] | None = None,
) -> ProviderBatch:
    """Return what a table of providers says; see `read_providers`."""
    where = layout(table, words.taxonomy.attributes, column_map)
    rejected = [RejectedRow(number, reason) for number, reason in table.ragged]
    good: list[RowFacts] = []
    first_of: dict[tuple[str, ...], int] = {}
    for row in table.rows:
        same = first_of.setdefault(tuple(map(repr, row.cells)), row.number)
        if same != row.number:
            rejected.append(
                RejectedRow(row.number, f"repeats row {same:,} word for word; remove one of them")
            )
            continue
        facts = row_facts(row.number, where.cells(row.cells), words)
        if isinstance(facts, RowFacts):
            good.append(facts)
        else:
            rejected.extend(RejectedRow(row.number, reason) for reason in facts)
    gathered = _Gathered()
    reasons = [(facts.number, gathered.add(facts)) for facts in good]
    rejected.extend(RejectedRow(number, reason) for number, reason in reasons if reason is not None)
    notes, qualities = _place(gathered, gazetteer, words, census, progress)
    waiting = tuple(gathered.waiting())
    if where.unused:
        notes = (f"Columns not used: {', '.join(where.unused)}", *notes)
    read = len(table.rows) + len(table.ragged)
    lost = len({row.row for row in rejected}) + len(waiting)
    return ProviderBatch(
        source=source,
        read=read,
        kept=read - lost,
        records=tuple(gathered.records(source, words)),
        rejected=tuple(sorted(rejected, key=lambda row: row.row)),
        waiting=waiting,
        qualities=qualities,
        notes=notes,
    )


@dataclass
class _Site:
    facts: dict[str, object] = field(default_factory=dict)
    told_by: dict[str, int] = field(default_factory=dict)
    rows: list[RowFacts] = field(default_factory=list)
    assets: dict[str, tuple[int, AssetRecord]] = field(default_factory=dict)
    placed: Point | Unplaced | None = None


@dataclass
class _Provider:
    facts: dict[str, object] = field(default_factory=dict, repr=False)
    told_by: dict[str, int] = field(default_factory=dict)
    sites: dict[str, _Site] = field(default_factory=dict)


class _Gathered:
    """Rows put together by company and place."""

    def __init__(self) -> None:
        self.providers: dict[str, _Provider] = {}

    def add(self, row: RowFacts) -> str | None:
        """Take a row in, or return why it contradicts an earlier one; then nothing of it is kept."""
        provider = self.providers.get(row.provider_key, _Provider())
        site = provider.sites.get(row.site_key, _Site())
        reason = _contradiction(provider, row.provider, "company")
        reason = reason or _contradiction(site, row.site, "place")
        if reason is None and row.asset is not None and row.asset.external_key in site.assets:
            first, _ = site.assets[row.asset.external_key]
            reason = (
                f"lists the same asset as row {first:,} ({row.asset.name}); "
                "give each an asset name or key of its own, or add their quantities up"
            )
        if reason is not None:
            return reason
        self.providers[row.provider_key] = provider
        provider.sites[row.site_key] = site
        for holder, facts in ((provider, row.provider), (site, row.site)):
            for name, fact in facts.items():
                if name not in holder.facts:
                    holder.facts[name] = fact
                    holder.told_by[name] = row.number
        site.rows.append(row)
        if row.asset is not None:
            site.assets[row.asset.external_key] = (row.number, row.asset)
        return None

    def sites(self) -> list[_Site]:
        return [site for provider in self.providers.values() for site in provider.sites.values()]

    def waiting(self) -> Iterable[WaitingRow]:
        for site in self.sites():
            if isinstance(site.placed, Unplaced):
                for row in site.rows:
                    yield WaitingRow(row.number, site.placed.reason, row.raw)

    def records(self, source: str, words: Vocabulary) -> Iterable[ProviderRecord]:
        for key, provider in self.providers.items():
            sites = tuple(
                _site_record(site_key, site, site.placed, str(provider.facts["name"]))
                for site_key, site in provider.sites.items()
                if isinstance(site.placed, Point)
            )
            if sites:
                yield _provider_record(source, key, provider, sites, words)


def _place(
    gathered: _Gathered,
    gazetteer: Gazetteer,
    words: Vocabulary,
    census: CensusGeocoder | None,
    progress: Callable[[str], None] | None,
) -> tuple[tuple[str, ...], Mapping[str, int]]:
    """Give each place its point or the reason why it has none; each place is asked for once, however many rows."""
    sites = gathered.sites()
    open_sites = []
    for site in sites:
        given = site.facts.get("point")
        if isinstance(given, Point):
            site.placed = given
        else:
            open_sites.append(site)
    addresses = [address_of(site.facts) for site in open_sites]
    found, notes = place_all(addresses, gazetteer, words.counties, census, progress)
    for site, point in zip(open_sites, found, strict=True):
        site.placed = point
    qualities = Counter(site.placed.quality for site in sites if isinstance(site.placed, Point))
    return notes, dict(sorted(qualities.items()))


def _contradiction(known: _Provider | _Site, facts: Mapping[str, object], what: str) -> str | None:
    for name, fact in facts.items():
        if name in DIFFERS and name in known.facts and known.facts[name] != fact:
            first = known.told_by[name]
            return (
                f"gives another {DIFFERS[name]} for the {what} of row {first:,}; "
                "write the same in both, or give each a key of its own"
            )
    return None


def _site_record(key: str, site: _Site, point: Point, provider_name: str) -> SiteRecord:
    facts = site.facts
    town = str(facts.get("city", "")) or point.town
    return SiteRecord(
        external_key=key,
        name=str(facts.get("name", "")) or provider_name,
        lon=point.lon,
        lat=point.lat,
        county_fips=point.county_fips,
        geocode_quality=point.quality,
        geocode_source=point.source,
        geocode_accuracy_m=point.accuracy_m,
        address=str(facts.get("street", "")),
        town=town,
        zip_code=str(facts.get("zip_code", "")),
        assets=tuple(asset for _, asset in site.assets.values()),
    )


def _provider_record(
    source: str, key: str, provider: _Provider, sites: Sequence[SiteRecord], words: Vocabulary
) -> ProviderRecord:
    facts = provider.facts
    contact = ContactRecord(
        person=str(facts.get("person", "")),
        phone=str(facts.get("phone", "")),
        email=str(facts.get("email", "")),
    )
    days, shows_name, shows_place = (
        facts.get(name) for name in ("max_consecutive_days", "shows_name", "shows_place")
    )
    return ProviderRecord(
        source=source,
        external_key=key,
        name=str(facts["name"]),
        sector=str(facts.get("sector") or _commonest_sector(sites, words)),
        sites=tuple(sites),
        max_consecutive_days=days if isinstance(days, int) else None,
        contact=contact if contact != ContactRecord() else None,
        shows_name=shows_name if isinstance(shows_name, bool) else None,
        shows_place=shows_place if isinstance(shows_place, str) else None,
    )


def _commonest_sector(sites: Sequence[SiteRecord], words: Vocabulary) -> str:
    """Return the sector of most of a company's assets; the first of the alphabet when two are as common."""
    kinds = (words.taxonomy.kinds[asset.kind] for site in sites for asset in site.assets)
    count = Counter(kind.sector for kind in kinds if kind.sector is not None)
    return min(count, key=lambda sector: (-count[sector], sector))

"""Data into the registry: each load is one transaction, leaves a report, and done twice changes nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from etl.crossings import bridged
from etl.digests import (
    county_digest,
    demo_digest,
    digest_of,
    reference_digest,
    shipped_roads_digest,
)
from etl.errors import EtlError
from etl.reports import SHOWN_ROWS, LoadReport
from etl.sources.columns import read_column_map
from etl.sources.demo import AS_OF, SOURCE, demo_registry, read_towns
from etl.sources.providers import read_providers
from etl.sources.reference import read_county_records, read_taxonomies
from etl.sources.vocabulary import Vocabulary
from geo.gazetteer import read_gazetteer
from geo.network import RoadNetwork
from registry.db.engine import session_scope, upgrade
from registry.directory.records import Tally
from registry.directory.reference import counties, kinds, sectors, store_counties, store_reference
from registry.directory.reviews import ReviewRecord, store_reviews
from registry.directory.roads import active_hash, store_network
from registry.directory.runs import load_runs, record_run
from registry.directory.writing import upsert_providers
from registry.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from etl.sources.census import CensusGeocoder
    from etl.sources.providers import ProviderBatch
    from geo.noding import NetworkReport
    from registry.db.engine import Session

    Progress = Callable[[str], None]

SHIPPED_ROADS = "network.npz"
"""The file name under which the shipped roads are noted among the runs."""


def load_counties(session: Session, data_dir: Path, progress: Progress | None = None) -> LoadReport:
    """Return what loading the counties and regions of `data_dir` did.

    Raises
    ------
    EtlError, GeoError
        When the shipped data are missing or damaged.
    """
    _say(progress, "Loading counties")
    records, regions, edition = read_county_records(data_dir)
    tally = store_counties(session, records, regions, region_version=edition)
    report = LoadReport(
        what="counties",
        read=len(records),
        kept=len(records),
        tallies={"counties": tally},
        facts={"regions": f"{len(regions)}, edition {edition}"},
    )
    return _noted(session, report, "counties.parquet", county_digest(data_dir))


def load_reference(session: Session, data_dir: Path, progress: Progress | None = None) -> LoadReport:
    """Return what loading sectors, lifelines, kinds and attributes did.

    Raises
    ------
    EtlError
        When a table of facts is missing.
    """
    _say(progress, "Loading sectors and kinds")
    all_sectors, lifelines, attributes, all_kinds = read_taxonomies(data_dir)
    tally = store_reference(
        session, sectors=all_sectors, lifelines=lifelines, attributes=attributes, kinds=all_kinds
    )
    read = len(all_sectors) + len(lifelines) + len(attributes) + len(all_kinds)
    report = LoadReport(
        what="reference",
        read=read,
        kept=read,
        tallies={"words": tally},
        facts={
            "sectors": f"{len(all_sectors)}",
            "kinds": f"{len(all_kinds)} with {len(attributes)} attributes",
        },
    )
    return _noted(session, report, "kinds.csv", reference_digest(data_dir))


def load_roads(session: Session, data_dir: Path, progress: Progress | None = None) -> LoadReport:
    """Return what loading the shipped road network did; every site meets the new roads in this transaction.

    The shipped river crossings become its bridges.

    Raises
    ------
    NetworkError
        When the network is missing or damaged.
    EtlError
        When the crossings are.
    """
    _say(progress, "Loading the shipped roads")
    network, crossings = bridged(RoadNetwork.load(data_dir / "roads" / SHIPPED_ROADS), data_dir, shipped=True)
    facts = {"nodes": len(network.lon), "edges": len(network.edge_tail), "km": _km(network), **crossings}
    return store_roads(
        session,
        network,
        facts,
        file_name=SHIPPED_ROADS,
        digest=shipped_roads_digest(data_dir),
        progress=progress,
    )


def store_roads(
    session: Session,
    network: RoadNetwork,
    found: NetworkReport | Mapping[str, Any],
    *,
    file_name: str,
    digest: str,
    progress: Progress | None = None,
) -> LoadReport:
    """Return what putting a road network into use did.

    Parameters
    ----------
    session
        The transaction.
    network
        The roads.
    found
        What building it from lines joined and dropped, or its plain figures.
    file_name, digest
        Where it came from: the file's name and SHA-256.
    progress
        Called with a sentence when something takes time.
    """
    before = active_hash(session)
    _say(progress, "Storing the roads and placing every site on them")
    after = store_network(session, network, found)
    tally = (
        Tally(unchanged=1)
        if before == after
        else Tally(new=int(before is None), changed=int(before is not None))
    )
    figures: dict[str, Any] = dict(found) if isinstance(found, Mapping) else found.as_dict()
    report = LoadReport(
        what="roads",
        read=int(figures["lines_read"] if "lines_read" in figures else len(network.edge_tail)),
        kept=len(network.edge_tail),
        tallies={"network": tally},
        facts={"name": network.name, "credit": network.attribution, **_road_facts(network, figures)},
        notes=("Main roads only: arrivals from minor roads are estimated.",)
        if network.main_roads_only
        else (),
    )
    return _noted(session, report, file_name, digest)


def load_providers(
    session: Session,
    path: Path,
    data_dir: Path,
    *,
    source: str | None = None,
    columns: str | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
    census: CensusGeocoder | None = None,
    skip_rejected: bool = False,
    today: dt.date | None = None,
    progress: Progress | None = None,
) -> LoadReport:
    """Return what loading a list of companies did.

    A file with rejected rows loads nothing, so that nobody takes half a list for a whole one; `skip_rejected`
    loads the others. Rows that cannot be placed go to the review list and hold nothing up.

    Parameters
    ----------
    session
        The transaction.
    path
        A CSV or XLSX file.
    data_dir
        Where the gazetteer lies.
    source
        The word under which these providers are known for ever; the file's name without its suffix by default.
        The same list must keep it, or its companies come twice.
    columns
        A shipped mapping's name, or a TOML file, for a list with columns of its own.
    sheet, encoding
        Of a workbook; of a CSV that is not UTF-8.
    census
        The online geocoder, when the user asked for it.
    skip_rejected
        True to load the good rows beside rejected ones.
    today
        The day of the load, by default this one in Missouri.
    progress
        Called with a sentence when something takes time.

    Raises
    ------
    EtlError
        When the file cannot be read, or rows are rejected and `skip_rejected` is not set.
    RegistryError
        While counties or kinds are not loaded.
    """
    source = source or _source_of(path)
    if source == SOURCE:
        raise EtlError(
            f"The source {SOURCE!r} belongs to the invented companies of the demo registry",
            given=f"the source {SOURCE!r} for {path.name!r}",
            wanted="a word of this list's own",
            todo="name it, such as --source greene_county_chamber",
        )
    taxonomy = kinds(session)
    words = Vocabulary(
        taxonomy=taxonomy,
        sectors={sector.code: sector.name for sector in sectors(session)},
        counties=counties(session),
        today=today or _today_in_missouri(),
    )
    _say(progress, f"Reading {path.name}")
    batch = read_providers(
        path,
        read_gazetteer(data_dir / "gazetteer"),
        words,
        source=source,
        column_map=read_column_map(columns, taxonomy.attributes) if columns else None,
        sheet=sheet,
        encoding=encoding,
        census=census,
        progress=progress,
    )
    if batch.rejected and not skip_rejected:
        raise _rejected(path, batch)
    _say(progress, f"Writing {len(batch.records):,} companies")
    written = upsert_providers(session, batch.records)
    reviews = [ReviewRecord(row_number=row.row, reason=row.reason, raw_row=row.raw) for row in batch.waiting]
    waiting = store_reviews(session, batch.source, reviews, file_name=path.name)
    report = LoadReport(
        what="providers",
        read=batch.read,
        kept=batch.kept,
        tallies={**vars(written), "reviews": waiting},
        rejected=tuple(map(str, batch.rejected)),
        waiting=tuple(map(str, batch.waiting)),
        facts={"source": batch.source, "placed by": _placed(batch)},
        notes=batch.notes,
    )
    return _noted(session, report, path.name, digest_of(path))


def load_demo(
    session: Session, data_dir: Path, *, as_of: dt.date = AS_OF, progress: Progress | None = None
) -> LoadReport:
    """Return what loading the invented companies did.

    Raises
    ------
    EtlError
        When the gazetteer is missing.
    RegistryError
        While counties or kinds are not loaded.
    """
    _say(progress, "Loading the demo registry")
    records = demo_registry(read_towns(data_dir), counties(session), kinds(session), as_of=as_of)
    written = upsert_providers(session, records)
    report = LoadReport(
        what="demo",
        read=len(records),
        kept=len(records),
        tallies=vars(written),
        notes=("Every company of the demo registry is invented.",),
    )
    return _noted(session, report, "", demo_digest(data_dir, as_of))


def prepare_demo(
    url: str, progress: Progress | None = None, data_dir: Path | None = None, *, owner: str | None = None
) -> list[LoadReport]:
    """Return what had to be done until the database at `url` can answer the demo; nothing the second time.

    What somebody has loaded since stays: roads of their own remain in use, and only what the clone ships in a
    newer edition is loaded again. All of it is one transaction.

    Parameters
    ----------
    url
        The database by a login that may make its tables.
    owner
        The same database by the login that is to load; None for the same.

    Raises
    ------
    Refusal
        When the database or the shipped data cannot be used.
    """
    data_dir = data_dir or settings().data_dir
    upgrade(url, progress)
    with session_scope(owner or url) as session:
        reports = []
        if not _is_current(session, "counties", county_digest(data_dir)):
            reports.append(load_counties(session, data_dir, progress))
        if not _is_current(session, "reference", reference_digest(data_dir)):
            reports.append(load_reference(session, data_dir, progress))
        if _ship_roads(session, data_dir):
            reports.append(load_roads(session, data_dir, progress))
        if not _is_current(session, "demo", demo_digest(data_dir, AS_OF)):
            reports.append(load_demo(session, data_dir, progress=progress))
        return reports


def _ship_roads(session: Session, data_dir: Path) -> bool:
    """Return whether the shipped roads are to be loaded: none are in use, or an older edition of the shipped."""
    runs = load_runs(session, "roads", limit=1)
    if active_hash(session) is None or not runs:
        return True
    return runs[0].file_name == SHIPPED_ROADS and runs[0].file_sha256 != shipped_roads_digest(data_dir)


def _is_current(session: Session, what: str, digest: str) -> bool:
    runs = load_runs(session, what, limit=1)
    return bool(runs) and runs[0].file_sha256 == digest


def _noted(session: Session, report: LoadReport, file_name: str, digest: str) -> LoadReport:
    record_run(session, report.what, report.counts(), file_name=file_name, file_sha256=digest)
    return report


def _rejected(path: Path, batch: ProviderBatch) -> EtlError:
    rows = len({row.row for row in batch.rejected})
    shown = "\n          ".join(map(str, batch.rejected[:SHOWN_ROWS]))
    more = len(batch.rejected) - SHOWN_ROWS
    return EtlError(
        f"{rows:,} of {batch.read:,} rows of {path.name!r} cannot be taken, so nothing was loaded",
        given=shown + (f"\n          and {more:,} more" if more > 0 else ""),
        wanted="rows as docs/providers.md describes them",
        todo="mend these rows, or load the others with --skip-rejected",
    )


def _placed(batch: ProviderBatch) -> str:
    words = {"given": "coordinates given", "address": "street address", "zip+place": "ZIP and town"}
    words |= {"zip": "ZIP", "place": "town"}
    return ", ".join(f"{words[quality]} {count:,}" for quality, count in batch.qualities.items()) or "nothing"


def _road_facts(network: RoadNetwork, figures: Mapping[str, Any]) -> dict[str, str]:
    facts = {
        "roads": f"{_km(network):,.0f} km, {len(network.lon):,} junctions, {len(network.edge_tail):,} edges",
    }
    if "crossings_noded" in figures:
        facts["joined"] = (
            f"junctions made at crossings: {figures['crossings_noded']:,}; "
            f"ends snapped: {figures['ends_snapped']:,}"
        )
    facts |= figures.get("facts") or {}
    if "components" in figures:
        facts["pieces"] = (
            f"{figures['components']:,}, the largest kept; "
            f"edges dropped: {figures['dropped_edges']:,} ({figures['dropped_km']:,.1f} km)"
        )
    if "crossings_found" in figures:
        facts["bridges"] = f"{figures['crossings_found']:,} of {figures['crossings']:,} river crossings found"
    for name, count in (figures.get("not_driven") or {}).items():
        facts[f"class {name}"] = f"not driven (0 mph), {count:,} lines left out"
    for name, km in (figures.get("km_by_class") or {}).items():
        facts[f"class {name}"] = f"{km:,.0f} km"
    return facts


def _km(network: RoadNetwork) -> float:
    return float(network.edge_length_m.sum()) / 1_000.0


def _source_of(path: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "_", path.stem.casefold()).strip("_") or "providers"


def _today_in_missouri() -> dt.date:
    return dt.datetime.now(ZoneInfo("America/Chicago")).date()


def _say(progress: Progress | None, sentence: str) -> None:
    if progress is not None:
        progress(sentence)

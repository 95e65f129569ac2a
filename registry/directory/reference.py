"""Public facts in and out of the registry: counties and regions, sectors, lifelines, kinds and attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from sqlalchemy import delete, func, select, tuple_, update

from geo.counties import Counties
from registry.directory.bulk import Row, upsert
from registry.directory.kinds import ASSET_CLASSES, ATTRIBUTE_TYPES, Attribute, Kind, Taxonomy
from registry.directory.records import Tally
from registry.directory.reference_tables import (
    AttributeRow,
    CountyRegionRow,
    CountyRow,
    KindAttributeRow,
    KindRow,
    LifelineRow,
    RegionRow,
    RegionVersionRow,
    SectorRow,
)
from registry.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray
    from sqlalchemy import ScalarSelect
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Sector:
    """A critical-infrastructure sector: one of CISA's sixteen, or one that the State adds."""

    code: str
    name: str
    is_state_extension: bool = False


@dataclass(frozen=True)
class Lifeline:
    """One of FEMA's community lifelines."""

    code: str
    name: str


@dataclass(frozen=True)
class Region:
    """One of SEMA's regions in one edition of their list."""

    code: str
    name: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class CountyRecord:
    """A county with its outline (Polygon or MultiPolygon, EPSG:4326) and its region in the edition loaded."""

    fips: str
    name: str
    legal_name: str
    seat: str
    seat_lon: float
    seat_lat: float
    population_2020: int
    geometry: shapely.Polygon | shapely.MultiPolygon
    region: str
    region_evidence: str = ""


def store_counties(
    session: Session,
    counties: Collection[CountyRecord],
    regions: Collection[Region],
    *,
    region_version: str,
) -> Tally:
    """Return how many counties were new, changed or as they were; regions count with their counties.

    The edition of the regions becomes the one in use; earlier editions stay.

    Raises
    ------
    RegistryError
        When a county lies in a region that the edition does not have.
    """
    codes = {region.code for region in regions}
    for county in counties:
        if county.region not in codes:
            raise RegistryError(
                f"{county.legal_name} lies in a region that is not in the list",
                given=f"region {county.region!r}",
                wanted=f"one of {', '.join(sorted(codes))} (edition {region_version})",
                todo="correct the county's region, or add the region to the list",
            )
    tally = upsert(session, CountyRow, [_county_row(county) for county in counties], key=("fips",))
    upsert(session, RegionVersionRow, [{"version": region_version}], key=("version",))
    upsert(
        session,
        RegionRow,
        [{"version": region_version, **vars(region)} for region in regions],
        key=("version", "code"),
    )
    memberships: list[Row] = [
        {
            "version": region_version,
            "fips": county.fips,
            "region": county.region,
            "evidence": county.region_evidence,
        }
        for county in counties
    ]
    moved = upsert(session, CountyRegionRow, memberships, key=("version", "fips"))
    _use_region_version(session, region_version)
    changed = max(tally.changed, moved.changed)
    return Tally(new=tally.new, changed=changed, unchanged=tally.total - tally.new - changed)


def _county_row(county: CountyRecord) -> Row:
    parts = shapely.get_parts(county.geometry)
    surface = shapely.set_srid(shapely.multipolygons(parts), 4326)
    columns = (
        "fips",
        "name",
        "legal_name",
        "seat",
        "seat_lon",
        "seat_lat",
        "population_2020",
    )
    row: Row = {column: getattr(county, column) for column in columns}
    return row | {"geometry": shapely.to_wkb(surface, hex=True, include_srid=True)}


def _use_region_version(session: Session, version: str) -> None:
    old = RegionVersionRow.active & (RegionVersionRow.version != version)
    session.execute(update(RegionVersionRow).where(old).values(active=False))
    chosen = ~RegionVersionRow.active & (RegionVersionRow.version == version)
    session.execute(update(RegionVersionRow).where(chosen).values(active=True))


def store_reference(
    session: Session,
    *,
    sectors: Sequence[Sector],
    lifelines: Sequence[Lifeline],
    attributes: Sequence[Attribute],
    kinds: Sequence[Kind],
) -> Tally:
    """Return how many sectors, lifelines, attributes and kinds together were new, changed or as they were.

    What is no longer given stays: assets may still be of that kind.

    Raises
    ------
    RegistryError
        When a kind names an attribute, sector, lifeline or class that is not given.
    """
    _check_kinds(kinds, sectors, lifelines, attributes)
    tally = upsert(session, SectorRow, [dict(vars(sector)) for sector in sectors], key=("code",))
    tally += upsert(session, LifelineRow, [dict(vars(lifeline)) for lifeline in lifelines], key=("code",))
    tally += upsert(session, AttributeRow, [dict(vars(attribute)) for attribute in attributes], key=("code",))
    rows = [{name: value for name, value in vars(kind).items() if name != "attributes"} for kind in kinds]
    tally += upsert(session, KindRow, rows, key=("code",))
    _store_kind_attributes(session, kinds)
    return tally


def _store_kind_attributes(session: Session, kinds: Sequence[Kind]) -> None:
    pairs: list[Row] = [
        {"kind": kind.code, "attribute": attribute, "position": position}
        for kind in kinds
        for position, attribute in enumerate(kind.attributes)
    ]
    upsert(session, KindAttributeRow, pairs, key=("kind", "attribute"))
    session.execute(
        delete(KindAttributeRow).where(
            KindAttributeRow.kind.in_([kind.code for kind in kinds]),
            tuple_(KindAttributeRow.kind, KindAttributeRow.attribute).not_in(
                [(pair["kind"], pair["attribute"]) for pair in pairs]
            ),
        )
    )


def _check_kinds(
    kinds: Sequence[Kind],
    sectors: Sequence[Sector],
    lifelines: Sequence[Lifeline],
    attributes: Sequence[Attribute],
) -> None:
    known = {attribute.code for attribute in attributes}
    allowed: dict[str, Collection[str | None]] = {
        "asset_class": ASSET_CLASSES,
        "sector": {None, *(sector.code for sector in sectors)},
        "lifeline": {None, *(lifeline.code for lifeline in lifelines)},
    }
    for attribute in attributes:
        if attribute.type not in ATTRIBUTE_TYPES or (attribute.type == "choice") != bool(attribute.choices):
            raise _unknown(f"attribute {attribute.code}", "type", attribute.type, ATTRIBUTE_TYPES)
    for kind in kinds:
        for column, values in allowed.items():
            if getattr(kind, column) not in values:
                raise _unknown(f"kind {kind.code}", column, getattr(kind, column), values)
        for code in kind.attributes:
            if code not in known:
                raise _unknown(f"kind {kind.code}", "attribute", code, known)


def _unknown(what: str, column: str, value: str, known: Collection[str | None]) -> RegistryError:
    return RegistryError(
        f"The {what} has a word that is not known",
        given=f"{column} {value!r}",
        wanted="one of " + ", ".join(sorted(word for word in known if word)) + "; a choice has its choices",
        todo="correct data/reference, then run `merr load` again",
    )


def counties(session: Session) -> Counties:
    """Return all counties in the order of their FIPS, each with its region in the edition in use.

    Raises
    ------
    RegistryError
        While no counties are loaded.
    """
    in_use = region_version_in_use()
    rows = session.execute(
        select(
            CountyRow.fips,
            CountyRow.name,
            func.coalesce(CountyRegionRow.region, ""),
            CountyRow.population_2020,
            CountyRow.seat,
            CountyRow.seat_lon,
            CountyRow.seat_lat,
            func.ST_AsBinary(CountyRow.geometry),
        )
        .outerjoin(
            CountyRegionRow, (CountyRegionRow.fips == CountyRow.fips) & (CountyRegionRow.version == in_use)
        )
        .order_by(CountyRow.fips)
    ).all()
    if not rows:
        raise RegistryError(
            "The registry has no counties yet",
            given="an empty table of counties",
            wanted="the 115 counties of data/counties",
            todo="run `merr load counties`",
        )
    fips, name, region, population, seat, lon, lat, outline = zip(*rows, strict=True)
    return Counties(
        fips=fips,
        name=name,
        region=region,
        population=np.array(population, dtype=np.int64),
        seat=seat,
        seat_lon=np.array(lon, dtype=np.float64),
        seat_lat=np.array(lat, dtype=np.float64),
        geometry=_plain([bytes(wkb) for wkb in outline]),
    )


def region_version_in_use() -> ScalarSelect[str]:
    """Return the subquery that gives the edition of the regions in use, for joins."""
    return select(RegionVersionRow.version).where(RegionVersionRow.active).scalar_subquery()


def _plain(outlines: Sequence[bytes]) -> NDArray[np.object_]:
    """Return the outlines as they were loaded: the table holds multipolygons, most counties are one polygon."""
    stored = np.asarray(shapely.from_wkb(outlines), dtype=np.object_)
    alone = shapely.get_num_geometries(stored) == 1
    stored[alone] = shapely.get_geometry(stored[alone], 0)
    return stored


def sectors(session: Session) -> tuple[Sector, ...]:
    """Return all sectors in the order of their names."""
    rows = session.execute(
        select(SectorRow.code, SectorRow.name, SectorRow.is_state_extension).order_by(SectorRow.name)
    )
    return tuple(Sector(*row) for row in rows)


def lifelines(session: Session) -> tuple[Lifeline, ...]:
    """Return all lifelines in the order of their names."""
    rows = session.execute(select(LifelineRow.code, LifelineRow.name).order_by(LifelineRow.name))
    return tuple(Lifeline(*row) for row in rows)


def kinds(session: Session) -> Taxonomy:
    """Return all kinds and attributes, in the order of their codes."""
    attributes = {
        row.code: Attribute(row.code, row.name, row.type, row.unit, tuple(row.choices))
        for row in session.scalars(select(AttributeRow).order_by(AttributeRow.code))
    }
    of_kind: dict[str, list[str]] = {}
    pairs = select(KindAttributeRow.kind, KindAttributeRow.attribute).order_by(
        KindAttributeRow.kind, KindAttributeRow.position
    )
    for kind, attribute in session.execute(pairs):
        of_kind.setdefault(kind, []).append(attribute)
    found = {
        row.code: Kind(
            code=row.code,
            name=row.name,
            asset_class=row.asset_class,
            unit=row.unit,
            family=row.family,
            sector=row.sector,
            attributes=tuple(of_kind.get(row.code, ())),
            lifeline=row.lifeline,
            nims_id=row.nims_id,
            profile=row.profile,
        )
        for row in session.scalars(select(KindRow).order_by(KindRow.code))
    }
    return Taxonomy(found, attributes)

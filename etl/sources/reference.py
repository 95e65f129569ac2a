"""The tables of facts in data/ as records of the registry: counties with their outlines, kinds with attributes."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from etl.errors import EtlError
from geo.counties import read_counties
from geo.profiles import read_profiles
from registry.directory.kinds import Attribute, Kind
from registry.directory.reference import CountyRecord, Lifeline, Region, Sector

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from geo.profiles import Profile


def read_county_records(data_dir: Path) -> tuple[list[CountyRecord], list[Region], str]:
    """Return the counties with their outlines (EPSG:4326), the regions, and the edition of the regions.

    Raises
    ------
    EtlError
        When a table is missing, or the outlines and the facts do not name the same counties.
    """
    built = read_counties(data_dir / "counties" / "counties.parquet")
    facts = {row["fips"]: row for row in _rows(data_dir / "reference" / "counties.csv")}
    if set(facts) != set(built.fips):
        odd = sorted(set(facts) ^ set(built.fips))
        raise EtlError(
            "The counties' facts and outlines do not belong together",
            given=f"only one of the two knows {', '.join(odd[:10])}",
            wanted="the same FIPS codes in data/reference/counties.csv and data/counties",
            todo="restore data/ from git, or run `merr build counties`",
        )
    records = [
        CountyRecord(
            fips=fips,
            name=facts[fips]["name"],
            legal_name=facts[fips]["legal_name"],
            seat=facts[fips]["seat"],
            seat_lon=float(facts[fips]["seat_lon"]),
            seat_lat=float(facts[fips]["seat_lat"]),
            population_2020=int(facts[fips]["population_2020"]),
            geometry=outline,
            region=facts[fips]["region"],
            region_evidence=facts[fips]["region_evidence"],
        )
        for fips, outline in zip(built.fips, built.geometry, strict=True)
    ]
    rows = _rows(data_dir / "reference" / "regions.csv")
    newest = max(row["version"] for row in rows)
    regions = [Region(row["code"], row["name"], row["note"]) for row in rows if row["version"] == newest]
    return records, regions, newest


def read_taxonomies(data_dir: Path) -> tuple[list[Sector], list[Lifeline], list[Attribute], list[Kind]]:
    """Return sectors, lifelines, attributes and kinds in the order of their tables.

    Raises
    ------
    EtlError
        When a table is missing, or a kind travels by a vehicle that data/reference/profiles.csv does not have.
    GeoError
        When the table of vehicles cannot be used.
    """
    folder = data_dir / "reference"
    sectors = [
        Sector(row["code"], row["name"], row["is_state_extension"] == "yes")
        for row in _rows(folder / "sectors.csv")
    ]
    lifelines = [Lifeline(row["code"], row["name"]) for row in _rows(folder / "lifelines.csv")]
    attributes = [
        Attribute(row["code"], row["name"], row["type"], row["unit"], _split(row["choices"]))
        for row in _rows(folder / "attributes.csv")
    ]
    kinds = [
        Kind(
            code=row["code"],
            name=row["name"],
            asset_class=row["asset_class"],
            unit=row["unit"],
            family=row["family"],
            sector=row["sector"] or None,
            attributes=_split(row["attributes"]),
            lifeline=row["lifeline"] or None,
            nims_id=row["nims_id"] or None,
            profile=row["profile"],
        )
        for row in _rows(folder / "kinds.csv")
    ]
    _check_profiles(kinds, read_profiles(folder / "profiles.csv"))
    return sectors, lifelines, attributes, kinds


def _check_profiles(kinds: Sequence[Kind], profiles: Mapping[str, Profile]) -> None:
    for kind in kinds:
        if kind.profile not in profiles:
            raise EtlError(
                f"The kind {kind.code} travels by a vehicle that is not known",
                given=f"profile {kind.profile!r}",
                wanted=f"one of {', '.join(profiles)}",
                todo="correct kinds.csv, or add the vehicle to profiles.csv in data/reference",
            )


def _split(words: str) -> tuple[str, ...]:
    return tuple(word for word in words.split(";") if word)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))
    except FileNotFoundError as fault:
        raise EtlError(
            "A table of facts is missing",
            given=f"no file {path}",
            wanted="the tables of data/reference, which are part of a clone",
            todo="restore data/ from git",
        ) from fault

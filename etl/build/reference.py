"""The tables of facts in data/reference, as rows: what the other builders join to."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl.errors import EtlError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class CountyFacts:
    """One county as the facts table has it; `seat_lon` and `seat_lat` in degrees, EPSG:4326."""

    fips: str
    name: str
    seat: str
    seat_lon: float
    seat_lat: float
    population: int
    region: str

    @property
    def label(self) -> str:
        """The county as people say it: `Jasper county`, `St. Louis city`."""
        return self.name if self.name.endswith(" city") else f"{self.name} county"


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except FileNotFoundError as absent:
        raise EtlError(
            "A table of facts is missing",
            given=f"no file {path}",
            wanted="the tables of data/reference, which are kept by hand",
            todo=f"restore it: git checkout -- data/reference/{path.name}",
        ) from absent


def county_facts(data: Path) -> list[CountyFacts]:
    """Return the 115 counties of data/reference/counties.csv in FIPS order.

    Raises
    ------
    EtlError
        The table is missing.
    """
    return sorted(
        (
            CountyFacts(
                fips=row["fips"],
                name=row["name"],
                seat=row["seat"],
                seat_lon=float(row["seat_lon"]),
                seat_lat=float(row["seat_lat"]),
                population=int(row["population_2020"]),
                region=row["region"],
            )
            for row in _rows(data / "reference" / "counties.csv")
        ),
        key=lambda county: county.fips,
    )


def speeds_mph(data: Path) -> dict[str, float]:
    """Travel speed in mph of each road class of data/reference/speeds.csv.

    Raises
    ------
    EtlError
        The table is missing.
    """
    return {row["class"]: float(row["mph"]) for row in _rows(data / "reference" / "speeds.csv")}

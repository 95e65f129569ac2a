"""Counties and neighbouring states: the full boundaries for point-in-county, light ones for the map."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio.raw
import shapely
from pyproj import CRS, Transformer

from etl.build.outputs import rounded, write_bytes, write_geojson
from etl.build.packages import package_file, package_version
from etl.build.provenance import Product, Source, write_provenance
from etl.build.reference import CountyFacts, county_facts
from etl.errors import EtlError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

STUDY = (-96.6, 35.3, -88.3, 41.4)
"""Missouri and about 50 km around it: west, south, east, north in degrees, EPSG:4326."""

MISSOURI = "29"

LIGHT_TOLERANCE_M = 300.0
"""Simplification for the map; at the statewide zoom a pixel is about 600 m."""

LIGHT_DECIMALS = 4
"""About 11 m; three decimals would fold a few narrow bends of the Mississippi into themselves."""

SOURCE_DECIMALS = 6
"""The shapefiles carry six; rounding takes away the binary tail so that borders stay shared exactly."""

_SHAPES = "_plotly_geo/package_data/cb_2016_us_{}_500k.shp"


def build_counties(data: Path, progress: Callable[[str], None]) -> None:
    """Write data/counties: `counties.parquet`, `counties_light.geojson`, `states_light.geojson`.

    The package's shapefiles have no .prj. They are Census cartographic boundaries, so NAD83 (EPSG:4269), and
    are written as EPSG:4326: within Missouri the two agree to a metre or two, and PROJ's transformation between
    them changes no coordinate.

    Raises
    ------
    EtlError
        The package or the facts table is missing, or their counties do not agree.
    """
    facts = county_facts(data)
    progress("Reading county and state boundaries")
    counties = _counties(facts)
    names, neighbours = neighbour_shapes()
    progress("Simplifying with shared borders kept")
    light = light_coverage(np.concatenate([counties, neighbours]))
    folder = data / "counties"
    write_bytes(folder / "counties.parquet", _geoparquet(facts, counties))
    write_geojson(folder / "counties_light.geojson", _county_features(facts, light), LIGHT_DECIMALS)
    missouri = shapely.coverage_union_all(light[: len(facts)])
    states = [("MO", "Missouri", missouri)]
    states += [(*name, shape) for name, shape in zip(names, light[len(facts) :], strict=True)]
    write_geojson(
        folder / "states_light.geojson",
        [(shape, {"id": code, "name": name}) for code, name, shape in states],
        LIGHT_DECIMALS,
    )
    _write_provenance(folder)


def state_outline(data: Path) -> BaseGeometry:
    """Return the outline of Missouri (EPSG:4326): the union of the full county boundaries.

    Raises
    ------
    EtlError
        The counties were not built yet.
    """
    _, shapes = county_shapes(data)
    outline: BaseGeometry = shapely.coverage_union_all(shapes)
    return outline


def county_shapes(data: Path) -> tuple[list[str], NDArray[np.object_]]:
    """FIPS codes and full boundaries (EPSG:4326, shape (115,)) of the built counties.

    Raises
    ------
    EtlError
        The counties were not built yet.
    """
    path = data / "counties" / "counties.parquet"
    if not path.is_file():
        raise EtlError(
            "The counties come first",
            given=f"no file {path}",
            wanted="the built county boundaries",
            todo="run `merr build counties`, then this again",
        )
    table = pq.read_table(path, columns=["fips", "geometry"])
    return table["fips"].to_pylist(), shapely.from_wkb(table["geometry"].to_pylist())


def light_coverage(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Simplified polygons (EPSG:4326) that still share every border: no gap, no overlap.

    Simplified in EPSG:5070, where a tolerance in metres means the same everywhere, then rounded; equal corners
    round equally, so rounding cannot part neighbours.
    """
    there = Transformer.from_crs(4326, 5070, always_xy=True)
    back = Transformer.from_crs(5070, 4326, always_xy=True)
    metres = shapely.transform(shapes, lambda p: np.column_stack(there.transform(p[:, 0], p[:, 1])))
    simple = shapely.coverage_simplify(metres, LIGHT_TOLERANCE_M)
    degrees = shapely.transform(simple, lambda p: np.column_stack(back.transform(p[:, 0], p[:, 1])))
    return np.array([rounded(shape, LIGHT_DECIMALS) for shape in degrees], dtype=object)


def _read(layer: str) -> tuple[list[dict[str, str]], NDArray[np.object_]]:
    path = package_file("plotly-geo", _SHAPES.format(layer))
    meta, _, shapes, columns = pyogrio.raw.read(path)
    rows = [dict(zip(meta["fields"], values, strict=True)) for values in zip(*columns, strict=True)]
    return rows, shapely.from_wkb(shapes)


def _counties(facts: Sequence[CountyFacts]) -> NDArray[np.object_]:
    rows, shapes = _read("county")
    found = {row["GEOID"]: i for i, row in enumerate(rows) if row["STATEFP"] == MISSOURI}
    if sorted(found) != [county.fips for county in facts]:
        odd = sorted(set(found) ^ {county.fips for county in facts})
        raise EtlError(
            "Boundaries and facts name different counties",
            given=f"only one of the two has {', '.join(odd)}",
            wanted="the same FIPS codes in plotly-geo and data/reference/counties.csv",
            todo="restore the table: git checkout -- data/reference/counties.csv",
        )
    return np.array([rounded(shapes[found[c.fips]], SOURCE_DECIMALS) for c in facts], dtype=object)


def neighbour_shapes() -> tuple[list[tuple[str, str]], NDArray[np.object_]]:
    """Return postal codes and names of the neighbouring states, and their boundaries within the study bounds.

    EPSG:4326, in the order of their codes; they share Missouri's border point for point.

    Raises
    ------
    EtlError
        The package is missing.
    """
    rows, shapes = _read("state")
    study = shapely.box(*STUDY)
    near = [i for i, row in enumerate(rows) if row["STATEFP"] != MISSOURI and shapes[i].intersects(study)]
    near.sort(key=lambda i: rows[i]["STUSPS"])
    names = [(rows[i]["STUSPS"], rows[i]["NAME"]) for i in near]
    clipped = [rounded(shapely.intersection(shapes[i], study), SOURCE_DECIMALS) for i in near]
    return names, np.array(clipped, dtype=object)


def _county_features(
    facts: Sequence[CountyFacts], light: NDArray[np.object_]
) -> list[tuple[BaseGeometry, dict[str, object]]]:
    return [
        (
            light[i],
            {"id": c.fips, "fips": c.fips, "name": c.label, "region": c.region, "population": c.population},
        )
        for i, c in enumerate(facts)
    ]


def _geoparquet(facts: Sequence[CountyFacts], shapes: NDArray[np.object_]) -> bytes:
    """GeoParquet 1.0 written by hand: geopandas would add its own and pandas' versions to the bytes."""
    table = pa.table(
        {
            "fips": pa.array([c.fips for c in facts], pa.string()),
            "name": pa.array([c.name for c in facts], pa.string()),
            "seat": pa.array([c.seat for c in facts], pa.string()),
            "seat_lon": pa.array([c.seat_lon for c in facts], pa.float64()),
            "seat_lat": pa.array([c.seat_lat for c in facts], pa.float64()),
            "population": pa.array([c.population for c in facts], pa.int64()),
            "region": pa.array([c.region for c in facts], pa.string()),
            "geometry": pa.array(shapely.to_wkb(shapes, byte_order=1).tolist(), pa.binary()),
        }
    )
    column = {
        "encoding": "WKB",
        "geometry_types": sorted({shape.geom_type for shape in shapes}),
        "crs": CRS.from_epsg(4326).to_json_dict(),
        "bbox": [float(edge) for edge in shapely.total_bounds(shapes)],
    }
    geo = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": column}}
    table = table.replace_schema_metadata({"geo": json.dumps(geo)})
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="snappy", version="2.6")
    return stream.getvalue()


def _write_provenance(folder: Path) -> None:
    boundaries = Source(
        package="plotly-geo",
        version=package_version("plotly-geo"),
        data="cb_2016_us_county_500k.shp and cb_2016_us_state_500k.shp: U.S. Census cartographic boundaries 2016, 1:500,000",
        licence="public domain (U.S. Census Bureau)",
    )
    facts = Source(
        package="data/reference/counties.csv",
        version="2026-11",
        data="names, seats, populations of the 2020 census, SEMA regions",
        licence="facts; see docs/sources.md",
    )
    light = f"simplified together to {LIGHT_TOLERANCE_M:.0f} m in EPSG:5070 with shared borders kept, rounded to {LIGHT_DECIMALS} decimals"
    write_provenance(
        folder,
        [boundaries, facts],
        [
            Product(
                "counties.parquet",
                "114 counties and St. Louis city",
                "state FIPS 29, EPSG:4269 taken as EPSG:4326, full boundaries",
            ),
            Product("counties_light.geojson", "the same for the map", light),
            Product(
                "states_light.geojson",
                "Missouri and its eight neighbours",
                f"neighbours clipped to {STUDY}; {light}",
            ),
        ],
    )

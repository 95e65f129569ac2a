"""Rivers for the map, and the crossings where a main road bridges one."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from etl.build.counties import STUDY, county_shapes, neighbour_shapes
from etl.build.crossings import CROSSING_DECIMALS, Crossing, Ground, find_crossings
from etl.build.gazetteer import built_places, places_of_neighbours
from etl.build.outputs import write_geojson
from etl.build.packages import run_tool
from etl.build.provenance import Product, Source, write_provenance
from etl.build.reaches import better_rivers
from etl.build.reference import county_facts
from etl.errors import EtlError
from geo.network import RoadNetwork
from geo.projection import geometry_in_metres

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

LEVELS = (1, 2, 3, 4)
"""GSHHG's river levels that are taken: 1 the great double-lined rivers, 2 to 4 the other permanent ones. Minor and
intermittent rivers (5 to 8) and canals (9, 10) are left out."""

DECIMALS = 4


def build_rivers(data: Path, progress: Callable[[str], None]) -> int:
    """Write data/rivers/rivers_light.geojson and data/roads/crossings.geojson; return the number of crossings.

    Raises
    ------
    EtlError
        `gmt`, its coastlines, or the built counties, gazetteer or roads are missing.
    """
    progress("Reading rivers")
    rivers = read_rivers()
    progress("Finding where main roads cross them")
    fips, counties = county_shapes(data)
    ground = _ground(data, fips, geometry_in_metres(counties))
    _, states = neighbour_shapes()
    better = better_rivers(rivers, np.concatenate([counties, states]))
    crossings = find_crossings(_network(data), better, ground)
    folder = data / "rivers"
    write_geojson(
        folder / "rivers_light.geojson",
        [(shapely.MultiLineString(parts), {"level": level}) for level, parts in rivers.items()],
        DECIMALS,
    )
    write_geojson(
        data / "roads" / "crossings.geojson", [_feature(found) for found in crossings], CROSSING_DECIMALS
    )
    _write_provenance(folder)
    return len(crossings)


def _feature(crossing: Crossing) -> tuple[BaseGeometry, dict[str, object]]:
    properties: dict[str, object] = {
        "id": crossing.key,
        "name": crossing.name,
        "fips": crossing.fips,
        "class": crossing.road_class,
        "level": crossing.level,
        "edge": crossing.edge,
    }
    return shapely.Point(crossing.lon, crossing.lat), properties


def read_rivers() -> dict[int, list[shapely.LineString]]:
    """Return river lines (EPSG:4326) within the study bounds by level, merged from confluence to confluence.

    Raises
    ------
    EtlError
        `gmt` or its high-resolution coastlines are missing.
    """
    west, south, east, north = STUDY
    bounds = f"-R{west}/{east}/{south}/{north}"
    with tempfile.TemporaryDirectory(prefix="merr-rivers-") as folder:
        text = run_tool(
            "gmt",
            *(
                "coast",
                bounds,
                "-Ia",
                "-M",
                "-Dh",
                "--FORMAT_FLOAT_OUT=%.7f",
                "--FORMAT_GEO_OUT=D",
                "--GMT_HISTORY=false",
            ),
            folder=Path(folder),
        )
    rivers = merged_rivers(text)
    if not rivers:
        raise EtlError(
            "There are no rivers to build from",
            given="gmt printed no river line",
            wanted="the high-resolution rivers of Debian's gmt-gshhg-high",
            todo="run `make build`, which fetches it",
        )
    return rivers


def merged_rivers(text: str) -> dict[int, list[shapely.LineString]]:
    """Return the rivers in the words of `gmt coast -M`: segments `> River Bin # 4451, Level 1`, then lon and lat."""
    segments: dict[int, list[list[tuple[float, float]]]] = {level: [] for level in LEVELS}
    points: list[tuple[float, float]] = []
    for line in text.splitlines():
        if line.startswith(">"):
            points = []
            segments.setdefault(int(line.rsplit(maxsplit=1)[1]), []).append(points)
        elif line.strip():
            lon, lat = line.split()[:2]
            points.append((float(lon), float(lat)))
    study = shapely.box(*STUDY)
    rivers: dict[int, list[shapely.LineString]] = {}
    for level in LEVELS:
        lines = [
            shapely.LineString(segment)
            for segment in segments[level]
            if any(a != b for a, b in pairwise(segment))
        ]
        merged = shapely.line_merge(shapely.intersection(shapely.union_all(lines), study))
        parts = [
            part
            for part in shapely.get_parts(shapely.normalize(merged)).tolist()
            if isinstance(part, shapely.LineString)
        ]
        if parts:
            rivers[level] = parts
    return rivers


def _network(data: Path) -> RoadNetwork:
    path = data / "roads" / "network.npz"
    if not path.is_file():
        raise EtlError(
            "The roads come first",
            given=f"no file {path}",
            wanted="the built main roads",
            todo="run `merr build roads`, then this again",
        )
    return RoadNetwork.load(path)


def _ground(data: Path, fips: list[str], counties: NDArray[np.object_]) -> Ground:
    labels = {county.fips: county.label for county in county_facts(data)}
    own = [(place, labels[place.county_fips]) for place in built_places(data)]
    return Ground(tuple(fips), counties, tuple(own), tuple(places_of_neighbours()))


def _write_provenance(folder: Path) -> None:
    write_provenance(
        folder,
        [
            Source(
                "gmt, gmt-gshhg-high (Debian)",
                "6.4.0, 2.3.7",
                "gmt coast -Ia -M -Dh: the rivers of GSHHG, from World Data Bank II",
                "World Data Bank II is public domain; GSHHG is LGPL 3 or later",
            )
        ],
        [
            Product(
                "rivers_light.geojson",
                "rivers for the map by level, 1 the largest",
                f"levels {LEVELS[0]} to {LEVELS[-1]}, clipped to {STUDY}, merged between confluences, rounded to {DECIMALS} decimals",
            ),
            Product(
                "../roads/crossings.geojson",
                "where a main road crosses a river: a bridge that can be closed",
                "etl/build/crossings.py; see docs/sources.md",
            ),
        ],
    )

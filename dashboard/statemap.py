"""Missouri's counties and regions as the paths of a drawing: for the page of coverage and for what is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import shapely

from dashboard.overview import SQUEEZE

if TYPE_CHECKING:
    from shapely import Geometry, MultiPolygon, Polygon

    from geo.counties import Counties

WEST: Final = -95.86
NORTH: Final = 40.68
WIDTH: Final = 400
HEIGHT: Final = 362
SCALE: Final = 76.0
"""Units of the drawing a degree of latitude: the State is 400 wide."""

GROUND_DEG: Final = 0.015
"""How far a border may be off in the drawing: a unit; neighbours keep the same border."""

Spot = tuple[float, float]

PLACES: Final = (
    ("Kansas City", -94.58, 39.10, "start"),
    ("St. Louis", -90.25, 38.63, "end"),
    ("Springfield", -93.29, 37.21, "start"),
    ("Columbia", -92.33, 38.95, "start"),
    ("Joplin", -94.51, 37.08, "start"),
    ("Hannibal", -91.36, 39.71, "end"),
    ("Cape Girardeau", -89.56, 37.31, "end"),
)
"""What the drawing names, and on which side of its point."""


@dataclass(frozen=True)
class StateMap:
    """The drawing's parts: the path of each county (FIPS) and its middle, of each region (letter) and its middle."""

    counties: dict[str, str]
    middles: dict[str, Spot]
    regions: dict[str, str]
    letters: dict[str, Spot]


def state_map(counties: Counties) -> StateMap:
    """Return the drawing of the counties, simplified alike on both sides of every border."""
    ground = shapely.coverage_simplify(counties.geometry, GROUND_DEG)
    outlines = dict(zip(counties.fips, ground, strict=True))
    regions = {
        letter: shapely.union_all(
            [
                outlines[fips]
                for fips, own in zip(counties.fips, counties.region, strict=True)
                if own == letter
            ]
        )
        for letter in sorted(set(counties.region) - {""})
    }
    return StateMap(
        counties={fips: path_of(outline) for fips, outline in outlines.items()},
        middles={fips: _middle(outline) for fips, outline in outlines.items()},
        regions={letter: path_of(outline) for letter, outline in regions.items()},
        letters={letter: _widest(outline) for letter, outline in regions.items()},
    )


def spot(lon: float, lat: float) -> Spot:
    """Return a point (EPSG:4326) in the drawing's units, x to the right and y down."""
    return round((lon - WEST) * SQUEEZE * SCALE, 1), round((NORTH - lat) * SCALE, 1)


def path_of(outline: Geometry) -> str:
    """Return the outer rings of a polygon, or of several, as a path."""
    parts = []
    for polygon in shapely.get_parts(outline):
        corners = [spot(lon, lat) for lon, lat in shapely.get_coordinates(polygon.exterior)]
        parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in corners[:-1]) + "Z")
    return "".join(parts)


def _middle(outline: Geometry) -> Spot:
    lon, lat = shapely.get_coordinates(shapely.point_on_surface(outline))[0]
    return spot(lon, lat)


def _widest(outline: Geometry) -> Spot:
    """Return where there is most room for a letter."""
    circle = shapely.maximum_inscribed_circle(cast("Polygon | MultiPolygon", outline), 0.05)
    lon, lat = shapely.get_coordinates(circle)[0]
    return spot(lon, lat)

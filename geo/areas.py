"""The area of an incident: read from what a planner drew, pasted, uploaded or chose, and checked.

A stranger's polygon is never repaired and never reaches shapely as text. It is read in Python (`geo.geojson`,
`geo.wkt`, `geo.usng`), built from arrays and checked (`geo.validity`); what cannot be used is refused with the place
of the fault. Counties, circles and corridors are shapes of our own and skip those checks.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyproj
import shapely

from geo.errors import AreaError
from geo.geojson import geojson_polygons
from geo.projection import geometry_in_metres
from geo.reading import MAX_VERTICES, Rings, decode, empty_area, parse_json, shown, too_many_vertices
from geo.usng import grid_squares
from geo.validity import STUDY, check_place, counter_clockwise, surface
from geo.wkt import wkt_polygons

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from geo.counties import Counties

__all__ = [
    "MAX_VERTICES",
    "STUDY",
    "IncidentArea",
    "area_from_circle",
    "area_from_counties",
    "area_from_geojson",
    "area_from_usng",
    "area_from_wkt",
    "corridor",
    "parse_json",
    "read_area",
]

MIN_RADIUS_KM = 0.01
MAX_RADIUS_KM = 300.0
"""Largest circle in kilometres: from Jefferson City it holds all of Missouri."""
_CIRCLE_CORNERS = 120  # a corner every 3 degrees: the polygon is 0.05 % smaller than the circle
_CAP_SEGMENTS = 16  # per quarter of a corridor's round cap
# Nothing that was read is tried again shorter: a long text of letters would else take hours.
_WKT = re.compile(r"[A-Za-z]++\s*+(?:[A-Za-z]++\s*+)?+[(=]|[A-Za-z]++\s++EMPTY", re.IGNORECASE)


@dataclass(frozen=True)
class IncidentArea:
    """A checked area of an incident.

    Parameters
    ----------
    geometry
        Its valid surface in EPSG:4326, outlines counter-clockwise.
    origin
        How it came: `drawn`, `pasted`, `uploaded`, `counties`, `circle` or `corridor`.
    """

    geometry: shapely.MultiPolygon
    origin: str

    @cached_property
    def area_km2(self) -> float:
        """Ground in square kilometres, measured in EPSG:5070 (equal area)."""
        # RFC 7946 draws a side straight in degrees; one of 0.1 degrees strays less than 2 m in EPSG:5070.
        return float(geometry_in_metres(shapely.segmentize(self.geometry, 0.1)).area) / 1e6

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees (EPSG:4326)."""
        west, south, east, north = self.geometry.bounds
        return west, south, east, north

    def as_geojson(self) -> dict[str, object]:
        """Return the area as a GeoJSON Feature in degrees, a Polygon when it has one part.

        `area_from_geojson` reads it back to the same surface, number for number.
        """
        parts = [_ring_lists(part) for part in self.geometry.geoms]
        geometry: dict[str, object] = (
            {"type": "Polygon", "coordinates": parts[0]}
            if len(parts) == 1
            else {"type": "MultiPolygon", "coordinates": parts}
        )
        return {"type": "Feature", "properties": {"origin": self.origin}, "geometry": geometry}


def _ring_lists(polygon: shapely.Polygon) -> list[list[list[float]]]:
    return [shapely.get_coordinates(ring).tolist() for ring in (polygon.exterior, *polygon.interiors)]


def read_area(text: str | bytes, origin: str = "pasted") -> IncidentArea:
    """Return the area that a text describes, in degrees (EPSG:4326), whatever of three formats it is in.

    Parameters
    ----------
    text
        GeoJSON, WKT or USNG coordinates, as text or as bytes in UTF-8; at most 5 MB.
    origin
        `pasted`, `uploaded` or `drawn`.

    Raises
    ------
    AreaError
        When it cannot be used, saying what was given, what was wanted, what to do and where the fault lies.
    """
    plain = decode(text).strip()
    if not plain:
        raise empty_area("Nothing")
    if plain[0] in "{[":
        return area_from_geojson(parse_json(plain), origin)
    if re.match(r"[0-9]{1,2}\s*[A-Za-z]", plain):
        return area_from_usng(plain, origin)
    if _WKT.match(plain):
        return area_from_wkt(plain, origin)
    raise AreaError(
        "The text is no area that can be read",
        given=shown(plain),
        wanted="GeoJSON beginning with {, WKT such as POLYGON ((...)), or USNG such as 15S UB 66619 01471",
        todo="Paste the area in one of these, upload a GeoJSON file, or draw it on the map",
    )


def area_from_geojson(value: object, origin: str = "drawn") -> IncidentArea:
    """Return the area of a GeoJSON value that has been parsed, in degrees (EPSG:4326).

    Takes a Polygon, a MultiPolygon, a Feature or a FeatureCollection of them (RFC 7946). Each polygon must be valid
    by itself; parts that overlap are then joined into one. Heights are dropped.

    Parameters
    ----------
    value
        The parsed value: dicts, lists, numbers. From text, use `parse_json` first.
    origin
        `drawn`, `pasted` or `uploaded`.

    Raises
    ------
    AreaError
        When it is anything else, or the polygons do not make a surface inside the study area.
    """
    return IncidentArea(surface(geojson_polygons(value)), origin)


def area_from_wkt(text: str, origin: str = "pasted") -> IncidentArea:
    """Return the area of a WKT POLYGON or MULTIPOLYGON, in degrees (EPSG:4326).

    Parameters
    ----------
    text
        Well-known text in EPSG:4326, longitude first; `SRID=4326;`, Z and M may stand in it.
    origin
        `pasted` or `uploaded`.

    Raises
    ------
    AreaError
        When it is anything else, or the polygons do not make a surface inside the study area.
    """
    return IncidentArea(surface(wkt_polygons(decode(text))), origin)


def area_from_usng(text: str, origin: str = "pasted") -> IncidentArea:
    """Return the area of USNG coordinates, in degrees (EPSG:4326).

    One coordinate is its grid square at its own precision. Three or more are the corners of a polygon in that order,
    each at the centre of its square, since a coordinate is cut off, not rounded.

    Parameters
    ----------
    text
        Coordinates such as `15S UB 66619 01471`, one a line or separated by commas or semicolons.
    origin
        `pasted` or `uploaded`.

    Raises
    ------
    AreaError
        When a coordinate cannot be read, there are two, or the corners do not make a surface.
    """
    listed = decode(text)
    separators = sum(map(listed.count, "\n,;"))
    if separators > MAX_VERTICES:
        raise too_many_vertices(f"About {separators:,} coordinates")
    squares = grid_squares(listed)
    if not squares:
        raise empty_area("No coordinate")
    if len(squares) == 2:  # noqa: PLR2004 - a line
        raise AreaError(
            "Two coordinates are not an area",
            given=f"{squares[0].text} and {squares[1].text}",
            wanted="One coordinate for its grid square, or three and more for the corners of a polygon",
            todo="Add the other corners, or use a circle: a point and a radius",
            place=squares[0].centre,
        )
    if len(squares) == 1:
        return IncidentArea(surface([_closed_corners(squares[0].polygon)]), origin)
    corners = [square.centre for square in squares]
    # A list of coordinates has no way to say "closed", so closing it repairs nothing.
    closed = corners if corners[0] == corners[-1] else [*corners, corners[0]]
    return IncidentArea(surface([[closed]]), origin)


def _closed_corners(polygon: shapely.Polygon) -> Rings:
    return [[(lon, lat) for lon, lat in shapely.get_coordinates(polygon.exterior).tolist()]]


def area_from_circle(lon: float, lat: float, radius_km: float) -> IncidentArea:
    """Return the circle about a point as a polygon of 120 corners, in degrees (EPSG:4326).

    The corners lie at the radius on the ellipsoid, so the polygon holds 99.95 % of the circle.

    Parameters
    ----------
    lon, lat
        Centre in EPSG:4326.
    radius_km
        Radius in kilometres, 0.01 to 300.

    Raises
    ------
    AreaError
        When a number is not finite, the radius is out of range, or the circle leaves the study area.
    """
    _check_point(lon, lat, "The centre of the circle")
    if not (math.isfinite(radius_km) and MIN_RADIUS_KM <= radius_km <= MAX_RADIUS_KM):
        raise AreaError(
            "The radius of the circle cannot be used",
            given=f"{radius_km:g} km",
            wanted=f"At least {MIN_RADIUS_KM} km and at most {MAX_RADIUS_KM:.0f} km",
            todo="Give the radius in that range, or choose counties",
            place=(lon, lat),
        )
    bearings = np.linspace(360.0, 0.0, _CIRCLE_CORNERS, endpoint=False)
    starts = np.full((2, _CIRCLE_CORNERS), [[lon], [lat]])
    lons, lats, _ = _ellipsoid().fwd(
        starts[0], starts[1], bearings, np.full(_CIRCLE_CORNERS, radius_km * 1000.0)
    )
    return _own_shape(shapely.Polygon(np.column_stack([lons, lats])), "circle")


def corridor(start: tuple[float, float], end: tuple[float, float], width_m: float) -> IncidentArea:
    """Return the ground within half the width of a straight track, round at both ends, in degrees (EPSG:4326).

    The shape of a tornado's record: touchdown, lift-off and greatest width. It is an upper bound of the damage, since
    a track is seldom straight and seldom at its greatest width.

    Parameters
    ----------
    start, end
        Longitude and latitude in EPSG:4326. The track between them is the shortest line.
    width_m
        Full width in metres, at most 20,000.

    Raises
    ------
    AreaError
        When a number is not finite, the width is out of range, or the corridor leaves the study area.
    """
    _check_point(*start, "The start of the corridor")
    _check_point(*end, "The end of the corridor")
    if not (math.isfinite(width_m) and 1.0 <= width_m <= 20_000.0):  # noqa: PLR2004 - stated above
        raise AreaError(
            "The width of the corridor cannot be used",
            given=f"{width_m:g} m",
            wanted="At least 1 m and at most 20,000 m",
            todo="Give the full width in metres; 1,600 yards are 1,463 m",
            place=start,
        )
    # A plane about the track's middle: EPSG:5070 keeps areas but stretches this width by 1 %.
    middle_lon, middle_lat = (start[0] + end[0]) / 2.0, (start[1] + end[1]) / 2.0
    plane = f"+proj=aeqd +lon_0={middle_lon!r} +lat_0={middle_lat!r} +datum=WGS84"
    into: Callable[..., Any] = pyproj.Transformer.from_crs(4326, plane, always_xy=True).transform
    back: Callable[..., Any] = pyproj.Transformer.from_crs(plane, 4326, always_xy=True).transform
    track = shapely.transform(shapely.LineString([start, end]), into, interleaved=False)
    ground = track.buffer(width_m / 2.0, quad_segs=_CAP_SEGMENTS)
    return _own_shape(shapely.transform(ground, back, interleaved=False), "corridor")


def area_from_counties(fips: Sequence[str], counties: Counties) -> IncidentArea:
    """Return the union of counties, in degrees (EPSG:4326).

    Parameters
    ----------
    fips
        Five-digit FIPS codes, at least one; the same one twice counts once.
    counties
        The counties of Missouri.

    Raises
    ------
    GeoError
        When a code is not of a county of Missouri (`AreaError` when there is none at all).
    """
    chosen = sorted({counties.index(code) for code in fips})
    if not chosen:
        raise empty_area("No county")
    union = shapely.union_all(counties.geometry[chosen])
    return IncidentArea(counter_clockwise(union), "counties")


def _own_shape(polygon: shapely.Geometry, origin: str) -> IncidentArea:
    """Return a polygon that we made ourselves, as an area inside the study area."""
    check_place(shapely.get_coordinates(polygon))
    return IncidentArea(counter_clockwise(polygon), origin)


def _check_point(lon: float, lat: float, subject: str) -> None:
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise AreaError(
            f"{subject} is not a place",
            given=f"longitude {lon:g}, latitude {lat:g}",
            wanted="Two finite numbers in degrees, such as -94.5132 and 37.0842",
            todo="Give the point again, or click it on the map",
        )
    check_place(np.array([[lon, lat]]))


@lru_cache(maxsize=1)
def _ellipsoid() -> pyproj.Geod:
    return pyproj.Geod(ellps="WGS84")

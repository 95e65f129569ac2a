"""The polygons of a GeoJSON value, taken apart without trusting it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geo.errors import AreaError
from geo.reading import (
    MAX_VERTICES,
    Position,
    Rings,
    empty_area,
    finite_pair,
    not_an_area,
    shown,
    too_many_vertices,
    wrong_reference_system,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_FEATURES = 10_000
_FEWEST, _MOST = 2, 4  # longitude and latitude; with height and measure
_DEGREES = re.compile(r"(?:CRS:?84|EPSG:{0,2}(?:[0-9.]*:)?4326|^OGC:CRS84)$", re.IGNORECASE)


def geojson_polygons(value: object) -> list[Rings]:
    """Return the polygons of a GeoJSON value as rings in degrees; heights are dropped.

    Parameters
    ----------
    value
        A parsed Polygon, MultiPolygon, Feature or FeatureCollection of them, EPSG:4326, longitude first (RFC 7946).

    Raises
    ------
    AreaError
        When it is anything else, says that it is in another reference system, or has more than `MAX_VERTICES`
        corners.
    """
    polygons: list[Rings] = []
    room = MAX_VERTICES
    for coordinates in _polygon_coordinates(value):
        polygons.append(polygon_rings(coordinates, room=room))
        room -= sum(len(ring) for ring in polygons[-1])
    return polygons


def _polygon_coordinates(value: object) -> Iterator[object]:
    """Yield the `coordinates` of each polygon in a GeoJSON value, in order."""
    if not isinstance(value, dict):
        raise not_an_area(shown(value))
    _check_reference_system(value.get("crs"))
    if value.get("type") != "FeatureCollection":
        yield from _feature_coordinates(value)
        return
    features = value.get("features")
    if not isinstance(features, list) or not features:
        raise empty_area("A FeatureCollection without features")
    if len(features) > _MOST_FEATURES:
        raise too_many_vertices(f"{len(features):,} features, each of four corners or more")
    for feature in features:
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            raise not_an_area(f"A FeatureCollection that holds {_type_words(feature)}")
        yield from _feature_coordinates(feature)


def _feature_coordinates(value: dict[str, object]) -> Iterator[object]:
    geometry = value.get("geometry") if value.get("type") == "Feature" else value
    if geometry is None:
        raise empty_area("A Feature without a geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    # A tuple, since a stranger's type may be a list, which no set can hold.
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise not_an_area(_type_words(geometry))
    coordinates = geometry.get("coordinates")
    if kind == "Polygon":
        yield coordinates
        return
    if not isinstance(coordinates, list | tuple) or not coordinates:
        raise empty_area("A MultiPolygon without polygons")
    yield from coordinates


def _type_words(value: object) -> str:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str):
        return shown(value)
    return f"A GeoJSON {kind if kind.isalpha() and len(kind) < 20 else shown(kind)}"  # noqa: PLR2004


def _check_reference_system(crs: object) -> None:
    """Refuse the `crs` of an older GeoJSON when it is not degrees; without one, it is (RFC 7946, section 4)."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if name is not None and not (isinstance(name, str) and _DEGREES.search(name)):
        raise wrong_reference_system(f"GeoJSON that says its coordinates are {shown(name)}")


def polygon_rings(coordinates: object, *, room: int = MAX_VERTICES) -> Rings:
    """Return the rings of a GeoJSON polygon's `coordinates`; heights are dropped.

    Parameters
    ----------
    coordinates
        What stands under `coordinates` of a GeoJSON Polygon: rings of positions in EPSG:4326, longitude first.
    room
        How many corners may still be read.

    Raises
    ------
    AreaError
        When the nesting is not that of a polygon, a position is not numbers, or there are more than `room` corners.
    """
    if not isinstance(coordinates, list | tuple):
        raise _wrong_nesting(coordinates)
    if not coordinates:
        raise empty_area("A polygon without an outline")
    for ring in coordinates:
        if not isinstance(ring, list | tuple):
            raise _wrong_nesting(ring)
        room -= len(ring)
        if room < 0:
            raise too_many_vertices(f"{len(ring):,} corners in one ring")
    return [[_position(each) for each in ring] for ring in coordinates]


def _position(value: object) -> Position:
    """Return longitude and latitude of a GeoJSON position; a height (RFC 7946) and a measure are dropped."""
    if (
        not isinstance(value, list | tuple)
        or not _FEWEST <= len(value) <= _MOST
        or not all(map(_is_number, value))
    ):
        raise AreaError(
            "A corner is not a pair of numbers",
            given=f"[{', '.join(map(shown, value[:_MOST]))}]" if isinstance(value, list) else shown(value),
            wanted="Each corner as [longitude, latitude], such as [-94.5132, 37.0842]",
            todo="Export the area again as a GeoJSON Polygon",
        )
    return finite_pair(value[0], value[1])


def _is_number(value: object) -> bool:
    """Return whether it is a number; `true` is none, though Python counts it as 1."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _wrong_nesting(value: object) -> AreaError:
    return AreaError(
        "The coordinates are not those of a polygon",
        given=shown(value),
        wanted="coordinates as a list of rings, each a list of [longitude, latitude] corners",
        todo="Check that the type fits the coordinates: a Polygon needs one more pair of brackets than a LineString",
    )

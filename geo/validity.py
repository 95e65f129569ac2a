"""Whether a stranger's rings make a surface, and if not, the place and the sides at fault.

Nothing is ever mended: `make_valid` can take half a minute on 300 corners, and a mended outline is not the one the
user meant. What cannot be used is refused with the place of the fault, so that the user can move a corner.
"""

from __future__ import annotations

import itertools
import math
import re
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.polygon import orient

from geo.errors import AreaError
from geo.reading import MAX_VERTICES, Position, Rings, empty_area, too_many_vertices, wrong_reference_system

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

STUDY = (-96.6, 35.3, -88.3, 41.4)
"""West, south, east, north of the map in degrees: Missouri and about 50 km around it."""
MAX_MEETINGS = 5_000_000
"""Most pairs of sides whose boxes meet. An outline of 20,000 corners has about 60,000; a comb of diagonal teeth has
200 million, and every question about it takes seconds."""
MAX_MEETINGS_JOINED = 500_000
"""The same for parts that are joined, where every meeting may become a corner."""

MIN_WIDTH_M = 0.25
"""Least mean width in metres (twice the area over the perimeter; half a metre for a USNG square of one metre)."""
M_PER_DEG = 111_320.0

_REASON = re.compile(r"^(?P<what>[^\[]+)\[(?P<lon>\S+) (?P<lat>\S+)\]$")
_BLOCK = 200  # sides asked about at once
_NEAR_DEG = 1e-8  # about a millimetre
_CORNERS_OF_A_TRIANGLE = 3
_DRAW_AGAIN = "Draw the area again on the map, choose counties or use a circle"
_TITLES = {
    "Self-intersection": ("The area crosses itself", "An outline whose sides do not cross"),
    "Ring Self-intersection": ("The area touches itself", "An outline that meets itself nowhere"),
    "Hole lies outside shell": ("A hole lies outside the area", "Holes that lie inside the outline"),
    "Holes are nested": (
        "A hole lies inside another hole",
        "Holes beside each other; an island is a part of its own",
    ),
    "Interior is disconnected": ("Holes cut the area in pieces", "Each piece as a part of its own"),
}


def surface(polygons: Sequence[Rings]) -> shapely.MultiPolygon:
    """Return the polygons as one valid surface in degrees (EPSG:4326), outlines counter-clockwise.

    Each polygon must be valid by itself. Parts that overlap or share a side are then joined; parts that do not are
    kept corner for corner, so that reading what was written gives the same surface.

    Parameters
    ----------
    polygons
        Rings of (longitude, latitude) in EPSG:4326, one list a polygon.

    Raises
    ------
    AreaError
        With the place of the fault, when a ring is open, crosses or touches itself or has no width, a hole lies
        outside, or a corner lies outside `STUDY`.
    """
    if not polygons:
        raise empty_area("A collection without a polygon")
    corners = [corner for rings in polygons for ring in rings for corner in ring]
    if len(corners) > MAX_VERTICES:
        raise too_many_vertices(f"{len(corners):,} corners")
    if corners:
        check_place(np.array(corners))
    alone = len(polygons) == 1
    parts = [_part(rings, "A" if alone else f"Part {at} is a") for at, rings in enumerate(polygons, 1)]
    return counter_clockwise(_joined(parts))


def counter_clockwise(parts: shapely.Geometry) -> shapely.MultiPolygon:
    """Return a polygon or several as one MultiPolygon, outlines counter-clockwise (RFC 7946, section 3.1.6)."""
    polygons = parts.geoms if isinstance(parts, shapely.MultiPolygon) else [parts]
    return shapely.MultiPolygon([orient(each) for each in polygons if isinstance(each, shapely.Polygon)])


def check_place(corners: NDArray[np.float64]) -> None:
    """Refuse corners that lie outside `STUDY`.

    Parameters
    ----------
    corners
        Longitudes and latitudes in EPSG:4326, (n, 2), n >= 1.

    Raises
    ------
    AreaError
        Saying so when longitude and latitude are swapped, or when the numbers are no degrees at all.
    """
    outside = ~_inside_study(corners)
    if not outside.any():
        return
    lon, lat = (float(each) for each in corners[outside][0])
    if np.any(np.abs(corners) > (360.0, 90.0)) and np.any(np.abs(corners) > (90.0, 360.0)):
        raise wrong_reference_system(f"A corner at {lon:,.0f}, {lat:,.0f}")
    if _inside_study(corners[:, ::-1]).all():
        raise AreaError(
            "Longitude and latitude are swapped",
            given=f"First corner {corners[0, 0]:.4f}, {corners[0, 1]:.4f}: read the other way round it lies in Missouri",
            wanted="Longitude first, such as -94.5132, 37.0842",
            todo="Swap the two numbers of every corner",
            place=(lat, lon),
        )
    west, south, east, north = STUDY
    whole = bool(outside.all())
    raise AreaError(
        "The area lies outside Missouri" if whole else "The area leaves the map",
        given=f"{int(outside.sum()):,} of {len(corners):,} corners outside, the first at {_near((lon, lat))}",
        wanted=f"Missouri and 50 km around it: latitude {south} to {north}, longitude {west} to {east}",
        todo="Check the signs (western longitudes are negative)"
        if whole
        else "Cut the area at the edge of the map",
        place=(lon, lat),
    )


def _inside_study(corners: NDArray[np.float64]) -> NDArray[np.bool_]:
    west, south, east, north = STUDY
    inside: NDArray[np.bool_] = np.all((corners >= (west, south)) & (corners <= (east, north)), axis=1)
    return inside


def _near(place: Position) -> str:
    return f"{place[1]:.3f}, {place[0]:.3f}"


def _part(rings: Rings, article: str) -> shapely.Polygon:
    """One polygon, checked ring by ring and then as a whole."""
    for number, ring in enumerate(rings):
        _check_ring(ring, f"{article} polygon whose {_ring_name(number)} has")
    polygon = shapely.Polygon(np.array(rings[0]), [np.array(ring) for ring in rings[1:]])
    _check_meetings([polygon], MAX_MEETINGS)
    if not shapely.is_valid(polygon):
        raise _fault(polygon, rings, article)
    if _mean_width_m(polygon) < MIN_WIDTH_M:
        raise _no_width(rings[0][0], f"{article} polygon of {len(rings[0]) - 1:,} corners")
    return polygon


def _ring_name(number: int) -> str:
    return f"hole {number}" if number else "outline"


def _check_ring(ring: Sequence[Position], subject: str) -> None:
    if not ring:
        raise empty_area(f"{subject} no corners")
    if ring[0] != ring[-1]:
        raise AreaError(
            "The outline is not closed",
            given=f"{subject} {len(ring):,} corners, begins at {_near(ring[0])} and ends at {_near(ring[-1])}",
            wanted="The first corner once more at the end",
            todo="Repeat the first corner at the end, if nothing is missing between the two",
            place=ring[-1],
        )
    distinct = len(set(ring))
    if distinct < _CORNERS_OF_A_TRIANGLE:
        raise AreaError(
            "The area has too few corners",
            given=f"{subject} {distinct} different corner{'s' if distinct > 1 else ''}",
            wanted="At least three different corners, and the first once more at the end",
            todo=_DRAW_AGAIN,
            place=ring[0],
        )
    if _mean_width_m(shapely.MultiPoint(np.array(ring)).convex_hull) < MIN_WIDTH_M:
        raise _no_width(ring[0], f"{subject} {distinct:,} corners on one line")


def _no_width(place: Position, given: str) -> AreaError:
    return AreaError(
        "The area has no width",
        given=given,
        wanted="An outline that encloses some ground",
        todo=_DRAW_AGAIN,
        place=place,
    )


def _mean_width_m(shape: BaseGeometry) -> float:
    """Twice the area over the perimeter, in metres, on a plane about the shape."""
    if shape.area == 0 or shape.length == 0:
        return 0.0
    scale = np.array([M_PER_DEG * math.cos(math.radians(shape.centroid.y)), M_PER_DEG])
    plane: BaseGeometry = shapely.transform(shape, lambda corners: corners * scale)
    return float(2.0 * plane.area / plane.length)


def _fault(polygon: shapely.Polygon, rings: Rings, article: str) -> AreaError:
    """Return the refusal of an invalid polygon, with the place and, where two sides meet, their numbers."""
    subject = f"{article} polygon of {len(rings[0]) - 1:,} corners"
    found = _REASON.match(shapely.is_valid_reason(polygon))
    if found is None:
        return AreaError(
            "The area does not make a surface",
            given=subject,
            wanted="An outline with its holes",
            todo=_DRAW_AGAIN,
        )
    place = float(found["lon"]), float(found["lat"])
    title, wanted = _TITLES.get(
        found["what"], ("The area does not make a surface", "An outline with its holes")
    )
    meeting = _meeting_sides(rings, place) if "ntersection" in found["what"] else None
    if meeting is None:
        given, todo = f"{subject}, at fault near {_near(place)}", _DRAW_AGAIN
    else:
        (one, one_corner), (other, other_corner) = meeting
        verb = "crosses" if found["what"] == "Self-intersection" else "touches"
        given = f"{subject}. Its {one} {verb} its {other} near {_near(place)}"
        todo = f"Move {one_corner} or {other_corner}, or draw it again"
    return AreaError(title, given=given, wanted=wanted, todo=todo, place=place)


def _meeting_sides(rings: Rings, place: Position) -> tuple[tuple[str, str], tuple[str, str]] | None:
    """Return the first two sides through the place that are not neighbours, each with the corner at its end."""
    near = [
        (number, int(side), len(ring) - 1)
        for number, ring in enumerate(rings)
        for side in np.flatnonzero(_distance_to_sides(np.array(ring), place) < _NEAR_DEG)
    ]
    for one, other in itertools.combinations(near, 2):
        apart = abs(one[1] - other[1])
        if one[0] != other[0] or 1 < apart < one[2] - 1:
            return _side_words(*one), _side_words(*other)
    return (_side_words(*near[0]), _side_words(*near[1])) if len(near) > 1 else None


def _distance_to_sides(ring: NDArray[np.float64], place: Position) -> NDArray[np.float64]:
    """Return the degrees from the place to each side of a closed ring, (n - 1,); a side of no length is never near."""
    start, along = ring[:-1], np.diff(ring, axis=0)
    towards = np.array(place) - start
    square = (along**2).sum(axis=1)
    share = np.clip((towards * along).sum(axis=1) / np.where(square > 0, square, 1.0), 0.0, 1.0)
    lon, lat = (towards - share[:, None] * along).T
    return np.where(square > 0, np.hypot(lon, lat), np.inf)


def _side_words(ring: int, side: int, corners: int) -> tuple[str, str]:
    """Return the side as `side 2 to 3` and the corner at its end, counted from 1."""
    of_hole = f" of hole {ring}" if ring else ""
    end = (side + 1) % corners + 1
    return f"side {side + 1} to {end}{of_hole}", f"corner {end}{of_hole}"


def _joined(parts: Sequence[shapely.Polygon]) -> shapely.Geometry:
    """Return the parts as one surface: untouched when they lie apart, else their union."""
    together = shapely.MultiPolygon(parts)
    if shapely.is_valid(together):
        return together
    _check_meetings(parts, MAX_MEETINGS_JOINED)
    return shapely.union_all(parts)


def _check_meetings(shapes: Sequence[shapely.Geometry], most: int) -> None:
    """Refuse shapes whose sides' boxes meet more than `most` times; the work on them grows with that number."""
    sides = np.concatenate([_sides(ring) for shape in shapes for ring in shapely.get_rings(shape)])
    tree = shapely.STRtree(sides)
    meetings = 0
    for start in range(0, len(sides), _BLOCK):
        meetings += tree.query(sides[start : start + _BLOCK]).shape[1]
        if meetings > most:
            raise AreaError(
                "The area is too tangled",
                given=f"{len(sides):,} sides in {len(shapes):,} part{'s' if len(shapes) > 1 else ''}, lying over each other more than {most:,} times",
                wanted="Outlines whose sides run beside each other, and parts that overlap simply",
                todo="Dissolve and simplify the area in your GIS, or draw it again",
            )


def _sides(ring: shapely.Geometry) -> NDArray[np.object_]:
    corners = shapely.get_coordinates(ring)
    return np.asarray(shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1)))

"""USNG (MGRS) coordinates as grid squares in degrees.

A USNG coordinate names a square, not a point: `15S UA 12345 67890` is one of one metre, `15S UA 123 678` one of a
hundred. The `mgrs` package answers only after the text has been taken apart here: only letters and digits that can
lie in the study area reach its C code.

References
----------
FGDC-STD-011-2001, United States National Grid.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import mgrs
import numpy as np
import pyproj
import shapely

from geo.errors import AreaError
from geo.reading import shown

if TYPE_CHECKING:
    from collections.abc import Callable

_COORDINATE = re.compile(
    r"\s*(?P<zone>[0-9]{1,2})\s*(?P<band>[A-Z])\s*(?P<column>[A-Z])(?P<row>[A-Z])\s*(?P<digits>[0-9]*(?:\s+[0-9]+)?)\s*"
)
_MOST_DIGITS = 5
_ZONES = {14: -102.0, 15: -96.0, 16: -90.0}
"""Grid zones of the study area with their western edge in degrees."""
_BANDS = {"S": (32.0, 40.0), "T": (40.0, 48.0)}
"""Latitude bands of the study area with their southern and northern edge in degrees."""
_NO_SQUARE_LETTERS = frozenset("IO")
# A side of 100 km that is straight in UTM bends by 150 m in degrees; a sixteenth of it by less than 1 m.
_LONGEST_SIDE_M = 6_250.0


@dataclass(frozen=True)
class GridSquare:
    """One square of the U.S. National Grid.

    Parameters
    ----------
    text
        The coordinate as it is written: `15S UA 12345 67890`.
    size_m
        Length of its side in metres: 1 to 100,000.
    centre
        Longitude and latitude of its centre, EPSG:4326.
    polygon
        Its outline in EPSG:4326, cut at the edge of its grid zone.
    """

    text: str
    size_m: int
    centre: tuple[float, float]
    polygon: shapely.Polygon


def grid_square(text: str) -> GridSquare:
    """Return the square that a USNG coordinate names, in degrees (EPSG:4326).

    Parameters
    ----------
    text
        A coordinate such as `15S UA 12345 67890`; blanks and lower case are optional, 0 to 5 digits each way.

    Raises
    ------
    AreaError
        When it is no coordinate of the grid, or lies outside zones 14 to 16, bands S and T.
    """
    zone, band, square, easting, northing = _taken_apart(text)
    written = " ".join(part for part in (f"{zone}{band}", square, easting, northing) if part)
    size_m = 10 ** (_MOST_DIGITS - len(easting))
    try:
        # Whether the square reaches into the band is asked below, in words.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            _, _, x, y = mgrs.MGRS().MGRSToUTM(f"{zone}{band}{square}{easting}{northing}")
    except (mgrs.core.MGRSError, ValueError):
        raise _no_coordinate(text, f"There is no square {square} in zone {zone}{band}") from None
    # The package answers with the centre of the square; its south-west corner is a multiple of its size.
    west, south = (np.floor(each / size_m) * size_m for each in (x, y))
    outline = shapely.segmentize(shapely.box(west, south, west + size_m, south + size_m), _LONGEST_SIDE_M)
    cell = shapely.transform(outline, _degrees_of(zone), interleaved=False)
    edge_west, (edge_south, edge_north) = _ZONES[zone], _BANDS[band]
    cut = shapely.intersection(cell, shapely.box(edge_west, edge_south, edge_west + 6.0, edge_north))
    if not isinstance(cut, shapely.Polygon) or cut.is_empty:
        raise _no_coordinate(text, f"The square {square} does not reach into zone {zone}{band}")
    return GridSquare(text=written, size_m=size_m, centre=(cut.centroid.x, cut.centroid.y), polygon=cut)


def grid_squares(text: str) -> list[GridSquare]:
    """Return the squares of a list of USNG coordinates, one a line or separated by commas or semicolons.

    Parameters
    ----------
    text
        Coordinates as `grid_square` reads them.

    Raises
    ------
    AreaError
        When one of them cannot be read.
    """
    return [grid_square(each) for each in re.split(r"[\n,;]+", text) if each.strip()]


@cache
def _degrees_of(zone: int) -> Callable[..., Any]:
    """Return what turns UTM metres of a northern zone into degrees."""
    convert: Callable[..., Any] = pyproj.Transformer.from_crs(32600 + zone, 4326, always_xy=True).transform
    return convert


def _taken_apart(text: str) -> tuple[int, str, str, str, str]:
    """Return zone, band, letters of the square, easting and northing digits."""
    found = _COORDINATE.fullmatch(text.upper())
    if found is None:
        raise _no_coordinate(text, "It is not of the form zone, band, two letters, digits")
    groups = found["digits"].split()
    if len(groups) < 2:  # noqa: PLR2004 - easting and northing
        digits = "".join(groups)
        groups = [digits[: len(digits) // 2], digits[len(digits) // 2 :]]
    if len(groups[0]) != len(groups[1]) or len(groups[0]) > _MOST_DIGITS:
        raise _no_coordinate(text, "Easting and northing need the same number of digits, at most 5 each")
    zone, band = int(found["zone"]), found["band"]
    if zone not in _ZONES or band not in _BANDS:
        raise AreaError(
            "The area lies outside Missouri",
            given=f"{shown(text.strip())} in grid zone {zone}{band}",
            wanted="Grid zones 15S, 15T, 16S and 16T, and a strip of 14S and 14T",
            todo="Check the zone in front of the coordinate",
        )
    square = found["column"] + found["row"]
    if _NO_SQUARE_LETTERS & set(square) or square[1] > "V":
        raise _no_coordinate(text, f"The grid has no square {square}")
    return zone, band, square, groups[0], groups[1]


def _no_coordinate(text: str, why: str) -> AreaError:
    return AreaError(
        "This is not a USNG coordinate",
        given=f"{shown(text.strip())}. {why}",
        wanted="A coordinate such as 15S UB 66619 01471, or three and more for the corners of an area",
        todo="Check the letters and give as many digits for easting as for northing",
    )

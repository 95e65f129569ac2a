"""Text of a stranger, read without trusting it: JSON becomes plain numbers or a refusal.

Nothing here calls shapely: `shapely.from_geojson` ends the whole process on deep nesting, so a stranger's text is
taken apart in Python first, with a limit on everything that can grow.
"""

from __future__ import annotations

import json
import math
import re
from typing import Never

import numpy as np

from geo.errors import AreaError

MAX_BYTES = 5_000_000
"""Longest text that is read, in bytes: about 100,000 corners, five times what an area may have."""
MAX_DEPTH = 32
"""Deepest nesting of brackets that is read; a multi-part area in a collection needs 9."""
MAX_VERTICES = 20_000
"""Most corners of an area; a county of the 1:500,000 boundaries has at most a few thousand."""
SHOWN_CHARACTERS = 60

Position = tuple[float, float]
Rings = list[list[Position]]
"""A polygon as its rings of (longitude, latitude): the outline, then its holes."""

# Possessive, and the closing quote is optional, so that no text makes the search go back over itself.
_STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_STEP = np.zeros(256, dtype=np.int8)
_STEP[[ord("["), ord("{")]] = 1
_STEP[[ord("]"), ord("}")]] = -1


def shown(value: object) -> str:
    """Return the value as a refusal quotes it: its `repr`, at most about 60 characters."""
    if isinstance(value, str | bytes):
        text = repr(value[: SHOWN_CHARACTERS + 1])
        return text if len(value) <= SHOWN_CHARACTERS else f"{repr(value[:SHOWN_CHARACTERS])[:-1]}…'"
    if isinstance(value, dict):
        return f"a JSON object of {len(value):,} members"
    if isinstance(value, list | tuple):
        return f"a list of {len(value):,} elements"
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def decode(text: str | bytes) -> str:
    """Return the text without a byte order mark, within `MAX_BYTES`.

    Parameters
    ----------
    text
        Text, or bytes in UTF-8 with or without a byte order mark.

    Raises
    ------
    AreaError
        When it is too long or its bytes are not UTF-8.
    """
    if len(text) > MAX_BYTES:
        raise AreaError(
            "The text is too long",
            given=f"{len(text) / 1e6:.1f} MB",
            wanted=f"At most {MAX_BYTES / 1e6:.0f} MB, which holds far more than {MAX_VERTICES:,} corners",
            todo="Simplify the outline in your GIS, or send one area at a time",
        )
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise AreaError(
            "The file is not text in UTF-8",
            given=f"{len(text):,} bytes, of which byte {fault.start + 1:,} is no character",
            wanted="GeoJSON, WKT or USNG as text in UTF-8",
            todo="Export the area as GeoJSON; a shapefile or a zip archive cannot be read here",
        ) from None


def parse_json(text: str | bytes) -> object:
    """Return the value that a stranger's JSON text holds, every number in it finite.

    Size and nesting are measured before the text is parsed, so that no text can exhaust the stack or the memory.

    Parameters
    ----------
    text
        JSON, as text or as bytes in UTF-8.

    Raises
    ------
    AreaError
        When it is too long, nested too deeply, not JSON, or holds NaN, Infinity or a number too large.
    """
    plain = decode(text)
    depth = _depth(plain)
    if depth > MAX_DEPTH:
        raise AreaError(
            "The GeoJSON is nested too deeply",
            given=f"Brackets {depth:,} levels deep",
            wanted=f"At most {MAX_DEPTH} levels; an area of several parts in a collection needs 9",
            todo="Export the area again as a plain Polygon or MultiPolygon",
        )
    try:
        return json.loads(plain, parse_constant=_refuse_constant, parse_float=_finite)
    except json.JSONDecodeError as fault:
        raise AreaError(
            "The text is not complete JSON",
            given=f"{fault.msg} at line {fault.lineno:,}, character {fault.colno:,}",
            wanted="A GeoJSON Polygon, MultiPolygon, Feature or FeatureCollection",
            todo="Copy the whole text, from its first { to its last }",
        ) from None
    except AreaError:
        raise
    except ValueError:  # Python refuses to read an integer of more than 4,300 digits
        _refuse_constant("an integer of thousands of digits")


def _depth(text: str) -> int:
    """Deepest nesting of brackets outside strings."""
    bare = _STRING.sub("", text).encode("utf-8", "replace")
    steps = _STEP[np.frombuffer(bare, dtype=np.uint8)]
    return int(np.cumsum(steps, dtype=np.int32).max(initial=0))


def _refuse_constant(word: str) -> Never:
    raise AreaError(
        "A number in the GeoJSON is not finite",
        given=shown(word),
        wanted="Numbers that can be drawn, such as -94.5132",
        todo="Remove that corner in your GIS and export again",
    )


def _finite(word: str) -> float:
    number = float(word)
    if not math.isfinite(number):
        _refuse_constant(word)
    return number


def finite_pair(lon: float, lat: float) -> Position:
    """Return the two numbers as a position, in degrees.

    Raises
    ------
    AreaError
        When one is NaN, infinite or too large for a coordinate.
    """
    try:
        pair = float(lon), float(lat)
    except OverflowError:  # an integer of more than 308 digits
        _refuse_constant("an integer of hundreds of digits")
    if not (math.isfinite(pair[0]) and math.isfinite(pair[1])):
        _refuse_constant(f"{pair[0]}, {pair[1]}")
    return pair


def empty_area(given: str) -> AreaError:
    """Return the refusal of an area that has nothing in it."""
    return AreaError(
        "The area is empty",
        given=given,
        wanted="At least one polygon of three corners or more",
        todo="Draw the area on the map, choose counties or use a circle",
    )


def too_many_vertices(given: str) -> AreaError:
    """Return the refusal of an area with more corners than `MAX_VERTICES`."""
    return AreaError(
        "The area has too many corners",
        given=given,
        wanted=f"At most {MAX_VERTICES:,} corners",
        todo="Simplify the outline in your GIS (10 m is enough for travel times), or choose counties",
    )


def not_an_area(kind: str) -> AreaError:
    """Return the refusal of a geometry that encloses nothing, or of a word that is no geometry at all."""
    return AreaError(
        "This is not an area",
        given=kind,
        wanted="A Polygon or MultiPolygon, alone or in a Feature or FeatureCollection",
        todo="Draw a polygon around the place, or use a circle: a point and a radius",
    )


def wrong_reference_system(given: str) -> AreaError:
    """Return the refusal of coordinates that are not longitude and latitude."""
    return AreaError(
        "The area is not in longitude and latitude",
        given=given,
        wanted="Degrees of longitude and latitude (WGS 84, EPSG:4326), longitude first",
        todo="Reproject the area to EPSG:4326 in your GIS and export again",
    )

"""Closures from GeoJSON that a stranger wrote, checked; each fault has its sentence."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import shapely

from geo.closure import Closure
from geo.errors import AreaError, ClosureError
from geo.geojson import polygon_rings
from geo.reading import MAX_VERTICES, Position, finite_pair, parse_json, shown
from geo.validity import check_place, surface

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from geo.closure import Effect

MAX_CLOSURES = 1_000
MAX_WORDS = 500
MAX_LISTED = 200
NO_SHAPE = shapely.MultiLineString()
"""The shape of a closure that names a bridge and draws none."""

EFFECTS = ("blocked", "slowed")
SHAPES = ("Polygon", "MultiPolygon", "LineString", "MultiLineString", "Point")
WANTED = "a GeoJSON FeatureCollection or Feature with an effect and a shape"


def read_closures(given: str | bytes | object) -> tuple[Closure, ...]:
    """Return the closures of a GeoJSON FeatureCollection or Feature (text or parsed; EPSG:4326), in its order.

    Properties: `effect` (blocked or slowed), `factor` (slowed), `name`, `reason`, `source`, `from` and `until`
    (ISO 8601 with a zone), `crossing`, `classes` and `profiles` (lists of words, or one word), `bridge`. A Feature's
    `id` is the closure's key; without one it is its number. One with a `bridge` needs no geometry.

    Raises
    ------
    ClosureError
        Anything in it cannot be read or cannot be; the sentence says which closure and what.
    """
    try:
        value = parse_json(given) if isinstance(given, str | bytes) else given
    except AreaError as fault:
        raise _of_closure(fault, "The closures cannot be read") from fault
    closures = tuple(_closure(feature, number) for number, feature in enumerate(_features(value), start=1))
    keys = [closure.key for closure in closures]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ClosureError(
            "Two closures have the same id",
            given=", ".join(shown(key) for key in twice),
            wanted="an id of its own for each closure, or none",
            todo="change or remove the ids",
        )
    return closures


def _features(value: object) -> list[object]:
    kind = value.get("type") if isinstance(value, dict) else None
    features = [value] if kind == "Feature" else None
    if isinstance(value, dict) and kind == "FeatureCollection" and isinstance(value.get("features"), list):
        features = value["features"]
    if features is None:
        raise ClosureError(
            "These are no closures",
            given=shown(value),
            wanted=WANTED,
            todo="export the closures as GeoJSON",
        )
    if len(features) > MAX_CLOSURES:
        raise ClosureError(
            "There are too many closures",
            given=f"{len(features):,}",
            wanted=f"at most {MAX_CLOSURES:,} at once",
            todo="leave out closures far from the incident, or join them into one shape",
        )
    return features


def _closure(feature: object, number: int) -> Closure:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise _unusable(number, "is not a Feature", shown(feature), WANTED)
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise _unusable(number, "has no properties", shown(properties), "an object with an effect")
    effect = properties.get("effect")
    if effect not in EFFECTS:
        raise _unusable(number, "does not say what it does", f"effect {shown(effect)}", "blocked or slowed")
    key = feature.get("id")
    bridge = _words(properties, "bridge", number).strip() or None
    shape = feature.get("geometry")
    return Closure(
        key=str(number) if key is None else _words({"id": key}, "id", number),
        effect=cast("Effect", effect),
        geometry=NO_SHAPE if bridge is not None and shape is None else _geometry(shape, number),
        factor=_factor(properties, number) if effect == "slowed" else 1.0,
        name=_words(properties, "name", number),
        reason=_words(properties, "reason", number),
        source=_words(properties, "source", number),
        starts_at=_moment(properties, "from", number),
        ends_at=_moment(properties, "until", number),
        crossing=_words(properties, "crossing", number) or None,
        classes=_list(properties, "classes", number),
        profiles=_list(properties, "profiles", number),
        bridge=bridge,
    )


def _words(properties: dict[str, Any], name: str, number: int) -> str:
    value = properties.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > MAX_WORDS:
        raise _unusable(
            number, f"has a {name} that is no text", shown(value), f"at most {MAX_WORDS} characters of text"
        )
    return value


def _list(properties: dict[str, Any], name: str, number: int) -> tuple[str, ...]:
    """Return a list of words, each once, in the order given; one word alone is a list of one."""
    value = properties.get(name)
    if value is None:
        return ()
    words = [value] if isinstance(value, str) else value
    read = [word.strip() for word in words if isinstance(word, str)] if isinstance(words, list) else []
    if not read or len(read) != len(words) or len(words) > MAX_LISTED or not all(map(_is_listed, read)):
        raise _unusable(
            number,
            f"has {name} that are no words",
            shown(value),
            f"a list of 1 to {MAX_LISTED} words, or no {name} at all",
        )
    return tuple(dict.fromkeys(read))


def _is_listed(word: str) -> bool:
    return 0 < len(word) <= MAX_WORDS


def _factor(properties: dict[str, Any], number: int) -> float:
    factor = properties.get("factor")
    if isinstance(factor, bool) or not isinstance(factor, int | float):
        raise _unusable(
            number,
            "is slowed, but does not say how much",
            f"factor {shown(factor)}",
            "a number above 1: how many times as long the road takes",
        )
    return float(factor)


def _moment(properties: dict[str, Any], name: str, number: int) -> datetime | None:
    value = properties.get(name)
    if value is None or value == "":
        return None
    moment = None
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if moment is None or moment.tzinfo is None:
        raise _unusable(
            number,
            f"has a time in {name!r} that cannot be read",
            shown(value),
            "ISO 8601 with its zone, such as 2011-05-22T18:00:00-05:00",
        )
    return moment


def _geometry(value: object, number: int) -> BaseGeometry:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(value, dict) or kind not in SHAPES:
        raise _unusable(number, "has no shape that closes a road", shown(kind), ", ".join(SHAPES))
    parts = value.get("coordinates")
    try:
        if kind in ("Polygon", "MultiPolygon"):
            return _surface([parts] if kind == "Polygon" else parts, number)
        if kind == "Point":
            return shapely.Point(_positions([parts], number)[0])
        return _lines([parts] if kind == "LineString" else parts, number)
    except AreaError as fault:
        raise _of_closure(fault, f"Closure {number} cannot be used") from fault


def _surface(parts: object, number: int) -> BaseGeometry:
    if not isinstance(parts, list) or not parts:
        raise _unusable(number, "is empty", shown(parts), "at least one polygon")
    polygons = surface([polygon_rings(part, room=MAX_VERTICES) for part in parts])
    return polygons.geoms[0] if len(polygons.geoms) == 1 else polygons


def _lines(parts: object, number: int) -> BaseGeometry:
    if not isinstance(parts, list) or not parts:
        raise _unusable(number, "is empty", shown(parts), "at least one line")
    lines = [_positions(part, number) for part in parts]
    if any(len(set(line)) < 2 for line in lines):  # noqa: PLR2004 - a line has two ends
        raise _unusable(
            number, "is a line of one point", shown(parts), "at least two different points a line"
        )
    return shapely.LineString(lines[0]) if len(lines) == 1 else shapely.MultiLineString(lines)


def _positions(value: object, number: int) -> list[Position]:
    if not isinstance(value, list) or not value or len(value) > MAX_VERTICES:
        raise _unusable(number, "has no line of points", shown(value), f"1 to {MAX_VERTICES:,} points")
    positions = []
    for point in value:
        numbers = isinstance(point, list) and [
            part for part in point if isinstance(part, int | float) and not isinstance(part, bool)
        ]
        if not numbers or len(numbers) != len(point) or len(numbers) < 2:  # noqa: PLR2004 - lon and lat
            raise _unusable(number, "has a point that is none", shown(point), "longitude and latitude")
        positions.append(finite_pair(numbers[0], numbers[1]))
    check_place(np.array(positions))
    return positions


def _unusable(number: int, what: str, given: str, wanted: str) -> ClosureError:
    return ClosureError(
        f"Closure {number} {what}",
        given=given,
        wanted=wanted,
        todo="correct this closure and give them again",
    )


def _of_closure(fault: AreaError, title: str) -> ClosureError:
    said = fault.title.replace("The area", "its shape").replace("the area", "its shape")
    return ClosureError(
        f"{title}: {said[0].lower()}{said[1:]}",
        given=fault.given,
        wanted=fault.wanted,
        todo=fault.todo,
        place=fault.place,
    )

"""A layer of points that a user brings as targets: hospitals, power plants, shelters."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from geo.errors import GeoError
from geo.reading import decode, finite_pair, parse_json, shown
from matching.coverage.targets import point_targets
from matching.errors import MatchingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matching.coverage.targets import Targets

MOST_POINTS: Final = 5_000
"""Points of a layer, at most: more than Missouri has of anything that is driven to."""

MOST_WEIGHT: Final = 10_000_000

WANTED: Final = "GeoJSON with points, or CSV with the columns name, lon, lat and, if they differ, weight: whole numbers above 0"

Row = tuple[str, float, float, int]


def read_points(text: bytes) -> Targets:
    """Return the points of a GeoJSON or CSV text (EPSG:4326) as targets, each with its name and weight.

    A point without a weight weighs 1. Nothing is guessed and none is left out.

    Parameters
    ----------
    text
        The file: GeoJSON when it begins with a brace.

    Raises
    ------
    MatchingError
        It holds no points, too many, or one that cannot be used; the place of the fault is said.
    """
    try:
        rows = _of_geojson(text) if text.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else _of_csv(text)
    except GeoError as fault:
        raise _refusal(f"{fault.title}: {fault.given}") from fault
    if not 1 <= len(rows) <= MOST_POINTS:
        raise _refusal(f"{len(rows):,} points", f"1 to {MOST_POINTS:,} points")
    names, lon, lat, weights = zip(*rows, strict=True)
    return point_targets(names, lon, lat, weights)


def _of_geojson(text: bytes) -> list[Row]:
    value = parse_json(text)
    features = value.get("features") if isinstance(value, dict) else None
    if not isinstance(features, list):
        raise _refusal(shown(value))
    return [_feature(feature, f"feature {at}") for at, feature in enumerate(features, start=1)]


def _feature(feature: object, where: str) -> Row:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(feature, dict) or not isinstance(geometry, dict) or geometry.get("type") != "Point":
        raise _refusal(f"{where}: {shown(geometry)}")
    position, properties = geometry.get("coordinates"), feature.get("properties") or {}
    if not isinstance(position, list) or len(position) < 2 or not isinstance(properties, dict):  # noqa: PLR2004
        raise _refusal(f"{where}: {shown(position)}")
    return _row(
        {
            "name": properties.get("name"),
            "lon": position[0],
            "lat": position[1],
            "weight": properties.get("weight"),
        },
        where,
    )


def _of_csv(text: bytes) -> list[Row]:
    reader = csv.DictReader(io.StringIO(decode(text)))
    columns = reader.fieldnames or []
    missing = [name for name in ("name", "lon", "lat") if name not in columns]
    if missing:
        raise _refusal(
            f"the columns {', '.join(columns) or 'of an empty file'}, without {', '.join(missing)}"
        )
    try:
        return [_row(row, f"line {reader.line_num}") for row in reader]
    except csv.Error as fault:
        raise _refusal(f"line {reader.line_num}: {fault}") from fault


def _row(given: Mapping[str, object], where: str) -> Row:
    name, weight = str(given.get("name") or "").strip(), given.get("weight")
    try:
        lon, lat = finite_pair(float(str(given["lon"])), float(str(given["lat"])))
        whole = 1 if weight in {None, ""} else int(str(weight))
    except ValueError as fault:
        raise _refusal(f"{where}: {shown(dict(given))}, {fault}") from fault
    if not name or not 1 <= whole <= MOST_WEIGHT:
        raise _refusal(f"{where}: name {shown(name)}, weight {shown(weight)}")
    return name, lon, lat, whole


def _refusal(given: str, wanted: str = WANTED) -> MatchingError:
    return MatchingError(
        "This layer cannot be used", given=given, wanted=wanted, todo="correct the file, or export it again"
    )

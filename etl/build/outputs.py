"""Shipped files as bytes: the same rows and shapes give the same file on every machine."""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from shapely.geometry.base import BaseGeometry


def write_bytes(path: Path, content: bytes) -> Path:
    """Path of the file, replaced at once, so that an interrupted build leaves the old one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    """Path of a CSV file in UTF-8 with one header line and line feeds."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return write_bytes(path, text.getvalue().encode())


def rounded(geometry: BaseGeometry, decimals: int) -> BaseGeometry:
    """Return the geometry with its coordinates (degrees) rounded; 4 decimals are about 11 m."""
    result: BaseGeometry = shapely.transform(geometry, lambda points: np.round(points, decimals))
    return result


def write_geojson(
    path: Path, features: Iterable[tuple[BaseGeometry, Mapping[str, object]]], decimals: int
) -> Path:
    """Path of a GeoJSON FeatureCollection (RFC 7946, EPSG:4326), one feature a line, for a readable diff.

    Parameters
    ----------
    features
        Geometry (EPSG:4326, degrees) and properties; a property `id` becomes the feature's own id.
    decimals
        Coordinates are rounded to so many decimals; points that fall together are written once.
    """
    lines = [_feature(geometry, dict(properties), decimals) for geometry, properties in features]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    return write_bytes(path, text.encode())


def _feature(geometry: BaseGeometry, properties: dict[str, object], decimals: int) -> str:
    shape = shapely.remove_repeated_points(rounded(geometry, decimals))
    shape = shapely.orient_polygons(shape, exterior_cw=False)
    feature: dict[str, object] = {"type": "Feature"}
    if "id" in properties:
        feature["id"] = properties.pop("id")
    feature["properties"] = properties
    feature["geometry"] = json.loads(shapely.to_geojson(shape))
    return json.dumps(feature, separators=(",", ":"), ensure_ascii=False)

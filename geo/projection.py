"""Metres for degrees: EPSG:4326 to EPSG:5070 and back, and lengths on the ellipsoid."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import shapely
from pyproj import Geod, Transformer

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

DEGREES = "EPSG:4326"
METRES = "EPSG:5070"


@cache
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


@cache
def _ellipsoid() -> Geod:
    return Geod(ellps="WGS84")


def to_metres(lonlat: ArrayLike) -> NDArray[np.float64]:
    """Return EPSG:5070 metres, float64 (n, 2), of lon/lat pairs (n, 2) in EPSG:4326."""
    return _moved(lonlat, DEGREES, METRES)


def to_degrees(xy: ArrayLike) -> NDArray[np.float64]:
    """Return lon/lat pairs in EPSG:4326, float64 (n, 2), of EPSG:5070 metres (n, 2)."""
    return _moved(xy, METRES, DEGREES)


def geometry_in_metres(geometry: Any) -> Any:  # noqa: ANN401 - shapely's own type: a geometry, or an array of them
    """Return a geometry, or an array of geometries, moved from EPSG:4326 to EPSG:5070."""
    return shapely.transform(geometry, to_metres)


def geometry_in_degrees(geometry: Any) -> Any:  # noqa: ANN401 - shapely's own type: a geometry, or an array of them
    """Return a geometry, or an array of geometries, moved from EPSG:5070 to EPSG:4326."""
    return shapely.transform(geometry, to_degrees)


def ground_m(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the metres on the WGS 84 ellipsoid between lon/lat pairs (n, 2) and (n, 2).

    Road lengths are measured so, because EPSG:5070 keeps areas, not lengths: in Missouri it is 1 % short from
    west to east and 1 % long from south to north.
    """
    if not len(start):
        return np.empty(0)
    _, _, metres = _ellipsoid().inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    return cast("NDArray[np.float64]", np.asarray(metres, dtype=np.float64))


def _moved(pairs: ArrayLike, source: str, target: str) -> NDArray[np.float64]:
    given = np.asarray(pairs, dtype=np.float64).reshape(-1, 2)
    x, y = _transformer(source, target).transform(given[:, 0], given[:, 1])
    return np.column_stack([np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)])

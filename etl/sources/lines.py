"""Road lines from a layer that a user brought, and the speeds of their classes."""

from __future__ import annotations

from collections import Counter
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from etl.errors import EtlError
from etl.sources.cells import CellError, is_blank, read_number, read_text
from etl.sources.layers import read_layer
from etl.sources.tables import read_table
from geo.noding import RoadLines

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from etl.sources.tables import Row

KMH_PER_MPH = 1.609344
DIRECTIONS = {
    **dict.fromkeys(("", "0", "no", "n", "false", "b", "both"), 0),
    **dict.fromkeys(("1", "yes", "y", "true", "f", "ft"), 1),
    **dict.fromkeys(("-1", "t", "tf", "reverse"), -1),
}
"""What a one-way column may say (in any case): both ways, along the line, against it. These are the words of
OpenStreetMap (yes, -1), of its shapefiles (B, F, T) and of American street files (FT, TF)."""


def read_lines(
    path: Path,
    class_column: str,
    name_column: str | None = None,
    oneway_column: str | None = None,
    *,
    layer: str | None = None,
    crs: str | None = None,
) -> RoadLines:
    """Return the road lines of a GeoPackage, Shapefile, GeoJSON or GeoParquet file, moved to EPSG:4326.

    Lines of several parts become one line a part; heights are dropped.

    Parameters
    ----------
    path
        The file.
    class_column, name_column, oneway_column
        The columns of the road's class, its name, and its direction (`DIRECTIONS`); without the last, every road
        may be driven both ways.
    layer
        The layer of a file that holds several.
    crs
        The coordinate reference system of a file that does not say its own, such as `EPSG:4269`.

    Raises
    ------
    EtlError
        The file, the layer or a column is missing, a row is no line, or nothing says where the coordinates lie.
    """
    wanted = [column for column in (class_column, name_column, oneway_column) if column is not None]
    frame = read_layer(path, wanted, layer=layer, crs=crs)
    _check_lines(frame, path)
    road_class = _classes(frame[class_column], path)
    name = _texts(frame[name_column]) if name_column else ("",) * len(frame)
    oneway = _directions(frame[oneway_column], path) if oneway_column else np.zeros(len(frame), dtype=np.int8)
    geometry, row = _single_flat(frame.geometry.to_numpy())
    return RoadLines(
        geometry=geometry,
        road_class=tuple(road_class[at] for at in row),
        name=tuple(name[at] for at in row),
        oneway=oneway[row],
    )


def read_speeds(path: Path) -> dict[str, float]:
    """Return the travel speed of each road class in mph, from a CSV with the columns `class` and `mph`.

    Other columns are for its readers. `in_kmh` gives what `geo.noding.build_network` takes.

    Raises
    ------
    EtlError
        A column is missing, a class stands twice, or a speed is no number from 0 to 150.
    """
    table = read_table(path)
    for column in ("class", "mph"):
        if column not in table.columns:
            raise EtlError(
                f"The speeds file {path.name!r} lacks the column {column!r}",
                given=", ".join(map(repr, table.columns)),
                wanted="the columns 'class' and 'mph'",
                todo="name the columns so in the first row; data/reference/speeds.csv shows one",
            )
    if table.ragged:
        number, what = table.ragged[0]
        raise _bad_speed(path, f"row {number}: {what}", "as many cells as the header has")
    places = table.columns.index("class"), table.columns.index("mph")
    speeds: dict[str, float] = {}
    for row in table.rows:
        word, mph = _speed(row, places, path)
        if word in speeds:
            raise _bad_speed(path, f"row {row.number}: {word!r} once more", "one row a class")
        speeds[word] = mph
    return speeds


def in_kmh(speeds_mph: dict[str, float]) -> dict[str, float]:
    """Return speeds in km/h for speeds in mph."""
    return {word: mph * KMH_PER_MPH for word, mph in speeds_mph.items()}


def driven(lines: RoadLines, speeds: dict[str, float]) -> tuple[RoadLines, dict[str, int]]:
    """Return the lines of every class but those of speed 0, and how many lines of each such class were left out.

    A walkway is a line of the file and no road: left out by its class, and counted, rather than driven slowly.
    """
    left_out = Counter(word for word in lines.road_class if speeds.get(word) == 0)
    if not left_out:
        return lines, {}
    kept = np.array([word not in left_out for word in lines.road_class])
    return RoadLines(
        geometry=lines.geometry[kept],
        road_class=tuple(compress(lines.road_class, kept)),
        name=tuple(compress(lines.name, kept)),
        oneway=lines.oneway[kept],
        length_m=None if lines.length_m is None else lines.length_m[kept],
    ), dict(sorted(left_out.items()))


def _speed(row: Row, places: tuple[int, int], path: Path) -> tuple[str, float]:
    word, mph = (row.cells[place] for place in places)
    if is_blank(word) or is_blank(mph):
        raise _bad_speed(path, f"row {row.number}: an empty cell", "a class and its speed in mph")
    try:
        name, speed = read_text(word), read_number(mph)
    except CellError as fault:
        raise _bad_speed(path, f"row {row.number}: {fault}", "a class and its speed in mph") from fault
    if not 0 <= speed <= 150:  # noqa: PLR2004 - mph; faster is a slip of the pen
        raise _bad_speed(path, f"row {row.number}: {speed:g} mph", "a speed from 0 (not driven) to 150 mph")
    return name, speed


def _bad_speed(path: Path, given: str, wanted: str) -> EtlError:
    return EtlError(
        f"The speeds file {path.name!r} cannot be used", given=given, wanted=wanted, todo="correct that row"
    )


def _check_lines(frame: gpd.GeoDataFrame, path: Path) -> None:
    if not len(frame):
        raise EtlError(
            f"{path.name!r} holds no roads",
            given="0 rows",
            wanted="at least one road line",
            todo="choose another file or layer",
        )
    kinds = shapely.get_type_id(frame.geometry.to_numpy())
    lines = np.isin(kinds, (shapely.GeometryType.LINESTRING, shapely.GeometryType.MULTILINESTRING))
    lines &= ~shapely.is_empty(frame.geometry.to_numpy())
    if not lines.all():
        first = int(np.flatnonzero(~lines)[0])
        geometry = frame.geometry.iloc[first]
        raise EtlError(
            f"{int((~lines).sum()):,} of {len(frame):,} rows are not lines",
            given=f"row {first + 1} is {geometry.geom_type if geometry else 'without a geometry'}",
            wanted="a LineString or MultiLineString in every row",
            todo="choose the layer of road centre lines, or take those rows out",
        )


def _single_flat(geometry: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the lines one part each and without heights, and the row of each.

    A state's million lines are half a gigabyte: those that are so already are not copied.
    """
    if shapely.has_z(geometry).any():
        geometry = shapely.force_2d(geometry)
    if (shapely.get_type_id(geometry) == shapely.GeometryType.LINESTRING).all():
        return geometry, np.arange(len(geometry))
    parts, row = shapely.get_parts(geometry, return_index=True)
    return parts, row


def _texts(values: pd.Series[Any]) -> tuple[str, ...]:
    """Return a column as words; whole numbers without their point, nothing as nothing."""
    present = values.notna()
    if values.dtype.kind == "f" and (values[present] == values[present].round()).all():
        values = values.astype("Int64")
    # Streets share few names: each word is kept once, however many rows have it.
    number, words = values.astype("string").str.strip().factorize()
    known = ["", *map(str, words)]  # a row with nothing has the number -1
    return tuple(known[place + 1] for place in number.tolist())


def _classes(values: pd.Series[Any], path: Path) -> tuple[str, ...]:
    words = _texts(values)
    nameless = [row for row, word in enumerate(words, start=1) if not word]
    if nameless:
        raise EtlError(
            f"{len(nameless):,} of {len(words):,} roads of {path.name!r} have no class",
            given=f"row {nameless[0]:,} with an empty {str(values.name)!r}",
            wanted="a class for every road, since its speed depends on it",
            todo="fill the column, or take those rows out",
        )
    return words


def _directions(values: pd.Series[Any], path: Path) -> np.ndarray[Any, np.dtype[np.int8]]:
    words = [word.lower() for word in _texts(values)]
    unknown = sorted(set(words) - set(DIRECTIONS))
    if unknown:
        raise EtlError(
            f"The column {str(values.name)!r} of {path.name!r} holds no directions",
            given=", ".join(map(repr, unknown[:5])),
            wanted="yes, no or -1; F, T or B; FT or TF; or nothing for both ways",
            todo="choose the column that says whether a road is one-way, or none",
        )
    return np.array([DIRECTIONS[word] for word in words], dtype=np.int8)

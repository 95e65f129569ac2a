"""A layer of a GIS file that a user brought: its geometry in degrees and the columns that are asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from etl.errors import EtlError
from geo.projection import DEGREES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import geopandas as gpd

PARQUET = (".parquet", ".geoparquet")
VECTOR = (".gpkg", ".shp", ".geojson", ".json")


def read_layer(
    path: Path, columns: Sequence[str], *, layer: str | None = None, crs: str | None = None
) -> gpd.GeoDataFrame:
    """Return the rows of a GeoPackage, Shapefile, GeoJSON or GeoParquet file, moved to EPSG:4326.

    Only these columns are read: a State's road layer has dozens, and their words would take more memory than its
    lines.

    Parameters
    ----------
    path
        The file.
    columns
        The columns wanted beside the geometry.
    layer
        The layer of a file that holds several; a Parquet file has none to name.
    crs
        The coordinate reference system of a file that does not say its own, such as `EPSG:4269`.

    Raises
    ------
    EtlError
        The file, the layer or a column is missing, the file is damaged, or nothing says where its coordinates lie.
    """
    if not path.is_file():
        raise EtlError(
            f"The file {path.name!r} cannot be opened",
            given=f"{path}, which is no file",
            wanted="a GeoPackage, Shapefile, GeoJSON or GeoParquet file of road lines",
            todo="check the path",
        )
    return _in_degrees(_frame(path, columns, layer), path, crs)


def _frame(path: Path, columns: Sequence[str], layer: str | None) -> gpd.GeoDataFrame:
    """Return the file's rows as they lie."""
    # Both libraries take half a second to import; only this command needs them.
    import pyarrow as pa  # noqa: PLC0415
    import pyogrio  # noqa: PLC0415

    suffix = path.suffix.lower()
    if suffix not in (*PARQUET, *VECTOR):
        raise EtlError(
            f"{path.name!r} is of a kind that cannot be read",
            given=f"a file that ends in {suffix or 'nothing'}",
            wanted=", ".join((*VECTOR, *PARQUET)),
            todo="export the roads as a GeoPackage",
        )
    wanted = list(dict.fromkeys(columns))
    try:
        # The GDAL in pyogrio's wheel has no Parquet driver.
        if suffix in PARQUET:
            _refuse_layer(path, layer)
            return _parquet(path, wanted)
        chosen = _layer(path, layer, [str(name) for name, kind in pyogrio.list_layers(path) if kind])
        _check_columns(path, wanted, [str(name) for name in pyogrio.read_info(path, layer=chosen)["fields"]])
        return pyogrio.read_dataframe(path, layer=chosen, columns=wanted)
    except EtlError:
        raise
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pa.ArrowException,
        ValueError,
        OSError,
    ) as fault:
        raise _unreadable(path, str(fault)) from fault


def _refuse_layer(path: Path, layer: str | None) -> None:
    if layer is not None:
        raise EtlError(
            f"{path.name!r} has no layers to choose from",
            given=f"the layer {layer!r} of a Parquet file",
            wanted="no layer: a Parquet file is one table, which is read whole",
            todo="leave out --layer, or name the file that holds this layer",
        )


def _parquet(path: Path, wanted: Sequence[str]) -> gpd.GeoDataFrame:
    import geopandas as gpd  # noqa: PLC0415 - as above
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pq.read_schema(path)
    place = json.loads((schema.metadata or {}).get(b"geo", b"{}")).get("primary_column")
    if place is None:
        raise _unreadable(path, "a Parquet file without geometry")
    _check_columns(path, wanted, [name for name in schema.names if name != place])
    return gpd.read_parquet(path, columns=[*wanted, place])


def _unreadable(path: Path, what: str) -> EtlError:
    return EtlError(
        f"{path.name!r} cannot be read",
        given=what.splitlines()[0][:200] if what else "a damaged file",
        wanted="a whole GeoPackage, Shapefile (with its .shx and .dbf), GeoJSON or GeoParquet file",
        todo="copy the file again, or export the roads as a GeoPackage",
    )


def _layer(path: Path, layer: str | None, layers: Sequence[str]) -> str:
    if layer in layers:
        return str(layer)
    if layer is None and len(layers) == 1:
        return layers[0]
    raise EtlError(
        f"{path.name!r} holds {len(layers) or 'no'} layers"
        if layer is None
        else f"There is no layer {layer!r}",
        given=", ".join(map(repr, layers)) or "no layer with geometry",
        wanted="one layer of road lines, by its name",
        todo="name the layer, such as --layer roads",
    )


def _check_columns(path: Path, wanted: Sequence[str], there: Sequence[str]) -> None:
    missing = [column for column in wanted if column not in there]
    if missing:
        raise EtlError(
            f"{path.name!r} has no column {missing[0]!r}",
            given=", ".join(map(repr, there)) or "no columns",
            wanted="the columns of the road's class, name and direction, by their names",
            todo="choose one of the columns given",
        )


def _in_degrees(frame: gpd.GeoDataFrame, path: Path, crs: str | None) -> gpd.GeoDataFrame:
    from pyproj.exceptions import CRSError  # noqa: PLC0415 - as geopandas above

    if frame.crs is None and crs is None:
        raise EtlError(
            f"{path.name!r} does not say where its coordinates lie",
            given="no coordinate reference system",
            wanted="a file with one, or its name",
            todo="add it, such as --crs EPSG:4269 (a shapefile needs its .prj beside it)",
        )
    try:
        placed = frame if frame.crs is not None else frame.set_crs(crs)
        return placed.to_crs(DEGREES)
    except CRSError as fault:
        raise EtlError(
            "The coordinate reference system is not known",
            given=repr(crs or str(frame.crs)),
            wanted="a name such as EPSG:4269 or EPSG:26915",
            todo="look it up in the layer's description",
        ) from fault

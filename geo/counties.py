"""The 114 counties of Missouri and St. Louis city: which one holds a point, which ones an area reaches into."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.errors import GeoError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

ST_LOUIS_CITY = "29510"
"""The one independent city of Missouri; it lies in no county and counts as one."""

_COLUMNS = ("fips", "name", "seat", "seat_lon", "seat_lat", "population", "region", "geometry")
_INTERIORS_MEET = "T********"


@dataclass(frozen=True, eq=False)
class Counties:
    """The counties, in the order of their FIPS codes. C counties.

    Parameters
    ----------
    fips, name, region, seat
        Five-digit FIPS code, name without "county" (`Jasper`), SEMA region (`A` to `I`) and seat of each, C long.
    population
        People of the 2020 census, int64 (C,).
    seat_lon, seat_lat
        The seats, float64 (C,), EPSG:4326.
    geometry
        Their boundaries, Polygon or MultiPolygon (C,), EPSG:4326; neighbours share their corners.
    """

    fips: tuple[str, ...]
    name: tuple[str, ...]
    region: tuple[str, ...]
    population: NDArray[np.int64]
    seat: tuple[str, ...]
    seat_lon: NDArray[np.float64]
    seat_lat: NDArray[np.float64]
    geometry: NDArray[np.object_]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.geometry)

    @cached_property
    def _position(self) -> dict[str, int]:
        return {fips: position for position, fips in enumerate(self.fips)}

    def at(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the index of the county that holds each point, -1 for none.

        A point on a shared border belongs to the county with the lowest FIPS code, so that it has one county and
        always the same.

        Parameters
        ----------
        lon, lat
            Points in EPSG:4326, float64 (n,). A point that is not finite lies nowhere.
        """
        lon, lat = np.broadcast_arrays(np.atleast_1d(lon), np.atleast_1d(lat))
        places = shapely.points(np.column_stack([lon, lat]))
        asked, holder = self._tree.query(places, predicate="intersects")
        found = np.full(len(lon), len(self.fips), dtype=np.int64)
        np.minimum.at(found, asked, holder)
        return np.where(found == len(self.fips), -1, found)

    def touching(self, area: shapely.Geometry) -> list[int]:
        """Return the indices of the counties that the area reaches into, ascending.

        Ground must be shared: a county that only borders on the area is not reached.

        Parameters
        ----------
        area
            A polygon or several in EPSG:4326.
        """
        near = np.sort(self._tree.query(area, predicate="intersects"))
        inside = shapely.relate_pattern(self.geometry[near], area, _INTERIORS_MEET)
        return [int(each) for each in near[inside]]

    def index(self, fips: str) -> int:
        """Return the index of a county.

        Parameters
        ----------
        fips
            Five digits, such as `29097`.

        Raises
        ------
        GeoError
            When no county of Missouri has that code.
        """
        found = self._position.get(fips)
        if found is None:
            raise GeoError(
                "The county is not in Missouri",
                given=f"county {fips!r}",
                wanted="A five-digit FIPS code of data/counties, such as 29097 for Jasper county",
                todo="Look the code up in data/reference/counties.csv",
            )
        return found

    def label(self, index: int) -> str:
        """Return the county as people say it: `Jasper county`, `St. Louis city`."""
        if self.fips[index] == ST_LOUIS_CITY:
            return f"{self.name[index].removesuffix(' city')} city"
        return f"{self.name[index]} county"


def read_counties(path: Path) -> Counties:
    """Return the counties of a GeoParquet file, in degrees (EPSG:4326), ordered by FIPS code.

    Parameters
    ----------
    path
        The file that `merr build counties` writes: `data/counties/counties.parquet`.

    Raises
    ------
    GeoError
        When it is missing, damaged, or lacks a column.
    """
    # A server reads counties from its database, and would keep the 30 MB that pyarrow takes.
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        table = pq.read_table(path, columns=list(_COLUMNS)).sort_by("fips")
        columns = {name: table.column(name) for name in _COLUMNS}
        geometry = np.asarray(shapely.from_wkb(columns["geometry"].to_numpy()), dtype=np.object_)
    except (OSError, KeyError, pa.ArrowException, shapely.errors.ShapelyError) as fault:
        raise GeoError(
            "The counties cannot be read",
            given=f"{path}: {fault}",
            wanted=f"A GeoParquet file with the columns {', '.join(_COLUMNS)}",
            todo="Run `merr build counties`, or restore data/counties from the repository",
        ) from fault

    def words(name: str) -> tuple[str, ...]:
        return tuple(str(each) for each in columns[name].to_pylist())

    return Counties(
        fips=words("fips"),
        name=words("name"),
        region=words("region"),
        population=columns["population"].to_numpy().astype(np.int64),
        seat=words("seat"),
        seat_lon=columns["seat_lon"].to_numpy().astype(np.float64),
        seat_lat=columns["seat_lat"].to_numpy().astype(np.float64),
        geometry=geometry,
    )

"""An estimate of the people inside an area, from points that stand for places and for the country between them.

A point is not where its people live: each is spread evenly over a disc, cut at its county's border. So a whole county
gives its 2020 population exactly, a part of it gives an estimate, and the parts of an area sum to the whole.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from geo.errors import GeoError
from geo.tables import as_numbers, read_columns

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.counties import Counties

M_PER_DEG = 111_320.0
_CORNERS = 32
_LEAST_KEPT = 0.01
"""A disc that keeps less than this share inside its county says nothing about where in it the people live."""
_ROUNDING = 1e-9
"""Shares nearer than this to none or all are none or all: what cutting twice along one border leaves over."""
_COMMAND = "merr build gazetteer"


@dataclass(frozen=True, eq=False)
class Population:
    """Points with people. P points.

    Parameters
    ----------
    lon, lat
        float64 (P,), EPSG:4326.
    people
        People at each point, float64 (P,); they sum to each county's 2020 population.
    radius_m
        Radius in metres of the disc over which a point's people live, float64 (P,), above 0.
    fips
        The county that the people are counted in, P five-digit codes.
    """

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    people: NDArray[np.float64]
    radius_m: NDArray[np.float64]
    fips: tuple[str, ...]


NOBODY: Final = Population(np.empty(0), np.empty(0), np.empty(0), np.empty(0), ())
"""No points: where people play no part."""


@dataclass(frozen=True, eq=False)
class PopulationDiscs:
    """The ground over which each point's people are spread. P discs.

    Parameters
    ----------
    people
        People of each disc, float64 (P,).
    ground
        The disc cut at its county's border, Polygon or MultiPolygon (P,), EPSG:4326.
    """

    people: NDArray[np.float64]
    ground: NDArray[np.object_]

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.ground)

    @cached_property
    def _size(self) -> NDArray[np.float64]:
        return np.asarray(shapely.area(self.ground), dtype=np.float64)

    def inside(self, area: shapely.Geometry) -> float:
        """Return the estimated number of people inside the area.

        Each disc gives the share of its ground that lies inside. The share is taken in degrees: within one disc a
        square degree changes by a quarter of a per cent, far less than the estimate is worth.

        Parameters
        ----------
        area
            A valid polygon or several in EPSG:4326.
        """
        return float(self.parts(area)[0].sum())

    def parts(self, area: shapely.Geometry) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
        """Return the people of each disc that meets the area, and the ground inside on which they live (EPSG:4326).

        Parameters
        ----------
        area
            A valid polygon or several in EPSG:4326.
        """
        shapely.prepare(area)
        near = np.sort(self._tree.query(area, predicate="intersects"))
        ground, share = self.ground[near], np.ones(len(near))
        cut = ~shapely.contains_properly(area, ground)
        ground[cut] = shapely.intersection(ground[cut], area)
        share[cut] = shapely.area(ground[cut]) / self._size[near[cut]]
        share[share > 1.0 - _ROUNDING] = 1.0
        share[share < _ROUNDING] = 0.0
        return self.people[near] * share, ground


def read_population(path: Path) -> Population:
    """Return the population points of a CSV file, in degrees (EPSG:4326).

    Parameters
    ----------
    path
        The file that `merr build gazetteer` writes: `data/gazetteer/population.csv`.

    Raises
    ------
    GeoError
        When it is missing or damaged, or a point has a negative number of people or a radius of 0.
    """
    columns = read_columns(path, ("lon", "lat", "people", "radius_m", "fips"), _COMMAND)
    lon, lat, people, radius_m = (
        as_numbers(path, name, columns[name], _COMMAND) for name in ("lon", "lat", "people", "radius_m")
    )
    if (people < 0).any() or (radius_m <= 0).any():
        raise GeoError(
            "A population point cannot be used",
            given=f"{path}: {int(((people < 0) | (radius_m <= 0)).sum()):,} with fewer than 0 people or a radius of 0 m",
            wanted="0 people or more over a radius above 0 m",
            todo=f"Run `{_COMMAND}`, or restore the file from the repository",
        )
    return Population(lon, lat, people, radius_m, tuple(columns["fips"]))


def spread(population: Population, counties: Counties) -> PopulationDiscs:
    """Return the ground over which each point's people are spread.

    A disc of which less than a hundredth lies in its county (a ZIP's point just across the border) gives way to the
    whole county, so that nobody is lost and nobody is counted in a neighbour's.

    Parameters
    ----------
    population, counties
        The points, and the counties that they name.

    Raises
    ------
    GeoError
        When a point names a county that there is not.
    """
    county = counties.geometry[[counties.index(fips) for fips in population.fips]]
    ground = _discs(population)
    shapely.prepare(county)
    cut = ~shapely.contains_properly(county, ground)
    whole = shapely.area(ground[cut])
    kept = shapely.intersection(ground[cut], county[cut])
    ground[cut] = np.where(shapely.area(kept) < _LEAST_KEPT * whole, county[cut], kept)
    return PopulationDiscs(people=population.people, ground=ground)


def _discs(population: Population) -> NDArray[np.object_]:
    """Return a disc of 32 corners about each point, in degrees (P,)."""
    turn = np.linspace(0.0, 2.0 * math.pi, _CORNERS, endpoint=False)
    north = population.radius_m / M_PER_DEG
    east = north / np.cos(np.radians(population.lat))
    lon = population.lon[:, None] + east[:, None] * np.cos(turn)
    lat = population.lat[:, None] + north[:, None] * np.sin(turn)
    return np.asarray(shapely.polygons(np.stack([lon, lat], axis=2)), dtype=np.object_)

"""Whom coverage is for: the people of every county, region and the State, or the points of a layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.counties import Counties
    from geo.population import Population
    from matching.coverage.result import Level

STATE: Final = "MO"
"""The key of the State."""


@dataclass(frozen=True, eq=False)
class Targets:
    """T targets, each some of P points with people. A point may be of several: a county, its region, the State.

    Parameters
    ----------
    keys, levels
        As `CoverageResult` has them, T long.
    start, point
        The points of target t are `point[start[t]:start[t + 1]]`; int64 (T+1,), (n,).
    lon, lat
        The points, EPSG:4326, float64 (P,).
    people
        People at each, or its weight, int64 (P,).
    names
        What a layer calls its points, T long; empty for counties, whose names the registry knows.
    """

    keys: tuple[str, ...]
    levels: tuple[Level, ...]
    start: NDArray[np.int64]
    point: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    people: NDArray[np.int64]
    names: tuple[str, ...] = ()


def county_targets(population: Population, counties: Counties) -> Targets:
    """Return every county, then every region by its letter, then the State, with the population points inside each.

    Parameters
    ----------
    population, counties
        The points, and the counties that they name.

    Raises
    ------
    GeoError
        A point names a county that there is not.
    """
    county = np.array([counties.index(fips) for fips in population.fips], dtype=np.int64)
    letters = sorted({letter for letter in counties.region if letter})
    number = {letter: at for at, letter in enumerate(letters)}
    region = np.array([number.get(letter, -1) for letter in counties.region], dtype=np.int64)[county]
    points = [np.flatnonzero(county == at) for at in range(len(counties.fips))]
    points += [np.flatnonzero(region == at) for at in range(len(letters))]
    points.append(np.arange(len(county)))
    county_level: Level = "county"
    region_level: Level = "region"
    return Targets(
        keys=(*counties.fips, *letters, STATE),
        levels=(*(county_level for _ in counties.fips), *(region_level for _ in letters), "state"),
        start=np.concatenate([[0], np.cumsum([len(some) for some in points])]).astype(np.int64),
        point=np.concatenate(points).astype(np.int64),
        lon=population.lon,
        lat=population.lat,
        people=np.rint(population.people).astype(np.int64),
    )


def point_targets(
    names: Sequence[str], lon: Sequence[float], lat: Sequence[float], weights: Sequence[int]
) -> Targets:
    """Return points as targets, each for itself: hospitals, power plants, whatever a layer holds.

    Parameters
    ----------
    names, lon, lat
        What each is called, and where it is (EPSG:4326).
    weights
        What each weighs among all: beds, or 1.
    """
    count = len(names)
    level: Level = "point"
    return Targets(
        keys=tuple(str(at + 1) for at in range(count)),
        levels=tuple(level for _ in names),
        start=np.arange(count + 1, dtype=np.int64),
        point=np.arange(count, dtype=np.int64),
        lon=np.asarray(lon, dtype=np.float64),
        lat=np.asarray(lat, dtype=np.float64),
        people=np.asarray(weights, dtype=np.int64),
        names=tuple(names),
    )

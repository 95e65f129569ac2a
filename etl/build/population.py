"""Population points: where a county's people of the 2020 census are taken to live, for estimates inside an area."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from pyproj import Transformer
from scipy.spatial import cKDTree

from etl.errors import EtlError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from etl.build.gazetteer import BuiltPlace, BuiltZip
    from etl.build.reference import CountyFacts

NEIGHBOURS = 4
ZIP_RADIUS_M = (1_000, 15_000)


@dataclass(frozen=True)
class PopulationPoint:
    """People (a whole number) spread evenly over a disc of `radius_m` metres, within one county."""

    lon: float
    lat: float
    people: int
    radius_m: int
    fips: str


def place_radius_m(people: int) -> int:
    """Radius in metres of the disc that a place of so many people fills.

    Assumed density: 60 · people^0.25 a km² (300 in a village of 600, 600 in a town of 10,000, 1,300 in St. Louis).
    The factor and exponent are rounded from a least-squares fit to the Census Bureau's 2010 land areas of 500
    Missouri places (60.4, 0.247); half of them lie between 67 and 135 % of it.
    """
    return round(1000.0 * math.sqrt(people**0.75 / (60.0 * math.pi)))


def zip_radii_m(lon: Sequence[float], lat: Sequence[float]) -> NDArray[np.int64]:
    """Radius in metres of the disc that each ZIP point stands for: half the mean distance to its four neighbours.

    So the discs of evenly set neighbours touch; bounded to 1 to 15 km, since a ZIP in a city centre is small
    and one at the State's edge has its neighbours on one side only.
    """
    x, y = Transformer.from_crs(4326, 5070, always_xy=True).transform(lon, lat)
    points = np.column_stack([x, y])
    apart, _ = cKDTree(points).query(points, k=NEIGHBOURS + 1)
    radii = apart[:, 1:].mean(axis=1) / 2.0
    bounded: NDArray[np.int64] = np.clip(np.rint(radii), *ZIP_RADIUS_M).astype(np.int64)
    return bounded


def population_points(
    facts: Sequence[CountyFacts], places: Sequence[BuiltPlace], zips: Sequence[BuiltZip]
) -> list[PopulationPoint]:
    """Points whose people sum to each county's 2020 population exactly, ordered by county, places before ZIPs.

    A place keeps its own figure; what a county has beyond its places is shared equally by its ZIP points. Where
    places claim more than their county has (Jackson: Kansas City's people live in four counties), the largest
    takes what the others leave.

    Raises
    ------
    EtlError
        A county cannot be made to sum: no ZIP point for its rest, or its smaller places alone exceed it.
    """
    of_places: defaultdict[str, list[BuiltPlace]] = defaultdict(list)
    for place in places:
        of_places[place.county_fips].append(place)
    of_zips: defaultdict[str, list[PopulationPoint]] = defaultdict(list)
    radii = zip_radii_m([z.lon for z in zips], [z.lat for z in zips]).tolist()
    for row, radius_m in zip(zips, radii, strict=True):
        of_zips[row.county_fips].append(
            PopulationPoint(row.lon, row.lat, 0, radius_m, row.county_fips),
        )
    points: list[PopulationPoint] = []
    for county in facts:
        settled = _settled(county, of_places[county.fips])
        rest = county.population - sum(point.people for point in settled)
        points += settled + _shared(county, rest, of_zips[county.fips])
    return points


def _settled(county: CountyFacts, places: Sequence[BuiltPlace]) -> list[PopulationPoint]:
    figures = {place: place.people for place in places}
    over = sum(figures.values()) - county.population
    if over > 0:
        largest = max(places, key=lambda place: (place.people, place.name))
        figures[largest] -= over
        if figures[largest] <= 0:
            raise _unsummable(county, "its smaller places alone have more people than it")
    return [
        PopulationPoint(place.lon, place.lat, people, place_radius_m(place.people), county.fips)
        for place, people in figures.items()
        if people > 0
    ]


def _shared(county: CountyFacts, rest: int, zips: Sequence[PopulationPoint]) -> list[PopulationPoint]:
    if not zips and rest:
        raise _unsummable(county, f"{rest} people live outside its places and it has no ZIP point")
    shares = [rest // len(zips) + (i < rest % len(zips)) for i in range(len(zips))]
    return [
        PopulationPoint(point.lon, point.lat, people, point.radius_m, county.fips)
        for point, people in zip(zips, shares, strict=True)
        if people > 0
    ]


def _unsummable(county: CountyFacts, why: str) -> EtlError:
    return EtlError(
        f"The people of {county.label} do not sum to its census figure",
        given=why,
        wanted=f"points that sum to {county.population}",
        todo="check population_2020 in data/reference/counties.csv",
    )

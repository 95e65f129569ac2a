"""River crossings: where a main road bridges a river, under a stable id and a name made from what lies near."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from etl.build.population import place_radius_m
from geo.projection import ground_m, to_degrees

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from etl.build.gazetteer import BuiltPlace
    from geo.network import RoadNetwork

CROSSING_DECIMALS = 5
SAME_BRIDGE_M = 200.0
"""Crossings closer than this are the two carriageways of one bridge. A closure at the point reaches 300 m."""

BORDER_M = 100.0
"""How far outside Missouri a crossing still counts as the nearest county's: on a border river it lies on the border."""

ONE_BRIDGE_M = 4_500.0
"""An edge that meets two stretches of rivers of a level nearer to each other than this, as at a confluence, is drawn
through both and bridges one, since rivers stray so far as drawn."""

AT_M = 5_000.0
"""A crossing is `at` a place when it lies no further from the place's edge; else how far and which way is said."""

METRES_PER_MILE = 1609.344
WINDS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


@dataclass(frozen=True)
class Crossing:
    """A main road's bridge over a river; point in degrees (EPSG:4326), `edge` of the built network.

    `fips` is the county that holds it, or the nearest within 100 m; None further outside Missouri. Where it lies
    on the border of two, the one of the place that it is named after.
    """

    key: str
    name: str
    fips: str | None
    lon: float
    lat: float
    level: int
    road_class: str
    edge: int


@dataclass(frozen=True, eq=False)
class Ground:
    """What crossings are named after: counties by FIPS (EPSG:5070), and places with their county or state."""

    fips: tuple[str, ...]
    counties: NDArray[np.object_]
    own: tuple[tuple[BuiltPlace, str], ...]
    neighbours: tuple[tuple[BuiltPlace, str], ...]


@dataclass(frozen=True)
class _Meeting:
    """A place (EPSG:5070) where an edge crosses a river of a level."""

    x: float
    y: float
    level: int
    edge: int


def find_crossings(
    network: RoadNetwork, rivers: Mapping[int, Sequence[BaseGeometry]], ground: Ground
) -> list[Crossing]:
    """Return the crossings from north to south, each with a name of its own.

    Roads are drawn straight from junction to junction and rivers coarsely, so a road along a bank may be drawn
    through its river's bends. Who ends on the other bank has crossed an odd number of times: an edge that meets
    one stretch of river an even number of times has no bridge there, else its middle meeting stands for the one.

    Parameters
    ----------
    network
        The built roads.
    rivers
        Lines by level, EPSG:5070, each merged from confluence to confluence.
    ground
        What to name them after.
    """
    meetings = _one_a_bridge(_meetings(network, rivers))
    bare = [_described(meeting, network, ground) for meeting in meetings]
    ordered = sorted(bare, key=lambda found: (-found[0].lat, found[0].lon))
    return _named([crossing for crossing, _ in ordered], [near for _, near in ordered])


def _meetings(network: RoadNetwork, rivers: Mapping[int, Sequence[BaseGeometry]]) -> list[_Meeting]:
    edges = np.asarray(shapely.linestrings(network.shape_xy, indices=network.shape_edge), dtype=object)
    tree = shapely.STRtree(edges)
    meetings: list[_Meeting] = []
    for level, parts in rivers.items():
        for river in parts:
            for edge in sorted(tree.query(river, predicate="intersects").tolist()):
                points = shapely.get_coordinates(shapely.intersection(edges[edge], river))
                if len(points) % 2 == 0:
                    continue
                along = shapely.line_locate_point(edges[edge], shapely.points(points))
                x, y = points[np.argsort(along, kind="stable")[len(points) // 2]]
                meeting = _Meeting(float(x), float(y), level, edge)
                if not any(_same_bridge(meeting, earlier) for earlier in meetings):
                    meetings.append(meeting)
    return meetings


def _same_bridge(one: _Meeting, other: _Meeting) -> bool:
    apart_m = math.hypot(one.x - other.x, one.y - other.y)
    return (one.edge, one.level) == (other.edge, other.level) and apart_m < ONE_BRIDGE_M


def _one_a_bridge(meetings: Sequence[_Meeting]) -> list[_Meeting]:
    """Return one meeting for each group within 200 m of each other: on the freeway, else the lowest edge's."""
    places = np.array([(meeting.x, meeting.y) for meeting in meetings]).reshape(-1, 2)
    pairs = cKDTree(places).query_pairs(SAME_BRIDGE_M, output_type="ndarray")
    count = len(meetings)
    joined = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    _, group = connected_components(joined, directed=False)
    first: dict[int, _Meeting] = {}
    for meeting, number in sorted(zip(meetings, group.tolist(), strict=True), key=lambda one: one[0].edge):
        first.setdefault(number, meeting)
    return list(first.values())


def _described(meeting: _Meeting, network: RoadNetwork, ground: Ground) -> tuple[Crossing, _Near]:
    lon, lat = (round(value, CROSSING_DECIMALS) for value in to_degrees([(meeting.x, meeting.y)])[0].tolist())
    away_m = shapely.distance(ground.counties, shapely.Point(meeting.x, meeting.y))
    inside = bool(away_m.min() <= BORDER_M)
    near = _nearest(lon, lat, ground.own if inside else ground.neighbours)
    crossing = Crossing(
        key=f"crossing-{round(lat * 1000)}-{round(-lon * 1000)}",
        name="",
        fips=_county(away_m, near, ground) if inside else None,
        lon=lon,
        lat=lat,
        level=meeting.level,
        road_class=network.classes[int(network.edge_class[meeting.edge])],
        edge=meeting.edge,
    )
    return crossing, near


def _county(away_m: NDArray[np.float64], near: _Near, ground: Ground) -> str:
    """Return the FIPS code of the nearest county; of equally near ones (within a metre) the place's own."""
    own = ground.fips.index(near.county_fips)
    return near.county_fips if away_m[own] <= away_m.min() + 1.0 else ground.fips[int(away_m.argmin())]


@dataclass(frozen=True)
class _Near:
    """The nearest place, as `Hermann` of `Gasconade county`, and where the crossing lies from its middle."""

    place: str
    whose: str
    county_fips: str
    at: bool
    away_m: float
    wind: str


def _nearest(lon: float, lat: float, places: Sequence[tuple[BuiltPlace, str]]) -> _Near:
    """Return the place whose edge is nearest: a city reaches further from its middle than a village."""
    middles = np.array([(place.lon, place.lat) for place, _ in places])
    away_m = ground_m(middles, np.broadcast_to([lon, lat], middles.shape))
    outside_m = away_m - [place_radius_m(place.people) for place, _ in places]
    best = int(outside_m.argmin())
    place, whose = places[best]
    east = (lon - place.lon) * math.cos(math.radians(lat))
    turn = math.degrees(math.atan2(east, lat - place.lat))
    return _Near(
        place=place.name,
        whose=whose,
        county_fips=place.county_fips,
        at=bool(outside_m[best] <= AT_M),
        away_m=float(away_m[best]),
        wind=WINDS[round(turn / 45.0) % 8],
    )


def _at(near: _Near) -> str:
    return "at" if near.at else _whole_miles(near)


def _whole_miles(near: _Near) -> str:
    return f"{max(1, round(near.away_m / METRES_PER_MILE))} mi {near.wind} of"


def _tenths_of_miles(near: _Near) -> str:
    return f"{near.away_m / METRES_PER_MILE:.1f} mi {near.wind} of"


def _named(crossings: Sequence[Crossing], near: Sequence[_Near]) -> list[Crossing]:
    """Return the crossings named, no two alike: told apart by whole miles, then tenths, then a number."""
    names = [""] * len(near)
    open_ones = list(range(len(near)))
    for wording in (_at, _whole_miles, _tenths_of_miles):
        for i in open_ones:
            names[i] = f"crossing {wording(near[i])} {near[i].place}, {near[i].whose}"
        count = Counter(names)
        open_ones = [i for i in open_ones if count[names[i]] > 1]
    seen: Counter[str] = Counter()
    for i in open_ones:
        seen[names[i]] += 1
        names[i] = f"{names[i]}, no. {seen[names[i]]}"
    return [replace(crossing, name=name) for crossing, name in zip(crossings, names, strict=True)]

"""Starter scenarios from real geometry, each with what is real in it and what is assumed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import shapely

from geo.areas import corridor
from geo.closures import Closure
from geo.projection import geometry_in_degrees, geometry_in_metres
from geo.validity import STUDY
from matching.scenarios.changes import Changes, ScenarioError, Waiver, Weather
from matching.scenarios.patch import Inject, Patch

if TYPE_CHECKING:
    from pathlib import Path

    from geo.areas import IncidentArea

MAJOR: Final = 1
"""The level of the Missouri and the Mississippi among the shipped crossings."""

LOWER_MISSOURI: Final = (-93.7, 38.3, -90.33, 39.4)
"""West, south, east, north of the Missouri River from Waverly to St. Charles; no crossing of the Mississippi lies there."""

# NOAA's Storm Prediction Center, record 296616 of its tornado database: touchdown, lift-off, greatest width.
JOPLIN_START: Final = (-94.5932, 37.0524)
JOPLIN_END: Final = (-94.2213, 36.9838)
JOPLIN_WIDTH_M: Final = 1_600 * 0.9144

CREST_S: Final = 36 * 3600
SIDES: Final = 4

ROADS_KM: Final = 15.0
BRIDGES_KM: Final = 50.0
"""How near a fault trace roads are slow and crossings lost in New Madrid, unless whoever makes it says otherwise."""

NEW_MADRID: Final = "new_madrid"


@dataclass(frozen=True)
class Starter:
    """A scenario to begin from: its patch, what of it is real, and what is assumed."""

    code: str
    patch: Patch
    real: str
    assumed: str


def missouri_flood(crossings: Path, author: str) -> Starter:
    """Return the flood: all main-road crossings of the lower Missouri close, the eastern half a day and a half later.

    Parameters
    ----------
    crossings
        `data/roads/crossings.geojson`.
    author
        Who makes it.

    Raises
    ------
    ScenarioError
        The file cannot be read.
    """
    west, south, east, north = LOWER_MISSOURI
    points = []
    for feature in _features(crossings, "merr build crossings"):
        lon, lat = feature["geometry"]["coordinates"]
        if feature["properties"]["level"] == MAJOR and west <= lon <= east and south <= lat <= north:
            points.append((lon, feature["id"], feature["properties"]["name"], shapely.Point(lon, lat)))
    points.sort(key=lambda each: (each[0], each[1]))
    half = (len(points) + 1) // 2
    first, later = (
        Changes(closures=tuple(_crossing(code, name, point) for _, code, name, point in some))
        for some in (points[:half], points[half:])
    )
    patch = Patch(
        "Missouri River flood",
        author,
        "A flood of the lower Missouri closes its crossings from west to east",
        first,
        (Inject(CREST_S, "The crest reaches the eastern crossings", later),),
    )
    return Starter(
        "missouri_flood",
        patch,
        f"{len(points)} places where the shipped main roads cross the Missouri River between Waverly and St. Charles",
        "that all of them close, the eastern half 36 hours after the western; no river stage is modelled",
    )


def joplin(tornado: IncidentArea, author: str) -> Starter:
    """Return the tornado of 22 May 2011: roads in its corridor are blocked."""
    closure = Closure(
        "joplin-corridor", "blocked", tornado.geometry, name="Joplin corridor", source="NOAA SPC"
    )
    return Starter(
        "joplin_2011",
        Patch(
            "Joplin 2011",
            author,
            "The roads in the tornado's corridor are blocked",
            Changes(closures=(closure,)),
        ),
        "the start, the end and the greatest width of the EF5 tornado of 22 May 2011, as NOAA recorded them",
        "that it kept its greatest width on a straight line, and that every road in it was blocked",
    )


def relief_waiver(author: str) -> Starter:
    """Return Missouri's waiver of 2019: trucks drive as relief loads."""
    waiver = Waiver("truck", (), "relief_load")
    return Starter(
        "relief_load_2019",
        Patch(
            "Relief-load waiver 2019",
            author,
            "Loads over the usual weight travel under the waiver",
            Changes(waivers=(waiver,)),
        ),
        "the waiver's terms as the shipped table of vehicles has them: no interstates, at most 30 mph on bridges",
        "that everything that travels as a truck travels under it; the ten percent more that a load may weigh is not counted as units",
    )


def new_madrid(
    traces: Path, crossings: Path, author: str, *, roads_km: float = ROADS_KM, bridges_km: float = BRIDGES_KM
) -> Starter:
    """Return the earthquake: bridges within a distance of the fault traces are lost, roads nearer are slow.

    Parameters
    ----------
    traces
        The fault traces, GeoJSON lines in EPSG:4326 (`new_madrid_ruptures_usgs_bssc2014.geojson`).
    crossings
        `data/roads/crossings.geojson`.
    author
        Who makes it.
    roads_km, bridges_km
        Within so many km of a trace (EPSG:5070) roads take three times as long, and crossings are lost.

    Raises
    ------
    ScenarioError
        A file cannot be read, or a distance is not above 0.
    """
    if not (0.0 < roads_km <= MOST_KM and 0.0 < bridges_km <= MOST_KM):
        raise ScenarioError(
            "The distances from the fault cannot be used",
            given=f"roads within {roads_km:g} km, bridges within {bridges_km:g} km",
            wanted=f"km above 0 and at most {MOST_KM:g}",
            todo="give both in km",
        )
    lines = shapely.union_all(
        [
            shapely.geometry.shape(each["geometry"])
            for each in _features(traces, "MERR_FAULT_TRACES, which names the traces")
        ]
    )
    in_metres = geometry_in_metres(lines)
    near = cast("Any", geometry_in_degrees(in_metres.buffer(roads_km * 1000.0, quad_segs=SIDES)))
    # A hundredth of a degree is a tenth of what is assumed here, and a short patch is one that can be read.
    # The faults run on beyond the map, where no road is known.
    near = shapely.orient_polygons(shapely.intersection(near.simplify(0.01), shapely.box(*STUDY)))
    closures = [
        Closure(
            "near-fault",
            "slowed",
            near,
            factor=3.0,
            name=f"Within {roads_km:g} km of a fault trace",
            source="assumed",
        )
    ]
    for feature in _features(crossings, "merr build crossings"):
        point = shapely.Point(feature["geometry"]["coordinates"])
        if geometry_in_metres(point).distance(in_metres) <= bridges_km * 1000.0:
            closures.append(_crossing(feature["id"], feature["properties"]["name"], point))
    lost = len(closures) - 1
    patch = Patch(
        "New Madrid",
        author,
        "An earthquake on the New Madrid faults takes crossings and slows roads",
        Changes(closures=tuple(closures), weather=(Weather((), 1.1),)),
    )
    return Starter(
        NEW_MADRID,
        patch,
        f"the fault traces of the USGS, and the {lost} places within {bridges_km:g} km where shipped main roads cross rivers",
        f"the distances: no shaking is modelled. Every crossing within {bridges_km:g} km is lost, roads within {roads_km:g} km take three times "
        "as long, all others a tenth longer",
    )


MOST_KM: Final = 300.0


def shipped(crossings: Path, author: str) -> tuple[Starter, ...]:
    """Return the starters whose geometry ships; the fault traces of New Madrid do not.

    Raises
    ------
    ScenarioError
        The crossings cannot be read.
    """
    tornado = corridor(JOPLIN_START, JOPLIN_END, JOPLIN_WIDTH_M)
    return missouri_flood(crossings, author), joplin(tornado, author), relief_waiver(author)


def _crossing(code: str, name: str, point: shapely.Point) -> Closure:
    return Closure(code, "blocked", point, name=name, crossing=code)


def _features(path: Path, todo: str) -> list[dict[str, Any]]:
    try:
        value: list[dict[str, Any]] = json.loads(path.read_bytes())["features"]
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise ScenarioError(
            "A starter's geometry cannot be read",
            given=str(path),
            wanted="a GeoJSON file with features",
            todo=f"restore it by {todo}, or name another file",
        ) from fault
    return value

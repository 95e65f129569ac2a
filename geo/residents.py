"""Where the people of an area live along its open road: by what road one gets to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.approaches import places_xy
from geo.entries import open_road
from geo.intervals import Stretches, no_stretches
from geo.polygons import inside
from geo.projection import geometry_in_metres
from geo.ramps import Ramps, ramps
from geo.snapping import access_ms, offsets_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.areas import IncidentArea
    from geo.passage import Obstacles
    from geo.population import PopulationDiscs
    from geo.routing import AreaSearch


@dataclass(frozen=True, eq=False)
class Residents:
    """People along the open road of an area, S stretches by edge and then by metres; one may lie over another.

    Parameters
    ----------
    stretches
        Where they live; a stretch of no length for those who live off the road.
    people
        How many on each, float64 (S,).
    access_m
        Straight metres (EPSG:5070) from it to them, float64 (S,); 0 for those who live along it.
    """

    stretches: Stretches
    people: NDArray[np.float64]
    access_m: NDArray[np.float64]

    def ramps(self, obstacles: Obstacles) -> Ramps:
        """Return them as pieces of an even pace."""
        return ramps(obstacles, self.stretches, self.people, access_ms(self.access_m).astype(np.float64))


def residents(found: AreaSearch, area: IncidentArea, discs: PopulationDiscs) -> Residents:
    """Return where the people of an area live along its open road; nobody where none lies in it.

    Each disc's people inside the area are spread evenly over the metres of open road inside both. Where there is
    none they live at one place, the middle of that ground, and are reached from the place on the area's open road
    nearest to it, by an access leg.
    """
    if not found.road_inside:
        return Residents(no_stretches(), np.empty(0), np.empty(0))
    parts: list[tuple[Stretches, NDArray[np.float64], float]] = []
    for people, ground in zip(*discs.parts(area.geometry), strict=True):
        if people > 0.0:
            parts.append(_along(found, ground, people))
    if not parts:
        return Residents(no_stretches(), np.empty(0), np.empty(0))
    edge = np.concatenate([some.edge for some, _, _ in parts])
    from_m = np.concatenate([some.from_m for some, _, _ in parts])
    to_m = np.concatenate([some.to_m for some, _, _ in parts])
    people = np.concatenate([number for _, number, _ in parts])
    access_m = np.concatenate([np.full(len(some), metres) for some, _, metres in parts])
    order = np.lexsort((to_m, from_m, edge))
    return Residents(Stretches(edge[order], from_m[order], to_m[order]), people[order], access_m[order])


def _along(
    found: AreaSearch, ground: shapely.Geometry, people: float
) -> tuple[Stretches, NDArray[np.float64], float]:
    """Return the stretches along which people on some ground live, how many on each, and the metres to them."""
    surface = shapely.multipolygons(
        [part for part in shapely.get_parts(ground) if part.geom_type == "Polygon"]
    )
    near = open_road(found.closed, inside(found.network, surface))
    if not len(near):
        return _off(found, surface, people)
    metres = near.to_m - near.from_m
    return near, people * metres / metres.sum(), 0.0


def _off(
    found: AreaSearch, surface: shapely.Geometry, people: float
) -> tuple[Stretches, NDArray[np.float64], float]:
    """Return the place on the area's open road nearest to the middle of some ground, all its people, the metres.

    Nearest among the places that lie, on each stretch, nearest to where the whole road would be.
    """
    middle = geometry_in_metres(surface).centroid
    some, network = found.target.stretches, found.network
    xy = np.repeat(shapely.get_coordinates(middle), len(some), axis=0)
    at_m = np.clip(offsets_at(network, some.edge, xy), some.from_m, some.to_m)
    away_m = np.hypot(*(places_xy(network, some.edge, at_m) - xy).T)
    best = int(away_m.argmin())
    place = Stretches(some.edge[[best]], at_m[[best]], at_m[[best]])
    return place, np.array([people]), float(away_m[best])

"""A network that can be worked by hand: five nodes, 20 metres a second, lengths in round kilometres."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import shapely

from geo.areas import IncidentArea
from geo.network import RoadNetwork
from geo.noding import RoadLines, build_network
from geo.snapping import Snaps

#        E --- 12 km --- D
#      / |               |
#   30  10 km        8 km, one way from C to D
#   /    |               |
#  A -8- B -8- C --------+      E lies 0.1 degrees north of C; A, B, C, D stand on the 38th parallel
A, B, C, D, E = (-92.0, 38.0), (-91.9, 38.0), (-91.8, 38.0), (-91.7, 38.0), (-91.8, 38.1)
MS_PER_M = 50
ROADS = {
    "AB": ((A, B), 8_000.0, 0),
    "BC": ((B, C), 8_000.0, 0),
    "CD": ((C, D), 8_000.0, 1),
    "CE": ((C, E), 10_000.0, 0),
    "DE": ((D, E), 12_000.0, 0),
    "AE": ((A, E), 30_000.0, 0),
}


def box(west, south, east, north):
    return shapely.MultiPolygon([shapely.box(west, south, east, north)])


@pytest.fixture(scope="session")
def shipped():
    return RoadNetwork.load(Path(__file__).resolve().parents[2] / "data" / "roads" / "network.npz")


@pytest.fixture(scope="session")
def hand():
    """Return the network worked by hand, with places on it by the road's name and the metres from its first letter."""
    lines = RoadLines(
        geometry=np.array([shapely.LineString(ends) for ends, _, _ in ROADS.values()], dtype=object),
        road_class=("road",) * len(ROADS),
        name=tuple(ROADS),
        oneway=np.array([way for _, _, way in ROADS.values()], dtype=np.int8),
        length_m=np.array([length for _, length, _ in ROADS.values()]),
    )
    network, report = build_network(
        lines, {"road": 72.0}, name="Hand", attribution="us", main_roads_only=True, node_crossings=False
    )
    edge = {network.names[network.edge_name[at]]: at for at in range(len(network.edge_tail))}

    def place(road, from_first_m, access_m=0.0):
        """Return one place; edges keep the direction of the line they were drawn with."""
        return Snaps(
            np.array([edge[road]], dtype=np.int32), np.array([float(from_first_m)]), np.array([access_m])
        )

    def stretch(road, from_m, to_m, half_width=0.002):
        """Return a polygon over the metres of a road between two places, for closures."""
        ends, length, _ = ROADS[road]
        first, last = (np.array(end) for end in ends)
        points = [first + (last - first) * (metres / length) for metres in (from_m, to_m)]
        return shapely.LineString(points).buffer(half_width, cap_style="flat")

    # From halfway between B and C to halfway between C and D, and a tenth of the way from C to E.
    area = IncidentArea(box(-91.85, 37.99, -91.75, 38.01), "drawn")
    return SimpleNamespace(network=network, report=report, edge=edge, place=place, stretch=stretch, area=area)

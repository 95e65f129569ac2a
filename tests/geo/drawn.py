"""Roads drawn for the tests of places: lines without a meaning as a network, at round thousandths of a degree."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import strategies as st

from geo.network import RoadNetwork
from geo.projection import ground_m

WEST, SOUTH, STEP = -94.0, 38.0, 0.001


def degrees(grid):
    return np.array([WEST, SOUTH]) + np.asarray(grid, dtype=np.float64) * STEP


def loose(lines):
    """Return lines (each a list of lon/lat pairs) as edges that hang together nowhere, measured on the ellipsoid."""
    shape = np.concatenate([np.empty((0, 2)), *[np.asarray(line, dtype=np.float64) for line in lines]])
    start = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    metres = []
    for line in lines:
        points = np.asarray(line, dtype=np.float64)
        metres.append(np.concatenate([[0.0], np.cumsum(ground_m(points[:-1], points[1:]))]))
    count = len(lines)
    zeros = np.zeros(count)
    return RoadNetwork.sealed(
        name="drawn",
        attribution="us",
        main_roads_only=True,
        classes=("road",),
        speeds_kmh=(72.0,),
        names=("",),
        lon=[WEST, WEST],
        lat=[SOUTH, SOUTH],
        indptr=[0, count, count],
        head=zeros + 1,
        arc_ms=zeros + 1,
        arc_edge=np.arange(count),
        arc_forward=zeros == 0,
        edge_tail=zeros,
        edge_head=zeros + 1,
        edge_class=zeros,
        edge_name=zeros,
        edge_length_m=[each[-1] for each in metres],
        edge_ms=zeros + 1,
        shape_start=start,
        shape=shape,
        shape_m=np.concatenate([np.empty(0), *metres]),
    )


place = st.tuples(st.integers(-20, 20), st.integers(-20, 20))


@st.composite
def roads(draw, most=60):
    """Draw a network of a few lines, some of them twice, some through the ends of others."""
    line = st.lists(place, min_size=2, max_size=5).filter(lambda points: len(set(points)) > 1)
    lines = draw(st.lists(line, min_size=1, max_size=most))
    lines += draw(st.lists(st.sampled_from(lines), max_size=4))
    return loose([degrees(line) for line in lines])


@st.composite
def polygons(draw):
    """Draw a surface of one to three rectangles, turned or not, with a hole or none."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        (x, y), wide, high = draw(place), draw(st.integers(1, 25)), draw(st.integers(1, 25))
        part = shapely.box(x, y, x + wide, y + high)
        if draw(st.booleans()):
            part = shapely.Polygon([(x, y - high), (x + wide, y), (x, y + high), (x - wide, y)])
        if draw(st.booleans()) and wide > 4 and high > 4:
            part = part.difference(shapely.box(x + 1, y + 1, x + 3, y + 3))
        parts.append(part)
    return shapely.transform(shapely.union_all(parts), degrees)


def every(network):
    """Return the numbers of all edges."""
    return np.arange(len(network.edge_tail))

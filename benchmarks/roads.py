"""`snapping` and `closing`: points find their place on the road, and a polygon the roads it closes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from benchmarks.measure import Row, answered, compare
from benchmarks.ranking import ASKED
from geo.closures import Closure, close
from geo.snapping import access_limit_m, snap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.network import RoadNetwork

POINTS = 10_000
SEED = 2011
ASIDE_DEG = 0.002
"""How far from a junction a point may stand along each axis: about 200 m."""
FLOOD_DEG = 0.02
"""Radius of the closure: about 2 km."""


def figures(network: RoadNetwork, graph: str) -> Iterator[Row | str]:
    """Yield both against shapely's tree of all edges, made beforehand as our own index is."""
    yield _snapping(network, graph)
    yield _closing(network, graph)


def _snapping(network: RoadNetwork, graph: str) -> Row | str:
    from geo.projection import to_metres

    rng = np.random.default_rng(SEED)
    node = rng.integers(0, len(network.lon), POINTS)
    aside = rng.uniform(-ASIDE_DEG, ASIDE_DEG, (2, POINTS))
    lon, lat = network.lon[node] + aside[0], network.lat[node] + aside[1]
    lines = _lines(network, network.shape_xy)
    tree = shapely.STRtree(lines)

    def theirs() -> NDArray[np.int64]:
        points = shapely.points(to_metres(np.column_stack([lon, lat])))
        which, edge = tree.query_nearest(points, max_distance=access_limit_m(network), all_matches=True)
        order = np.lexsort((edge, which))
        placed, first = np.unique(which[order], return_index=True)
        found = np.full(POINTS, -1)
        found[placed] = edge[order][first]
        shapely.line_locate_point(lines[found], points)
        return found

    found, first_ms = answered(theirs)
    if not np.array_equal(found, snap(network, lon, lat).edge):
        return f"snapping, {graph}: shapely answers otherwise; no figure."
    note = f"{POINTS:,} points to the nearest of {len(lines):,} edges, and metres along it"
    return compare(
        "snapping",
        graph,
        "shapely",
        ours=lambda: snap(network, lon, lat),
        theirs=theirs,
        first_ms=first_ms,
        note=note,
    )


def _closing(network: RoadNetwork, graph: str) -> Row | str:
    middle = shapely.Point(float(np.median(network.lon)), float(np.median(network.lat)))
    flood = middle.buffer(FLOOD_DEG)
    closures = [Closure(key="flood", effect="blocked", geometry=flood)]
    lines = _lines(network, network.shape)
    tree = shapely.STRtree(lines)

    def theirs() -> NDArray[np.int64]:
        shapely.prepare(flood)
        near = np.sort(tree.query(flood, predicate="intersects"))
        return near[shapely.length(shapely.intersection(lines[near], flood)) > 0.0]

    found, first_ms = answered(theirs)
    ours = close(network, closures, ASKED)
    if not np.array_equal(found, np.unique(ours.obstacles.stretches.edge)):
        return f"closing, {graph}: shapely answers otherwise; no figure."
    note = (
        f"a polygon of {shapely.get_num_coordinates(flood)} corners blocks {len(found):,} edges; ours also says which "
        f"metres of each, and what {len(network.head):,} arcs then take"
    )
    return compare(
        "closing",
        graph,
        "shapely",
        ours=lambda: close(network, closures, ASKED),
        theirs=theirs,
        first_ms=first_ms,
        note=note,
    )


def _lines(network: RoadNetwork, shape: NDArray[np.float64]) -> NDArray[Any]:
    return np.asarray(shapely.linestrings(shape, indices=network.shape_edge), dtype=object)

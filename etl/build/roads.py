"""The main roads that ship: Missouri and 50 km around it, from the packaged OpenStreetMap highways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from etl.build.counties import state_outline
from etl.build.freeways import (
    FOLLOWING,
    REACH_M,
    REACH_SHARE,
    SAMPLES,
    TURN_DEGREES,
    follows_freeway,
    straight_lines,
)
from etl.build.outputs import write_geojson
from etl.build.packages import package_version
from etl.build.provenance import Product, Source, write_provenance
from etl.build.reference import speeds_mph
from geo.noding import NetworkReport, RoadLines, build_network
from geo.projection import geometry_in_degrees, geometry_in_metres, to_metres

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from geo.network import RoadNetwork

MARGIN_M = 50_000.0
"""How far around Missouri roads are kept: help comes from over the border, and ways round a closure lead there."""

ATTRIBUTION = "© OpenStreetMap contributors, ODbL"
NAME = "Main roads of Missouri and 50 km around"
KMH_PER_MPH = 1.609344
REACH_DEGREES = 2.0
"""How far beyond the margin an edge that reaches into it may begin; the longest in the package is shorter."""
SCGRAPH_VERSION = "2.2.0"
HIGHWAYS_VERSION = "2.0.0"
LIGHT_DECIMALS = 3
"""The source's own; about 100 m."""


def build_roads(data: Path, progress: Callable[[str], None]) -> NetworkReport:
    """Write data/roads: `network.npz` and `roads_light.geojson`; return what the network holds.

    Raises
    ------
    EtlError
        A package of the right version, the built counties or the speeds are missing.
    """
    package_version("scgraph", SCGRAPH_VERSION)
    package_version("scgraph_data", HIGHWAYS_VERSION)
    progress("Reading the highways of the world")
    lines = main_road_lines(state_outline(data))
    speeds = {name: mph * KMH_PER_MPH for name, mph in speeds_mph(data).items()}
    network, report = build_network(
        lines,
        speeds,
        name=NAME,
        attribution=ATTRIBUTION,
        main_roads_only=True,
        node_crossings=False,
        progress=progress,
    )
    folder = data / "roads"
    folder.mkdir(parents=True, exist_ok=True)
    network.save(folder / "network.npz")
    write_geojson(folder / "roads_light.geojson", _light_features(network), LIGHT_DECIMALS)
    _write_provenance(folder)
    return report


def main_road_lines(state: BaseGeometry) -> RoadLines:
    """Return the main roads that reach into the state or 50 km (EPSG:5070) around it, drawn straight.

    The package gives edges between junctions with a length but no shape, so a line is drawn straight and its
    length is the package's. It is noded already: where two lines cross without a node, one road bridges the
    other. Roads are two-way.

    Parameters
    ----------
    state
        The state's outline, EPSG:4326.
    """
    highways, freeways = _graphs()
    near = shapely.buffer(geometry_in_metres(state), MARGIN_M)
    edges, length_km = _edges(highways, near)
    fast, _ = _edges(freeways, shapely.buffer(near, MARGIN_M))
    is_freeway = follows_freeway(_in_metres(edges), _in_metres(fast))
    return RoadLines(
        geometry=straight_lines(edges),
        road_class=tuple("freeway" if fast_road else "highway" for fast_road in is_freeway.tolist()),
        name=("",) * len(edges),
        oneway=np.zeros(len(edges), dtype=np.int8),
        length_m=np.round(length_km * 1000.0),
    )


def _graphs() -> tuple[Any, Any]:
    """Return the two packaged graphs; importing them takes a second or two, since their data is Python source."""
    from scgraph.geographs.us_freeway import us_freeway_geograph  # noqa: PLC0415 - only a build has it
    from scgraph_data.world_highways import world_highways_geograph  # noqa: PLC0415

    return world_highways_geograph, us_freeway_geograph


def _edges(graph: Any, near: BaseGeometry) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # noqa: ANN401
    """Return the edges that reach into `near` (EPSG:5070): start and end (E, 2, 2) in EPSG:4326, length in km (E,).

    Each undirected edge once, in the order of its nodes; loops are left out.
    """
    nodes = np.array(graph.nodes, dtype=np.float64)[:, ::-1]
    west, south, east, north = shapely.total_bounds(geometry_in_degrees(near))
    lon, lat = nodes[:, 0], nodes[:, 1]
    close = np.flatnonzero(
        (lon > west - REACH_DEGREES)
        & (lon < east + REACH_DEGREES)
        & (lat > south - REACH_DEGREES)
        & (lat < north + REACH_DEGREES)
    )
    lengths = {
        (min(tail, head), max(tail, head)): km
        for tail in close.tolist()
        for head, km in graph.graph[tail].items()
        if tail != head
    }
    ends = np.array(sorted(lengths), dtype=np.int64)
    length_km = np.array([lengths[tail, head] for tail, head in ends.tolist()])
    lines = straight_lines(_in_metres(nodes[ends]))
    reaches = shapely.intersects(lines, near)
    return nodes[ends[reaches]], length_km[reaches]


def _in_metres(lines: NDArray[np.float64]) -> NDArray[np.float64]:
    metres: NDArray[np.float64] = to_metres(lines.reshape(-1, 2)).reshape(lines.shape)
    return metres


def _light_features(network: RoadNetwork) -> list[tuple[BaseGeometry, dict[str, object]]]:
    """One feature a class, its edges merged into lines from junction to junction."""
    lines = np.asarray(shapely.linestrings(network.shape, indices=network.shape_edge), dtype=object)
    return [
        (
            shapely.normalize(
                shapely.line_merge(shapely.multilinestrings(lines[network.edge_class == index]))
            ),
            {"class": word},
        )
        for index, word in enumerate(network.classes)
    ]


def _write_provenance(folder: Path) -> None:
    odbl = "ODbL 1.0: © OpenStreetMap contributors"
    write_provenance(
        folder,
        [
            Source("scgraph_data", HIGHWAYS_VERSION, "world_highways", odbl),
            Source("scgraph", SCGRAPH_VERSION, "us_freeway, only to tell freeways from highways", "MIT"),
            Source(
                "data/reference/speeds.csv",
                "2026-11",
                "travel speeds of freeway and highway",
                "facts; see docs/sources.md",
            ),
        ],
        [
            Product(
                "network.npz",
                "main roads as a routable network",
                f"edges that reach into Missouri or {MARGIN_M / 1000:.0f} km (EPSG:5070) around it, both ways, with the"
                " package's lengths; the largest connected piece; freeway where an edge follows the freeway graph"
                f" within {REACH_M / 1000:g} km (or {REACH_SHARE:.0%} of its length) and {TURN_DEGREES:g}° along {FOLLOWING} of {SAMPLES} samples",
            ),
            Product(
                "roads_light.geojson", "the same lines for the map", f"rounded to {LIGHT_DECIMALS} decimals"
            ),
            Product("crossings.geojson", "river crossings of these roads", "see data/rivers/provenance.json"),
        ],
    )

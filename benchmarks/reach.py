"""`reach`: when half and nine tenths of an area are reached from each of 200 sites, against one search for first entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import Row, compare
from geo.areas import area_from_circle
from geo.engines import least_ms
from geo.reach import reach
from geo.routing import search
from geo.snapping import Snaps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.network import RoadNetwork

SITES = 200
SEED = 2011
JOPLIN = (-94.5133, 37.0842)
AREA_KM = 10.0
"""Radius of the area: the city of Joplin and its surroundings."""


def figures(network: RoadNetwork, graph: str) -> Iterator[Row | str]:
    """Yield what the moments of 200 sites cost, on one thread, in searches alone as `rank_all` has them.

    Every place in the area is a goal of its own here, for every site: plain searches would take as many as there are
    sites. The area is Joplin's where the network reaches that far, and as large about its middle elsewhere.
    """
    area = area_from_circle(*_middle(network), AREA_KM)
    found = search(network, area)
    if not found.road_inside:
        yield f"reach, {graph}: no road lies in the area; no figure."
        return
    sites = _sites(network)
    entries, arc_ms = found.entries, found.closed.arc_ms
    measured = compare(
        "reach",
        graph,
        "search alone",
        ours=lambda: reach(found, sites, threads=1),
        theirs=lambda: least_ms(network, arc_ms, entries.node, entries.ms),
    )
    times = measured.ours_ms / measured.peer_ms
    note = (
        f"{SITES} sites, {found.target.stretches.km():,.0f} km of road in the area; {times:.1f} times the search "
        f"alone, {times / SITES:.2f} a site, where a plain search a site would take {SITES} times"
    )
    yield Row("reach", graph, measured.ours_ms, measured.peer, measured.peer_ms, measured.ratio, note)


def _middle(network: RoadNetwork) -> tuple[float, float]:
    lon, lat = JOPLIN
    near = np.hypot(network.lon - lon, network.lat - lat).min() < AREA_KM / 111.0
    return JOPLIN if near else (float(np.median(network.lon)), float(np.median(network.lat)))


def _sites(network: RoadNetwork) -> Snaps:
    rng = np.random.default_rng(SEED)
    edge = rng.integers(0, len(network.edge_tail), SITES).astype(np.int32)
    return Snaps(edge, network.edge_length_m[edge] * rng.uniform(0.0, 1.0, SITES), np.zeros(SITES))

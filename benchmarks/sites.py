"""`one_search_for_all`: one search for every provider, against one search a provider."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.measure import Row, answered, compare
from benchmarks.peers import installed
from geo.areas import area_from_circle
from geo.engines import least_ms
from geo.routing import search
from geo.snapping import Snaps, snap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.network import RoadNetwork

SITES = 200
SEED = 2011
JOPLIN = (-94.5133, 37.0842)


def figures(network: RoadNetwork, graph: str) -> Iterator[Row | str]:
    """Yield a row a peer, or a sentence where a peer is not installed.

    Each peer runs a plain search between junctions from each site, without the area, parts of edges, access legs and
    metres that ours answers too: the ratio is the least that one search for all saves. It grows with the sites,
    since ours hardly takes longer for more of them.
    """
    area = area_from_circle(*JOPLIN, 10.0)
    sites = _sites(network)

    def ours() -> object:
        return search(network, area).arrivals(sites)

    note = f"{SITES:,} sites; the peer one search each, between junctions only"
    target = int(np.argmin(np.hypot(network.lon - JOPLIN[0], network.lat - JOPLIN[1])))
    starts = [int(network.edge_tail[edge]) for edge in sites.edge]
    nothing = np.zeros(1, dtype=np.int64)
    least = least_ms(network, network.arc_ms, np.array([target]), nothing)[starts]
    for peer, missing in installed(("scipy", "networkx", "osmnx")):
        if missing:
            yield missing
            continue
        theirs = {"scipy": _scipy, "networkx": _networkx, "osmnx": _osmnx}[peer](network, starts, target)
        found, first_ms = answered(theirs)
        if found != least.tolist():
            yield f"one_search_for_all, {graph}: {peer} answers otherwise; no figure."
            continue
        yield compare(
            "one_search_for_all", graph, peer, ours=ours, theirs=theirs, first_ms=first_ms, note=note
        )


def _sites(network: RoadNetwork) -> Snaps:
    rng = np.random.default_rng(SEED)
    near = rng.integers(0, len(network.lon), SITES)
    return snap(network, network.lon[near] + 0.01, network.lat[near] + 0.01)


def _scipy(network: RoadNetwork, starts: list[int], target: int) -> Callable[[], list[int]]:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    count = len(network.lon)
    graph = csr_array((network.arc_ms.astype(float), network.head, network.indptr), shape=(count, count))
    return lambda: [int(dijkstra(graph, indices=start)[target]) for start in starts]


def _graph(network: RoadNetwork) -> Any:  # noqa: ANN401 - networkx tells no types
    import networkx as nx

    graph = nx.MultiDiGraph()
    rows = (network.arc_tail.tolist(), network.head.tolist(), network.arc_ms.tolist())
    graph.add_weighted_edges_from(zip(*rows, strict=True))
    return graph


def _networkx(network: RoadNetwork, starts: list[int], target: int) -> Callable[[], list[int]]:
    import networkx as nx

    graph = _graph(network)
    return lambda: [nx.dijkstra_path_length(graph, start, target) for start in starts]


def _osmnx(network: RoadNetwork, starts: list[int], target: int) -> Callable[[], list[int]]:
    """Return OSMnx's own door, which gives the ways; their times are added up after it."""
    import osmnx as ox

    graph = _graph(network)

    def theirs() -> list[int]:
        ways = ox.routing.shortest_path(graph, starts, [target] * len(starts), weight="weight", cpus=1)
        return [
            sum(min(arc["weight"] for arc in graph[a][b].values()) for a, b in pairwise(way))
            for way in ways
            if way is not None
        ]

    return theirs

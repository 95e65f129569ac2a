"""`one_search_for_all`: one search for every provider, against one search a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.measure import Row, compare
from benchmarks.peers import installed
from geo.areas import area_from_circle
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
    for peer, missing in installed(("scipy", "networkx")):
        if missing:
            yield missing
            continue
        theirs = {"scipy": _scipy, "networkx": _networkx}[peer](network, starts, target)
        yield compare("one_search_for_all", graph, peer, ours=ours, theirs=theirs, note=note)


def _sites(network: RoadNetwork) -> Snaps:
    rng = np.random.default_rng(SEED)
    near = rng.integers(0, len(network.lon), SITES)
    return snap(network, network.lon[near] + 0.01, network.lat[near] + 0.01)


def _scipy(network: RoadNetwork, starts: list[int], _target: int) -> Callable[[], object]:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    count = len(network.lon)
    graph = csr_array((network.arc_ms.astype(float), network.head, network.indptr), shape=(count, count))
    return lambda: [dijkstra(graph, indices=start) for start in starts]


def _networkx(network: RoadNetwork, starts: list[int], target: int) -> Callable[[], object]:
    import networkx as nx

    graph = nx.MultiDiGraph()
    tails = np.repeat(np.arange(len(network.lon)), np.diff(network.indptr))
    graph.add_weighted_edges_from(
        zip(tails.tolist(), network.head.tolist(), network.arc_ms.tolist(), strict=True)
    )
    return lambda: [nx.dijkstra_path_length(graph, start, target) for start in starts]

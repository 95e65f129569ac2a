"""The extract reader against osmnx on the same extract: the same junctions and edges, and times within 1 %.

What may differ is said in docs/adr/0009: here every difference that there is on real data is counted.
"""

from __future__ import annotations

from collections import Counter

import networkx as nx
import numpy as np
import osmium
import pytest
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from etl.sources.osm_pbf import read_pbf
from etl.sources.osm_tags import why_not
from tests.etl.osm_boone import boone
from tests.etl.osm_files import helsinki
from tests.etl.osm_peer import (
    arcs_of_graph,
    arcs_of_network,
    driven_by_osmnx,
    network_of,
    peer_graph,
    rounded,
)

PAIRS, SOURCES = 1_000, 40
EXTRACTS = [
    "helsinki",
    pytest.param("boone", marks=[pytest.mark.shared, pytest.mark.proof]),
]


@pytest.fixture(scope="module", params=EXTRACTS)
def both(request, tmp_path_factory):
    """Return the extract, our network of it, and osmnx's graph, simplified and with times."""
    folder = tmp_path_factory.mktemp("peer")
    pbf = helsinki() if request.param == "helsinki" else boone(folder / "boone.osm.pbf")
    *_, graph = peer_graph(pbf, folder)
    return pbf, network_of(read_pbf(pbf)[0]), graph


def test_junctions_are_the_same(both):
    _, network, graph = both
    ours = set(rounded(np.column_stack([network.lon, network.lat])))
    assert ours == set(rounded([(data["x"], data["y"]) for _, data in graph.nodes(data=True)]))


def test_edges_are_the_same_in_both_directions_point_by_point(both):
    _, network, graph = both
    assert arcs_of_network(network) == arcs_of_graph(graph)


def test_times_on_a_thousand_pairs_differ_by_less_than_one_percent(both):
    _, network, graph = both
    random = np.random.default_rng(2011)
    at = {place: node for node, place in enumerate(rounded(np.column_stack([network.lon, network.lat])))}
    number = {node: at[rounded([(data["x"], data["y"])])[0]] for node, data in graph.nodes(data=True)}
    roads = csr_array((network.arc_ms.astype(float), network.head, network.indptr), shape=(len(at), len(at)))
    sources = random.choice(list(graph), SOURCES, replace=False)
    ours = dijkstra(roads, indices=[number[source] for source in sources]) / 1000
    worst, seen = 0.0, 0
    for row, source in enumerate(sources):
        theirs = nx.single_source_dijkstra_path_length(graph, source, weight="travel_time")
        for target in random.choice(list(graph), PAIRS // SOURCES, replace=False):
            if source != target:
                worst = max(worst, abs(ours[row, number[target]] / theirs[target] - 1))
            seen += 1
    assert seen == PAIRS
    # What is left: their lengths are on a sphere, ours on the ellipsoid; ours are whole milliseconds.
    assert worst < 0.01


def test_the_ways_that_only_one_of_both_drives_on_are_those_that_the_documents_name():
    _, theirs = driven_by_osmnx(helsinki())
    roads = osmium.FileProcessor(str(helsinki()), osmium.osm.WAY).with_filter(
        osmium.filter.KeyFilter("highway")
    )
    ours = {way.id for way in roads if why_not(way.tags) is None}
    assert len(ours) == 754
    assert not ours - {way for way, _, _ in theirs}
    assert Counter(tags["highway"] for way, _, tags in theirs if way not in ours) == {"trail": 159}

"""The same extract as osmnx reads it: filtered by its own rule, as OSM XML, with speeds from the same table."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import osmnx
from osmium.osm.mutable import Node, Way

from etl.sources.lines import in_kmh, read_speeds
from geo.ways import build_from_ways

SPEEDS = {
    word: kmh
    for word, kmh in in_kmh(
        read_speeds(Path(__file__).resolve().parents[2] / "data" / "reference" / "speeds.csv")
    ).items()
    if kmh
}
ALIKE = ["highway", "label", "speed_kph", "oneway"]
"""Where one of these changes, osmnx too keeps a junction."""


def overpass_rule():
    """Return osmnx's own filter for network_type="drive" as a function of tags, applied as Overpass would."""
    said = re.findall(r'\["([^"]+)"(?:!~"([^"]+)")?\]', osmnx._overpass._get_network_filter("drive"))
    return lambda tags: all(
        not re.search(pattern, tags.get(key, "")) if pattern else key in tags for key, pattern in said
    )


def driven_by_osmnx(pbf):
    """Return the nodes (id -> place) of an extract, and its ways (id, nodes, tags) that osmnx would ask for."""
    places = {node.id: (node.lon, node.lat) for node in osmium.FileProcessor(str(pbf), osmium.osm.NODE)}
    wanted = overpass_rule()
    ways = []
    for way in osmium.FileProcessor(str(pbf), osmium.osm.WAY):
        tags = {tag.k: tag.v for tag in way.tags}
        if wanted(tags):
            ways.append((way.id, [node.ref for node in way.nodes], tags))
    return places, ways


def runs(nodes, places):
    """Return the parts of a way whose nodes are in the extract: osmnx cannot read the others."""
    parts = [[]]
    for node in nodes:
        if node in places:
            parts[-1].append(node)
        else:
            parts.append([])
    return [part for part in parts if len(part) > 1]


def written_as_xml(pbf, path):
    """Write what osmnx would ask for as OSM XML."""
    places, ways = driven_by_osmnx(pbf)
    parts = [(way, part, tags) for way, nodes, tags in ways for part in runs(nodes, places)]
    used = {node for _, part, _ in parts for node in part}
    with osmium.SimpleWriter(str(path)) as writer:
        for node in sorted(used):
            writer.add_node(Node(id=node, location=places[node], version=1))
        # The parts of one way need numbers of their own, or osmnx keeps the last of them.
        for at, (_, part, tags) in enumerate(parts, start=1):
            writer.add_way(Way(id=at, nodes=part, tags=tags, version=1))
    return path


def peer_graph(pbf, folder):
    """Return osmnx's graph of the extract with speeds and times: as it reads it, simplified, and the latter's largest part."""
    graph = osmnx.graph_from_xml(written_as_xml(pbf, folder / "peer.osm"), simplify=False, retain_all=True)
    joined = simplified(timed(graph))
    return graph, joined, joined.subgraph(max(nx.strongly_connected_components(joined), key=len)).copy()


def timed(graph):
    osmnx.add_edge_speeds(graph, hwy_speeds=SPEEDS, fallback=min(SPEEDS.values()))
    return osmnx.add_edge_travel_times(graph)


def simplified(graph):
    joined = graph.copy()
    for _, _, data in joined.edges(data=True):
        data["label"] = data.get("name") or data.get("ref") or ""
    with warnings.catch_warnings(action="ignore", category=FutureWarning):
        return osmnx.simplify_graph(joined, edge_attrs_differ=ALIKE)


def network_of(ways):
    return build_from_ways(ways, SPEEDS, name="Test", attribution="us")[0]


def arcs_of_graph(graph):
    """Return how often each drawn line (its points in order) is an edge."""
    place = {node: (data["x"], data["y"]) for node, data in graph.nodes(data=True)}
    return Counter(
        rounded(data["geometry"].coords if "geometry" in data else (place[tail], place[head]))
        for tail, head, data in graph.edges(data=True)
    )


def arcs_of_network(network):
    """Return how often each drawn line (its points in order) is an arc."""
    found = Counter()
    for edge, forward in zip(network.arc_edge, network.arc_forward, strict=True):
        points = network.shape[network.shape_start[edge] : network.shape_start[edge + 1]]
        found[rounded(points if forward else points[::-1])] += 1
    return found


def rounded(points):
    return tuple(map(tuple, np.round(np.asarray(points, dtype=float), 7).tolist()))

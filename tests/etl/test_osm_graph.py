"""Roads of a graph that osmnx drew: saved as GraphML, or asked of services that answer from this machine."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import networkx as nx
import numpy as np
import osmnx
import pytest

from etl.errors import EtlError
from etl.sources.osm_graph import read_graphml, tags_of, ways_of
from etl.sources.osm_pbf import read_pbf
from etl.sources.osm_place import read_place
from geo.network import Bridge
from tests.etl.osm_files import helsinki
from tests.etl.osm_peer import (
    SPEEDS,
    arcs_of_network,
    driven_by_osmnx,
    network_of,
    peer_graph,
    runs,
    timed,
)

A, B, C = 1, 2, 3
PLACES = {A: (-92.0, 38.0), B: (-91.9, 38.0), C: (-91.9, 38.1)}


def drawn(*edges, crs="epsg:4326", places=PLACES):
    """Return a graph as osmnx draws it, of edges (tail, head, tags)."""
    graph = nx.MultiDiGraph(crs=crs)
    for node, (lon, lat) in places.items():
        graph.add_node(node, x=lon, y=lat)
    for tail, head, tags in edges:
        graph.add_edge(tail, head, **{"osmid": 7, "highway": "residential", **tags})
    return graph


def both_ways(tail, head, **tags):
    return (tail, head, tags), (head, tail, {**tags, "reversed": True})


@pytest.fixture(scope="module")
def peer(tmp_path_factory):
    return peer_graph(helsinki(), tmp_path_factory.mktemp("peer"))


@pytest.fixture(scope="module")
def of_extract():
    return network_of(read_pbf(helsinki())[0])


def ms_by_arc(network):
    """Return how often each line of points takes so many milliseconds."""
    arcs = Counter()
    for edge, forward, ms in zip(network.arc_edge, network.arc_forward, network.arc_ms, strict=True):
        points = network.shape[network.shape_start[edge] : network.shape_start[edge + 1]]
        arcs[tuple(map(tuple, (points if forward else points[::-1]).tolist())), int(ms)] += 1
    return arcs


def test_the_two_edges_of_a_two_way_road_become_one_edge_and_a_one_way_road_stays_one():
    network = network_of(
        ways_of(drawn(*both_ways(A, B), *both_ways(B, C, osmid=8), (A, C, {"oneway": True})), "g")[0]
    )
    assert len(network.edge_tail) == 2
    assert sorted(((network.forward_arc >= 0) & (network.backward_arc >= 0)).tolist()) == [False, True]


def test_a_road_that_is_slower_one_way_stays_two_edges():
    edges = (A, B, {"speed_kph": 50.0}), (B, A, {"speed_kph": 40.0})
    network = network_of(ways_of(drawn(*edges), "g")[0])
    assert len(network.edge_tail) == 2
    assert sorted(np.round(network.edge_length_m / network.edge_ms * 3_600).tolist()) == [40.0, 50.0]


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"speed_kph": 33.0, "travel_time": 1.0, "length": 1.0, "maxspeed": "50 mph"}, 33.0),
        ({"travel_time": 100.0, "length": 1000.0, "maxspeed": "50 mph"}, 36.0),
        ({"speed_kph": [60.0, 40.0], "travel_time": 100.0, "length": 1000.0}, 36.0),
        ({"speed_kph": [60.0, 40.0], "travel_time": [9.0, 8.0], "length": 1000.0}, 40.0),
        ({"travel_time": [9.0, 8.0], "length": 1000.0, "maxspeed": "50"}, 50.0),
        ({"maxspeed": "50"}, 50.0),
        ({"maxspeed": ["60", "45"]}, 45.0),
        ({}, SPEEDS["residential"]),
        ({"highway": ["primary", "tertiary"]}, SPEEDS["tertiary"]),
    ],
)
def test_an_edge_is_driven_at_its_speed_else_its_time_else_its_limit_else_its_class(tags, kmh):
    network = network_of(ways_of(drawn(*both_ways(A, B, **tags)), "g")[0])
    assert network.edge_length_m[0] / network.edge_ms[0] * 3_600 == pytest.approx(kmh, rel=1e-3)


def test_roads_that_osmnx_timed_and_then_joined_keep_the_sum_of_their_times(tmp_path):
    limits = (
        {"osmid": 7, "maxspeed": "30 mph", "length": 8_600.0},
        {"osmid": 8, "maxspeed": "60 mph", "length": 11_100.0},
    )
    graph = drawn(*both_ways(A, B, **limits[0]), *both_ways(B, C, **limits[1]))
    osmnx.add_edge_travel_times(osmnx.add_edge_speeds(graph))
    osmnx.save_graphml(osmnx.simplify_graph(graph), tmp_path / "joined.graphml")
    network = network_of(read_graphml(tmp_path / "joined.graphml")[0])
    seconds = (8.6 / 30 + 11.1 / 60) / 1.609344 * 3_600
    assert network.edge_ms.sum() / 1_000 == pytest.approx(seconds, rel=0.02)


def test_joined_roads_have_all_names_the_lesser_class_and_no_bridge_of_which_nobody_knows_where():
    tags = {
        "name": ["Oak", "Elm"],
        "highway": ["secondary", "trunk"],
        "bridge": "yes",
        "osmid": [7, 8],
        "ref": float("nan"),
    }
    assert tags_of(tags) == {"name": "Elm;Oak", "highway": "secondary", "bridge": "yes"}
    assert network_of(ways_of(drawn(*both_ways(A, B, **tags)), "g")[0]).bridges == ()
    single = network_of(ways_of(drawn(*both_ways(A, B, bridge="yes", name="Low")), "g")[0])
    assert single.bridges == (Bridge("7", "Low", ""),)


def test_an_unsimplified_graph_gives_the_network_of_the_extract_itself(peer, of_extract):
    """The roads that only osmnx drives on join nothing, so both keep the same part."""
    graph, *_ = peer
    network = network_of(ways_of(graph, "peer")[0])
    assert (network.classes, network.names) == (of_extract.classes, of_extract.names)
    assert ms_by_arc(network) == ms_by_arc(of_extract)
    assert len(network.bridges) == len(of_extract.bridges)


@pytest.mark.parametrize("which", ["as read", "simplified"])
def test_a_graph_saved_by_osmnx_gives_the_same_edges_again(peer, of_extract, tmp_path, which):
    graph = peer[0] if which == "as read" else peer[1]
    osmnx.save_graphml(graph, tmp_path / "helsinki.graphml")
    ways, figures = read_graphml(tmp_path / "helsinki.graphml")
    network = network_of(ways)
    assert arcs_of_network(network) == arcs_of_network(of_extract)
    assert int(np.abs(np.sort(network.arc_ms) - np.sort(of_extract.arc_ms)).max()) <= 1
    assert figures["ways"] <= figures["lines_read"]


@pytest.mark.parametrize(
    ("graph", "title"),
    [
        (drawn(*both_ways(A, B), crs="epsg:26915"), "'g' is not in degrees"),
        (drawn(*both_ways(A, B), places={A: (0.0, 0.0), B: (float("nan"), 0.0)}), "'g' cannot be read"),
        (drawn(*both_ways(A, B, highway=None)), "'g' cannot be read"),
        (drawn(*both_ways(A, B, speed_kph=-3.0)), "'g' cannot be read"),
        (drawn(*both_ways(A, B, speed_kph=float("nan"))), "'g' cannot be read"),
        (drawn(*both_ways(A, B, highway="footway")), "'g' holds no roads to drive on"),
        (drawn(), "'g' holds no roads to drive on"),
    ],
)
def test_a_graph_that_cannot_be_driven_is_refused(graph, title):
    with pytest.raises(EtlError) as refusal:
        ways_of(graph, "g")
    assert refusal.value.title == title


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no roads",
        "<graphml>",
        "<html></html>",
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="directed"><node id="a"/></graph></graphml>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"><graph edgedefault="undirected"></graph></graphml>',
    ],
)
def test_a_file_that_is_no_graph_is_refused(tmp_path, text):
    (tmp_path / "a.graphml").write_text(text)
    with pytest.raises(EtlError):
        read_graphml(tmp_path / "a.graphml")
    with pytest.raises(EtlError, match="cannot be opened"):
        read_graphml(tmp_path / "nowhere.graphml")


def test_a_saved_graph_cut_in_half_is_refused(peer, tmp_path):
    path = tmp_path / "helsinki.graphml"
    osmnx.save_graphml(peer[0], path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(EtlError, match="cannot be read"):
        read_graphml(path)


class Services(BaseHTTPRequestHandler):
    """Nominatim and Overpass as osmnx asks them, answering from the extract of Helsinki."""

    asked: tuple[str, ...] = ()
    answers: dict[str, object] = {}  # noqa: RUF012 - the server makes a handler a request; its class holds what is told

    def do_GET(self):
        self.answer(parse_qs(urlparse(self.path).query).get("q", [""])[0])

    def do_POST(self):
        self.answer(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["data"][0])

    def answer(self, question):
        word = urlparse(self.path).path.rsplit("/", 1)[1]
        type(self).asked += (question,)
        answer = self.answers[word]
        self.send_response(200 if answer is not None else 400)
        self.end_headers()
        self.wfile.write(answer.encode() if isinstance(answer, str) else json.dumps(answer).encode())

    def log_message(self, *_words):
        return


@pytest.fixture
def services(monkeypatch):
    """Answer osmnx's questions from this machine, through its own HTTP layer; return what is told."""
    places, ways = driven_by_osmnx(helsinki())
    west, south = np.min(list(places.values()), axis=0) - 0.01
    east, north = np.max(list(places.values()), axis=0) + 0.01
    outline = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    parts = [(way, part, tags) for way, nodes, tags in ways for part in runs(nodes, places)]
    handler = type("Told", (Services,), {"asked": ()})
    handler.answers = {
        "search": [
            {
                "importance": 1,
                "boundingbox": [str(south), str(north), str(west), str(east)],
                "geojson": {"type": "Polygon", "coordinates": [outline]},
                "display_name": "Helsinki",
                "place_id": 1,
                "osm_type": "relation",
                "osm_id": 1,
                "lat": "60.17",
                "lon": "24.94",
            }
        ],
        "status": "Connected as: 1\nCurrent time: 2026-11-22T12:00:00Z\nAnnounced endpoint: none\nRate limit: 2\n2 slots available now.\n",
        "interpreter": {
            "elements": [
                *(
                    {"type": "node", "id": node, "lon": lon, "lat": lat}
                    for node, (lon, lat) in places.items()
                ),
                *(
                    {"type": "way", "id": at, "nodes": part, "tags": tags}
                    for at, (_, part, tags) in enumerate(parts, start=1)
                ),
            ]
        },
    }
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(osmnx.settings, "nominatim_url", url)
    monkeypatch.setattr(osmnx.settings, "overpass_url", url)
    monkeypatch.setattr("socket.getaddrinfo", socket.getaddrinfo)  # osmnx replaces it for good
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_place_asked_for_by_name_gives_the_network_of_the_extract(
    services, of_extract, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    said = []
    ways, figures = read_place("Helsinki, Finland", SPEEDS, online=True, progress=said.append)
    network = network_of(ways)
    assert ms_by_arc(network) == ms_by_arc(of_extract)
    assert list(figures["left_out"]) == ["not a road for cars"]  # the 159 ways of highway=trail
    assert services.asked[0] == "Helsinki, Finland"
    assert '["highway"]["area"!~"yes"]' in services.asked[-1]
    assert said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("services")
def test_speeds_are_set_before_anything_is_joined_and_a_class_of_speed_0_is_left_out(monkeypatch):
    """Two limits on one street between two junctions keep their own times; joined first, they would share a mean."""
    steps = []
    for name in ("add_edge_speeds", "add_edge_travel_times"):
        real = getattr(osmnx, name)
        monkeypatch.setattr(
            osmnx, name, lambda graph, real=real, **words: steps.append(graph) or real(graph, **words)
        )
    _, figures = read_place("Helsinki", {**SPEEDS, "residential": 0.0}, online=True)
    assert figures["not_driven"]["residential"] > 0
    assert [graph.graph.get("simplified", False) for graph in steps] == [False, False]


def test_a_place_is_asked_for_only_when_the_user_allows_it(services):
    with pytest.raises(EtlError, match="goes over the internet") as refusal:
        read_place("Joplin, Missouri", SPEEDS, online=False)
    assert "--online" in refusal.value.todo
    assert services.asked == ()


@pytest.mark.parametrize(
    ("told", "title"),
    [
        ({"search": []}, "OpenStreetMap's services gave no roads for 'Nowhere'"),
        ({"search": "<html>"}, "OpenStreetMap's services gave no roads for 'Nowhere'"),
        ({"search": None}, "OpenStreetMap's services gave no roads for 'Nowhere'"),
        ({"interpreter": {"elements": []}}, "OpenStreetMap's services gave no roads for 'Nowhere'"),
        ({"interpreter": None}, "OpenStreetMap's services gave no roads for 'Nowhere'"),
    ],
)
def test_a_place_that_is_not_known_is_refused(services, told, title):
    services.answers = services.answers | told
    with pytest.raises(EtlError) as refusal:
        read_place("Nowhere", SPEEDS, online=True)
    assert refusal.value.title == title


def test_a_fault_without_words_is_named_by_its_kind(monkeypatch):
    def fails(*_given, **_named):
        raise ValueError

    monkeypatch.setattr(osmnx, "graph_from_place", fails)
    with pytest.raises(EtlError, match="gave no roads for 'Nowhere'") as refusal:
        read_place("Nowhere", SPEEDS, online=True)
    assert refusal.value.given == "ValueError"


@pytest.mark.usefixtures("services")
def test_services_that_do_not_answer_are_said_and_osmnx_is_left_as_it_was(monkeypatch):
    before = osmnx.settings.requests_timeout, osmnx.settings.use_cache
    monkeypatch.setattr(osmnx.settings, "nominatim_url", "http://127.0.0.1:9")
    with pytest.raises(EtlError, match="cannot be reached") as refusal:
        read_place("Joplin, Missouri", SPEEDS, online=True)
    assert "--osm-pbf" in refusal.value.todo
    assert (osmnx.settings.requests_timeout, osmnx.settings.use_cache) == before


def test_times_of_osmnx_are_ours_to_the_millisecond(peer, tmp_path):
    path = Path(tmp_path / "g.graphml")
    osmnx.save_graphml(timed(peer[0].copy()), path)
    with_times = network_of(read_graphml(path)[0])
    graph = peer[0].copy()
    for _, _, data in graph.edges(data=True):
        data.pop("speed_kph", None)
        data.pop("travel_time", None)
    assert ms_by_arc(with_times) == ms_by_arc(network_of(ways_of(graph, "g")[0]))

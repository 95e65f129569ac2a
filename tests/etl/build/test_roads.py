"""The shipped main roads: how many, how long, how close to other drawings of the same roads."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pytest
import shapely

from etl.build import roads
from etl.build.reference import speeds_mph
from geo.network import RoadNetwork
from geo.projection import geometry_in_metres

DATA = Path(__file__).resolve().parents[3] / "data"
SHARED = DATA.parents[1] / "shared" / "data" / "roads"


@pytest.fixture(scope="module")
def network():
    return RoadNetwork.load(DATA / "roads" / "network.npz")


def km_of(network, word):
    chosen = network.edge_class == network.classes.index(word)
    return network.edge_length_m[chosen].sum() / 1000


def test_the_network_is_the_connected_main_roads_at_the_documented_speeds(network):
    assert (len(network.lon), len(network.edge_tail)) == (2_901, 4_291)
    assert network.main_roads_only
    assert network.attribution == "© OpenStreetMap contributors, ODbL"
    assert network.classes == ("freeway", "highway")
    mph = speeds_mph(DATA)
    assert network.speeds_kmh == pytest.approx([mph["freeway"] * 1.609344, mph["highway"] * 1.609344])


def test_about_a_fifth_of_the_main_roads_are_freeways(network):
    assert round(km_of(network, "freeway")) == 4_929
    assert round(km_of(network, "highway")) == 18_961


def test_every_road_is_two_way_and_no_shorter_than_its_drawing(network):
    assert len(network.head) == 2 * len(network.edge_tail)
    start, end = network.shape[network.shape_start[:-1]], network.shape[network.shape_start[1:] - 1]
    straight_m = roads_straight_m(start, end)
    assert (network.edge_length_m > 0.99 * straight_m).all(), "the package measures on a sphere"
    assert np.median(network.edge_length_m / straight_m) < 1.01


def roads_straight_m(start, end):
    from geo.projection import ground_m  # noqa: PLC0415

    return ground_m(start, end)


def test_the_map_lines_are_the_roads_of_the_network(network):
    features = json.loads((DATA / "roads" / "roads_light.geojson").read_text(encoding="utf-8"))["features"]
    assert [feature["properties"]["class"] for feature in features] == ["freeway", "highway"]
    drawn = shapely.union_all([shapely.from_geojson(json.dumps(f["geometry"])) for f in features])
    nodes = shapely.points(network.lon, network.lat)
    assert shapely.distance(nodes, drawn).max() < 1e-6


def test_roads_of_missouri_reach_fifty_kilometres_out_and_no_road_lies_wholly_beyond(network):
    from etl.build.counties import state_outline  # noqa: PLC0415

    near = shapely.buffer(geometry_in_metres(state_outline(DATA)), 50_100)
    edges = shapely.linestrings(network.shape_xy, indices=network.shape_edge)
    assert shapely.intersects(near, edges).all()


@pytest.mark.shared
def test_the_clip_agrees_with_another_clip_of_the_same_package(network):
    nodes = geopandas.read_parquet(SHARED / "mo_osm_highways_scgraph_nodes.parquet")
    other = {(round(x, 3), round(y, 3)) for x, y in zip(nodes.geometry.x, nodes.geometry.y, strict=True)}
    own = {(round(x, 3), round(y, 3)) for x, y in zip(network.lon, network.lat, strict=True)}
    assert len(own & other) > 0.99 * len(other)


@pytest.mark.shared
def test_most_interstates_of_the_census_are_freeways_here(network):
    tiger = geopandas.read_parquet(SHARED / "mo_tiger_prisec_simplified_noded.parquet").to_crs(5070)
    interstates = shapely.union_all(tiger[tiger["cls"] == "I"].geometry.values)
    edges = shapely.linestrings(network.shape_xy, indices=network.shape_edge)
    length_m = shapely.length(edges)
    share = (np.arange(9) + 0.5) / 9
    samples = shapely.line_interpolate_point(edges[:, None], share[None, :], normalized=True)
    reach_m = np.maximum(800.0, 0.08 * length_m)[:, None]
    interstate = (shapely.distance(samples, interstates) < reach_m).mean(axis=1) > 0.6
    freeway = network.edge_class == network.classes.index("freeway")
    metres = network.edge_length_m
    assert metres[interstate & freeway].sum() / metres[interstate].sum() > 0.83
    assert metres[interstate & freeway].sum() / metres[freeway].sum() > 0.70


class Graph:
    def __init__(self, nodes, graph):
        self.nodes = [[lat, lon] for lon, lat in nodes]
        self.graph = graph


def test_edges_that_reach_into_the_margin_are_kept_once_with_the_packages_length(monkeypatch):
    highways = Graph(
        nodes=[(-92.0, 38.0), (-91.9, 38.0), (-91.0, 38.0), (-90.9, 38.0), (-60.0, 10.0)],
        graph=[{1: 9.5, 0: 0.1}, {0: 9.5, 2: 90.0}, {1: 90.0, 3: 9.0}, {2: 9.0}, {}],
    )
    freeways = Graph(nodes=[(-92.2, 38.01), (-91.7, 38.01)], graph=[{1: 44.0}, {0: 44.0}])
    monkeypatch.setattr(roads, "_graphs", lambda: (highways, freeways))
    state = shapely.box(-92.1, 37.9, -91.8, 38.1)
    lines = roads.main_road_lines(state)
    assert lines.length_m.tolist() == [9_500.0, 90_000.0], "the third begins 70 km outside"
    assert lines.road_class == ("freeway", "highway")
    assert lines.oneway.tolist() == [0, 0]

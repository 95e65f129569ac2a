from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely

from geo.errors import NetworkError
from geo.noding import RoadLines, build_network
from geo.projection import to_degrees, to_metres

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "roads"
ORIGIN = to_metres([(-92.0, 38.0)])[0]


def line(*points_m):
    """Return a line through points in metres east and north of a place in Missouri."""
    return shapely.LineString(to_degrees(np.array(points_m, dtype=float) + ORIGIN))


def roads(*lines, oneway=None, length_m=None, classes=None, names=None):
    return RoadLines(
        geometry=np.array(lines, dtype=object),
        road_class=classes or ("road",) * len(lines),
        name=names or ("",) * len(lines),
        oneway=np.array(oneway or [0] * len(lines), dtype=np.int8),
        length_m=None if length_m is None else np.array(length_m, dtype=float),
    )


def build(*lines, tolerance_m=15.0, node_crossings=True, speed=72.0, **columns):
    return build_network(
        roads(*lines, **columns),
        {"road": speed, "path": 5.0},
        name="Test",
        attribution="us",
        main_roads_only=False,
        tolerance_m=tolerance_m,
        node_crossings=node_crossings,
    )


def test_lines_that_cross_meet_in_a_junction():
    network, report = build(line((0, 0), (1000, 0)), line((500, -500), (500, 500)))
    assert (report.nodes, report.edges, report.crossings_noded) == (5, 4, 1)
    ends = np.concatenate([network.edge_tail, network.edge_head])
    assert sorted(np.bincount(ends).tolist()) == [1, 1, 1, 1, 4]
    crossing = to_degrees(ORIGIN + np.array([500.0, 0.0]))[0]
    assert np.hypot(network.lon - crossing[0], network.lat - crossing[1]).min() < 1e-6


def test_noded_input_keeps_its_bridges():
    _, report = build(
        line((0, 0), (1000, 0)),
        line((500, -500), (500, 500)),
        line((0, 0), (500, -500)),
        node_crossings=False,
    )
    assert (report.nodes, report.edges, report.crossings_noded) == (4, 3, 0)


@pytest.mark.parametrize(("gap_m", "edges"), [(0, 3), (10, 3), (20, 1)])
def test_an_end_that_stops_short_is_joined_within_the_tolerance(gap_m, edges):
    _, report = build(line((0, 0), (1000, 0)), line((500, gap_m), (500, 900)))
    assert report.edges == edges
    assert report.ends_snapped == (gap_m == 10)
    assert report.dropped_edges == (gap_m == 20)


def test_two_ends_that_almost_meet_are_joined():
    _, report = build(line((0, 0), (1000, 0)), line((1008, 6), (2000, 0)))
    assert (report.nodes, report.edges, report.ends_snapped, report.components) == (3, 2, 2, 1)


def test_roads_that_run_side_by_side_stay_two_roads():
    _, report = build(line((0, 0), (1000, 0)), line((0, 12), (1000, 12)), line((0, -500), (0, 500)))
    # Both meet the cross road; their free ends at 1,000 m lie 12 m apart and are joined; nothing in between is.
    assert (report.nodes, report.edges) == (5, 5)


def test_a_bridge_that_passes_close_to_a_junction_of_connected_roads_stays_a_bridge():
    bend = line((0, 0), (500, 0))
    onward = line((500, 0), (1000, -500))
    near = line((0, 10), (495, 10), (1000, 510))
    join = line((0, 0), (0, 10))
    _, report = build(bend, onward, near, join)
    assert report.edges == 3 + (report.nodes - 4)
    assert report.crossings_noded == 0


def test_a_line_that_crosses_itself_meets_itself():
    network, report = build(line((0, 0), (1000, 0), (1000, 500), (500, 500), (500, -500)))
    graph = nx.MultiGraph(zip(network.edge_tail.tolist(), network.edge_head.tolist(), strict=True))
    assert max(dict(graph.degree).values()) == 4
    assert report.km == pytest.approx(1.0 + 0.5 + 0.5 + 1.0, rel=0.02)


def test_a_ring_of_one_line_is_kept():
    _, report = build(line((0, 0), (500, 0), (500, 500), (0, 0)), line((0, 0), (-800, 0)))
    assert report.edges == 2
    assert report.components == 1


@pytest.mark.parametrize("batch", [1, 3, 20])
def test_lines_looked_at_a_few_at_a_time_make_the_same_network(monkeypatch, batch):
    rng = np.random.default_rng(29)
    # Walks on a coarse grid meet in the same points, run together for a while, and end short of each other.
    walks = np.cumsum(rng.integers(-2, 3, (60, 5, 2)) * 100, axis=1) + rng.integers(0, 8, (60, 1, 2)) * 100
    walks[:, -1] += rng.integers(-1, 2, (60, 2)) * 7
    # Two lines run together from a place beside which two others end: of all its points the first single one counts.
    beside = [
        line(tuple(walks[0][0]), (-900, -50), (-800, 0), (-700, 0)),
        line((-900, -80), (-800, 0), (-700, 0)),
        line((-800, 0.2), (-850, 100)),
        line((-800, 0.2), (-750, 100)),
    ]
    drawn = roads(*beside, *(line(*walk) for walk in walks if (walk != walk[0]).any()))
    asked = {"speeds_kmh": {"road": 72.0}, "name": "Test", "attribution": "us", "main_roads_only": False}
    whole, found = build_network(drawn, **asked)
    monkeypatch.setattr("geo.cuts.BATCH", batch)
    told = []
    network, report = build_network(drawn, **asked, progress=told.append)
    assert network.content_hash == whole.content_hash
    assert report == found
    assert min(report.crossings_noded, report.ends_snapped) > 0
    assert len([word for word in told if word.startswith("finding where lines meet: ")]) > len(walks) // batch


def test_only_the_largest_piece_is_kept_and_the_rest_is_counted():
    _, report = build(line((0, 0), (1000, 0)), line((1000, 0), (2000, 0)), line((0, 5000), (3000, 5000)))
    assert (report.components, report.dropped_edges, report.edges) == (2, 1, 2)
    assert report.dropped_km == pytest.approx(3.0, rel=0.02)


def test_of_pieces_as_large_as_each_other_the_first_given_is_kept():
    west, east = line((0, 0), (1000, 0)), line((5000, 0), (6000, 0))
    for first, second in ((west, east), (east, west)):
        network, _ = build(first, second)
        assert sorted(network.lon) == pytest.approx(sorted(shapely.get_coordinates(first)[:, 0]), abs=1e-7)


def test_a_one_way_road_that_leads_nowhere_is_no_part_of_the_network():
    around = [line((0, 0), (1000, 0)), line((1000, 0), (1000, 1000)), line((1000, 1000), (0, 0))]
    spur = line((0, 0), (-1000, 0))
    network, report = build(*around, spur, oneway=[1, 1, 1, 1], node_crossings=False)
    assert (report.edges, report.dropped_edges) == (3, 1)
    assert np.diff(network.indptr).tolist() == [1, 1, 1]
    with pytest.raises(NetworkError, match="make no road network"):
        build(*around, spur, oneway=[1, 1, -1, 1], node_crossings=False)


def test_a_road_one_way_against_its_line_is_driven_so():
    network, _ = build(
        line((0, 0), (1000, 0)), line((0, 0), (500, 900), (1000, 0)), oneway=[1, -1], node_crossings=False
    )
    against = int(np.argmax(network.edge_length_m))
    assert network.forward_arc[against] == -1
    assert network.backward_arc[against] >= 0


def test_times_are_length_by_class_speed_rounded_to_milliseconds():
    network, _ = build(line((0, 0), (1000, 0)), line((1000, 0), (1000, 20)), classes=("road", "path"))
    kmh = np.array(network.speeds_kmh)[network.edge_class]
    assert sorted(kmh.tolist()) == [5.0, 72.0]
    np.testing.assert_array_equal(network.edge_ms, np.floor(network.edge_length_m * 3600 / kmh + 0.5))
    assert network.edge_length_m.max() == pytest.approx(1000, rel=0.015)
    assert network.edge_ms.max() == pytest.approx(50_000, rel=0.015)


def test_a_given_length_holds_and_is_shared_by_the_pieces():
    network, _ = build(line((0, 0), (1000, 0)), line((250, -500), (250, 500)), length_m=[2000.0, 1000.0])
    assert network.edge_length_m.sum() == pytest.approx(3000.0)
    assert sorted(np.round(network.edge_length_m).tolist()) == [500.0, 500.0, 500.0, 1500.0]


def test_even_the_shortest_edge_takes_a_millisecond():
    network, _ = build(
        line((0, 0), (1000, 0)), line((1000, 0), (1000.02, 0)), node_crossings=False, speed=900.0
    )
    assert network.edge_ms.min() == 1


def test_the_same_lines_give_the_same_bytes():
    rng = np.random.default_rng(5)
    lines = [line(*rng.uniform(0, 5000, (4, 2))) for _ in range(40)]
    assert build(*lines)[0].to_bytes() == build(*lines)[0].to_bytes()


def test_nodes_stand_in_spatial_order():
    rng = np.random.default_rng(1)
    grid = [line((0, at), (9_000, at)) for at in range(0, 10_000, 300)]
    grid += [line((at, 0), (at, 9_900)) for at in range(0, 9_300, 300)]
    network, _ = build(*[grid[at] for at in rng.permutation(len(grid))])
    assert len(network.lon) == 34 * 31
    step_m = np.hypot(*np.diff(to_metres(np.column_stack([network.lon, network.lat])), axis=0).T)
    # Along a Morton curve half of the steps go to the neighbour, in any other order hardly one does.
    assert np.median(step_m) < 500


def test_crossings_found_equal_those_of_shapely():
    rng = np.random.default_rng(11)
    lines = [line(*rng.uniform(0, 20_000, (2, 2))) for _ in range(60)]
    network, _ = build(*lines, tolerance_m=0.001)
    noded = shapely.union_all(np.array(lines, dtype=object))
    assert abs(len(network.edge_tail) - len(noded.geoms)) <= 60
    everywhere = nx.MultiGraph()
    for part in noded.geoms:
        ends = np.round(np.array(part.coords)[[0, -1]], 6)
        everywhere.add_edge(tuple(ends[0]), tuple(ends[1]))
    largest = max(nx.connected_components(everywhere), key=len)
    assert len(network.edge_tail) == everywhere.subgraph(largest).number_of_edges()
    assert len(network.lon) == len(largest)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ({"classes": ("road", "rail")}, "1 road class has no speed"),
        ({"classes": ("road",)}, "differ in length"),
        ({"length_m": [1000.0, np.nan]}, "has no length"),
    ],
)
def test_lines_that_cannot_be_used_are_refused(columns, sentence):
    with pytest.raises(NetworkError, match=sentence):
        build(line((0, 0), (1000, 0)), line((500, -500), (500, 500)), **columns)


@pytest.mark.parametrize(
    ("geometry", "sentence"),
    [
        (shapely.Point(-92, 38), "1 of 1 roads are not lines"),
        (shapely.LineString(), "1 of 1 roads are not lines"),
        (None, "1 of 1 roads are not lines"),
        (shapely.LineString([(-92, 38), (500_000, 4_000_000)]), "leaves the earth"),
        (shapely.LineString([(-92, 38), (-92, 38)]), "make no road network"),
    ],
)
@pytest.mark.parametrize("node_crossings", [True, False])
def test_geometry_that_is_no_road_is_refused(geometry, sentence, node_crossings):
    with pytest.raises(NetworkError, match=sentence):
        build(geometry, node_crossings=node_crossings)


def test_no_lines_no_speed_and_a_time_too_long_are_refused():
    with pytest.raises(NetworkError, match="no road lines"):
        build()
    with pytest.raises(NetworkError, match="cannot be driven"):
        build(line((0, 0), (1000, 0)), speed=0.0)
    with pytest.raises(NetworkError, match="takes longer than this system can hold"):
        build(line((0, 0), (1000, 0)), speed=1e-6)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "column", "node_crossings", "least_km", "most_dropped_km"),
    [
        ("mo_tiger_prisec_simplified_raw", "cls", True, 57_000, 2_200),
        ("mo_tiger_prisec_simplified_noded", "cls", False, 54_000, 450),
        ("tiger2025_29019_boone_roads_noded", "MTFCC", False, 4_740, 5),
        ("tiger2025_29019_boone_roads_noded", "MTFCC", True, 4_740, 5),
    ],
)
def test_the_shared_layers_make_networks(name, column, node_crossings, least_km, most_dropped_km):
    from etl.sources.lines import read_lines  # noqa: PLC0415 - only where the layers are at hand

    lines = read_lines(SHARED / f"{name}.parquet", column)
    network, report = build_network(
        lines,
        dict.fromkeys(lines.road_class, 80.0),
        name=name,
        attribution="U.S. Census Bureau",
        main_roads_only=True,
        node_crossings=node_crossings,
    )
    assert report.km > least_km
    assert report.dropped_km < most_dropped_km
    graph = nx.Graph(zip(network.edge_tail.tolist(), network.edge_head.tolist(), strict=True))
    assert nx.is_connected(graph)
    assert len(graph) == report.nodes

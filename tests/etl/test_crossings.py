"""River crossings laid on roads that know no bridges."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely

from etl.crossings import bridged
from etl.errors import EtlError
from etl.sources.lines import in_kmh, read_lines, read_speeds
from geo.bridges import with_bridges
from geo.closures import Closure, close
from geo.intervals import Stretches
from geo.network import Bridge, RoadNetwork
from geo.noding import RoadLines, build_network

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def shipped():
    return RoadNetwork.load(DATA / "roads" / "network.npz")


@pytest.fixture(scope="module")
def crossed(tmp_path_factory):
    """Return a folder with one river from west to east at 38.5° N, and two crossings by it."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "roads").mkdir()
    (folder / "rivers").mkdir()
    points = {"x1": (-92.012, 38.505), "x2": (-91.5, 38.5), "x3": (-91.2, 38.46)}
    write(folder / "roads" / "crossings.geojson", [
        {"type": "Feature", "id": key, "properties": {"name": f"crossing {key}"},
         "geometry": {"type": "Point", "coordinates": list(point)}}
        for key, point in points.items()
    ])  # fmt: skip
    river = {
        "type": "LineString",
        "coordinates": [[lon, 38.5] for lon in np.linspace(-93, -91, 201).tolist()],
    }
    write(folder / "rivers" / "rivers_light.geojson", [
        {"type": "Feature", "properties": {}, "geometry": river},
    ])  # fmt: skip
    return folder


def write(path, features):
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")


def roads(*lines):
    """Return a network of named lines, each with a way back at its ends by a long loop in the north."""
    names, shapes = zip(*lines, strict=True)
    network, _ = build_network(
        RoadLines(
            np.array([shapely.LineString(points) for points in shapes], dtype=object),
            ("road",) * len(lines),
            tuple(names),
            np.zeros(len(lines), dtype=np.int8),
        ),
        {"road": 60.0},
        name="Lines",
        attribution="us",
        main_roads_only=False,
        node_crossings=False,
    )
    return network


NORTH, SOUTH = (-92.0, 38.6), (-92.0, 38.4)
BRIDGE = [
    ("US 54", [NORTH, (-92.0, 38.55), SOUTH]),
    ("US 54 S", [NORTH, (-92.0008, 38.55), (-92.0008, 38.45), SOUTH]),
]
BANK = (
    "River Road",
    [NORTH, (-92.012, 38.5045), (-92.010, 38.4995), (-92.008, 38.5045), (-92.1, 38.6), NORTH],
)


def test_a_crossing_is_laid_where_roads_cross_the_river_and_not_on_the_road_along_the_bank(crossed):
    network, figures = bridged(roads(*BRIDGE, BANK), crossed)
    assert figures == {"crossings": 3, "crossings_found": 1}
    assert network.bridges == (Bridge("x1", "crossing x1", network.bridges[0].ref),)
    names = [network.names[network.edge_name[edge]] for edge in network.span_edge.tolist()]
    assert sorted(names) == ["US 54", "US 54 S"]
    for edge, from_m, to_m in zip(network.span_edge, network.span_from_m, network.span_to_m, strict=True):
        assert to_m - from_m == pytest.approx(600.0)
        metres = network.shape_m[network.shape_start[edge] : network.shape_start[edge + 1]]
        lat = np.interp(
            (from_m + to_m) / 2, metres, network.shape[network.shape_start[edge] :][: len(metres), 1]
        )
        assert lat == pytest.approx(38.5, abs=1e-4)


def test_without_a_road_over_the_river_a_crossing_is_the_road_within_300_metres_of_its_point(crossed):
    along = [("North Road", [(-91.6, 38.502), (-91.4, 38.502)]), ("Back", [(-91.6, 38.502), (-91.5, 38.6), (-91.4, 38.502)])]  # fmt: skip
    network, figures = bridged(roads(*along), crossed)
    assert figures["crossings_found"] == 1
    assert [bridge.id for bridge in network.bridges] == ["x2"]
    assert network.bridges[0].ref == "North Road"
    point = close(network, [Closure("p", "blocked", shapely.Point(-91.5, 38.5))], NOW)
    named = close(network, [Closure("p", "blocked", shapely.MultiLineString(), bridge="x2")], NOW)
    assert named.touched["p"] == pytest.approx(point.touched["p"])


def test_roads_no_crossing_lies_on_and_roads_with_bridges_of_their_own_stay_as_they_are(crossed):
    far = roads(("a", [(-90.0, 37.0), (-90.1, 37.0)]), ("b", [(-90.0, 37.0), (-90.05, 37.1), (-90.1, 37.0)]))
    assert bridged(far, crossed) == (far, {})
    lines = roads(*BRIDGE)
    span = Stretches(np.array([0]), np.array([10.0]), np.array([20.0]))
    own = with_bridges(lines, [Bridge("w1", "Own", "")], span, np.array([0]))
    assert bridged(own, crossed) == (own, {})


def test_on_the_shipped_roads_a_bridge_is_what_a_closure_at_the_crossing_closes(shipped):
    network, figures = bridged(shipped, DATA, shipped=True)
    assert figures == {"crossings": 104, "crossings_found": 104}
    assert network.content_hash != shipped.content_hash
    features = json.loads((DATA / "roads" / "crossings.geojson").read_text(encoding="utf-8"))["features"]
    for feature in features[::8]:
        key = feature["id"]
        here = Closure("c", "blocked", shapely.Point(feature["geometry"]["coordinates"]), crossing=key)
        named = replace(here, geometry=shapely.MultiLineString(), bridge=key)
        by_name = replace(named, bridge=feature["properties"]["name"])
        closed = [close(network, [closure], NOW) for closure in (here, named, by_name)]
        assert (closed[0].arc_ms < 0).any()
        assert len({one.arc_ms.tobytes() for one in closed}) == 1
        assert feature["properties"]["edge"] in closed[0].obstacles.blocked.edge.tolist()


@pytest.mark.shared
def test_on_tiger_the_crossings_lie_on_the_roads_that_cross_the_rivers():
    path = ROOT.parent / "shared" / "data" / "roads" / "mo_tiger_prisec_simplified_noded.parquet"
    bare, _ = build_network(
        read_lines(path, "cls", "name"),
        in_kmh(read_speeds(DATA / "reference" / "speeds.csv")),
        name="TIGER",
        attribution="U.S. Census Bureau",
        main_roads_only=True,
        node_crossings=False,
    )
    network, figures = bridged(bare, DATA)
    assert figures == {"crossings": 104, "crossings_found": 85}
    ref = {bridge.name: bridge.ref for bridge in network.bridges}
    for place, road in {
        "Louisiana, Pike county": "US Hwy 54",
        "Washington, Franklin county": "State Hwy 47",
        "Saint Joseph, Buchanan county": "US Hwy 36",
        "Osceola, St. Clair county": "State Hwy 13",
    }.items():
        assert ref[f"crossing at {place}"] == road
    assert ref["crossing 11 mi W of Columbia, Boone county"] == "I- 70"


@pytest.mark.parametrize("content", ["{", "[]", '{"features": 7}', None])
def test_crossings_that_cannot_be_read_are_refused(tmp_path, shipped, content):
    if content is not None:
        (tmp_path / "roads").mkdir()
        (tmp_path / "roads" / "crossings.geojson").write_text(content, encoding="utf-8")
    with pytest.raises(EtlError, match="river crossings cannot be read"):
        bridged(shipped, tmp_path)

"""Every arrival against two other programs, to the millisecond, on random areas and closures.

The oracle shares with `geo.routing` only the network's arrays, the closures' and areas' polygons, and the rules of
docs/travel-time.md. It cuts roads by shapely's own overlay, prices every stretch in plain Python, and builds a
graph in which every provider is a node. SciPy's forward distances must equal all arrivals, and a plain networkx
Dijkstra per provider those of twenty.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from etl.sources.lines import in_kmh, read_lines, read_speeds
from geo.areas import IncidentArea, area_from_circle
from geo.closures import LINE_REACH_M, Closure, close
from geo.network import RoadNetwork
from geo.noding import build_network
from geo.projection import geometry_in_degrees, geometry_in_metres
from geo.routing import search
from geo.snapping import snap

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2011, 5, 22, 23, tzinfo=UTC)
CASES, BATCH, PROVIDERS, SAMPLED = 200, 10, 200, 20
LIMIT_M = 30_000.0
BESIDE_M = 1_000.0
BATCHES = [
    pytest.param(first, id=f"{first}-{first + BATCH - 1}", marks=[pytest.mark.proof] if first else [])
    for first in range(0, CASES, BATCH)
]


class Oracle:
    """The roads of one case, priced stretch by stretch in plain Python."""

    def __init__(self, network, area, closures):
        self.network = network
        every = np.arange(len(network.edge_tail))
        self.lines, self.lines_xy = network.lines(every), network.lines_xy(every)
        self.length = network.edge_length_m.tolist()
        self.ms = network.edge_ms.tolist()
        self.obstacles = defaultdict(list)
        for closure in closures:
            factor = math.inf if closure.effect == "blocked" else closure.factor
            for edge, from_m, to_m in self.cut(ground(closure)):
                self.obstacles[edge].append((from_m, to_m, factor))
        self.targets = defaultdict(list)
        for edge, from_m, to_m in self.cut(area):
            for piece in self.open_parts(edge, from_m, to_m):
                self.targets[edge].append((*piece, 0))
        self.road_inside = bool(self.targets)
        self.away_m = [0.0]
        if not self.road_inside:
            places = list(self.places_near(area))
            band_m = min((away_m for away_m, *_ in places), default=0.0) + BESIDE_M
            usable = [place for place in places if place[3]]
            beside = [place for place in usable if place[0] <= band_m]
            self.beside = bool(beside)
            for away_m, edge, mark, _ in beside or usable:
                self.targets[edge].append((mark, mark, math.floor(away_m * 117 + 0.5)))
            self.away_m = sorted(place[0] for place in beside or usable)

    def cut(self, polygon):
        """Yield edge, from and to for each piece of road inside a polygon, by overlay of straight segments."""
        network = self.network
        shapely.prepare(polygon)
        for edge in np.flatnonzero(shapely.intersects(self.lines, polygon)).tolist():
            first, last = network.shape_start[edge], network.shape_start[edge + 1]
            points, metres = network.shape[first:last], network.shape_m[first:last]
            pieces = []
            for (x, y), (to_x, to_y), begin, end in zip(
                points[:-1], points[1:], metres[:-1], metres[1:], strict=True
            ):
                segment = shapely.LineString([(x, y), (to_x, to_y)])
                for part in shapely.get_parts(segment.intersection(polygon)):
                    if part.geom_type != "LineString" or part.is_empty:
                        continue
                    shares = sorted(
                        math.hypot(px - x, py - y) / math.hypot(to_x - x, to_y - y) for px, py in part.coords
                    )
                    pieces.append((begin + shares[0] * (end - begin), begin + shares[-1] * (end - begin)))
            yield from ((edge, *piece) for piece in joined(pieces, self.length[edge]))

    def open_parts(self, edge, from_m, to_m):
        """Return the parts of a stretch that nothing blocks."""
        parts = [(from_m, to_m)]
        for low, high, factor in self.obstacles[edge]:
            if factor == math.inf:
                parts = [
                    piece
                    for begin, end in parts
                    for piece in ((begin, min(end, low)), (max(begin, high), end))
                    if piece[1] - piece[0] > 0.002
                ]
        return parts

    def cost(self, edge, one_m, other_m):
        """Whole milliseconds between two places on an edge, None where something blocks."""
        ms = self.exact(edge, one_m, other_m)
        return None if ms is None else math.floor(ms + 0.500001)

    def exact(self, edge, one_m, other_m):
        """Milliseconds between two places on an edge before rounding, None where something blocks."""
        low, high = min(one_m, other_m), max(one_m, other_m)
        marks = sorted(
            {low, high, *(m for f, t, _ in self.obstacles[edge] for m in (f, t) if low < m < high)}
        )
        weighted = 0.0
        for begin, end in itertools.pairwise(marks):
            middle = (begin + end) / 2
            factor = max([1.0, *(f for a, b, f in self.obstacles[edge] if a < middle < b)])
            if factor == math.inf:
                if end - begin > 0.001:
                    return None
                factor = 1.0
            weighted += (end - begin) * factor
        return weighted / self.length[edge] * self.ms[edge]

    def places_near(self, area):
        """Yield the places near the area: metres from it, edge, metres along it, and whether it is open."""
        network = self.network
        ground_m = geometry_in_metres(area)
        for edge in np.flatnonzero(shapely.distance(self.lines_xy, ground_m) <= LIMIT_M).tolist():
            metres = network.shape_m[network.shape_start[edge] : network.shape_start[edge + 1]].tolist()
            line = self.lines_xy[edge]
            every = [float(at) for at in range(0, math.ceil(self.length[edge]), 500)]
            marks = [*every, self.length[edge], foot_m(line, metres, ground_m)]
            for mark in marks:
                shut = any(
                    low <= mark <= high and factor == math.inf for low, high, factor in self.obstacles[edge]
                )
                away_m = shapely.Point(between(line.coords, metres, mark)).distance(ground_m)
                if away_m <= LIMIT_M:
                    yield away_m, edge, mark, not shut

    def arcs(self, snaps):
        """Yield every arc of a graph of nodes, providers (N + p) and the target (N + P), with its milliseconds."""
        network, count = self.network, len(self.network.lon)
        goal = count + len(snaps.edge)
        ways = defaultdict(list)
        for tail, head, edge, forward in zip(
            network.arc_tail.tolist(),
            network.head.tolist(),
            network.arc_edge.tolist(),
            network.arc_forward.tolist(),
            strict=True,
        ):
            ways[edge].append((head, forward))
            yield tail, head, self.whole(edge)
            yield from self._straight_in(edge, 0.0 if forward else self.length[edge], forward, tail, goal)
        for edge, pieces in self.targets.items():
            for low, high, access in pieces:
                if low == 0.0:
                    yield int(network.edge_tail[edge]), goal, access
                if high == self.length[edge]:
                    yield int(network.edge_head[edge]), goal, access
        for provider, (edge, at_m) in enumerate(
            zip(snaps.edge.tolist(), snaps.offset_m.tolist(), strict=True)
        ):
            for head, forward in ways.get(edge, ()):
                leg = self.cost(edge, at_m, self.length[edge] if forward else 0.0)
                yield count + provider, head, leg
                yield from self._straight_in(edge, at_m, forward, count + provider, goal)

    def whole(self, edge):
        return self.cost(edge, 0.0, self.length[edge]) if edge in self.obstacles else self.ms[edge]

    def _straight_in(self, edge, at_m, forward, node, goal):
        for low, high, access in self.targets.get(edge, ()):
            if (forward and high < at_m) or (not forward and low > at_m):
                continue
            leg = self.cost(edge, at_m, max(low, at_m) if forward else min(high, at_m))
            if leg is not None:
                yield node, goal, leg + access


def foot_m(line, metres, ground_m):
    """Return the metres along a road of its place nearest to an area."""
    _, on_road = shapely.shortest_line(ground_m, line).coords
    done = line.project(shapely.Point(on_road))
    corners = list(line.coords)
    for begin, end, low, high in zip(corners[:-1], corners[1:], metres[:-1], metres[1:], strict=True):
        step = math.dist(begin, end)
        if done <= step or high == metres[-1]:
            return low + min(done / step, 1.0) * (high - low)
        done -= step
    raise AssertionError


def between(corners, metres, mark):
    """Return the point of a road so many metres along it."""
    for (x, y), (to_x, to_y), low, high in zip(
        corners[:-1], corners[1:], metres[:-1], metres[1:], strict=True
    ):
        if mark <= high:
            share = (mark - low) / (high - low)
            return x + share * (to_x - x), y + share * (to_y - y)
    raise AssertionError


def ground(closure):
    """Return the polygon of a closure, lines and points with their reach."""
    if closure.geometry.area:
        return closure.geometry
    return geometry_in_degrees(geometry_in_metres(closure.geometry).buffer(LINE_REACH_M, quad_segs=16))


def joined(pieces, length):
    """Pieces that touch become one; ends within a millimetre of the edge's ends are those."""
    done = []
    for low, high in sorted(pieces):
        if done and low - done[-1][1] <= 0.001:
            done[-1][1] = max(done[-1][1], high)
        else:
            done.append([low, high])
    ends = [(0.0 if low <= 0.001 else low, length if high >= length - 0.001 else high) for low, high in done]
    return [(low, high) for low, high in ends if high - low > min(0.002, length / 2)]


def scipy_ms(arcs, providers, nodes):
    """Milliseconds from each provider to the target by SciPy, -1 where there is no way."""
    tail, head, ms = (np.array(part) for part in zip(*arcs, strict=True))
    goal = nodes + providers
    # One arc a pair, the quickest; 1 ms on each arc out of a provider and into the target keeps zeros out.
    ms = ms + (tail >= nodes) + (head == goal)
    order = np.lexsort((ms, tail, head))
    tail, head, ms = tail[order], head[order], ms[order]
    keep = np.concatenate([[True], (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])])
    reverse = csr_array((ms[keep].astype(float), (head[keep], tail[keep])), shape=(goal + 1, goal + 1))
    found = dijkstra(reverse, indices=goal)[nodes:goal]
    return np.where(np.isfinite(found), found - 2, -1).astype(np.int64)


def networkx_ms(graph, provider, goal):
    try:
        return nx.dijkstra_path_length(graph, provider, goal, weight="ms")
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return -1


def random_shape(rng, lon, lat, radius_km):
    """Return a star about a point, now and then with a hole or a second part."""
    corners = int(rng.integers(3, 40))
    angle = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    radius = radius_km / 111.0 * rng.uniform(0.4, 1.0, corners)
    ring = np.column_stack([lon + radius * np.cos(angle) / 0.78, lat + radius * np.sin(angle)])
    shape = shapely.Polygon(ring)
    if not shape.is_valid or rng.random() < 0.2:
        shape = shapely.Point(lon, lat).buffer(radius_km / 111.0)
    if rng.random() < 0.2:
        shape = shape.difference(shapely.Point(lon, lat).buffer(radius_km / 111.0 * 0.3))
    if rng.random() < 0.2:
        shape = shape.union(shapely.Point(lon + radius_km / 30.0, lat).buffer(radius_km / 150.0))
    return shape


def random_closure(rng, key, lon, lat, reach_km):
    lon, lat = lon + rng.normal(0, reach_km / 87.0), lat + rng.normal(0, reach_km / 111.0)
    kind = rng.random()
    if kind < 0.5:
        shape = random_shape(rng, lon, lat, float(rng.uniform(0.5, 25.0)))
    elif kind < 0.8:
        shape = shapely.LineString(np.array([lon, lat]) + rng.normal(0, 0.1, (int(rng.integers(2, 5)), 2)))
    else:
        shape = shapely.Point(lon, lat)
    if rng.random() < 0.6:
        return Closure(key, "blocked", shape)
    return Closure(key, "slowed", shape, factor=float(rng.choice([1.5, 2.0, 3.7, 10.0])))


def random_case(network, number):
    """Return an area, closures about it, and providers: some anywhere, some near the area and the closures."""
    rng = np.random.default_rng([2011, 522, number])
    at = int(rng.integers(len(network.lon)))
    lon, lat = float(network.lon[at]) + rng.normal(0, 0.1), float(network.lat[at]) + rng.normal(0, 0.1)
    lon, lat = float(np.clip(lon, -95.5, -89.3)), float(np.clip(lat, 36.2, 40.4))
    # Every fourth area is small: most of those hold no road.
    radius_km = float(np.exp(rng.uniform(np.log(0.3), np.log(60.0 if number % 4 else 1.5))))
    if rng.random() < 0.3:
        area = area_from_circle(lon, lat, radius_km)
    else:
        shape = random_shape(rng, lon, lat, radius_km)
        area = IncidentArea(shapely.MultiPolygon(shapely.get_parts(shape).tolist()), "drawn")
    closures = [
        random_closure(rng, str(key), lon, lat, 2.0 * radius_km + 10.0)
        for key in range(int(rng.integers(0, 9)))
    ]
    far = PROVIDERS // 2
    lons = np.concatenate([rng.uniform(-95.8, -89.1, far), lon + rng.normal(0, 0.5, PROVIDERS - far)])
    lats = np.concatenate([rng.uniform(36.0, 40.6, far), lat + rng.normal(0, 0.5, PROVIDERS - far)])
    return area, closures, snap(network, lons, lats), rng


def check(network, number):
    """Compare one case; return what it covered."""
    area, closures, snaps, rng = random_case(network, number)
    found = search(network, area, close(network, closures, NOW))
    arrivals = found.arrivals(snaps)
    oracle = Oracle(network, area.geometry, closures)
    assert found.road_inside == oracle.road_inside, number
    if not oracle.road_inside and oracle.targets:
        assert found.area_access_m == pytest.approx(oracle.away_m[0], abs=1e-6), number
    arcs = [arc for arc in oracle.arcs(snaps) if arc[2] is not None]
    if not oracle.targets:
        assert (arrivals.road_ms == -1).all(), number
        return {"too far": 1}
    nodes = len(network.lon)
    total = total_ms(arrivals, snaps)
    np.testing.assert_array_equal(total, scipy_ms(arcs, PROVIDERS, nodes), err_msg=f"case {number}")
    graph = nx.DiGraph()
    for tail, head, ms in arcs:
        if not graph.has_edge(tail, head) or ms < graph[tail][head]["ms"]:
            graph.add_edge(tail, head, ms=ms)
    for provider in rng.choice(PROVIDERS, SAMPLED, replace=False).tolist():
        expected = networkx_ms(graph, nodes + provider, nodes + PROVIDERS)
        assert total[provider] == expected, (number, provider)
    fewer = search(network, area, close(network, closures[: len(closures) // 2], NOW))
    opened = search(network, area)
    stages = [opened, fewer, found]
    totals = [total_ms(stage.arrivals(snaps), snaps) for stage in stages]
    for before, after, early, late in zip(stages[:-1], stages[1:], totals[:-1], totals[1:], strict=True):
        # Only closures that shut the last open road in the area, or beside one without, may make someone faster:
        # they move the target.
        if kept(before) == kept(after):
            assert ((late < 0) | ((early >= 0) & (late >= early))).all(), number
    return {
        "never a road": not opened.road_inside,
        "last beside shut": not opened.road_inside and not found.target.beside,
        "last road shut": opened.road_inside and not found.road_inside,
        "closed": bool(closures),
        "cut off": bool(((total < 0) & (totals[0] >= 0)).any()),
        "later": bool((total > totals[0]).any()),
        "never a road, later": not opened.road_inside and bool((total > totals[0]).any()),
    }


def kept(stage):
    """Return what arriving means at a stage of closures: in the area, beside it, or anywhere near."""
    return stage.road_inside, stage.target.beside


def total_ms(arrivals, snaps):
    """Return the milliseconds from each place on the road to the area, -1 where there is no way."""
    site_ms = np.floor(snaps.access_m * 117 + 0.5)
    return np.where(arrivals.road_ms >= 0, arrivals.road_ms + arrivals.access_ms - site_ms, -1).astype(
        np.int64
    )


def covered(network, first):
    seen = defaultdict(int)
    for number in range(first, first + BATCH):
        for what, how_often in check(network, number).items():
            seen[what] += how_often
    return seen


@pytest.mark.parametrize("first", BATCHES)
def test_every_arrival_on_the_shipped_network_equals_scipy_and_networkx(first):
    network = RoadNetwork.load(ROOT / "data" / "roads" / "network.npz")
    seen = covered(network, first)
    assert seen["never a road"]
    assert seen["closed"] > BATCH / 2
    assert seen["later"]


@pytest.fixture(scope="module")
def tiger():
    path = ROOT.parent / "shared" / "data" / "roads" / "mo_tiger_prisec_simplified_noded.parquet"
    speeds = in_kmh(read_speeds(ROOT / "data" / "reference" / "speeds.csv"))
    network, _ = build_network(
        read_lines(path, "cls", "name"),
        speeds,
        name="TIGER",
        attribution="U.S. Census Bureau",
        main_roads_only=True,
        node_crossings=False,
    )
    return network


@pytest.mark.shared
@pytest.mark.proof
@pytest.mark.parametrize("first", BATCHES)
def test_every_arrival_on_the_tiger_state_network_equals_scipy_and_networkx(first, tiger):
    seen = covered(tiger, first)
    assert seen["closed"] > BATCH / 2
    assert seen["later"]

"""Every arrival of a truck and of a relief load against two other programs, on the TIGER state network.

The oracle of `test_routing_proof` with a vehicle's weights: it prices every edge from the table of vehicles in plain
Python, knows no road that is barred, and slows bridges metre by metre. SciPy's distances must equal all arrivals, and
a plain networkx Dijkstra per provider those of ten. Closures are also limited to classes and to vehicles, and some are
bridges by name.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
import shapely

from etl.crossings import bridged
from geo.closures import Closure, close, open_roads
from geo.driving import drive
from geo.profiles import read_profiles
from geo.routing import search
from geo.snapping import snap
from tests.proof.test_routing_proof import (
    BESIDE_M,
    NOW,
    PROVIDERS,
    ROOT,
    Oracle,
    ground,
    networkx_ms,
    random_case,
    scipy_ms,
    tiger,
    total_ms,
)

__all__ = ["tiger"]

CASES, BATCH, SAMPLED = 60, 6, 10
BATCHES = [
    pytest.param(first, id=f"{first}-{first + BATCH - 1}", marks=[pytest.mark.proof] if first else [])
    for first in range(0, CASES, BATCH)
]


class VehicleOracle(Oracle):
    """The roads of one case as a vehicle finds them."""

    def __init__(self, network, area, closures, profile):
        self.network = network
        self.length = network.edge_length_m.tolist()
        every = np.arange(len(self.length))
        self.lines, self.lines_xy = network.lines(every), network.lines_xy(every)
        words = [network.classes[at] for at in network.edge_class.tolist()]
        self.barred = {edge for edge, word in enumerate(words) if profile.at_most_kmh.get(word) == 0}
        self.ms = [
            max(ms, math.floor(length * 3600 / profile.at_most_kmh[word] + 0.5))
            if profile.at_most_kmh.get(word)
            else ms
            for ms, length, word in zip(network.edge_ms.tolist(), self.length, words, strict=True)
        ]
        self.obstacles = defaultdict(list)
        for closure in closures:
            factor = math.inf if closure.effect == "blocked" else closure.factor
            for edge, from_m, to_m in self.closing(closure):
                if not closure.classes or words[edge] in closure.classes:
                    self.obstacles[edge].append((from_m, to_m, factor))
        if profile.bridge_kmh:
            for edge, from_m, to_m, _ in self.spans():
                factor = self.length[edge] * 3600 / self.ms[edge] / profile.bridge_kmh
                if factor > 1:
                    self.obstacles[edge].append((from_m, to_m, factor))
        self.aim(area)

    def aim(self, area):
        self.targets = defaultdict(list)
        for edge, from_m, to_m in self.cut(area):
            if edge not in self.barred:
                for piece in self.open_parts(edge, from_m, to_m):
                    self.targets[edge].append((*piece, 0))
        self.road_inside = bool(self.targets)
        if self.road_inside:
            return
        places = list(self.places_near(area))
        least_m = min((away_m for away_m, *_ in places), default=0.0)
        own = [place for place in places if place[1] not in self.barred]
        own_m = min((away_m for away_m, *_ in own), default=math.inf)
        band_m = (own_m if own_m > least_m + BESIDE_M else least_m) + BESIDE_M
        usable = [place for place in own if place[3]]
        for away_m, edge, mark, _ in [place for place in usable if place[0] <= band_m] or usable:
            self.targets[edge].append((mark, mark, math.floor(away_m * 117 + 0.5)))

    def spans(self):
        network = self.network
        return zip(
            network.span_edge.tolist(),
            network.span_from_m.tolist(),
            network.span_to_m.tolist(),
            network.span_bridge.tolist(),
            strict=True,
        )

    def closing(self, closure):
        if closure.bridge is None:
            return self.cut(ground(closure))
        named = {at for at, bridge in enumerate(self.network.bridges) if bridge.name == closure.bridge}
        return [span[:3] for span in self.spans() if span[3] in named]

    def arcs(self, snaps):
        barred_nodes = set()
        count = len(self.network.lon)
        for provider, edge in enumerate(snaps.edge.tolist()):
            if edge in self.barred:
                barred_nodes.add(count + provider)
        for tail, head, ms in super().arcs(snaps):
            if tail not in barred_nodes:
                yield tail, head, ms

    def whole(self, edge):
        return None if edge in self.barred else super().whole(edge)


@pytest.fixture(scope="module")
def crossed(tiger):
    """Return TIGER's roads with the river crossings as their bridges."""
    return bridged(tiger, ROOT / "data")[0]


def limited(network, closures, rng, code):
    """Return the closures, some limited to classes or vehicles, and a bridge; and those that hold for the vehicle."""
    made = [
        replace(
            closure,
            classes=tuple(rng.choice(["I", "US", "SR", "CON"], 2, replace=False).tolist()) if rng.random() < 0.4 else (),
            profiles=tuple(rng.choice(["car", "truck", "relief_load"], 2, replace=False).tolist())
            if rng.random() < 0.4
            else (),
        )
        for closure in closures
    ]  # fmt: skip
    for number in range(int(rng.integers(0, 4))):
        name = network.bridges[int(rng.integers(len(network.bridges)))].name
        made.append(Closure(f"bridge {number}", "blocked", shapely.MultiLineString(), bridge=name))
    return made, [closure for closure in made if not closure.profiles or code in closure.profiles]


def check(network, number):
    """Compare one case; return what it covered."""
    area, closures, snaps, rng = random_case(network, number)
    profile = read_profiles(ROOT / "data" / "reference" / "profiles.csv")[
        ("truck", "relief_load")[number % 2]
    ]
    closures, holding = limited(network, closures, rng, profile.code)
    vehicle = drive(network, profile)
    closed = close(network, closures, NOW, vehicle)
    found = search(network, area, closed)
    oracle = VehicleOracle(network, area.geometry, holding, profile)
    assert found.road_inside == oracle.road_inside, number
    total = total_ms(found.arrivals(snaps), snaps)
    if not oracle.targets:
        assert (total == -1).all(), number
        return {"too far": 1}
    nodes = len(network.lon)
    arcs = [arc for arc in oracle.arcs(snaps) if arc[2] is not None]
    np.testing.assert_array_equal(total, scipy_ms(arcs, PROVIDERS, nodes), err_msg=f"case {number}")
    graph = nx.DiGraph()
    for tail, head, ms in arcs:
        if not graph.has_edge(tail, head) or ms < graph[tail][head]["ms"]:
            graph.add_edge(tail, head, ms=ms)
    for provider in rng.choice(PROVIDERS, SAMPLED, replace=False).tolist():
        assert total[provider] == networkx_ms(graph, nodes + provider, nodes + PROVIDERS), (number, provider)
    by_car = search(network, area, close(network, holding, NOW))
    car = total_ms(by_car.arrivals(snaps), snaps)
    if found.road_inside:
        assert ((total < 0) | ((car >= 0) & (total >= car))).all(), number
    return {
        "barred": bool((total[[edge in oracle.barred for edge in snaps.edge.tolist()]] < 0).any()),
        "later than a car": bool((total > car).any()),
        "on bridges": len(vehicle.stretches) > 0,
        "limited": any(closure.classes for closure in holding),
        "by name": any(closure.bridge for closure in holding),
        "for others": len(holding) < len(closures),
    }


@pytest.mark.shared
@pytest.mark.proof
@pytest.mark.parametrize("first", BATCHES)
def test_every_arrival_of_a_truck_and_a_relief_load_equals_scipy_and_networkx(first, crossed):
    seen = defaultdict(int)
    for number in range(first, first + BATCH):
        for what, how_often in check(crossed, number).items():
            seen[what] += how_often
    assert seen["later than a car"]
    assert seen["on bridges"]
    assert seen["limited"] + seen["by name"]


@pytest.mark.shared
def test_a_relief_load_never_drives_on_an_interstate_and_its_site_is_placed_beside_one(crossed):
    relief = drive(crossed, read_profiles(ROOT / "data" / "reference" / "profiles.csv")["relief_load"])
    interstate = np.array([crossed.classes[at] == "I" for at in crossed.edge_class.tolist()])
    assert relief.barred.tolist() == interstate.tolist()
    assert relief.notes == ()
    walked, by_car = 0, 0
    for number in range(20):
        area, _, _, rng = random_case(crossed, number)
        lon, lat = rng.uniform(-95.5, -89.5, 40), rng.uniform(36.2, 40.4, 40)
        snaps = snap(crossed, lon, lat, barred=relief.barred)
        assert not interstate[snaps.edge[snaps.edge >= 0]].any()
        found = search(crossed, area, open_roads(crossed, relief))
        for route in found.routes(snaps.edge, snaps.offset_m):
            if route is not None:
                assert not interstate[list(route.edges)].any(), number
                walked += len(route.edges)
        car = search(crossed, area).routes(snaps.edge, snaps.offset_m)
        by_car += sum(int(interstate[list(route.edges)].sum()) for route in car if route is not None)
    assert walked > 10_000
    assert by_car > 1_000  # the same sites would have used interstates

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
import shapely

from geo.areas import IncidentArea, area_from_circle
from geo.closures import Closure, close, open_roads
from geo.departures import millimetres
from geo.driving import drive
from geo.noding import RoadLines, build_network
from geo.profiles import CAR, Profile
from geo.routing import search
from geo.snapping import Snaps, snap

NOW = datetime(2011, 5, 22, 23, tzinfo=UTC)


def blocked(*shapes):
    return [Closure(key=str(at), effect="blocked", geometry=shape) for at, shape in enumerate(shapes)]


def slowed(*shapes_and_factors):
    return [
        Closure(key=str(at), effect="slowed", geometry=shape, factor=factor)
        for at, (shape, factor) in enumerate(shapes_and_factors)
    ]


def arrival(hand, place, closures=(), area=None):
    """Return the one place's road milliseconds, metres and reason."""
    closed = close(hand.network, closures, NOW) if closures else None
    found = search(hand.network, area or hand.area, closed).arrivals(place)
    return int(found.road_ms[0]), float(found.road_m[0]), found.reason[0]


def test_an_edge_that_crosses_the_border_counts_by_its_fraction(hand):
    assert arrival(hand, hand.place("AB", 0)) == (12_000 * 50, 12_000.0, None)
    assert arrival(hand, hand.place("AB", 6_000)) == (6_000 * 50, 6_000.0, None)
    assert arrival(hand, hand.place("DE", 0)) == (21_000 * 50, 21_000.0, None)


def test_a_provider_on_the_edge_that_enters_drives_straight_in(hand):
    assert arrival(hand, hand.place("BC", 1_000)) == (3_000 * 50, 3_000.0, None)
    assert arrival(hand, hand.place("CE", 4_000)) == (3_000 * 50, 3_000.0, None)


def test_a_provider_on_a_road_inside_is_there(hand):
    found = search(hand.network, hand.area).arrivals(hand.place("BC", 6_000))
    assert (found.road_ms[0], found.road_m[0], found.inside[0]) == (0, 0.0, True)
    assert not search(hand.network, hand.area).arrivals(hand.place("BC", 3_999)).inside[0]


def test_a_one_way_road_is_not_driven_against(hand):
    # 1 km on to D, 12 km to E, 9 of the 10 km from E to C; the area lies 3 km behind.
    assert arrival(hand, hand.place("CD", 7_000)) == (22_000 * 50, 22_000.0, None)
    west = IncidentArea(shapely.MultiPolygon([shapely.box(-91.95, 37.99, -91.85, 38.01)]), "drawn")
    assert arrival(hand, hand.place("CD", 1_000), area=west) == (
        (7_000 + 12_000 + 10_000 + 4_000) * 50,
        33_000.0,
        None,
    )


def test_a_junction_where_a_road_in_the_area_ends_is_reached_from_every_side(hand):
    # The area's border runs along the one-way road from C to D and ends at D, where the road from E only touches it.
    area = IncidentArea(shapely.MultiPolygon([shapely.box(-91.72, 37.99, -91.7, 38.0)]), "drawn")
    assert arrival(hand, hand.place("DE", 1_000), area=area) == (1_000 * 50, 1_000.0, None)


def test_the_open_parts_on_both_sides_of_a_block_are_driven_from_their_own_ends(hand):
    block = blocked(hand.stretch("AB", 2_000, 4_000))
    assert arrival(hand, hand.place("AB", 5_000), block) == (7_000 * 50, 7_000.0, None)
    assert arrival(hand, hand.place("AB", 1_000), block) == (40_000 * 50, 40_000.0, None)
    assert arrival(hand, hand.place("AB", 3_000), block) == (
        -1,
        pytest.approx(np.nan, nan_ok=True),
        "the road at the site is closed",
    )


def test_an_entry_before_a_block_is_reached_and_one_behind_it_is_not(hand):
    assert arrival(hand, hand.place("AB", 0), blocked(hand.stretch("BC", 6_000, 7_000)))[:2] == (
        600_000,
        12_000.0,
    )
    around = (39_000 * 50, 39_000.0, None)
    assert arrival(hand, hand.place("AB", 0), blocked(hand.stretch("BC", 3_000, 3_500))) == around
    assert arrival(hand, hand.place("AB", 0), blocked(hand.stretch("BC", 4_000, 5_000))) == around


def test_a_provider_between_a_block_and_the_area_drives_in(hand):
    block = blocked(hand.stretch("BC", 1_000, 2_000))
    assert arrival(hand, hand.place("BC", 2_500), block)[:2] == (1_500 * 50, 1_500.0)


def test_a_slowed_part_takes_its_factor_as_long_and_is_no_longer(hand):
    slow = slowed((hand.stretch("BC", 2_000, 3_000), 3.0))
    assert arrival(hand, hand.place("BC", 0), slow) == (6_000 * 50, 4_000.0, None)


def test_where_closures_overlap_the_largest_factor_holds_and_blocked_beats_slowed(hand):
    slow = slowed((hand.stretch("BC", 1_000, 3_000), 3.0), (hand.stretch("BC", 2_000, 4_000, 0.001), 5.0))
    assert arrival(hand, hand.place("BC", 0), slow)[0] == (1_000 + 3_000 + 10_000) * 50
    both = [*slow, *blocked(hand.stretch("BC", 2_500, 2_600))]
    assert arrival(hand, hand.place("BC", 2_700), both)[0] == 1_300 * 5 * 50
    assert arrival(hand, hand.place("BC", 0), both)[:2] == ((8_000 + 39_000) * 50, 47_000.0)


def test_an_area_far_from_every_road_is_reached_by_nobody_and_says_so(hand):
    area = IncidentArea(shapely.MultiPolygon([shapely.box(-92, 37.4, -91.9, 37.6)]), "drawn")
    found = search(hand.network, area)
    arrivals = found.arrivals(hand.place("AB", 0))
    assert np.isnan(found.area_access_m)
    assert not found.roads_closed
    assert arrivals.road_ms.tolist() == arrivals.access_ms.tolist() == [-1]
    assert arrivals.reason == ("no road within 30 km of the area",)


def test_who_is_cut_off_is_told_so_and_has_no_number(hand):
    ring = blocked(hand.area.geometry.buffer(0.003).difference(hand.area.geometry.buffer(0.001)))
    road_ms, road_m, reason = arrival(hand, hand.place("AB", 0), ring)
    assert (road_ms, reason) == (-1, "cut off by closures")
    assert np.isnan(road_m)
    assert arrival(hand, hand.place("BC", 5_000), ring)[0] == 0


def test_a_place_without_a_road_has_no_arrival(hand):
    nowhere = Snaps(np.array([-1], dtype=np.int32), np.zeros(1), np.array([np.nan]))
    found = search(hand.network, hand.area).arrivals(nowhere)
    assert (found.road_ms[0], found.access_ms[0], found.reason[0]) == (-1, -1, "no road within 30 km")
    assert search(hand.network, hand.area).route(-1, 0.0) is None


def test_roads_under_a_blocked_closure_do_not_count_as_roads_inside(hand):
    closed = close(hand.network, blocked(hand.area.geometry.buffer(0.01)), NOW)
    found = search(hand.network, hand.area, closed)
    assert not found.road_inside
    assert found.roads_closed
    # The block begins 800 m before the area; the last place every 500 m before it is 3 km from B.
    arrivals = found.arrivals(hand.place("AB", 0))
    assert arrivals.reason == (None,)
    assert arrivals.road_m[0] == 11_000
    assert arrivals.area_access_m[0] == pytest.approx(1_000 / 8_000 * 0.1 * 87_800, rel=0.02)
    assert found.arrivals(hand.place("BC", 6_000)).inside[0]


def test_a_route_runs_from_the_site_to_the_border_of_the_area(hand):
    found = search(hand.network, hand.area)
    route = found.route(hand.edge["AB"], 2_000.0)
    np.testing.assert_allclose(route.lonlat, [(-91.975, 38), (-91.9, 38), (-91.85, 38)], atol=1e-9)
    assert route.edges == (hand.edge["AB"], hand.edge["BC"])
    assert route.edge_m == (6_000.0, 4_000.0)
    assert (route.road_ms, route.road_m) == (500_000, 10_000.0)
    inside = found.route(hand.edge["BC"], 6_000.0)
    assert len(inside.lonlat) == 2
    assert (inside.road_ms, inside.road_m) == (0, 0.0)


def test_of_two_ways_that_take_the_same_time_the_lower_arc_is_taken():
    # A square: from one corner to the opposite one there are two ways of the same length.
    corner = [(-92.0, 38.0), (-91.9, 38.0), (-91.9, 38.1), (-92.0, 38.1)]
    pairs = [(0, 1), (1, 2), (2, 3), (3, 0)]
    network, _ = build_network(
        RoadLines(
            np.array([shapely.LineString([corner[i], corner[j]]) for i, j in pairs], dtype=object),
            ("road",) * 4,
            ("",) * 4,
            np.zeros(4, dtype=np.int8),
            np.full(4, 9_000.0),
        ),
        {"road": 72.0},
        name="Square",
        attribution="us",
        main_roads_only=True,
        node_crossings=False,
    )
    node = {(network.lon[at], network.lat[at]): at for at in range(4)}
    start, goal = node[corner[0]], node[corner[2]]
    area = IncidentArea(shapely.MultiPolygon([shapely.box(-91.91, 38.09, -91.89, 38.11)]), "drawn")
    found = search(network, area)
    first = found.ways.legs(start)[0][0]
    choices = range(network.indptr[start], network.indptr[start + 1])
    assert len({int(network.arc_ms[arc] + found.node_ms[network.head[arc]]) for arc in choices}) == 1
    assert first == min(choices)
    assert found.node_ms[goal] == 0


def test_the_same_question_twice_gives_the_same_bytes(shipped):
    rng = np.random.default_rng(7)
    snaps = snap(shipped, rng.uniform(-95.5, -89.5, 300), rng.uniform(36.2, 40.4, 300))
    closures = [
        *blocked(shapely.Point(-92.3, 38.7).buffer(0.2)),
        Closure("slow", "slowed", shapely.Point(-92.6, 38.9).buffer(0.3), factor=2.5),
    ]
    answers = []
    for _ in range(2):
        found = search(shipped, area_from_circle(-92.33, 38.95, 10.0), close(shipped, closures, NOW))
        arrivals = found.arrivals(snaps)
        routes = [
            found.route(int(edge), float(at))
            for edge, at in zip(snaps.edge[:30], snaps.offset_m[:30], strict=True)
        ]
        answers.append(
            [
                arrivals.road_ms.tobytes(),
                arrivals.access_ms.tobytes(),
                arrivals.road_m.tobytes(),
                arrivals.reason,
                [route and (route.lonlat.tobytes(), route.edges, route.edge_m) for route in routes],
            ]
        )
    assert answers[0] == answers[1]


def test_a_routes_edges_add_up_to_its_arrival(shipped):
    rng = np.random.default_rng(3)
    snaps = snap(shipped, rng.uniform(-95.5, -89.5, 200), rng.uniform(36.2, 40.4, 200))
    closed = close(shipped, slowed((shapely.Point(-93.0, 38.4).buffer(0.5), 1.7)), NOW)
    found = search(shipped, area_from_circle(-92.33, 38.95, 10.0), closed)
    arrivals = found.arrivals(snaps)
    walked = 0
    for at in np.flatnonzero(arrivals.road_ms > 0):
        route = found.route(int(snaps.edge[at]), float(snaps.offset_m[at]))
        assert (route.road_ms, route.road_m) == (arrivals.road_ms[at], arrivals.road_m[at])
        assert round(sum(route.edge_m) * 1000) == round(route.road_m * 1000)
        ms = closed.obstacles.passage_ms(
            np.array(route.edges), np.zeros(len(route.edges)), shipped.edge_length_m[list(route.edges)]
        )
        # The first and the last leg are parts of their edges, the others whole.
        assert ms[1:-1].sum() <= route.road_ms <= ms.sum()
        ends = shapely.points(route.lonlat[[0, -1]])
        assert shapely.distance(shipped.lines(snaps.edge[[at]])[0], ends[0]) < 1e-9
        assert shapely.distance(found.network.lines(route.edges[-1:])[0], ends[1]) < 1e-9
        walked += len(route.edges)
    assert walked > 1_000


def test_the_totals_that_rank_many_places_are_their_road_and_access_together(shipped):
    rng = np.random.default_rng(3)
    snaps = snap(shipped, rng.uniform(-97.5, -87.5, 400), rng.uniform(35.2, 41.4, 400))
    closures = blocked(shapely.Point(-92.3, 38.7).buffer(0.05), *shapely.points(shipped.shape[::999]))
    found = search(shipped, area_from_circle(-92.33, 38.95, 10.0), close(shipped, closures, NOW))
    arrivals = found.arrivals(snaps)
    reached = arrivals.road_ms >= 0
    assert 0 < reached.sum() < 400
    expected = np.where(reached, arrivals.road_ms + arrivals.access_ms, -1)
    np.testing.assert_array_equal(found.totals(snaps), expected)


def test_what_is_kept_with_places_on_the_road_is_kept_by_vehicle(shipped):
    rng = np.random.default_rng(3)
    snaps = snap(shipped, rng.uniform(-94.5, -90.5, 200), rng.uniform(37.0, 40.0, 200))
    slow = Profile("slow", "Slow", dict.fromkeys(shipped.classes, 30.0))
    for vehicle in (CAR, slow):
        opened = open_roads(shipped, drive(shipped, vehicle))
        found = search(shipped, area_from_circle(-92.33, 38.95, 10.0), opened)
        arrivals = found.arrivals(snaps)
        assert (arrivals.road_ms > 0).any()
        np.testing.assert_array_equal(found.totals(snaps), arrivals.total_ms)


def test_a_way_is_the_same_in_whatever_order_the_nodes_are_asked(shipped):
    area = area_from_circle(-92.33, 38.95, 10.0)
    closures = blocked(shapely.Point(-92.0, 38.7).buffer(0.2))
    nodes = np.random.default_rng(3).permutation(len(shipped.lon))
    at_once = search(shipped, area, close(shipped, closures, NOW)).ways
    one_by_one = search(shipped, area, close(shipped, closures, NOW)).ways
    mm, access_m = at_once.ends(np.arange(len(nodes)))
    for node in nodes[:500]:
        arcs, door = one_by_one.legs(int(node))
        driven = millimetres(shipped.edge_length_m[shipped.arc_edge[arcs]]).sum()
        driven += millimetres(one_by_one.enter.metres[door : door + 1]).sum() if door >= 0 else 0
        assert (mm[node], access_m[node]) == (driven, 0.0)
    for node in nodes:
        assert at_once.legs(int(node)) == one_by_one.legs(int(node))

from __future__ import annotations

import math
from datetime import UTC, datetime
from itertools import pairwise
from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import geo.reach
from geo.areas import IncidentArea, area_from_circle
from geo.closures import Closure, close, open_roads
from geo.driving import drive
from geo.noding import RoadLines, build_network
from geo.population import PopulationDiscs
from geo.profiles import CAR, Profile
from geo.ramps import ramps
from geo.reach import reach
from geo.residents import residents
from geo.routing import search
from geo.shortest import inward, least_ms
from geo.snapping import Snaps, access_ms, snap
from tests.proof.test_routing_proof import random_case

NOW = datetime(2011, 5, 22, 23, tzinfo=UTC)


LIMITED = Profile(
    "limited", "Heavy", MappingProxyType({"freeway": 0.0, "highway": 40.0}), 20.0, "off some roads"
)


def driven(metres):
    """Return the milliseconds that so many open metres take on the network worked by hand."""
    return metres * 50


def blocked(*shapes):
    return [Closure(key=str(at), effect="blocked", geometry=shape) for at, shape in enumerate(shapes)]


def found_for(hand, closures=(), area=None):
    return search(hand.network, area or hand.area, close(hand.network, closures, NOW) if closures else None)


def halves(hand, place, closures=(), area=None, people=None):
    """Return the one place's milliseconds to half and to nine tenths, searched from the place and from the gates."""
    found = found_for(hand, closures, area)
    known = people and residents(found, area or hand.area, people)
    both = [reach(found, place, known, by_gates=how) for how in (False, True)]
    (answer,) = {(int(reached.p50_ms[0]), int(reached.p90_ms[0])) for reached in both}
    return answer


# The area holds 4 km of the road from B to C, 4 km of the one-way road from C to D and 1 km of that from C to E.


def test_roads_fill_from_where_they_are_entered_and_on_from_the_junctions_reached(hand):
    # At C after 16 km 4 of 9 km are reached; then two roads fill, and from 17 km on only the one to D.
    assert halves(hand, hand.place("AB", 0)) == (driven(16_250), driven(19_100))
    # From the north 1 km is entered first; then two roads fill at once.
    assert halves(hand, hand.place("DE", 0)) == (driven(23_750), driven(25_550))


def test_a_provider_inside_fills_from_where_it_stands(hand):
    # Two kilometres to either side at once, then from C as before.
    assert halves(hand, hand.place("BC", 6_000)) == (driven(2_250), driven(5_100))
    # On the one-way road only what lies ahead; then round by D and E, 27 km to the border and 28 to C.
    assert halves(hand, hand.place("CD", 2_000)) == (driven(28_750), driven(31_100))


def test_a_way_may_leave_the_area_and_enter_it_again(hand):
    block = blocked(hand.stretch("BC", 6_000, 6_500))
    # 2 km from the west; the rest by A, E and C: 1 of 8.5 km before C, then two roads until 1.5 km are full.
    assert halves(hand, hand.place("AB", 0), block) == (
        driven(40_625),
        driven(43_150),
    )


def test_what_nobody_can_reach_counts_as_never_reached(hand):
    block = blocked(hand.stretch("CD", 200, 300))
    found = found_for(hand, block)
    reached = reach(found, hand.place("AB", 0))
    # 5.2 of 8.9 km can be reached: the road to D runs one way, and its first 200 m lead nowhere.
    assert reached.p50_ms.tolist() == [driven(16_250)]
    assert reached.p90_ms.tolist() == [-1]
    assert reached.share[0] == pytest.approx(5.2 / 8.9)
    assert reached.p50_reason == (None,)
    assert reached.p90_reason == ("only 58 % of the area's open road can be reached",)


def test_who_cannot_arrive_reaches_nothing_for_the_same_reason(hand):
    ring = blocked(hand.area.geometry.buffer(0.003).difference(hand.area.geometry.buffer(0.001)))
    reached = reach(found_for(hand, ring), hand.place("AB", 0))
    assert (reached.p50_ms[0], reached.p90_ms[0], reached.share[0]) == (-1, -1, 0.0)
    assert reached.p50_reason == reached.p90_reason == ("cut off by closures",)
    nowhere = Snaps(np.array([-1], dtype=np.int32), np.zeros(1), np.array([np.nan]))
    assert reach(found_for(hand), nowhere).p50_reason == ("no road within 30 km",)


def test_slowed_road_fills_as_slowly(hand):
    slow = [Closure("s", "slowed", hand.stretch("CD", 1_000, 9_000), factor=3.0)]
    # 4 km at C, 2 km more within a kilometre, then the slow road alone: half of 9 km as before, 2.1 km slow.
    assert halves(hand, hand.place("AB", 0), slow) == (driven(16_250), driven(23_300))


def test_closed_road_inside_is_no_road_to_reach(hand):
    # Without most of the road to D 5.2 km are left: half is reached before C.
    block = blocked(hand.stretch("CD", 200, 8_100))
    assert halves(hand, hand.place("AB", 0), block) == (driven(14_600), driven(16_480))


def test_without_road_inside_all_is_reached_with_the_approach(hand):
    aside = IncidentArea(shapely.MultiPolygon([shapely.box(-91.951, 37.9, -91.949, 37.98)]), "drawn")
    found = search(hand.network, aside)
    place = hand.place("AB", 0, access_m=100.0)
    arrivals = found.arrivals(place)
    reached = reach(found, place)
    assert not reached.road_inside
    assert reached.p50_ms.tolist() == reached.p90_ms.tolist()
    assert reached.p50_ms[0] == arrivals.road_ms[0] + arrivals.access_ms[0] - access_ms(100.0)


def people_at(*discs):
    """Return people on squares given by longitude, latitude, half a side in degrees, and how many."""
    ground = [shapely.box(lon - half, lat - half, lon + half, lat + half) for lon, lat, half, _ in discs]
    return PopulationDiscs(np.array([float(many) for *_, many in discs]), np.array(ground, dtype=object))


def test_people_are_reached_along_the_road_they_live_by(hand):
    # All but a few live on the last kilometre before C, from 15 km on.
    people = people_at((-91.80625, 38.0, 0.00625, 900), (-91.76, 38.0, 0.009, 100))
    # The first square holds 1 km from B, none of the road to D but its first point, and 694 m of that to E.
    half, most = halves(hand, hand.place("AB", 0), people=people)
    assert driven(15_000) < half <= most
    alone = people_at((-91.8125, 38.0, 0.00625, 500))
    # One kilometre, from 14.5 to 15.5: half of it at 15 km, nine tenths at 15.4.
    assert halves(hand, hand.place("AB", 0), people=alone) == (driven(15_000), driven(15_400))


def test_people_who_live_off_the_road_are_reached_by_an_access_leg(hand):
    off = people_at((-91.825, 38.007, 0.001, 10))
    found = found_for(hand)
    known = residents(found, hand.area, off)
    assert known.people.tolist() == [pytest.approx(10.0)]
    assert known.stretches.from_m.tolist() == known.stretches.to_m.tolist()
    assert known.access_m[0] == pytest.approx(0.007 * 111_000, rel=0.01)
    assert known.stretches.from_m[0] == pytest.approx(6_000, abs=30)
    leg = float(access_ms(known.access_m)[0])
    at = math.ceil((8_000 + known.stretches.from_m[0]) * 50 + leg - 1e-6)
    assert halves(hand, hand.place("AB", 0), people=off) == (at, at)


def test_where_nobody_is_counted_no_people_are_reached_and_it_says_so(hand):
    found = found_for(hand)
    elsewhere = residents(found, hand.area, people_at((-91.0, 38.0, 0.01, 500)))
    reached = reach(found, hand.place("AB", 0), elsewhere)
    assert reached.p50_ms.tolist() == reached.p90_ms.tolist() == [-1]
    assert reached.p50_reason == ("no people are counted in the area",)


@pytest.mark.parametrize(("share", "percent"), [(0.58, 58), (0.29, 29), (0.5799, 57), (0.0, 0)])
def test_a_share_that_is_never_reached_is_named_in_whole_per_cent_rounded_down(share, percent):
    (reason,) = geo.reach.reasons(np.array([-1]), np.array([share]), (None,), "open road")
    assert reason == f"only {percent} % of the area's open road can be reached"


# A plain search from each place over the whole network, and the share by another sum: what the pruned one must equal.


def outward_of(network):
    """Return the arcs turned round, for a search with the traffic, and the order of their times."""
    order = np.argsort(network.head, kind="stable")
    indptr = np.concatenate([[0], np.cumsum(np.bincount(network.head, minlength=len(network.lon)))])
    turned = inward(indptr.astype(np.int32), network.arc_tail[order], network.arc_ms[order])
    return turned, order


def plain_moments(found, edge, at_m, node_ms):
    """Return the milliseconds to half and nine tenths of the open road, from the times to all nodes."""
    network, obstacles = found.network, found.closed.obstacles
    pieces = ramps(obstacles, found.target.stretches)
    fills = []
    for k in range(len(pieces)):
        own, low, high = (
            int(pieces.stretches.edge[k]),
            pieces.stretches.from_m[k],
            pieces.stretches.to_m[k],
        )
        tail, head = node_ms[network.edge_tail[own]], node_ms[network.edge_head[own]]
        one = tail + pieces.ahead_ms[k] if tail >= 0 else math.inf
        other = head + pieces.back_ms[k] if head >= 0 else math.inf
        pace = pieces.crossing_ms[k] / (high - low)
        parts = [(low, high, one, other)]
        if own == edge and low < at_m < high:
            parts = [
                (low, at_m, one, min(other + pace * (high - at_m), passage(obstacles, edge, at_m, at_m, -1))),
                (at_m, high, min(one + pace * (at_m - low), passage(obstacles, edge, at_m, at_m, 1)), other),
            ]
        elif own == edge:
            one = min(one, passage(obstacles, edge, at_m, low, 1))
            other = min(other, passage(obstacles, edge, at_m, high, -1))
            parts = [(low, high, one, other)]
        fills += [(b, o, (h - n), pace) for n, h, b, o in parts]
    total = sum(metres for _, _, metres, _ in fills)

    def by(moment):
        return sum(
            min(metres, (max(0.0, moment - one) + max(0.0, moment - other)) / pace)
            for one, other, metres, pace in fills
        )

    return tuple(first_ms(by, share * total) for share in (0.5, 0.9))


def passage(obstacles, edge, at_m, to_m, way):
    """Return the milliseconds from a place on an edge to another, driving ahead (1) or back (-1)."""
    arc = (obstacles.drive.network.forward_arc if way > 0 else obstacles.drive.network.backward_arc)[edge]
    if arc < 0 or (to_m - at_m) * way < 0:
        return math.inf
    ends = np.array([min(at_m, to_m)]), np.array([max(at_m, to_m)])
    return float(obstacles.unrounded_ms(np.array([edge]), *ends)[0])


def first_ms(by, wanted):
    if by(1e12) < wanted * (1 - 1e-9):
        return -1
    low, high = -1, 10**12
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if by(middle) >= wanted * (1 - 1e-9) else (middle, high)
    return high


def nodes_from(found, outward, edge, at_m):
    """Return the milliseconds from a place on the road to every node, by a plain search with the traffic."""
    turned, order = outward
    network, obstacles = found.network, found.closed.obstacles
    ahead = passage(obstacles, edge, at_m, network.edge_length_m[edge], 1)
    back = passage(obstacles, edge, at_m, 0.0, -1)
    starts = [
        (int(node), math.floor(ms + 0.5 + 1e-6))
        for node, ms in ((network.edge_head[edge], ahead), (network.edge_tail[edge], back))
        if ms < math.inf
    ]
    node, ms = np.array(starts, dtype=np.int64).reshape(-1, 2).T
    return least_ms(turned, found.closed.arc_ms[order], node.copy(), ms.copy())


@pytest.mark.parametrize("number", range(24))
def test_the_search_that_heads_for_the_area_finds_what_a_plain_one_finds(shipped, number):
    area, closures, snaps, _ = random_case(shipped, number)
    # Every other question is a vehicle's that is kept off some roads, and slow on others and on bridges.
    vehicle = drive(shipped, LIMITED if number % 2 else CAR)
    found = search(shipped, area, close(shipped, closures, NOW, vehicle))
    if not found.road_inside:
        return
    inside = found.target.stretches
    some = np.arange(min(len(inside), 5))
    edge = np.concatenate([snaps.edge[:15], snaps.edge[-5:], inside.edge[some]])
    at_m = (inside.from_m + 0.37 * (inside.to_m - inside.from_m))[some]
    at_m = np.concatenate([snaps.offset_m[:15], snaps.offset_m[-5:], at_m])
    chosen = Snaps(edge.astype(np.int32), at_m, np.zeros(len(edge)))
    reached = reach(found, chosen)
    outward = outward_of(shipped)
    for i in np.flatnonzero(edge >= 0):
        node_ms = nodes_from(found, outward, int(edge[i]), float(at_m[i]))
        expected = plain_moments(found, int(edge[i]), float(at_m[i]), node_ms)
        assert (reached.p50_ms[i], reached.p90_ms[i]) == expected, i
        if expected[1] < 0 <= found.arrivals(chosen).road_ms[i]:
            assert reached.share[i] < 0.9


def test_one_search_against_the_traffic_for_each_junction_in_the_area_gives_the_same(shipped):
    area = area_from_circle(-92.33, 38.95, 8.0)
    found = search(shipped, area, close(shipped, blocked(shapely.Point(-92.4, 38.9).buffer(0.05)), NOW))
    rng = np.random.default_rng(4)
    edge = rng.integers(0, len(shipped.edge_tail), 30)
    at_m = shipped.edge_length_m[edge] * rng.uniform(0, 1, 30)
    reached = reach(found, Snaps(edge.astype(np.int32), at_m, np.zeros(30)))
    own = found.target.stretches.edge
    goals = np.unique(np.concatenate([shipped.edge_tail[own], shipped.edge_head[own]])).astype(np.int64)
    to_goal = [
        least_ms(shipped.inward, found.closed.arc_ms, np.array([goal]), np.array([0])) for goal in goals
    ]
    for i in range(30):
        node_ms = np.full(len(shipped.lon), -1)
        for goal, away_ms in zip(goals, to_goal, strict=True):
            legs = [
                math.floor(leg + 0.5 + 1e-6) + int(away_ms[node])
                for leg, node in (
                    (
                        passage(found.closed.obstacles, edge[i], at_m[i], shipped.edge_length_m[edge[i]], 1),
                        shipped.edge_head[edge[i]],
                    ),
                    (passage(found.closed.obstacles, edge[i], at_m[i], 0.0, -1), shipped.edge_tail[edge[i]]),
                )
                if leg < math.inf and away_ms[node] >= 0
            ]
            node_ms[goal] = min(legs, default=-1)
        expected = plain_moments(found, int(edge[i]), float(at_m[i]), node_ms)
        assert (reached.p50_ms[i], reached.p90_ms[i]) == expected


@pytest.mark.parametrize("number", range(40))
def test_a_search_for_each_gate_gives_the_same_bytes_as_one_for_each_provider(shipped, number):
    area, closures, snaps, rng = random_case(shipped, number)
    found = search(shipped, area, close(shipped, closures, NOW))
    if not found.road_inside:
        return
    stretches = found.target.stretches
    stand = rng.integers(0, len(stretches), 20)
    inside_m = stretches.from_m[stand] + (stretches.to_m - stretches.from_m)[stand] * rng.uniform(0, 1, 20)
    # Besides those about the area: some on its roads, some at its junctions, and some at the same place.
    edge = np.concatenate([snaps.edge, stretches.edge[stand], stretches.edge[stand], snaps.edge[-20:]])
    at_m = np.concatenate([snaps.offset_m, inside_m, np.zeros(20), snaps.offset_m[-20:]])
    places = Snaps(edge.astype(np.int32), at_m, np.zeros(len(edge)))
    one, other = (reach(found, places, by_gates=how) for how in (False, True))
    assert one.p50_ms.tobytes() == other.p50_ms.tobytes()
    assert one.p90_ms.tobytes() == other.p90_ms.tobytes()
    np.testing.assert_allclose(one.share, other.share, rtol=1e-12)
    assert one.p50_reason == other.p50_reason
    assert one.p90_reason == other.p90_reason


def test_gates_are_searched_when_there_are_many_providers_to_each(shipped, monkeypatch):
    planned = []
    plain = geo.reach.from_gates
    monkeypatch.setattr(
        geo.reach, "from_gates", lambda *given, **said: planned.append(given) or plain(*given, **said)
    )
    rng = np.random.default_rng(3)
    edge = rng.integers(0, len(shipped.edge_tail), 4_000).astype(np.int32)
    many = Snaps(edge, shipped.edge_length_m[edge] * rng.uniform(0, 1, 4_000), np.zeros(4_000))
    few = Snaps(many.edge[:10], many.offset_m[:10], many.access_m[:10])
    found = search(shipped, area_from_circle(-94.51, 37.08, 10.0))
    first = reach(found, few)
    assert not planned
    all_of_them = reach(found, many)
    assert len(planned) == 1
    np.testing.assert_array_equal(first.p90_ms, all_of_them.p90_ms[:10])


@pytest.mark.parametrize("by_gates", [False, True])
def test_people_behind_a_closure_are_never_reached_although_a_gate_leads_to_them(by_gates):
    # One road along the parallel, closed between its third and fourth junction; people live behind, by its last edge,
    # to which a side road leads. Who comes from the west is in the area soon, and nowhere near them.
    at = [(-92.0 + 0.02 * k, 38.0) for k in range(5)]
    drawn = [*pairwise(at), (at[3], (at[3][0], 38.02))]
    lines = RoadLines(
        geometry=np.array([shapely.LineString(ends) for ends in drawn], dtype=object),
        road_class=("road",) * 5,
        name=("",) * 5,
        oneway=np.zeros(5, dtype=np.int8),
        length_m=None,
    )
    roads, _ = build_network(lines, {"road": 72.0}, name="Row", attribution="us", main_roads_only=False)
    area = IncidentArea(shapely.MultiPolygon([shapely.box(-91.99, 37.99, -91.9, 38.005)]), "drawn")
    shut = Closure(key="shut", effect="blocked", geometry=shapely.box(-91.955, 37.99, -91.945, 38.01))
    found = search(roads, area, close(roads, [shut], NOW))
    known = residents(found, area, people_at((-91.93, 38.0, 0.004, 100)))
    reached = reach(found, snap(roads, [-91.995], [38.0]), known, by_gates=by_gates)
    assert reached.p50_ms.tolist() == reached.p90_ms.tolist() == [-1]
    assert reached.p50_reason == ("only 0 % of the area's people can be reached",)


@pytest.mark.parametrize("by_gates", [False, True])
def test_two_threads_give_the_same_bytes_as_one(shipped, by_gates):
    rng = np.random.default_rng(9)
    edge = rng.integers(0, len(shipped.edge_tail), 300).astype(np.int32)
    snaps = Snaps(edge, shipped.edge_length_m[edge] * rng.uniform(0, 1, 300), np.zeros(300))
    found = search(shipped, area_from_circle(-94.51, 37.08, 20.0))
    one, two, three = (reach(found, snaps, threads=count, by_gates=by_gates) for count in (1, 2, 3))
    for other in (two, three):
        assert one.p50_ms.tobytes() == other.p50_ms.tobytes()
        assert one.p90_ms.tobytes() == other.p90_ms.tobytes()
        assert one.share.tobytes() == other.share.tobytes()


POINTS = st.tuples(st.floats(-30.0, 30.0), st.floats(-30.0, 30.0), st.sampled_from([0.5, 3.0, 12.0]))


@settings(max_examples=60, deadline=None)
@given(
    lon=st.floats(-95.0, -90.0),
    lat=st.floats(36.5, 40.3),
    radius_km=st.floats(2.0, 25.0),
    few=st.lists(POINTS, max_size=3),
    more=st.lists(POINTS, min_size=1, max_size=3),
    slow=st.booleans(),
)
def test_half_comes_no_later_than_most_the_entry_before_both_and_closures_delay(
    shipped, lon, lat, radius_km, few, more, slow
):
    area = area_from_circle(lon, lat, radius_km)
    effect = {"effect": "slowed", "factor": 2.5} if slow else {"effect": "blocked"}
    shapes = [
        shapely.Point(lon + east / 87.0, lat + north / 111.0).buffer(km / 100.0)
        for east, north, km in (*few, *more)
    ]
    closures = [Closure(key=str(at), geometry=shape, **effect) for at, shape in enumerate(shapes)]
    edge = np.arange(0, len(shipped.edge_tail), 7, dtype=np.int32)
    places = Snaps(edge, shipped.edge_length_m[edge] * 0.4, np.zeros(len(edge)))
    stages = [search(shipped, area, close(shipped, part, NOW)) for part in (closures[: len(few)], closures)]
    assume(stages[0].road_inside)
    before, after = (reach(found, places) for found in stages)
    for found, got in zip(stages, (before, after), strict=True):
        first = found.arrivals(places).road_ms
        for earlier, later in ((got.p50_ms, got.p90_ms), (first, got.p50_ms)):
            known = later >= 0
            assert (later[known] >= earlier[known]).all()
            assert (earlier[known] >= 0).all()
    if stages[0].target.stretches.km() == stages[1].target.stretches.km():
        for early, late in ((before.p50_ms, after.p50_ms), (before.p90_ms, after.p90_ms)):
            assert ((late < 0) | ((early >= 0) & (late >= early))).all()


def test_an_area_of_many_pieces_reaches_all_of_them():
    """Work a star by hand: ten roads of 1 to 10 km from one junction, a provider at the junction."""
    network = star(["road"] * 10)
    found = search(network.roads, ALL_OF_IT)
    place = Snaps(np.array([network.edge], dtype=np.int32), np.array([network.at_m]), np.zeros(1))
    reached = reach(found, place)
    # 55 km: after x km of driving the roads shorter than x are full, the others x km.
    full = [sum(min(k, x / 1000) for k in range(1, 11)) for x in range(10_001)]
    expected = [next(x for x in range(10_001) if full[x] >= share * 55 - 1e-9) * 50 for share in (0.5, 0.9)]
    assert reached.p50_ms[0] == pytest.approx(expected[0], abs=50)
    assert reached.p90_ms[0] == pytest.approx(expected[1], abs=50)


def test_road_that_a_vehicle_may_not_use_is_no_road_to_reach():
    network = star(["road", "road", "road", "I"])
    place = Snaps(np.array([network.edge], dtype=np.int32), np.array([network.at_m]), np.zeros(1))
    load = Profile("load", "Relief load", MappingProxyType({"I": 0.0}), None, "no interstate")
    # Roads of 1, 2, 3 and 4 km: x km on, each is filled to x. Half of 10 km is 5, of the 6 km without the last 3.
    for profile, half, most in ((CAR, 1_333, 3_000), (load, 1_000, 2_400)):
        closed = open_roads(network.roads, drive(network.roads, profile))
        reached = reach(search(network.roads, ALL_OF_IT, closed), place)
        assert reached.p50_ms[0] == pytest.approx(half * 50, abs=50)
        assert reached.p90_ms[0] == pytest.approx(most * 50, abs=50)


def test_nobody_lives_along_road_that_a_vehicle_may_not_use():
    network = star(["road", "road", "road", "I"])
    place = Snaps(np.array([network.edge], dtype=np.int32), np.array([network.at_m]), np.zeros(1))
    load = Profile("load", "Relief load", MappingProxyType({"I": 0.0}), None, "no interstate")
    # People spread evenly along the roads are reached as the roads themselves are: see above.
    people = people_at((-92.0, 38.0, 0.1, 1_000))
    for profile, half, most in ((CAR, 1_333, 3_000), (load, 1_000, 2_400)):
        found = search(network.roads, ALL_OF_IT, open_roads(network.roads, drive(network.roads, profile)))
        reached = reach(found, place, residents(found, ALL_OF_IT, people))
        assert reached.p50_ms[0] == pytest.approx(half * 50, abs=50)
        assert reached.p90_ms[0] == pytest.approx(most * 50, abs=50)


ALL_OF_IT = IncidentArea(shapely.MultiPolygon([shapely.box(-92.3, 37.7, -91.7, 38.3)]), "drawn")


def star(classes):
    """Return roads of 1, 2, 3 km and so on from one junction, of these classes, and a place at the junction."""
    centre = (-92.0, 38.0)
    tips = [
        (centre[0] + 0.01 * k * math.cos(k), centre[1] + 0.01 * k * math.sin(k))
        for k in range(1, len(classes) + 1)
    ]
    lines = RoadLines(
        geometry=np.array([shapely.LineString([centre, tip]) for tip in tips], dtype=object),
        road_class=tuple(classes),
        name=tuple(str(k) for k in range(1, len(tips) + 1)),
        oneway=np.zeros(len(tips), dtype=np.int8),
        length_m=np.array([1_000.0 * k for k in range(1, len(tips) + 1)]),
    )
    roads, _ = build_network(
        lines,
        {"road": 72.0, "I": 72.0},
        name="Star",
        attribution="us",
        main_roads_only=True,
        node_crossings=False,
    )
    middle = int(np.argmin(np.hypot(roads.lon - centre[0], roads.lat - centre[1])))
    own = (roads.edge_tail == middle) & (np.array(roads.classes)[roads.edge_class] == "road")
    edge = int(np.flatnonzero(own)[0])
    return SimpleNamespace(roads=roads, edge=edge, at_m=0.0)

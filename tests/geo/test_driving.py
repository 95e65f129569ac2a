from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.approaches import BESIDE_M, approaches
from geo.areas import IncidentArea, area_from_circle
from geo.bridges import bridge_line, bridges_called, with_bridges
from geo.closures import Closure, close, open_roads
from geo.driving import drive
from geo.errors import ClosureError
from geo.intervals import Stretches, overlaid
from geo.network import Bridge
from geo.noding import RoadLines, build_network
from geo.profiles import CAR, Profile, read_profiles
from geo.routing import search
from geo.snapping import Snaps, snap
from tests.geo.conftest import ROADS

NOW = datetime(2019, 6, 4, 15, tzinfo=UTC)
TABLE = Path(__file__).resolve().parents[2] / "data" / "reference" / "profiles.csv"
CLASSES = {"AB": "I", "BC": "US", "CD": "US", "CE": "SR", "DE": "SR", "AE": "SR"}
SPANS = [("AB", 7_000, 7_500, 0), ("AE", 10_000, 12_000, 1), ("AE", 11_000, 13_000, 2), ("BC", 0, 600, 3)]
BRIDGES = [Bridge("w1", "Long Bridge", "I 44"), Bridge("w2", "River Bridge", ""), Bridge("w3", "", "")]
BRIDGES.append(Bridge("w4", "River bridge", "US 54"))


def profile(code="load", bridge_mph=None, **at_most_kmh):
    return Profile(code, code.capitalize(), MappingProxyType(at_most_kmh), bridge_mph and bridge_mph * 1.6)


@pytest.fixture(scope="module")
def classed(hand):
    """Return the hand network with classes and bridges; every road is driven at 72 km/h, 50 ms a metre."""
    lines = RoadLines(
        geometry=np.array([shapely.LineString(ends) for ends, _, _ in ROADS.values()], dtype=object),
        road_class=tuple(CLASSES[name] for name in ROADS),
        name=tuple(ROADS),
        oneway=np.array([way for _, _, way in ROADS.values()], dtype=np.int8),
        length_m=np.array([length for _, length, _ in ROADS.values()]),
    )
    bare, _ = build_network(
        lines,
        dict.fromkeys(("I", "US", "SR"), 72.0),
        name="Hand",
        attribution="us",
        main_roads_only=True,
        node_crossings=False,
    )
    edge = {bare.names[bare.edge_name[at]]: at for at in range(len(bare.edge_tail))}
    spans = Stretches(
        np.array([edge[road] for road, *_ in SPANS]),
        np.array([float(low) for _, low, _, _ in SPANS]),
        np.array([float(high) for _, _, high, _ in SPANS]),
    )
    network = with_bridges(bare, BRIDGES, spans, np.array([number for *_, number in SPANS]))

    def place(road, at_m):
        return Snaps(np.array([edge[road]], dtype=np.int32), np.array([float(at_m)]), np.zeros(1))

    return SimpleNamespace(
        network=network, bare=bare, edge=edge, place=place, stretch=hand.stretch, area=hand.area
    )


def arrival(classed, vehicle, place, closures=(), area=None):
    network = classed.network
    closed = close(network, closures, NOW, drive(network, vehicle))
    found = search(network, area or classed.area, closed).arrivals(place)
    return int(found.road_ms[0]), found.reason[0]


def test_a_car_drives_as_the_network_says(classed):
    car = drive(classed.network)
    assert car.profile == CAR
    assert car.edge_ms.tolist() == classed.network.edge_ms.tolist()
    assert car.arc_ms.tolist() == classed.network.arc_ms.tolist()
    assert not car.any_barred
    assert len(car.stretches) == 0
    assert car.notes == ()


def test_a_vehicle_on_a_network_is_worked_out_once_and_shared(classed):
    first = drive(classed.network, profile(US=36.0))
    assert drive(classed.network, profile(US=36.0)) is first
    assert drive(classed.network, profile(US=37.0)) is not first
    assert open_roads(classed.network, first).arc_ms is first.arc_ms
    assert not first.arc_ms.flags.writeable


def test_a_vehicle_without_limits_keeps_no_times_of_its_own(classed):
    for free in (CAR, profile(US=100.0)):
        assert drive(classed.network, free).edge_ms is classed.network.edge_ms
        assert drive(classed.network, free).arc_ms is classed.network.arc_ms
    assert drive(classed.network, profile(I=0.0)).arc_ms is not classed.network.arc_ms


def test_times_are_kept_in_32_bits_and_in_64_only_where_one_would_not_fit(classed):
    network, block = classed.network, [Closure("a", "blocked", classed.stretch("AB", 0, 1_000))]
    for limits in ({}, {"US": 36.0}, {"I": 0.0, "bridge_mph": 30}):
        load = drive(network, profile(**limits))
        closed = close(network, block, NOW, load)
        clear = search(network, classed.area, closed, keep_out=True).closed
        for ms in (load.edge_ms, load.arc_ms, closed.arc_ms, clear.arc_ms):
            assert ms.dtype == np.int32
            assert not ms.flags.writeable
    fits = drive(network, profile(US=8.0 / (2**31 - 1) * 3.6e6))
    assert fits.edge_ms.max() == 2**31 - 1
    assert (fits.edge_ms.dtype, fits.arc_ms.dtype) == (np.int32, np.int32)
    crawling = drive(network, profile(US=8.0 / 2**31 * 3.6e6))
    assert crawling.edge_ms.max() == crawling.arc_ms.max() == 2**31
    assert close(network, block, NOW, crawling).arc_ms.max() == 2**31


def test_times_that_take_64_bits_add_up_to_the_millisecond(classed):
    # A U.S. route at 0.001 km/h takes an hour a metre; the area begins halfway between B and C.
    assert arrival(classed, profile(US=0.001), classed.place("BC", 2_000)) == (2_000 * 3_600_000, None)
    # An interstate at 0.5 km/h takes 7.2 s a metre, a hundred times as much where it is slowed; no way leads by E.
    closures = [
        Closure("a", "slowed", classed.stretch("AB", 0, 8_000), 100.0),
        Closure("b", "blocked", classed.stretch("AE", 1_000, 2_000)),
    ]
    load = drive(classed.network, profile(I=0.5))
    closed = close(classed.network, closures, NOW, load)
    assert (load.arc_ms.dtype, closed.arc_ms.dtype) == (np.int32, np.int64)
    found, expected = search(classed.network, classed.area, closed), 8_000 * 7_200 * 100 + 4_000 * 50
    assert found.arrivals(classed.place("AE", 0)).road_ms.tolist() == [expected]
    route = found.route(classed.edge["AE"], 0.0)
    assert (route.road_ms, route.edges) == (
        expected,
        tuple(classed.edge[road] for road in ("AE", "AB", "BC")),
    )
    place = classed.place("AE", 0)
    opened = found.totals_freely(place, found.totals(place))
    assert opened.tolist() == [(30_000 + 9_000) * 50]


def test_a_limit_slows_its_class_and_never_makes_it_faster(classed):
    slow = drive(classed.network, profile(US=36.0, SR=100.0))
    for road, times in {"AB": 1, "BC": 2, "CE": 1}.items():
        edge = classed.edge[road]
        assert slow.edge_ms[edge] == times * classed.network.edge_ms[edge]
    odd = drive(classed.network, profile(US=70.0))
    assert odd.edge_ms[classed.edge["BC"]] == 411_429  # 8 km at 70 km/h: 411,428.57 ms


def test_a_barred_class_is_no_way_no_start_and_no_target(classed):
    # From A by the interstate to B is 8 km; the load goes the long way by E.
    load = profile(I=0.0)
    assert arrival(classed, CAR, classed.place("AE", 1_000))[0] == 13_000 * 50
    assert arrival(classed, load, classed.place("AE", 1_000))[0] == (29_000 + 9_000) * 50
    ms, reason = arrival(classed, load, classed.place("AB", 1_000))
    assert (ms, reason) == (-1, "a load may not use the road at the site")
    assert (
        search(
            classed.network, classed.area, open_roads(classed.network, drive(classed.network, load))
        ).route(classed.edge["AB"], 1_000.0)
        is None
    )


def test_an_area_whose_roads_are_all_barred_is_reached_from_beside_and_is_not_called_closed(classed):
    area = IncidentArea(shapely.MultiPolygon([shapely.box(-91.96, 37.99, -91.94, 38.01)]), "drawn")
    load = drive(classed.network, profile(I=0.0))
    found = search(classed.network, area, open_roads(classed.network, load))
    assert (found.road_inside, found.roads_closed, found.roads_barred) == (False, False, True)
    assert set(found.target.stretches.edge.tolist()).isdisjoint({classed.edge["AB"]})
    assert found.area_access_m == pytest.approx(946, abs=1)  # to the road from A to E
    closed = close(classed.network, [Closure("all", "blocked", area.geometry)], NOW, load)
    assert search(classed.network, area, closed).roads_barred
    car = search(
        classed.network, area, close(classed.network, [Closure("all", "blocked", area.geometry)], NOW)
    )
    assert (car.roads_closed, car.roads_barred) == (True, False)


def test_beside_an_area_means_the_same_as_for_a_car_while_a_road_it_may_use_lies_there(classed):
    # 220 m south of the interstate; the road from A to E, which the load may use, is a kilometre off at the nearest.
    area = shapely.box(-91.99, 37.99, -91.985, 37.998)
    load = drive(classed.network, profile(I=0.0))
    any_road, own = approaches(classed.network, area), approaches(classed.network, area, load.barred)
    nearest_m = any_road.access_m.min()
    assert nearest_m == pytest.approx(222, abs=5)
    assert nearest_m < own.access_m.min() < nearest_m + BESIDE_M
    assert set(own.edge.tolist()).isdisjoint({classed.edge["AB"]})
    assert (own.beside == (own.access_m <= nearest_m + BESIDE_M)).all()
    assert ((own.access_m > nearest_m + BESIDE_M) & (own.access_m <= own.access_m.min() + BESIDE_M)).any()
    # Further from every road of its own than that, it counts from the nearest of those.
    far = shapely.box(-91.94, 37.99, -91.92, 37.998)
    own = approaches(classed.network, far, load.barred)
    assert own.access_m.min() > nearest_m + BESIDE_M
    assert (own.beside == (own.access_m <= own.access_m.min() + BESIDE_M)).all()
    assert own.beside.any()


def test_who_cannot_come_because_of_the_vehicle_is_not_cut_off_by_closures(classed):
    # Without the interstate and U.S. routes, C is left by the state routes only: nothing leads west of B.
    west = IncidentArea(shapely.MultiPolygon([shapely.box(-91.89, 37.99, -91.87, 38.01)]), "drawn")
    load = profile(I=0.0, SR=0.0)
    place = classed.place("CD", 7_000)
    assert arrival(classed, load, place, area=west) == (-1, "no road that a load may use leads there")
    elsewhere = [Closure("a", "blocked", classed.stretch("AE", 2_000, 3_000))]
    assert arrival(classed, load, place, elsewhere, west) == (-1, "no road that a load may use leads there")
    near = classed.place("BC", 6_000)
    assert arrival(classed, load, near, area=west)[0] > 0
    block = [Closure("a", "blocked", classed.stretch("BC", 4_000, 5_000))]
    assert arrival(classed, load, near, block, west) == (-1, "cut off by closures")


def test_an_area_near_barred_roads_only_has_no_road_the_vehicle_may_use(classed):
    area = IncidentArea(shapely.MultiPolygon([shapely.box(-91.96, 37.99, -91.94, 38.01)]), "drawn")
    nothing = profile(I=0.0, US=0.0, SR=0.0)
    ms, reason = arrival(classed, nothing, classed.place("AB", 100), area=area)
    assert (ms, reason) == (-1, "a load may not use the road at the site")
    nowhere = Snaps(np.array([-1], dtype=np.int32), np.zeros(1), np.array([np.nan]))
    assert arrival(classed, profile(I=0.0), nowhere)[1] == "no road that a load may use within 30 km"


def test_bridges_slow_only_their_own_metres_and_only_what_is_faster(classed):
    slow = drive(classed.network, profile(bridge_mph=30))  # 48 km/h: 1.5 times as long
    edge = classed.edge["AE"]
    at = slow.stretches.edge == edge
    assert (slow.stretches.from_m[at], slow.stretches.to_m[at]) == ([10_000.0], [13_000.0])
    assert slow.factor[at] == pytest.approx(1.5)
    ms = slow.obstacles.passage_ms(
        np.full(3, edge), np.array([0.0, 9_000.0, 10_500.0]), np.array([30_000.0, 10_500.0, 10_600.0])
    )
    assert ms.tolist() == [31_500 * 50, 1_750 * 50, 150 * 50]
    assert slow.arc_ms[classed.network.forward_arc[edge]] == 31_500 * 50
    assert not len(drive(classed.network, profile(bridge_mph=50)).stretches)
    # On a road that it drives at 24 km/h anyway no bridge slows it.
    crawling = drive(classed.network, profile(bridge_mph=30, SR=24.0))
    assert edge not in crawling.stretches.edge.tolist()


def test_where_a_closure_lies_on_a_bridge_the_larger_factor_holds(classed):
    load = drive(classed.network, profile(bridge_mph=30))
    edge = np.array([classed.edge["AE"]])
    slower = Closure("a", "slowed", classed.stretch("AE", 12_000, 14_000), factor=3.0)
    faster = Closure("b", "slowed", classed.stretch("AE", 9_000, 11_000), factor=1.2)
    closed = close(classed.network, [slower, faster], NOW, load)
    whole = closed.obstacles.passage_ms(edge, np.zeros(1), np.array([30_000.0]))
    # 1 km at 1.2, 2 km at 1.5 (the bridge), 2 km at 3.0.
    assert whole[0] == pytest.approx((25_000 + 1_200 + 3_000 + 6_000) * 50, abs=100)
    blocked = close(
        classed.network, [Closure("c", "blocked", classed.stretch("AE", 9_000, 14_000))], NOW, load
    )
    assert len(blocked.obstacles.blocked) == 1
    assert blocked.arc_ms[classed.network.forward_arc[edge[0]]] == -1


def test_the_larger_of_two_factors_holds_metre_by_metre():
    def some(*parts):
        edge, from_m, to_m, factor = zip(*parts, strict=True)
        return Stretches(np.array(edge), np.array(from_m, float), np.array(to_m, float)), np.array(factor)

    one = some((0, 0, 10, 2.0), (1, 5, 9, np.inf), (3, 0, 4, 2.0))
    other = some((0, 4, 6, 3.0), (0, 8, 12, 1.5), (1, 7, 20, 4.0), (2, 0, 1, 1.1))
    both, factor = overlaid(*one, *other)
    found = list(
        zip(both.edge.tolist(), both.from_m.tolist(), both.to_m.tolist(), factor.tolist(), strict=True)
    )
    assert found == [
        (0, 0, 4, 2.0),
        (0, 4, 6, 3.0),
        (0, 6, 10, 2.0),
        (0, 10, 12, 1.5),
        (1, 5, 9, np.inf),
        (1, 9, 20, 4.0),
        (2, 0, 1, 1.1),
        (3, 0, 4, 2.0),
    ]


@pytest.mark.parametrize(
    ("vehicle", "words"),
    [
        (
            profile(interstate=0.0, I_link=0.0),
            "which of them are interstates or of class I_link: a load is kept off none",
        ),
        (profile(motorway=50.0), "it drives as fast as a car"),
    ],
)
def test_limits_that_hold_on_no_road_are_said(classed, vehicle, words):
    notes = drive(classed.network, vehicle).notes
    assert len(notes) == 1
    assert words in notes[0]


def test_a_network_without_bridges_says_that_none_slows_the_vehicle(classed):
    assert drive(classed.network, profile(bridge_mph=30)).notes == ()
    notes = drive(classed.bare, profile(bridge_mph=30)).notes
    assert notes == ("These roads know no bridges: a load is slowed on none.",)


def test_the_shipped_roads_know_no_interstates_and_the_relief_load_says_so(shipped):
    relief = drive(shipped, read_profiles(TABLE)["relief_load"])
    assert not relief.any_barred
    assert (
        relief.notes[0]
        == "These roads do not tell which of them are interstates: a relief load is kept off none."
    )


@pytest.mark.parametrize("word", ["w1", "Long Bridge", "LONG BRIDGE"])
def test_a_bridge_is_closed_by_its_id_or_its_name(classed, word):
    block = Closure("b", "blocked", shapely.MultiLineString(), bridge=word)
    closed = close(classed.network, [block], NOW)
    assert closed.touched["b"] == pytest.approx(0.5)
    assert closed.obstacles.stretches.edge.tolist() == [classed.edge["AB"]]
    assert closed.obstacles.stretches.from_m.tolist() == [7_000.0]
    assert closed.notes == {}


def test_several_bridges_of_one_name_are_all_closed_and_it_says_so(classed):
    block = Closure("b", "blocked", shapely.MultiLineString(), bridge="River Bridge")
    closed = close(classed.network, [block], NOW)
    assert set(closed.obstacles.stretches.edge.tolist()) == {classed.edge["AE"], classed.edge["BC"]}
    assert closed.notes["b"] == ("2 bridges of these roads are called 'River Bridge', and all of them count",)
    # By its id it is that one alone: the other of its name lies 10 km away.
    assert bridges_called(classed.network, "w2") == (1,)


def test_the_other_carriageway_of_a_bridge_is_closed_with_it(classed):
    network = classed.network
    twins = with_bridges(
        network,
        [Bridge("a", "Twin", ""), Bridge("b", "twin", ""), Bridge("c", "Twin", "")],
        Stretches(
            np.array([classed.edge["AB"], classed.edge["BC"], classed.edge["AE"]]),
            np.array([7_900.0, 0.0, 0.0]),
            np.array([8_000.0, 100.0, 100.0]),
        ),
        np.arange(3),
    )
    assert bridges_called(twins, "a") == (0, 1)
    assert bridges_called(twins, "TWIN") == (0, 1, 2)
    line = bridge_line(twins, (0, 1))
    assert len(line.geoms) == 2
    assert shapely.distance(line, shapely.Point(-91.9, 38.0)) < 1e-9


@pytest.mark.parametrize(("word", "near"), [("Long Brige", "'Long Bridge'"), ("river", "'River Bridge'")])
def test_an_unknown_bridge_is_refused_with_the_nearest_names(classed, word, near):
    later = Closure("b", "blocked", shapely.MultiLineString(), bridge=word, starts_at=NOW + timedelta(days=1))
    with pytest.raises(ClosureError, match="No bridge is called") as refusal:
        close(classed.network, [later], NOW)
    assert near in refusal.value.wanted
    with pytest.raises(ClosureError, match="know no bridges"):
        close(classed.bare, [later], NOW)


def test_a_closure_needs_a_shape_or_a_bridge():
    with pytest.raises(ClosureError, match="has no shape"):
        Closure("a", "blocked", shapely.MultiLineString())


def test_a_closure_limited_to_classes_closes_only_their_roads(classed):
    box = shapely.box(-92.1, 37.9, -91.6, 38.2)
    closed = close(classed.network, [Closure("a", "blocked", box, classes=("US", "SR"))], NOW)
    shut = {CLASSES[classed.bare.names[classed.bare.edge_name[at]]] for at in closed.obstacles.stretches.edge}
    assert shut == {"US", "SR"}
    assert closed.arc_ms[classed.network.forward_arc[classed.edge["AB"]]] > 0
    assert closed.notes == {}


def test_a_class_that_no_road_has_is_said(classed):
    closed = close(
        classed.network, [Closure("a", "blocked", classed.area.geometry, classes=("motorway",))], NOW
    )
    assert closed.touched == {"a": 0.0}
    assert closed.notes["a"] == ("No road of this network is of class motorway; its classes are I, SR, US",)


def test_a_closure_limited_to_vehicles_leaves_the_others_alone(classed):
    block = Closure("a", "blocked", classed.area.geometry, profiles=("load", "truck"))
    car = close(classed.network, [block], NOW)
    assert (car.exempt, dict(car.touched), car.expired) == (("a",), {}, ())
    assert car.arc_ms.tolist() == classed.network.arc_ms.tolist()
    load = close(classed.network, [block], NOW, drive(classed.network, profile()))
    assert load.exempt == ()
    assert (load.arc_ms < 0).any()
    past = Closure("a", "blocked", classed.area.geometry, profiles=("load",), ends_at=NOW)
    gone = close(classed.network, [past], NOW)
    assert (gone.expired, gone.exempt) == (("a",), ())


@pytest.mark.parametrize(
    "limits", [{"classes": ("US", "SR")}, {"profiles": ("car",)}, {"bridge": "Long Bridge"}]
)
def test_the_new_kinds_close_partly_covered_edges_partly_and_end_at_their_end(classed, limits):
    shape = classed.stretch("BC", 1_000, 2_000)
    closure = Closure("a", "blocked", shape, ends_at=NOW, **limits)
    before = close(classed.network, [closure], NOW - timedelta(microseconds=1))
    assert len(before.obstacles.blocked) == 1
    metres = before.obstacles.blocked.to_m - before.obstacles.blocked.from_m
    assert metres[0] == pytest.approx(500.0 if "bridge" in limits else 1_000.0, abs=0.1)
    after = close(classed.network, [closure], NOW)
    assert after.expired == ("a",)
    assert after.arc_ms.tolist() == classed.network.arc_ms.tolist()


LIMITS = st.dictionaries(
    st.sampled_from(["I", "US", "SR"]), st.sampled_from([0.0, 20.0, 55.5, 71.0, 72.0, 90.0]), max_size=3
)
CLOSING = st.lists(
    st.tuples(st.sampled_from(list(ROADS)), st.floats(0.0, 0.8), st.sampled_from([None, 1.3, 4.0])),
    max_size=4,
)


def closing(classed, parts, **limits):
    found = []
    for number, (road, share, factor) in enumerate(parts):
        length = ROADS[road][1]
        shape = classed.stretch(road, share * length, (share + 0.2) * length, 0.0005)
        effect = "blocked" if factor is None else "slowed"
        found.append(Closure(str(number), effect, shape, factor=factor or 1.0, **limits))
    return found


def everywhere(network):
    edge = np.repeat(np.arange(len(network.edge_tail)), 9).astype(np.int32)
    offset_m = np.tile(np.linspace(0.05, 0.95, 9), len(network.edge_tail)) * network.edge_length_m[edge]
    return Snaps(edge, offset_m, np.zeros(len(edge)))


@settings(max_examples=150, deadline=None)
@given(limits=LIMITS, bridge_mph=st.sampled_from([None, 10, 30, 60]), parts=CLOSING)
def test_no_vehicle_is_faster_than_a_car(classed, limits, bridge_mph, parts):
    network, closures = classed.network, closing(classed, parts)
    load = drive(network, profile(bridge_mph=bridge_mph, **limits))
    car_roads, load_roads = close(network, closures, NOW), close(network, closures, NOW, load)
    assert ((load_roads.arc_ms < 0) | (load_roads.arc_ms >= car_roads.arc_ms)).all()
    assert (load_roads.arc_ms[car_roads.arc_ms < 0] < 0).all()
    car, slow = search(network, classed.area, car_roads), search(network, classed.area, load_roads)
    if slow.road_inside:
        early, late = (found.arrivals(everywhere(network)).road_ms for found in (car, slow))
        assert ((late < 0) | ((early >= 0) & (late >= early))).all()


@settings(max_examples=150, deadline=None)
@given(
    limits=LIMITS,
    bridge_mph=st.sampled_from([None, 7, 10, 30]),
    parts=CLOSING,
    more=CLOSING,
    bridge=st.booleans(),
)
def test_a_closure_makes_no_vehicle_faster_on_its_bridges_or_off_them(
    classed, limits, bridge_mph, parts, more, bridge
):
    network = classed.network
    load = drive(network, profile(bridge_mph=bridge_mph, **limits))
    few, many = closing(classed, parts), closing(classed, parts + more)
    if bridge:
        many.append(Closure("bridge", "slowed", shapely.MultiLineString(), 1.7, bridge="River Bridge"))
    before, after = close(network, few, NOW, load), close(network, many, NOW, load)
    assert ((after.arc_ms < 0) | ((before.arc_ms >= 0) & (after.arc_ms >= before.arc_ms))).all()
    early, late = search(network, classed.area, before), search(network, classed.area, after)
    if late.road_inside:
        places = everywhere(network)
        early_ms, late_ms = early.arrivals(places).road_ms, late.arrivals(places).road_ms
        assert ((late_ms < 0) | ((early_ms >= 0) & (late_ms >= early_ms))).all()


@settings(max_examples=100, deadline=None)
@given(parts=CLOSING, some=st.sets(st.sampled_from(["I", "US", "SR", "motorway"])))
def test_a_closure_limited_to_classes_closes_no_more_and_all_classes_together_close_all(classed, parts, some):
    network = classed.network
    whole = close(network, closing(classed, parts), NOW)
    part = close(network, closing(classed, parts, classes=tuple(some)), NOW) if some else open_roads(network)
    shut = whole.arc_ms < 0
    assert (shut | ((part.arc_ms >= 0) & (part.arc_ms <= whole.arc_ms))).all()
    one_each = [
        Closure(f"{closure.key}{word}", closure.effect, closure.geometry, closure.factor, classes=(word,))
        for closure in closing(classed, parts)
        for word in ("I", "US", "SR")
    ]
    together = close(network, one_each, NOW)
    assert together.arc_ms.tobytes() == whole.arc_ms.tobytes()
    assert together.obstacles.factor.tobytes() == whole.obstacles.factor.tobytes()


def test_a_profile_without_limits_gives_the_bytes_of_the_car(shipped):
    rng = np.random.default_rng(5)
    snaps = snap(shipped, rng.uniform(-95.5, -89.5, 300), rng.uniform(36.2, 40.4, 300))
    closures = [Closure("a", "blocked", shapely.Point(-92.3, 38.7).buffer(0.2))]
    area = area_from_circle(-92.33, 38.95, 10.0)
    free = Profile("free", "Free", MappingProxyType({"freeway": 500.0}))
    found = [
        search(shipped, area, close(shipped, closures, NOW, which)).arrivals(snaps)
        for which in (None, drive(shipped, CAR), drive(shipped, free))
    ]
    for other in found[1:]:
        assert other.road_ms.tobytes() == found[0].road_ms.tobytes()
        assert other.road_m.tobytes() == found[0].road_m.tobytes()
        assert other.reason == found[0].reason

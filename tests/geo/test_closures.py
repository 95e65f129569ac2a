from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.closures import LINE_REACH_M, Closure, close, open_roads, read_closures
from geo.errors import ClosureError
from geo.intervals import Stretches, added, without
from geo.polygons import inside
from geo.routing import search
from geo.snapping import Snaps

NOW = datetime(2011, 5, 22, 23, tzinfo=UTC)
HOUR = timedelta(hours=1)
SQUARE = [[[-92.0, 38.0], [-91.9, 38.0], [-91.9, 38.1], [-92.0, 38.1], [-92.0, 38.0]]]


def feature(geometry=None, **properties):
    shape = geometry or {"type": "Polygon", "coordinates": SQUARE}
    return {"type": "Feature", "properties": {"effect": "blocked", **properties}, "geometry": shape}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def stretches(*parts):
    """Return stretches from (edge, from, to)."""
    edge, from_m, to_m = zip(*sorted(parts), strict=True)
    return Stretches(
        np.array(edge, dtype=np.int64), np.array(from_m, dtype=float), np.array(to_m, dtype=float)
    )


def listed(some):
    return list(
        zip(some.edge.tolist(), some.from_m.round(3).tolist(), some.to_m.round(3).tolist(), strict=True)
    )


def test_a_closure_holds_from_its_beginning_until_just_before_its_end():
    closure = Closure("a", "blocked", shapely.Point(-92, 38), starts_at=NOW, ends_at=NOW + HOUR)
    moments = [NOW - timedelta(microseconds=1), NOW, NOW + HOUR - timedelta(microseconds=1), NOW + HOUR]
    assert [closure.active(at) for at in moments] == [False, True, True, False]
    assert Closure("b", "blocked", shapely.Point(-92, 38)).active(NOW)


def test_a_closure_that_does_not_hold_is_named_and_changes_nothing(hand):
    past = Closure("past", "blocked", hand.area.geometry, ends_at=NOW)
    closed = close(hand.network, [past], NOW)
    assert closed.expired == ("past",)
    assert "past" not in closed.touched
    assert (closed.arc_ms == hand.network.arc_ms).all()
    assert (close(hand.network, [past], NOW - HOUR).arc_ms < 0).any()


def test_a_closure_that_touches_no_road_is_reported_with_no_km(hand):
    off_road = Closure("field", "blocked", shapely.box(-91.96, 37.9, -91.95, 37.95))
    closed = close(hand.network, [off_road], NOW)
    assert closed.touched == {"field": 0.0}
    assert (closed.arc_ms == hand.network.arc_ms).all()


def test_only_the_covered_part_of_an_edge_is_closed(hand):
    block = Closure("a", "blocked", hand.stretch("AB", 2_000, 4_000))
    closed = close(hand.network, [block], NOW)
    assert closed.touched["a"] == pytest.approx(2.0)
    assert listed(closed.obstacles.stretches) == [(hand.edge["AB"], 2_000.0, 4_000.0)]
    edge = np.full(4, hand.edge["AB"])
    ms = closed.obstacles.passage_ms(
        edge, np.array([0, 1_999, 4_000, 3_000.0]), np.array([2_000, 2_001, 8_000, 3_000.0])
    )
    assert ms.tolist() == [2_000 * 50, -1, 4_000 * 50, 0]
    shut = hand.network.arc_edge[closed.arc_ms < 0]
    assert set(shut.tolist()) == {hand.edge["AB"]}


@pytest.mark.parametrize(
    ("shape", "km"),
    [
        (shapely.Point(-91.95, 38.0), 0.6),
        # 300 m on either side; the line crosses the road at a right angle.
        (shapely.LineString([(-91.95, 37.95), (-91.95, 38.01)]), 0.6),
        (
            shapely.MultiLineString([[(-91.95, 37.95), (-91.95, 38.01)], [(-91.85, 37.95), (-91.85, 38.01)]]),
            1.2,
        ),
        (shapely.Point(-91.95, 37.9), 0.0),
    ],
)
def test_a_line_or_a_point_closes_the_road_within_its_reach(hand, shape, km):
    closed = close(hand.network, [Closure("a", "blocked", shape)], NOW)
    # AB and BC are drawn 8.77 km long and stated to be 8 km.
    assert closed.touched["a"] == pytest.approx(km * 8 / 8.77, rel=0.02, abs=1e-9)
    assert LINE_REACH_M == 300.0


def test_what_touches_becomes_one_and_what_is_taken_away_is_gone(hand):
    network = hand.network
    some = stretches((0, 0, 100), (0, 100, 250), (0, 300, 400), (1, 0, 50))
    assert listed(added(some)) == [(0, 0, 250), (0, 300, 400), (1, 0, 50)]
    assert listed(added(some, stretches((0, 200, 350)))) == [(0, 0, 400), (1, 0, 50)]
    gone = stretches((0, 50, 60), (0, 240, 500), (1, 0, 50), (2, 0, 10))
    assert listed(without(network, some, gone)) == [(0, 0, 50), (0, 60, 240)]


def test_roads_inside_a_polygon_are_what_an_overlay_finds(shipped):
    rng = np.random.default_rng(9)
    lines = shipped.lines(np.arange(len(shipped.edge_tail)))
    for _ in range(20):
        lon, lat = rng.uniform(-95, -90), rng.uniform(36.5, 40)
        angle = np.linspace(0, 2 * np.pi, 30, endpoint=False)
        radius = rng.uniform(0.2, 1.0, 30)
        star = shapely.Polygon(np.column_stack([lon + radius * np.cos(angle), lat + radius * np.sin(angle)]))
        ring = star.difference(shapely.Point(lon, lat).buffer(0.15))
        found = inside(shipped, ring)
        # Every shipped edge is one straight segment, so a share of its degrees is a share of its metres.
        share = shapely.length(shapely.intersection(lines, ring)) / shapely.length(lines)
        metres = np.bincount(found.edge, weights=found.to_m - found.from_m, minlength=len(share))
        np.testing.assert_allclose(metres, share * shipped.edge_length_m, atol=0.01)


def test_a_road_along_the_border_lies_inside_and_a_touch_at_a_point_does_not(hand):
    along = inside(hand.network, shapely.box(-91.98, 38.0, -91.96, 38.005))
    assert listed(along) == [(hand.edge["AB"], 1_600.0, 3_200.0)]
    tip = shapely.Polygon([(-91.95, 38.0), (-91.96, 37.9), (-91.94, 37.9)])
    assert len(inside(hand.network, tip)) == 0


def test_less_than_two_millimetres_are_a_touch_and_a_centimetre_is_an_overlap(hand):
    assert len(inside(hand.network, hand.stretch("AB", 2_000, 2_000.001))) == 0
    hair = Closure("hair", "blocked", hand.stretch("AB", 2_000, 2_000.01))
    closed = close(hand.network, [hair], NOW)
    assert 0.0 < closed.touched["hair"] < 2e-5
    assert closed.arc_ms[hand.network.forward_arc[hand.edge["AB"]]] == -1


def test_an_edge_that_enters_twice_is_covered_twice(hand):
    comb = shapely.box(-91.98, 37.9, -91.92, 38.1) - shapely.box(-91.96, 37.99, -91.94, 38.01)
    edge = hand.edge["AB"]
    assert [part for part in listed(inside(hand.network, comb)) if part[0] == edge] == [
        (edge, 1_600.0, 3_200.0),
        (edge, 4_800.0, 6_400.0),
    ]


def test_a_longer_part_never_takes_less_and_the_whole_takes_the_edges_time(hand):
    slow = Closure("a", "slowed", hand.stretch("AE", 7_000, 11_000), factor=3.3)
    closed = close(hand.network, [slow], NOW)
    edge = np.full(3_001, hand.edge["AE"])
    to_m = np.linspace(0, 30_000, 3_001)
    ms = closed.obstacles.passage_ms(edge, np.zeros(3_001), to_m)
    assert (np.diff(ms) >= 0).all()
    assert ms[-1] == pytest.approx((26_000 + 4_000 * 3.3) * 50, abs=1)
    whole = open_roads(hand.network).obstacles.passage_ms(edge[:1], np.zeros(1), to_m[-1:])
    assert whole[0] == hand.network.edge_ms[hand.edge["AE"]]


@pytest.mark.parametrize("tenths", [13, 15, 25, 37, 99])
def test_a_half_of_a_millisecond_is_rounded_up_whatever_binary_fractions_make_of_it(shipped, tenths):
    everywhere_slow = Closure("a", "slowed", shapely.box(-98, 34, -86, 43), factor=tenths / 10)
    closed = close(shipped, [everywhere_slow], NOW)
    exact = (shipped.arc_ms.astype(np.int64) * tenths + 5) // 10
    assert closed.arc_ms.tolist() == exact.tolist()


ROAD_NAMES = ("AB", "BC", "CD", "CE", "DE", "AE")
PARTS = st.lists(
    st.tuples(
        st.sampled_from(ROAD_NAMES),
        st.floats(0.0, 0.9),
        st.floats(0.01, 0.5),
        st.sampled_from([None, 1.5, 2.0, 7.0]),
    ),
    max_size=6,
)


def closures_of(hand, parts):
    lengths = {name: hand.network.edge_length_m[hand.edge[name]] for name in ROAD_NAMES}
    return [
        Closure(
            str(key),
            "blocked" if factor is None else "slowed",
            hand.stretch(name, share * lengths[name], min(share + part, 1.0) * lengths[name], 0.0005),
            factor=1.0 if factor is None else factor,
        )
        for key, (name, share, part, factor) in enumerate(parts)
    ]


def everywhere(network):
    """Return places every 500 m of every road."""
    edge, offset = [], []
    for at, length in enumerate(network.edge_length_m):
        places = np.arange(0.0, length, 500.0)
        edge += [at] * len(places)
        offset += places.tolist()
    return Snaps(np.array(edge, dtype=np.int32), np.array(offset), np.zeros(len(edge)))


@settings(max_examples=150, deadline=None)
@given(parts=PARTS, more=PARTS)
def test_a_closure_never_makes_anyone_faster_and_opening_restores(hand, parts, more):
    few, many = closures_of(hand, parts), closures_of(hand, parts + more)
    places = everywhere(hand.network)
    freely = search(hand.network, hand.area).arrivals(places)
    before = search(hand.network, hand.area, close(hand.network, few, NOW))
    after = search(hand.network, hand.area, close(hand.network, many, NOW))
    if after.road_inside:
        early, late = before.arrivals(places).road_ms, after.arrivals(places).road_ms
        assert ((late < 0) | ((early >= 0) & (late >= early))).all()
        assert ((early < 0) | (early >= freely.road_ms)).all()
    ended = [
        Closure(closure.key, closure.effect, closure.geometry, closure.factor, ends_at=NOW)
        for closure in many
    ]
    again = search(hand.network, hand.area, close(hand.network, ended, NOW)).arrivals(places)
    assert again.road_ms.tobytes() == freely.road_ms.tobytes()
    assert again.road_m.tobytes() == freely.road_m.tobytes()


def test_closures_are_read_and_written_alike():
    given_ = collection(
        feature(name="I-44", reason="flooded", source="MoDOT", until="2011-05-23T06:00:00-05:00"),
        {**feature(effect="slowed", factor=2, crossing="x1"), "id": "bridge"},
        feature({"type": "Point", "coordinates": [-92.0, 38.0]}),
        feature({"type": "LineString", "coordinates": [[-92.0, 38.0, 200.0], [-92.1, 38.0, 210.0]]}),
        feature(
            {
                "type": "MultiLineString",
                "coordinates": [[[-92.0, 38.0], [-92.1, 38.0]], [[-92, 38], [-92, 39]]],
            }
        ),
    )
    closures = read_closures(json.dumps(given_))
    assert [closure.key for closure in closures] == ["1", "bridge", "3", "4", "5"]
    assert all((closure.classes, closure.profiles, closure.bridge) == ((), (), None) for closure in closures)
    assert closures[0].ends_at == datetime(2011, 5, 23, 11, tzinfo=UTC)
    assert (closures[0].name, closures[0].reason, closures[0].source) == ("I-44", "flooded", "MoDOT")
    assert (closures[1].effect, closures[1].factor, closures[1].crossing) == ("slowed", 2.0, "x1")
    assert read_closures(json.dumps(collection(*(closure.as_geojson() for closure in closures)))) == closures
    assert read_closures(closures[1].as_geojson()) == (closures[1],)


def test_closures_of_classes_of_vehicles_and_of_a_bridge_are_read_and_written_alike():
    given_ = collection(
        feature(classes=["I", " US ", "I"], profiles="relief_load"),
        {**feature(bridge="Broadway Bridge", profiles=["truck", "relief_load"]), "geometry": None},
        feature({"type": "Point", "coordinates": [-92.0, 38.0]}, effect="slowed", factor=3, bridge="w1"),
    )
    limited, named, drawn = closures = read_closures(json.dumps(given_))
    assert (limited.classes, limited.profiles) == (("I", "US"), ("relief_load",))
    assert (named.bridge, named.profiles) == ("Broadway Bridge", ("truck", "relief_load"))
    assert named.geometry.is_empty
    assert (drawn.bridge, drawn.factor, drawn.geometry) == ("w1", 3.0, shapely.Point(-92, 38))
    written = json.dumps(collection(*(closure.as_geojson() for closure in closures)))
    assert json.loads(written)["features"][1]["geometry"] is None
    assert read_closures(written) == closures


LINE = {"type": "LineString", "coordinates": [[-92.0, 38.0], [-92.0, 38.0]]}
CROSSED = {"type": "Polygon", "coordinates": [[[-92, 38], [-91, 39], [-91, 38], [-92, 39], [-92, 38]]]}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("{", "closures cannot be read"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "closures cannot be read"),
        ("[" * 100 + "]" * 100, "closures cannot be read"),
        ([], "These are no closures"),
        ({"type": "Polygon", "coordinates": SQUARE}, "These are no closures"),
        (collection(*[feature()] * 1_001), "too many closures"),
        (collection(7), "Closure 1 is not a Feature"),
        (collection(feature(), feature(effect="open")), "Closure 2 does not say what it does"),
        (feature(effect=["blocked"]), "does not say what it does"),
        ({**feature(), "properties": [1]}, "has no properties"),
        (feature(effect="slowed"), "does not say how much"),
        (feature(effect="slowed", factor="2"), "does not say how much"),
        (feature(effect="slowed", factor=1), "needs to know how slow"),
        (feature(effect="slowed", factor=1000), "needs to know how slow"),
        (feature(effect="slowed", factor=float("nan")), "needs to know how slow"),
        (feature(name=["I-44"]), "has a name that is no text"),
        (feature(classes=[]), "has classes that are no words"),
        (feature(classes=["I", 44]), "has classes that are no words"),
        (feature(classes=["I", " "]), "has classes that are no words"),
        (feature(profiles={"truck": True}), "has profiles that are no words"),
        (feature(profiles=["x"] * 201), "has profiles that are no words"),
        (feature(bridge=["w1"]), "has a bridge that is no text"),
        ({**feature(bridge=" "), "geometry": None}, "has no shape that closes a road"),
        (feature(reason="x" * 501), "has a reason that is no text"),
        (feature(until="2011-05-22 18:00"), "has a time in 'until' that cannot be read"),
        ({**feature(), "properties": {"effect": "blocked", "from": "tomorrow"}}, "has a time in 'from'"),
        (feature(until=1306108800), "has a time in 'until'"),
        (
            {
                **feature(until="2011-05-22T18:00Z"),
                "id": 5,
                "properties": {
                    "effect": "blocked",
                    "from": "2011-05-23T00:00Z",
                    "until": "2011-05-22T00:00Z",
                },
            },
            "ends before it begins",
        ),
        (feature({"type": "GeometryCollection", "geometries": []}), "has no shape that closes a road"),
        ({**feature(), "geometry": None}, "has no shape that closes a road"),
        (feature({"type": "Point", "coordinates": []}), "has a point that is none"),
        (feature({"type": "Point", "coordinates": ["-92", "38"]}), "has a point that is none"),
        (feature({"type": "Point", "coordinates": [-92, float("inf")]}), "Closure 1 cannot be used"),
        (feature({"type": "Point", "coordinates": [38, -92]}), "Closure 1 cannot be used"),
        (feature(LINE), "is a line of one point"),
        (feature({"type": "LineString", "coordinates": 5}), "has no line of points"),
        (feature({"type": "MultiLineString", "coordinates": []}), "is empty"),
        (feature({"type": "MultiPolygon", "coordinates": []}), "is empty"),
        (feature(CROSSED), "its shape crosses itself"),
        (collection({**feature(), "id": "a"}, {**feature(), "id": "a"}), "have the same id"),
    ],
)
def test_what_cannot_be_a_closure_is_refused_in_a_sentence(value, sentence):
    with pytest.raises(ClosureError, match=sentence) as refusal:
        read_closures(value)
    assert refusal.value.given
    assert refusal.value.wanted
    assert refusal.value.todo


def test_the_place_of_a_fault_is_told():
    with pytest.raises(ClosureError) as refusal:
        read_closures(feature(CROSSED))
    assert refusal.value.place == pytest.approx((-91.5, 38.5))


def test_a_time_without_its_zone_is_refused():
    with pytest.raises(ClosureError, match="lacks its zone"):
        Closure("a", "blocked", shapely.Point(-92, 38), starts_at=NOW.replace(tzinfo=None))

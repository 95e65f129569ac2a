"""Ways over shared nodes become junctions and edges: by hand, and on random ways against the rule itself."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

import numpy as np
import pytest

from geo.chains import chained
from geo.errors import NetworkError
from geo.network import Bridge
from geo.projection import ground_m
from geo.ways import RoadKind, Ways, build_from_ways, only_found

STREET = RoadKind("street", "", oneway=False, speed_kmh=None)
PLACES = {name: (-92.0 + 0.01 * at, 38.0 + 0.003 * (at % 3)) for at, name in enumerate("ABCDEFGHIJ")}
SPEEDS = {"street": 36.0, "highway": 90.0}


def ways(*drawn, places=PLACES):
    """Return ways such as ("ABC", STREET) or ("ABC", STREET, Bridge(...)); a lower-case letter is a missing node."""
    names = list(places)
    kinds = list(dict.fromkeys(kind for _, kind, *_ in drawn))
    bridges = [bridge for *_, bridge in drawn if isinstance(bridge, Bridge)]
    return Ways(
        lonlat=np.array([places[name] for name in names]),
        node=np.array([names.index(name) if name in names else -1 for nodes, *_ in drawn for name in nodes]),
        start=np.cumsum([0, *(len(nodes) for nodes, *_ in drawn)]),
        kind=np.array([kinds.index(kind) for _, kind, *_ in drawn]),
        bridge=np.array([bridges.index(rest[0]) if rest else -1 for _, _, *rest in drawn]),
        kinds=tuple(kinds),
        bridges=tuple(bridges),
    )


def build(*drawn, places=PLACES):
    found, _ = only_found(ways(*drawn, places=places))
    return build_from_ways(found, SPEEDS, name="Test", attribution="us")


def edges(network, places=PLACES):
    """Return each edge as the names it passes, in the direction in which it is stored."""
    at = {place: name for name, place in places.items()}
    return [
        "".join(at[tuple(point)] for point in network.shape[first:last])
        for first, last in zip(network.shape_start[:-1], network.shape_start[1:], strict=True)
    ]


def metres(path):
    points = np.array([PLACES[name] for name in path])
    return float(ground_m(points[:-1], points[1:]).sum())


def kind(*, road_class="street", name="", oneway=False, speed_kmh=None):
    return RoadKind(road_class, name, oneway, speed_kmh)


def test_a_node_between_two_ends_of_like_road_is_no_junction():
    network, report = build(("ABC", STREET), ("CDE", STREET))
    assert edges(network) in (["ABCDE"], ["EDCBA"])
    assert (report["nodes"], report["edges"], report["components"]) == (2, 1, 1)
    assert network.edge_length_m[0] == pytest.approx(metres("ABCDE"))
    assert network.edge_ms[0] == round(metres("ABCDE") / 10 * 1000)


def test_ways_that_meet_the_wrong_way_round_are_joined_too():
    network, _ = build(("ABC", STREET), ("EDC", STREET), ("GFE", STREET))
    assert edges(network) == ["ABCDEFG"]


def test_three_ends_make_a_junction_and_so_does_a_way_that_passes_another_inside():
    network, _ = build(("ABC", STREET), ("CD", STREET), ("CE", STREET), ("FBG", STREET))
    assert sorted(map(sorted, edges(network))) == [
        list(pair) for pair in ("AB", "BC", "BF", "BG", "CD", "CE")
    ]


def test_ways_that_cross_without_a_node_of_both_do_not_meet():
    network, report = build(("AC", STREET), ("BDE", STREET), ("AB", STREET))
    assert report["edges"] == 1
    assert len(edges(network)[0]) == 5


@pytest.mark.parametrize(
    "other",
    [kind(road_class="highway"), kind(name="Main"), kind(speed_kmh=50.0)],
    ids=["class", "name", "speed"],
)
def test_a_junction_stands_where_the_road_changes(other):
    network, _ = build(("ABC", STREET), ("CDE", other))
    assert sorted(map(len, edges(network))) == [3, 3]


def test_a_ways_own_speed_times_it_and_the_class_times_the_rest():
    network, _ = build(("AB", STREET), ("BC", kind(speed_kmh=72.0)), ("CD", kind(road_class="highway")))
    pace = {
        edge: ms / m
        for edge, ms, m in zip(edges(network), network.edge_ms, network.edge_length_m, strict=True)
    }
    assert pace == {
        "AB": pytest.approx(100, rel=1e-4),
        "BC": pytest.approx(50, rel=1e-4),
        "CD": pytest.approx(40, rel=1e-4),
    }
    assert network.speeds_kmh == (36.0, 90.0)


def test_one_way_roads_go_on_only_the_way_they_run():
    oneway = kind(oneway=True)
    back = ("EA", STREET)
    network, _ = build(("ABC", oneway), ("CDE", oneway), back)
    assert sorted(edges(network)) == ["ABCDE", "AE"] or sorted(edges(network)) == ["ABCDE", "EA"]
    network, report = build(("ABC", oneway), ("EDC", oneway), back, ("CA", STREET))
    assert (report["edges"], report["nodes"]) == (4, 3)
    assert {"ABC", "EDC"} <= set(edges(network))


def test_a_bridge_costs_no_junction_and_is_kept_as_a_span():
    bridge = Bridge("17", "Low Bridge", "MO 3")
    network, report = build(("AB", STREET), ("BCD", STREET, bridge), ("DE", STREET))
    assert edges(network) == ["ABCDE"]
    assert network.bridges == (bridge,)
    assert network.span_edge.tolist() == network.span_bridge.tolist() == [0]
    assert network.span_from_m[0] == pytest.approx(metres("AB"))
    assert network.span_to_m[0] == pytest.approx(metres("ABCD"))
    assert report["bridges"] == 1
    assert report["bridge_km"] == pytest.approx(metres("BCD") / 1000, abs=1e-3)


def test_a_bridge_across_a_junction_has_a_span_on_each_of_its_edges_in_order():
    one, other = Bridge("1", "", ""), Bridge("2", "", "")
    network, _ = build(("ED", STREET, other), ("DCB", STREET, one), ("BA", STREET), ("CF", STREET))
    on = [
        (edges(network)[edge], network.bridges[at])
        for edge, at in zip(network.span_edge, network.span_bridge, strict=True)
    ]
    assert sorted(("".join(sorted(edge)), bridge.id) for edge, bridge in on) == [
        ("ABC", "1"),
        ("CDE", "1"),
        ("CDE", "2"),
    ]
    assert network.bridges[0] == on[0][1]
    assert np.all(np.diff(network.span_edge) >= 0)
    shared = np.flatnonzero(network.span_edge == network.span_edge[1])
    assert np.all(np.diff(network.span_from_m[shared]) > 0)


def test_a_bridge_that_is_left_out_is_not_named():
    network, _ = build(("ABC", STREET), ("CA", STREET), ("CD", STREET), ("GH", STREET, Bridge("9", "", "")))
    assert network.bridges == ()
    assert network.span_edge.size == 0


def test_a_way_cut_by_a_missing_node_ends_there_and_begins_again_behind():
    found, lacking = only_found(ways(("ABxCD", STREET), ("DyE", STREET), ("EFG", STREET)))
    assert lacking == 2
    assert [len(found.node), found.start.tolist()] == [7, [0, 2, 4, 7]]


def test_nodes_at_the_very_same_place_in_one_way_become_one():
    places = {**PLACES, "Z": PLACES["C"], "Y": PLACES["C"]}
    network, _ = build(("ABCZYD", STREET), ("CE", STREET), ("YF", STREET), places=places)
    assert len(network.edge_tail) == 4
    assert network.edge_length_m.min() > 100


def test_a_ring_that_meets_one_road_is_an_edge_from_its_junction_to_itself():
    network, _ = build(("ABC", STREET), ("BDEB", STREET))
    assert sorted(map(len, edges(network))) == [2, 2, 4]
    assert (network.edge_tail == network.edge_head).sum() == 1


def test_a_lone_ring_of_two_ways_is_still_a_network():
    network, _ = build(("ABC", STREET), ("CDA", STREET))
    assert sorted(map(len, edges(network))) == [3, 3]


def test_the_same_ways_give_the_same_bytes():
    drawn = (("ABC", STREET), ("CD", STREET, Bridge("1", "", "")), ("CE", kind(name="Elm")), ("EA", STREET))
    assert build(*drawn)[0].content_hash == build(*drawn)[0].content_hash


def test_no_ways_a_class_without_speed_and_a_node_off_the_earth_are_refused():
    with pytest.raises(NetworkError, match="There are no roads"):
        build(("Ax", STREET))
    with pytest.raises(NetworkError, match="1 road class has no speed") as refusal:
        build(("AB", kind(road_class="canal")))
    assert refusal.value.given == "'canal'"
    with pytest.raises(NetworkError, match="leaves the earth"):
        build(("AZ", STREET), places={**PLACES, "Z": (-192.0, 38.0)})
    with pytest.raises(NetworkError, match="make no road network"):
        build(("AB", kind(oneway=True)))


@pytest.mark.parametrize("seed", range(60))
def test_random_ways_keep_every_step_and_stop_exactly_where_the_rule_says(seed):
    random = np.random.default_rng(seed)
    kinds = [kind(), kind(name="x"), kind(oneway=True), kind(name="x", oneway=True)][: 1 + seed % 4]
    count = int(random.integers(4, 40))
    lonlat = np.column_stack([-92 + random.random(count), 38 + random.random(count)])
    paths = [random.permutation(count)[: random.integers(2, 5)] for _ in range(random.integers(1, 25))]
    given = Ways(
        lonlat=lonlat,
        node=np.concatenate(paths),
        start=np.cumsum([0, *map(len, paths)]),
        kind=random.integers(0, len(kinds), len(paths)),
        bridge=np.where(random.random(len(paths)) < 0.3, np.arange(len(paths)), -1),
        kinds=tuple(kinds),
        bridges=tuple(Bridge(str(at), "", "") for at in range(len(paths))),
    )
    pieces, spans = chained(given)
    at = {tuple(place): number for number, place in enumerate(lonlat.tolist())}
    node = [at[tuple(place)] for place in pieces.shape.tolist()]
    made = [node[first:last] for first, last in zip(pieces.start[:-1], pieces.start[1:], strict=True)]

    def steps(paths, kind_of):
        return Counter(
            (row, *(step if kinds[row].oneway else sorted(step)))
            for path, row in zip(paths, kind_of, strict=True)
            for step in itertools.pairwise(path)
        )

    assert steps(made, pieces.line) == steps([path.tolist() for path in paths], given.kind)
    assert [at[tuple(place)] for place in pieces.lonlat[pieces.tail].tolist()] == [path[0] for path in made]
    assert [at[tuple(place)] for place in pieces.lonlat[pieces.head].tolist()] == [path[-1] for path in made]
    meeting = defaultdict(list)
    for path, row in zip(made, pieces.line, strict=True):
        for step in itertools.pairwise(path):
            for end, of in enumerate(step):
                meeting[of].append((row, end))

    def goes_on(of):
        ends = meeting[of]
        if len(ends) != 2 or ends[0][0] != ends[1][0]:
            return False
        return not kinds[ends[0][0]].oneway or {ends[0][1], ends[1][1]} == {0, 1}

    for path in made:
        assert all(goes_on(of) for of in path[1:-1])
        if path[0] != path[-1] and not lone_ring(path[0], made, meeting):
            assert not goes_on(path[0])
            assert not goes_on(path[-1])
    ends = np.stack([spans.first, spans.last])
    assert (
        np.searchsorted(pieces.start, ends[0], "right") == np.searchsorted(pieces.start, ends[1], "right")
    ).all()
    covered = Counter(
        frozenset((node[row], node[row + 1])) for first, last in ends.T.tolist() for row in range(first, last)
    )
    on = [path.tolist() for path, bridge in zip(paths, given.bridge, strict=True) if bridge >= 0]
    assert covered == Counter(frozenset(step) for path in on for step in itertools.pairwise(path))


def lone_ring(start, made, meeting):
    """Return whether every place that can be reached from here merely passes on."""
    seen, waiting = set(), [start]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        waiting += [step for path in made if here in path for step in path]
    return all(len(meeting[of]) == 2 for of in seen)

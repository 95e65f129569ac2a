"""A network whose arrays contradict each other is refused, whoever hands it over."""

from __future__ import annotations

import io

import numpy as np
import pytest

from geo import network_file
from geo.errors import NetworkError
from geo.network import ARRAYS, WORDS, Bridge, RoadNetwork

NAN = float("nan")


def parts_of(network):
    """Return the words and arrays of a network, the arrays writable, with a bridge on its second edge."""
    parts = {name: getattr(network, name) for name in WORDS}
    parts |= {name: getattr(network, name).copy() for name in ARRAYS}
    parts["bridges"] = (Bridge("b1", "Bagnell Dam", "US 54"),)
    parts |= {"span_edge": np.array([1, 1], dtype=np.int32), "span_bridge": np.array([0, 0], dtype=np.int32)}
    parts |= {"span_from_m": np.array([10.0, 500.0]), "span_to_m": np.array([20.0, 600.0])}
    return parts


FAULTS = [
    ("lat", lambda a: a[:-1], "lat has 4 values, not 5"),
    ("indptr", lambda a: a[:-1], "indptr has 5 values, not 6"),
    ("arc_ms", lambda a: a[:-1], "arc_ms has 10 values, not 11"),
    ("edge_ms", lambda a: a[:-1], "edge_ms has 5 values, not 6"),
    ("shape", lambda a: a[:, :1], "pairs of longitude and latitude"),
    ("shape", lambda a: a.ravel()[: len(a)], "shape has 1 dimensions"),
    ("speeds_kmh", lambda _: (), "have 0 speeds"),
    ("speeds_kmh", lambda _: (NAN,), "not all above 0 km/h"),
    ("names", lambda names: names[1:], "first road name"),
    ("head", lambda a: put(a, 0, 5), "head holds 0 to 5"),
    ("head", lambda a: put(a, 0, -1), "head holds -1 to 4"),
    ("edge_tail", lambda a: put(a, 0, 99), "edge_tail holds"),
    ("arc_edge", lambda a: put(a, 0, 6), "arc_edge holds"),
    ("edge_class", lambda a: put(a, 0, 1), "edge_class holds"),
    ("edge_name", lambda a: put(a, 0, 99), "edge_name holds"),
    ("span_bridge", lambda a: put(a, 0, 1), "span_bridge holds"),
    ("indptr", lambda a: put(a, 0, 1), "indptr runs from 1"),
    ("indptr", lambda a: put(a, 2, a[1] - 1), "indptr does not rise"),
    ("shape_start", lambda a: put(a, 1, a[0] + 1), "shape_start does not rise by 2"),
    ("shape_start", lambda a: put(a, -1, 11), "shape_start runs from 0 to 11"),
    ("lon", lambda a: put(a, 0, NAN), "lon lies outside"),
    ("lat", lambda a: put(a, 0, 91.0), "lat lies outside"),
    ("shape", lambda a: put(a, (3, 0), np.inf), "a shape's longitude"),
    ("shape", lambda a: put(a, (3, 1), NAN), "a shape's latitude"),
    ("arc_ms", lambda a: put(a, 0, 0), "arc_ms holds 0"),
    ("edge_ms", lambda a: put(a, 0, -7), "edge_ms holds -7"),
    ("edge_length_m", lambda a: put(a, 0, NAN), "no number of metres above 0"),
    ("edge_length_m", lambda a: put(a, 0, -8.0), "no number of metres above 0"),
    ("edge_length_m", lambda a: put(a, 0, np.inf), "no number of metres above 0"),
    ("shape_m", lambda a: put(a, 0, 1.0), "from 0 to the length"),
    ("shape_m", lambda a: put(a, -1, 1.0), "from 0 to the length"),
    ("edge_length_m", lambda a: put(a, 0, a[0] + 1.0), "from 0 to the length"),
    ("arc_forward", lambda a: put(a, 0, ~a[0]), "starts elsewhere than its edge"),
    ("arc_ms", lambda a: put(a, 0, a[0] + 1), "another time than its edge"),
    ("span_to_m", lambda a: put(a, 1, 9_000_000.0), "leaves its edge"),
    ("span_from_m", lambda a: put(a, 0, NAN), "leaves its edge"),
    ("span_from_m", lambda a: a[::-1], "leaves its edge"),
    ("span_edge", lambda a: put(a, 1, 0), "do not stand by edge"),
]


def put(values, place, value):
    values[place] = value
    return values


@pytest.mark.parametrize(("name", "spoil", "said"), FAULTS)
def test_arrays_that_contradict_each_other_are_refused_in_a_sentence(hand, name, spoil, said):
    parts = parts_of(hand.network)
    assert RoadNetwork.sealed(**parts).bridges
    parts[name] = spoil(parts[name])
    with pytest.raises(NetworkError, match="contradicts itself") as refused:
        RoadNetwork.sealed(**parts)
    assert said in refused.value.given


def test_two_arcs_one_way_along_an_edge_are_refused(hand):
    parts = parts_of(hand.network)
    first, last = parts["indptr"][0], parts["indptr"][1]
    along = [arc for arc in range(first, last) if parts["head"][arc] == parts["head"][first]]
    for name in ("head", "arc_ms", "arc_edge", "arc_forward"):
        parts[name] = np.insert(parts[name], first, parts[name][along[0]])
    parts["indptr"][1:] += 1
    with pytest.raises(NetworkError) as refused:
        RoadNetwork.sealed(**parts)
    assert "two arcs in one direction" in refused.value.given


@pytest.mark.parametrize("metres", [(5_000.0, 3_000.0), (NAN, 3_000.0)])
def test_metres_that_fall_within_an_edge_are_refused(hand, metres):
    parts = parts_of(hand.network)
    parts["shape"] = np.insert(parts["shape"], 1, parts["shape"][[0, 1]], axis=0)
    parts["shape_start"][1:] += 2
    rising = dict(parts, shape_m=np.insert(parts["shape_m"], 1, sorted(metres)))
    parts["shape_m"] = np.insert(parts["shape_m"], 1, metres)
    if np.isfinite(metres).all():
        assert len(RoadNetwork.sealed(**rising).shape_m) == len(hand.network.shape_m) + 2
    with pytest.raises(NetworkError) as refused:
        RoadNetwork.sealed(**parts)
    assert "falls within an edge" in refused.value.given


@pytest.mark.parametrize(
    ("name", "value"),
    [("head", 2**32 + 1), ("edge_name", 2**31), ("arc_ms", NAN), ("edge_ms", 2.5), ("edge_class", 256)],
)
def test_a_number_that_does_not_fit_is_refused_and_named(hand, name, value):
    parts = parts_of(hand.network)
    parts[name] = put(parts[name].astype(np.float64), 2, value)
    with pytest.raises(NetworkError, match="does not fit") as refused:
        RoadNetwork.sealed(**parts)
    assert refused.value.given.startswith(f"{name}[2] is ")
    parts[name] = put(parts_of(hand.network)[name].astype(np.int64), 2, 2**40)
    with pytest.raises(NetworkError, match="does not fit"):
        RoadNetwork.sealed(**parts)


def test_a_file_with_a_right_hash_and_wrong_arrays_is_refused(hand):
    parts = parts_of(hand.network)
    words, arrays = {name: parts[name] for name in WORDS}, {name: parts[name] for name in ARRAYS}
    put(arrays["head"], 0, 1_000_000)
    pieces = io.BytesIO()
    network_file.pour(pieces.write, words, arrays, network_file.content_hash(words, arrays))
    with pytest.raises(NetworkError, match="contradicts itself") as refused:
        RoadNetwork.from_bytes(pieces.getvalue(), "roads.npz")
    assert "roads.npz: head holds 0 to 1000000" in refused.value.given

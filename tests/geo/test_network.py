from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest

from geo.errors import NetworkError
from geo.network import ARRAYS, RoadNetwork


def tampered(network, **changes):
    """Return the network's file with some of its parts changed."""
    with np.load(io.BytesIO(network.to_bytes())) as stored:
        parts = dict(stored)
    parts |= {name: change(parts[name]) for name, change in changes.items()}
    buffer = io.BytesIO()
    np.savez(buffer, **parts)
    return buffer.getvalue()


def about(text, **changes):
    return np.frombuffer(json.dumps(json.loads(text.tobytes()) | changes).encode(), dtype=np.uint8)


def test_a_saved_network_is_loaded_as_it_was(hand, tmp_path):
    hand.network.save(tmp_path / "network.npz")
    loaded = RoadNetwork.load(tmp_path / "network.npz")
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(loaded, name), getattr(hand.network, name))
    assert (loaded.names, loaded.classes, loaded.speeds_kmh) == (
        hand.network.names,
        hand.network.classes,
        hand.network.speeds_kmh,
    )
    assert loaded.content_hash == hand.network.content_hash
    assert [path.name for path in tmp_path.iterdir()] == ["network.npz"]


def test_the_same_network_gives_the_same_bytes(hand):
    data = hand.network.to_bytes()
    assert data == RoadNetwork.from_bytes(data).to_bytes()
    dates = {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(data)).infolist()}
    assert dates == {(1980, 1, 1, 0, 0, 0)}


def test_another_speed_gives_another_hash(hand):
    parts = {
        name: getattr(hand.network, name) for name in (*ARRAYS, "name", "attribution", "main_roads_only")
    }
    parts |= {"classes": hand.network.classes, "names": hand.network.names, "speeds_kmh": (73.0,)}
    assert RoadNetwork.sealed(**parts).content_hash != hand.network.content_hash


def test_its_arrays_cannot_be_changed(hand):
    for network in (hand.network, RoadNetwork.from_bytes(hand.network.to_bytes())):
        with pytest.raises(ValueError, match="read-only"):
            network.arc_ms[0] = 1


@pytest.mark.parametrize("kept", [0, 10, 1_000, -1])
def test_a_file_cut_short_is_refused(hand, tmp_path, kept):
    (tmp_path / "half.npz").write_bytes(hand.network.to_bytes()[:kept])
    with pytest.raises(NetworkError, match="not a whole road network"):
        RoadNetwork.load(tmp_path / "half.npz")


def test_a_file_of_another_version_is_refused(hand):
    data = tampered(hand.network, about=lambda text: about(text, version=99))
    with pytest.raises(NetworkError, match="another version") as refusal:
        RoadNetwork.from_bytes(data, "old.npz")
    assert "old.npz" in refusal.value.given
    assert "99" in refusal.value.given


def test_a_changed_time_is_refused_by_its_hash(hand):
    data = tampered(hand.network, arc_ms=lambda ms: ms + np.int32(1))
    with pytest.raises(NetworkError, match="not a whole road network") as refusal:
        RoadNetwork.from_bytes(data)
    assert "hash" in refusal.value.given


def test_an_array_of_another_kind_is_refused(hand):
    with pytest.raises(NetworkError, match="not a whole road network") as refusal:
        RoadNetwork.from_bytes(tampered(hand.network, head=lambda head: head.astype(np.int64)))
    assert "head" in refusal.value.given


def test_a_missing_file_and_a_missing_folder_are_refused(hand, tmp_path):
    with pytest.raises(NetworkError, match="cannot be read"):
        RoadNetwork.load(tmp_path / "nowhere.npz")
    with pytest.raises(NetworkError, match="cannot be written"):
        hand.network.save(tmp_path / "nowhere" / "network.npz")
    assert list(tmp_path.iterdir()) == []


def test_arcs_and_edges_say_the_same(shipped):
    forward, backward = shipped.forward_arc, shipped.backward_arc
    assert (shipped.arc_ms == shipped.edge_ms[shipped.arc_edge]).all()
    assert (shipped.arc_ms >= 1).all()
    for arcs, tails, heads in (
        (forward, shipped.edge_tail, shipped.edge_head),
        (backward, shipped.edge_head, shipped.edge_tail),
    ):
        there = arcs >= 0
        assert (shipped.arc_tail[arcs[there]] == tails[there]).all()
        assert (shipped.head[arcs[there]] == heads[there]).all()
    assert ((forward >= 0) | (backward >= 0)).all()


def test_an_edges_shape_runs_from_its_tail_to_its_head(shipped):
    first, last = shipped.shape_start[:-1], shipped.shape_start[1:] - 1
    nodes = np.column_stack([shipped.lon, shipped.lat])
    np.testing.assert_array_equal(shipped.shape[first], nodes[shipped.edge_tail])
    np.testing.assert_array_equal(shipped.shape[last], nodes[shipped.edge_head])
    np.testing.assert_array_equal(shipped.shape_m[last], shipped.edge_length_m)
    assert (shipped.shape_m[first] == 0.0).all()

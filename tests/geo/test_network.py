from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import layout
from geo.areas import area_from_circle
from geo.errors import NetworkError
from geo.layout import LAYOUT, laid_out
from geo.network import ARRAYS, RoadNetwork
from geo.network_file import Layout
from geo.routing import search
from geo.snapping import snap


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


def laid_out_file(network, folder):
    network.save(folder / "laid-out.npz", laid_out=True)
    return folder / "laid-out.npz"


def test_a_file_can_be_read_by_numpy_and_its_arrays_where_they_lie(hand, tmp_path):
    file = laid_out_file(hand.network, tmp_path)
    with np.load(file) as stored:
        for name in (*ARRAYS, *LAYOUT.kinds):
            np.testing.assert_array_equal(stored[name], getattr(hand.network, name, stored[name]))
    network = RoadNetwork.load(file, laid_out=True)
    for name in (*ARRAYS, "shape_xy", "boxes_xy", "forward_arc"):
        values = getattr(network, name)
        assert values.size == 0 or values.ctypes.data % 64 == 0
        assert not values.flags.owndata


def test_what_is_laid_out_is_what_would_be_worked_out(shipped, tmp_path):
    network = RoadNetwork.load(laid_out_file(shipped, tmp_path), laid_out=True)
    assert {"shape_xy", "inward", "reduced", "boxes", "boxes_xy", "arc_tail", "forward_arc"} <= set(
        network.__dict__
    )
    fresh = RoadNetwork.from_bytes(shipped.to_bytes())
    for name, values in laid_out(fresh).items():
        found = laid_out(network)[name]
        assert found.dtype == values.dtype
        np.testing.assert_array_equal(found, values)
    assert network.inward.middle_ms == network.reduced.middle_ms == fresh.reduced.middle_ms
    assert network.to_bytes() == fresh.to_bytes()


def test_a_file_without_the_layout_asked_for_or_with_another_is_refused(hand, tmp_path, monkeypatch):
    hand.network.save(tmp_path / "plain.npz")
    with pytest.raises(NetworkError, match="not a whole road network"):
        RoadNetwork.load(tmp_path / "plain.npz", laid_out=True)
    file = laid_out_file(hand.network, tmp_path)
    assert RoadNetwork.load(file).content_hash == hand.network.content_hash
    monkeypatch.setattr(layout, "LAYOUT", Layout("another program", LAYOUT.kinds))
    with pytest.raises(NetworkError, match="another version") as refusal:
        RoadNetwork.load(file, laid_out=True)
    assert "PROJ" in refusal.value.given
    assert "another program" in refusal.value.wanted


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_byte_changed_anywhere_is_refused_or_changes_nothing(hand, tmp_path_factory, data):
    file = laid_out_file(hand.network, tmp_path_factory.mktemp("changed"))
    whole = bytearray(file.read_bytes())
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    file.write_bytes(whole)
    try:
        network = RoadNetwork.load(file, laid_out=True)
    except NetworkError:
        return
    for name, values in laid_out(hand.network).items():
        np.testing.assert_array_equal(laid_out(network)[name], values)
    assert network.to_bytes() == hand.network.to_bytes()


@pytest.mark.parametrize("taken", [0, 1, 1_000, 5_000])
def test_a_file_that_goes_on_past_its_end_or_starts_late_is_read_or_refused(hand, tmp_path, taken):
    file = laid_out_file(hand.network, tmp_path)
    file.write_bytes(file.read_bytes()[taken:] + b"\0" * 100)
    if taken:
        with pytest.raises(NetworkError, match="not a whole road network"):
            RoadNetwork.load(file, laid_out=True)
    else:
        assert RoadNetwork.load(file, laid_out=True).content_hash == hand.network.content_hash


def test_an_archive_with_members_that_are_compressed_or_stand_column_by_column_is_refused(hand, tmp_path):
    with np.load(io.BytesIO(hand.network.to_bytes())) as stored:
        parts = dict(stored)
    np.savez_compressed(tmp_path / "compressed.npz", **parts)
    np.savez(tmp_path / "columns.npz", **(parts | {"shape": np.asfortranarray(parts["shape"])}))
    for name, word in (("compressed", "is compressed"), ("columns", "row by row")):
        with pytest.raises(NetworkError, match="not a whole road network") as refusal:
            RoadNetwork.load(tmp_path / f"{name}.npz")
        assert word in refusal.value.given


def test_a_file_removed_or_replaced_stays_readable_to_those_who_have_it(hand, tmp_path):
    file = laid_out_file(hand.network, tmp_path)
    network = RoadNetwork.load(file, laid_out=True)
    hand.network.save(file)
    file.unlink()
    np.testing.assert_array_equal(network.shape_xy, hand.network.shape_xy)
    assert network.to_bytes() == hand.network.to_bytes()


def test_a_search_on_a_mapped_network_is_the_same(shipped, tmp_path):
    network = RoadNetwork.load(laid_out_file(shipped, tmp_path), laid_out=True)
    area = area_from_circle(-94.5, 37.1, 10.0)
    sites = np.array([-93.0, -91.5, -94.4]), np.array([38.0, 37.5, 37.0])
    found = [search(each, area).arrivals(snap(each, *sites)) for each in (shipped, network)]
    assert found[0].road_ms.tolist() == found[1].road_ms.tolist()
    assert found[0].road_ms.min() >= 0


def test_what_is_worked_out_cannot_be_changed_either(hand):
    fresh = RoadNetwork.from_bytes(hand.network.to_bytes())
    arrays = [
        getattr(fresh, name) for name in ("arc_tail", "forward_arc", "shape_xy", "edge_order", "boxes_xy")
    ]
    for values in (*arrays, fresh.inward.indptr, fresh.inward.tail, fresh.inward.arc, fresh.reduced.into):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0

"""The files of road networks: mapped from a folder all processes share, mended from the database, cleared away."""

from __future__ import annotations

import fcntl
import multiprocessing
import resource
from contextlib import contextmanager

import numpy as np
import pytest

from geo.errors import NetworkError
from geo.network import ARRAYS, RoadNetwork
from registry.db.engine import session_scope
from registry.directory import road_files
from registry.directory.road_files import LOCK, PART_BYTES, mapped_network, stored_network
from registry.directory.roads import store_network
from registry.directory.source_tables import RoadNetworkPartRow
from tests.registry.hand import road

SOUTH = road(37.2, "southern road")
NORTH = road(37.4, "northern road")


@pytest.fixture
def stored(facts_url):
    """Yield a session on a database with the southern road in use, and its hash."""
    with session_scope(facts_url) as session:
        yield session, store_network(session, *SOUTH)


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != LOCK)


def is_mapped(network):
    whole = network.shape_xy.base
    while isinstance(whole, np.ndarray):
        whole = whole.base
    return type(whole.obj).__name__ == "mmap" and network.shape_xy.flags.aligned


def test_the_file_is_made_once_and_then_only_mapped(stored, tmp_path, monkeypatch):
    session, content_hash = stored
    made = mapped_network(session, content_hash, tmp_path)
    assert files(tmp_path) == [f"network-{content_hash}.npz"]
    monkeypatch.setattr(road_files, "stored_network", None)
    for network in (made, mapped_network(session, content_hash, tmp_path)):
        assert is_mapped(network)
        for name in ARRAYS:
            np.testing.assert_array_equal(getattr(network, name), getattr(SOUTH[0], name))
        np.testing.assert_array_equal(network.inward.arc, SOUTH[0].inward.arc)


def test_a_large_file_is_made_in_a_process_of_its_own(stored, tmp_path, monkeypatch):
    session, content_hash = stored
    mapped_network(session, content_hash, tmp_path / "here")
    monkeypatch.setattr(road_files, "APART_BYTES", 0)
    monkeypatch.setattr(road_files, "stored_network", None)
    assert is_mapped(mapped_network(session, content_hash, tmp_path / "apart"))
    name = f"network-{content_hash}.npz"
    assert files(tmp_path / "apart") == [name]
    assert (tmp_path / "apart" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


@pytest.mark.parametrize("words", ["raise MemoryError", "pass"])
def test_when_that_process_fails_this_one_makes_the_file(stored, tmp_path, monkeypatch, words):
    session, content_hash = stored
    monkeypatch.setattr(road_files, "APART_BYTES", 0)
    monkeypatch.setattr(road_files, "MAKE", words)
    assert is_mapped(mapped_network(session, content_hash, tmp_path))
    assert files(tmp_path) == [f"network-{content_hash}.npz"]


@pytest.mark.parametrize("damage", ["cut short", "one byte", "empty", "not laid out", "other roads"])
def test_a_file_that_is_not_whole_is_made_again(stored, tmp_path, damage):
    session, content_hash = stored
    mapped_network(session, content_hash, tmp_path)
    file = tmp_path / f"network-{content_hash}.npz"
    whole = file.read_bytes()
    if damage == "not laid out":
        SOUTH[0].save(file)
    elif damage == "other roads":
        NORTH[0].save(file, laid_out=True)
    else:
        place = whole.index(SOUTH[0].shape_xy.tobytes())
        changed = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        file.write_bytes({"cut short": whole[: len(whole) // 2], "one byte": changed, "empty": b""}[damage])
    assert is_mapped(mapped_network(session, content_hash, tmp_path))
    assert file.read_bytes() == whole


def test_files_of_networks_no_longer_in_use_go_and_stay_readable_to_those_who_have_them(stored, tmp_path):
    session, south = stored
    held = mapped_network(session, south, tmp_path)
    (tmp_path / f"network-{south}.npzk1ll3d").write_bytes(b"half a file")
    (tmp_path / f"network-{'0' * 64}.npz").write_bytes(b"of another database")
    (tmp_path / "geocoder.json").write_bytes(b"{}")
    north = store_network(session, *NORTH)
    mapped_network(session, north, tmp_path)
    assert files(tmp_path) == sorted(["geocoder.json", f"network-{'0' * 64}.npz", f"network-{north}.npz"])
    np.testing.assert_array_equal(held.shape_xy, SOUTH[0].shape_xy)
    # Who follows later finds its own file and clears away again.
    assert mapped_network(session, south, tmp_path).content_hash == south
    mapped_network(session, north, tmp_path)
    assert f"network-{south}.npz" not in files(tmp_path)


def test_nothing_is_removed_while_another_process_writes(stored, tmp_path):
    session, content_hash = stored
    mapped_network(session, content_hash, tmp_path)
    part = tmp_path / f"network-{content_hash}.npzwr1t1ng"
    part.write_bytes(b"half a file")
    with (tmp_path / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        mapped_network(session, content_hash, tmp_path)
        assert part.exists()
    mapped_network(session, content_hash, tmp_path)
    assert not part.exists()


def _start(url, content_hash, folder, barrier, told):
    made = []
    first = road_files.stored_network

    def counted(*given):
        made.append(1)
        return first(*given)

    road_files.stored_network = counted
    barrier.wait(120)
    with session_scope(url) as session:
        network = mapped_network(session, content_hash, folder)
    told.put((len(made), is_mapped(network), network.content_hash))


def test_of_processes_that_start_at_once_one_makes_the_file_and_all_map_it(facts_url, tmp_path):
    with session_scope(facts_url) as session:
        content_hash = store_network(session, *SOUTH)
    context = multiprocessing.get_context("spawn")
    barrier, told = context.Barrier(3), context.Queue()
    arguments = (facts_url, content_hash, tmp_path, barrier, told)
    some = [context.Process(target=_start, args=arguments) for _ in range(3)]
    for process in some:
        process.start()
    answers = [told.get(timeout=120) for _ in some]
    for process in some:
        process.join(120)
    assert sorted(made for made, _, _ in answers) == [0, 0, 1]
    assert {answer[1:] for answer in answers} == {(True, content_hash)}
    assert files(tmp_path) == [f"network-{content_hash}.npz"]


@contextmanager
def no_file_larger_than(size):
    """Refuse this process to write a file beyond a size, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("apart_bytes", [0, 10**9])
def test_on_a_full_disk_the_database_serves_and_no_half_file_stays(
    stored, tmp_path, monkeypatch, apart_bytes
):
    session, content_hash = stored
    monkeypatch.setattr(road_files, "APART_BYTES", apart_bytes)
    with no_file_larger_than(2_000):
        network = mapped_network(session, content_hash, tmp_path)
    assert network.content_hash == content_hash
    assert files(tmp_path) == []
    assert is_mapped(mapped_network(session, content_hash, tmp_path))


def test_where_no_folder_can_be_made_the_database_serves(stored, tmp_path):
    session, content_hash = stored
    (tmp_path / "taken").write_text("")
    assert mapped_network(session, content_hash, tmp_path / "taken" / "cache").content_hash == content_hash


def test_a_folder_that_may_only_be_read_is_read(stored, tmp_path):
    session, content_hash = stored
    mapped_network(session, content_hash, tmp_path)
    (tmp_path / LOCK).unlink()
    (tmp_path / LOCK).mkdir()  # nobody can lock this, whatever rights the tests run with
    assert is_mapped(mapped_network(session, content_hash, tmp_path))


def test_a_file_of_many_parts_comes_back_byte_for_byte(stored, monkeypatch):
    session, _ = stored
    assert session.query(RoadNetworkPartRow).count() == 1
    monkeypatch.setattr(road_files, "PART_BYTES", 1_000)
    north = store_network(session, *NORTH)
    parts = session.query(RoadNetworkPartRow).filter_by(content_hash=north)
    sizes = [len(part.bytes) for part in parts.order_by(RoadNetworkPartRow.number)]
    assert set(sizes[:-1]) == {1_000}
    assert sum(sizes) == len(NORTH[0].to_bytes())
    assert stored_network(session, north).to_bytes() == NORTH[0].to_bytes()
    assert PART_BYTES < 2**23


def test_a_part_that_is_missing_is_noticed(stored, monkeypatch):
    session, _ = stored
    monkeypatch.setattr(road_files, "PART_BYTES", 1_000)
    north = store_network(session, *NORTH)
    session.query(RoadNetworkPartRow).filter_by(content_hash=north, number=1).delete()
    with pytest.raises(NetworkError, match="not a whole road network"):
        stored_network(session, north)


def test_the_bytes_of_another_network_are_noticed(stored):
    session, content_hash = stored
    part = session.get(RoadNetworkPartRow, (content_hash, 0))
    part.bytes = NORTH[0].to_bytes()
    session.flush()
    with pytest.raises(NetworkError, match="not the ones their name says"):
        stored_network(session, content_hash)
    assert RoadNetwork.from_bytes(part.bytes).name == "northern road"


def test_roads_stored_by_another_release_are_refused_with_what_brings_them_back(stored, tmp_path):
    session, content_hash = stored
    part = session.get(RoadNetworkPartRow, (content_hash, 0))
    part.bytes = part.bytes.replace(b'"version":2', b'"version":1')
    session.flush()
    with pytest.raises(NetworkError, match="another version") as refusal:
        mapped_network(session, content_hash, tmp_path)
    assert refusal.value.given == "the stored network: 'merr road network', version 1"
    assert refusal.value.todo.startswith("run `merr load roads` again")
    assert "merr build" not in refusal.value.todo


def test_loading_the_same_roads_again_mends_what_is_damaged_in_the_database(stored):
    session, content_hash = stored
    part = session.get(RoadNetworkPartRow, (content_hash, 0))
    part.bytes = part.bytes[:-100]
    session.flush()
    session.expunge(part)
    assert store_network(session, *SOUTH) == content_hash
    assert stored_network(session, content_hash).to_bytes() == SOUTH[0].to_bytes()

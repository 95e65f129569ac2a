"""A network as large as a state's: into the database, out of it and shared, with a bounded amount of memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.graphs import synthetic
from geo.network import RoadNetwork

NODES = 800_000
ROOT = Path(__file__).resolve().parents[2]

CHILD = """
import json, sys, time
from pathlib import Path
from benchmarks.loading import memory_mb
from geo.network import RoadNetwork
from geo.snapping import snap
from registry.db.engine import session_scope
from registry.directory import roads

step, url, file, cache = sys.argv[1:]
start = time.perf_counter()
with session_scope(url) as session:
    if step == "store":
        network = RoadNetwork.load(Path(file))
        roads.store_network(session, network, {})
    elif step == "database":
        network = roads.active_network(session)
    else:
        network = roads.active_network(session, Path(cache))
    placed = snap(network, network.lon[:10], network.lat[:10]) if step != "store" else None
print(json.dumps({
    "step": step, "s": time.perf_counter() - start, **memory_mb(), "hash": network.content_hash,
    "placed": placed and placed.edge.tolist(), "laid_out": "shape_xy" in network.__dict__,
}))
"""


@pytest.fixture(scope="module")
def network_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("state") / "network.npz"
    synthetic(NODES).save(file)
    return file


@pytest.mark.proof
def test_a_state_goes_into_the_database_and_out_in_bounded_memory(network_file, database_url, tmp_path):
    """Store it, map it from a cache that is missing, map it again, and read it without a cache: a process each."""
    size_mb = network_file.stat().st_size / 1e6
    found = {}
    for step in ("store", "first", "again", "database"):
        command = [sys.executable, "-c", CHILD, step, database_url, str(network_file), str(tmp_path)]
        ended = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        found[step] = json.loads(ended.stdout)
    assert {each["hash"] for each in found.values()} == {RoadNetwork.load(network_file).content_hash}
    assert found["first"]["placed"] == found["again"]["placed"] == found["database"]["placed"]
    # Storing reads a map and holds a part at a time; the file is made in a process that is gone when it is there.
    for step in ("store", "first"):
        assert found[step]["most"] < found["again"]["most"] + size_mb / 2
    # Whoever finds the file has next to nothing of its own.
    assert found["again"]["laid_out"]
    assert found["again"]["own"] < found["store"]["own"] + size_mb / 2
    assert [path.suffix for path in tmp_path.iterdir() if path.name.startswith("network-")] == [".npz"]

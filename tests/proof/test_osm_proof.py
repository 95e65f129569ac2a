"""An extract of a state's shape, read in a process of its own whose memory is watched."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.etl.osm_state import INNER, write_state

ROOT = Path(__file__).resolve().parents[2]
SIDE = 300
"""Junctions along each side: a seventh of a state, so that the proof ends in minutes. 800 makes a state."""

READ = """
import json, resource, sys
from pathlib import Path
from etl.sources.lines import in_kmh, read_speeds
from etl.sources.osm_pbf import read_pbf
from geo.ways import build_from_ways
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
speeds = in_kmh(read_speeds(Path("data/reference/speeds.csv")))
import geopandas, osmium, pyproj
before = peak()
ways, read = read_pbf(Path(sys.argv[1]))
reading = peak()
network, held = build_from_ways(ways, {word: kmh for word, kmh in speeds.items() if kmh}, name="State", attribution="us")
print(json.dumps({**read, **held, "before": before, "reading": reading, "peak": peak(), "points": len(network.shape)}))
"""


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    path = tmp_path_factory.mktemp("state") / "state.osm.pbf"
    points, ways = write_state(path, SIDE)
    told = subprocess.run(
        [sys.executable, "-c", READ, str(path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return points, ways, json.loads(told.stdout)


@pytest.mark.proof
def test_a_state_is_read_whole(state):
    points, ways, found = state
    assert (found["ways"], found["missing_nodes"], found["components"]) == (ways, 0, 1)
    assert found["nodes"] == pytest.approx(SIDE * SIDE, abs=4)  # a corner may be a bend
    assert found["edges"] == pytest.approx(ways, abs=4)
    assert found["points"] == pytest.approx(ways * (INNER + 2), abs=8)
    assert points > 1_500_000


@pytest.mark.proof
def test_memory_stays_below_150_bytes_a_point_and_450_a_way(state):
    """That is 2.2 GB for a state of 11 million points and 1.3 million ways, of which it takes 1.8."""
    points, ways, found = state
    assert found["peak"] - found["before"] < 150 * points + 450 * ways

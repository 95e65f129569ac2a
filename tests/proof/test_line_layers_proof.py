"""A layer as large as a State's becomes a network within a stated memory, and stops when it is told to.

The layer is made: a shaken grid of 1.2 million street pieces of four points, with eight columns of words beside the
two that are asked for. It is read and built in a process of its own, whose peak of memory the kernel tells.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SIDE = 780
EDGES = 2 * SIDE * (SIDE - 1)
MOST_BYTES = 3_300_000_000

MAKE = """
import sys
import geopandas as gpd, numpy as np, shapely
side, path = int(sys.argv[1]), sys.argv[2]
rng = np.random.default_rng(29)
at = np.arange(side) * 0.0015
nodes = np.stack(np.meshgrid(at - 94.0, at + 37.0), axis=-1) + rng.uniform(-3e-4, 3e-4, (side, side, 2))
ends = [nodes[:, :-1], nodes[:, 1:]], [nodes[:-1], nodes[1:]]
tail, head = (np.concatenate([pair[end].reshape(-1, 2) for pair in ends]) for end in (0, 1))
share = np.linspace(0.0, 1.0, 4)[None, :, None]
shape = tail[:, None] * (1.0 - share) + head[:, None] * share
shape[:, 1:3] += rng.uniform(-5e-5, 5e-5, (len(tail), 2, 2))
number = np.arange(len(tail))
words = {f"note_{column}": [f"{row} of column {column}" for row in number] for column in range(8)}
columns = {"kind": np.where(number % 9, "S1400", "S1200"), "name": [f"Street {row % 5000}" for row in number]}
gpd.GeoDataFrame({**columns, **words}, geometry=shapely.linestrings(shape), crs=4326).to_parquet(path)
"""

BUILD = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # who starts us in the background has it ignored
from etl.sources.lines import read_lines
from geo.noding import build_network
asked = dict(name="State", attribution="made", main_roads_only=False)
lines = read_lines(Path(sys.argv[1]), "kind", "name")
say = lambda word: print(word, flush=True)
network, report = build_network(lines, {"S1200": 80.0, "S1400": 50.0}, progress=say, **asked)
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(report.edges, report.components, peak.split()[1])
"""

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def layer(tmp_path_factory):
    """Yield the file of the layer."""
    path = tmp_path_factory.mktemp("layer") / "state.parquet"
    subprocess.run([sys.executable, "-c", MAKE, str(SIDE), path], check=True)
    yield path
    path.unlink()


def test_a_states_lines_become_a_network_within_the_memory_stated(layer: Path):
    done = subprocess.run(
        [sys.executable, "-c", BUILD, layer], cwd=ROOT, capture_output=True, text=True, check=True
    )
    edges, components, peak_kb = map(int, done.stdout.splitlines()[-1].split())
    assert (edges, components) == (EDGES, 1)
    assert peak_kb * 1024 < MOST_BYTES


def test_ctrl_c_is_heard_while_lines_are_looked_at(layer: Path):
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        [sys.executable, "-c", BUILD, layer],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        said = [child.stdout.readline()]
        child.send_signal(signal.SIGINT)
        rest, fault = child.communicate()
    assert said[0].startswith("finding where lines meet: ")
    assert "KeyboardInterrupt" in fault
    assert "joining" not in rest

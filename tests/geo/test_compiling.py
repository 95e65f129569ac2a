"""Two servers that start cold at once, a disk that was full, a folder that may not be written to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import geo.kernels
from geo.compiling import LOCK

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 4

FILL_WEIGHTS = """
import sys
import numpy as np
from geo.kernels import gather
print("ready", flush=True)
sys.stdin.readline()
kinds = [np.int32, np.int64][:: int(sys.argv[1])]
for kind in kinds:
    weight = np.zeros(2, dtype=kind)
    assert gather(np.array([1, 0], dtype=np.int32), np.array([3, -7]), weight) == 3
    assert weight.tolist() == [-1, 3], weight
print(sum(gather.stats.cache_misses.values()))
"""


def started(folder, order):
    """Start a process that stands right before its first two compiled calls."""
    process = subprocess.Popen(
        [sys.executable, "-c", FILL_WEIGHTS, str(order)],
        cwd=ROOT,
        env=dict(os.environ, NUMBA_CACHE_DIR=str(folder)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def compiled_by(processes):
    """Let all of them go at once; return how many functions each had to compile."""
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=120)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return [int(answer) for answer in answers]


def test_processes_that_start_cold_at_once_compile_each_function_once_among_them(tmp_path):
    cold = compiled_by([started(tmp_path, 1 if at % 2 else -1) for at in range(PROCESSES)])
    assert sum(cold) == 2
    assert compiled_by([started(tmp_path, 1)]) == [0]
    assert list(tmp_path.glob(f"*/{LOCK}"))


@pytest.mark.parametrize("suffix", ["nbi", "nbc"])
def test_a_kept_function_that_cannot_be_read_is_compiled_again_and_kept(tmp_path, suffix):
    compiled_by([started(tmp_path, 1)])
    for file in tmp_path.glob(f"*/*.{suffix}"):
        file.write_bytes(b"")
    assert compiled_by([started(tmp_path, 1)]) == [2]
    assert compiled_by([started(tmp_path, 1)]) == [0]


def test_where_nothing_may_be_kept_on_disk_it_still_compiles():
    somewhere = {"__name__": "kernels_of_no_file"}
    source = Path(geo.kernels.__file__).read_text()
    exec(compile(source, "<no file>", "exec", dont_inherit=True), somewhere)  # noqa: S102 - our own source
    weight = np.zeros(2, dtype=np.int32)
    assert somewhere["gather"](np.array([1, 0], dtype=np.int32), np.array([3, -7]), weight) == 3
    assert weight.tolist() == [-1, 3]
    assert somewhere["gather"].stats.cache_path is None


def test_where_nothing_can_be_locked_it_still_compiles(monkeypatch):
    def no_locks(*_):
        raise OSError(37, "No locks available")

    monkeypatch.setattr("geo.compiling.fcntl.flock", no_locks)
    alone = geo.compiling.compiled(geo.kernels.gather.py_func)
    weight = np.zeros(2, dtype=np.int32)
    assert alone(np.array([1, 0], dtype=np.int32), np.array([3, -7]), weight) == 3
    assert alone.stats.cache_path is None

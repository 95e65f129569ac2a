"""`loading`: from a file to the first place found on the road, in a process of its own, and the memory that takes."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import worker
from benchmarks.measure import RUNS, Row, row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geo.network import RoadNetwork

ROOT = Path(__file__).resolve().parents[1]
POINTS = 10_000
SEED = 2011
AREA_KM = 10.0
PROCESSES = 2
CHILD = "import sys; from benchmarks.loading import child; child(sys.argv[1], sys.argv[2] == 'mapped')"
WORKER = "import sys; from benchmarks.worker import child; child(sys.argv[1])"
WORKER_MB = 600
"""What a web worker may keep resident that was asked about every vehicle."""


def figures(network: RoadNetwork, graph: str) -> Iterator[Row | str]:
    """Yield the time from file to first place, mapped against worked out again, and the memory of processes that share.

    Each run is a process of its own, timed once its imports are done, by its own processor time.
    """
    with tempfile.TemporaryDirectory(prefix="merr-bench-") as folder:
        files = {"mapped": Path(folder, "laid-out.npz"), "worked out": Path(folder, "plain.npz")}
        network.save(files["mapped"], laid_out=True)
        network.save(files["worked out"])
        taken: dict[str, list[float]] = {how: [] for how in files}
        for how, file in files.items():
            _run(file, how)  # compiles what was never compiled, and does not count
        for _ in range(RUNS):
            for how, file in files.items():
                taken[how].append(_run(file, how)["ms"])
        ours_ms, peer_ms = (statistics.median(taken[how]) for how in files)
        note = f"{files['mapped'].stat().st_size / 1e6:.0f} MB checked and mapped, to the first place on the road"
        yield row("loading", graph, ours_ms=ours_ms, peer="worked out again", peer_ms=peer_ms, note=note)
        yield _memory(files["mapped"], graph)
        yield _worker(files["mapped"], graph)


def child(file: str, laid_out: bool) -> None:
    """Load a network, find a place on it, say how long that took; then work, and say how much memory it keeps."""
    from geo.areas import area_from_circle
    from geo.network import RoadNetwork
    from geo.routing import search
    from geo.snapping import snap

    before = memory_mb()
    start, wall = time.process_time(), time.perf_counter()
    network = RoadNetwork.load(Path(file), laid_out=laid_out)
    middle = float(np.median(network.lon)), float(np.median(network.lat))
    snap(network, middle[:1], middle[1:])
    ms, wall_ms = (time.process_time() - start) * 1000.0, (time.perf_counter() - wall) * 1000.0
    _say(ms=ms, wall_ms=wall_ms, before=before, after=memory_mb())
    if sys.stdin.readline().strip() == "work":
        node = np.random.default_rng(SEED).integers(0, len(network.lon), POINTS)
        sites = snap(network, network.lon[node] + 0.001, network.lat[node] + 0.001)
        search(network, area_from_circle(*middle, AREA_KM)).arrivals(sites)
        _say(worked=True)
        sys.stdin.readline()
        _say(**memory_mb())
        sys.stdin.readline()  # stays until all have told: what they share is told while all live


def _run(file: Path, how: str) -> dict[str, Any]:
    process = _started(file, how)
    found = _told(process, "stop")
    process.communicate()
    return found


def _memory(file: Path, graph: str) -> str:
    """Return a sentence on what processes keep that hold the network at the same time and have worked on it."""
    some = [_started(file, "mapped") for _ in range(PROCESSES)]
    first = [_told(process, "work") for process in some]
    for process in some:
        _told(process, "")
    kept = [_heard(process) for process in some]
    for process in some:
        process.communicate()
    resident, own, share = (max(each[name] for each in kept) for name in ("resident", "own", "share"))
    return (
        f"loading, {graph}: of {PROCESSES} processes that hold the network at once and have placed {POINTS:,} points "
        f"and searched, each keeps {resident:.0f} MB resident, {own:.0f} MB of it its own and "
        f"{share:.0f} MB its share of what both hold ({first[0]['before']['resident']:.0f} MB before the network)."
    )


def _worker(file: Path, graph: str) -> str:
    """Return a sentence on what a web worker keeps, in the order in which it is asked."""
    command = [sys.executable, "-c", WORKER, str(file)]
    ended = subprocess.run(  # noqa: S603 - this interpreter, on our own words
        command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    kept = json.loads(ended.stdout)
    named = ", ".join(
        f"{kept[code]['resident']:.0f} MB once asked about {words}" for code, words in worker.STEPS
    )
    last = kept[worker.STEPS[-1][0]]
    return (
        f"loading, {graph}: a web worker with its pages and {worker.POINTS:,} places keeps "
        f"{kept['ready']['resident']:.0f} MB resident before the first question, {named} "
        f"(bound: {WORKER_MB} MB), {last['own']:.0f} MB of it its own."
    )


def _started(file: Path, how: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", CHILD, str(file), how]
    return subprocess.Popen(  # noqa: S603 - this interpreter, on our own words
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )


def _told(process: subprocess.Popen[str], answer: str) -> dict[str, Any]:
    """Return what a process says next, and answer it."""
    found = _heard(process)
    if process.stdin is None:
        raise RuntimeError("the process was started without a line to it")
    process.stdin.write(answer + "\n")
    process.stdin.flush()
    return found


def _heard(process: subprocess.Popen[str]) -> dict[str, Any]:
    """Return what a process says next, and leave it waiting."""
    if process.stdout is None:
        raise RuntimeError("the process was started without a line from it")
    found: dict[str, Any] = json.loads(process.stdout.readline())
    return found


def _say(**words: object) -> None:
    print(json.dumps(words), flush=True)


def memory_mb() -> dict[str, float]:
    """Return this process's memory in MB: resident, its own (in no file), its share of what several hold, the most."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    lines += [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    kb = {name: float(size.split()[0]) for name, size in (line.split(":") for line in lines)}
    names = {"resident": "Rss", "own": "Anonymous", "share": "Pss", "most": "VmHWM"}
    return {word: kb[name] / 1e3 for word, name in names.items()}

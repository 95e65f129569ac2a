"""The page of figures, `docs/benchmarks.md`."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import RUNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Row

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
PACKAGES = ("numpy", "numba", "scipy", "networkx")
WANTED = {
    ("closures_one_to_all", "synthetic_800k", "scipy"): "≥ 3, aim 6",
    ("closures_one_to_all", "synthetic_800k", "networkx"): "≥ 80",
    ("closures_one_to_all", "world_highways", "scipy"): "≥ 3, aim 5",
    ("coverage_k_nearest", "synthetic_800k", "scipy"): "≥ 100, aim 200",
    ("threads", "synthetic_800k", "one thread"): "≥ 1.8",
    ("growth", "synthetic_50k to synthetic_3200k", "the smallest"): "≤ 1.15",
}
"""What each ratio must be."""

HEAD = """# Figures

`make bench ARGS=--page` writes this page: every figure and its peers in one run, on one machine. A ratio is the peer's time by ours, from medians of {runs} runs
in turn (fewer of a slow peer, as noted), of processor time unless the note says wall time. Peers answer the same question, and a figure is only shown when their
answers equal ours to the millisecond. `make test` asserts that equality, never a speed.

{machine}

| figure | graph | ours | peer | its time | ratio | wanted | |
|---|---|---|---|---|---|---|---|
"""

TAIL = """
`synthetic_800k` is made by `benchmarks/graphs.py`: a town without end of 150 m blocks with nearly half of its local streets missing, some of them one-way, arterials, highways and
motorways. `world_highways` is the largest piece of the world's highways, `tiger_state` Missouri's primary and secondary roads; both need `../shared` beside the clone.
A graph named by a hash is the network in `data/`.
"""


def machine() -> str:
    """Return the machine and the versions in one sentence each."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    return f"Machine: {cpu}, {os.cpu_count()} cores, {platform.system()}. Python {platform.python_version()}, {versions}."


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def page(rows: Sequence[Row], sentences: Sequence[str]) -> str:
    """Return the page as Markdown."""
    lines = [
        f"| `{row.figure}` | {row.graph} | {_words(row.ours_ms)} | {row.peer} | {_words(row.peer_ms)} | **{row.ratio:g}** "
        f"| {WANTED.get((row.figure, row.graph, row.peer), '')} | {row.note} |"
        for row in rows
    ]
    said = "".join(f"\n{sentence}\n" for sentence in sentences)
    return HEAD.format(runs=RUNS, machine=machine()) + "\n".join(lines) + "\n" + said + TAIL


def _words(ms: float) -> str:
    return f"{ms:,.1f} ms" if ms < 10_000 else f"{ms / 1000.0:,.1f} s"  # noqa: PLR2004 - ten seconds

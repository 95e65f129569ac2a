"""The page of figures, `docs/benchmarks.md`."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.measure import RUNS, short
from benchmarks.peers import PROGRAMS, version_of
from benchmarks.wanted import wanted_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.measure import Row

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
PACKAGES = ("numpy", "numba")
BUSY = 0.5
"""Load a core above which figures mislead: whoever else computes takes turns, memory and cache."""

HEAD = """# Figures

`make bench ARGS=--page` writes this page: every figure and its peers in one run, on one machine. A ratio is the peer's time by ours, from medians of {runs} runs
in turn (fewer of a slow peer, as noted), of processor time unless the note says wall time. Peers answer the same question, and a figure is only shown when their
answers equal ours to the millisecond. `make test` asserts that equality, never a speed. *Wanted* is a ratio, or our time where it says seconds, and whether this run had it.

{machine}
{busy}
| figure | graph | ours | peer | its time | ratio | wanted | |
|---|---|---|---|---|---|---|---|
"""

TAIL = """
`rank_all` is the whole journey of one question against the search in it: a ratio of 0.5 says that all else together takes as long as the search.

`synthetic_800k` is made by `benchmarks/graphs.py`: a town without end of 150 m blocks with nearly half of its local streets missing, some of them one-way, arterials, highways and
motorways. `world_highways` is the largest piece of the world's highways, `tiger_state` Missouri's primary and secondary roads; both need `../shared` beside the clone.
A graph named by a hash is the network that was in use: the one in `data/`, or one that was loaded.

`spatial_search` counts the sites in a circle, as the page does, by the web application's login with a person named, against the owner's plain query on the same 300,000 sites: a ratio of 0.5
says that the second wall doubles its 95th percentile. `county_search` is what the page asks before a declaration, of sites whose company shows no place: it counts by county, so it finds more.

The figures of coverage and of what if: `grid_shipped` is every county by all its people and every sector, from the database to the result; `grid_800k` the nearest providers alone; `critical_links` every
single road and bridge whose loss matters to an incident; `scenario_diff` a patch, what it does to an incident and to all counties, and the difference against its baseline.

## The peers

Each is made ready beforehand in the form that suits it best. What changes with every question is timed: in `closures_one_to_all` that is closing the arcs, searching, and handing over the
times of all nodes. `make bench` installs them; `merr bench` from the `.venv/` of `make demo` says which it lacks.

| peer | version | what it does |
|---|---|---|
{peers}
"""

LIMIT = """
**The physical limit.** One search must read each arc's end and time and each node's row, and write each node's time: {moved}. At the speed at which this memory copies, that is {limit_ms:.1f} ms; our
search takes {ours_ms:.1f} ms, {times:.0f} times as long. What is between is waiting for memory that is not read in order, and guessing wrong which way a comparison goes.
"""


def busy() -> str:
    """Return a sentence when this machine computes something else at the moment, else nothing."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load <= BUSY * cores:
        return ""
    return (
        f"This machine was busy when the run began (a load of {load:.1f} on {cores} cores): ratios hold roughly, "
        "times do not. Run it again when nothing else computes."
    )


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
    versions = ", ".join(f"{name} {version_of(name)}" for name in PACKAGES)
    return f"Machine: {cpu}, {os.cpu_count()} cores, {platform.system()}. Python {platform.python_version()}, {versions}."


def page(rows: Sequence[Row], sentences: Sequence[str], busy_words: str = "") -> str:
    """Return the page as Markdown: the figures, what was not at hand, the limit of memory, and the peers."""
    lines = [
        f"| `{row.figure}` | {short(row.graph)} | {_words(row.ours_ms)} | {row.peer} | {_words(row.peer_ms)} | **{row.ratio:g}** "
        f"| {wanted_words(row)} | {row.note} |"
        for row in rows
    ]
    said = "".join(f"\n{sentence}\n" for sentence in dict.fromkeys(sentences))
    head = HEAD.format(runs=RUNS, machine=machine(), busy=f"\n**{busy_words}**\n" if busy_words else "")
    return head + "\n".join(lines) + "\n" + said + _limit(rows) + TAIL.format(peers=_peers())


def _limit(rows: Sequence[Row]) -> str:
    return "".join(
        LIMIT.format(
            moved=row.note.partition(";")[0],
            limit_ms=row.peer_ms,
            ours_ms=row.ours_ms,
            times=row.ours_ms / row.peer_ms,
        )
        for row in rows
        if row.figure == "memory_limit"
    )


def _peers() -> str:
    return "\n".join(
        f"| {name} | {version_of(name) if program.module else 'of the cluster'} | {program.does} |"
        for name, program in PROGRAMS.items()
    )


def _words(ms: float) -> str:
    return f"{ms:,.1f} ms" if ms < 10_000 else f"{ms / 1000.0:,.1f} s"  # noqa: PLR2004 - ten seconds

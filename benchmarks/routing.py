"""The figures of the road search: each against its peers, in one run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks import closures, coverage, loading, ranking, reach, reductions, roads, scale, sites
from benchmarks.graphs import TIGER_STATE, WORLD_HIGHWAYS, synthetic, tiger_state, world_highways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measure import Row
    from geo.network import RoadNetwork

STATE_NODES = 800_000
STATE = "synthetic_800k"
MANY_NODES = 100_000
FIRST = ("scipy", "networkx")
"""The peers that every run must compare with."""
BEGUN_WITHIN_S = {
    "igraph": 640,
    "rustworkx": 640,
    "networkit": 640,
    "pgrouting": 620,
    "routingkit-cch": 600,
    "pandana": 600,
}
"""The others, and how many seconds into a run each is still begun: the last ones take minutes, and a run at most 12."""


def figures(loaded: RoadNetwork) -> Iterator[Row | str]:
    """Yield a row a figure, graph and peer, or a sentence where a peer or a graph is not at hand."""
    began = time.monotonic()
    yield from _in_use(loaded, loaded.content_hash)
    state = synthetic(STATE_NODES)
    yield from closures.figures(state, STATE, FIRST)
    for path, graph, made in (
        (WORLD_HIGHWAYS, "world_highways", world_highways),
        (TIGER_STATE, "tiger_state", tiger_state),
    ):
        if path.is_file():
            network = made()
            yield from closures.figures(network, graph, ("scipy",))
            yield from reductions.figures(network, graph)
        else:
            yield f"{graph}: ../shared is not beside the clone."
    yield from coverage.figures(state, STATE)
    yield from reductions.figures(state, STATE)
    yield from ranking.figures(state, STATE)
    yield from scale.threads(state, STATE)
    yield from scale.memory(state, STATE)
    yield from scale.growth()
    yield from roads.figures(state, STATE)
    yield from reach.figures(state, STATE)
    yield from loading.figures(state, STATE)
    for peer, within_s in BEGUN_WITHIN_S.items():
        if time.monotonic() - began > within_s:
            yield f"closures_one_to_all, {STATE}: no time was left for {peer} on this machine."
            continue
        yield from closures.figures(state, STATE, (peer,))


def loading_alone() -> Iterator[Row | str]:
    """Yield what it takes to load a state's roads, and the memory of the processes that hold them."""
    return loading.figures(synthetic(STATE_NODES), STATE)


def _in_use(loaded: RoadNetwork, graph: str) -> Iterator[Row | str]:
    """Yield the figures of the roads in use; of a state's, only those that leave time for the others."""
    if len(loaded.lon) < MANY_NODES:
        yield from sites.figures(loaded, graph)
        yield from closures.figures(loaded, graph, (*FIRST, *BEGUN_WITHIN_S))
        return
    yield f"{graph[:12]}: {len(loaded.lon):,} nodes; compared with SciPy alone, so that a run ends in time."
    yield from closures.figures(loaded, graph, ("scipy",))

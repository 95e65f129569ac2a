"""The figures of the road search: each against its peers, in one run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import closures, coverage, scale, sites
from benchmarks.graphs import TIGER_STATE, WORLD_HIGHWAYS, synthetic, tiger_state, world_highways

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measure import Row
    from geo.network import RoadNetwork

STATE_NODES = 800_000


def figures(loaded: RoadNetwork) -> Iterator[Row | str]:
    """Yield a row a figure, graph and peer, or a sentence where a peer or a graph is not at hand."""
    name = loaded.content_hash[:12]
    yield from sites.figures(loaded, name)
    yield from closures.figures(loaded, name, ("scipy", "networkx"))
    state = synthetic(STATE_NODES)
    yield from closures.figures(state, "synthetic_800k", ("scipy", "networkx"))
    for path, graph, made in (
        (WORLD_HIGHWAYS, "world_highways", world_highways),
        (TIGER_STATE, "tiger_state", tiger_state),
    ):
        if path.is_file():
            yield from closures.figures(made(), graph, ("scipy",))
        else:
            yield f"{graph}: ../shared is not beside the clone."
    yield from coverage.figures(state, "synthetic_800k")
    yield from scale.threads(state, "synthetic_800k")
    yield from scale.memory(state, "synthetic_800k")
    yield from scale.growth()

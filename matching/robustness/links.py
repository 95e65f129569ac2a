"""The single links whose loss is tried: each road edge, and each bridge with all its edges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.bridges import bridges_called

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from geo.network import RoadNetwork


@dataclass(frozen=True)
class Link:
    """Edges that are lost together: one, or all on which a bridge lies.

    `edges` rise. `bridge` is the id of the bridge, the first of them when two carriageways of one name are lost
    together; empty for an edge.
    """

    edges: tuple[int, ...]
    bridge: str = ""


def links(network: RoadNetwork, on_way: NDArray[np.bool_]) -> tuple[Link, ...]:
    """Return the bridges and the single edges with an edge on some way, bool (E,), by edges.

    A bridge that lies on one edge only stands for that edge.
    """
    bridges = {link.edges: link for link in _bridges(network, on_way)}
    single = [(edge,) for edge in np.flatnonzero(on_way).tolist()]
    return tuple(bridges.get(edges, Link(edges)) for edges in sorted({*bridges, *single}))


def _bridges(network: RoadNetwork, on_way: NDArray[np.bool_]) -> Iterator[Link]:
    seen: set[tuple[int, ...]] = set()
    for at in np.unique(network.span_bridge[on_way[network.span_edge]]).tolist():
        together = bridges_called(network, network.bridges[at].id)
        if together not in seen:
            seen.add(together)
            edges = np.unique(network.span_edge[np.isin(network.span_bridge, together)])
            yield Link(tuple(edges.tolist()), network.bridges[together[0]].id)

"""Which of two engines answers: the simple search (`geo.shortest`), or the reduced one where it pays.

Both give the same times to the last bit; docs/adr/0013 has the figures behind the two numbers here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo import between, nearest, reduction, shortest
from geo.steps import quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.nearest import Goals, Nearest, Stands
    from geo.network import RoadNetwork
    from geo.steps import Heard

REDUCED_FROM = 10_000
"""Networks of fewer nodes are searched as they are: there a search takes less time than to bring ways up to date."""

NODES_A_STAND = 20
"""With fewer nodes to each node at which a provider joins the roads, searches end too soon to be worth reducing."""


def least_ms(
    network: RoadNetwork,
    arc_ms: NDArray[np.signedinteger[Any]],
    node: NDArray[np.int64],
    ms: NDArray[np.int64],
    limit_ms: int | None = None,
) -> NDArray[np.int64]:
    """Return each node's least milliseconds to the nearest of some nodes, int64 (N,), -1 where there is no way.

    Parameters
    ----------
    network
        The roads.
    arc_ms, node, ms, limit_ms
        As `geo.shortest.least_ms` takes them.

    Raises
    ------
    GeoError
        As `geo.shortest.least_ms` raises it.
    """
    if len(network.lon) < REDUCED_FROM:
        return shortest.least_ms(network.inward, arc_ms, node, ms, limit_ms)
    return reduction.least_ms(reduction.weighed(network.reduced, arc_ms), node, ms, limit_ms)


def soonest_ms(
    network: RoadNetwork,
    arc_ms: NDArray[np.signedinteger[Any]],
    node: NDArray[np.int64],
    ms: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return when each node is first reached by whoever sets out at some nodes, int64 (N,), -1 where nobody comes.

    One search with the traffic. It is the simple one on every network: the reduced one knows only the other direction.

    Parameters
    ----------
    network, arc_ms
        As `least_ms` takes them.
    node, ms
        Where somebody sets out, and at how many milliseconds (>= 0); the same node may come twice.

    Raises
    ------
    GeoError
        As `geo.shortest.least_ms` raises it.
    """
    return shortest.least_ms(shortest.outward(network.indptr, network.head, network.inward), arc_ms, node, ms)


def least_between(
    network: RoadNetwork,
    arc_ms: NDArray[np.signedinteger[Any]],
    goal: NDArray[np.int64],
    stand: NDArray[np.int64],
    step: Heard = quiet,
) -> NDArray[np.int64]:
    """Return the least milliseconds from some nodes to others, int64 (goals, stands), -1 where there is no way.

    One search a goal against the traffic, or one a stand with it where these are fewer. Whatever does not change from
    one to the next is made ready once.

    Parameters
    ----------
    network, arc_ms
        As `least_ms` takes them.
    goal, stand
        The nodes to reach, and the nodes to come from.
    step
        Hears how far it is before each search. On large networks threads search side by side, and it hears of the caller's.

    Raises
    ------
    GeoError
        As `geo.shortest.least_ms` raises it.
    """
    if len(network.lon) >= REDUCED_FROM:
        return between.least_between(reduction.weighed(network.reduced, arc_ms), goal, stand, step)
    found = np.empty((len(goal), len(stand)), dtype=np.int64)
    at_once = np.zeros(1, dtype=np.int64)
    if len(stand) < len(goal):
        search = shortest.searcher(
            shortest.outward(network.indptr, network.head, network.inward), arc_ms, stand
        )
        for column in range(len(stand)):
            step(column / len(stand))
            found[:, column] = search(stand[column : column + 1], at_once)[goal]
        return found
    search = shortest.searcher(network.inward, arc_ms, goal)
    for row in range(len(goal)):
        step(row / len(goal))
        found[row] = search(goal[row : row + 1], at_once)[stand]
    return found


def nearest_k(
    network: RoadNetwork,
    arc_ms: NDArray[np.signedinteger[Any]],
    goals: Goals,
    stands: Stands,
    *,
    k: int,
    classes: int,
    limit_ms: int | None = None,
) -> Nearest:
    """Return the k providers of each class with the least milliseconds to each target.

    Parameters
    ----------
    network
        The roads.
    arc_ms, goals, stands, k, classes, limit_ms
        As `geo.nearest.nearest_k` takes them.

    Raises
    ------
    GeoError
        As `geo.nearest.nearest_k` raises it.
    """
    if len(network.lon) < max(REDUCED_FROM, NODES_A_STAND * len(stands.node)):
        return nearest.nearest_k(
            network.inward, arc_ms, goals, stands, k=k, classes=classes, limit_ms=limit_ms
        )
    known = reduction.weighed(network.reduced, arc_ms)
    return reduction.nearest_k(known, goals, stands, k=k, classes=classes, limit_ms=limit_ms)

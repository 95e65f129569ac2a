"""The least times between two sets of nodes: one search a goal over the kept nodes of a reduced network.

Who asks for some nodes alone needs no times of the others. From a folded node few lead up, and where they lead does
not change from one search to the next: so the goals and the stands are carried up once, each search runs over the kept
nodes, and a way is put together where both meet, kept or folded (as for `geo.reduction.nearest_k`). Searches side by
side share nothing but what is read.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from geo import kernels
from geo import reduction_kernels as folding
from geo.doors import refuse_beyond, whole
from geo.kernels import FAR
from geo.reduction import BACK, HALF, OUT, SHUT, Above, carried_up
from geo.shortest import WINDOW
from geo.steps import quiet
from geo.threads import threads_for

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.reduction import Weighed
    from geo.steps import Heard


def least_between(
    known: Weighed,
    goal: NDArray[np.int64],
    stand: NDArray[np.int64],
    step: Heard = quiet,
    *,
    threads: int | None = None,
) -> NDArray[np.int64]:
    """Return the least milliseconds from some nodes to others, int64 (goals, stands), -1 where there is no way.

    Parameters
    ----------
    known
        The roads and their times.
    goal, stand
        The nodes to reach, and the nodes to come from; int64, the same node may come twice.
    step
        Hears before each search how far it is, in the caller's thread.
    threads
        As `geo.threads.threads_for` takes them.

    Raises
    ------
    GeoError
        A node is not there.
    """
    goal, stand = whole("nodes", goal), whole("nodes", stand)
    for nodes in (goal, stand):
        refuse_beyond("nodes", nodes, len(known.roads.number))
    up, down = carried_up(known, stand, OUT), carried_up(known, goal, BACK)
    start = np.searchsorted(down.of, np.arange(len(goal) + 1))
    found = np.empty((len(goal), len(stand)), dtype=np.int64)

    def search(row: int) -> None:
        own = slice(start[row], start[row + 1])
        _row(known, (down.node[own], down.ms[own]), up, found[row])

    with ThreadPoolExecutor(threads_for(threads)) as pool:
        for row, _ in enumerate(pool.map(search, range(len(goal)))):
            step(row / len(goal))
    return found


def _row(
    known: Weighed, seeds: tuple[NDArray[np.int64], NDArray[np.int64]], up: Above, found: NDArray[np.int64]
) -> None:
    """Fill the milliseconds from each stand to the goal below the seeds: nodes, and their milliseconds."""
    if known.weight.dtype == np.uint32 and int(seeds[1].max(initial=0)) < HALF:
        most = _searched(known, seeds, up, found, SHUT)
        if most < HALF:  # a sum that was cut off would have come from a node further away than this
            return
    _searched(known, seeds, up, found, FAR)


def _searched(
    known: Weighed,
    seeds: tuple[NDArray[np.int64], NDArray[np.int64]],
    up: Above,
    found: NDArray[np.int64],
    far: int,
) -> int:
    """Fill the same, in 32 bits when nothing is further than `SHUT`, and return the most of any kept node's times."""
    (node, ms), roads = seeds, known.roads
    least: NDArray[Any] = np.full(len(roads.number), far, dtype=np.uint32 if far == SHUT else np.int64)
    low = node < roads.kept
    least[node[~low]] = ms[~low]
    window_ms = min(WINDOW * roads.middle_ms, FAR)
    ways = roads.indptr, roads.tail, known.ways
    kernels.settle(ways, window_ms, node[low], ms[low], least[: roads.kept])
    return int(folding.meet(least, roads.kept, far, *up, found))

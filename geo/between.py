"""The least times between two sets of nodes: one search a goal over the kept nodes of a reduced network.

Who asks for some nodes alone needs no times of the others. From a folded node few lead up, and where they lead does
not change from one search to the next: so the goals and the stands are carried up once, each search runs over the kept
nodes, and a way is put together where both meet, kept or folded (as for `geo.reduction.nearest_k`). Searches side by
side share nothing but what is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo import reduction_kernels as folding
from geo.doors import refuse_beyond, whole
from geo.reduction import BACK, OUT, WIDTHS, Above, carried_up, in_fewest_bits, settle
from geo.steps import quiet
from geo.threads import shared_out

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
        Hears how far it is before each search of the caller's thread, in that.
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
        found[row] = _row(known, down.node[own], down.ms[own], up, len(stand))

    shared_out(search, len(goal), threads=threads, step=step)
    return found


def _row(
    known: Weighed, node: NDArray[np.int64], ms: NDArray[np.int64], up: Above, stands: int
) -> NDArray[np.int64]:
    """Return the milliseconds from each stand to the goal that the nodes are above, so much later each, int64 (stands,)."""
    kept = known.roads.kept
    low = node < kept

    def search(far: int) -> tuple[NDArray[np.int64], int]:
        least: NDArray[Any] = np.full(len(known.roads.number), far, dtype=WIDTHS[far])
        least[node[~low]] = ms[~low]
        settle(known, node[low], ms[low], least)
        found = np.empty(stands, dtype=np.int64)
        return found, int(folding.meet(least, kept, far, *up, found))

    return in_fewest_bits(known, ms, search)

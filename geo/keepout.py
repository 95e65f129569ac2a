"""Roads with an area kept clear: nobody drives on its own, so everyone stops at its edge or goes round it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo.intervals import overlaid

if TYPE_CHECKING:
    from geo.closures import ClosedRoads
    from geo.intervals import Stretches
    from geo.passage import Obstacles


def kept_clear(closed: ClosedRoads, some: Stretches) -> ClosedRoads:
    """Return the roads with some stretches blocked besides, whichever way they may be driven."""
    if not len(some):
        return closed
    network, obstacles = closed.network, _blocked_too(closed, some)
    edge = np.unique(some.edge)
    shut = np.zeros(len(network.edge_tail), dtype=bool)
    shut[edge] = obstacles.passage_ms(edge, np.zeros(len(edge)), network.edge_length_m[edge]) < 0
    arc_ms = np.where(shut[network.arc_edge], -1, closed.arc_ms)
    return replace(closed, obstacles=obstacles, arc_ms=arc_ms)


def _blocked_too(closed: ClosedRoads, some: Stretches) -> Obstacles:
    """Return the obstacles with these stretches blocked; what slows them gives way."""
    old = closed.obstacles
    shut = np.full(len(some), np.inf)
    stretches, factor = overlaid(some, shut, old.stretches, old.factor)
    return replace(old, stretches=stretches, factor=factor)

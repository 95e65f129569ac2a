"""Roads with an area kept clear: nobody drives on its own, so everyone stops at its edge or goes round it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from geo.intervals import overlaid
from geo.milliseconds import changed

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
    edge = edge[obstacles.passage_ms(edge, np.zeros(len(edge)), network.edge_length_m[edge]) < 0]
    arc = np.concatenate([network.forward_arc[edge], network.backward_arc[edge]])
    arc = arc[arc >= 0]
    return replace(closed, obstacles=obstacles, arc_ms=changed(closed.arc_ms, arc, np.full(len(arc), -1)))


def _blocked_too(closed: ClosedRoads, some: Stretches) -> Obstacles:
    """Return the obstacles with these stretches blocked; what slows them gives way."""
    old = closed.obstacles
    shut = np.full(len(some), np.inf)
    stretches, factor = overlaid(some, shut, old.stretches, old.factor)
    return replace(old, stretches=stretches, factor=factor)

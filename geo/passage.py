"""Travel along a part of an edge: its milliseconds, with what blocks or slows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.intervals import TOUCH_M, Stretches, no_stretches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.network import RoadNetwork

HALF = 0.5 + 1e-6
"""Halves are rounded up, and so is what a nanosecond of arithmetic noise puts below a half: 8,225 ms slowed 3.7
times are 30,432.5 ms, which binary fractions may miss on either side."""


@dataclass(frozen=True, eq=False)
class Obstacles:
    """Stretches of road that are blocked, or slowed to take `factor` times as long.

    Parameters
    ----------
    network
        The roads.
    stretches
        The stretches, S long, none over another.
    factor
        How many times as long each takes, float64 (S,); infinite where it is blocked.
    """

    network: RoadNetwork
    stretches: Stretches
    factor: NDArray[np.float64]

    @cached_property
    def blocked(self) -> Stretches:
        """Return the blocked stretches."""
        return self.stretches.of(np.isinf(self.factor))

    def passage_ms(
        self, edge: NDArray[Any], from_m: NDArray[np.float64], to_m: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """Return the milliseconds between two places on an edge, int64; -1 where a blocked stretch lies between.

        `from_m <= to_m`, metres from the edge's tail, in whichever direction one drives: `unrounded_ms`, rounded half
        up, so a whole open edge takes exactly `edge_ms`.
        """
        ms = self.unrounded_ms(edge, from_m, to_m)
        passable = np.isfinite(ms)
        return np.where(passable, np.floor(np.where(passable, ms, 0.0) + HALF).astype(np.int64), -1)

    def unrounded_ms(
        self, edge: NDArray[Any], from_m: NDArray[np.float64], to_m: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the milliseconds between two places on an edge, float64; infinite where a blocked stretch lies between.

        The time is the edge's own times the share of its length, slowed metres counted `factor` times, so a longer
        part never takes less than a shorter one that starts with it. Places as `passage_ms` has them.
        """
        query, obstacle = self.stretches.on(edge)
        overlap = np.minimum(to_m[query], self.stretches.to_m[obstacle])
        overlap = overlap - np.maximum(from_m[query], self.stretches.from_m[obstacle])
        shut = np.isinf(self.factor[obstacle])
        barred = np.bincount(query, weights=shut & (overlap > TOUCH_M), minlength=len(edge)) > 0
        extra = np.where(shut, 0.0, self.factor[obstacle] - 1.0) * np.maximum(overlap, 0.0)
        metres = (to_m - from_m) + np.bincount(query, weights=np.where(shut, 0.0, extra), minlength=len(edge))
        ms = metres / self.network.edge_length_m[edge] * self.network.edge_ms[edge]
        return np.where(barred, np.inf, ms)


def no_obstacles(network: RoadNetwork) -> Obstacles:
    """Return a network's roads with nothing in the way."""
    return Obstacles(network, no_stretches(), np.empty(0))

"""Travel along a part of an edge: its milliseconds, with what blocks or slows it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from geo import departure_kernels
from geo.doors import refuse_beyond
from geo.intervals import TOUCH_M, Stretches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.driving import Drive

HALF = 0.5 + 1e-6
"""Halves are rounded up, and so is what a nanosecond of arithmetic noise puts below a half: 8,225 ms slowed 3.7
times are 30,432.5 ms, which binary fractions may miss on either side."""


@dataclass(frozen=True, eq=False)
class Obstacles:
    """Stretches of road that are blocked, or slowed to take `factor` times as long, for a vehicle.

    Parameters
    ----------
    drive
        The vehicle on its roads: what an edge takes it, and which edges it may not use at all.
    stretches
        The stretches, S long, none over another.
    factor
        How many times as long each takes, float64 (S,); infinite where it is blocked.
    """

    drive: Drive
    stretches: Stretches
    factor: NDArray[np.float64]

    @cached_property
    def blocked(self) -> Stretches:
        """Return the blocked stretches; edges that are barred to the vehicle are not among them."""
        return self.stretches.of(np.isinf(self.factor))

    @property
    def as_read(self) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Return what each edge takes, and what is in the way, as compiled code reads them."""
        spans = self.drive.network.edge_length_m, self.drive.edge_ms, self.drive.barred
        some = self.stretches
        return spans, (some.edge, some.from_m, some.to_m, self.factor, TOUCH_M)

    def passage_ms(
        self, edge: NDArray[Any], from_m: NDArray[np.float64], to_m: NDArray[np.float64]
    ) -> NDArray[np.int64]:
        """Return the milliseconds between two places on an edge, int64; -1 where it is barred or a block lies between.

        `from_m <= to_m`, metres from the edge's tail, in whichever direction one drives: `unrounded_ms`, rounded half
        up, so a whole open edge takes exactly `edge_ms`.
        """
        ms = self.unrounded_ms(edge, from_m, to_m)
        passable = np.isfinite(ms)
        return np.where(passable, np.floor(np.where(passable, ms, 0.0) + HALF).astype(np.int64), -1)

    def unrounded_ms(
        self, edge: NDArray[Any], from_m: NDArray[np.float64], to_m: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the milliseconds between two places on an edge, float64; infinite where `passage_ms` has -1.

        The time is the edge's own times the share of its length, slowed metres counted `factor` times, so a longer
        part never takes less than a shorter one that starts with it. Places as `passage_ms` has them.
        """
        refuse_beyond("edges", edge, len(self.drive.network.edge_tail))
        ms = np.empty(len(edge))
        parts = np.ascontiguousarray(from_m), np.ascontiguousarray(to_m)
        departure_kernels.drive_parts(edge.astype(np.int64), *parts, *self.as_read, ms)
        return ms

    def whole_ms(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the edges with an obstacle, and the milliseconds of each from end to end; -1 where it is shut."""
        edge = self.stretches.edges()
        length = self.drive.network.edge_length_m[edge]
        return edge, self.passage_ms(edge, np.zeros(len(edge)), length)

"""Stretches of road: metres of edges, and sums and differences of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo import interval_kernels
from geo.runs import numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.network import RoadNetwork

TOUCH_M = 0.001
"""A millimetre: roads and polygons that share less than this touch, they do not overlap."""


@dataclass(frozen=True, eq=False)
class Stretches:
    """Stretches of road that do not overlap, by edge and then by metres: edge int64 (S,), metres from its tail."""

    edge: NDArray[np.int64]
    from_m: NDArray[np.float64]
    to_m: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of stretches."""
        return len(self.edge)

    def km(self) -> float:
        """Return the km of road in all stretches together."""
        return float((self.to_m - self.from_m).sum()) / 1000.0

    def of(self, chosen: NDArray[Any]) -> Stretches:
        """Return the chosen stretches (a mask or an index array, in order)."""
        return Stretches(self.edge[chosen], self.from_m[chosen], self.to_m[chosen])

    def edges(self) -> NDArray[np.int64]:
        """Return the edges with a stretch, each once, rising."""
        # They rise already: to sort them again would take twenty times as long.
        first: NDArray[np.bool_] = np.append(True, self.edge[1:] != self.edge[:-1])[: len(self)]
        return self.edge[first]

    def on(self, edge: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return every pair of a question and a stretch on its edge: the place among `edge` (n,), and the stretch."""
        asked = np.flatnonzero(self.has(edge))
        begin = np.searchsorted(self.edge, edge[asked], side="left")
        counts = np.searchsorted(self.edge, edge[asked], side="right") - begin
        return np.repeat(asked, counts), numbers(begin, counts)

    def has(self, edge: NDArray[Any]) -> NDArray[np.bool_]:
        """Return whether each edge has a stretch, bool (n,)."""
        found = np.empty(len(edge), dtype=np.bool_)
        interval_kernels.has(self.edge, edge.astype(np.int64), found)
        return found


def no_stretches() -> Stretches:
    """Return no stretch at all."""
    return Stretches(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0))


def added(*parts: Stretches) -> Stretches:
    """Return the stretches covered by any of these; what touches becomes one."""
    joined = Stretches(
        np.concatenate([part.edge for part in parts]),
        np.concatenate([part.from_m for part in parts]),
        np.concatenate([part.to_m for part in parts]),
    )
    order = np.lexsort((joined.from_m, joined.edge))
    joined = joined.of(order)
    follows = joined.edge[1:] == joined.edge[:-1]
    if (follows[1:] & follows[:-1]).any():  # three on an edge: the first may reach past the second
        return _covered(joined)
    begin = np.append(True, ~follows | (joined.from_m[1:] > joined.to_m[:-1]))[: len(joined)]
    first = np.flatnonzero(begin)
    to_m = np.maximum.reduceat(joined.to_m, first) if len(first) else joined.to_m
    return Stretches(joined.edge[first], joined.from_m[first], to_m)


def _covered(some: Stretches) -> Stretches:
    """Return the stretches that any of some covers, however many lie over one another."""
    edge, at_m, opens, _ = _events(some, no_stretches())
    depth = np.cumsum(opens)
    begin = np.flatnonzero((opens == 1) & (depth == 1))
    end = np.flatnonzero((opens == -1) & (depth == 0))
    return Stretches(edge[begin], at_m[begin], at_m[end])


def without(network: RoadNetwork, some: Stretches, others: Stretches) -> Stretches:
    """Return what of `some` is not in `others`, but for slivers of two millimetres."""
    if not len(others) or not len(some):
        return some
    asked = others.has(some.edge)
    if not asked.any():
        return tidied(some, network.edge_length_m[some.edge])
    own = others.of(some.of(asked).has(others.edge))
    edge, at_m, opens, bars = _events(some.of(asked), own)
    wanted = (np.cumsum(opens) > 0) & (np.cumsum(bars) == 0)
    wanted = np.flatnonzero(wanted[:-1] & (edge[:-1] == edge[1:]) & (at_m[:-1] < at_m[1:]))
    left = _put_into(some.of(~asked), Stretches(edge[wanted], at_m[wanted], at_m[wanted + 1]))
    return tidied(left, network.edge_length_m[left.edge])


def _put_into(some: Stretches, others: Stretches) -> Stretches:
    """Return stretches of two kinds as one, neither with an edge of the other."""
    place = np.searchsorted(some.edge, others.edge)
    return Stretches(
        np.insert(some.edge, place, others.edge),
        np.insert(some.from_m, place, others.from_m),
        np.insert(some.to_m, place, others.to_m),
    )


def overlaid(
    some: Stretches, factor: NDArray[np.float64], others: Stretches, other: NDArray[np.float64]
) -> tuple[Stretches, NDArray[np.float64]]:
    """Return the stretches covered by either, with the larger factor where both do; neighbours of one factor are one.

    Neither has stretches that overlap among themselves. factor, other float64 (S,), above 1 or infinite.
    """
    if not len(others):
        return some, factor
    edge = np.concatenate([some.edge, some.edge, others.edge, others.edge])
    at_m = np.concatenate([some.from_m, some.to_m, others.from_m, others.to_m])
    order = np.lexsort((at_m, edge))
    edge, at_m = edge[order], at_m[order]
    piece = np.flatnonzero((edge[:-1] == edge[1:]) & (at_m[:-1] < at_m[1:]))
    edge, from_m, to_m = edge[piece], at_m[piece], at_m[piece + 1]
    held = np.maximum(_held(some, factor, edge, from_m), _held(others, other, edge, from_m))
    covered = held > 0.0
    edge, from_m, to_m, held = edge[covered], from_m[covered], to_m[covered], held[covered]
    follows = (edge[1:] == edge[:-1]) & (from_m[1:] == to_m[:-1]) & (held[1:] == held[:-1])
    begin, end = np.flatnonzero(np.append(True, ~follows)), np.flatnonzero(np.append(~follows, True))
    return Stretches(edge[begin], from_m[begin], to_m[end]), held[begin]


def _held(
    some: Stretches, factor: NDArray[np.float64], edge: NDArray[np.int64], from_m: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the factor of the stretch that covers what follows each place on an edge; 0 where none does."""
    if not len(some):
        return np.zeros(len(edge))
    number = np.repeat([0, 1], [len(some), len(edge)])
    order = np.lexsort((number, np.concatenate([some.from_m, from_m]), np.concatenate([some.edge, edge])))
    last = np.empty(len(order), dtype=np.int64)
    last[order] = np.cumsum(number[order] == 0) - 1
    begun = last[len(some) :]
    at = np.maximum(begun, 0)
    covers = (begun >= 0) & (some.edge[at] == edge) & (from_m < some.to_m[at])
    return np.where(covers, factor[at], 0.0)


def _events(
    some: Stretches, others: Stretches
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return where stretches begin (+1) and end (-1), in order: edge, metres, steps of `some` and of `others`.

    At one place beginnings come before ends, so that stretches which touch are one.
    """
    edge = np.concatenate([some.edge, some.edge, others.edge, others.edge])
    at_m = np.concatenate([some.from_m, some.to_m, others.from_m, others.to_m])
    kinds = [len(some), len(some), len(others), len(others)]
    opens, bars = np.repeat([1, -1, 0, 0], kinds), np.repeat([0, 0, 1, -1], kinds)
    order = np.lexsort((-(opens + bars), at_m, edge))
    return edge[order], at_m[order], opens[order], bars[order]


def tidied(some: Stretches, length: NDArray[np.float64]) -> Stretches:
    """Return the stretches, on edges of these metres, without what only rounding made.

    Ends within a millimetre of an edge's end are put there, gaps that small are filled, mere touches are left out.
    """
    from_m = np.where(some.from_m <= TOUCH_M, 0.0, some.from_m)
    to_m = np.where(some.to_m >= length - TOUCH_M, length, some.to_m)
    follows = (some.edge[1:] == some.edge[:-1]) & (from_m[1:] - to_m[:-1] <= TOUCH_M)
    begin = np.flatnonzero(np.concatenate([[True], ~follows])) if len(some) else np.empty(0, dtype=np.int64)
    end = np.flatnonzero(np.concatenate([~follows, [True]])) if len(some) else begin
    tidy = Stretches(some.edge[begin], from_m[begin], to_m[end])
    real = tidy.to_m - tidy.from_m > np.minimum(2.0 * TOUCH_M, length[begin] / 2.0)
    return tidy.of(real)

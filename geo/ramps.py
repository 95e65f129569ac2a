"""Open road in an area as it fills: pieces of an even pace, and how long each takes to reach from either end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.intervals import Stretches

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.passage import Obstacles


@dataclass(frozen=True, eq=False)
class Ramps:
    """Pieces of open road in an area, by edge and then by metres, K long; or places on it, each a piece of no length.

    All times are milliseconds before rounding, infinite where no way leads.

    Parameters
    ----------
    stretches
        The pieces.
    weight
        What of the area each stands for: its metres, or people; float64 (K,).
    beyond_ms
        What is added behind the road: an access leg to people who live off it; float64 (K,).
    crossing_ms
        From one end of the piece to the other, float64 (K,); 0 where it has no length.
    ahead_ms, back_ms
        From the tail of its edge to where it begins, and from the head to where it ends, by the ways that may be
        driven, access leg included; float64 (K,).
    """

    stretches: Stretches
    weight: NDArray[np.float64]
    beyond_ms: NDArray[np.float64]
    crossing_ms: NDArray[np.float64]
    ahead_ms: NDArray[np.float64]
    back_ms: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of pieces."""
        return len(self.stretches)


def ramps(
    obstacles: Obstacles,
    some: Stretches,
    weight: NDArray[np.float64] | None = None,
    beyond_ms: NDArray[np.float64] | None = None,
) -> Ramps:
    """Return open stretches as pieces of an even pace.

    Parameters
    ----------
    obstacles
        What blocks and slows the roads.
    some
        Open stretches by edge; they may lie over another.
    weight
        What each stands for, spread evenly over it, float64 (S,); its metres unless given.
    beyond_ms
        What is added behind the road, float64 (S,); nothing unless given.
    """
    owner, pieces = _even(obstacles, some)
    metres = some.to_m - some.from_m
    total = metres if weight is None else weight
    share = np.where(metres[owner] > 0.0, pieces.to_m - pieces.from_m, 1.0)
    share = share / np.where(metres[owner] > 0.0, metres[owner], 1.0)
    beyond = np.zeros(len(some)) if beyond_ms is None else beyond_ms
    network, edge = obstacles.drive.network, pieces.edge
    ahead = obstacles.unrounded_ms(edge, np.zeros(len(edge)), pieces.from_m)
    back = obstacles.unrounded_ms(edge, pieces.to_m, network.edge_length_m[edge])
    return Ramps(
        stretches=pieces,
        weight=total[owner] * share,
        beyond_ms=beyond[owner],
        crossing_ms=obstacles.unrounded_ms(edge, pieces.from_m, pieces.to_m),
        ahead_ms=np.where(network.forward_arc[edge] >= 0, ahead, np.inf) + beyond[owner],
        back_ms=np.where(network.backward_arc[edge] >= 0, back, np.inf) + beyond[owner],
    )


def _even(obstacles: Obstacles, some: Stretches) -> tuple[NDArray[np.int64], Stretches]:
    """Return the stretches cut where the pace changes: which stretch each piece is of, and the pieces, by edge."""
    query, obstacle = obstacles.stretches.on(some.edge)
    cuts = np.concatenate([obstacles.stretches.from_m[obstacle], obstacles.stretches.to_m[obstacle]])
    query = np.concatenate([query, query])
    real = (some.from_m[query] < cuts) & (cuts < some.to_m[query])
    number = np.arange(len(some))
    owner = np.concatenate([number, number, query[real]])
    at_m = np.concatenate([some.from_m, some.to_m, cuts[real]])
    order = np.lexsort((at_m, owner))
    owner, at_m = owner[order], at_m[order]
    point = some.from_m == some.to_m
    piece = np.flatnonzero((owner[:-1] == owner[1:]) & ((at_m[:-1] < at_m[1:]) | point[owner[:-1]]))
    pieces = Stretches(some.edge[owner[piece]], at_m[piece], at_m[piece + 1])
    order = np.lexsort((owner[piece], pieces.from_m, pieces.edge))
    return owner[piece][order], pieces.of(order)


@dataclass(frozen=True, eq=False)
class OwnRamps:
    """The pieces on the roads on which places stand, one row a place and piece, cut where the place is.

    Parameters
    ----------
    place
        The places, rising, int64 (R,).
    piece
        Which of the area's pieces the row is of, int64 (R,).
    ramps
        The rows as pieces.
    here_ahead_ms, here_back_ms
        From the place to where the piece begins, driving ahead, and to where it ends, driving back, float64 (R,).
    """

    place: NDArray[np.int64]
    piece: NDArray[np.int64]
    ramps: Ramps
    here_ahead_ms: NDArray[np.float64]
    here_back_ms: NDArray[np.float64]


def own_ramps(
    obstacles: Obstacles, known: Ramps, edge: NDArray[Any], offset_m: NDArray[np.float64]
) -> OwnRamps:
    """Return the pieces on the roads on which P places stand (edge, metres from its tail)."""
    place, piece = known.stretches.on(edge)
    from_m, to_m, here = known.stretches.from_m[piece], known.stretches.to_m[piece], offset_m[place]
    cut = (from_m < here) & (here < to_m)
    # Where a place stands on a piece there are two rows: what lies behind it, then what lies ahead.
    row = np.repeat(np.arange(len(piece)), 1 + cut)
    second = np.concatenate([np.zeros(min(len(row), 1), dtype=bool), row[1:] == row[:-1]])
    first = cut[row] & ~second
    place, piece, here = place[row], piece[row], here[row]
    low, high = np.where(second, here, from_m[row]), np.where(first, here, to_m[row])
    parts = Stretches(known.stretches.edge[piece], low, high)
    return _from_here(obstacles, known, (place, piece), here, parts)


def _from_here(
    obstacles: Obstacles,
    known: Ramps,
    of: tuple[NDArray[np.int64], NDArray[np.int64]],
    here: NDArray[np.float64],
    parts: Stretches,
) -> OwnRamps:
    """Return parts of the area's pieces (place, piece) as they fill from where each place stands."""
    place, piece = of
    network, edge = obstacles.drive.network, parts.edge
    whole = known.stretches.to_m[piece] - known.stretches.from_m[piece]
    share = np.where(whole > 0.0, parts.to_m - parts.from_m, 1.0) / np.where(whole > 0.0, whole, 1.0)
    beyond = known.beyond_ms[piece]
    ahead = obstacles.unrounded_ms(edge, here, np.maximum(here, parts.from_m))
    back = obstacles.unrounded_ms(edge, np.minimum(here, parts.to_m), here)
    rows = Ramps(
        stretches=parts,
        weight=known.weight[piece] * share,
        beyond_ms=beyond,
        crossing_ms=obstacles.unrounded_ms(edge, parts.from_m, parts.to_m),
        ahead_ms=known.ahead_ms[piece]
        + obstacles.unrounded_ms(edge, known.stretches.from_m[piece], parts.from_m),
        back_ms=known.back_ms[piece] + obstacles.unrounded_ms(edge, parts.to_m, known.stretches.to_m[piece]),
    )
    may_ahead = (network.forward_arc[edge] >= 0) & (here <= parts.from_m)
    may_back = (network.backward_arc[edge] >= 0) & (here >= parts.to_m)
    return OwnRamps(
        place=place,
        piece=piece,
        ramps=rows,
        here_ahead_ms=np.where(may_ahead, ahead, np.inf) + beyond,
        here_back_ms=np.where(may_back, back, np.inf) + beyond,
    )

"""Where an area begins to fill from: the junctions at which a provider can be first, or the gates of the area.

A gate is a junction in or at the area to which a road from elsewhere leads. Whatever way leads to a place in the area, it
comes in by some gate for the last time and goes on by roads in question alone. So one search against the traffic for each
gate tells, for any number of providers, when each stands at it; what is left is to fill the area from its gates. Providers
who reach all gates with the same differences, as those do who share the last miles, fill it alike and are looked at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.engines import least_ms
from geo.shortest import FAR

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo.passage import Obstacles
    from geo.ramps import Ramps
    from geo.routing import AreaSearch


@dataclass(frozen=True, eq=False)
class Seeds:
    """Junctions from which the area fills for each of P places: place p's are those of rows begin[p] to begin[p + 1].

    begin int64 (P+1,), node int64 and ms int64 milliseconds from the place (R,).
    """

    begin: NDArray[np.int64]
    node: NDArray[np.int64]
    ms: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Filling:
    """From where the area fills, for places that stand for all that fill it alike.

    Parameters
    ----------
    place
        The places that stand for others, int64 (U,).
    seeds
        Their junctions.
    like
        Which of them each place is like, int64 (P,).
    later_ms
        By how much each place is later than the one it is like, int64 (P,).
    extra
        Each arc's weight in a search that heads for the area, -1 where it takes no part, int64 (M,).
    """

    place: NDArray[np.int64]
    seeds: Seeds
    like: NDArray[np.int64]
    later_ms: NDArray[np.int64]
    extra: NDArray[np.int64]


def first_junctions(obstacles: Obstacles, edge: NDArray[np.int64], offset_m: NDArray[np.float64]) -> Seeds:
    """Return the junctions at which places on the road (edge, metres from its tail) can be first."""
    network = obstacles.drive.network
    ahead = obstacles.passage_ms(edge, offset_m, network.edge_length_m[edge])
    back = obstacles.passage_ms(edge, np.zeros(len(edge)), offset_m)
    usable = np.column_stack(
        [(network.forward_arc[edge] >= 0) & (ahead >= 0), (network.backward_arc[edge] >= 0) & (back >= 0)]
    )
    node = np.column_stack([network.edge_head[edge], network.edge_tail[edge]]).astype(np.int64)
    begin = np.concatenate([[0], np.cumsum(usable.sum(axis=1))]).astype(np.int64)
    return Seeds(begin, node[usable], np.column_stack([ahead, back])[usable])


def from_places(starts: Seeds, extra: NDArray[np.int64]) -> Filling:
    """Return the filling in which every place searches for itself."""
    number = np.arange(len(starts.begin) - 1)
    return Filling(number, starts, number, np.zeros(len(number), dtype=np.int64), extra)


def gates(found: AreaSearch, known: Ramps, extra: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the gates of an area, rising, int64 (b,)."""
    network = found.network
    asked = _asked(found, known)
    outside = (extra >= 0) & ~asked[network.arc_edge]
    at_area = _ends(found, known)
    return np.unique(network.head[outside & at_area[network.head]]).astype(np.int64)


def from_gates(
    found: AreaSearch,
    known: Ramps,
    starts: Seeds,
    alone: NDArray[np.bool_],
    *,
    extra: NDArray[np.int64],
    shared_out: Callable[[Callable[[int, int], object], int], None],
) -> Filling:
    """Return the filling from the area's gates.

    Parameters
    ----------
    found, known
        The search towards the area, and its pieces.
    starts
        The junctions at which each place can be first.
    alone
        Whether a place stands on a road in question, bool (P,): it then fills the area as no other does.
    extra
        The arcs' weights in a search that heads for the area.
    shared_out
        Lets threads take a run of gates each.
    """
    gate = gates(found, known, extra)
    to_gate = np.full((len(starts.begin) - 1, len(gate)), FAR, dtype=np.int64)
    owner = np.repeat(np.arange(len(to_gate)), np.diff(starts.begin))

    def some(first: int, last: int) -> None:
        for at in range(first, last):
            away_ms = least_ms(
                found.network, found.closed.arc_ms, gate[at : at + 1], np.zeros(1, dtype=np.int64)
            )[starts.node]
            open_way = away_ms >= 0
            np.minimum.at(to_gate[:, at], owner[open_way], (starts.ms + away_ms)[open_way])

    shared_out(some, len(gate))
    direct = _ends(found, known)[starts.node]
    alone = alone | (np.bincount(owner[direct], minlength=len(to_gate)) > 0)
    soonest_ms = to_gate.min(axis=1, initial=FAR)
    later_ms = np.where(alone | (soonest_ms == FAR), 0, soonest_ms)
    after_ms = np.where(to_gate < FAR, to_gate - later_ms[:, None], FAR)
    place, like = _alike(after_ms, alone)
    seeds = _seeds(gate, after_ms[place], starts, place, direct)
    inner = np.where(_asked(found, known)[found.network.arc_edge], extra, -1)
    return Filling(place, seeds, like, later_ms, inner)


def _asked(found: AreaSearch, known: Ramps) -> NDArray[np.bool_]:
    """Return which edges hold pieces of the area, bool (E,)."""
    asked = np.zeros(len(found.network.edge_tail), dtype=np.bool_)
    asked[known.stretches.edge] = True
    return asked


def _ends(found: AreaSearch, known: Ramps) -> NDArray[np.bool_]:
    """Return which nodes are ends of such edges, bool (N,)."""
    network, edge = found.network, known.stretches.edge
    ends = np.zeros(len(network.lon), dtype=np.bool_)
    ends[network.edge_tail[edge]] = True
    ends[network.edge_head[edge]] = True
    return ends


def _alike(rows: NDArray[np.int64], alone: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the places that stand for others, and which of them each is like: those with the same row."""
    first: dict[Any, int] = {}
    keys = (place if by_itself else rows[place].tobytes() for place, by_itself in enumerate(alone.tolist()))
    like = np.array([first.setdefault(key, len(first)) for key in keys], dtype=np.int64)
    _, place = np.unique(like, return_index=True)
    return place.astype(np.int64), like


def _seeds(
    gate: NDArray[np.int64],
    to_gate: NDArray[np.int64],
    starts: Seeds,
    place: NDArray[np.int64],
    direct: NDArray[np.bool_],
) -> Seeds:
    """Return the gates that places reach, and the ends of roads in question at which they can be first."""
    row, at = np.nonzero(to_gate < FAR)
    number = np.full(len(starts.begin) - 1, -1, dtype=np.int64)
    number[place] = np.arange(len(place))
    owner = number[np.repeat(np.arange(len(number)), np.diff(starts.begin))]
    own = direct & (owner >= 0)
    owners = np.concatenate([row, owner[own]])
    order = np.argsort(owners, kind="stable")
    begin = np.searchsorted(owners[order], np.arange(len(place) + 1)).astype(np.int64)
    node = np.concatenate([gate[at], starts.node[own]])[order]
    return Seeds(begin, node, np.concatenate([to_gate[row, at], starts.ms[own]])[order])

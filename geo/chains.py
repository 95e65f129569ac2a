"""Ways that share their nodes become pieces of road between junctions; nodes that only bend a road stay shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.assembly import PieceSpans
from geo.pieces import Pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.ways import Ways

PASSING = 2
"""The ends of road that meet where a road merely goes on."""


@dataclass(frozen=True, eq=False)
class _Fragments:
    """Ways cut at junctions and at their own ends: way, and first and last place in the ways' list of nodes."""

    way: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]


def chained(ways: Ways) -> tuple[Pieces, PieceSpans]:
    """Return the ways as pieces between junctions, with the stretches of them that lie on bridges.

    Two ways that meet end to end, where nothing else does, become one piece when they are of the same kind of road
    and one does not run against the other; so a bridge, which is a way of its own, costs no junction.
    `Pieces.line` is the row of `ways.kinds`.
    """
    fragments = _fragments(ways)
    after = _joined(ways, fragments)
    half, opens = _in_chains(after)
    return _laid_out(ways, fragments, half, opens)


def _fragments(ways: Ways) -> _Fragments:
    places = np.zeros(len(ways.node), dtype=bool)
    places[ways.start[:-1]] = True
    places[ways.start[1:] - 1] = True
    places |= ~_passing(ways)[ways.node]
    cut = np.flatnonzero(places)
    way = np.searchsorted(ways.start, cut, side="right") - 1
    inner = np.flatnonzero(way[1:] == way[:-1])
    return _Fragments(way[inner], cut[inner], cut[inner + 1])


def _passing(ways: Ways) -> NDArray[np.bool_]:
    """Return which nodes two ends of road meet at, and no third."""
    count = len(ways.lonlat)
    ends = PASSING * np.bincount(ways.node, minlength=count)
    for own_ends in (ways.start[:-1], ways.start[1:] - 1):
        ends -= np.bincount(ways.node[own_ends], minlength=count)
    return np.asarray(ends == PASSING)


def _joined(ways: Ways, fragments: _Fragments) -> NDArray[np.int64]:
    """Return the half that follows each half, -1 where a chain ends.

    Half 2f is fragment f driven from its first node to its last, half 2f + 1 the other way.
    """
    count = len(fragments.way)
    after = np.full(2 * count, -1, dtype=np.int64)
    node = np.concatenate([ways.node[fragments.first], ways.node[fragments.last]])
    passing = np.flatnonzero(_passing(ways)[node])
    meeting = passing[np.argsort(node[passing], kind="stable")]
    one, other = meeting[0::2], meeting[1::2]
    kind = ways.kind[fragments.way]
    join = kind[one % count] == kind[other % count]
    # Of two one-way roads, one must arrive where the other leaves.
    join &= (ways.oneway[kind[one % count]] == 0) | ((one >= count) != (other >= count))
    one, other = one[join], other[join]
    # An end below `count` is a fragment's first node: its second half arrives there, its first half leaves.
    after[2 * (one % count) + (one < count)] = 2 * (other % count) + (other >= count)
    after[2 * (other % count) + (other < count)] = 2 * (one % count) + (one >= count)
    return after


def _in_chains(after: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return one half of each fragment, chain by chain in driving order, and which halves open a chain.

    Halves are ranked by doubling: each looks twice as far ahead every round. What never comes to an end is a ring
    that no other road touches; its fragments stay apart, since no network holds it anyway.
    """
    halves = np.arange(len(after))
    ends = after < 0
    ahead = np.where(ends, halves, after)
    steps = (~ends).astype(np.int64)
    while True:
        further = ahead[ahead]
        if (further == ahead).all() or steps.max(initial=0) > len(after):
            break
        steps += steps[ahead]
        ahead = further
    ring = ~ends[ahead]
    ahead[ring], steps[ring] = halves[ring], 0
    # A chain is driven in the direction in which its first fragment is; for one-way roads there is no other.
    lowest = np.full(len(after), len(after), dtype=np.int64)
    np.minimum.at(lowest, ahead, halves)
    chain = lowest[ahead]
    chosen = np.flatnonzero(chain % 2 == 0)
    chosen = chosen[np.lexsort((-steps[chosen], chain[chosen]))]
    opens = np.ones(len(chosen), dtype=bool)
    opens[1:] = chain[chosen[1:]] != chain[chosen[:-1]]
    return chosen, opens


def _laid_out(
    ways: Ways, fragments: _Fragments, half: NDArray[np.int64], opens: NDArray[np.bool_]
) -> tuple[Pieces, PieceSpans]:
    fragment, backward = half // 2, half % 2 == 1
    first, last = fragments.first[fragment], fragments.last[fragment]
    # Where two fragments meet, the node is written once.
    rows = last - first + opens
    stop = np.cumsum(rows)
    begin = stop - rows
    # In place, because these are the longest arrays of all: one row a point of the map.
    node = np.arange(stop[-1] if len(stop) else 0)
    node -= np.repeat(begin - ~opens, rows)
    node *= np.repeat(np.where(backward, -1, 1).astype(np.int8), rows)
    node += np.repeat(np.where(backward, last, first), rows)
    node = ways.node[node]
    start = np.append(begin[opens], len(node))
    junctions, ends = np.unique(np.concatenate([node[start[:-1]], node[start[1:] - 1]]), return_inverse=True)
    bridge = ways.bridge[fragments.way[fragment]]
    on = np.flatnonzero(bridge >= 0)
    pieces = Pieces(
        line=ways.kind[fragments.way[fragment[opens]]],
        tail=ends[: len(start) - 1],
        head=ends[len(start) - 1 :],
        lonlat=ways.lonlat[junctions],
        start=start,
        shape=ways.lonlat[node],
    )
    return pieces, PieceSpans(begin[on] - ~opens[on], stop[on] - 1, bridge[on], ways.bridges)

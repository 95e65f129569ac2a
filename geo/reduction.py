"""The same least times from fewer nodes: dead ends and bends are folded away, and follow when the search is done.

A road network has many nodes at which nothing is decided: dead ends, bends, and junctions of three roads on the way to
a few more. Which they are is worked out once a network and needs no times (Dibbelt, Strasser and Wagner, Customizable
Contraction Hierarchies, 2016, of which this is the beginning). Closures change the times with every question: one pass
over the arcs brings them up to date. The times are equal to those of `geo.shortest`, the reference, to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from geo import kernels
from geo import reduction_kernels as folding
from geo.doors import refuse_beyond, refuse_lengths, refuse_rows, refuse_sums, times, whole
from geo.kernels import FAR
from geo.nearest import WINDOW as NEAREST_WINDOW
from geo.nearest import Goals, Nearest, Stands, checked, nothing_found, searched
from geo.runs import numbers
from geo.shortest import WINDOW, limit_of, middle_ms

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

MOST = 3
"""Nodes with at most so many neighbours are folded: what a question pays for more of them it does not get back."""

TILE = 4096
"""So many folded nodes stand together: what a question writes about them, it reads again before it is out of reach."""

SHUT = int(np.iinfo(np.uint32).max)
"""In place of milliseconds of 32 bits: no way. As a number with a sign it is -1."""

HALF = 2**31
"""Two times below this add up to less than `SHUT`."""

WIDTHS: Final[dict[int, type[np.uint32 | np.int64]]] = {SHUT: np.uint32, FAR: np.int64}
"""In which numbers times are held, by what stands for never."""

OUT, BACK = 0, 1
"""Which of the two weights between a folded node and one above it: out to the upper one, or back."""


@dataclass(frozen=True, eq=False)
class Reduced:
    """A network of N nodes and M arcs, K of whose nodes are kept and F folded away.

    Parameters
    ----------
    number
        Each node's number here, int32 (N,): the kept ones first, in their old order.
    indptr, tail
        The W ways between kept nodes by the node they lead to, as `geo.shortest.Inward` has the arcs; int32 (K+1,),
        uint32 (W,).
    start, above
        Folded node K + r has the neighbours `above[start[r]:start[r + 1]]` of lower number; int32 (F+1,), int32 (U,).
    joins
        Which ways each pair of them is joined by, one way and the other, the first node to go first; int32.
    arc, into
        The arcs in the order in which a question puts their weights in place, and where each one's is, int32 (M,): the
        ways come first, then two for each neighbour above: out, back.
    tile_arc, tile_row
        Where each tile's arcs begin, and before which row its folded nodes end, int32 (T+1,). Of these the last come
        first, the last tile ends at row 0. The arcs before those of the first tile lie between kept nodes.
    middle_ms
        Milliseconds of the median arc, at least 1.
    """

    number: NDArray[np.int32]
    indptr: NDArray[np.int32]
    tail: NDArray[np.uint32]
    start: NDArray[np.int32]
    above: NDArray[np.int32]
    joins: NDArray[np.int32]
    arc: NDArray[np.int32]
    into: NDArray[np.int32]
    tile_arc: NDArray[np.int32]
    tile_row: NDArray[np.int32]
    middle_ms: int

    @property
    def kept(self) -> int:
        """Return the number of nodes that are kept."""
        return len(self.indptr) - 1


@dataclass(frozen=True, eq=False)
class Weighed:
    """A reduced network with the times of one question: any number of searches may share it.

    Parameters
    ----------
    roads
        The reduced network.
    weight
        The milliseconds of its ways and those above folded nodes, uint32 or int64; `shut` where there is no way.
    ways
        Those of the ways between kept nodes as a search reads them, below 0 where there is none; (W,).
    longest
        The longest arc's milliseconds.
    """

    roads: Reduced
    weight: NDArray[Any]
    ways: NDArray[Any]
    shut: int
    longest: int


def reduced(
    indptr: NDArray[np.int32], head: NDArray[np.int32], arc_ms: NDArray[np.int32], most: int = MOST
) -> Reduced:
    """Return a network without what may be folded; its times count for nothing but the median.

    Parameters
    ----------
    indptr, head, arc_ms
        Arcs by tail node, as `geo.network.RoadNetwork` has them.
    most
        Nodes with at most so many neighbours are folded.

    Raises
    ------
    GeoError
        The rows do not rise to the number of arcs, or an arc leads to a node that is not there.
    """
    count = len(indptr) - 1
    refuse_rows("rows", indptr, len(head))
    refuse_beyond("heads", head, count)
    refuse_lengths(heads=head, times=arc_ms)
    tail = np.repeat(np.arange(count, dtype=np.int64), np.diff(indptr))
    real = np.flatnonzero(tail != head)
    ends = np.minimum(tail[real], head[real]) * count + np.maximum(tail[real], head[real])
    pair, which = np.unique(ends, return_inverse=True)
    low, high = (
        whole("pairs", pair // max(count, 1), np.int32),
        whole("pairs", pair % max(count, 1), np.int32),
    )
    (order, start, sides, joins, end), cuts = _tiled(folding.fold(count, low, high, most), count)
    kept = count - len(order)
    number = np.full(count, -1, dtype=np.int32)
    number[order] = np.arange(count - 1, kept - 1, -1)
    number[number < 0] = np.arange(kept)
    way = 2 * which + (tail[real] > head[real])
    there = np.zeros(len(end), dtype=np.bool_)
    there[way] = True
    folding.reach(there, start, sides, joins)
    rows = _rows(start)
    place, chosen = _places(number[end], there, sides[rows])
    into = np.full(len(head), len(chosen) + 2 * len(sides) + 1, dtype=np.int32)
    into[real] = place[way]
    lead_to = number[end[chosen ^ 1]]
    begin, tile_row = np.append(0, np.cumsum(np.diff(start)[::-1])), len(order) - cuts
    arc, tile_arc = _by_tile((into - len(chosen)) // 2, begin, tile_row)
    return Reduced(
        number=whole("nodes", number, np.int32),
        indptr=whole("rows", np.append(0, np.cumsum(np.bincount(lead_to, minlength=kept))), np.int32),
        tail=whole("nodes", number[end[chosen]], np.uint32),
        start=whole("rows", begin, np.int32),
        above=whole("nodes", number[end[sides[rows] ^ 1]], np.int32),
        joins=whole("places", place[np.column_stack([joins, joins ^ 1]).ravel()], np.int32),
        arc=whole("arcs", arc, np.int32),
        into=whole("places", into[arc], np.int32),
        tile_arc=whole("arcs", tile_arc, np.int32),
        tile_row=whole("rows", tile_row, np.int32),
        middle_ms=middle_ms(arc_ms),
    )


def _tiled(went: tuple[NDArray[Any], ...], count: int) -> tuple[tuple[NDArray[Any], ...], NDArray[np.int64]]:
    """Return what `reduction_kernels.fold` gives of so many nodes, tile by tile, and where tiles begin and end.

    Folded nodes are of one piece when one stands above the other. Pieces have nothing to do with each other: they may
    go in any order, which here is that of the network's nodes. In a tile all go as they went, and so by turns: what
    goes next does not wait for what was just written.
    """
    order, start, sides, joins, end = went
    last = folding.last_of_piece(count, order, start, sides, end)
    places = np.arange(len(order))
    by_piece = np.empty_like(places)
    by_piece[np.lexsort((places, order[last]))] = places
    tile = by_piece[last] // TILE
    turn = np.lexsort((places, tile))
    above = np.diff(start)
    pairs = above * (above - 1) // 2
    begin = np.flatnonzero(np.diff(tile[turn], prepend=-1))
    return (
        order[turn],
        np.append(0, np.cumsum(above[turn])),
        sides[numbers(start[turn], above[turn])],
        joins[numbers((np.cumsum(pairs) - pairs)[turn], pairs[turn])],
        end,
    ), np.append(begin, len(order))


def _by_tile(
    side: NDArray[np.int32], start: NDArray[np.int64], row: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the arcs by the tile in which their side above a folded node is, and where those of each tile begin.

    Arcs with a side below 0 or beyond the last have none, and come first. `row` is `Reduced.tile_row`.
    """
    above = (side >= 0) & (side < start[-1])
    tile = np.where(above, len(row) - 1 - np.searchsorted(start[row][::-1], side, side="right"), -1)
    arc = np.argsort(tile, kind="stable")
    return arc, np.searchsorted(tile[arc], np.arange(len(row)))


def _rows(start: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of what stands in rows, the last row first."""
    return numbers(start[:-1][::-1], np.diff(start)[::-1])


def _places(
    at: NDArray[np.int32], there: NDArray[np.bool_], sides: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return where each way's weight stands, and the ways between kept nodes in the order in which they are read.

    `at` is the number of each side's node. A way that nothing ever leads along has its weight in a place that stays
    shut; behind it is one for arcs that lead nowhere.
    """
    up = np.zeros(len(at), dtype=np.bool_)
    up[sides], up[sides ^ 1] = True, True
    chosen = np.flatnonzero(there & ~up)
    chosen = chosen[np.lexsort((at[chosen], at[chosen ^ 1]))]
    place = np.full(len(at), len(chosen) + 2 * len(sides), dtype=np.int32)
    place[chosen] = np.arange(len(chosen))
    place[sides] = len(chosen) + 2 * np.arange(len(sides))
    place[sides ^ 1] = len(chosen) + 2 * np.arange(len(sides)) + 1
    return place, chosen


def weighed(roads: Reduced, arc_ms: NDArray[np.signedinteger[Any]]) -> Weighed:
    """Return a reduced network with the times of its arcs at one state of closures.

    Parameters
    ----------
    roads
        The network.
    arc_ms
        Milliseconds of each arc in the network's order, (M,); below 0 where it cannot be driven.

    Raises
    ------
    GeoError
        There are more or fewer times than arcs, they are no whole numbers, or the longest way there could be does
        not fit 61 bits of milliseconds.
    """
    arc_ms = times("times of arcs", arc_ms)
    refuse_lengths(arcs=roads.into, times=arc_ms)
    ways = len(roads.tail)
    weight, longest, added = _weights(roads, arc_ms, SHUT)
    refuse_sums(longest, len(roads.number), np.empty(0, dtype=np.int64))
    if max(longest, added) < HALF:  # so did all that were added to others: no sum was cut off
        return Weighed(roads, weight, weight[:ways].view(np.int32), SHUT, longest)
    weight, *_ = _weights(roads, arc_ms, FAR)
    to_read = whole("times", np.where(weight[:ways] < FAR, weight[:ways], -1))
    return Weighed(roads, weight, to_read, FAR, longest)


def _weights(roads: Reduced, arc_ms: NDArray[Any], shut: int) -> tuple[NDArray[Any], int, int]:
    """Return the weights of the ways and those above folded nodes, the longest arc, and the longest way past a node."""
    ways = len(roads.tail)
    weight: NDArray[Any] = np.empty(ways + 2 * len(roads.above) + 2, dtype=WIDTHS[shut])
    arcs, tiles = (roads.arc, roads.into), (roads.tile_arc, roads.tile_row)
    longest, added = folding.weigh(arc_ms, arcs, tiles, weight, ways, roads.start, roads.joins, shut)
    weight.setflags(write=False)
    return weight, int(longest), int(added)


def least_ms(
    known: Weighed, node: NDArray[np.int64], ms: NDArray[np.int64], limit_ms: int | None = None
) -> NDArray[np.int64]:
    """Return each node's least milliseconds to the nearest of some nodes: `geo.shortest.least_ms`, sooner.

    Parameters
    ----------
    known
        The roads and their times.
    node, ms, limit_ms
        As `geo.shortest.least_ms` takes them.

    Raises
    ------
    GeoError
        As `geo.shortest.least_ms` raises it.
    """
    roads, count = known.roads, len(known.roads.number)
    node, ms, limit = whole("nodes", node), whole("times", ms), limit_of(limit_ms)
    refuse_beyond("nodes", node, count)
    refuse_lengths(nodes=node, times=ms)
    refuse_sums(known.longest, count, ms)
    first = whole("nodes", roads.number[node], np.int32)
    up = known.weight, len(roads.tail), roads.start, roads.above, known.shut

    def search(far: int) -> tuple[NDArray[np.int64], int]:
        least: NDArray[Any] = np.empty(count, dtype=WIDTHS[far])
        under = min(limit, far)
        begin, begin_ms = folding.climb(first, ms, *up, far, under, least)
        settle(known, begin, begin_ms, least)
        found, most = folding.descend(least, *up, roads.number, under)
        return found, int(most)

    return in_fewest_bits(known, ms, search)


def in_fewest_bits(
    known: Weighed, ms: NDArray[np.int64], search: Callable[[int], tuple[NDArray[np.int64], int]]
) -> NDArray[np.int64]:
    """Return what a search finds in times of 32 bits where the answer shows that they are enough, else in 64.

    Parameters
    ----------
    known
        The roads and their times.
    ms
        What the search starts with.
    search
        Takes what stands for never, one of `WIDTHS`; returns what it finds, and the most of the times it found.
    """
    if known.weight.dtype == np.uint32 and int(ms.max(initial=0)) < HALF:
        found, most = search(SHUT)
        if most < HALF:  # a sum that was cut off would have come from a node further away than this
            return found
    return search(FAR)[0]


def settle(known: Weighed, node: NDArray[np.int64], ms: NDArray[np.int64], least: NDArray[Any]) -> None:
    """Shorten the kept nodes' milliseconds, which come first, to the least from where the search starts."""
    roads = known.roads
    window_ms = min(WINDOW * roads.middle_ms, FAR)
    kernels.settle((roads.indptr, roads.tail, known.ways), window_ms, node, ms, least[: roads.kept])


def nearest_k(
    known: Weighed, goals: Goals, stands: Stands, *, k: int, classes: int, limit_ms: int | None = None
) -> Nearest:
    """Return the k nearest providers of each class to each target: `geo.nearest.nearest_k`, sooner.

    A target or provider at a folded node counts at every node above it, so much later: their ways meet at one of
    these, folded or kept.

    Parameters
    ----------
    known
        The roads and their times.
    goals, stands, k, classes, limit_ms
        As `geo.nearest.nearest_k` takes them.

    Raises
    ------
    GeoError
        As `geo.nearest.nearest_k` raises it.
    """
    roads, count = known.roads, len(known.roads.number)
    goals, stands = checked(goals, stands, count, k=k, classes=classes)
    span_ms = refuse_sums(known.longest, count, goals.ms)
    return searched(
        (_with_rows(roads), roads.tail, known.ways),
        _goals_above(known, goals),
        _stands_above(known, stands),
        found=nothing_found(len(goals.start) - 1, classes, k),
        window_ms=min(NEAREST_WINDOW * roads.middle_ms, FAR),
        span_ms=span_ms,
        limit_ms=limit_ms,
    )


def _with_rows(roads: Reduced) -> NDArray[np.int32]:
    """Return the rows of the kept nodes' ways, and an empty one for each folded node."""
    rows = np.concatenate([roads.indptr, np.full(len(roads.number) - roads.kept, roads.indptr[-1])])
    return whole("rows", rows, np.int32)


def _goals_above(known: Weighed, goals: Goals) -> Goals:
    """Return the targets with every node above theirs."""
    up = carried_up(known, goals.node, BACK, goals.ms)
    return Goals(whole("rows", np.searchsorted(up.of, goals.start)), up.node, up.ms)


def _stands_above(known: Weighed, stands: Stands) -> Stands:
    """Return the providers with every node above theirs."""
    up = carried_up(known, stands.node, OUT, stands.ms)
    return Stands(up.node, up.ms, stands.provider[up.of], stands.of_class)


class Above(NamedTuple):
    """The nodes above each of some, itself included: of which one they are, rising; which they are, and when; int64."""

    of: NDArray[np.int64]
    node: NDArray[np.int64]
    ms: NDArray[np.int64]


def carried_up(
    known: Weighed, node: NDArray[np.int64], side: int, ms: NDArray[np.int64] | None = None
) -> Above:
    """Return the nodes above each of some by their numbers in the reduced network, with the least milliseconds to them.

    Parameters
    ----------
    known
        The roads and their times.
    node, ms
        The nodes by their old numbers, and the milliseconds (>= 0) to begin with: none unless given.
    side
        `OUT` for the ways up, `BACK` for the ways down from there.
    """
    roads = known.roads
    first = np.zeros(len(node), dtype=np.int64) if ms is None else ms
    least = np.full(len(roads.number), FAR, dtype=np.int64)
    up = known.weight, len(roads.tail) + side, roads.start, roads.above, known.shut
    of, place, away = folding.spread(whole("nodes", roads.number[node], np.int32), first, *up, least)
    return Above(whole("places", of), whole("nodes", place), whole("times", away))

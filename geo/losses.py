"""What the loss of each road changes: the exact times without it, from one search and repairs behind each lost road.

A *loss* is some edges that nobody may drive any more, in either direction, from end to end: whoever stands on one is
cut off, and nobody arrives on it. It is what a closure over exactly these edges does.

**Only roads on the ways driven now can matter.** Fix one best way for each place, to the point where it arrives. Take a
loss none of whose edges lies on the way of place p. That way is still open, takes what it took, and still arrives, so p
is no later. Nor is it sooner: losing roads opens no way, and as long as road to arrive on is left the area is reached
from no further places than before (rule 7 of `docs/travel-time.md`). If nothing is left to arrive on, every way's end
was lost, which puts the loss on the way of every place that had one. So a loss off all ways changes no arrival at all,
no rank, no deadline and no county.

**Without a loss only what lies behind it is searched again.** The fixed ways form a tree towards the area. A node whose
tree way has no lost edge keeps its time, by the argument above. For all others, S, the best way leaves S for the last
time along one arc that is not lost, or enters the area straight from S: so their times are those of a Dijkstra on S
alone that starts at each of its nodes with the least of its open doors into the area and its open arcs to nodes
outside S plus their known times. Summed over all single edges S is as many nodes as ways have edges: a few hundred a
node, not the network once an edge (the replacement paths of Malik, Mittal and Gupta, 1989, for a whole tree).

Where a loss takes the last road to arrive on, arrival itself changes meaning (rule 7): then everything is searched anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo import departures, loss_kernels
from geo.doors import refuse_beyond, times, whole
from geo.entries import doors
from geo.intervals import Stretches
from geo.keepout import kept_clear
from geo.routing import search
from geo.snapping import access_ms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from geo.closures import ClosedRoads
    from geo.network import RoadNetwork
    from geo.routing import AreaSearch
    from geo.snapping import Snaps

AT_ONCE = 512
"""So many losses are tried together: what they change is kept until it was looked at."""


class Changes(NamedTuple):
    """What losses change, by loss and then by place.

    Parameters
    ----------
    loss, place
        Which loss changes which place, int64 (n,).
    total_ms
        What the place then takes, its access legs included, int64 (n,); -1 where there is no way left.
    """

    loss: NDArray[np.int64]
    place: NDArray[np.int64]
    total_ms: NDArray[np.int64]


def without(closed: ClosedRoads, edges: NDArray[Any]) -> ClosedRoads:
    """Return the roads with some edges lost, from end to end and in both directions."""
    edge = np.unique(np.asarray(edges, dtype=np.int64))
    return kept_clear(closed, Stretches(edge, np.zeros(len(edge)), closed.network.edge_length_m[edge]))


@dataclass(frozen=True, eq=False)
class Losses:
    """The tree of best ways to an area, and places on the road that use it.

    Parameters
    ----------
    searched
        The search to the area, or to the staging point.
    closed
        The roads that it was asked about, before any area was kept clear.
    snaps
        The places, P long.
    """

    searched: AreaSearch
    closed: ClosedRoads
    snaps: Snaps

    @property
    def network(self) -> RoadNetwork:
        """Return the roads."""
        return self.searched.network

    @cached_property
    def total_ms(self) -> NDArray[np.int64]:
        """Return what each place takes now, its access legs included, int64 (P,); -1 where there is no way."""
        return self.searched.totals(self.snaps)

    def carried(self, chosen: NDArray[Any]) -> NDArray[np.int64]:
        """Return for each edge how many of the chosen places have it on their way, int64 (E,).

        The own edge counts, and the edge by whose door the area is entered.
        """
        edge, offset_m = self._placed.edge[chosen].astype(np.int64), self._placed.offset_m[chosen]
        # The same place twice counts twice; one without a road counts nowhere.
        there = self.snaps.edge[chosen] >= 0
        edge, offset_m = edge[there], offset_m[there]
        leaving = departures.departures(
            self.searched.closed.obstacles,
            self.searched.target,
            self.searched.node_ms,
            edge=edge,
            offset_m=offset_m,
        )
        reached = leaving.ms >= 0
        carried = np.bincount(edge[reached], minlength=len(self.network.edge_tail)).astype(np.int64)
        onward = leaving.node[reached]
        load = np.bincount(onward[onward >= 0], minlength=len(self.network.lon)).astype(np.int64)
        parent, *_ = self._tree
        loss_kernels.carry(
            self.network.head, self.network.arc_edge, parent, self._by_ms, load, self._last, carried
        )
        return carried

    def changes(self, losses: Sequence[NDArray[np.int64]]) -> Iterator[Changes]:
        """Yield what each loss (its edges, each once) changes, some hundred losses at a time, in their order.

        Raises
        ------
        GeoError
            There is no such edge.
        """
        for first in range(0, len(losses), AT_ONCE):
            some = losses[first : first + AT_ONCE]
            found = self._tried(some)
            anew = [at for at, edges in enumerate(some) if self._takes_all(edges)]
            kept = ~np.isin(found.loss, anew)
            parts = [Changes(*(column[kept] for column in found)), *(self._anew(at, some[at]) for at in anew)]
            joined = [np.concatenate(columns) for columns in zip(*parts, strict=True)]
            order = np.lexsort((joined[1], joined[0]))
            yield Changes(joined[0][order] + first, joined[1][order], joined[2][order])

    def _tried(self, losses: Sequence[NDArray[np.int64]]) -> Changes:
        start = whole("rows", np.append(0, np.cumsum([len(edges) for edges in losses])))
        edge = whole("edges", np.concatenate([*losses, np.empty(0, dtype=np.int64)]), np.int64)
        roads = self.network
        refuse_beyond("edges", edge, len(roads.edge_tail))
        inward = roads.inward
        arcs = roads.indptr, roads.head, self._arc_ms, roads.arc_edge
        row, place, ms = loss_kernels.tried(
            start,
            edge,
            (*arcs, inward.indptr, inward.tail.view(np.int32), inward.arc),
            (roads.edge_tail, roads.edge_head),
            self._tree,
            self._node_ms,
            self._doors,
            self._legs,
            self._at_node,
            self._on_edge,
            self._base_ms,
        )
        leg_ms = access_ms(self.snaps.access_m[place])
        total_ms = np.where(ms < loss_kernels.FAR, ms + leg_ms, -1)
        return Changes(np.repeat(np.arange(len(losses)), np.diff(row)), place.astype(np.int64), total_ms)

    def _takes_all(self, edges: NDArray[np.int64]) -> bool:
        """Return whether a loss takes all road to arrive on, so that arriving is something else without it."""
        if self.searched.site is not None or not len(self._goal_edges) or len(edges) < len(self._goal_edges):
            return False
        return bool(np.isin(self._goal_edges, edges).all())

    def _anew(self, loss: int, edges: NDArray[np.int64]) -> Changes:
        asked = self.searched
        found = search(asked.network, asked.area, without(self.closed, edges), keep_out=asked.keep_out)
        total_ms = found.totals(self.snaps)
        place = np.flatnonzero(total_ms != self.total_ms)
        return Changes(np.full(len(place), loss), place, total_ms[place])

    @cached_property
    def _arc_ms(self) -> NDArray[np.signedinteger[Any]]:
        return times("times of arcs", self.searched.closed.arc_ms)

    @cached_property
    def _node_ms(self) -> NDArray[np.int64]:
        return whole("times of nodes", self.searched.node_ms)

    @cached_property
    def _goal_edges(self) -> NDArray[np.int64]:
        return np.unique(self.searched.target.stretches.edge)

    @cached_property
    def _placed(self) -> Snaps:
        """Return the places with edge 0 in place of none; what they take there is never looked at."""
        there = self.snaps.edge >= 0
        return type(self.snaps)(
            np.where(there, self.snaps.edge, 0),
            np.where(there, self.snaps.offset_m, 0.0),
            self.snaps.access_m,
        )

    @cached_property
    def _by_ms(self) -> NDArray[np.int32]:
        return np.argsort(self.searched.node_ms, kind="stable").astype(np.int32)

    @cached_property
    def _tree(self) -> tuple[NDArray[np.int32], ...]:
        roads, node_ms = self.network, self.searched.node_ms
        enter_ms = np.full(len(node_ms), loss_kernels.FAR, dtype=np.int64)
        enter_ms[self.searched.entries.node] = self.searched.entries.ms
        arcs = roads.indptr, roads.head, self._arc_ms
        grown: tuple[NDArray[np.int32], ...] = loss_kernels.grow(arcs, self._node_ms, enter_ms, self._by_ms)
        return grown

    @cached_property
    def _doors(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        every = doors(self.network, self.searched.target, self.searched.closed)
        start = np.searchsorted(every.node, np.arange(len(self.network.lon) + 1)).astype(np.int64)
        return start, every.ms, every.edge

    @cached_property
    def _last(self) -> NDArray[np.int64]:
        """Return the edge by whose door each node enters the area soonest, int64 (N,); -1 for none."""
        start, _, edge = self._doors
        last = np.full(len(self.network.lon), -1, dtype=np.int64)
        some = np.flatnonzero(np.diff(start))
        last[some] = edge[start[some]]
        return last

    @cached_property
    def _legs(self) -> tuple[NDArray[Any], ...]:
        obstacles, placed = self.searched.closed.obstacles, self._placed
        edge = placed.edge.astype(np.int64)
        own = departures.legs(obstacles, self.searched.target, edge=edge, offset_m=placed.offset_m)
        nowhere = self.snaps.edge < 0
        straight, to_head, stuck_head, to_tail, stuck_tail = (np.where(nowhere, -1, each) for each in own)
        by_head = self.network.edge_head[edge].astype(np.int64)
        by_tail = self.network.edge_tail[edge].astype(np.int64)
        return straight, by_head, to_head, stuck_head, by_tail, to_tail, stuck_tail, edge

    @cached_property
    def _base_ms(self) -> NDArray[np.int64]:
        """Return what each place takes now without its own access leg, int64 (P,); `FAR` where there is no way."""
        leg_ms = access_ms(self.snaps.access_m)
        return np.where(self.total_ms >= 0, self.total_ms - leg_ms, loss_kernels.FAR)

    @cached_property
    def _at_node(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the places whose own edge ends at each node, by node."""
        placed = np.flatnonzero(self.snaps.edge >= 0)
        edge = self.snaps.edge[placed]
        node = np.concatenate([self.network.edge_head[edge], self.network.edge_tail[edge]])
        return _rows(node, np.tile(placed, 2), len(self.network.lon))

    @cached_property
    def _on_edge(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the places on each edge, by edge."""
        placed = np.flatnonzero(self.snaps.edge >= 0)
        return _rows(self.snaps.edge[placed], placed, len(self.network.edge_tail))


def _rows(
    key: NDArray[Any], value: NDArray[np.int64], count: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return values by key: where each key's begin, and the values."""
    order = np.argsort(key, kind="stable")
    return np.searchsorted(key[order], np.arange(count + 1)).astype(np.int64), value[order]

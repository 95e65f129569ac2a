"""The nearest providers of every class to each of many places on the road, by either end of an edge or straight along it.

What a place is to a provider here is what a staging point is to `geo.routing`: the same way, to the millisecond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from geo import coverage_kernels
from geo.departures import within
from geo.doors import refuse_lengths
from geo.engines import least_between, least_ms, nearest_k, soonest_ms
from geo.nearest import Goals, Nearest, Stands, nothing_found
from geo.shortest import FAR, NO_WAY, limit_of
from geo.snapping import access_ms
from geo.steps import quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.closures import ClosedRoads
    from geo.snapping import Snaps
    from geo.steps import Heard


class _Ways(NamedTuple):
    """Ways between places and nodes: which place, which node, milliseconds, int64 (n,) each, by place."""

    place: NDArray[np.int64]
    node: NDArray[np.int64]
    ms: NDArray[np.int64]


def nearest_providers(
    closed: ClosedRoads,
    targets: Snaps,
    providers: Snaps,
    of_class: NDArray[Any],
    *,
    k: int,
    classes: int,
    limit_ms: int | None = None,
) -> Nearest:
    """Return the k providers of each class that are soonest at each target: which, and their milliseconds.

    The milliseconds hold the access legs at both ends, as `AreaSearch.totals` has them for a staging point at the
    target; `geo.snapping.access_ms` tells the legs, estimates both, from the rest. A target on a blocked stretch, or
    without a road, has no providers; a provider without a road is nobody's.

    Parameters
    ----------
    closed
        The roads as closures leave them to a vehicle.
    targets, providers
        T and P places on the road.
    of_class
        Each provider's class, 0 to C-1, integers (P,).
    k, classes
        How many of each class, and how many classes there are: C.
    limit_ms
        Providers that take longer are not found; None for no limit.

    Raises
    ------
    GeoError
        There are more or fewer classes than providers, or one that is not there.
    """
    refuse_lengths(providers=providers.edge, classes=of_class)
    arriving, leaving = _arriving(closed, targets), _leaving(closed, providers)
    start = _starts(arriving.place, len(targets.edge))
    goals = Goals(start, arriving.node, arriving.ms)
    stands = Stands(leaving.node, leaving.ms, leaving.place.astype(np.int32), np.asarray(of_class))
    asked: dict[str, Any] = {"k": k, "classes": classes, "limit_ms": limit_ms}
    found = nearest_k(closed.network, closed.arc_ms, goals, stands, **asked)
    return _with_straight(found, _straight(closed, targets, providers), stands.of_class, limit_of(limit_ms))


def nearest_companies(
    closed: ClosedRoads,
    targets: Snaps,
    providers: Snaps,
    ready_ms: NDArray[np.int64],
    company: NDArray[Any],
    *,
    k: int,
) -> Nearest:
    """Return the k companies that are soonest at each target, one class (T, 1, k): which, and their milliseconds.

    A company comes with the first of its providers, its time to get ready on top. Each search ends as soon as its k
    companies are found, so what it costs depends on how near they are and not on how large the network is.

    Parameters
    ----------
    closed
        The roads as closures leave them to a vehicle.
    targets, providers
        T and P places on the road.
    ready_ms
        Milliseconds (>= 0) before each provider sets out, int64 (P,).
    company
        Each provider's company, 0 and up, integers (P,).
    k
        How many companies.

    Raises
    ------
    GeoError
        There are more or fewer times or companies than providers.
    """
    refuse_lengths(providers=providers.edge, times=ready_ms, companies=company)
    arriving, leaving = _arriving(closed, targets), _leaving(closed, providers)
    whose = np.asarray(company, dtype=np.int32)
    alike = np.zeros(int(whose.max(initial=-1)) + 1, dtype=np.int32)
    goals = Goals(_starts(arriving.place, len(targets.edge)), arriving.node, arriving.ms)
    stands = Stands(leaving.node, leaving.ms + ready_ms[leaving.place], whose[leaving.place], alike)
    found = nearest_k(closed.network, closed.arc_ms, goals, stands, k=k, classes=1)
    straight = _straight(closed, targets, providers)
    own = _Ways(straight.place, whose[straight.node].astype(np.int64), straight.ms + ready_ms[straight.node])
    return _with_straight(found, own, alike, FAR)


def every_ms(closed: ClosedRoads, targets: Snaps, providers: Snaps, step: Heard = quiet) -> NDArray[np.int64]:
    """Return the milliseconds of every provider to every target, int64 (T, P); `FAR` where there is no way.

    The same ways as `nearest_providers` has, of all and not of the nearest: what is asked of coverage beyond them
    (quantities, shares, a town's worth as a site) needs all.

    Parameters
    ----------
    closed
        The roads as closures leave them to a vehicle.
    targets, providers
        T and P places on the road.
    step
        Hears how far it is.
    """
    arriving, leaving = _arriving(closed, targets), _leaving(closed, providers)
    goal, row = np.unique(arriving.node, return_inverse=True)
    stand, column = np.unique(leaving.node, return_inverse=True)
    node_ms = least_between(closed.network, closed.arc_ms, goal, stand, step)
    every = np.empty((len(targets.edge), len(providers.edge)), dtype=np.int64)
    coverage_kernels.joined(
        node_ms,
        (_starts(arriving.place, len(every)), row, arriving.ms),
        (_starts(leaving.place, len(providers.edge)), column, leaving.ms),
        every,
    )
    straight = _straight(closed, targets, providers)
    np.minimum.at(every, (straight.place, straight.node), straight.ms)
    return every


def first_ms(
    closed: ClosedRoads, targets: Snaps, providers: Snaps, ready_ms: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return when the first of the providers is at each target, in milliseconds, int64 (T,); `FAR` where none comes.

    The least of each row of `every_ms` with the time to get ready on top, from one search for all: who is first at a
    place came by the first at the place before.

    Parameters
    ----------
    closed
        The roads as closures leave them to a vehicle.
    targets, providers
        T and P places on the road.
    ready_ms
        Milliseconds (>= 0) before each provider sets out, int64 (P,).

    Raises
    ------
    GeoError
        There are more or fewer times than providers.
    """
    refuse_lengths(providers=providers.edge, times=ready_ms)
    arriving, leaving = _arriving(closed, targets), _leaving(closed, providers)
    node_ms = soonest_ms(closed.network, closed.arc_ms, leaving.node, leaving.ms + ready_ms[leaving.place])
    found = np.full(len(targets.edge), FAR, dtype=np.int64)
    there = node_ms[arriving.node] >= 0
    np.minimum.at(found, arriving.place[there], (node_ms[arriving.node] + arriving.ms)[there])
    straight = _straight(closed, targets, providers)
    np.minimum.at(found, straight.place, straight.ms + ready_ms[straight.node])
    return found


def edges_driven(closed: ClosedRoads, target: Snaps, provider: Snaps) -> tuple[list[int], list[int]]:
    """Return the edges of the best way from one provider to one target: those driven from end to end, and the others.

    The others are the provider's own edge and the target's. Of equal ways straight along the edge comes first, then
    the arc of the lowest index; both lists are empty where there is no way.

    Parameters
    ----------
    closed
        The roads as closures leave them to a vehicle.
    target, provider
        One place on the road each.
    """
    arriving, leaving = _arriving(closed, target), _leaving(closed, provider)
    straight_ms = int(_straight(closed, target, provider).ms.min(initial=FAR))
    if not len(arriving.node) or (not len(leaving.node) and straight_ms == FAR):
        return [], []
    network = closed.network
    node_ms = least_ms(network, closed.arc_ms, arriving.node, arriving.ms)
    there = node_ms[leaving.node] >= 0
    ms = np.where(there, node_ms[leaving.node] + leaving.ms, FAR)
    ends = [int(provider.edge[0]), int(target.edge[0])]
    if int(ms.min(initial=FAR)) >= straight_ms:
        return [], ends[:1] if straight_ms < FAR else []
    node, whole = int(leaving.node[ms.argmin()]), []
    doors = dict(zip(arriving.node.tolist(), arriving.ms.tolist(), strict=True))
    while doors.get(node, FAR) != node_ms[node]:
        arcs = np.arange(network.indptr[node], network.indptr[node + 1])
        onward_ms, arc_ms = node_ms[network.head[arcs]], closed.arc_ms[arcs]
        arc = arcs[(arc_ms >= 0) & (onward_ms >= 0) & (arc_ms + onward_ms == node_ms[node])][0]
        whole.append(int(network.arc_edge[arc]))
        node = int(network.head[arc])
    return whole, ends


def _starts(place: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return where each of so many places begins in a list by place, int64 (count + 1,)."""
    return np.searchsorted(place, np.arange(count + 1))


def _open_places(closed: ClosedRoads, places: Snaps) -> NDArray[np.int64]:
    """Return the places that have a road and stand on no blocked stretch of it."""
    placed = np.flatnonzero(places.edge >= 0)
    shut = within(closed.obstacles.blocked, places.edge[placed].astype(np.int64), places.offset_m[placed])
    return placed[~shut]


def _arriving(closed: ClosedRoads, targets: Snaps) -> _Ways:
    """Return the ways from nodes to targets on their edges, the targets' access legs included."""
    network, obstacles = closed.network, closed.obstacles
    place = _open_places(closed, targets)
    edge, at_m = targets.edge[place].astype(np.int64), targets.offset_m[place]
    length, start = network.edge_length_m[edge], np.zeros(len(place))
    ahead, back = obstacles.passage_ms(edge, start, at_m), obstacles.passage_ms(edge, at_m, length)
    tail, head = network.edge_tail[edge], network.edge_head[edge]
    at_once = np.zeros(len(place), dtype=np.int64)
    return _collected(
        place,
        access_ms(targets.access_m[place]),
        # A place at a node is reached with it, whichever way the road there may be driven.
        (at_m == start, tail, at_once),
        (at_m == length, head, at_once),
        ((network.forward_arc[edge] >= 0) & (ahead >= 0), tail, ahead),
        ((network.backward_arc[edge] >= 0) & (back >= 0), head, back),
    )


def _leaving(closed: ClosedRoads, providers: Snaps) -> _Ways:
    """Return the ways from providers to nodes on their edges, the providers' access legs included."""
    network, obstacles = closed.network, closed.obstacles
    place = np.flatnonzero(providers.edge >= 0)
    edge, at_m = providers.edge[place].astype(np.int64), providers.offset_m[place]
    ahead = obstacles.passage_ms(edge, at_m, network.edge_length_m[edge])
    back = obstacles.passage_ms(edge, np.zeros(len(place)), at_m)
    return _collected(
        place,
        access_ms(providers.access_m[place]),
        ((network.forward_arc[edge] >= 0) & (ahead >= 0), network.edge_head[edge], ahead),
        ((network.backward_arc[edge] >= 0) & (back >= 0), network.edge_tail[edge], back),
    )


def _collected(
    place: NDArray[np.int64],
    leg_ms: NDArray[np.int64],
    *ways: tuple[NDArray[np.bool_], NDArray[np.int32], NDArray[np.int64]],
) -> _Ways:
    """Return the usable of some ways (whether it is, node, milliseconds; one a place), each with its place's leg."""
    usable = np.stack([there for there, _, _ in ways], axis=1)
    which = np.nonzero(usable)[0]
    node = np.stack([at for _, at, _ in ways], axis=1)[usable]
    ms = np.stack([own_ms for _, _, own_ms in ways], axis=1)[usable]
    return _Ways(place[which], node.astype(np.int64), ms + leg_ms[which])


def _straight(closed: ClosedRoads, targets: Snaps, providers: Snaps) -> _Ways:
    """Return the ways along one edge, both access legs included: target, provider, milliseconds."""
    network, obstacles = closed.network, closed.obstacles
    order = np.argsort(providers.edge, kind="stable")
    target = _open_places(closed, targets)
    edge = targets.edge[target]
    first = np.searchsorted(providers.edge[order], edge, side="left")
    count = np.searchsorted(providers.edge[order], edge, side="right") - first
    which = np.repeat(np.arange(len(target)), count)
    provider = order[np.arange(len(which)) + np.repeat(first - (np.cumsum(count) - count), count)]
    target, on = target[which], edge[which].astype(np.int64)
    here, there = providers.offset_m[provider], targets.offset_m[target]
    own_ms = obstacles.passage_ms(on, np.minimum(here, there), np.maximum(here, there))
    ahead = (network.forward_arc[on] >= 0) & (here <= there)
    back = (network.backward_arc[on] >= 0) & (here >= there)
    usable = (ahead | back) & (own_ms >= 0)
    legs_ms = access_ms(targets.access_m[target]) + access_ms(providers.access_m[provider])
    return _Ways(target[usable], provider[usable], (own_ms + legs_ms)[usable])


def _with_straight(found: Nearest, straight: _Ways, of_class: NDArray[Any], limit: int) -> Nearest:
    """Return the nearest by nodes or straight along an edge, each provider once, by its quicker way.

    The k nearest of both are among the k nearest by nodes and those straight along.
    """
    targets, classes, k = found.ms.shape
    there = found.provider != NO_WAY
    group, _ = np.divmod(np.flatnonzero(there), k)
    soon = straight.ms < limit
    group = np.concatenate([group, straight.place[soon] * classes + of_class[straight.node[soon]]])
    provider = np.concatenate([found.provider[there], straight.node[soon]])
    ms = np.concatenate([found.ms[there], straight.ms[soon]])
    order = np.lexsort((ms, provider, group))
    group, provider, ms = group[order], provider[order], ms[order]
    once = np.ones(len(group), dtype=np.bool_)
    once[1:] = (group[1:] != group[:-1]) | (provider[1:] != provider[:-1])
    group, provider, ms = group[once], provider[once], ms[once]
    order = np.lexsort((provider, ms, group))
    group, provider, ms = group[order], provider[order], ms[order]
    rank = np.arange(len(group)) - np.searchsorted(group, group)
    kept = rank < k
    both = nothing_found(targets, classes, k)
    both.ms[both.ms == FAR] = NO_WAY
    place = (*np.divmod(group[kept], classes), rank[kept])
    both.provider[place], both.ms[place] = provider[kept], ms[kept]
    return both

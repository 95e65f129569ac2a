"""On which bridge, and on which road, a target's first provider hangs.

The rule: close a bridge (with its other carriageway), or a road from junction to junction, ask anew when nine in ten of
the target's people have their first provider of the class, and name what delays it most. Only what lies on the best
ways driven now can matter: `geo.losses` has the proof. So these ways are followed, and only their bridges and roads
are closed one by one. A road on which the target's own people live is not tried: they are cut off by its loss whoever
lends what. So is none of which only a part is driven: it is a company's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from geo import coverage_kernels
from geo.bridges import carriageways, road_on
from geo.coverage import edges_driven, first_ms
from geo.coverage_kernels import FAR
from geo.keepout import kept_clear
from geo.losses import without
from geo.steps import quiet, stretch
from matching.coverage.result import NONE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from geo.closures import ClosedRoads
    from geo.network import RoadNetwork
    from geo.snapping import Snaps
    from geo.steps import Heard
    from matching.coverage.arrivals import PointArrivals

MOST_TRIED: Final = 200
"""Bridges, and roads, that are closed one by one for a target while somebody waits; what is beyond is counted and said."""


class Hang(NamedTuple):
    """What a target hangs on: bridges (numbers of the network's) or a road (its edge), and the ms without it."""

    parts: tuple[int, ...]
    ms: int


class Hanging(NamedTuple):
    """The bridge and the road whose loss delays a target's first provider most; None where none delays it.

    `untried` counts the bridges and roads on the ways that were too many to try.
    """

    bridge: Hang | None
    road: Hang | None
    untried: int


def hanging(found: PointArrivals, step: Heard = quiet, *, most: int | None = MOST_TRIED) -> Hanging:
    """Return on which bridge and which road the first provider of a target hangs.

    Parameters
    ----------
    found
        The arrivals at the points of one target (`matching.coverage.cell.only`) of the members of one class.
    step
        Hears before each bridge and road how far it is, 0 to 1, and may raise to stop.
    most
        Bridges, and roads, that are tried; None for all.
    """
    now_ms = for_most_ms(found, found.roads)
    whole, touched = _driven(found)
    network = next(iter(found.roads.values())).network if found.roads else None
    if network is None or now_ms == NONE:
        return Hanging(None, None, 0)
    lived_on = {int(edge) for points, _ in found.legs.values() for edge in points.edge}
    spans = np.isin(network.span_edge, sorted(whole | touched))
    bridges = sorted({carriageways(network, [at]) for at in np.unique(network.span_bridge[spans]).tolist()})
    roads = [(edge,) for edge in sorted(whole - lived_on)]

    def closing_bridge(closed: ClosedRoads, parts: tuple[int, ...]) -> ClosedRoads:
        return kept_clear(closed, road_on(network, parts))

    def closing_road(closed: ClosedRoads, parts: tuple[int, ...]) -> ClosedRoads:
        return without(closed, np.array(parts))

    return Hanging(
        bridge=_worst(found, bridges[:most], closing_bridge, now_ms, stretch(step, 0.0, 0.5)),
        road=_worst(found, roads[:most], closing_road, now_ms, stretch(step, 0.5, 1.0)),
        untried=sum(len(each[most:]) for each in (bridges, roads)) if most is not None else 0,
    )


def bridge_name(network: RoadNetwork, hang: Hang) -> str:
    """Return what the bridge of a hang is called: its name, or the road it carries."""
    bridge = network.bridges[hang.parts[0]]
    return bridge.name or f"the bridge of {bridge.ref or 'a road without a name'}"


def road_name(network: RoadNetwork, hang: Hang) -> str:
    """Return what the road of a hang is called."""
    return network.names[int(network.edge_name[hang.parts[0]])] or "a road without a name"


def for_most_ms(found: PointArrivals, roads: Mapping[str, ClosedRoads]) -> int:
    """Return the milliseconds within which nine in ten of the first target's people have a provider, or `NONE`.

    Parameters
    ----------
    found
        Who is asked.
    roads
        The roads by the code of each vehicle, as they are taken to be.
    """
    soonest = np.full(len(found.way_ms), FAR, dtype=np.int64)
    for code, (sites, ready_ms) in _setting_out(found).items():
        np.minimum(soonest, first_ms(roads[code], found.legs[code][0], sites, ready_ms), out=soonest)
    out = np.empty((len(found.targets.keys), 1), dtype=np.int64)
    coverage_kernels.for_most(soonest[:, None], found.points, out)
    return NONE if out[0, 0] >= FAR else int(out[0, 0])


def _setting_out(found: PointArrivals) -> dict[str, tuple[Snaps, NDArray[np.int64]]]:
    """Return by vehicle where fresh members set out, and the least milliseconds that one there takes to get ready."""
    least = np.full(found.way_ms.shape[1], FAR, dtype=np.int64)
    fresh = found.members.fresh
    np.minimum.at(least, found.way[fresh], found.members.ready_ms[fresh])
    told, number = {}, 0
    for code, (_, sites) in found.legs.items():
        ready_ms = least[number : number + len(sites.edge)]
        some = np.flatnonzero(ready_ms < FAR)
        told[code] = (sites.some(some), ready_ms[some])
        number += len(sites.edge)
    return told


def _arrivals(found: PointArrivals) -> NDArray[np.int64]:
    """Return when each member that counts is at each point, int64 (P, M); `FAR` for never."""
    ms = np.minimum(found.way_ms[:, found.way] + found.members.ready_ms, FAR)
    return np.where(found.members.fresh, ms, FAR)


def _driven(found: PointArrivals) -> tuple[set[int], set[int]]:
    """Return the edges that the first provider of each point drives: from end to end, and in part."""
    arrivals = _arrivals(found)
    whole: set[int] = set()
    touched: set[int] = set()
    if not arrivals.size:
        return whole, touched
    for point, member in enumerate(arrivals.argmin(axis=1).tolist()):
        if arrivals[point, member] < FAR:
            code, site = _way(found, int(found.way[member]))
            points, sites = found.legs[code]
            driven, ends = edges_driven(found.roads[code], _one(points, point), _one(sites, site))
            whole.update(driven)
            touched.update(ends)
    return whole, touched


def _way(found: PointArrivals, way: int) -> tuple[str, int]:
    """Return a way's vehicle, and its site among the vehicle's."""
    for code, (_, sites) in found.legs.items():
        if way < len(sites.edge):
            return code, way
        way -= len(sites.edge)
    raise IndexError(way)


def _one(places: Snaps, at: int) -> Snaps:
    return places.some(slice(at, at + 1))


def _worst(
    found: PointArrivals,
    tried: Sequence[tuple[int, ...]],
    closing: Callable[[ClosedRoads, tuple[int, ...]], ClosedRoads],
    now_ms: int,
    step: Heard,
) -> Hang | None:
    """Return what delays the first provider most when it is closed, of equal ones the first; None when nothing does."""
    worst: Hang | None = None
    for number, parts in enumerate(tried):
        step(number / len(tried))
        roads = {code: closing(closed, parts) for code, closed in found.roads.items()}
        ms = for_most_ms(found, roads)
        if ms == now_ms:
            continue
        if worst is None or (worst.ms != NONE and (ms == NONE or ms > worst.ms)):
            worst = Hang(parts, ms)
    return worst

"""Roads as ways over numbered nodes, as OpenStreetMap draws them, built into a road network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.assembly import Rules, assemble
from geo.chains import chained
from geo.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from geo.network import Bridge, RoadNetwork

NO_BRIDGE = -1


@dataclass(frozen=True)
class RoadKind:
    """What ways that may become one piece of road have in common.

    Parameters
    ----------
    road_class, name
        The class, looked up among the speeds, and the name, empty when it has none.
    oneway
        True when it is driven only from its first node to its last.
    speed_kmh
        Its own speed in km/h; None for its class's.
    """

    road_class: str
    name: str
    oneway: bool
    speed_kmh: float | None


@dataclass(frozen=True, eq=False)
class Ways:
    """W ways over N nodes; where two ways name the same node, they meet, and nowhere else.

    Parameters
    ----------
    lonlat
        Where the nodes lie, EPSG:4326, float64 (N, 2).
    node, start
        Way w passes the nodes `node[start[w]:start[w + 1]]`, at least two; int64 (R,), (W+1,).
    kind
        Each way's row in `kinds`, int64 (W,).
    bridge
        The row in `bridges` of the bridge that a way is, -1 for none; int64 (W,).
    kinds, bridges
        The different kinds of road, and the bridges; those that no way has do no harm.
    """

    lonlat: NDArray[np.float64]
    node: NDArray[np.int64]
    start: NDArray[np.int64]
    kind: NDArray[np.int64]
    bridge: NDArray[np.int64]
    kinds: tuple[RoadKind, ...]
    bridges: tuple[Bridge, ...]

    @property
    def oneway(self) -> NDArray[np.int8]:
        """Return 1 for each kind that is driven one way only, else 0; int8."""
        return np.array([kind.oneway for kind in self.kinds], dtype=np.int8)


def only_found(drawn: Ways) -> tuple[Ways, int]:
    """Return the ways as far as their nodes are there, and how many ways lack a node.

    A node is missing where `node` is -1: where an extract was cut. There a way ends and, behind the gap, another
    begins; a single node left over is no road. Nodes that follow each other in one way at the very same
    place become one, since a road between them would have no length.
    """
    node = _one_a_place(drawn)
    way = np.repeat(np.arange(len(drawn.kind)), np.diff(drawn.start))
    there = node >= 0
    lacking = len(np.unique(way[~there]))
    opens = np.ones(len(node), dtype=bool)
    opens[1:] = (way[1:] != way[:-1]) | (there[1:] != there[:-1])
    repeats = np.zeros(len(node), dtype=bool)
    repeats[1:] = ~opens[1:] & (node[1:] == node[:-1])
    run = np.cumsum(opens) - 1
    kept = there & ~repeats
    sizes = np.bincount(run[kept], minlength=int(run[-1]) + 1 if len(run) else 0)
    kept &= (sizes > 1)[run] if len(run) else kept
    run = run[kept]
    first = np.flatnonzero(np.diff(run, prepend=-1))
    owner = way[kept][first]
    ways = replace(
        drawn,
        node=node[kept],
        start=np.append(first, len(run)),
        kind=drawn.kind[owner],
        bridge=drawn.bridge[owner],
    )
    return ways, lacking


def build_from_ways(
    ways: Ways,
    speeds_kmh: Mapping[str, float],
    *,
    name: str,
    attribution: str,
    main_roads_only: bool = False,
    progress: Callable[[str], None] | None = None,
) -> tuple[RoadNetwork, dict[str, Any]]:
    """Return the largest strongly connected network of these ways, and the figures of what it holds and leaves out.

    Ways meet at the nodes they share. A junction is made where anything but two ends of like road meet. A travel
    time is length on the ellipsoid by the way's own speed, else by its class's, in whole milliseconds, at
    least 1. The same ways in the same order give the same bytes.

    Raises
    ------
    NetworkError
        There are no ways, a class has no speed, a node lies nowhere on earth, or nothing is connected.
    """
    _check(ways, speeds_kmh)
    if progress is not None:
        progress(f"Joining {len(ways.kind):,} ways at their junctions")
    pieces, spans = chained(ways)
    present = {ways.kinds[row].road_class for row in np.unique(ways.kind).tolist()}
    classes = tuple(word for word in speeds_kmh if word in present)
    rules = Rules(
        name, attribution, main_roads_only, classes, tuple(float(speeds_kmh[word]) for word in classes)
    )
    if progress is not None:
        progress(f"Measuring {len(pieces.line):,} pieces of road")
    network, left_out = assemble(
        pieces,
        rules,
        road_class=[kind.road_class for kind in ways.kinds],
        names=[kind.name for kind in ways.kinds],
        oneway=ways.oneway,
        length_m=None,
        speed_kmh=np.array([kind.speed_kmh or np.nan for kind in ways.kinds]),
        spans=spans,
    )
    km = np.bincount(network.edge_class, weights=network.edge_length_m, minlength=len(classes)) / 1000.0
    return network, {
        "components": left_out.components,
        "dropped_edges": left_out.edges,
        "dropped_km": round(left_out.km, 3),
        "nodes": len(network.lon),
        "edges": len(network.edge_tail),
        "km": round(float(network.edge_length_m.sum()) / 1000.0, 3),
        "km_by_class": {word: round(float(km[index]), 3) for index, word in enumerate(classes)},
        "bridges": len(network.bridges),
        "bridge_km": round(float((network.span_to_m - network.span_from_m).sum()) / 1000.0, 3),
    }


def _one_a_place(ways: Ways) -> NDArray[np.int64]:
    """Return the nodes with those that follow another at its very place under one number, the lowest."""
    node, lonlat = ways.node, ways.lonlat
    follows = np.ones(len(node), dtype=bool)
    follows[ways.start[:-1]] = False
    after = np.flatnonzero(follows)
    after = after[(node[after] >= 0) & (node[after - 1] >= 0) & (node[after] != node[after - 1])]
    for axis in (0, 1):
        after = after[lonlat[node[after], axis] == lonlat[node[after - 1], axis]]
    if not len(after):
        return node
    number = np.arange(len(lonlat))
    for one, other in zip(node[after - 1].tolist(), node[after].tolist(), strict=True):
        low, high = sorted((_root(number, one), _root(number, other)))
        number[high] = low
    roots = np.unique(np.concatenate([node[after], node[after - 1]]))
    number[roots] = [_root(number, at) for at in roots.tolist()]
    return np.where(node >= 0, number[node], node)


def _root(number: NDArray[np.int64], at: int) -> int:
    while number[at] != at:
        at = int(number[at])
    return at


def _check(ways: Ways, speeds_kmh: Mapping[str, float]) -> None:
    if not len(ways.kind):
        raise NetworkError(
            "There are no roads",
            given="0 ways with two nodes",
            wanted="at least one road",
            todo="choose a file that holds roads with their nodes",
        )
    used = {ways.kinds[row].road_class for row in np.unique(ways.kind).tolist()}
    missing = sorted(used - set(speeds_kmh))
    if missing:
        raise NetworkError(
            f"{len(missing)} road class{'es have' if len(missing) > 1 else ' has'} no speed",
            given=", ".join(map(repr, missing)),
            wanted=f"a speed for each class (there are speeds for {', '.join(sorted(speeds_kmh)) or 'none'})",
            todo="add the classes to the speeds file",
        )
    outside = ~(np.abs(ways.lonlat) <= [180.0, 90.0]).all(axis=1)
    if outside.any():
        lon, lat = ways.lonlat[np.flatnonzero(outside)[0]]
        raise NetworkError(
            "A road leaves the earth",
            given=f"the point {lon}, {lat}",
            wanted="longitude and latitude in degrees (EPSG:4326)",
            todo="check the file",
        )

"""Pieces of road become a network: the largest connected part, in spatial order, timed by class or by their own speed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.errors import NetworkError
from geo.morton import morton_order
from geo.network import RoadNetwork
from geo.projection import ground_m

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from geo.network import Bridge
    from geo.pieces import Pieces

MAX_MS = 2**31 - 1
"""The longest an edge may take: 24 days, what 32 bits hold."""

MEASURED_AT_ONCE = 1_000_000
"""Steps measured on the ellipsoid in one go: what that needs besides is bounded, however large the network."""


@dataclass(frozen=True)
class Rules:
    """What a network is called, and the speed of each of its classes in km/h."""

    name: str
    attribution: str
    main_roads_only: bool
    classes: tuple[str, ...]
    speeds_kmh: tuple[float, ...]


@dataclass(frozen=True)
class LeftOut:
    """How many strongly connected pieces there were, and the edges and km outside the largest."""

    components: int
    edges: int
    km: float


@dataclass(frozen=True, eq=False)
class PieceSpans:
    """Stretches of pieces on bridges: S of them.

    Parameters
    ----------
    first, last
        The rows of the pieces' shape at the two ends of each, both in one piece; int64 (S,).
    bridge
        Which of `bridges` each lies on, int64 (S,).
    bridges
        The bridges.
    """

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    bridge: NDArray[np.int64]
    bridges: tuple[Bridge, ...]


@dataclass(eq=False)
class _Edges:
    """Edges on their way into a network: ends, class, name, direction, time, and shape with metres."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    road_class: NDArray[np.int64]
    name: NDArray[np.int64]
    oneway: NDArray[np.int64]
    ms: NDArray[np.int64]
    start: NDArray[np.int64]
    shape: NDArray[np.float64]
    shape_m: NDArray[np.float64]

    def taken(self, chosen: NDArray[np.int64]) -> _Edges:
        sizes = np.diff(self.start)[chosen]
        start = np.concatenate([[0], np.cumsum(sizes)])
        rows = np.arange(start[-1]) - np.repeat(start[:-1] - self.start[chosen], sizes)
        return _Edges(
            self.tail[chosen],
            self.head[chosen],
            self.road_class[chosen],
            self.name[chosen],
            self.oneway[chosen],
            self.ms[chosen],
            start,
            self.shape[rows],
            self.shape_m[rows],
        )

    @property
    def length_m(self) -> NDArray[np.float64]:
        return self.shape_m[self.start[1:] - 1]


def assemble(
    pieces: Pieces,
    rules: Rules,
    *,
    road_class: Sequence[str],
    names: Sequence[str],
    oneway: NDArray[np.int8],
    length_m: NDArray[np.float64] | None,
    speed_kmh: NDArray[np.float64] | None = None,
    spans: PieceSpans | None = None,
) -> tuple[RoadNetwork, LeftOut]:
    """Return the largest strongly connected network of the pieces, and what it leaves out.

    Nodes stand in Morton order; edges by tail, head, time and then the order of the input; arcs by tail, head,
    time and edge. `road_class`, `names`, `oneway`, `length_m` and `speed_kmh` are by line, as `pieces.line` counts
    them. A line whose own speed is given and not NaN is timed by it, every other by its class.

    Raises
    ------
    NetworkError
        Nothing is connected, or an edge takes longer than 32 bits hold.
    """
    class_index = {word: index for index, word in enumerate(rules.classes)}
    known_names = ("", *sorted(set(names) - {""}))
    name_index = {word: index for index, word in enumerate(known_names)}
    line_class = np.array([class_index[word] for word in road_class], dtype=np.int64)
    line_kmh = np.array(rules.speeds_kmh)[line_class]
    if speed_kmh is not None:
        line_kmh = np.where(np.isnan(speed_kmh), line_kmh, speed_kmh)
    shape_m = _measure(pieces, length_m)
    edges = _Edges(
        tail=pieces.tail,
        head=pieces.head,
        road_class=line_class[pieces.line],
        name=np.array([name_index[word] for word in names], dtype=np.int64)[pieces.line],
        oneway=oneway.astype(np.int64)[pieces.line],
        ms=_times(shape_m[pieces.start[1:] - 1], line_kmh[pieces.line]),
        start=pieces.start,
        shape=pieces.shape,
        shape_m=shape_m,
    )
    main, left_out = _largest(edges, len(pieces.lonlat))
    nodes, order = _in_order(edges, main, pieces.lonlat)
    bridges = {} if spans is None else _on_edges(spans, pieces.start, shape_m, order)
    return _network(edges.taken(order), nodes, rules, known_names, bridges), left_out


def _measure(pieces: Pieces, length_m: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Return each shape point's metres from its piece's tail, on the ellipsoid or scaled to the given lengths."""
    step = np.zeros(len(pieces.shape))
    for first in range(1, len(step), MEASURED_AT_ONCE):
        last = min(first + MEASURED_AT_ONCE, len(step))
        step[first:last] = ground_m(pieces.shape[first - 1 : last - 1], pieces.shape[first:last])
    step[pieces.start[:-1]] = 0.0
    if length_m is not None:
        owner = np.repeat(np.arange(len(pieces.line)), np.diff(pieces.start))
        drawn = np.bincount(pieces.line[owner], weights=step, minlength=len(length_m))
        drawn[drawn == 0.0] = 1.0
        step *= (length_m / drawn)[pieces.line[owner]]
    # One running sum a piece: a sum over all pieces less its start would lose the last digits of each. The longest
    # pieces stand first, so that each round touches only those that reach so far.
    sizes = np.diff(pieces.start)
    by_size = np.argsort(-sizes, kind="stable")
    begin, falling = pieces.start[:-1][by_size], -sizes[by_size]
    for place in range(1, int(sizes.max(initial=1))):
        at = begin[: np.searchsorted(falling, -place)] + place
        step[at] += step[at - 1]
    return step


def _times(length_m: NDArray[np.float64], speed_kmh: NDArray[np.float64]) -> NDArray[np.int64]:
    ms = np.maximum(np.floor(length_m * 3600.0 / speed_kmh + 0.5), 1.0)
    if len(ms) and ms.max() > MAX_MS:
        worst = int(ms.argmax())
        raise NetworkError(
            "A road takes longer than this system can hold",
            given=f"{length_m[worst] / 1000:,.0f} km at {speed_kmh[worst]:g} km/h",
            wanted="at most 24 days an edge",
            todo="check the speeds file and the coordinate reference system of the lines",
        )
    return ms.astype(np.int64)


def _largest(edges: _Edges, junctions: int) -> tuple[NDArray[np.int64], LeftOut]:
    """Return the edges of the strongly connected part with most junctions (the first of equals)."""
    ahead, back = edges.oneway >= 0, edges.oneway <= 0
    tail = np.concatenate([edges.tail[ahead], edges.head[back]])
    head = np.concatenate([edges.head[ahead], edges.tail[back]])
    graph = coo_array((np.ones(len(tail), dtype=np.int8), (tail, head)), shape=(junctions, junctions))
    _, part = connected_components(graph.tocsr(), directed=True, connection="strong")
    used = np.unique(np.concatenate([tail, head]))
    sizes = np.bincount(part[used])
    keep = np.zeros(len(edges.tail), dtype=bool)
    if len(used):
        first = np.full(len(sizes), junctions)
        np.minimum.at(first, part[used], used)
        best = np.lexsort((first, -sizes))[0]
        keep = (part[edges.tail] == best) & (part[edges.head] == best)
    if not keep.any():
        raise NetworkError(
            "These lines make no road network",
            given=f"{len(edges.tail):,} pieces of road, none of which leads there and back",
            wanted="roads that meet",
            todo="check the one-way column, and whether the lines touch",
        )
    km = float(edges.length_m[~keep].sum()) / 1000.0
    return np.flatnonzero(keep), LeftOut(int((sizes > 0).sum()), int((~keep).sum()), km)


def _in_order(
    edges: _Edges, main: NDArray[np.int64], lonlat: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return where the nodes lie, and the main edges in their order; their ends become node numbers."""
    used = np.unique(np.concatenate([edges.tail[main], edges.head[main]]))
    used = used[morton_order(lonlat[used, 0], lonlat[used, 1])]
    number = np.full(len(lonlat), -1, dtype=np.int64)
    number[used] = np.arange(len(used))
    edges.tail, edges.head = number[edges.tail], number[edges.head]
    return lonlat[used], main[np.lexsort((main, edges.ms[main], edges.head[main], edges.tail[main]))]


def _on_edges(
    spans: PieceSpans, start: NDArray[np.int64], shape_m: NDArray[np.float64], order: NDArray[np.int64]
) -> dict[str, Any]:
    """Return the spans of the edges in this order, as a network names its parts; bridges without a span are gone."""
    edge_of_piece = np.full(len(start) - 1, -1, dtype=np.int64)
    edge_of_piece[order] = np.arange(len(order))
    edge = edge_of_piece[np.searchsorted(start, spans.first, side="right") - 1]
    kept = np.flatnonzero(edge >= 0)
    kept = kept[np.lexsort((shape_m[spans.first[kept]], edge[kept]))]
    used, first, bridge = np.unique(spans.bridge[kept], return_index=True, return_inverse=True)
    by_place = np.argsort(first, kind="stable")
    rank = np.empty(len(used), dtype=np.int64)
    rank[by_place] = np.arange(len(used))
    return {
        "bridges": tuple(spans.bridges[index] for index in used[by_place]),
        "span_edge": edge[kept],
        "span_from_m": shape_m[spans.first[kept]],
        "span_to_m": shape_m[spans.last[kept]],
        "span_bridge": rank[bridge],
    }


def _network(
    edges: _Edges,
    nodes: NDArray[np.float64],
    rules: Rules,
    known_names: tuple[str, ...],
    bridges: dict[str, Any],
) -> RoadNetwork:
    ahead, back = np.flatnonzero(edges.oneway >= 0), np.flatnonzero(edges.oneway <= 0)
    tail = np.concatenate([edges.tail[ahead], edges.head[back]])
    head = np.concatenate([edges.head[ahead], edges.tail[back]])
    edge = np.concatenate([ahead, back])
    forward = np.repeat([True, False], [len(ahead), len(back)])
    order = np.lexsort((~forward, edge, edges.ms[edge], head, tail))
    names, name = np.unique(edges.name, return_inverse=True)
    if not len(names) or names[0] != 0:
        names, name = np.concatenate([[0], names]), name + 1
    return RoadNetwork.sealed(
        name=rules.name,
        attribution=rules.attribution,
        main_roads_only=rules.main_roads_only,
        classes=rules.classes,
        speeds_kmh=rules.speeds_kmh,
        names=tuple(known_names[index] for index in names),
        lon=nodes[:, 0],
        lat=nodes[:, 1],
        indptr=np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=len(nodes)))]),
        head=head[order],
        arc_ms=edges.ms[edge][order],
        arc_edge=edge[order],
        arc_forward=forward[order],
        edge_tail=edges.tail,
        edge_head=edges.head,
        edge_class=edges.road_class,
        edge_name=name,
        edge_length_m=edges.length_m,
        edge_ms=edges.ms,
        shape_start=edges.start,
        shape=edges.shape,
        shape_m=edges.shape_m,
        **bridges,
    )

"""The road network as arrays: nodes, edges with their shape, and arcs in compressed rows."""

from __future__ import annotations

import io
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np
import shapely

from geo import layout, network_file
from geo.edge_index import EdgeIndex, level_starts, packed, spatial_order
from geo.projection import to_metres
from geo.reduction import Reduced, reduced
from geo.runs import numbers
from geo.shortest import Inward, inward
from geo.soundness import as_kept, refuse_unsound

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    from geo.driving import Drive
    from geo.profiles import Profile

Rows = TypeVar("Rows", Inward, Reduced)

ARRAYS: dict[str, str] = {
    "lon": "<f8",
    "lat": "<f8",
    "indptr": "<i4",
    "head": "<i4",
    "arc_ms": "<i4",
    "arc_edge": "<i4",
    "arc_forward": "|b1",
    "edge_tail": "<i4",
    "edge_head": "<i4",
    "edge_class": "|u1",
    "edge_name": "<i4",
    "edge_length_m": "<f8",
    "edge_ms": "<i4",
    "shape_start": "<i4",
    "shape": "<f8",
    "shape_m": "<f8",
    "span_edge": "<i4",
    "span_from_m": "<f8",
    "span_to_m": "<f8",
    "span_bridge": "<i4",
}
"""The arrays of a network and how each is stored, in the order in which they are written and hashed."""

SPANS = ("span_edge", "span_from_m", "span_to_m", "span_bridge")
"""The arrays that are empty in a network that knows no bridges."""

WORDS = ("name", "attribution", "main_roads_only", "classes", "speeds_kmh", "names", "bridges")
"""What a network says of itself besides its arrays."""


class Bridge(NamedTuple):
    """A bridge as its source knows it: its id there, its name and the number of the road on it, empty if unknown."""

    id: str
    name: str
    ref: str


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """A strongly connected road network in integer milliseconds.

    Nodes stand in spatial (Morton) order, so that a search touches memory in runs. An *edge* is a piece of road
    between two nodes with its shape; an *arc* is one direction of travel along it. N nodes, E edges, M arcs,
    K shape points. The network is one strongly connected piece, so that nothing snaps to an island: whatever
    cannot be reached from it was cut off by a closure.

    Parameters
    ----------
    name, attribution
        What to call it and whom to credit, shown wherever its times are shown.
    main_roads_only
        True when minor roads are missing, so that every arrival needs the words "main roads only".
    classes, speeds_kmh
        Road classes in the order of `edge_class`, and the travel speed of each in km/h.
    lon, lat
        Nodes, float64 (N,), EPSG:4326.
    indptr, head, arc_ms, arc_edge, arc_forward
        Arcs by tail node: int32 (N+1,), and per arc (M,) its head node, travel time in ms (>= 1, int32), edge,
        and whether it runs from the edge's tail to its head.
    edge_tail, edge_head, edge_class, edge_name, edge_length_m, edge_ms
        Per edge (E,): its end nodes, class index, index into `names`, length in metres and time in ms.
    names
        Road names; `names[0]` is the empty name.
    shape_start, shape, shape_m
        Edge e has the points `shape[shape_start[e]:shape_start[e + 1]]` (lon, lat) from tail to head, and
        `shape_m` is each point's distance in metres from the tail, along the edge; the last one is
        `edge_length_m`. int32 (E+1,), (K, 2), (K,).
    bridges, span_edge, span_from_m, span_to_m, span_bridge
        The bridges, and the spans of road on them, by edge and then by metres from its tail: edge, from, to, and
        which bridge. A bridge has a span on each edge that crosses it. int32, float64, float64, int32 (S,).
    content_hash
        SHA-256 of everything above, hexadecimal: what every result names.
    """

    name: str
    attribution: str
    main_roads_only: bool
    classes: tuple[str, ...]
    speeds_kmh: tuple[float, ...]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    indptr: NDArray[np.int32]
    head: NDArray[np.int32]
    arc_ms: NDArray[np.int32]
    arc_edge: NDArray[np.int32]
    arc_forward: NDArray[np.bool_]
    edge_tail: NDArray[np.int32]
    edge_head: NDArray[np.int32]
    edge_class: NDArray[np.uint8]
    edge_name: NDArray[np.int32]
    edge_length_m: NDArray[np.float64]
    edge_ms: NDArray[np.int32]
    names: tuple[str, ...]
    shape_start: NDArray[np.int32]
    shape: NDArray[np.float64]
    shape_m: NDArray[np.float64]
    bridges: tuple[Bridge, ...]
    span_edge: NDArray[np.int32]
    span_from_m: NDArray[np.float64]
    span_to_m: NDArray[np.float64]
    span_bridge: NDArray[np.int32]
    content_hash: str

    @classmethod
    def sealed(cls, **parts: Any) -> RoadNetwork:  # noqa: ANN401 - the fields above, whose types the class gives
        """Return a network of these parts, its arrays read-only and its content hash worked out from them.

        Without bridges and spans it knows none.

        Raises
        ------
        NetworkError
            The parts contradict each other, or a number does not fit.
        """
        parts = {"bridges": (), **dict.fromkeys(SPANS, ()), **parts}
        arrays: dict[str, NDArray[Any]] = {}
        for name, kind in ARRAYS.items():
            arrays[name] = as_kept(name, parts[name], kind)
        words: dict[str, Any] = {name: parts[name] for name in WORDS}
        refuse_unsound(words, arrays, f"the network {words['name']!r}")
        return cls(**{**words, **arrays}, content_hash=network_file.content_hash(words, arrays))

    def to_bytes(self) -> bytes:
        """Return the network as the bytes of a file; the same network gives the same bytes."""
        pieces = io.BytesIO()
        self.pour(pieces.write)
        return pieces.getvalue()

    @classmethod
    def from_bytes(cls, data: network_file.Buffer, origin: str = "the stored network") -> RoadNetwork:
        """Return the network that `to_bytes` wrote; its arrays lie in these bytes, which must not change.

        Raises
        ------
        NetworkError
            The bytes are damaged, cut short, of another version, not a network at all, or one whose arrays
            contradict each other; `origin` names them.
        """
        held = network_file.unpack(data, WORDS, ARRAYS, origin)
        refuse_unsound(held.words, held.arrays, origin)
        return cls._held(held)

    def pour(self, write: Callable[[Any], object], *, laid_out: bool = False) -> None:
        """Hand the bytes of a file to `write`, piece by piece and with no copy of an array.

        `laid_out` adds what is worked out from the network once and then read by every process.
        """
        words = {name: getattr(self, name) for name in WORDS}
        arrays = {name: getattr(self, name) for name in ARRAYS}
        beside = layout.laid_out(self) if laid_out else None
        network_file.pour(write, words, arrays, self.content_hash, layout=layout.LAYOUT, laid_out=beside)

    def save(self, path: Path, *, laid_out: bool = False) -> None:
        """Write the network to a file, with what is worked out from it beside it or not; nobody reads half of it.

        Raises
        ------
        NetworkError
            There is no room, no folder or no right to write.
        """
        size = sum(getattr(self, name).nbytes for name in ARRAYS)
        network_file.write(path, lambda write: self.pour(write, laid_out=laid_out), size)

    @classmethod
    def load(cls, path: Path, *, laid_out: bool = False) -> RoadNetwork:
        """Return the network stored in a file, mapped into memory: processes that load it share one copy.

        The file may be replaced or removed meanwhile, but must not be written into.

        Parameters
        ----------
        path
            A file that `save` wrote.
        laid_out
            True for one saved so, of whose laid-out arrays then none is worked out again. Its writer checked that
            the arrays agree with each other, and its hashes say that they are still the same.

        Raises
        ------
        NetworkError
            There is no such file, or it is damaged, of another version, not a network, or not laid out as asked.
        """
        data = network_file.mapped(path)
        if not laid_out:
            network = cls.from_bytes(data, str(path))
        else:
            held = network_file.unpack(data, WORDS, ARRAYS, str(path), layout.LAYOUT)
            network = cls._held(held)
            layout.lay_in(network, held.laid_out)
        network_file.let_go(data)
        return network

    @classmethod
    def _held(cls, held: network_file.Held) -> RoadNetwork:
        words = held.words | {name: tuple(held.words[name]) for name in ("classes", "names", "speeds_kmh")}
        words["bridges"] = tuple(Bridge(*bridge) for bridge in words["bridges"])
        parts: dict[str, Any] = words | held.arrays
        return cls(**parts, content_hash=held.content_hash)

    @cached_property
    def arc_tail(self) -> NDArray[np.int32]:
        """Return each arc's tail node, int32 (M,)."""
        return _fixed(np.repeat(np.arange(len(self.lon), dtype=np.int32), np.diff(self.indptr)))

    @cached_property
    def inward(self) -> Inward:
        """Return the arcs by the node they lead to, as searches towards an area read them."""
        return _fixed_rows(inward(self.indptr, self.head, self.arc_ms))

    @cached_property
    def reduced(self) -> Reduced:
        """Return the network without dead ends and bends, as searches on many nodes read it."""
        return _fixed_rows(reduced(self.indptr, self.head, self.arc_ms))

    @cached_property
    def drives(self) -> dict[Profile, Drive]:
        """Return the vehicles worked out on this network so far; `geo.driving.drive` fills it."""
        return {}

    @cached_property
    def forward_arc(self) -> NDArray[np.int32]:
        """Return each edge's arc from its tail to its head, int32 (E,); -1 where that way is not allowed."""
        return self._arc_of_edge(self.arc_forward)

    @cached_property
    def backward_arc(self) -> NDArray[np.int32]:
        """Return each edge's arc from its head to its tail, int32 (E,); -1 where that way is not allowed."""
        return self._arc_of_edge(~self.arc_forward)

    @cached_property
    def shape_edge(self) -> NDArray[np.int32]:
        """Return each shape point's edge, int32 (K,)."""
        return np.repeat(np.arange(len(self.edge_tail), dtype=np.int32), np.diff(self.shape_start))

    @cached_property
    def shape_xy(self) -> NDArray[np.float64]:
        """Return the shape points in EPSG:5070 metres, float64 (K, 2)."""
        return _fixed(to_metres(self.shape))

    @cached_property
    def edge_order(self) -> NDArray[np.int32]:
        """Return the edges in spatial order, int32 (E,), as the boxes of the index hold them."""
        return _fixed(spatial_order(self.shape, self.shape_start))

    @cached_property
    def boxes(self) -> NDArray[np.float64]:
        """Return the boxes of `index`, EPSG:4326, float64 (B, 4)."""
        return _fixed(packed(self.shape, self.shape_start, self.edge_order))

    @cached_property
    def boxes_xy(self) -> NDArray[np.float64]:
        """Return the boxes of `index_xy`, EPSG:5070, float64 (B, 4)."""
        return _fixed(packed(self.shape_xy, self.shape_start, self.edge_order))

    @cached_property
    def index(self) -> EdgeIndex:
        """Return the spatial index of the edges in EPSG:4326: what an area or a closure covers."""
        return EdgeIndex(level_starts(len(self.edge_tail)), self.boxes, self.edge_order)

    @cached_property
    def index_xy(self) -> EdgeIndex:
        """Return the spatial index of the edges in EPSG:5070: what is nearest."""
        return EdgeIndex(level_starts(len(self.edge_tail)), self.boxes_xy, self.edge_order)

    def points_of(self, edges: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the shape points of some edges, one edge after the other, and how many each has."""
        edge = np.asarray(edges, dtype=np.int64)
        first = self.shape_start[edge].astype(np.int64)
        count = self.shape_start[edge + 1] - first
        return numbers(first, count), count

    def lines(self, edges: ArrayLike) -> NDArray[np.object_]:
        """Return some edges as shapely LineStrings in EPSG:4326; made anew each time, so ask for few."""
        return self._lines(self.shape, edges)

    def lines_xy(self, edges: ArrayLike) -> NDArray[np.object_]:
        """Return some edges as shapely LineStrings in EPSG:5070; made anew each time, so ask for few."""
        return self._lines(self.shape_xy, edges)

    def _lines(self, shape: NDArray[np.float64], edges: ArrayLike) -> NDArray[np.object_]:
        point, count = self.points_of(edges)
        owner = np.repeat(np.arange(len(count)), count)
        return np.asarray(shapely.linestrings(shape[point], indices=owner), dtype=object)

    def _arc_of_edge(self, chosen: NDArray[np.bool_]) -> NDArray[np.int32]:
        arc_of_edge = np.full(len(self.edge_tail), -1, dtype=np.int32)
        arcs = np.flatnonzero(chosen)
        arc_of_edge[self.arc_edge[arcs]] = arcs
        return _fixed(arc_of_edge)


def _fixed(values: NDArray[Any]) -> NDArray[Any]:
    """Return an array that nobody may change: as in a file, so that compiled code sees one kind of array, not two."""
    values.setflags(write=False)
    return values


def _fixed_rows(rows: Rows) -> Rows:
    """Return rows whose arrays nobody may change."""
    for each in fields(rows):
        if isinstance(values := getattr(rows, each.name), np.ndarray):
            _fixed(values)
    return rows

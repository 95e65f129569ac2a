"""The road network as arrays: nodes, edges with their shape, and arcs in compressed rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    import numpy as np


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """A strongly connected road network in integer milliseconds.

    Nodes stand in spatial (Morton) order, so that a search touches memory in runs. An *edge* is a piece of road
    between two nodes with its shape; an *arc* is one direction of travel along it. N nodes, E edges, M arcs,
    K shape points.

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
        `shape_m` is each point's distance in metres from the tail, along the edge. int32 (E+1,), (K, 2), (K,).
    content_hash
        SHA-256 of the arrays, hexadecimal: what every result names.
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
    content_hash: str

    def save(self, path: Path) -> None: ...

    @classmethod
    def load(cls, path: Path) -> RoadNetwork: ...

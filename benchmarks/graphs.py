"""The graphs that figures run on: made ones of any size, and real ones where they are at hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geo.morton import morton_order
from geo.network import RoadNetwork

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
WORLD_HIGHWAYS = SHARED / "bench" / "bench_world_highways_osm_560k.npz"
TIGER_STATE = SHARED / "roads" / "mo_tiger_prisec_simplified_noded.parquet"

TIGER_KMH = {"I": 105.0, "US": 90.0, "SR": 80.0, "CON": 70.0}
SEED = 2011
BLOCK_M = 150.0
WORLD_KMH = 80.0
CLASSES = ("local", "arterial", "highway", "motorway")
SPEEDS_KMH = (40.0, 60.0, 90.0, 110.0)
EVERY = (1, 8, 40, 160)
"""Every n-th street of the grid is of that class; a motorway is met at every eighth street only."""
STREETS_LEFT = 0.58
"""Share of the grid's local streets that exist: with it, a made network has 2.6 arcs a node as a real one."""
ONE_WAY = 0.08
"""Share of the local streets that run one way."""


def synthetic(nodes: int) -> RoadNetwork:
    """Return a made network of about that many nodes: a town without end, the same for the same number.

    A grid of 150 m blocks, shaken, with nearly half its local streets missing; every eighth street is an arterial,
    every fortieth a highway, and along every 160th runs a motorway that only arterials meet. What cannot be reached
    and left again is dropped, which is why the grid starts a little larger.
    """
    rng = np.random.default_rng([SEED, nodes])
    side = round((nodes / 0.933) ** 0.5)
    at = np.arange(side * side).reshape(side, side)
    shaken = rng.uniform(-0.3, 0.3, (2, side, side)) * BLOCK_M
    east, north = np.arange(side) * BLOCK_M + shaken[0], np.arange(side)[:, None] * BLOCK_M + shaken[1]
    streets = [_streets(at, rng), _streets(at.T, rng), _motorways(at), _motorways(at.T)]
    tail, head, road_class, oneway = (np.concatenate(parts) for parts in zip(*streets, strict=True))
    lat = 36.0 + north.ravel() / 111_200.0
    lon = -95.5 + east.ravel() / (111_200.0 * np.cos(np.radians(38.0)))
    length_m = np.hypot(
        east.ravel()[tail] - east.ravel()[head], north.ravel()[tail] - north.ravel()[head]
    ) * rng.uniform(1.0, 1.3, len(tail))
    return straight_network(
        f"synthetic_{nodes}",
        lon=lon,
        lat=lat,
        tail=tail,
        head=head,
        oneway=oneway,
        length_m=length_m,
        road_class=road_class,
    )


def _streets(at: NDArray[np.int64], rng: np.random.Generator) -> tuple[NDArray[np.int64], ...]:
    """Return the streets along the rows of a grid: tails, heads, classes, and whether each runs one way."""
    row = np.repeat(np.arange(len(at)), at.shape[1] - 1)
    road_class = np.select([row % EVERY[2] == 0, row % EVERY[1] == 0], [2, 1], 0)
    there = (road_class > 0) | (rng.random(len(row)) < STREETS_LEFT)
    oneway = (road_class == 0) & (rng.random(len(row)) < ONE_WAY)
    tail, head = at[:, :-1].ravel(), at[:, 1:].ravel()
    return tail[there], head[there], road_class[there], oneway[there].astype(np.int64)


def _motorways(at: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    """Return the motorways along every 160th row, met at every eighth column."""
    met = at[:: EVERY[3], :: EVERY[1]]
    tail, head = met[:, :-1].ravel(), met[:, 1:].ravel()
    return tail, head, np.full(len(tail), 3), np.zeros(len(tail), dtype=np.int64)


def world_highways() -> RoadNetwork:
    """Return the world's highways as OpenStreetMap has them, their largest piece, all at 80 km/h."""
    with np.load(WORLD_HIGHWAYS) as data:
        lon, lat, tail, head, km = (data[name] for name in ("lon", "lat", "u", "v", "length_km"))
    count = len(tail)
    return straight_network(
        "world_highways",
        lon=lon.astype(np.float64),
        lat=lat.astype(np.float64),
        tail=tail.astype(np.int64),
        head=head.astype(np.int64),
        oneway=np.zeros(count, dtype=np.int64),
        length_m=km.astype(np.float64) * 1000.0,
        road_class=np.zeros(count, dtype=np.int64),
        speeds_kmh=(WORLD_KMH,),
    )


def tiger_state() -> RoadNetwork:
    """Return Missouri's primary and secondary roads as TIGER has them, by our own loader."""
    import pyarrow.parquet as pq
    import shapely

    from geo.noding import RoadLines, build_network

    table = pq.read_table(TIGER_STATE, columns=["cls", "geometry"])
    geometry = shapely.from_wkb(table.column("geometry").to_numpy(zero_copy_only=False))
    lines = RoadLines(
        geometry=np.array(geometry, dtype=object),
        road_class=tuple(table.column("cls").to_pylist()),
        name=("",) * len(geometry),
        oneway=np.zeros(len(geometry), dtype=np.int8),
    )
    network, _ = build_network(
        lines,
        TIGER_KMH,
        name="tiger_state",
        attribution="U.S. Census Bureau",
        main_roads_only=True,
        node_crossings=False,
    )
    return network


def straight_network(
    name: str,
    *,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    oneway: NDArray[np.int64],
    length_m: NDArray[np.float64],
    road_class: NDArray[np.int64],
    speeds_kmh: tuple[float, ...] = SPEEDS_KMH,
) -> RoadNetwork:
    """Return the largest strongly connected piece of a graph as a network of straight roads in Morton order."""
    number, count = _numbers(lon, lat, tail, head, oneway)
    kept = (number[tail] >= 0) & (number[head] >= 0) & (tail != head)
    tail, head, oneway = number[tail[kept]], number[head[kept]], oneway[kept]
    length_m, road_class = length_m[kept], road_class[kept]
    place = np.empty((count, 2))
    place[number[number >= 0]] = np.column_stack([lon, lat])[number >= 0]
    ms = np.maximum(1, np.floor(length_m * 3600.0 / np.array(speeds_kmh)[road_class] + 0.5)).astype(np.int64)
    both = np.flatnonzero(oneway == 0)
    edge = np.concatenate([np.arange(len(tail)), both])
    arc_tail = np.concatenate([tail, head[both]])
    arc_head = np.concatenate([head, tail[both]])
    order = np.lexsort((edge, arc_head, arc_tail))
    edges = len(tail)
    return RoadNetwork.sealed(
        name=name,
        attribution="made for measuring",
        main_roads_only=False,
        classes=CLASSES[: len(speeds_kmh)],
        speeds_kmh=speeds_kmh,
        names=("",),
        lon=place[:, 0],
        lat=place[:, 1],
        indptr=np.concatenate([[0], np.cumsum(np.bincount(arc_tail, minlength=count))]),
        head=arc_head[order],
        arc_ms=ms[edge[order]],
        arc_edge=edge[order],
        arc_forward=order < edges,
        edge_tail=tail,
        edge_head=head,
        edge_class=road_class,
        edge_name=np.zeros(edges),
        edge_length_m=length_m,
        edge_ms=ms,
        shape_start=np.arange(edges + 1) * 2,
        shape=place[np.column_stack([tail, head]).ravel()],
        shape_m=np.column_stack([np.zeros(edges), length_m]).ravel(),
    )


def _numbers(
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    oneway: NDArray[np.int64],
) -> tuple[NDArray[np.int64], int]:
    """Return each node's number in Morton order, -1 outside the largest strong piece, and how many have one."""
    both = oneway == 0
    start, end = np.concatenate([tail, head[both]]), np.concatenate([head, tail[both]])
    arcs = coo_array((np.ones(len(start), dtype=np.int8), (start, end)), shape=(len(lon), len(lon)))
    _, piece = connected_components(arcs, directed=True, connection="strong")
    kept = np.flatnonzero(piece == np.bincount(piece).argmax())
    number = np.full(len(lon), -1, dtype=np.int64)
    number[kept[morton_order(lon[kept], lat[kept])]] = np.arange(len(kept))
    return number, len(kept)

"""The roads of a graph that osmnx drew: from a GraphML file, or from a place it asked for."""

from __future__ import annotations

import math
import warnings
from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from etl.errors import EtlError
from etl.sources.osm_tags import CLASSES, limit_kmh
from etl.sources.osm_ways import WayTable, numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from pathlib import Path

    import networkx as nx

    from geo.ways import Ways

DEGREES = "epsg:4326"
FASTEST_EDGE_KMH = 1_000.0
SHORTEST_S = 1e-3
"""The least time on an edge, as everywhere: an edge of no length has none of its own."""

TAGS = ("highway", "name", "ref", "maxspeed", "junction", "bridge", "access", "service", "area")
"""The tags of an edge that say something here, of those that osmnx keeps."""

WANTED = "a graph of roads saved by osmnx (ox.save_graphml), in degrees, with `highway` on its edges"


def read_graphml(
    path: Path, not_driven: Collection[str] = (), progress: Callable[[str], None] | None = None
) -> tuple[Ways, dict[str, Any]]:
    """Return the roads of a graph that osmnx saved, simplified or not, and the figures of what was read and left out.

    Raises
    ------
    EtlError
        The file is missing, damaged, no such graph, or projected.
    """
    import networkx as nx  # noqa: PLC0415 - as osmnx
    import osmnx  # noqa: PLC0415 - it takes seconds to import, and only this door needs it

    if not path.is_file():
        raise EtlError(
            f"The file {path.name!r} cannot be opened",
            given=f"{path}, which is no file",
            wanted="a GraphML file that osmnx saved",
            todo="check the path",
        )
    if progress is not None:
        progress(f"Reading {path.name}")
    try:
        with warnings.catch_warnings(action="ignore", category=UserWarning):
            graph = osmnx.load_graphml(path)
    except (
        nx.NetworkXException,
        SyntaxError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        OSError,
    ) as fault:
        # A parser of XML fails with a SyntaxError of its own; what is missing inside comes as any of the others.
        raise _unreadable(path.name, f"{type(fault).__name__}: {fault}") from fault
    return ways_of(graph, path.name, not_driven)


def ways_of(
    graph: nx.MultiDiGraph[int], origin: str, not_driven: Collection[str] = ()
) -> tuple[Ways, dict[str, Any]]:
    """Return the roads of osmnx's graph, and the figures of what was read and left out.

    Its two edges of a two-way road become one way. An edge is driven at its one `speed_kph`, else at its length by its
    `travel_time`, else at the limit in its tags, else at the speed of its class. Where osmnx has joined roads and
    lists several values, the lesser class and the lowest limit hold.

    Raises
    ------
    EtlError
        The graph is not in degrees, a node has no place, an edge no `highway`, or a speed cannot be driven.
    """
    _check_graph(graph, origin)
    places = _Places(graph, origin)
    table = WayTable(not_driven)
    for road, (ahead, back) in _roads(graph).items():
        pairs = zip_longest(ahead, back)
        for one, other in pairs:
            both = one is not None and other is not None and _speed(one, origin) == _speed(other, origin)
            for data, towards in [(one, 0)] if both else [(one, 1), (other, -1)]:
                if data is not None:
                    _add(table, places, road, (data, towards), origin)
    if not len(table):
        raise EtlError(
            f"{origin!r} holds no roads to drive on",
            given=f"{table.counted['read']:,} roads, none of them driven",
            wanted=WANTED,
            todo='draw the graph with network_type="drive"',
        )
    ways = table.ways(numbers(table.node), np.array(places.lonlat))
    return ways, table.figures()


def tags_of(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of an edge as a way has them, without `oneway`: the edges themselves say which way.

    Several values become one, with semicolons between; of several classes the lesser holds.
    """
    tags: dict[str, str] = {}
    for key in TAGS:
        value = data.get(key)
        values = sorted(
            {str(word) for word in (value if isinstance(value, list) else [value]) if _is_said(word)}
        )
        if key == "highway":
            values = sorted(values, key=lambda word: CLASSES.index(word) if word in CLASSES else -1)[-1:]
        if values:
            tags[key] = ";".join(values)
    return tags


class _Places:
    """Rows for the graph's nodes, and for the points between them, which have no number of their own."""

    def __init__(self, graph: nx.MultiDiGraph[int], origin: str) -> None:
        self.row: dict[object, int] = {}
        self.lonlat: list[tuple[float, float]] = []
        for node, data in graph.nodes(data=True):
            lon, lat = data.get("x"), data.get("y")
            if not (
                isinstance(lon, int | float) and isinstance(lat, int | float) and math.isfinite(lon + lat)
            ):
                raise _unreadable(origin, f"node {node} at {lon}, {lat}")
            self.row[node] = self._new((float(lon), float(lat)))

    def along(self, path: tuple[Any, ...]) -> list[int]:
        return [self.row[path[0]], *map(self._new, path[1:-1]), self.row[path[-1]]]

    def _new(self, place: tuple[float, float]) -> int:
        self.lonlat.append(place)
        return len(self.lonlat) - 1


def _roads(
    graph: nx.MultiDiGraph[int],
) -> dict[tuple[tuple[Any, ...], tuple[str, ...]], tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """Return the edges by what they are drawn along (node, points, node) and by their ways: those that run so, and back."""
    roads: dict[Any, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = defaultdict(lambda: ([], []))
    for tail, head, data in graph.edges(data=True):
        inner = tuple(data["geometry"].coords)[1:-1] if "geometry" in data else ()
        drawn = (tail, *inner, head)
        turned = drawn[::-1]
        of = data.get("osmid")
        osmids = tuple(sorted(map(str, of if isinstance(of, list) else [of])))
        roads[min(drawn, turned), osmids][turned < drawn].append(data)
    return roads


def _add(
    table: WayTable,
    places: _Places,
    road: tuple[tuple[Any, ...], tuple[str, ...]],
    edge: tuple[Mapping[str, Any], int],
    origin: str,
) -> None:
    (path, osmids), (data, towards) = road, edge
    tags = tags_of(data)
    if "highway" not in tags:
        raise _unreadable(origin, f"an edge of way {', '.join(osmids)} without a highway")
    if len(osmids) > 1:
        tags.pop("bridge", None)  # nobody knows any more which part of the joined roads it is
    if not table.wants(tags):
        return
    speed, posted = limit_kmh(tags)
    table.counted["limits_read"] += speed is not None
    table.counted["limits_unread"] += posted and speed is None
    table.add_timed(osmids[0], tags, places.along(path), _speed(data, origin) or speed, towards)


def _speed(data: Mapping[str, Any], origin: str) -> float | None:
    """Return the speed in km/h that osmnx worked out for an edge, None when it did not.

    Where it has joined roads of several speeds it lists them, and adds up their times: those say more.
    """
    speed, time, length = (data.get(key) for key in ("speed_kph", "travel_time", "length"))
    if speed is None or isinstance(speed, list):
        if isinstance(time, int | float) and isinstance(length, int | float):
            speed = length / max(time, SHORTEST_S) * 3.6
        elif speed is None:
            return None
        else:
            speed = min(speed)
    if not 0.0 < speed < FASTEST_EDGE_KMH:
        raise _unreadable(origin, f"an edge driven at {speed:g} km/h")
    return float(speed)


def _is_said(word: object) -> bool:
    return word is not None and not (isinstance(word, float) and math.isnan(word))


def _check_graph(graph: nx.MultiDiGraph[int], origin: str) -> None:
    where = str(graph.graph.get("crs", "")).lower()
    if where != DEGREES:
        raise EtlError(
            f"{origin!r} is not in degrees",
            given=f"a graph in {where or 'no coordinate reference system'}",
            wanted="longitude and latitude (EPSG:4326), as osmnx draws them",
            todo="save the graph before ox.project_graph, or after ox.project_graph(graph, to_latlong=True)",
        )
    if not graph.is_directed():
        raise _unreadable(origin, "a graph without directions")


def _unreadable(origin: str, given: str) -> EtlError:
    return EtlError(
        f"{origin!r} cannot be read",
        given=given.splitlines()[0][:200],
        wanted=WANTED,
        todo="save the graph again, as it comes from osmnx",
    )

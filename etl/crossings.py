"""Bridges for roads that know none: the shipped river crossings, laid on whatever network is loaded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from etl.errors import EtlError
from geo.bridges import with_bridges
from geo.closures import LINE_REACH_M
from geo.intervals import Stretches
from geo.network import Bridge
from geo.polygons import inside
from geo.projection import geometry_in_degrees, geometry_in_metres
from geo.snapping import offsets_at

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from geo.network import RoadNetwork

REACH_M = LINE_REACH_M
"""How far a bridge's span reaches from the middle either way, in metres: as far as a closure drawn at that point."""

ASTRAY_M = 2_000.0
"""How far from the crossing as shipped a road may cross the drawn river and still be the one that is meant, in metres
(EPSG:5070). The shipped roads are straight between junctions, so the crossing may lie kilometres along the river from
the bridge; much further, and another bridge of the same town could be taken for it."""

TWIN_M = 200.0
"""Roads that cross the river no further apart than this, in metres, are the carriageways of one bridge."""


def bridged(
    network: RoadNetwork, data_dir: Path, *, shipped: bool = False
) -> tuple[RoadNetwork, dict[str, int]]:
    """Return the network with the shipped river crossings as its bridges, and how many were found on it.

    A network with bridges of its own keeps them, and one that no crossing lies on stays as it is. On the shipped
    roads, from which the crossings were made, a crossing is the road within 300 m of its point, as a closure drawn
    there. On others it lies where a road crosses a drawn river an odd number of times, nearest to the point and within
    2 km of it, with the other carriageway, and its span on each of them reaches 300 m either way along that road; where
    no road crosses, it is the road within 300 m of the point.

    Parameters
    ----------
    network, data_dir
        The roads, and where the crossings and rivers lie.
    shipped
        Whether these are the shipped roads.

    Raises
    ------
    EtlError
        The crossings or the rivers of `data_dir` cannot be read.
    """
    if network.bridges:
        return network, {}
    crossings = _features(data_dir / "roads" / "crossings.geojson")
    rivers = shapely.union_all(
        [_in_metres(feature) for feature in _features(data_dir / "rivers" / "rivers_light.geojson")]
    )
    bridges, parts = [], []
    for feature in crossings:
        point = _in_metres(feature)
        spans = _within(network, point, REACH_M) if shipped else _spans(network, point, rivers)
        if len(spans):
            bridges.append(
                Bridge(str(feature["id"]), str(feature["properties"]["name"]), _ref(network, spans))
            )
            parts.append(spans)
    if not bridges:
        return network, {}
    edge, from_m, to_m = (
        np.concatenate([getattr(part, name) for part in parts]) for name in ("edge", "from_m", "to_m")
    )
    bridge = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    figures = {"crossings": len(crossings), "crossings_found": len(bridges)}
    return with_bridges(network, bridges, Stretches(edge, from_m, to_m), bridge), figures


def _spans(network: RoadNetwork, point: shapely.Point, rivers: Any) -> Stretches:  # noqa: ANN401 - any geometry
    """Return the road on a crossing near a point: where roads cross a river, else all within 300 m of the point."""
    edge, place = _meetings(network, point, rivers)
    if not len(edge):
        return _within(network, point, REACH_M)
    nearest = place[int(shapely.distance(place, point).argmin())]
    twin = shapely.distance(place, nearest) <= TWIN_M
    edge, place = edge[twin], place[twin]
    middle_m = offsets_at(network, edge, shapely.get_coordinates(place))
    length_m = network.edge_length_m[edge]
    return Stretches(edge, np.maximum(middle_m - REACH_M, 0.0), np.minimum(middle_m + REACH_M, length_m))


def _meetings(
    network: RoadNetwork,
    point: shapely.Point,
    rivers: Any,  # noqa: ANN401 - any geometry
) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return the edges that cross a drawn river an odd number of times near a point, and the middle of these places.

    Who ends on the other bank has crossed an odd number of times; a road that weaves along the bank has not.
    """
    near = np.unique(_within(network, point, ASTRAY_M).edge)
    lines = network.lines_xy(near)
    edges, places = [], []
    for edge, line in zip(near.tolist(), lines, strict=True):
        met = shapely.get_coordinates(shapely.intersection(line, rivers))
        if len(met) % 2 == 0:
            continue
        along = shapely.line_locate_point(line, np.asarray(shapely.points(met)))
        middle = shapely.Point(met[np.argsort(along)[len(met) // 2]])
        if shapely.distance(middle, point) <= ASTRAY_M:
            edges.append(edge)
            places.append(middle)
    return np.array(edges, dtype=np.int64), np.array(places, dtype=object)


def _within(network: RoadNetwork, point: shapely.Point, reach_m: float) -> Stretches:
    return inside(network, geometry_in_degrees(shapely.buffer(point, reach_m, quad_segs=16)))


def _ref(network: RoadNetwork, spans: Stretches) -> str:
    """Return the name of the road on a bridge, the longest part first; empty when the roads have none."""
    order = np.argsort(spans.from_m - spans.to_m, kind="stable")
    names = [network.names[network.edge_name[edge]] for edge in spans.edge[order].tolist()]
    return next((name for name in names if name), "")


def _in_metres(feature: dict[str, Any]) -> Any:  # noqa: ANN401 - a point or lines
    return geometry_in_metres(shapely.geometry.shape(feature["geometry"]))


def _features(path: Path) -> list[dict[str, Any]]:
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["features"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise EtlError(
            "The shipped river crossings cannot be read",
            given=f"{path}: {fault}",
            wanted="GeoJSON as `merr build rivers` writes it",
            todo="restore data/ from git",
        ) from fault

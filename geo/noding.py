"""Road lines become a road network: junctions where they meet, times by class, one connected piece."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo.assembly import Rules, assemble
from geo.errors import NetworkError
from geo.junctions import meet
from geo.pieces import join_ends

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from geo.network import RoadNetwork

TOLERANCE_M = 15.0
"""How far a line may stop short of another and still be taken to meet it. A divided road's two lines lie about
this far apart, so more would join what is apart; data drawn more coarsely needs more, and says so."""

MAX_CLASSES = 255


@dataclass(frozen=True, eq=False)
class RoadLines:
    """Roads as lines, as some source drew them.

    Parameters
    ----------
    geometry
        shapely LineStrings in EPSG:4326, (L,).
    road_class, name
        Each line's class (looked up among the speeds) and name ("" when it has none), L long.
    oneway
        0 both ways, 1 only along the line, -1 only against it; int8 (L,).
    length_m
        Metres of each line (L,) where the source knows better than its drawing; None measures the drawing.
    """

    geometry: NDArray[np.object_]
    road_class: tuple[str, ...]
    name: tuple[str, ...]
    oneway: NDArray[np.int8]
    length_m: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class NetworkReport:
    """What became of the lines: how many were read, joined, and left out.

    Parameters
    ----------
    lines_read
        Lines given.
    crossings_noded
        Junctions made where lines cross or touch without both ending there.
    ends_snapped
        Line ends moved to another line or end within the tolerance.
    components
        Pieces that cannot be driven between both ways; the network is the largest of them by junctions.
    dropped_edges, dropped_km
        Roads left out because they are not part of that piece.
    nodes, edges, km, km_by_class
        What the network holds.
    """

    lines_read: int
    crossings_noded: int
    ends_snapped: int
    components: int
    dropped_edges: int
    dropped_km: float
    nodes: int
    edges: int
    km: float
    km_by_class: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values, as a table or a JSON column holds them."""
        return asdict(self)


def build_network(
    lines: RoadLines,
    speeds_kmh: Mapping[str, float],
    *,
    name: str,
    attribution: str,
    main_roads_only: bool,
    tolerance_m: float = TOLERANCE_M,
    node_crossings: bool = True,
    progress: Callable[[str], None] | None = None,
) -> tuple[RoadNetwork, NetworkReport]:
    """Return the largest strongly connected network of these lines, and what was joined and left out.

    With `node_crossings`, lines that cross or touch meet in a junction, and an end within `tolerance_m` metres
    of another line is moved there. Without it, lines meet only where their ends coincide (to 1e-7 degrees): for
    input that is noded already, where a crossing without a junction is a bridge. A travel time is length by
    class speed, rounded to whole milliseconds, at least 1. The same lines in the same order give the same bytes.

    Raises
    ------
    NetworkError
        There are no lines, a geometry is not a line of finite points, a class has no speed, a length is not a
        positive number, or an edge takes longer than the arrays can hold.
    """
    say = progress or _silent
    _check_lines(lines)
    classes = _classes(lines, speeds_kmh)
    if node_crossings:
        pieces = meet(lines.geometry, tolerance_m=tolerance_m, progress=say)
    else:
        pieces = join_ends(lines.geometry)
    say(f"putting {len(pieces.line):,} pieces of road together")
    rules = Rules(
        name=name,
        attribution=attribution,
        main_roads_only=main_roads_only,
        classes=classes,
        speeds_kmh=tuple(float(speeds_kmh[word]) for word in classes),
    )
    network, left_out = assemble(
        pieces,
        rules,
        road_class=lines.road_class,
        names=lines.name,
        oneway=lines.oneway,
        length_m=lines.length_m,
    )
    km = np.bincount(network.edge_class, weights=network.edge_length_m, minlength=len(classes)) / 1000.0
    report = NetworkReport(
        lines_read=len(lines.geometry),
        crossings_noded=pieces.crossings_noded,
        ends_snapped=pieces.ends_snapped,
        components=left_out.components,
        dropped_edges=left_out.edges,
        dropped_km=round(left_out.km, 3),
        nodes=len(network.lon),
        edges=len(network.edge_tail),
        km=round(float(network.edge_length_m.sum()) / 1000.0, 3),
        km_by_class={word: round(float(km[index]), 3) for index, word in enumerate(classes)},
    )
    return network, report


def _silent(_message: str) -> None:
    return


def _check_lines(lines: RoadLines) -> None:
    count = len(lines.geometry)
    if not count:
        raise NetworkError(
            "There are no road lines",
            given="0 lines",
            wanted="at least one line",
            todo="choose a layer that holds road centre lines",
        )
    lengths = {count, len(lines.road_class), len(lines.name), len(lines.oneway)}
    if len(lengths) > 1:
        raise NetworkError(
            "The columns of the road lines differ in length",
            given=f"{sorted(lengths)} rows",
            wanted="one class, name and direction a line",
            todo="give every line its row in every column",
        )
    bad = (shapely.get_type_id(lines.geometry) != shapely.GeometryType.LINESTRING) | shapely.is_empty(
        lines.geometry
    )
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise NetworkError(
            f"{int(bad.sum()):,} of {count:,} roads are not lines",
            given=f"row {first + 1} is {(lines.geometry[first] and lines.geometry[first].geom_type) or 'nothing'}",
            wanted="a LineString with at least two points in every row",
            todo="choose a layer of road centre lines, or take these rows out",
        )
    _check_places(lines)


def _check_places(lines: RoadLines) -> None:
    coordinates = shapely.get_coordinates(lines.geometry)
    inside = np.isfinite(coordinates).all(axis=1)
    inside &= (np.abs(coordinates[:, 0]) <= 180) & (np.abs(coordinates[:, 1]) <= 90)  # noqa: PLR2004 - degrees
    if not inside.all():
        x, y = coordinates[np.flatnonzero(~inside)[0]]
        raise NetworkError(
            "A road leaves the earth",
            given=f"the point {x}, {y}",
            wanted="longitude and latitude in degrees (EPSG:4326)",
            todo="check the layer's coordinate reference system",
        )
    if lines.length_m is not None and not (np.isfinite(lines.length_m) & (lines.length_m > 0)).all():
        raise NetworkError(
            "A road has no length",
            given="a length that is not above 0 m",
            wanted="the metres of every line",
            todo="correct the lengths, or leave them out and let the drawing be measured",
        )


def _classes(lines: RoadLines, speeds_kmh: Mapping[str, float]) -> tuple[str, ...]:
    present = sorted(set(lines.road_class))
    missing = [word for word in present if word not in speeds_kmh]
    if missing:
        raise NetworkError(
            f"{len(missing)} road class{'es have' if len(missing) > 1 else ' has'} no speed",
            given=", ".join(repr(word) for word in missing),
            wanted=f"a speed for each class (there are speeds for {', '.join(sorted(speeds_kmh)) or 'none'})",
            todo="add the classes to the speeds file",
        )
    bad = [word for word in present if not 0 < speeds_kmh[word] < 1000]  # noqa: PLR2004 - no road is that fast
    if bad:
        raise NetworkError(
            f"The speed of {bad[0]!r} cannot be driven",
            given=f"{speeds_kmh[bad[0]]} km/h",
            wanted="a speed above 0 and below 1,000 km/h",
            todo="correct the speeds file",
        )
    if len(present) > MAX_CLASSES:
        raise NetworkError(
            "There are too many road classes",
            given=f"{len(present):,} different values",
            wanted=f"at most {MAX_CLASSES}",
            todo="choose the column that holds the road's class, not its name",
        )
    return tuple(word for word in speeds_kmh if word in set(present))

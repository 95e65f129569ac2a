"""Rivers drawn better: where a county or state border runs in a river, the border is the better line of the two."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.projection import geometry_in_metres

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

STRAY_M = 4_500.0
"""How far the rivers as drawn stray from where they run. Borders that follow one stay within it."""

FOLLOWS_SHARE = 0.85
SHORTEST_M = 500.0
"""A border of at least 500 m is a river's when 85 % of it lies within 4.5 km of that river. Around Missouri 51 are;
the next has 81 %, then 75 %, and survey lines that merely meet a river half. The shortest, 591 m of the Missouri
between Montgomery and Osage counties, joins two long ones."""

STALE_BORDERS = ((-94.46, 39.10, -94.21, 39.26),)
"""West, south, east, north (EPSG:4326) of where a border follows a bend that its river has left: at Liberty Bend the
border of Clay and Jackson counties loops 5 km north of the Missouri, and three roads would be given a bridge."""

SCRAP_M = 15_000.0
"""A piece of a drawn river that is cut at both ends and shorter than this is a bend that strayed further."""


def better_rivers(
    rivers: Mapping[int, Sequence[BaseGeometry]], areas: NDArray[np.object_]
) -> dict[int, list[BaseGeometry]]:
    """Return the rivers in EPSG:5070, by level, with the borders that follow them in place of what is drawn there.

    Parameters
    ----------
    rivers
        Lines by level, EPSG:4326.
    areas
        Counties and states (EPSG:4326) that share their borders exactly and do not overlap.
    """
    borders = _borders(geometry_in_metres(areas))
    stale = geometry_in_metres(shapely.union_all([shapely.box(*bounds) for bounds in STALE_BORDERS]))
    better: dict[int, list[BaseGeometry]] = {}
    for level, lines in rivers.items():
        drawn = shapely.union_all(geometry_in_metres(np.asarray(lines, dtype=object)))
        near = shapely.length(shapely.intersection(borders, shapely.buffer(drawn, STRAY_M)))
        own = borders[near >= FOLLOWS_SHARE * shapely.length(borders)]
        covered = shapely.difference(shapely.buffer(shapely.union_all(own), STRAY_M), stale)
        rest = _merged(shapely.difference(drawn, covered))
        current = shapely.difference(shapely.union_all(own), stale)
        better[level] = _merged(current) + [line for line in rest if not _scrap(line, covered)]
    return better


def _borders(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the common border of each two neighbours, of those long enough to tell."""
    one, other = shapely.STRtree(areas).query(areas, predicate="intersects")
    pairs = np.flatnonzero(one < other)
    pairs = pairs[np.lexsort((other[pairs], one[pairs]))]
    outlines = shapely.boundary(areas)
    common = shapely.intersection(outlines[one[pairs]], outlines[other[pairs]])
    long_enough: NDArray[np.object_] = common[shapely.length(common) >= SHORTEST_M]
    return long_enough


def _scrap(line: BaseGeometry, covered: BaseGeometry) -> bool:
    ends = shapely.get_point(line, [0, -1])
    return line.length < SCRAP_M and bool((shapely.distance(ends, covered) < 1.0).all())


def _merged(lines: BaseGeometry) -> list[BaseGeometry]:
    parts = shapely.get_parts(shapely.normalize(shapely.line_merge(lines)))
    return [part for part in parts if part.geom_type == "LineString"]

"""Which highway edges are freeways: those that follow scgraph's graph of United States freeways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

REACH_M = 2_500.0
REACH_SHARE = 0.1
"""How far the freeway graph's lines, which are generalised, stray from the roads they stand for: 2.5 km, or a
tenth of the edge where that is more, since a long edge is a chord of its own road too."""

TURN_DEGREES = 30.0
"""A road that crosses a freeway is near it too; one that follows it runs its way."""

SHORT_M = 2_000.0
"""Nodes are rounded to about 100 m, so the direction of a shorter edge says little and is not asked for."""

SAMPLES = 9
FOLLOWING = 6
"""An edge is a freeway when so many of the samples along it follow one: along most of its length."""


def follows_freeway(edges: NDArray[np.float64], freeways: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether each straight edge follows a freeway: near it along most of its length, and running its way.

    Parameters
    ----------
    edges, freeways
        Start and end of straight lines in EPSG:5070 metres, shape (E, 2, 2) and (F, 2, 2).
    """
    heading = _heading(edges)
    lines = straight_lines(edges)
    share = (np.arange(SAMPLES) + 0.5) / SAMPLES
    samples = shapely.line_interpolate_point(lines[:, None], share[None, :], normalized=True).ravel()
    length_m = np.hypot(*(edges[:, 1] - edges[:, 0]).T)
    reach_m = np.repeat(np.maximum(REACH_M, REACH_SHARE * length_m), SAMPLES)
    tree = shapely.STRtree(straight_lines(freeways))
    sample, freeway = tree.query(samples, predicate="dwithin", distance=reach_m)
    edge = sample // SAMPLES
    turn = np.abs((heading[edge] - _heading(freeways)[freeway] + 90.0) % 180.0 - 90.0)
    fits = (turn <= TURN_DEGREES) | (length_m[edge] < SHORT_M)
    following = np.zeros(len(samples), dtype=bool)
    following[sample[fits]] = True
    result: NDArray[np.bool_] = following.reshape(-1, SAMPLES).sum(axis=1) >= FOLLOWING
    return result


def straight_lines(ends: NDArray[np.float64]) -> NDArray[np.object_]:
    """Return a LineString for each start and end, (L, 2, 2), in whatever coordinates they are."""
    return np.asarray(shapely.linestrings(ends), dtype=object)


def _heading(lines: NDArray[np.float64]) -> NDArray[np.float64]:
    way = lines[:, 1] - lines[:, 0]
    degrees: NDArray[np.float64] = np.degrees(np.arctan2(way[:, 1], way[:, 0]))
    return degrees

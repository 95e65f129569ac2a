"""Where road lines meet: crossings, touching ends, and ends that stop a little short."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.cuts import CROSSING, END, FOOT, MOVED_END, SAME_PLACE_M, Cuts, batches, find_cuts, joined
from geo.pieces import cut_apart, join_ends, without_repeats
from geo.projection import geometry_in_metres

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from geo.pieces import Pieces


def meet(geometry: NDArray[np.object_], *, tolerance_m: float, progress: Callable[[str], None]) -> Pieces:
    """Return the lines cut where they cross or touch, and joined where an end stops short by `tolerance_m`.

    Only ends move, and only those that end nowhere or whose near line is not connected to theirs: two roads that
    run side by side stay two roads, and a bridge that merely passes close to a road's bend stays a bridge.
    """
    lines, source = _simple(geometry)
    if not len(lines):
        return join_ends(geometry)
    in_metres = geometry_in_metres(lines)
    tree = shapely.STRtree(in_metres)
    cuts = find_cuts(in_metres, tree, progress)
    crossings = _crossings(cuts, shapely.length(in_metres))
    progress("joining ends that meet nothing")
    cuts, loose = _snap_ends(cuts, in_metres, tree, tolerance_m, connected=False)
    progress("joining roads that stop short of each other")
    cuts, apart = _snap_ends(cuts, in_metres, tree, tolerance_m, connected=True)
    pieces = without_repeats(cut_apart(lines, source, cuts), collapse_m=2.0 * tolerance_m)
    return replace(pieces, crossings_noded=crossings, ends_snapped=loose + apart)


def _simple(geometry: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return lines none of which meets itself, and the line each came from.

    A line that crosses itself is taken as its straight segments: they cross like any two lines. Repeated points
    are dropped first, and lines that are one point.
    """
    clean = shapely.remove_repeated_points(geometry)
    index = np.flatnonzero(shapely.length(clean) > 0)
    simple = shapely.is_simple(clean[index])
    knotted = index[~simple]
    points, owner = shapely.get_coordinates(clean[knotted], return_index=True)
    ahead = np.flatnonzero(owner[1:] == owner[:-1])
    segments = shapely.linestrings(np.stack([points[ahead], points[ahead + 1]], axis=1))
    source = np.concatenate([index[simple], knotted[owner[ahead]]]).astype(np.int64)
    lines = np.concatenate([clean[index[simple]], np.asarray(segments, dtype=object)])
    order = np.argsort(source, kind="stable")
    return lines[order], source[order]


def _crossings(cuts: Cuts, length: NDArray[np.float64]) -> int:
    inner = (cuts.at_m > SAME_PLACE_M) & (cuts.at_m < length[cuts.line] - SAME_PLACE_M)
    return len(np.unique(cuts.junction[inner & (cuts.kind == CROSSING)]))


def _snap_ends(
    cuts: Cuts, lines: NDArray[np.object_], tree: shapely.STRtree, tolerance_m: float, *, connected: bool
) -> tuple[Cuts, int]:
    """Return the cuts with ends joined to the nearest other line within the tolerance, and how many ends.

    First the ends that meet nothing; then, `connected`, those of roads which are still not connected to that line.
    """
    end, line = _ends_to_move(cuts, lines, tree, tolerance_m, connected=connected)
    if not len(end):
        return cuts, 0
    at_m = shapely.line_locate_point(lines[line], shapely.points(cuts.xy[end]))
    # A junction there already is taken if it lies no further along than the gap is wide: what touches stays put.
    gap = shapely.distance(lines[line], shapely.points(cuts.xy[end]))
    near = _nearest_cut(cuts, line, at_m, shapely.length(lines), np.maximum(gap, SAME_PLACE_M))
    joins = near >= 0
    fresh = ~joins
    feet = Cuts(
        line[fresh],
        at_m[fresh],
        shapely.get_coordinates(shapely.line_interpolate_point(lines[line[fresh]], at_m[fresh])),
        np.full(int(fresh.sum()), FOOT, dtype=np.int8),
        cuts.junction[end[fresh]],
    )
    kind = cuts.kind.copy()
    kind[end] = MOVED_END
    group = joined(int(cuts.junction.max()) + 1, cuts.junction[end[joins]], cuts.junction[near[joins]])
    moved = Cuts(cuts.line, cuts.at_m, cuts.xy, kind, cuts.junction).with_feet(feet)
    moved.junction = group[moved.junction]
    return moved, len(end)


def _ends_to_move(
    cuts: Cuts, lines: NDArray[np.object_], tree: shapely.STRtree, tolerance_m: float, *, connected: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return cuts that are ends to be moved, one a junction, and the line each is moved to."""
    ends = np.flatnonzero(cuts.kind == END)
    _, first = np.unique(cuts.junction[ends], return_index=True)
    ends = ends[first]
    end, line = _lines_near(ends, cuts.xy, tree, tolerance_m)
    there = np.unique(cuts.junction * len(lines) + cuts.line)
    known = np.isin(cuts.junction[end] * len(lines) + line, there)
    if connected:
        component = _components(cuts, len(lines))
        wanted = component[cuts.line[end]] != component[line]
    else:
        lines_at = np.bincount(there // len(lines), minlength=int(cuts.junction.max()) + 1)
        wanted = lines_at[cuts.junction[end]] == 1
    wanted &= ~known
    end, line = end[wanted], line[wanted]
    distance = shapely.distance(lines[line], shapely.points(cuts.xy[end]))
    order = np.lexsort((line, distance, end))
    _, nearest = np.unique(end[order], return_index=True)
    return end[order][nearest], line[order][nearest].astype(np.int64)


def _lines_near(
    end: NDArray[np.int64], xy: NDArray[np.float64], tree: shapely.STRtree, tolerance_m: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each of these cuts with each line within the tolerance of its place."""
    near, line = [], []
    for low, high in batches(len(end)):
        here = end[low:high]
        which, found = tree.query(shapely.points(xy[here]), predicate="dwithin", distance=tolerance_m)
        near.append(here[which])
        line.append(found)
    return np.concatenate(near), np.concatenate(line)


def _components(cuts: Cuts, count: int) -> NDArray[np.int64]:
    """Return the connected group of each of `count` lines."""
    junctions = int(cuts.junction.max()) + 1
    return joined(count + junctions, cuts.line, count + cuts.junction)[:count]


def _nearest_cut(
    cuts: Cuts,
    line: NDArray[np.int64],
    at_m: NDArray[np.float64],
    length: NDArray[np.float64],
    reach_m: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the cut nearest along each line to a place on it, -1 when none lies within reach."""
    # All lines one behind the other, further apart than any reach, make it one sorted search.
    base = np.concatenate([[0.0], np.cumsum(length + 10.0 * reach_m.max())])
    order = np.lexsort((cuts.at_m, cuts.line))
    places = base[cuts.line[order]] + cuts.at_m[order]
    wanted = base[line] + at_m
    after = np.clip(np.searchsorted(places, wanted), 1, len(places) - 1)
    nearer_before = wanted - places[after - 1] <= places[after] - wanted
    best = np.where(nearer_before, after - 1, after)
    found = np.abs(places[best] - wanted) <= reach_m
    return np.where(found, order[best], -1)

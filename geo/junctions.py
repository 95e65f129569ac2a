"""Where road lines meet: crossings, touching ends, and ends that stop a little short."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.projection import geometry_in_metres, to_degrees, to_metres

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SAME_PLACE_M = 0.5
"""Two points of a road drawing closer than this are one place, whatever the tolerance."""

DECIMALS = 7
"""Coordinates are kept to 1e-7 degrees (a centimetre), so that the last bits of a library's arithmetic do not
reach the files."""

CROSSING, FOOT, END, MOVED_END = range(4)
"""What a cut is; of the cuts that become one junction the lowest says where it lies."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """Roads cut at their junctions: P pieces between J junctions.

    Parameters
    ----------
    line
        The line each piece was cut from, int64 (P,).
    tail, head
        The junctions at its two ends, int64 (P,).
    lonlat
        Where the junctions lie, EPSG:4326, (J, 2).
    start, shape
        Piece p has the points `shape[start[p]:start[p + 1]]`, EPSG:4326; (P+1,), (K, 2).
    crossings_noded, ends_snapped
        Junctions made inside a line, and ends moved.
    """

    line: NDArray[np.int64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    lonlat: NDArray[np.float64]
    start: NDArray[np.int64]
    shape: NDArray[np.float64]
    crossings_noded: int = 0
    ends_snapped: int = 0


@dataclass(eq=False)
class _Cuts:
    """Places where lines are cut: line, metres along it (EPSG:5070), place (EPSG:5070), what it is, junction."""

    line: NDArray[np.int64]
    at_m: NDArray[np.float64]
    xy: NDArray[np.float64]
    kind: NDArray[np.int64]
    junction: NDArray[np.int64]

    def with_feet(self, feet: _Cuts) -> _Cuts:
        return _Cuts(
            np.concatenate([self.line, feet.line]),
            np.concatenate([self.at_m, feet.at_m]),
            np.concatenate([self.xy, feet.xy]),
            np.concatenate([self.kind, feet.kind]),
            np.concatenate([self.junction, feet.junction]),
        )


def join_ends(geometry: NDArray[np.object_]) -> Pieces:
    """Return each line as one piece; lines meet where their ends coincide to 1e-7 degrees."""
    shape, line = shapely.get_coordinates(geometry, return_index=True)
    shape = np.round(shape, DECIMALS)
    start = np.searchsorted(line, np.arange(len(geometry) + 1))
    ends = np.concatenate([shape[start[:-1]], shape[start[1:] - 1]])
    grid = np.round(ends * 10**DECIMALS).astype(np.int64)
    key = (grid[:, 0] + 1_800_000_000) * 2**31 + grid[:, 1] + 900_000_000
    _, first, junction = np.unique(key, return_index=True, return_inverse=True)
    count = len(geometry)
    pieces = Pieces(
        line=np.arange(count, dtype=np.int64),
        tail=junction[:count],
        head=junction[count:],
        lonlat=ends[first],
        start=start.astype(np.int64),
        shape=shape,
    )
    return _without_repeats(pieces, collapse_m=0.0)


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
    progress(f"finding where {len(lines):,} lines meet")
    cuts = _cuts(in_metres, tree)
    crossings = _crossings(cuts, shapely.length(in_metres))
    progress("joining ends that stop short")
    cuts, loose = _snap_ends(cuts, in_metres, tree, tolerance_m, connected=False)
    cuts, apart = _snap_ends(cuts, in_metres, tree, tolerance_m, connected=True)
    pieces = _cut(lines, source, cuts, crossings, loose + apart)
    return _without_repeats(pieces, collapse_m=2.0 * tolerance_m)


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


def _cuts(lines: NDArray[np.object_], tree: shapely.STRtree) -> _Cuts:
    """Return every line's two ends and every place where it meets another line, joined where they coincide."""
    one, other = tree.query(lines, predicate="intersects")
    pairs = np.flatnonzero(one < other)
    pairs = pairs[np.lexsort((other[pairs], one[pairs]))]
    one, other = one[pairs], other[pairs]
    points, pair = _meeting_points(shapely.intersection(lines[one], lines[other]))
    count = np.arange(len(lines))
    line = np.concatenate([one[pair], other[pair], count, count]).astype(np.int64)
    length = shapely.length(lines)
    at_m = np.concatenate(
        [
            shapely.line_locate_point(lines[one[pair]], points),
            shapely.line_locate_point(lines[other[pair]], points),
            np.zeros(len(lines)),
            length,
        ]
    )
    xy = np.concatenate(
        [
            *(shapely.get_coordinates(points),) * 2,
            shapely.get_coordinates(shapely.get_point(lines, 0)),
            shapely.get_coordinates(shapely.get_point(lines, -1)),
        ]
    )
    kind = np.repeat([CROSSING, END], [2 * len(pair), 2 * len(lines)])
    return _Cuts(line, at_m, xy, kind, _same_place(xy))


def _meeting_points(meetings: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the points where pairs of lines meet, and each point's pair; where they run together, its two ends."""
    parts, pair = shapely.get_parts(meetings, return_index=True)
    single = shapely.get_type_id(parts) == shapely.GeometryType.POINT
    merged, merged_pair = shapely.get_parts(shapely.line_merge(meetings), return_index=True)
    shared = shapely.get_type_id(merged) == shapely.GeometryType.LINESTRING
    merged, merged_pair = merged[shared], merged_pair[shared]
    points = np.concatenate([parts[single], shapely.get_point(merged, 0), shapely.get_point(merged, -1)])
    return points, np.concatenate([pair[single], merged_pair, merged_pair]).astype(np.int64)


def _same_place(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    near = cKDTree(xy).query_pairs(SAME_PLACE_M, output_type="ndarray")
    return _joined(len(xy), near[:, 0], near[:, 1])


def _joined(count: int, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the group of each of `count` things when these pairs belong together."""
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(count, count))
    _, group = connected_components(graph.tocsr(), directed=False)
    return np.asarray(group, dtype=np.int64)


def _crossings(cuts: _Cuts, length: NDArray[np.float64]) -> int:
    inner = (cuts.at_m > SAME_PLACE_M) & (cuts.at_m < length[cuts.line] - SAME_PLACE_M)
    return len(np.unique(cuts.junction[inner & (cuts.kind == CROSSING)]))


def _snap_ends(
    cuts: _Cuts, lines: NDArray[np.object_], tree: shapely.STRtree, tolerance_m: float, *, connected: bool
) -> tuple[_Cuts, int]:
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
    feet = _Cuts(
        line[fresh],
        at_m[fresh],
        shapely.get_coordinates(shapely.line_interpolate_point(lines[line[fresh]], at_m[fresh])),
        np.full(int(fresh.sum()), FOOT),
        cuts.junction[end[fresh]],
    )
    kind = cuts.kind.copy()
    kind[end] = MOVED_END
    group = _joined(int(cuts.junction.max()) + 1, cuts.junction[end[joins]], cuts.junction[near[joins]])
    joined = _Cuts(cuts.line, cuts.at_m, cuts.xy, kind, cuts.junction).with_feet(feet)
    joined.junction = group[joined.junction]
    return joined, len(end)


def _ends_to_move(
    cuts: _Cuts, lines: NDArray[np.object_], tree: shapely.STRtree, tolerance_m: float, *, connected: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return cuts that are ends to be moved, one a junction, and the line each is moved to."""
    ends = np.flatnonzero(cuts.kind == END)
    _, first = np.unique(cuts.junction[ends], return_index=True)
    ends = ends[first]
    which, line = tree.query(shapely.points(cuts.xy[ends]), predicate="dwithin", distance=tolerance_m)
    end = ends[which]
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


def _components(cuts: _Cuts, count: int) -> NDArray[np.int64]:
    """Return the connected group of each of `count` lines."""
    junctions = int(cuts.junction.max()) + 1
    return _joined(count + junctions, cuts.line, count + cuts.junction)[:count]


def _nearest_cut(
    cuts: _Cuts,
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


def _cut(
    lines: NDArray[np.object_],
    source: NDArray[np.int64],
    cuts: _Cuts,
    crossings: int,
    snapped: int,
) -> Pieces:
    """Return the pieces of the lines between their cuts."""
    junction, lonlat = _places(cuts)
    points, owner = shapely.get_coordinates(lines, return_index=True)
    xy = to_metres(points)
    step = np.hypot(*(np.diff(xy, axis=0).T))
    step[owner[1:] != owner[:-1]] = 0.0
    along = np.concatenate([[0.0], np.cumsum(step)])
    first = np.searchsorted(owner, np.arange(len(lines)))
    along -= along[first][owner]
    inner = np.ones(len(points), dtype=bool)
    inner[first] = False
    inner[np.concatenate([first[1:] - 1, [len(points) - 1]])] = False
    line = np.concatenate([cuts.line, owner[inner]])
    at_m = np.concatenate([cuts.at_m, along[inner]])
    rank = _rank(cuts, line)
    where = np.concatenate([lonlat[junction], np.round(points[inner], DECIMALS)])
    order = np.lexsort((at_m, rank, line))
    cut = np.flatnonzero(order < len(cuts.line))
    opens = np.flatnonzero(line[order[cut[:-1]]] == line[order[cut[1:]]])
    begin, end = cut[opens], cut[opens + 1]
    sizes = end - begin + 1
    start = np.concatenate([[0], np.cumsum(sizes)])
    rows = np.arange(start[-1]) - np.repeat(start[:-1] - begin, sizes)
    return Pieces(
        line=source[line[order[begin]]],
        tail=junction[order[begin]],
        head=junction[order[end]],
        lonlat=lonlat,
        start=start,
        shape=where[order[rows]],
        crossings_noded=crossings,
        ends_snapped=snapped,
    )


def _rank(cuts: _Cuts, line: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return what keeps a line's own ends first and last whatever rounding did to the places between."""
    rank = np.ones(len(line), dtype=np.int64)
    own_end = (cuts.kind == END) | (cuts.kind == MOVED_END)
    rank[: len(cuts.line)][own_end & (cuts.at_m == 0.0)] = 0
    rank[: len(cuts.line)][own_end & (cuts.at_m > 0.0)] = 2
    return rank


def _places(cuts: _Cuts) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return each cut's junction, and where the junctions lie: at a crossing, else a foot, else an end."""
    _, junction = np.unique(cuts.junction, return_inverse=True)
    order = np.lexsort((np.arange(len(junction)), cuts.kind, junction))
    _, first = np.unique(junction[order], return_index=True)
    return junction, np.round(to_degrees(cuts.xy[order[first]]), DECIMALS)


def _without_repeats(pieces: Pieces, *, collapse_m: float) -> Pieces:
    """Return the pieces without repeated points, and without those that shrank to a point or a stub."""
    count = len(pieces.line)
    owner = np.repeat(np.arange(count), np.diff(pieces.start))
    keep = np.ones(len(owner), dtype=bool)
    keep[1:] = (owner[1:] != owner[:-1]) | (pieces.shape[1:] != pieces.shape[:-1]).any(axis=1)
    step = np.hypot(*np.diff(to_metres(pieces.shape), axis=0).T)
    length = np.bincount(owner[1:], weights=np.where(owner[1:] == owner[:-1], step, 0.0), minlength=count)
    wanted = (length > 0.0) & ((pieces.tail != pieces.head) | (length > collapse_m))
    keep &= wanted[owner]
    sizes = np.bincount(owner[keep], minlength=count)[wanted]
    return Pieces(
        line=pieces.line[wanted],
        tail=pieces.tail[wanted],
        head=pieces.head[wanted],
        lonlat=pieces.lonlat,
        start=np.concatenate([[0], np.cumsum(sizes)]),
        shape=pieces.shape[keep],
        crossings_noded=pieces.crossings_noded,
        ends_snapped=pieces.ends_snapped,
    )

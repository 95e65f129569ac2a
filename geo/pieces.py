"""Roads cut at their junctions, as pieces between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from geo.cuts import END, MOVED_END
from geo.projection import to_degrees, to_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from geo.cuts import Cuts

DECIMALS = 7
"""Coordinates are kept to 1e-7 degrees (a centimetre), so that the last bits of a library's arithmetic do not
reach the files."""


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
    return without_repeats(pieces, collapse_m=0.0)


def cut_apart(lines: NDArray[np.object_], source: NDArray[np.int64], cuts: Cuts) -> Pieces:
    """Return the pieces of the lines (EPSG:4326) between their cuts; `source` is the line of the input each is of."""
    junction, lonlat = _places(cuts)
    bend_line, bend_m, bend = _bends(lines)
    line = np.concatenate([cuts.line, bend_line])
    rank = _rank(cuts, line)
    order = np.lexsort((np.concatenate([cuts.at_m, bend_m]), rank, line))
    del rank, bend_line, bend_m
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
        shape=np.concatenate([lonlat[junction], bend])[order[rows]],
    )


def _bends(
    lines: NDArray[np.object_],
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the points of the lines between their two ends: line, metres along it (EPSG:5070), place (EPSG:4326)."""
    points, owner = shapely.get_coordinates(lines, return_index=True)
    step = np.hypot(*np.diff(to_metres(points), axis=0).T)
    step[owner[1:] != owner[:-1]] = 0.0
    along = np.concatenate([[0.0], np.cumsum(step)])
    first = np.searchsorted(owner, np.arange(len(lines)))
    along -= along[first][owner]
    inner = np.ones(len(points), dtype=bool)
    inner[first] = False
    inner[np.concatenate([first[1:] - 1, [len(points) - 1]])] = False
    return owner[inner], along[inner], np.round(points[inner], DECIMALS)


def without_repeats(pieces: Pieces, *, collapse_m: float) -> Pieces:
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


def _rank(cuts: Cuts, line: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return what keeps a line's own ends first and last whatever rounding did to the places between."""
    rank = np.ones(len(line), dtype=np.int8)
    own_end = (cuts.kind == END) | (cuts.kind == MOVED_END)
    rank[: len(cuts.line)][own_end & (cuts.at_m == 0.0)] = 0
    rank[: len(cuts.line)][own_end & (cuts.at_m > 0.0)] = 2
    return rank


def _places(cuts: Cuts) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return each cut's junction, and where the junctions lie: at a crossing, else a foot, else an end."""
    _, junction = np.unique(cuts.junction, return_inverse=True)
    order = np.lexsort((np.arange(len(junction)), cuts.kind, junction))
    _, first = np.unique(junction[order], return_index=True)
    return junction, np.round(to_degrees(cuts.xy[order[first]]), DECIMALS)

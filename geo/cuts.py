"""Where road lines meet: every place where one is cut, and the junctions that these places make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

SAME_PLACE_M = 0.5
"""Two points of a road drawing closer than this are one place, whatever the tolerance."""

BATCH = 25_000
"""Lines or ends looked at in one go. A state's million lines meet in millions of places, and each is an object while
it is looked at: so memory stays that of one go, and between two of them Ctrl-C is heard and progress is told."""

CROSSING, FOOT, END, MOVED_END = range(4)
"""What a cut is; of the cuts that become one junction the lowest says where it lies."""


@dataclass(eq=False)
class Cuts:
    """Places where lines are cut: line, metres along it (EPSG:5070), place (EPSG:5070), what it is, junction."""

    line: NDArray[np.int64]
    at_m: NDArray[np.float64]
    xy: NDArray[np.float64]
    kind: NDArray[np.int8]
    junction: NDArray[np.int64]

    def with_feet(self, feet: Cuts) -> Cuts:
        """Return these cuts and then those."""
        return Cuts(
            np.concatenate([self.line, feet.line]),
            np.concatenate([self.at_m, feet.at_m]),
            np.concatenate([self.xy, feet.xy]),
            np.concatenate([self.kind, feet.kind]),
            np.concatenate([self.junction, feet.junction]),
        )


@dataclass(eq=False)
class _Meetings:
    """Places where lines meet: the line cut, metres along it, place, and which of a meeting's parts it is."""

    line: NDArray[np.int64]
    at_m: NDArray[np.float64]
    xy: NDArray[np.float64]
    part: NDArray[np.int8]

    def taken(self, chosen: NDArray[np.int64]) -> _Meetings:
        return _Meetings(self.line[chosen], self.at_m[chosen], self.xy[chosen], self.part[chosen])


def find_cuts(lines: NDArray[np.object_], tree: shapely.STRtree, progress: Callable[[str], None]) -> Cuts:
    """Return every line's two ends and every place where it meets another line, joined where they coincide.

    Parameters
    ----------
    lines
        Lines none of which meets itself, in EPSG:5070, and `tree`, their index.
    """
    found = []
    for low, high in batches(len(lines)):
        found.append(_once(_meetings(lines, tree, low, high)))
        progress(f"finding where lines meet: {high:,} of {len(lines):,}")
    met = _once(_in_order(found))
    count = np.arange(len(lines))
    ends = [shapely.get_coordinates(shapely.get_point(lines, place)) for place in (0, -1)]
    xy = np.concatenate([met.xy, *ends])
    return Cuts(
        line=np.concatenate([met.line, count, count]),
        at_m=np.concatenate([met.at_m, np.zeros(len(lines)), shapely.length(lines)]),
        xy=xy,
        kind=np.repeat(np.array([CROSSING, END], dtype=np.int8), [len(met.line), 2 * len(lines)]),
        junction=_same_place(xy),
    )


def batches(count: int) -> Iterator[tuple[int, int]]:
    """Yield the first and the one after the last of each go at `count` things."""
    for low in range(0, count, BATCH):
        yield low, min(low + BATCH, count)


def joined(count: int, one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the group of each of `count` things when these pairs belong together, numbered by first members."""
    graph = coo_array((np.ones(len(one), dtype=np.int8), (one, other)), shape=(count, count))
    _, group = connected_components(graph.tocsr(), directed=False)
    return np.asarray(group, dtype=np.int64)


def _meetings(lines: NDArray[np.object_], tree: shapely.STRtree, low: int, high: int) -> _Meetings:
    """Return the places where these lines meet later ones, on each of the two.

    The parts of meetings come one after the other: first all on the one line, then all on the other, and on each
    the points, then the starts and the ends of what runs together.
    """
    one, other = tree.query(lines[low:high], predicate="intersects")
    pairs = np.flatnonzero(one + low < other)
    pairs = pairs[np.lexsort((other[pairs], one[pairs]))]
    one, other = one[pairs] + low, other[pairs]
    points, pair, part = _meeting_points(shapely.intersection(lines[one], lines[other]))
    sides = [one[pair], other[pair]]
    return _Meetings(
        line=np.concatenate(sides).astype(np.int64),
        at_m=np.concatenate([shapely.line_locate_point(lines[side], points) for side in sides]),
        xy=np.concatenate([shapely.get_coordinates(points)] * 2),
        part=np.concatenate([part, part + 3]).astype(np.int8),
    )


def _meeting_points(
    meetings: NDArray[np.object_],
) -> tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.int64]]:
    """Return the points where pairs of lines meet, each point's pair, and its part.

    Part 0 are points; where two lines run together, part 1 is the start of that and part 2 its end.
    """
    parts, pair = shapely.get_parts(meetings, return_index=True)
    single = shapely.get_type_id(parts) == shapely.GeometryType.POINT
    along = np.flatnonzero(shapely.get_dimensions(meetings) == 1)
    merged, of = shapely.get_parts(shapely.line_merge(meetings[along]), return_index=True)
    shared = shapely.get_type_id(merged) == shapely.GeometryType.LINESTRING
    merged, merged_pair = merged[shared], along[of[shared]]
    points = np.concatenate([parts[single], shapely.get_point(merged, 0), shapely.get_point(merged, -1)])
    sizes = [int(single.sum()), len(merged), len(merged)]
    pairs = np.concatenate([pair[single], merged_pair, merged_pair]).astype(np.int64)
    return points, pairs, np.repeat(np.arange(3), sizes)


def _in_order(found: list[_Meetings]) -> _Meetings:
    """Return all meetings as if they had been looked at in one go."""
    met = _Meetings(
        np.concatenate([some.line for some in found]),
        np.concatenate([some.at_m for some in found]),
        np.concatenate([some.xy for some in found]),
        np.concatenate([some.part for some in found]),
    )
    return met.taken(np.argsort(met.part, kind="stable"))


def _once(met: _Meetings) -> _Meetings:
    """Return the first meeting of each line at each place: at a crossroads it meets three others in one point."""
    count, place = _places(met.xy)
    _, first = np.unique(met.line * count + place, return_index=True)
    return met.taken(np.sort(first))


def _places(xy: NDArray[np.float64]) -> tuple[int, NDArray[np.int64]]:
    """Return how many different places these are, and each one's number."""
    places, place = np.unique(np.ascontiguousarray(xy).view(np.complex128).ravel(), return_inverse=True)
    return len(places), np.asarray(place, dtype=np.int64)


def _same_place(xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the junction of each place: those that lie within `SAME_PLACE_M` of each other are one.

    Numbered by their first members. Equal places are one before neighbours are looked for: k lines that end in one
    point make k cuts there, and k squared pairs of them.
    """
    count, place = _places(xy)
    first = np.zeros(count, dtype=np.int64)
    first[place[::-1]] = np.arange(len(xy))[::-1]
    near = cKDTree(xy[first]).query_pairs(SAME_PLACE_M, output_type="ndarray")
    group = joined(count, near[:, 0], near[:, 1])[place]
    _, start = np.unique(group, return_index=True)
    number = np.empty(len(start), dtype=np.int64)
    number[np.argsort(start)] = np.arange(len(start))
    return number[group]

"""Which edges lie where: boxes around runs of edges, and boxes around those, all in a few flat arrays.

Edges in spatial order stand sixteen to a box, boxes sixteen to a box of the next level, up to one that holds them all
(a packed R-tree). Nothing is made per edge, so the index of a state's roads takes a few megabytes, is kept in the
network's file as it is, and is there when the file is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from geo import edge_kernels
from geo.edge_kernels import RUN
from geo.morton import morton_order
from geo.runs import numbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Asked = Callable[[NDArray[np.object_]], NDArray[np.bool_]]

FEW = 512
"""Up to so many of the lowest boxes are asked about one by one: each level above would cost as much as all of them."""

MARGIN = 2.0**-36
"""The share of its coordinates by which a box is taken larger, so that one around a straight road has a surface."""


@dataclass(frozen=True, eq=False)
class EdgeIndex:
    """Boxes over E edges in one coordinate reference system.

    Parameters
    ----------
    levels
        Where each level of boxes begins, the lowest first, and how many there are; int64 (L+1,).
    boxes
        West, south, east and north of each box, level after level, the one around all last; float64 (B, 4).
    order
        The edges in the order in which the lowest boxes hold them, int32 (E,).
    """

    levels: NDArray[np.int64]
    boxes: NDArray[np.float64]
    order: NDArray[np.int32]

    def sifted(self, bounds: tuple[float, float, float, float], meets: Asked) -> NDArray[np.int64]:
        """Return the edges of the boxes that are met, in rising order: every edge within `bounds` and met is among them.

        Parameters
        ----------
        bounds
            West, south, east and north outside of which no box needs to be asked about.
        meets
            Tells of boxes (shapely polygons) whether they are met.
        """
        lowest = self.lowest(bounds)
        level, box = 0, lowest
        if box is None:  # a large area: whole boxes of boxes are missed
            level, box = len(self.levels) - 2, np.arange(max(len(self.boxes) - 1, 0), len(self.boxes))
        while level >= 0:
            box = box[_overlap(self.boxes[box], bounds)]
            box = box[meets(_surfaces(self.boxes[box]))]
            if level:
                first = self.levels[level - 1] + RUN * (box - self.levels[level])
                box = numbers(first, np.minimum(RUN, self.levels[level] - first))
            level -= 1
        place = numbers(box * RUN, np.minimum(RUN, len(self.order) - box * RUN))
        return np.sort(self.order[place].astype(np.int64))

    def lowest(self, bounds: tuple[float, float, float, float]) -> NDArray[np.int64] | None:
        """Return the lowest boxes that bounds touch, in rising order; None when they are more than `FEW`."""
        found = np.empty(FEW, dtype=np.int64)
        number = edge_kernels.boxes_within(self.levels, self.boxes, np.array(bounds), found)
        return found[:number] if number <= FEW else None


def spatial_order(shape: NDArray[np.float64], shape_start: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the edges in the Morton order of the middles of their own boxes, int32 (E,); lon/lat (K, 2)."""
    if len(shape_start) < 2:  # noqa: PLR2004 - no edge has a place
        return np.empty(0, dtype=np.int32)
    west, south, east, north = _bounds(shape, shape_start[:-1]).T
    return morton_order((west + east) / 2.0, (south + north) / 2.0).astype(np.int32)


def level_starts(edges: int) -> NDArray[np.int64]:
    """Return where each level of boxes over so many edges begins, and how many boxes there are; int64 (L+1,)."""
    starts, boxes = [0], edges
    while edges and (boxes > 1 or len(starts) == 1):
        boxes = -(-boxes // RUN)
        starts.append(starts[-1] + boxes)
    return np.array(starts, dtype=np.int64)


def packed(
    shape: NDArray[np.float64], shape_start: NDArray[np.int32], order: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Return the boxes of all levels over edges in an order, float64 (B, 4): west, south, east, north."""
    levels = level_starts(len(order))
    boxes = np.empty((levels[-1], 4))
    if not len(order):
        return boxes
    part = _bounds(shape, shape_start[:-1])[order]
    for first, last in pairwise(levels.tolist()):
        run = np.arange(0, len(part), RUN)
        part = np.column_stack([np.minimum.reduceat(part[:, :2], run), np.maximum.reduceat(part[:, 2:], run)])
        boxes[first:last] = part
    return boxes


def _bounds(shape: NDArray[np.float64], start: NDArray[np.int32]) -> NDArray[np.float64]:
    return np.column_stack([np.minimum.reduceat(shape, start), np.maximum.reduceat(shape, start)])


def _overlap(boxes: NDArray[np.float64], bounds: tuple[float, float, float, float]) -> NDArray[Any]:
    west, south, east, north = bounds
    return np.asarray(
        (boxes[:, 0] <= east) & (boxes[:, 2] >= west) & (boxes[:, 1] <= north) & (boxes[:, 3] >= south)
    )


def _surfaces(boxes: NDArray[np.float64]) -> NDArray[np.object_]:
    margin = MARGIN * (np.abs(boxes).max(axis=1) + 1.0) if len(boxes) else np.empty(0)
    return np.asarray(
        shapely.box(boxes[:, 0] - margin, boxes[:, 1] - margin, boxes[:, 2] + margin, boxes[:, 3] + margin),
        dtype=object,
    )

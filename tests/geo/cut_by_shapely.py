"""What `geo.polygons` compiles, in shapely and numpy: every road is asked whether a polygon meets it, and cut there."""

from __future__ import annotations

import numpy as np
import shapely

from geo.intervals import Stretches, added, no_stretches, tidied
from geo.runs import numbers
from tests.geo.drawn import every


def inside(network, area):
    """Return the stretches of road inside an area."""
    shapely.prepare(area)
    edges, lines = every(network), network.lines(every(network))
    met = shapely.intersects(area, lines)
    whole = met & shapely.covers(area, lines)
    full = Stretches(edges[whole], np.zeros(whole.sum()), network.edge_length_m[whole])
    found = added(full, partly(network, edges[met & ~whole], area))
    return tidied(found, network.edge_length_m[found.edge])


def partly(network, edges, area):
    """Return what of these edges lies in the area, segment by segment."""
    if not len(edges):
        return no_stretches()
    counts = network.shape_start[edges + 1] - network.shape_start[edges] - 1
    point = numbers(network.shape_start[edges], counts)
    begin, end = network.shape[point], network.shape[point + 1]
    owner, share = shares_at_boundary(begin, end, area)
    count = len(point)
    owner = np.concatenate([np.arange(count), np.arange(count), owner])
    share = np.concatenate([np.zeros(count), np.ones(count), share])
    order = np.lexsort((share, owner))
    owner, share = owner[order], share[order]
    piece = np.flatnonzero((owner[:-1] == owner[1:]) & (share[:-1] < share[1:]))
    segment, first, last = owner[piece], share[piece], share[piece + 1]
    middle = begin[segment] + ((first + last) / 2.0)[:, None] * (end - begin)[segment]
    hit = shapely.intersects_xy(area, middle[:, 0], middle[:, 1])
    segment, first, last = segment[hit], first[hit], last[hit]
    start_m, end_m = network.shape_m[point[segment]], network.shape_m[point[segment] + 1]
    to_m = np.where(last == 1.0, end_m, start_m + last * (end_m - start_m))
    return Stretches(np.repeat(edges, counts)[segment], start_m + first * (end_m - start_m), to_m)


def shares_at_boundary(begin, end, area):
    """Return where segments meet the boundary of the area: the segment, and the share of it passed, 0..1."""
    ring, owner = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(area)), return_index=True)
    step = np.flatnonzero(owner[:-1] == owner[1:])
    boundary = shapely.linestrings(np.stack([ring[step], ring[step + 1]], axis=1))
    segments = shapely.linestrings(np.stack([begin, end], axis=1))
    segment, side = shapely.STRtree(boundary).query(segments, predicate="intersects")
    meetings = shapely.intersection(segments[segment], boundary[side])
    xy, pair = shapely.get_coordinates(meetings, return_index=True)
    segment = segment[pair].astype(np.int64)
    way = end[segment] - begin[segment]
    share = ((xy - begin[segment]) * way).sum(axis=1) / (way * way).sum(axis=1)
    return segment, np.clip(share, 0.0, 1.0)

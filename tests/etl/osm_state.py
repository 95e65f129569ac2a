"""A made-up extract of any size: a grid of winding streets, for measuring what reading one needs."""

from __future__ import annotations

import math

import osmium
from osmium.osm.mutable import Node, Way

STEP, INNER = 0.008, 8
"""Degrees between junctions, and points on the way between two."""

EVERY = (("primary", 16), ("secondary", 8), ("tertiary", 4), ("residential", 2), ("unclassified", 1))
"""Classes of streets, and every which line of the grid each has."""

ELSEWHERE = 1_000_000_007
"""Numbers of points are spread over ten billions as on the real map, where neighbours were drawn years apart."""


def write_state(path, side):
    """Write an extract of side x side junctions and 2 * side * (side - 1) ways; return its points and ways."""
    streets = 2 * side * (side - 1)
    points = side * side + streets * INNER
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(osmium.io.File(str(path), "pbf"), bufsz=16_000_000) as writer:
        for at in range(points):
            writer.add_node(Node(id=_number(at), location=_place(at, side)))
        for street in range(streets):
            writer.add_way(Way(id=street + 1, nodes=_nodes(street, side), tags=_tags(street, side)))
    return points, streets


def _number(at):
    """Return the number of the point drawn as number `at`: every eighth lies far from its neighbours."""
    return at + 1 + (at % 8 == 0) * ELSEWHERE * (1 + at % 11)


def _ends(street, side):
    """Return the rows and columns of a street's two junctions: first all that run east, then all that run north."""
    half = side * (side - 1)
    if street < half:
        row, column = divmod(street, side - 1)
        return row, column, row, column + 1
    row, column = divmod(street - half, side)
    return row, column, row + 1, column


def _place(at, side):
    if at < side * side:
        row, column = divmod(at, side)
        return -95.0 + STEP * column, 36.0 + STEP * row
    street, inner = divmod(at - side * side, INNER)
    row, column, to_row, to_column = _ends(street, side)
    share = (inner + 1) / (INNER + 1)
    wave = 0.0003 * math.sin(inner + row * 7.0 + column * 3.0)
    return (
        -95.0 + STEP * (column + share * (to_column - column)) + wave,
        36.0 + STEP * (row + share * (to_row - row)) - wave,
    )


def _nodes(street, side):
    row, column, to_row, to_column = _ends(street, side)
    first = side * side + street * INNER
    drawn = (row * side + column, *range(first, first + INNER), to_row * side + to_column)
    return [_number(at) for at in drawn]


def _tags(street, side):
    row, column, to_row, _ = _ends(street, side)
    line = row if row == to_row else column
    highway = next(word for word, every in EVERY if line % every == 0)
    tags = {"highway": highway, "name": f"Road {line}", "surface": "asphalt", "source": "made up"}
    if street % 3 == 0:
        tags["maxspeed"] = f"{25 + 5 * (line % 8)} mph"
    if street % 40 == 0:
        tags["bridge"] = "yes"
    return tags

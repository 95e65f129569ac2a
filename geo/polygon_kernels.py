"""Which metres of which roads lie in polygons, compiled: roads straight in longitude and latitude, cut at borders.

Whether a point lies left of a line, right of it or on it is decided exactly, by sums that lose nothing where plain ones
could mislead: so a border along a road, through its corner or a hair beside it is told as it is. Where a border is
met is worked out from the same numbers. A place lies in a polygon when a ray from it to the east crosses the border an
odd number of times, holes and all; the border itself lies in it.

The sides of a polygon stand in strips from south to north, about as high as a side: whoever asks about a place looks at
the sides of one strip. The functions look up without asking: `geo.polygons` checks what it hands over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from geo.compiling import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]
    Bounds = tuple[float, float, float, float]
    Border = tuple[Array, Bounds, float, Array, Array]
    Tree = tuple[Array, Array, Array]
    Lines = tuple[Array, Array, Array]
    Rooms = tuple[Array, Array]
    Found = tuple[Array, Array, Array]

RUN = 16
"""As `geo.edge_kernels.RUN`; a compiled function knows only its own file."""

APART, COVERED, MET = range(3)
"""How a box lies to a polygon."""

SPLIT = 134217729.0
"""2**27 + 1, which parts a double into two halves whose products are exact."""

DOUBTFUL = 1e-6
"""A side that is less than this share of what it was subtracted from is worked out again, without loss: its sign is
then right, and so are nine digits of it."""

CLEAR = 1e-12
"""A box whose corners lie further than this share to one side of a line is not met by it, whatever was rounded."""


@compiled
def exact_sum(one: float, other: float) -> tuple[float, float]:
    """Return a sum, and what rounding took from it."""
    total = one + other
    part = total - one
    return total, (one - (total - part)) + (other - part)


@compiled
def exact_product(one: float, other: float) -> tuple[float, float]:
    """Return a product, and what rounding took from it."""
    product = one * other
    high = SPLIT * one
    high -= high - one
    low = one - high
    top = SPLIT * other
    top -= top - other
    rest = other - top
    return product, low * rest - (((product - high * top) - low * top) - high * rest)


@compiled
def exact_side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> float:
    """Return what `side` does, worked out without loss and rounded once."""
    east, north, along, up = exact_sum(bx, -ax), exact_sum(by, -ay), exact_sum(x, -ax), exact_sum(y, -ay)
    parts = np.zeros(16)
    count = 0
    for i in range(2):
        for j in range(2):
            for one, other in ((east[i], up[j]), (-north[i], along[j])):
                # Adds a product to parts that do not overlap, the smallest first; they stay so.
                product, lost = exact_product(one, other)
                for term in (lost, product):
                    for at in range(count):
                        term, parts[at] = exact_sum(term, parts[at])  # noqa: PLW2901 - what is carried upwards
                    parts[count] = term
                    count += 1
    total = 0.0
    for at in range(16):
        total += parts[at]
    return total


@compiled
def side(ax: float, ay: float, bx: float, by: float, x: float, y: float) -> float:
    """Return above 0 where a point lies left of the line from a to b, below 0 right of it, 0 on it.

    Twice the surface of the three points' triangle, its sign exact and good to nine digits.
    """
    left, right = (bx - ax) * (y - ay), (by - ay) * (x - ax)
    found = left - right
    if abs(found) >= DOUBTFUL * (abs(left) + abs(right)) and found != 0.0:
        return found
    if left == 0.0 and right == 0.0:  # a difference of two doubles is 0 only when they are equal
        return 0.0
    return float(exact_side(ax, ay, bx, by, x, y))


@compiled
def strip_of(y: float, south: float, scale: float, strips: int) -> int:
    """Return the strip in which a latitude lies; the first or the last for one beyond them."""
    place = (y - south) * scale
    if not place > 0.0:
        return 0
    return strips - 1 if place >= strips else int(place)


@compiled
def strips_of(one: float, other: float, south: float, scale: float, strips: int) -> tuple[int, int]:
    """Return the first and the last strip between two latitudes."""
    low, high = min(one, other), max(one, other)
    return strip_of(low, south, scale, strips), strip_of(high, south, scale, strips)


@compiled
def in_strips(sides: Array) -> tuple[Array, tuple[float, float, float, float], float, Array, Array]:
    """Return sides with the strips they stand in: their bounds, strips a degree, where each begins, its sides.

    Bounds are west, south, east, north. As many strips as keep each side in three at most, on average.
    """
    west, south, east, north, high = np.inf, np.inf, -np.inf, -np.inf, 0.0
    for at in range(len(sides)):
        ax, ay, bx, by = sides[at, 0], sides[at, 1], sides[at, 2], sides[at, 3]
        west, south = min(west, ax, bx), min(south, ay, by)
        east, north = max(east, ax, bx), max(north, ay, by)
        high += abs(by - ay)
    strips = max(1, min(len(sides), int((north - south) * len(sides) / high))) if high > 0.0 else 1
    scale = strips / (north - south) if north > south else 0.0
    start, fill = np.zeros(strips + 1, dtype=np.int64), np.zeros(strips, dtype=np.int64)
    for at in range(len(sides)):
        first, last = strips_of(sides[at, 1], sides[at, 3], south, scale, strips)
        for strip in range(first, last + 1):
            fill[strip] += 1
    for strip in range(strips):
        start[strip + 1] = start[strip] + fill[strip]
        fill[strip] = start[strip]
    member = np.empty(start[strips], dtype=np.int64)
    for at in range(len(sides)):
        first, last = strips_of(sides[at, 1], sides[at, 3], south, scale, strips)
        for strip in range(first, last + 1):
            member[fill[strip]] = at
            fill[strip] += 1
    return sides, (west, south, east, north), scale, start, member


@compiled
def holds(x: float, y: float, border: Border) -> bool:
    """Return whether a place lies in a polygon or on its border."""
    sides, bounds, scale, start, member = border
    strip = strip_of(y, bounds[1], scale, len(start) - 1)
    odd = False
    for place in range(start[strip], start[strip + 1]):
        at = member[place]
        ax, ay, bx, by = sides[at, 0], sides[at, 1], sides[at, 2], sides[at, 3]
        if (ay > y and by > y) or (ay < y and by < y) or (ax < x and bx < x):
            continue
        if ay == y and by == y:
            if min(ax, bx) <= x <= max(ax, bx):
                return True
            continue
        if (bx == x and by == y) or (ax == x and ay == y):
            return True
        if (ay > y) == (by > y):
            continue
        turn = side(ax, ay, bx, by, x, y)
        if turn == 0.0:
            return True
        odd ^= (turn > 0.0) == (by > ay)
    return odd


@compiled
def lies(west: float, south: float, east: float, north: float, border: Border) -> int:
    """Return how a box lies to a polygon: `MET` where its border may touch the box, else `COVERED` or `APART`."""
    sides, bounds, scale, start, member = border
    if west > bounds[2] or east < bounds[0] or south > bounds[3] or north < bounds[1]:
        return APART
    first, last = strips_of(south, north, bounds[1], scale, len(start) - 1)
    for place in range(start[first], start[last + 1]):
        at = member[place]
        ax, ay, bx, by = sides[at, 0], sides[at, 1], sides[at, 2], sides[at, 3]
        if max(ax, bx) < west or min(ax, bx) > east or max(ay, by) < south or min(ay, by) > north:
            continue
        left, right = 0, 0
        for corner in range(4):
            x, y = west if corner & 1 else east, south if corner & 2 else north
            up, along = (bx - ax) * (y - ay), (by - ay) * (x - ax)
            clear = CLEAR * (abs(up) + abs(along))
            left += up - along > clear
            right += along - up > clear
        if max(left, right) < 4:  # noqa: PLR2004 - corners of a box
            return MET
    return COVERED if holds(west, south, border) else APART


@compiled
def meetings(ax: float, ay: float, bx: float, by: float, border: Border, met: Array) -> int:
    """Fill where a straight road meets a border, and return how often: from and to which share of it passed.

    The same twice for a crossing; two for a side that runs along the road.
    """
    sides, bounds, scale, start, member = border
    west, east, south, north = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
    strips, count = len(start) - 1, 0
    first, last = strips_of(ay, by, bounds[1], scale, strips)
    for strip in range(first, last + 1):
        for place in range(start[strip], start[strip + 1]):
            at = member[place]
            cx, cy, dx, dy = sides[at, 0], sides[at, 1], sides[at, 2], sides[at, 3]
            if (cx < west and dx < west) or (cx > east and dx > east):
                continue
            if (cy < south and dy < south) or (cy > north and dy > north):
                continue
            if strip > first and strip_of(min(cy, dy), bounds[1], scale, strips) < strip:
                continue  # it was looked at in the strip before
            begin, end = side(cx, cy, dx, dy, ax, ay), side(cx, cy, dx, dy, bx, by)
            if (begin > 0.0 and end > 0.0) or (begin < 0.0 and end < 0.0):
                continue
            if begin == 0.0 and end == 0.0:
                one, other = share_of(cx, cy, ax, ay, bx, by), share_of(dx, dy, ax, ay, bx, by)
                met[count, 0], met[count, 1] = min(one, other), max(one, other)
                count += 1
                continue
            one, other = side(ax, ay, bx, by, cx, cy), side(ax, ay, bx, by, dx, dy)
            if (one > 0.0 and other > 0.0) or (one < 0.0 and other < 0.0):
                continue
            met[count, 0] = met[count, 1] = begin / (begin - end)
            count += 1
    return count


@compiled
def share_of(x: float, y: float, ax: float, ay: float, bx: float, by: float) -> float:
    """Return the share of the way from a to b, which differ, at which it passes a place on its line, 0 to 1."""
    east, north = bx - ax, by - ay
    share = ((x - ax) * east + (y - ay) * north) / (east * east + north * north)
    return min(max(share, 0.0), 1.0)


@compiled
def sort(values: Array, count: int) -> None:
    """Put the first so many values in order; they are few, or nearly in order, as borders met strip by strip are."""
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for at in range(gap, count):
            value, place = values[at], at
            while place >= gap and values[place - gap] > value:
                values[place] = values[place - gap]
                place -= gap
            values[place] = value
        gap //= 3


@compiled
def pieces(ax: float, ay: float, bx: float, by: float, border: Border, met: Array, cuts: Array) -> int:
    """Fill the shares of a straight road from and to which it lies in a polygon, one after the other.

    Return how many pieces they are. `met` has room for every side, `cuts` for two shares of each and three more.
    """
    bounds = border[1]
    if (ax > bounds[2] and bx > bounds[2]) or (ax < bounds[0] and bx < bounds[0]):
        return 0
    if (ay > bounds[3] and by > bounds[3]) or (ay < bounds[1] and by < bounds[1]):
        return 0
    count = meetings(ax, ay, bx, by, border, met)
    shares = cuts[2:]  # two places behind what is filled, which never gets ahead of what is read
    for at in range(count):
        shares[2 * at], shares[2 * at + 1] = met[at, 0], met[at, 1]
    sort(shares, 2 * count)
    shares[2 * count] = 1.0
    filled, first = 0, 0.0
    for at in range(2 * count + 1):
        last = shares[at]
        if first >= last:
            continue
        along = False
        for each in range(count):
            along |= met[each, 0] <= first and last <= met[each, 1]
        middle = (first + last) / 2.0
        if along or holds(ax + middle * (bx - ax), ay + middle * (by - ay), border):
            if filled > 0 and cuts[2 * filled - 1] == first:
                cuts[2 * filled - 1] = last
            else:
                cuts[2 * filled], cuts[2 * filled + 1] = first, last
                filled += 1
        first = last
    return filled


@compiled
def put(found: Found, count: int, edge: int, from_m: float, to_m: float) -> int:
    """Put a stretch where there is room for it; return how many there are, with room or without."""
    edges, begin, end = found
    if count < len(edges):
        edges[count], begin[count], end[count] = edge, from_m, to_m
    return count + 1


@compiled
def cut_edge(
    edge: int,
    lines: Lines,
    border: Border,
    touch_m: float,
    rooms: Rooms,
    found: Found,
    count: int,
) -> int:
    """Put the stretches of an edge that lie in a polygon where they are found; return how many there are then.

    What only rounding made is left out: see `geo.intervals.tidied`.
    """
    start, shape, shape_m = lines
    met, cuts = rooms
    begin_m, end_m = -1.0, -1.0
    length_m = shape_m[start[edge + 1] - 1]
    least_m = min(2.0 * touch_m, length_m / 2.0)
    for at in range(start[edge], start[edge + 1] - 1):
        ax, ay, bx, by = shape[at, 0], shape[at, 1], shape[at + 1, 0], shape[at + 1, 1]
        if ax == bx and ay == by:
            continue
        here_m, there_m = shape_m[at], shape_m[at + 1]
        for piece in range(pieces(ax, ay, bx, by, border, met, cuts)):
            first, last = cuts[2 * piece], cuts[2 * piece + 1]
            from_m = here_m + first * (there_m - here_m)
            to_m = here_m + last * (there_m - here_m) if last < 1.0 else there_m
            from_m = 0.0 if from_m <= touch_m else from_m
            to_m = length_m if to_m >= length_m - touch_m else to_m
            if begin_m >= 0.0 and from_m - end_m <= touch_m:
                end_m = to_m
                continue
            if end_m - begin_m > least_m:
                count = put(found, count, edge, begin_m, end_m)
            begin_m, end_m = from_m, to_m
    return put(found, count, edge, begin_m, end_m) if end_m - begin_m > least_m else count


@compiled
def cut_edges(
    edges: Array, lines: Lines, border: Border, touch_m: float, rooms: Rooms, found: Found, count: int
) -> int:
    """Put what lies in a polygon of some edges where it is found; return how many stretches there are then."""
    for edge in edges:
        count = cut_edge(edge, lines, border, touch_m, rooms, found, count)
    return count


@compiled
def put_edges(edges: Array, lines: Lines, found: Found, count: int) -> int:
    """Put some edges, each as a whole, where they are found; return how many stretches there are then."""
    start, _, shape_m = lines
    for edge in edges:
        length_m = shape_m[start[edge + 1] - 1]
        if length_m > 0.0:
            count = put(found, count, edge, 0.0, length_m)
    return count


@compiled
def inside_each(
    sides: Array, first_side: Array, tree: Tree, lines: Lines, touch_m: float, found: Found, counts: Array
) -> int:
    """Fill the stretches that lie in polygons (edge, from and to metres), and how many there are up to each one's end.

    The sides of polygon p are those from `first_side[p]` on. A polygon's edges stand in no order, an edge's stretches
    in theirs. Return how many there are; more than there is room for when there is not room for all.
    """
    levels, boxes, order = tree
    count = 0
    waiting = np.empty(RUN * len(levels), dtype=np.int64)
    for polygon in range(len(counts)):
        own = sides[first_side[polygon] : first_side[polygon + 1]]
        border, left = in_strips(own), 0
        rooms = np.empty((len(own), 2)), np.empty(2 * len(own) + 3)
        if len(own) > 0 and len(boxes) > 0:
            waiting[0], left = len(boxes) - 1, 1
        while left > 0:
            left -= 1
            box = waiting[left]
            state = lies(boxes[box, 0], boxes[box, 1], boxes[box, 2], boxes[box, 3], border)
            if state == APART:
                continue
            level = 0
            while box >= levels[level + 1]:
                level += 1
            if state == MET and level > 0:
                below = levels[level - 1] + RUN * (box - levels[level])
                for under in range(below, min(below + RUN, levels[level])):
                    waiting[left] = under
                    left += 1
                continue
            size = RUN ** (level + 1)
            begin = (box - levels[level]) * size
            few = order[begin : min(begin + size, len(order))]
            if state == MET:
                count = cut_edges(few, lines, border, touch_m, rooms, found, count)
            else:
                count = put_edges(few, lines, found, count)
        counts[polygon] = count
    return count

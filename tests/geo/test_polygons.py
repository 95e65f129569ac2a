"""Roads in polygons, against shapely's cutting and against fractions that lose nothing."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo import polygon_kernels, polygons
from geo.intervals import without
from geo.polygons import inside, inside_each
from tests.geo import cut_by_shapely
from tests.geo.drawn import loose, roads
from tests.geo.drawn import polygons as surfaces

CORNER, STEP = np.array([-94.0, 38.0]), 2.0**-9
"""Halves of halves: what is straight on the grid is straight in degrees too, to the last bit."""

GRID = st.tuples(st.integers(-6, 6), st.integers(-6, 6))
HAIR = 1e-9
"""Degrees, a tenth of a millimetre: what lies nearer to a border may be told to either side of it."""


def degrees(grid):
    return CORNER + np.asarray(grid, dtype=np.float64) * STEP


def listed(some):
    return list(zip(some.edge.tolist(), some.from_m.tolist(), some.to_m.tolist(), strict=True))


@st.composite
def lines(draw):
    """Draw roads of a few points, some of them twice running, which often run along one another and along borders."""
    line = st.lists(GRID, min_size=2, max_size=6).filter(lambda points: len(set(points)) > 1)
    return draw(st.lists(line, min_size=1, max_size=25))


@st.composite
def grounds(draw):
    """Draw polygons with corners on the grid: triangles, boxes, holes, and parts that touch in a corner."""
    three = st.tuples(GRID, GRID, GRID).map(shapely.Polygon)
    box = st.tuples(GRID, st.integers(1, 6), st.integers(1, 6)).map(
        lambda drawn: shapely.box(*drawn[0], drawn[0][0] + drawn[1], drawn[0][1] + drawn[2])
    )
    parts = []
    for part in draw(st.lists(three | box, min_size=1, max_size=4)):
        if part.area and not any(part.relate(other)[0] == "2" for other in parts):
            parts.append(part)
    west, south = draw(GRID)
    if draw(st.booleans()):
        parts = [
            part
            for part in parts
            if not part.intersects(shapely.box(west - 4, south - 4, west + 4, south + 4))
        ]
        ring = shapely.box(west - 4, south - 4, west + 4, south + 4).exterior.coords
        hole = draw(st.sampled_from([[(-2, -2), (3, -1), (1, 2)], [(-4, 0), (0, -3), (3, 0), (0, 3)]]))
        parts.append(shapely.Polygon(ring, [[(west + x, south + y) for x, y in hole]]))
    area = shapely.MultiPolygon(parts)
    return area if area.is_valid else shapely.MultiPolygon(parts[-1:])


def exactly(line, area):
    """Return the shares of a line's segments inside an area of whole numbers: (segment, from, to), in fractions."""
    rings = [ring for part in shapely.get_parts(area) for ring in shapely.get_rings(part)]
    sides = []
    for ring in rings:
        points = [(Fraction(x), Fraction(y)) for x, y in ring.coords]
        sides += list(itertools.pairwise(points))
    for number, (one, other) in enumerate(itertools.pairwise(line)):
        a, b = [tuple(map(Fraction, point)) for point in (one, other)]
        if a == b:
            continue
        cuts = sorted({Fraction(0), Fraction(1), *(share for side in sides for share in met(a, b, *side))})
        for first, last in itertools.pairwise(cuts):
            middle = tuple(p + (first + last) / 2 * (q - p) for p, q in zip(a, b, strict=True))
            if holds(middle, sides):
                yield number, first, last


def turn(a, b, p):
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def met(a, b, c, d):
    """Yield the shares of a segment a-b at which it meets a side c-d, or starts and stops running along it."""
    begin, end = turn(c, d, a), turn(c, d, b)
    if begin == end == 0:
        long = sum((q - p) ** 2 for p, q in zip(a, b, strict=True))
        for point in (c, d):
            yield min(max(sum((x - p) * (q - p) for x, p, q in zip(point, a, b, strict=True)) / long, 0), 1)
    elif begin != end and 0 <= (share := begin / (begin - end)) <= 1:
        yield share


def holds(point, sides):
    odd = False
    for c, d in sides:
        side = turn(c, d, point)
        low, high = zip(*(sorted(pair) for pair in zip(c, d, strict=True)), strict=True)
        if side == 0 and all(least <= p <= most for least, p, most in zip(low, point, high, strict=True)):
            return True
        if (c[1] > point[1]) != (d[1] > point[1]):
            odd ^= (side > 0) == (d[1] > c[1])
    return odd


@settings(max_examples=300, deadline=None)
@given(lines(), grounds())
def test_what_is_inside_is_what_fractions_say_to_the_micrometre(drawn, area):
    network = loose([degrees(line) for line in drawn])
    found = inside(network, shapely.transform(area, degrees))
    wanted = []
    for edge, line in enumerate(drawn):
        metres = network.shape_m[network.shape_start[edge] : network.shape_start[edge + 1]]
        for segment, first, last in exactly(line, area):
            long = metres[segment + 1] - metres[segment]
            part = [edge, metres[segment] + float(first) * long, metres[segment] + float(last) * long]
            if wanted and wanted[-1][0] == edge and part[1] - wanted[-1][2] < 1e-6:
                wanted[-1][2] = part[2]
            else:
                wanted.append(part)
    assert [part[0] for part in listed(found)] == [edge for edge, _, _ in wanted]
    rows = [np.array(some).reshape(-1, 3) for some in (listed(found), wanted)]
    np.testing.assert_allclose(*rows, rtol=0.0, atol=1e-6)


@settings(max_examples=200, deadline=None)
@given(roads(), surfaces())
def test_what_shapely_cuts_elsewhere_lies_on_the_border(network, area):
    found, wanted = inside(network, area), cut_by_shapely.inside(network, area)
    for one, other in ((found, wanted), (wanted, found)):
        for edge, from_m, to_m in listed(without(network, one, other)):
            rows = slice(network.shape_start[edge], network.shape_start[edge + 1])
            at_m = np.linspace(from_m, to_m, 5)
            lon, lat = (np.interp(at_m, network.shape_m[rows], network.shape[rows, axis]) for axis in (0, 1))
            assert shapely.distance(area.boundary, shapely.points(lon, lat)).max() < HAIR


def test_slivers_and_combs_are_cut_as_shapely_cuts_them():
    rng = np.random.default_rng(5)
    start = rng.uniform([-94.2, 37.8], [-93.8, 38.2], (4_000, 2))
    network = loose([first + rng.uniform(-0.05, 0.05, (rng.integers(2, 5), 2)) for first in start])
    teeth = np.linspace(-94.1, -93.9, 60)
    comb = shapely.union_all([shapely.box(west, 37.9, west + 1e-3, 38.1) for west in teeth])
    comb = comb.union(shapely.box(-94.1, 37.89, -93.9, 37.901))
    sliver = shapely.Polygon([(-94.2, 38.0), (-93.8, 38.05), (-93.8, 38.05 + 1e-7)])
    star = (
        shapely.Point(-94.0, 38.0).buffer(0.15, quad_segs=200).difference(shapely.Point(-94, 38).buffer(0.05))
    )
    for area, found in zip((comb, sliver, star), inside_each(network, [comb, sliver, star]), strict=True):
        wanted = cut_by_shapely.inside(network, area)
        assert found.edge.tolist() == wanted.edge.tolist()
        np.testing.assert_allclose(found.from_m, wanted.from_m, rtol=0.0, atol=1e-4)
        np.testing.assert_allclose(found.to_m, wanted.to_m, rtol=0.0, atol=1e-4)
        assert len(found) > 100


@pytest.mark.parametrize("turned", [1, -1])
def test_a_border_along_a_road_counts_whichever_way_the_roads_middle_is_rounded(turned):
    rng = np.random.default_rng(11)
    for _ in range(50):
        before, first, last, after = rng.uniform([-94.0, 38.0], [-93.0, 39.0], (4, 2))
        network = loose([[before, first, last, after]])
        beside = first + turned * 1e-3 * np.array([first[1] - last[1], last[0] - first[0]])
        found = inside(network, shapely.Polygon([first, last, beside]))
        start, end = network.shape_m[1:3].tolist()
        assert min(found.from_m) <= start
        assert max(found.to_m) >= end
        assert (found.to_m - found.from_m).sum() >= end - start


def test_a_road_that_leaves_a_polygon_along_its_border_is_inside_up_to_there():
    network = loose([degrees([(-1, 0), (7, 0)]), degrees([(-1, 0), (0, 0), (0, 3), (-1, 3)])])
    area = shapely.Polygon(degrees([(-2, -2), (4, -2), (4, 0), (2, 0), (2, 1), (-2, 1)]))
    found = inside(network, area)
    eighth, north = network.edge_length_m[0] / 8, network.shape_m[network.shape_start[1] : -1]
    wanted = [(0, 0.0, 5 * eighth), (1, 0.0, north[1] + (north[2] - north[1]) / 3)]
    assert listed(found) == [pytest.approx(row, abs=0.01) for row in wanted]


def test_more_stretches_than_there_is_room_for_are_all_found(monkeypatch):
    network = loose([[(-94.0 + i * 0.001, 38.0), (-94.0 + i * 0.001, 38.1)] for i in range(200)])
    halves = [shapely.box(-95, 38.0, -93, 38.03), shapely.box(-95, 38.05, -93, 38.2)]
    wanted = [listed(part) for part in inside_each(network, halves)]
    monkeypatch.setattr(polygons, "FEW", 7)
    assert [listed(part) for part in inside_each(network, halves)] == wanted
    assert [len(part) for part in wanted] == [200, 200]


def test_without_roads_or_polygons_nothing_is_inside():
    network = loose([[(-94.0, 38.0), (-93.9, 38.0)]])
    assert inside_each(network, []) == []
    empty, whole = inside_each(network, [shapely.MultiPolygon(), shapely.box(-95, 37, -93, 39)])
    assert (len(empty), len(whole)) == (0, 1)
    assert len(inside(loose([]), shapely.box(-95, 37, -93, 39))) == 0


def test_on_which_side_a_point_lies_is_told_exactly_where_plain_numbers_mislead():
    a, b = np.array([12.0, 12.0]), np.array([24.0, 24.0])
    misled = 0
    for east in range(0, 256, 7):
        for north in range(0, 256, 5):
            p = 0.5 + np.array([east, north]) * 2.0**-53
            wanted = turn(*([Fraction(float(x)) for x in point] for point in (a, b, p)))
            found = polygon_kernels.side(*a.tolist(), *b.tolist(), *p.tolist())
            assert (found > 0, found < 0) == (wanted > 0, wanted < 0)
            assert found == pytest.approx(float(wanted), rel=1e-8)
            plain = turn(a, b, p)
            misled += (plain > 0, plain < 0) != (wanted > 0, wanted < 0)
    assert misled > 100

"""The index of edges against shapely's, which makes an object of every edge."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings

from geo.edge_index import level_starts
from geo.edge_kernels import RUN
from tests.geo.drawn import every, loose, polygons, roads


def sifted(network, polygon):
    shapely.prepare(polygon)
    return network.index.sifted(polygon.bounds, lambda box: shapely.intersects(polygon, box))


def many(count, seed=3):
    """Return a network of short roads and a few very long ones, from two to five points each."""
    rng = np.random.default_rng(seed)
    start = rng.uniform([-95.0, 37.0], [-91.0, 40.0], (count, 2))
    reach = np.where(rng.random(count) < 0.002, 0.5, 0.01)
    return loose(
        [
            first + np.vstack([[0.0, 0.0], rng.uniform(-far, far, (rng.integers(1, 5), 2))])
            for first, far in zip(start, reach, strict=True)
        ]
    )


@settings(max_examples=200, deadline=None)
@given(roads(), polygons())
def test_the_boxes_hold_every_road_that_an_index_of_all_roads_finds(network, polygon):
    lines = network.lines(every(network))
    near = sifted(network, polygon)
    found = shapely.STRtree(lines).query(polygon, predicate="intersects")
    assert near[shapely.intersects(polygon, lines[near])].tolist() == np.sort(found).tolist()


@settings(max_examples=100, deadline=None)
@given(roads(), polygons())
def test_the_boxes_hold_every_road_within_some_metres(network, polygon):
    ground = shapely.transform(polygon, lambda points: points * 100_000.0)
    scaled = network.index.__class__(network.index.levels, network.boxes * 100_000.0, network.edge_order)
    lines = shapely.transform(network.lines(every(network)), lambda points: points * 100_000.0)
    shapely.prepare(ground)
    near = scaled.sifted(
        shapely.buffer(ground, 300.0).bounds, lambda box: shapely.dwithin(ground, box, 300.0)
    )
    found = shapely.STRtree(lines).query(ground, predicate="dwithin", distance=300.0)
    assert set(found.tolist()) <= set(near.tolist())


def test_in_a_large_network_few_roads_are_asked_one_by_one():
    network = many(20_000)
    star = shapely.Point(-93.0, 38.5).buffer(0.7).difference(shapely.Point(-93.0, 38.5).buffer(0.3))
    near = sifted(network, star)
    lines = network.lines(every(network))
    found = shapely.STRtree(lines).query(star, predicate="intersects")
    assert near[shapely.intersects(star, lines[near])].tolist() == np.sort(found).tolist()
    assert len(near) < len(lines) / 2
    assert (np.diff(near) > 0).all()


@pytest.mark.parametrize(
    ("edges", "boxes"), [(0, []), (1, [1]), (RUN, [1]), (RUN + 1, [2, 1]), (RUN**2 + 1, [17, 2, 1])]
)
def test_each_level_has_a_box_for_sixteen_of_the_level_below(edges, boxes):
    assert np.diff(level_starts(edges)).tolist() == boxes


def test_every_box_holds_what_is_below_it():
    network = many(700)
    index, lines = network.index, network.lines(every(network))
    assert sorted(index.order.tolist()) == every(network).tolist()
    for box in range(index.levels[1]):
        inside = index.order[box * RUN : box * RUN + RUN]
        assert index.boxes[box].tolist() == list(shapely.total_bounds(lines[inside]))
    assert index.boxes[-1].tolist() == list(shapely.total_bounds(lines))


def test_a_network_without_roads_has_an_index_in_which_nothing_lies():
    network = loose([])
    assert network.index.boxes.shape == (0, 4)
    assert len(sifted(network, shapely.box(-95, 37, -91, 40))) == 0


def test_a_straight_road_along_a_parallel_is_found():
    network = loose([[(-94.0, 38.0), (-93.9, 38.0)]])
    for west, south in [(-94.1, 37.9), (-93.95, 38.0)]:
        assert sifted(network, shapely.box(west, south, -93.8, 38.1)).tolist() == [0]

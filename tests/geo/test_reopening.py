"""Opening roads from the times with them closed gives the times of a search that never knew of closures."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.graphs import synthetic
from geo.areas import IncidentArea, area_from_circle
from geo.closures import Closure, close, open_roads
from geo.entries import Entries
from geo.reopening import only_nearer
from geo.routing import search
from geo.snapping import Snaps, snap

NOW = datetime(2011, 5, 22, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def town():
    return synthetic(2_000)


def entered(node, ms):
    nothing = np.zeros(len(node))
    return Entries(np.array(node), np.array(ms), nothing, np.full(len(node), -1), nothing)


def same_as_anew(found):
    freely = search(found.network, found.area, open_roads(found.network, found.drive), site=found.site)
    opened = found.unhindered
    snaps = snap(found.network, found.network.lon[::97] + 0.0004, found.network.lat[::97])
    reached = np.flatnonzero(found.totals(snaps) >= 0)
    some = Snaps(snaps.edge[reached], snaps.offset_m[reached], snaps.access_m[reached])
    np.testing.assert_array_equal(found.totals_freely(some, found.totals(some)), freely.totals(some))
    for few in np.argsort(found.totals(some))[:3, None]:
        one = Snaps(some.edge[few], some.offset_m[few], some.access_m[few])
        np.testing.assert_array_equal(found.totals_freely(one, found.totals(one)), freely.totals(one))
    np.testing.assert_array_equal(found.totals_freely(snaps, found.totals(snaps)), freely.totals(snaps))
    np.testing.assert_array_equal(opened.node_ms, freely.node_ms)
    np.testing.assert_array_equal(opened.entries.node, freely.entries.node)
    np.testing.assert_array_equal(opened.entries.ms, freely.entries.ms)
    assert (opened.road_inside, opened.keep_out) == (freely.road_inside, False)
    return opened


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    floods=st.integers(1, 12),
    size=st.sampled_from([0.0005, 0.003, 0.01, 0.1]),
    keep_out=st.booleans(),
)
def test_reopened_times_are_those_of_a_search_without_closures(town, seed, floods, size, keep_out):
    rng = np.random.default_rng(seed)
    lon, lat = (rng.choice(axis, floods + 1) for axis in (town.lon, town.lat))
    closures = [
        Closure(
            key=str(i),
            effect="slowed" if i % 3 else "blocked",
            geometry=shapely.Point(lon[i], lat[i]).buffer(size * rng.uniform(0.3, 1.0)),
            factor=4.0 if i % 3 else 1.0,
        )
        for i in range(floods)
    ]
    area = area_from_circle(lon[-1], lat[-1], float(rng.choice([0.05, 0.4, 1.5])))
    same_as_anew(search(town, area, close(town, closures, NOW), keep_out=keep_out))


def test_who_was_cut_off_is_found_again(town):
    middle = shapely.Point(float(np.median(town.lon)), float(np.median(town.lat)))
    ring = Closure(
        key="ring", effect="blocked", geometry=middle.buffer(0.02).difference(middle.buffer(0.012))
    )
    found = search(town, area_from_circle(middle.x, middle.y, 0.5), close(town, [ring], NOW))
    assert (found.node_ms < 0).sum() > 500
    assert (same_as_anew(found).node_ms >= 0).all()


def test_with_all_roads_in_the_area_shut_the_times_without_are_found_anew(hand):
    area = hand.area.geometry
    shut = Closure(key="all", effect="blocked", geometry=area.buffer(0.001))
    found = search(hand.network, IncidentArea(area, "drawn"), close(hand.network, [shut], NOW))
    assert not found.road_inside
    assert same_as_anew(found).road_inside


def test_a_staging_point_is_reached_without_closures_through_the_area(town):
    lon, lat = float(np.median(town.lon)), float(np.median(town.lat))
    flood = Closure(key="flood", effect="blocked", geometry=shapely.Point(lon + 0.01, lat).buffer(0.004))
    for keep_out in (False, True):
        found = search(
            town,
            area_from_circle(lon, lat, 1.0),
            close(town, [flood], NOW),
            site=snap(town, [lon + 0.02], [lat]),
            keep_out=keep_out,
        )
        assert (same_as_anew(found).node_ms <= np.where(found.node_ms < 0, 2**61, found.node_ms)).all()


@pytest.mark.parametrize(
    ("closed", "opened", "nearer"),
    [
        (([1, 4], [5, 5]), ([1, 2, 4], [5, 9, 3]), True),
        (([1, 4], [5, 5]), ([1, 4], [5, 6]), False),
        (([1, 4], [5, 5]), ([1, 3], [5, 5]), False),
        (([9], [5]), ([1, 3], [5, 5]), False),
        (([1], [5]), ([], []), False),
        (([], []), ([], []), True),
        (([], []), ([3], [0]), True),
    ],
)
def test_times_are_lowered_only_where_every_entry_stays(closed, opened, nearer):
    ints = [tuple(np.array(part, dtype=np.int64) for part in pair) for pair in (closed, opened)]
    assert only_nearer(entered(*ints[0]), entered(*ints[1])) is nearer

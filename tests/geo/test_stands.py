"""Stands: public places on the main roads; every place has one, and many places share it."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geo.areas import area_from_circle
from geo.network import RoadNetwork
from geo.noding import RoadLines, build_network
from geo.projection import to_metres
from geo.routing import search
from geo.snapping import Snaps, access_m_of, access_ms, snap
from geo.stand_kernels import NOWHERE, nearest_stand
from geo.stands import SPACING_M, stands
from registry.settings import settings


@pytest.fixture(scope="module")
def shipped():
    return RoadNetwork.load(settings().data_dir / "roads" / "network.npz")


@pytest.fixture(scope="module")
def places(shipped):
    """Return 200 places about Joplin and Springfield, with their roads."""
    rng = np.random.default_rng(2011)
    middle = np.where(rng.random((200, 1)) < 0.5, [[-94.5, 37.08]], [[-93.29, 37.21]])
    lonlat = middle + rng.uniform(-0.3, 0.3, (200, 2))
    return snap(shipped, lonlat[:, 0], lonlat[:, 1])


def drawn(lines, classes, speeds, **said):
    network, _ = build_network(
        RoadLines(
            np.array([shapely.LineString(points) for points in lines], dtype=object),
            tuple(classes),
            ("",) * len(lines),
            said.pop("oneway", np.zeros(len(lines), dtype=np.int8)),
        ),
        speeds,
        name="Lines",
        attribution="by hand",
        main_roads_only=said.pop("main_roads_only", False),
        node_crossings=False,
    )
    return network


def test_a_places_stand_is_the_one_that_it_drives_to_soonest(shipped, places):
    # A search to each stand near Joplin and Springfield by itself is the oracle.
    known = stands(shipped)
    stand, ms = known.of(places)
    assert (stand >= 0).all()
    near = np.flatnonzero((known.lat < 37.8) & (known.lon < -92.6) & (known.lon > -95.2))
    everywhere = area_from_circle(-94.5, 37.1, 1.0)
    to_each = np.stack(
        [
            search(
                shipped,
                everywhere,
                site=Snaps(known.snaps.edge[[at]], known.snaps.offset_m[[at]], np.zeros(1)),
            ).totals(places)
            for at in near.tolist()
        ]
    )
    own = np.searchsorted(near, stand)
    assert (near[own] == stand).all()
    row = np.arange(len(stand))
    assert np.abs(to_each[own, row] - ms).max() <= 5
    assert (ms <= to_each.min(axis=0) + 5).all()


@pytest.mark.parametrize("seed", range(20))
def test_the_search_for_stands_gives_the_bytes_of_scipys(seed):
    # Times of few values, so that ties abound, and nodes that no stand is driven to from.
    rng = np.random.default_rng(seed)
    count = int(rng.integers(2, 60))
    tail = np.sort(rng.integers(0, count, 3 * count))
    to = rng.integers(0, count, len(tail))
    pair = np.unique(np.column_stack([tail, to]), axis=0)
    start, to = np.searchsorted(pair[:, 0], np.arange(count + 1)), pair[:, 1]
    ms = rng.integers(1, 4, len(to)) / 3.0
    where = np.sort(rng.choice(count, rng.integers(1, count), replace=False))
    least, stand = np.full(count, np.inf), np.full(count, NOWHERE, dtype=np.int32)
    nearest_stand((start, to, ms), where, least, stand)
    from_each = dijkstra(csr_array((ms, to, start), shape=(count, count)), indices=where)
    assert least.tobytes() == from_each.min(axis=0).tobytes()
    assert stand.tolist() == np.where(np.isfinite(least), from_each.argmin(axis=0), NOWHERE).tolist()


def test_stands_lie_apart_so_that_a_town_is_told_as_few_places(shipped):
    known = stands(shipped)
    xy = to_metres(np.column_stack([known.lon, known.lat]))
    nearest = shapely.STRtree(shapely.points(xy))
    pairs = nearest.query(shapely.points(xy), predicate="dwithin", distance=SPACING_M / 2)
    assert len(pairs[0]) - len(xy) < 0.9 * len(xy)
    assert len(xy) < 2.0 * shipped.edge_length_m.sum() / SPACING_M


def test_a_river_without_a_bridge_lies_between_two_stands_places():
    # Two roads 400 m apart that meet 20 km away only.
    network = drawn(
        [[(-93.0, 38.0), (-92.8, 38.0)], [(-93.0, 38.004), (-92.8, 38.0)]], ["US", "US"], {"US": 88.0}
    )
    known = stands(network)
    stand, _ = known.of(snap(network, [-92.99, -92.99], [38.0, 38.0038]))
    assert stand[0] != stand[1]


def test_a_full_networks_stands_lie_on_its_main_roads():
    network = drawn(
        [[(-93.0, 38.0), (-92.9, 38.0)], [(-92.95, 38.0), (-92.95, 38.03)], [(-92.95, 38.03), (-92.9, 38.0)]],
        ["primary", "residential", "residential"],
        {"primary": 88.0, "residential": 40.0},
    )
    known = stands(network)
    words = {network.classes[network.edge_class[edge]] for edge in known.snaps.edge}
    on_main = np.isclose(known.lat, 38.0)
    assert on_main.all(), words


def test_a_one_way_roads_stand_is_left_by_every_road_of_its_junction(shipped):
    known = stands(shipped)
    milestone = (known.snaps.offset_m > 0) & (known.snaps.offset_m < shipped.edge_length_m[known.snaps.edge])
    at = np.flatnonzero(~milestone)
    found = search(shipped, area_from_circle(-92.3, 38.9, 5.0))
    node = np.where(
        known.snaps.offset_m[at] > 0,
        shipped.edge_head[known.snaps.edge[at]],
        shipped.edge_tail[known.snaps.edge[at]],
    )
    totals = found.totals(Snaps(known.snaps.edge[at], known.snaps.offset_m[at], known.snaps.access_m[at]))
    assert (totals <= found.node_ms[node]).all()


def test_a_place_without_a_road_has_no_stand(shipped):
    stand, ms = stands(shipped).of(Snaps(np.array([-1], np.int32), np.zeros(1), np.array([np.nan])))
    assert (stand[0], ms[0]) == (-1, -1)


def test_metres_of_a_leg_take_its_milliseconds():
    ms = np.arange(0, 50) * 300_000
    assert access_ms(access_m_of(ms)).tolist() == ms.tolist()

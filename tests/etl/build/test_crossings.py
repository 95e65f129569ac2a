"""River crossings: one a bridge, none along a bank, each with a name of its own."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import shapely

from etl.build.crossings import Ground, find_crossings
from etl.build.gazetteer import BuiltPlace
from geo.closures import Closure, close
from geo.network import RoadNetwork
from geo.noding import RoadLines, build_network
from geo.projection import geometry_in_metres

DATA = Path(__file__).resolve().parents[3] / "data"
BRIDGES = {
    "Hermann": "29073",
    "Jefferson City": "29051",
    "Washington": "29071",
    "Saint Charles": "29183",
    "St. Louis": "29510",
    "Cape Girardeau": "29031",
    "Hannibal": "29127",
    "Louisiana": "29163",
    "Saint Joseph": "29021",
    "Lexington": "29107",
    "Kansas City": "29095",
    "Caruthersville": "29155",
    "Warsaw": "29015",
}
"""Towns with a main-road bridge over a large river, and their county."""


def shipped():
    text = (DATA / "roads" / "crossings.geojson").read_text(encoding="utf-8")
    return json.loads(text)["features"]


@pytest.fixture(scope="module")
def network():
    return RoadNetwork.load(DATA / "roads" / "network.npz")


@pytest.mark.parametrize("town", BRIDGES)
def test_the_well_known_bridges_are_there(town):
    found = [f["properties"] for f in shipped() if f" {town}, " in f["properties"]["name"]]
    assert BRIDGES[town] in {properties["fips"] for properties in found}


def test_the_mississippi_at_st_louis_has_its_four_road_bridges_and_no_bridge_along_the_bank():
    downtown = shapely.box(-90.26, 38.55, -90.13, 38.70)
    found = [f for f in shipped() if downtown.contains(shapely.Point(f["geometry"]["coordinates"]))]
    assert len(found) == 4
    assert all(f["properties"]["name"].endswith("St. Louis, St. Louis city") for f in found)


def test_the_missouri_at_liberty_is_bridged_where_it_runs_and_not_where_it_ran():
    bend = shapely.box(-94.46, 39.10, -94.21, 39.26)
    found = [f for f in shipped() if bend.contains(shapely.Point(f["geometry"]["coordinates"]))]
    assert [f["properties"]["name"] for f in found] == ["crossing at Independence, Jackson county"]


def test_every_crossing_has_an_id_and_a_name_of_its_own_and_says_whose_it_is():
    features = shipped()
    assert len(features) == 104
    assert len({f["id"] for f in features}) == len(features)
    assert max(Counter(f["properties"]["name"] for f in features).values()) == 1
    for f in features:
        assert f["properties"]["name"].startswith("crossing ")
        ours = f["properties"]["name"].endswith((" county", "St. Louis city"))
        assert ours == (f["properties"]["fips"] is not None)


def test_a_closure_at_any_crossing_closes_its_road(network):
    closures = tuple(
        Closure(key=f["id"], effect="blocked", geometry=shapely.Point(f["geometry"]["coordinates"]))
        for f in shipped()
    )
    closed = close(network, closures, datetime(2026, 11, 22, tzinfo=UTC))
    assert min(closed.touched.values()) > 0.3


def test_every_crossing_lies_on_its_road(network):
    for f in shipped():
        edge = f["properties"]["edge"]
        road = shapely.LineString(network.shape_xy[network.shape_start[edge] : network.shape_start[edge + 1]])
        point = geometry_in_metres(shapely.Point(f["geometry"]["coordinates"]))
        assert road.distance(point) < 5.0
        assert network.classes[network.edge_class[edge]] == f["properties"]["class"]


def roads(*lines):
    shapes = np.array([shapely.LineString(line) for line in lines], dtype=object)
    built, _ = build_network(
        RoadLines(shapes, ("highway",) * len(lines), ("",) * len(lines), np.zeros(len(lines), dtype=np.int8)),
        {"highway": 80.0},
        name="test",
        attribution="test",
        main_roads_only=True,
        node_crossings=False,
    )
    return built


def river(*points):
    return {1: [geometry_in_metres(shapely.LineString(points))]}


def ground():
    county = geometry_in_metres(np.array([shapely.box(-93.0, 37.0, -91.0, 39.0)], dtype=object))
    town = BuiltPlace("Town", "29999", -92.0, 38.0, 1_000)
    return Ground(("29999",), county, ((town, "Some county"),), ((town, "Elsewhere"),))


def names(*lines, along=((-92.5, 38.0), (-91.5, 38.0))):
    return [crossing.name for crossing in find_crossings(roads(*lines), river(*along), ground())]


def test_a_road_over_a_river_makes_one_crossing_named_after_town_and_county():
    lines = roads([(-92.0, 37.9), (-92.0, 38.1)])
    (found,) = find_crossings(lines, river((-92.5, 38.0), (-91.5, 38.0)), ground())
    assert (found.name, found.fips) == ("crossing at Town, Some county", "29999")
    assert (found.lon, found.lat) == pytest.approx((-92.0, 38.0), abs=0.002)
    assert found.key == f"crossing-{round(found.lat * 1000)}-92000"
    assert (found.level, found.road_class, found.edge) == (1, "highway", 0)


def test_a_road_through_a_confluence_bridges_one_river():
    arms = [((-92.5, 38.0), (-91.9, 38.0)), ((-92.5, 38.02), (-91.9, 38.0))]
    lines = [geometry_in_metres(shapely.LineString(arm)) for arm in arms]
    assert len(find_crossings(roads([(-92.0, 37.9), (-92.0, 38.1)]), {1: lines}, ground())) == 1
    assert (
        len(find_crossings(roads([(-92.0, 37.9), (-92.0, 38.1)]), {1: lines[:1], 2: lines[1:]}, ground()))
        == 2
    )


def test_a_road_drawn_twice_through_a_bend_stays_on_its_bank():
    bend = ((-92.5, 38.05), (-92.1, 38.05), (-92.0, 37.95), (-91.9, 38.05), (-91.5, 38.05))
    assert names([(-92.4, 38.0), (-91.6, 38.0)], along=bend) == []


def test_a_road_drawn_three_times_through_a_bend_crosses_once_in_the_middle():
    bend = ((-92.5, 38.05), (-92.1, 37.95), (-91.9, 38.05), (-91.7, 37.95), (-91.7, 37.5))
    found = find_crossings(roads([(-92.4, 38.0), (-91.6, 38.0)]), river(*bend), ground())
    assert len(found) == 1
    assert found[0].lon == pytest.approx(-92.0, abs=0.01)


def test_two_carriageways_make_one_crossing_and_a_bridge_further_off_another():
    one, close_by, other = -92.0, -91.999, -91.98
    lines = [[(x, 37.9), (x, 38.1)] for x in (one, close_by, other)]
    joins = [[(one, 38.1), (close_by, 38.1)], [(close_by, 38.1), (other, 38.1)]]
    assert len(names(*lines, *joins)) == 2


def test_crossings_of_one_town_are_told_apart_by_distance_then_tenths():
    lines = [[(x, 37.9), (x, 38.1)] for x in (-92.0, -91.985, -91.96)]
    joins = [[(-92.0, 38.1), (-91.985, 38.1)], [(-91.985, 38.1), (-91.96, 38.1)]]
    found = names(*lines, *joins)
    assert len(set(found)) == 3
    assert all(" mi " in name and name.endswith(" of Town, Some county") for name in found)


def test_crossings_equally_far_from_their_town_are_numbered_from_the_north():
    lines = [[(-91.7, y), (-91.5, y)] for y in (38.0015, 37.9985)]
    found = names(*lines, [(-91.7, 38.0015), (-91.7, 37.9985)], along=((-91.6, 37.5), (-91.6, 38.5)))
    assert found == [f"crossing 21.8 mi E of Town, Some county, no. {number}" for number in (1, 2)]


def test_a_crossing_far_from_every_town_says_how_far():
    assert names([(-91.6, 37.9), (-91.6, 38.1)]) == ["crossing 22 mi E of Town, Some county"]


def test_a_crossing_outside_missouri_is_named_after_the_neighbours_place_and_has_no_county():
    lines = roads([(-90.0, 37.9), (-90.0, 38.1)])
    found = find_crossings(lines, river((-90.5, 38.0), (-89.5, 38.0)), ground())
    assert (found[0].fips, found[0].name.split(", ")[-1]) == (None, "Elsewhere")

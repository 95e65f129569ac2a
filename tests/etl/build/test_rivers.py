"""Rivers: read from gmt's words, merged, and drawn better where a border runs in them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import shapely

from etl.build.counties import STUDY
from etl.build.reaches import better_rivers
from etl.build.rivers import LEVELS, merged_rivers
from geo.projection import geometry_in_degrees, geometry_in_metres

DATA = Path(__file__).resolve().parents[3] / "data"
WORDS = """> River Bin # 4451, Level 1
-92.0\t38.0
-91.9\t38.0
> River Bin # 4452, Level 1
-91.9\t38.0
-91.8\t38.1
> River Bin # 4452, Level 10
-91.0\t38.0
-91.0\t38.1
> River Bin # 4452, Level 3
-88.5\t38.0
-88.0\t38.0
"""


def test_pieces_of_a_river_are_merged_clipped_and_canals_left_out():
    rivers = merged_rivers(WORDS)
    assert sorted(rivers) == [1, 3]
    assert [list(line.coords) for line in rivers[1]] == [[(-92.0, 38.0), (-91.9, 38.0), (-91.8, 38.1)]]
    assert [list(line.coords) for line in rivers[3]] == [[(-88.5, 38.0), (-88.3, 38.0)]]


def test_no_words_are_no_rivers():
    assert merged_rivers("") == {}


def test_the_shipped_rivers_stay_inside_the_study_bounds_and_pass_the_great_river_towns():
    features = json.loads((DATA / "rivers" / "rivers_light.geojson").read_text(encoding="utf-8"))["features"]
    assert tuple(feature["properties"]["level"] for feature in features) == LEVELS
    great = shapely.from_geojson(json.dumps(features[0]["geometry"]))
    assert shapely.box(*STUDY).buffer(1e-4).contains(great)
    for lon, lat in ((-90.19, 38.63), (-91.44, 38.70), (-92.17, 38.58), (-89.52, 37.31), (-94.58, 39.11)):
        town = geometry_in_metres(shapely.Point(lon, lat))
        assert geometry_in_metres(great).distance(town) < 4_500


def wiggly(y, height):
    return [(x, y + (height if i % 2 else 0.0)) for i, x in enumerate(np.arange(-92.5, -91.49, 0.1).round(3))]


def counties(border):
    north = shapely.Polygon([*border, (-91.5, 38.5), (-92.5, 38.5)])
    south = shapely.Polygon([*border, (-91.5, 37.5), (-92.5, 37.5)])
    return np.array([north, south], dtype=object)


def test_a_border_that_follows_a_river_takes_its_place():
    border = wiggly(38.0, 0.02)
    drawn = {1: [shapely.LineString([(-92.8, 38.02), (-91.2, 38.02)])]}
    better = better_rivers(drawn, counties(border))[1]
    lines = geometry_in_degrees(np.array(better, dtype=object))
    assert shapely.LineString(border).buffer(1e-6).contains(lines[0])
    assert len(lines) == 3, "what runs on beyond the border is kept at both ends"


def test_a_border_that_only_meets_a_river_leaves_it_as_drawn():
    border = [(-92.5, 38.0), (-91.5, 38.0)]
    drawn = {1: [shapely.LineString([(-92.0, 38.4), (-92.0, 37.6)])]}
    better = better_rivers(drawn, counties(border))[1]
    assert len(better) == 1
    assert geometry_in_metres(drawn[1][0]).equals_exact(better[0].reverse(), 1.0) or geometry_in_metres(
        drawn[1][0]
    ).equals_exact(better[0], 1.0)


def test_a_bend_that_strays_between_two_stretches_of_border_is_no_second_river():
    border = wiggly(38.0, 0.02)
    strayed = [(-92.8, 38.02), (-92.1, 38.02), (-92.0, 38.085), (-91.9, 38.02), (-91.2, 38.02)]
    better = better_rivers({1: [shapely.LineString(strayed)]}, counties(border))[1]
    assert len(better) == 3

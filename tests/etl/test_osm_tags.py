"""What a driver reads from tags, value by value."""

from __future__ import annotations

import re

import osmnx
import pytest

from etl.sources.osm_tags import (
    CHANGING,
    CLASSES,
    DRIVEN,
    NOT_A_ROAD,
    NOT_PUBLIC,
    YARD,
    bridge_name,
    direction,
    is_bridge,
    limit_kmh,
    road_class,
    road_name,
    speed_kmh,
    why_not,
    without_unit,
)

MPH = 1.609344


@pytest.mark.parametrize(
    ("words", "kmh"),
    [
        ("55 mph", 55 * MPH),
        ("55mph", 55 * MPH),
        ("55 MPH", 55 * MPH),
        ("90", 90),
        ("90 km/h", 90),
        ("90 kmh", 90),
        ("90kph", 90),
        ("37.5 mph", 37.5 * MPH),
        ("37,5", 37.5),
        ("45 mph;55 mph", 45 * MPH),
        ("60|50|80", 50),
        ("5", 5),
        ("100 mph", 100 * MPH),
        ("none", None),
        ("signals", None),
        ("walk", None),
        ("variable", None),
        ("RU:urban", None),
        ("US:MO:rural", None),
        ("", None),
        ("55 knots", None),
        ("45 mph;signals", None),
        ("0", None),
        ("4", None),
        ("550 mph", None),
        ("-30", None),
        ("1e9", None),
        ("55 mph @ (07:00-19:00)", None),
        ("\u0665\u0665", None),
    ],
)
def test_a_limit_is_a_number_in_its_unit_or_none_at_all(words, kmh):
    assert speed_kmh(words) == (None if kmh is None else pytest.approx(kmh))


def test_the_limit_of_both_directions_counts_only_without_one_for_the_road():
    assert limit_kmh({}) == (None, False)
    assert limit_kmh({"maxspeed": "30 mph", "maxspeed:forward": "20 mph"}) == (pytest.approx(30 * MPH), True)
    both = {"maxspeed:forward": "60", "maxspeed:backward": "40"}
    assert limit_kmh(both) == (40.0, True)
    assert limit_kmh({"maxspeed:forward": "60"}) == (60.0, True)
    assert limit_kmh({"maxspeed:forward": "60", "maxspeed:backward": "signals"}) == (None, True)
    assert limit_kmh({"maxspeed": "none"}) == (None, True)
    assert without_unit({"maxspeed": "55"})
    assert not without_unit({"maxspeed": "55 mph"})
    assert not without_unit({})


@pytest.mark.parametrize(
    ("tags", "towards"),
    [
        ({}, 0),
        ({"oneway": "no"}, 0),
        ({"oneway": "yes"}, 1),
        ({"oneway": "true"}, 1),
        ({"oneway": "1"}, 1),
        ({"oneway": "-1"}, -1),
        ({"oneway": "reverse"}, -1),
        ({"oneway": "alternating"}, 0),
        ({"junction": "roundabout"}, 1),
        ({"junction": "circular"}, 1),
        ({"junction": "roundabout", "oneway": "no"}, 0),
        ({"junction": "roundabout", "oneway": "-1"}, -1),
        ({"junction": "jughandle"}, 0),
        ({"highway": "motorway"}, 1),
        ({"highway": "motorway", "oneway": "no"}, 0),
        ({"highway": "motorway_link"}, 0),
        ({"highway": "trunk"}, 0),
    ],
)
def test_which_way_a_way_is_driven(tags, towards):
    assert direction({"highway": "primary", **tags}) == towards


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({}, None),
        ({"highway": "footway"}, NOT_A_ROAD),
        ({"highway": "service"}, NOT_A_ROAD),
        ({"highway": "construction"}, NOT_A_ROAD),
        ({"highway": "turning_loop"}, NOT_A_ROAD),
        ({"area": "yes"}, NOT_A_ROAD),
        ({"service": "alley"}, YARD),
        ({"service": "parking_aisle;driveway"}, YARD),
        ({"service": "busway"}, None),
        ({"access": "private"}, NOT_PUBLIC),
        ({"access": "no"}, NOT_PUBLIC),
        ({"access": "destination"}, None),
        ({"access": "customers"}, None),
        ({"access": "agricultural;forestry"}, NOT_PUBLIC),
        ({"access": "no", "motor_vehicle": "yes"}, None),
        ({"access": "no", "vehicle": "no", "motorcar": "permissive"}, None),
        ({"access": "yes", "motorcar": "no"}, NOT_PUBLIC),
        ({"motor_vehicle": "private"}, NOT_PUBLIC),
        ({"vehicle": "no"}, NOT_PUBLIC),
        ({"oneway": "reversible"}, CHANGING),
    ],
)
def test_which_ways_are_driven_and_why_the_others_are_not(tags, reason):
    assert why_not({"highway": "residential", **tags}) == reason


@pytest.mark.parametrize(
    ("tags", "word"),
    [
        ({"highway": "motorway", "ref": "I 70"}, "interstate"),
        ({"highway": "motorway", "ref": "US 40;I 70"}, "interstate"),
        ({"highway": "motorway", "ref": "I-270; US 61"}, "interstate"),
        ({"highway": "motorway_link", "ref": "I 44"}, "interstate_link"),
        ({"highway": "motorway_link"}, "motorway_link"),
        ({"highway": "motorway", "ref": "MO 370"}, "motorway"),
        ({"highway": "motorway", "ref": "MI 5"}, "motorway"),
        ({"highway": "motorway", "ref": "I"}, "motorway"),
        ({"highway": "trunk", "ref": "I 70"}, "trunk"),
        ({"highway": "residential"}, "residential"),
    ],
)
def test_an_interstate_is_known_by_its_number(tags, word):
    assert road_class(tags) == word
    assert word in CLASSES


def test_names_and_bridges():
    assert road_name({"name": "Elm Street", "ref": "MO 7"}) == "Elm Street"
    assert road_name({"ref": "MO 7"}) == "MO 7"
    assert road_name({}) == ""
    assert bridge_name({"name": "Elm Street", "bridge:name": "Elm Bridge"}) == "Elm Bridge"
    assert bridge_name({"name": "Elm Street"}) == "Elm Street"
    assert [is_bridge({"bridge": word}) for word in ("yes", "viaduct", "movable", "no", "")] == [True] * 3 + [
        False
    ] * 2
    assert not is_bridge({})


def test_osmnx_would_drive_on_every_class_that_we_do():
    """Its filter says what is not driven; here it is applied as the Overpass service does."""
    rules = re.findall(r'\["([^"]+)"!~"([^"]+)"\]', osmnx._overpass._get_network_filter("drive"))
    not_driven = dict(rules)["highway"]
    assert not [word for word in DRIVEN if re.search(not_driven, word)]
    assert not [word for word in ("track", "service", "pedestrian") if not re.search(not_driven, word)]

"""By what assets travel: each kind by its own vehicle, or all by the one that is chosen."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import numpy as np
import pytest
import shapely

from geo.areas import area_from_geojson
from geo.closures import Closure
from geo.errors import ClosureError
from geo.noding import RoadLines, build_network
from geo.profiles import CAR, Profile
from geo.snapping import snap
from matching.answers import Question
from matching.atlas import Atlas
from matching.errors import MatchingError
from matching.explanation import travel_words
from matching.export import answer_as_json, as_csv, as_geojson
from matching.journey import route_of, routes_of
from matching.needs import parse_need
from tests.matching.exact import solve

ASKED = datetime(2026, 5, 22, 23, 20, tzinfo=UTC)
MINUTE = 60_000
PLACES = {"A": (-94.5, 37.0), "B": (-94.4, 37.0), "C": (-94.3, 37.0), "D": (-94.4, 37.1)}
ROADS = {"AB": ("I", 10.0), "BC": ("I", 10.0), "AD": ("SR", 20.0), "DC": ("SR", 20.0)}
"""An interstate along A, B and C, and a state route round by D; a kilometre takes a car a minute."""

TRUCK = Profile("truck", "Truck", MappingProxyType({"I": 30.0}), None, "half as fast on interstates")
LOAD = Profile("load", "Relief load", MappingProxyType({"I": 0.0}), 40.0, "no interstate")


@pytest.fixture(scope="module")
def two_ways():
    network, _ = build_network(
        RoadLines(
            geometry=np.array([shapely.LineString([PLACES[a], PLACES[b]]) for a, b in ROADS], dtype=object),
            road_class=tuple(word for word, _ in ROADS.values()),
            name=("",) * len(ROADS),
            oneway=np.zeros(len(ROADS), dtype=np.int8),
            length_m=np.array([km * 1000.0 for _, km in ROADS.values()]),
        ),
        {"I": 60.0, "SR": 60.0},
        name="Two ways",
        attribution="Drawn for a test",
        main_roads_only=True,
        node_crossings=False,
    )
    return network


@pytest.fixture(scope="module")
def known(two_ways, atlas):
    profiles = {profile.code: profile for profile in (CAR, TRUCK, LOAD)}
    return Atlas(two_ways, atlas.counties, atlas.discs, profiles)


@pytest.fixture(scope="module")
def question(taxonomy):
    """Return a question about an area that holds a quarter of the interstate from A to B, and of the state route."""
    area = area_from_geojson(shapely.geometry.mapping(shapely.box(-94.6, 36.9, -94.475, 37.2)), "drawn")
    needs = (parse_need("generator:5", taxonomy), parse_need("line_crew:5", taxonomy))
    return Question(area, needs, (), ASKED, ASKED + timedelta(hours=1))


@pytest.fixture(scope="module")
def standing(listing, two_ways):
    def make(asset_id, place, kind="generator_portable", profile="car", **said):
        lon, lat = PLACES[place] if isinstance(place, str) else place
        snaps = snap(two_ways, np.array([lon]), np.array([lat]))
        where = {
            "lon": lon,
            "lat": lat,
            "network_hash": two_ways.content_hash,
            "edge": int(snaps.edge[0]),
            "offset_m": float(snaps.offset_m[0]),
            "access_m": float(snaps.access_m[0]),
            "site_id": f"s-{place}",
        }
        return listing(asset_id, kind=kind, profile=profile, mobilisation_s=0, **{**where, **said})

    return make


@pytest.fixture(scope="module")
def yard(standing):
    """Return a generator that travels as a truck and a crew that goes by car, at one site at C."""
    return [standing("g", "C", profile="truck"), standing("k", "C", kind="line_crew")]


def test_each_kind_travels_by_its_own_vehicle_from_the_same_site(known, question, yard):
    found = solve(known, question, yard, {})
    (truck,), (car,) = (part.matches for part in found.needs)
    assert (truck.profile, car.profile) == ("truck", "car")
    assert car.road_ms == pytest.approx(17.5 * MINUTE, abs=400)
    assert truck.road_ms == pytest.approx(
        35 * MINUTE, abs=400
    )  # the state route would take 35 to the border as well
    assert "on the road as a truck, " in truck.reasons[0]
    assert " as a" not in car.reasons[0]
    assert travel_words(found) == "as a car and a truck, each kind by its own"
    assert [vehicle.code for vehicle in found.vehicles] == ["car", "truck"] == list(found.searches)
    assert found.warnings == ()


def test_the_deadline_is_kept_or_missed_by_each_ones_own_vehicle(known, question, yard):
    found = solve(known, replace(question, by_at=ASKED + timedelta(minutes=20)), yard, {})
    assert [part.in_time for part in found.needs] == [0, 2]
    assert [match.late for part in found.needs for match in part.matches] == [True, False]


def test_one_vehicle_can_be_chosen_for_all_and_it_is_said(known, question, yard):
    found = solve(known, replace(question, profile="truck"), yard, {})
    assert [match.profile for part in found.needs for match in part.matches] == ["truck", "truck"]
    assert len({match.road_ms for part in found.needs for match in part.matches}) == 1
    assert found.warnings == ("Everything is taken to travel as a truck.",)
    assert travel_words(found) == "as a truck, as chosen for all"
    by_car = solve(known, replace(question, profile="car"), yard, {})
    assert [part.matches[0].road_ms for part in by_car.needs] == [
        pytest.approx(17.5 * MINUTE, abs=400),
    ] * 2


def test_a_site_on_a_road_its_vehicle_may_not_use_sets_out_from_the_next_one(known, question, standing):
    # Halfway from B to C, on the interstate; a state route passes 2 miles north of it.
    rows = [standing("g", (-94.35, 37.005), profile="load")]
    (match,) = solve(known, question, rows, {}).needs[0].matches
    assert match.access_ms > 5 * MINUTE
    assert match.road_ms > 20 * MINUTE
    assert "estimated access: 2 mi straight to the nearest road" in match.reasons[1]
    route = route_of(known, solve(known, question, rows, {}), match)
    assert {known.network.classes[known.network.edge_class[edge]] for edge in route.edges} == {"SR"}
    assert route.road_ms == match.road_ms


def test_routes_follow_the_vehicle_of_each_match(known, question, standing):
    rows = [standing("g", "C", profile="load"), standing("k", "C", kind="line_crew")]
    found = solve(known, question, rows, {})
    routes = routes_of(known, found, 3)
    used = {
        key: {known.network.classes[known.network.edge_class[edge]] for edge in route.edges}
        for key, route in routes.items()
    }
    assert used == {(0, 1): {"SR"}, (1, 1): {"I"}}
    again = replace(found, searches={})
    for place, part in enumerate(found.needs):
        route = route_of(known, again, part.matches[0])
        assert route.lonlat.tolist() == routes[place, 1].lonlat.tolist()


def test_who_cannot_come_because_of_the_vehicle_says_so_and_closures_are_not_blamed(
    known, question, standing
):
    rows = [standing("g", "C", profile="load")]
    block = Closure("sr", "blocked", shapely.Point(-94.45, 37.05), name="Route 43")
    found = solve(known, replace(question, closures=(block,)), rows, {})
    assert [row.words for row in found.needs[0].left_out] == ["Cut off by closures"]
    north = replace(question, area=area_from_geojson(
        shapely.geometry.mapping(shapely.box(-94.42, 36.99, -94.38, 37.01)), "drawn"
    ))  # fmt: skip
    found = solve(known, north, rows, {})
    assert not found.road_inside
    flags = [flag.text for flag in found.needs[0].matches[0].flags if flag.code == "no_road_inside"]
    assert flags == ["No road inside the area for a relief load"]
    assert found.warnings[0].startswith(
        "A relief load may use no road in the area: arrivals are to open road near it"
    )


def test_what_one_vehicle_lacks_is_said_of_that_vehicle_only(known, question, standing, yard):
    inside_i = area_from_geojson(shapely.geometry.mapping(shapely.box(-94.42, 36.99, -94.38, 37.01)), "drawn")
    rows = [standing("g", "C", profile="load"), yard[1]]
    found = solve(known, replace(question, area=inside_i), rows, {})
    assert found.warnings[0].startswith("For a relief load: A relief load may use no road in the area")
    assert "These roads know no bridges: a relief load is slowed on none." in found.warnings
    load, crew = (part.matches[0] for part in found.needs)
    assert "no_road_inside" in {flag.code for flag in load.flags}
    assert "no_road_inside" not in {flag.code for flag in crew.flags}
    assert found.road_inside is False
    assert found.area_access_m == found.searches["load"].area_access_m > 0
    closed = Closure("all", "blocked", inside_i.geometry, name="I-44")
    only = solve(known, replace(question, area=inside_i, closures=(closed,), profile="car"), rows, {})
    assert only.warnings[0].startswith("Every road in the area is closed: ")


def test_a_closure_for_some_vehicles_stops_only_those(known, question, yard):
    block = Closure(
        "w", "blocked", shapely.Point(-94.35, 37.0), name="Weak bridge", profiles=("truck", "load")
    )
    free = solve(known, question, yard, {})
    found = solve(known, replace(question, closures=(block,)), yard, {})
    (truck,), (car,) = (part.matches for part in found.needs)
    assert car.road_ms == free.needs[1].matches[0].road_ms
    assert car.delay_ms == 0
    assert truck.road_ms >= free.needs[0].matches[0].road_ms
    (note,) = found.closures
    assert note.state == "used"
    assert note.words == "Weak bridge blocked for a truck and a relief load, 0.4 mi of road"
    spared = solve(known, replace(question, closures=(block,), profile="car"), yard, {})
    assert spared.closures[0].state == "exempt"
    assert spared.warnings[0] == (
        "Weak bridge is blocked only for a truck and a relief load, and nothing asked for travels so."
    )


def test_what_the_roads_say_of_a_closure_stands_beside_the_answer(known, question, yard):
    block = Closure("m", "blocked", shapely.Point(-94.35, 37.0), name="Ramps", classes=("motorway", "I"))
    found = solve(known, replace(question, closures=(block,)), yard, {})
    assert found.warnings == ("Ramps: No road of this network is of class motorway; its classes are I, SR.",)
    assert found.closures[0].state == "used"


@pytest.mark.parametrize(
    ("said", "given"),
    [
        ({"profile": "ox_cart"}, "'ox_cart'"),
        (
            {"closures": (Closure("c", "blocked", shapely.Point(-94, 37), profiles=("barge",)),)},
            "limited to 'barge'",
        ),
    ],
)
def test_a_vehicle_that_is_not_in_the_table_is_refused(known, question, yard, said, given):
    with pytest.raises(MatchingError, match="This vehicle is not known") as refusal:
        solve(known, replace(question, **said), yard, {})
    assert given in refusal.value.given
    assert "car, truck, load" in refusal.value.wanted


def test_a_kind_whose_vehicle_is_not_in_the_table_is_refused(known, question, standing):
    with pytest.raises(MatchingError, match="This vehicle is not known") as refusal:
        solve(known, question, [standing("g", "C", profile="barge")], {})
    assert "kind 'generator_portable' by 'barge'" in refusal.value.given


def test_a_bridge_nobody_knows_is_refused(known, question, yard):
    block = Closure("b", "blocked", shapely.MultiLineString(), bridge="Broadway")
    with pytest.raises(ClosureError, match="know no bridges"):
        solve(known, replace(question, closures=(block,)), yard, {})


def test_assets_nobody_asked_for_are_not_searched_for(known, question, yard, taxonomy):
    crew = replace(question, needs=(parse_need("line_crew", taxonomy),))
    found = solve(known, crew, yard, {})
    assert list(found.searches) == ["car"]
    assert len(found.needs[0].matches) == 1
    nobody = solve(known, replace(question, needs=(parse_need("light_tower", taxonomy),)), yard, {})
    assert list(nobody.searches) == ["car"]


def test_every_file_names_the_vehicle(known, question, yard):
    found = solve(known, question, yard, {})
    value = answer_as_json(found)
    assert value["question"]["profile"] is None
    assert [vehicle["profile"] for vehicle in value["vehicles"]] == ["car", "truck"]
    assert [part["matches"][0]["profile"] for part in value["answers"]] == ["truck", "car"]
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert [row["vehicle"] for row in rows] == ["Truck", "Car"]
    features = as_geojson(found, routes_of(known, found, 1))["features"]
    assert [feature["properties"]["profile"] for feature in features[1:]] == ["truck", "truck", "car", "car"]

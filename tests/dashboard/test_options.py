"""The options: what arriving means, by which vehicle, and whether the area is kept clear."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pytest

from dashboard import layers
from dashboard.pages.incident import options
from dashboard.rows import ranked_rows
from dashboard.state import EMPTY_AREA, EMPTY_TRAVEL, area_store
from geo.areas import area_from_geojson
from geo.profiles import CAR, Profile
from matching.travel import travel_from_json
from tests.dashboard.conftest import SQUARE
from tests.dashboard.test_inputs import OnePlace

TRUCK = Profile("truck", "Truck", {"highway": 70.0})
PROFILES = {"car": CAR, "truck": TRUCK}
USUAL = options.TravelInput(None, "first_entry", "roads", options.OWN, "", "", keep_out=False)
SQUARE_AREA = area_store(area_from_geojson(SQUARE), "Square")


@pytest.fixture
def services():
    return SimpleNamespace(gazetteer=OnePlace())


def used(services, area=EMPTY_AREA, store=EMPTY_TRAVEL, trigger="use-options", **said):
    return options.new_travel(services, trigger, replace(USUAL, **said), store, area)


def test_what_is_as_usual_is_not_kept(services):
    assert used(services) == {"asked": {}}
    assert used(services, reach_of="people") == {"asked": {}}
    chosen = {"asked": {"profile": "truck"}}
    assert used(services, store=chosen, trigger="usual", vehicle="truck") == {"asked": {}}


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ({}, ("First road in the area", "Each by its own vehicle")),
        ({"vehicle": "truck"}, ("First road in the area", "All by truck")),
        ({"keep_out": True}, ("Edge of the area", "Each by its own vehicle, area kept clear")),
        ({"measure": "reach_p50"}, ("Half of its roads reached", "Each by its own vehicle")),
        (
            {"measure": "reach_p90", "reach_of": "people", "vehicle": "car"},
            ("90% of its people reached", "All by car"),
        ),
        (
            {"measure": "site", "name": "Depot 3", "place": "-94.49, 37.06"},
            ("At Depot 3", "Each by its own vehicle"),
        ),
    ],
)
def test_the_button_states_the_present_choice_in_words(services, said, lines):
    store = used(services, **said)
    assert options.options_lines(store["asked"], PROFILES) == lines
    assert options.form_values(store)[0] == said.get("measure", "first_entry")


@pytest.mark.parametrize(
    ("place", "lon", "lat", "name"),
    [
        ("-94.49, 37.06", -94.49, 37.06, "Staging point"),
        ("37.06 -94.49", -94.49, 37.06, "Staging point"),
        ("15S UB 66619 01471", -94.5, 37.0, "15S UB 66619 01471"),
        ("Joplin", -94.5, 37.08, "Joplin"),
    ],
)
def test_a_staging_point_is_read_from_numbers_in_either_order_usng_or_a_place(
    services, place, lon, lat, name
):
    staging = used(services, measure="site", place=place)["asked"]["staging"]
    assert (staging["lon"], staging["lat"]) == pytest.approx((lon, lat), abs=0.1)
    assert staging["name"] == name


def test_a_click_on_the_map_is_a_staging_point_and_nothing_else_is(services):
    drawn = {"purpose": "staging", "feature": {"geometry": {"type": "Point", "coordinates": [-94.4, 37.1]}}}
    store = used(services, trigger="drawn", drawn=drawn, name="Depot", vehicle="truck")
    assert travel_from_json(store["asked"])["staging"] == ("Depot", -94.4, 37.1)
    assert store["asked"]["measure"] == "site"
    assert store["asked"]["profile"] == "truck"
    assert [row["properties"]["text"] for row in layers.staging_features(store["asked"])] == ["Depot"]
    assert used(services, trigger="drawn", drawn={**drawn, "purpose": "area"}) is None


@pytest.mark.parametrize(
    "said",
    [
        {"measure": "site"},
        {"measure": "site", "place": "Atlantis"},
        {"measure": "site", "place": "2.3, 48.9"},
        {"measure": "reach_p50", "keep_out": True},
        {"measure": "site", "place": "-94.5, 37.05", "keep_out": True},
    ],
)
def test_options_that_cannot_be_leave_the_ones_before_and_say_what_to_do(services, said):
    before = {"asked": {"profile": "truck"}}
    after = used(services, SQUARE_AREA, before, **said)
    assert after["asked"] == before["asked"]
    assert after["refused"]["todo"]


def test_each_row_says_its_vehicle_and_what_its_time_means(answer, taxonomy):
    half = replace(answer.question, measure="reach_p50")
    part = replace(
        answer.needs[0], matches=[replace(match, profile="truck") for match in answer.needs[0].matches]
    )
    row = ranked_rows(part, replace(answer, question=half, vehicles=(TRUCK,)), taxonomy)[0]
    assert row["made"] == "30 min ready + 5 min truck"
    assert row["at"] == "by 18:55, 12 mi"
    assert "by truck" in row["spoken"]

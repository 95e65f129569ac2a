"""What arriving means: the first road in the area, a share of its roads or people, or a staging point."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import shapely

from geo.areas import area_from_geojson
from geo.closures import Closure
from matching.answers import Question, Staging
from matching.errors import MatchingError
from matching.explanation import answer_headline
from matching.export import answer_as_json, as_csv, as_geojson
from matching.journey import route_of
from matching.needs import parse_need
from matching.travel import check_travel, read_staging, travel_as_json, travel_from_json
from tests.matching.exact import solve

ASKED = datetime(2026, 5, 22, 23, 20, tzinfo=UTC)
MINUTE = 60_000
NEAR_MS = 1_000
AT_C = Staging("Depot at C", -94.3, 37.0)


@pytest.fixture(scope="module")
def question(west, taxonomy):
    """Return a question about the area that holds the first 2.5 km of the road from A to B."""
    needs = (parse_need("generator:5,kw>=100", taxonomy),)
    return Question(west, needs, (), ASKED, ASKED + timedelta(minutes=60))


@pytest.fixture(scope="module")
def three(listed):
    return [
        listed("b", "B", mobilisation_s=3600, quantity=1),
        listed("d", "D", mobilisation_s=0, quantity=2),
        listed("e", "E", mobilisation_s=900, quantity=3),
    ]


def minutes(part):
    return {match.listing.asset_id: match.arrival_ms / MINUTE for match in part.matches}


def near(by_hand):
    return {asset: pytest.approx(at, abs=NEAR_MS / MINUTE) for asset, at in by_hand.items()}


def test_half_of_the_roads_is_reached_half_of_the_road_inside_after_the_first(atlas, question, three):
    (half,) = solve(atlas, replace(question, measure="reach_p50"), three, {}).needs
    assert minutes(half) == near({"d": 27.5 + 1.25, "e": 15 + 22.5 + 1.25, "b": 60 + 7.5 + 1.25})
    (most,) = solve(atlas, replace(question, measure="reach_p90"), three, {}).needs
    assert minutes(most) == near({"d": 27.5 + 2.25, "e": 15 + 22.5 + 2.25, "b": 60 + 7.5 + 2.25})
    match = most.matches[0]
    assert match.arrival_ms == match.mobilisation_ms + match.access_ms + match.road_ms
    measured = match.measured
    assert measured.reach_p90_ms == match.arrival_ms
    assert measured.first_entry_ms < measured.reach_p50_ms < measured.reach_p90_ms
    assert measured.site_ms is None


def test_the_people_of_the_area_are_reached_along_its_road(atlas, question, three):
    people = replace(question, measure="reach_p50", reach_of="people")
    (part,) = solve(atlas, people, three, {}).needs
    # They live evenly along it, so half of them live along half of it.
    assert minutes(part) == near({"d": 28.75, "e": 38.75, "b": 68.75})


def test_where_nobody_is_counted_a_share_of_people_is_refused(atlas, question, three):
    about_c = area_from_geojson(shapely.geometry.mapping(shapely.box(-94.31, 36.99, -94.29, 37.01)))
    with pytest.raises(MatchingError, match="No people are counted in the area"):
        solve(atlas, replace(question, area=about_c, measure="reach_p90", reach_of="people"), three, {})


def test_a_site_inside_reaches_the_area_from_where_it_stands_when_it_is_asked_for(
    atlas, question, three, listed
):
    rows = [*three, listed("a", "A", mobilisation_s=600)]
    (part,) = solve(atlas, replace(question, measure="reach_p50"), rows, {}).needs
    assert [row.listing.asset_id for row in part.inside] == ["a"]
    (part,) = solve(atlas, replace(question, measure="reach_p50", include_inside=True), rows, {}).needs
    assert minutes(part)["a"] == pytest.approx(10 + 1.25, abs=0.02)
    first = part.matches[0]
    assert first.measured.first_entry_ms == 0
    assert first.flags[0].text == "Inside the area"


def test_a_closure_delays_a_share_as_it_delays_the_first_road(atlas, question, three):
    shut = Closure("I-44", "blocked", shapely.Point(-94.35, 37.0), name="I-44")
    asked = replace(question, measure="reach_p50", closures=(shut,))
    (part,) = solve(atlas, asked, three, {}).needs
    late = next(match for match in part.matches if match.listing.asset_id == "d")
    assert late.delay_ms == pytest.approx(15 * MINUTE, abs=NEAR_MS)
    assert "I-44 blocked adds 15 min" in late.reasons


def test_what_cannot_be_reached_leaves_out_with_its_share(atlas, question, three):
    # 9 km of the road from A, with 0.7 km of it closed 4 km from A.
    wide = area_from_geojson(shapely.geometry.mapping(shapely.box(-94.51, 36.99, -94.41, 37.01)))
    ring = shapely.LineString([(-94.46, 36.9), (-94.46, 37.2)])
    asked = replace(question, area=wide, closures=(Closure("gap", "blocked", ring, name="Gap"),))
    (part,) = solve(atlas, replace(asked, measure="reach_p90"), three, {}).needs
    assert not part.matches
    assert {row.words for row in part.left_out} == {"Only 56 % of the area's open road can be reached"}
    assert solve(atlas, replace(asked, measure="reach_p50"), three, {}).needs[0].matches


def test_arrivals_at_a_staging_point_count_to_its_place_on_the_road(atlas, question, three, listed):
    rows = [*three, listed("a", "A", mobilisation_s=600)]
    found = solve(atlas, replace(question, measure="site", staging=AT_C, include_inside=True), rows, {})
    (part,) = found.needs
    assert minutes(part) == near({"d": 10, "e": 20, "a": 10 + 20, "b": 70})
    assert route_of(atlas, found, part.matches[0]).lonlat[-1].tolist() == pytest.approx([-94.3, 37.0])
    inside = next(match for match in part.matches if match.listing.asset_id == "a")
    assert len(route_of(atlas, found, inside).lonlat) > 1


def test_the_time_to_a_staging_point_stands_beside_another_measure(atlas, question, three):
    (part,) = solve(atlas, replace(question, staging=AT_C), three, {}).needs
    first = part.matches[0]
    assert first.arrival_ms == pytest.approx(27.5 * MINUTE, abs=NEAR_MS)
    assert first.measured.site_ms == pytest.approx(10 * MINUTE, abs=NEAR_MS)
    assert first.measured.reach_p50_ms is None


def test_kept_clear_the_edge_is_reached_as_soon_and_who_is_inside_cannot_leave(
    atlas, question, three, listed
):
    rows = [*three, listed("a", "A", mobilisation_s=600)]
    free = solve(atlas, question, rows, {})
    clear = solve(atlas, replace(question, keep_out=True), rows, {})
    assert minutes(clear.needs[0]) == minutes(free.needs[0])
    assert "kept clear: arrivals are at its edge" in clear.warnings[0]
    to_c = replace(question, measure="site", staging=AT_C, keep_out=True, include_inside=True)
    (part,) = solve(atlas, to_c, rows, {}).needs
    assert [(row.code, row.words) for row in part.left_out] == [
        ("unreachable", "Inside the area, which is kept clear")
    ]


def test_a_way_round_a_kept_clear_area_is_no_closures_delay(atlas, question, three):
    about_b = area_from_geojson(shapely.geometry.mapping(shapely.box(-94.39, 36.99, -94.31, 37.01)))
    far = Closure("far", "slowed", shapely.Point(-94.22, 37.0), factor=1.001, name="Far")
    asked = replace(question, area=about_b, measure="site", staging=AT_C, closures=(far,))
    (through,) = solve(atlas, asked, three, {}).needs
    (around,) = solve(atlas, replace(asked, keep_out=True), three, {}).needs
    # From B straight on 10 km; round by E 25.
    assert minutes(through)["b"] == pytest.approx(70, abs=0.02)
    assert minutes(around)["b"] == pytest.approx(85, abs=0.02)
    assert next(match for match in around.matches if match.listing.asset_id == "b").delay_ms == 0


def test_words_say_what_arriving_means(atlas, question, three):
    def rest(**asked):
        found = solve(atlas, replace(question, **asked), three, {})
        return answer_headline(found.needs[0], found).rest

    assert rest() == "can be there by 19:20"
    assert rest(measure="reach_p50") == "can have reached half of the area's roads by 19:20"
    people = rest(measure="reach_p90", reach_of="people")
    assert people == "can have reached nine tenths of the area's people by 19:20"
    assert rest(measure="site", staging=AT_C) == "can be at Depot at C by 19:20"
    assert rest(keep_out=True) == "can be at the area's edge by 19:20"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "can arrive at"),
        ({"measure": "reach_p50"}, "can have reached half of the area's roads by"),
        ({"measure": "site", "staging": AT_C}, "can be at Depot at C at"),
        ({"keep_out": True}, "can be at the area's edge at"),
    ],
)
def test_the_last_unit_and_the_first_are_said_to_do_what_is_measured(atlas, question, three, asked, words):
    found = solve(atlas, replace(question, **asked), three, {})
    assert f" {words} " in answer_headline(found.needs[0], found).last
    (need,) = question.needs
    everyone = solve(atlas, replace(question, needs=(replace(need, quantity=None),), **asked), three, {})
    assert answer_headline(everyone.needs[0], everyone).last.startswith(f"The first {words} ")


@pytest.mark.parametrize("asked", [{"measure": "reach_p90"}, {"measure": "site", "staging": AT_C}])
def test_no_note_repeats_what_the_headline_says(atlas, question, three, asked):
    assert solve(atlas, replace(question, **asked), three, {}).warnings == ()


def test_a_match_says_by_when_its_share_is_reached(atlas, question, three):
    found = solve(atlas, replace(question, measure="reach_p90"), three, {})
    reasons = found.needs[0].matches[0].reasons
    assert reasons[0] == "Ready at once, 30 min on the road, 17 mi to the first road in the area"
    assert reasons[1] == "Nine tenths of the area's roads reached by 18:50"
    to_site = solve(
        atlas, replace(question, measure="site", staging=Staging("Hill", -94.3, 37.01)), three, {}
    )
    assert to_site.needs[0].matches[0].reasons[1].endswith("0.3 mi from the last road to Hill")


def test_without_a_road_inside_all_of_it_is_reached_with_the_approach(atlas, question, three):
    aside = area_from_geojson(shapely.geometry.mapping(shapely.box(-94.52, 37.02, -94.49, 37.03)))
    first = solve(atlas, replace(question, area=aside), three, {}).needs[0].matches
    half = solve(atlas, replace(question, area=aside, measure="reach_p90"), three, {}).needs[0].matches
    assert [match.arrival_ms for match in half] == [match.arrival_ms for match in first]
    assert "No road inside the area" in [flag.text for flag in half[0].flags]
    assert half[0].measured.reach_p90_ms == half[0].measured.first_entry_ms


def test_every_file_names_the_measure_and_holds_what_was_worked_out(atlas, question, three):
    found = solve(atlas, replace(question, measure="reach_p50", staging=AT_C), three, {})
    whole = json.loads(json.dumps(answer_as_json(found)))
    assert whole["question"]["measure"] == "reach_p50"
    assert whole["question"]["staging"] == {"name": "Depot at C", "lon": -94.3, "lat": 37.0}
    first = whole["answers"][0]["matches"][0]
    assert first["measure"] == "reach_p50"
    assert first["first_entry_s"] == pytest.approx(27.5 * 60, abs=1)
    assert first["reach_p50_s"] * 1000 == first["arrival_ms"] - first["mobilisation_ms"]
    assert first["reach_p90_s"] == pytest.approx(29.75 * 60, abs=1)
    assert first["site_s"] == pytest.approx(600, abs=1)
    row = next(csv.DictReader(io.StringIO(as_csv(found))))
    assert (row["measure"], float(row["reach_p50_s"])) == ("reach_p50", first["reach_p50_s"])
    drawn = as_geojson(found)
    assert drawn["measure"] == "reach_p50"
    (point,) = [feature for feature in drawn["features"] if feature["properties"]["part"] == "staging"]
    assert point["geometry"]["coordinates"] == [-94.3, 37.0]
    plain = json.loads(json.dumps(answer_as_json(solve(atlas, question, three, {}))))
    first = plain["answers"][0]["matches"][0]
    assert (first["measure"], first["reach_p50_s"], first["reach_p90_s"], first["site_s"]) == (
        "first_entry",
        None,
        None,
        None,
    )
    assert first["first_entry_s"] == pytest.approx(27.5 * 60, abs=1)


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ({"measure": "site"}, "There is no staging point to arrive at"),
        ({"measure": "reach_p50", "keep_out": True}, "Nobody can reach half of an area that is kept clear"),
        (
            {"staging": Staging("In it", -94.5, 37.0), "keep_out": True},
            "The staging point lies in the area that is kept clear",
        ),
        ({"staging": Staging(" ", -94.3, 37.0)}, "The staging point needs a name"),
        ({"staging": Staging("Far", -80.0, 37.0)}, "The staging point lies outside the study area"),
        (
            {"staging": Staging("Swapped", 37.0, -94.3)},
            "Longitude and latitude of the staging point are swapped",
        ),
        (
            {"staging": Staging("Nowhere", float("nan"), 37.0)},
            "The staging point lies outside the study area",
        ),
    ],
)
def test_a_question_that_cannot_be_answered_so_is_refused(question, asked, title):
    with pytest.raises(MatchingError, match=title):
        check_travel(replace(question, **asked))


def test_a_staging_point_far_from_every_road_is_refused(atlas, question, three):
    with pytest.raises(MatchingError, match="No road comes near the staging point"):
        solve(atlas, replace(question, staging=Staging("Field", -93.0, 38.0)), three, {})


@pytest.mark.parametrize("text", ["Depot", "Depot,-94.3", "Depot,west,37", "", ",,"])
def test_a_staging_point_that_cannot_be_read_is_refused(text):
    with pytest.raises(MatchingError, match="The staging point cannot be read"):
        read_staging(text)


def test_a_staging_points_name_may_hold_commas():
    assert read_staging("High School, Joplin ,-94.49, 37.06") == Staging("High School, Joplin", -94.49, 37.06)


def test_how_travel_is_asked_about_is_kept_and_found_again(question):
    asked = replace(
        question, measure="reach_p90", reach_of="people", staging=AT_C, keep_out=True, profile="truck"
    )
    kept = json.loads(json.dumps(travel_as_json(asked)))
    assert replace(question, **travel_from_json(kept)) == asked
    assert travel_as_json(question) == {}
    assert replace(question, **travel_from_json({})) == question


@pytest.mark.parametrize(
    "kept", [{"measure": "crow_flies"}, {"reach_of": "cows"}, {"staging": {"name": "X"}}, {"profile": 7}]
)
def test_what_was_kept_by_another_version_is_refused(kept):
    with pytest.raises(MatchingError, match="How travel was asked about cannot be read"):
        travel_from_json(kept)

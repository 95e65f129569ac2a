"""From a question to the ranked answer, worked out by hand on five places."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.areas import area_from_geojson
from geo.closures import Closure
from matching.answers import CountyInside, Question
from matching.errors import MatchingError
from matching.explanation import answer_headline, deadline_words, inside_words
from matching.journey import route_of, routes_of
from matching.measures import miles_words
from matching.needs import parse_need
from tests.matching.exact import answer, solve

ASKED = datetime(2026, 5, 22, 23, 20, tzinfo=UTC)
MINUTE = 60_000
NEAR_MS = 400
"""The border of the area is projected; what it cuts off a road is right to a few metres."""


def blocked(key: str, lon: float, lat: float, **said) -> Closure:
    return Closure(
        **{"key": key, "effect": "blocked", "geometry": shapely.Point(lon, lat), "name": key, **said}
    )


B_TO_C = blocked("I-44", -94.35, 37.0)
A_TO_B = blocked("Main bridge", -94.44, 37.0)


@pytest.fixture(scope="session")
def question(west, taxonomy) -> Question:
    return Question(
        area=west,
        needs=(parse_need("generator:5,kw>=100", taxonomy),),
        closures=(),
        asked_at=ASKED,
        by_at=ASKED + timedelta(minutes=60),
    )


@pytest.fixture(scope="session")
def three(listed):
    return [
        listed("b", "B", mobilisation_s=3600, quantity=1),
        listed("d", "D", mobilisation_s=0, quantity=2),
        listed("e", "E", mobilisation_s=900, quantity=3),
    ]


def test_three_providers_rank_by_what_a_pencil_says(atlas, question, three):
    (part,) = solve(atlas, question, three, {}).needs
    by_hand = [("d", 7.5 + 10 + 10), ("e", 15 + 7.5 + 10 + 5), ("b", 60 + 7.5)]
    assert [m.listing.asset_id for m in part.matches] == [asset for asset, _ in by_hand]
    for match, (_, minutes) in zip(part.matches, by_hand, strict=True):
        assert match.arrival_ms == pytest.approx(minutes * MINUTE, abs=NEAR_MS)
    assert [m.road_m for m in part.matches] == pytest.approx([27_500, 22_500, 7_500], abs=10)
    assert [m.units_so_far for m in part.matches] == [2, 5, 6]
    assert [m.late for m in part.matches] == [False, False, True]
    assert (part.in_time, part.short, part.last_unit_late_ms) == (5, 0, 0)


def test_a_closure_sends_everyone_behind_it_the_long_way_round(atlas, question, three):
    found = solve(atlas, replace(question, closures=(B_TO_C,)), three, {})
    (part,) = found.needs
    delays = {m.listing.asset_id: round(m.delay_ms / MINUTE, 1) for m in part.matches}
    assert delays == {"b": 0.0, "e": 5.0, "d": 15.0}
    # d and e now both take 42.5 minutes: the tie goes to the three units of e.
    assert [m.listing.asset_id for m in part.matches] == ["e", "d", "b"]
    assert (
        part.matches[0].arrival_ms == part.matches[1].arrival_ms == pytest.approx(42.5 * MINUTE, abs=NEAR_MS)
    )
    assert part.matches[1].reasons[-1] == "I-44 blocked adds 15 min"
    assert ("closure", "Closure +15 min", "warn") in part.matches[1].flags
    assert [note.state for note in found.closures] == ["used"]
    assert found.warnings == ()


def test_who_is_cut_off_has_a_reason_and_no_arrival(atlas, question, three):
    (part,) = solve(atlas, replace(question, closures=(A_TO_B,)), three, {}).needs
    assert part.matches == ()
    assert {row.words for row in part.left_out} == {"Cut off by closures"}
    headline = answer_headline(part, solve(atlas, replace(question, closures=(A_TO_B,)), three, {}))
    assert (headline.big, headline.short) == ("0 of 5", "5 short")
    assert headline.last.startswith("Cut off by closures: 3 of 3 listed.")


def test_a_closure_that_touches_no_road_is_reported(atlas, question, three):
    found = solve(atlas, replace(question, closures=(blocked("Field path", -94.2, 37.3),)), three, {})
    assert found.warnings == ("Field path touches no road of this network, so it changes nothing.",)
    assert [m.delay_ms for m in found.needs[0].matches] == [0, 0, 0]


def test_a_closure_that_has_ended_is_reported_and_changes_nothing(atlas, question, three):
    over = blocked("I-44", -94.35, 37.0, ends_at=ASKED)
    found = solve(atlas, replace(question, closures=(over,)), three, {})
    assert found.warnings == ("I-44 is not blocked at 18:20.",)
    assert [m.delay_ms for m in found.needs[0].matches] == [0, 0, 0]


def test_with_two_closures_neither_is_named_alone(atlas, question, three):
    slow = Closure(
        key="B", effect="slowed", factor=2.0, geometry=shapely.box(-94.45, 36.99, -94.42, 37.01), name="B"
    )
    (part,) = solve(atlas, replace(question, closures=(B_TO_C, slow)), three, {}).needs
    assert part.matches[0].reasons[-1].startswith("Closures add ")


def test_a_site_inside_stands_in_its_own_group_until_it_is_asked_for(atlas, question, three, listed):
    rows = [*three, listed("a", "A", mobilisation_s=600)]
    (part,) = solve(atlas, question, rows, {}).needs
    assert [row.listing.asset_id for row in part.inside] == ["a"]
    assert "a" not in [m.listing.asset_id for m in part.matches]
    found = solve(atlas, replace(question, include_inside=True), rows, {})
    first = found.needs[0].matches[0]
    assert (first.listing.asset_id, first.arrival_ms, first.road_m) == ("a", 10 * MINUTE, 0.0)
    assert first.flags[0].text == "Inside the area"
    assert route_of(atlas, found, first) is None


def test_an_area_without_a_road_is_reached_by_estimated_access_and_says_so(atlas, question, three):
    aside = area_from_geojson(shapely.geometry.mapping(shapely.box(-94.52, 37.02, -94.49, 37.03)))
    found = solve(atlas, replace(question, area=aside), three, {})
    assert not found.road_inside
    assert 2_000 < found.area_access_m < 2_500
    assert found.warnings[0] == (
        "No road of this network lies inside the area: arrivals are to open road near it, 1 mi away at the nearest, "
        "the last leg estimated."
    )
    for match in found.needs[0].matches:
        assert match.access_ms > 0
        assert "No road inside the area" in [flag.text for flag in match.flags]
        # They stop before the nearest place: the slower leg from there is shorter than the road to it.
        assert found.area_access_m + 100 < match.area_access_m < 3_500
        assert match.reasons[-1].endswith(
            f"{miles_words(match.area_access_m)} from the last road to the area"
        )


def test_with_every_road_in_the_area_closed_it_says_so_and_no_delay_is_below_nothing(
    atlas, question, listed, five_places
):
    # The area lies on the road from C to E; the site, halfway from E to B, stands 4 km straight beside it.
    area = area_from_geojson(shapely.geometry.mapping(shapely.box(-94.328, 37.047, -94.322, 37.053)))
    long = int((five_places.edge_length_m == 20_000).argmax())
    site = replace(listed("m", "E", mobilisation_s=0), edge=long, offset_m=10_000.0)
    asked = replace(question, area=area)
    freely = solve(atlas, asked, [site], {})
    shut = Closure(key="CE", effect="blocked", geometry=shapely.box(-94.33, 37.04, -94.32, 37.06))
    found = solve(atlas, replace(asked, closures=(shut,)), [site], {})
    (before,), (after,) = freely.needs[0].matches, found.needs[0].matches
    assert freely.warnings == ()
    assert found.warnings[0].startswith(
        "Every road in the area is closed: arrivals are to open road near it, "
    )
    assert "Every road in the area closed" in [flag.text for flag in after.flags]
    assert after.arrival_ms < before.arrival_ms
    assert after.delay_ms == 0


def test_an_area_beyond_every_road_leaves_all_out_with_the_reason(atlas, question, three):
    far = area_from_geojson(shapely.geometry.mapping(shapely.box(-91.0, 38.0, -90.9, 38.1)))
    found = solve(atlas, replace(question, area=far), three, {})
    assert found.area_access_m is None
    assert {row.words for row in found.needs[0].left_out} == {"No road within 30 km of the area"}
    assert "nobody can be ranked" in found.warnings[0]


def test_a_site_far_from_any_road_is_unplaced_and_not_dropped(atlas, question, listing):
    lost = listing("lost", lon=-94.0, lat=37.4, network_hash="of another network", edge=3)
    (part,) = solve(atlas, question, [lost], {}).needs
    assert [(row.code, row.words) for row in part.left_out] == [("unplaced", "No road within 30 km")]


def test_a_listing_of_an_older_network_finds_its_road_anew(atlas, question, three):
    old = [replace(row, network_hash="older", edge=0, offset_m=0.0, access_m=9e3) for row in three]
    assert solve(atlas, question, old, {}).needs[0].matches[0].arrival_ms == (
        solve(atlas, question, three, {}).needs[0].matches[0].arrival_ms
    )


def test_the_answer_says_what_lies_inside(atlas, question, three):
    found = solve(atlas, question, three, {"energy": 3})
    assert found.counties == (("29097", "Jasper county", "D"),)
    assert found.people == pytest.approx(625.0)
    assert inside_words(found) == "48 sq mi, Jasper county, about 630 people (estimate)"
    many = replace(found, counties=tuple(CountyInside(f"{i}", f"C{i} county", "A") for i in range(115)))
    assert "C6 county and 108 more counties, about" in inside_words(many)
    assert found.sectors_inside == {"energy": 3}
    assert (found.network.name, found.network.main_roads_only) == ("Five places", True)


def test_the_headline_and_the_deadline_are_said_as_on_the_page(atlas, question, three, taxonomy):
    asked = replace(question, needs=(parse_need("generator:6", taxonomy),))
    found = solve(atlas, asked, three, {})
    assert answer_headline(found.needs[0], found) == (
        "5 of 6",
        "can be there by 19:20",
        "1 short",
        "The 6th unit can arrive at 19:28, 8 min late.",
    )
    assert deadline_words(found.needs[0], found) == (
        "Deadline 19:20. Below here arrives too late: 1 more unit, the first at 19:28"
    )


def test_without_number_and_deadline_the_headline_counts_all(atlas, question, three, taxonomy):
    found = solve(atlas, replace(question, needs=(parse_need("generator", taxonomy),), by_at=None), three, {})
    assert answer_headline(found.needs[0], found) == (
        "6 units",
        "can be there",
        "",
        "The first can arrive at 18:48.",
    )
    assert deadline_words(found.needs[0], found) == ""


def test_more_than_there_is_says_how_many_there_are(atlas, question, three, taxonomy):
    found = solve(atlas, replace(question, needs=(parse_need("generator:60", taxonomy),)), three, {})
    assert answer_headline(found.needs[0], found).last == "Only 6 units can come at any time."


def test_a_need_that_nobody_meets_says_what_left_out_the_most(atlas, question, three, taxonomy):
    found = solve(atlas, replace(question, needs=(parse_need("generator:6,kw>=900", taxonomy),)), three, {})
    assert answer_headline(found.needs[0], found).last == (
        "Not 900 kW or more: 3 of 3 listed. Ask for less, or leave this condition out."
    )


def test_a_kind_that_nobody_lists_says_so(atlas, question, three, taxonomy):
    found = solve(atlas, replace(question, needs=(parse_need("light_tower:6", taxonomy),)), three, {})
    assert answer_headline(found.needs[0], found).last.startswith("No company lists Light tower.")


def test_a_replay_says_how_ages_are_counted(atlas, question, three):
    then = replace(question, asked_at=datetime(2011, 5, 22, 23, 20, tzinfo=UTC), by_at=None)
    rows = [replace(three[0], confirmed_on=date(2025, 9, 1)), *three[1:]]
    found = solve(atlas, then, rows, {})
    assert "confirmed up to 1 May 2026" in found.warnings[0]
    stale = [flag.text for m in found.needs[0].matches for flag in m.flags if flag.code == "stale"]
    assert stale == ["Stale, 242 days"]


def test_routes_end_where_the_area_begins(atlas, question, three):
    found = solve(atlas, question, three, {})
    routes = routes_of(atlas, found, top=2)
    assert sorted(routes) == [(0, 1), (0, 2)]
    route, match = routes[0, 1], found.needs[0].matches[0]
    assert (route.road_ms, route.road_m) == (match.road_ms, pytest.approx(match.road_m))
    assert tuple(route.lonlat[0]) == pytest.approx((-94.2, 37.0), abs=1e-6)
    assert tuple(route.lonlat[-1]) == pytest.approx((-94.475, 37.0), abs=1e-3)
    again = route_of(atlas, replace(found, searches={}), match)
    assert again.lonlat.tolist() == route.lonlat.tolist()


def test_a_question_without_a_need_is_refused(question):
    with pytest.raises(MatchingError, match="asks for nothing"):
        answer(None, replace(question, needs=()))


def test_a_question_with_too_many_needs_is_refused(question):
    with pytest.raises(MatchingError, match="too much at once"):
        answer(None, replace(question, needs=question.needs * 21))


def test_a_deadline_before_the_request_is_refused(question):
    with pytest.raises(MatchingError, match="The deadline does not lie after the request"):
        answer(None, replace(question, by_at=ASKED))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.lists(st.tuples(st.floats(-94.47, -94.2), st.floats(36.99, 37.1)), max_size=3),
    more=st.lists(st.tuples(st.floats(-94.47, -94.2), st.floats(36.99, 37.1)), min_size=1, max_size=2),
)
def test_a_closure_never_makes_anyone_faster(atlas, question, three, first, more):
    closures = tuple(blocked(str(i), *place) for i, place in enumerate([*first, *more]))
    before = solve(atlas, replace(question, closures=closures[: len(first)]), three, {}).needs[0]
    after = solve(atlas, replace(question, closures=closures), three, {}).needs[0]
    arrivals = {m.listing.asset_id: m.arrival_ms for m in before.matches}
    for match in after.matches:
        assert match.listing.asset_id in arrivals
        assert match.arrival_ms >= arrivals[match.listing.asset_id]
        assert match.delay_ms >= 0
    assert after.in_time <= before.in_time
    assert len(after.matches) + len(after.left_out) == len(three)


def test_a_closure_without_a_name_is_called_a_closure(atlas, question, three):
    aside = Closure("c1", "blocked", shapely.box(-92.0, 37.5, -91.9, 37.6))
    found = solve(atlas, replace(question, closures=(aside,)), three, {})
    assert found.warnings == ("Closure c1 touches no road of this network, so it changes nothing.",)

"""Scenarios: patches as values, what they change, and the difference between two outcomes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as some

from geo.closures import Closure
from geo.errors import Refusal
from geo.population import Population
from geo.profiles import CAR, Profile
from matching.answers import Question
from matching.needs import parse_need
from matching.robustness.critical import Limits
from matching.runs.baseline import Baseline
from matching.scenarios.applying import apply
from matching.scenarios.changes import Changes, Cut, ScenarioError, Waiver, Weather, Who
from matching.scenarios.difference import diff, paragraph
from matching.scenarios.outcome import Arrival, NeedOutcome, Outcome, outcome
from matching.scenarios.patch import Inject, Patch, read_patch
from matching.sight import EXACT, Sight
from tests.matching.exact import solve

ASKED = datetime(2026, 5, 22, 12, tzinfo=UTC)
BY = "D. Specimen"


def patch(**changes):
    return Patch("Flood", BY, "to see", Changes(**changes))


def blocked(key, west=-94.36):
    return Closure(key, "blocked", shapely.box(west, 36.99, west + 0.02, 37.01), name=key)


words = some.sampled_from(["a", "b", "c"])
made_changes = some.builds(
    lambda **parts: Changes(**{name: tuple(value.values()) for name, value in parts.items()}),
    closures=some.dictionaries(words, words).map(lambda keys: {k: blocked(k) for k in keys}),
    weather=some.dictionaries(words, some.sampled_from([1.2, 2.0])).map(
        lambda table: {k: Weather((k,), factor) for k, factor in table.items()}
    ),
    bridges=some.dictionaries(words, words).map(lambda keys: {k: k for k in keys}),
    lost=some.dictionaries(words, words).map(lambda keys: {k: Who(k) for k in keys}),
    closed=some.dictionaries(words, words).map(lambda keys: {k: Who("", k) for k in keys}),
    cuts=some.dictionaries(words, some.integers(1, 999)).map(
        lambda table: {k: Cut(k, "", share, 0) for k, share in table.items()}
    ),
    waivers=some.dictionaries(words, some.sampled_from(["all", "bridges"])).map(
        lambda table: {k: Waiver(k, (lift,), "") for k, lift in table.items()}
    ),
    demand=some.dictionaries(words, some.integers(1, 9)).map(
        lambda table: {k: f"{k}:{n}" for k, n in table.items()}
    ),
)
made_patches = some.builds(
    lambda name, changes, injects: Patch(
        name, BY, "to see", changes, tuple(Inject(after, "later", own) for after, own in injects.items())
    ),
    words,
    made_changes,
    some.dictionaries(some.integers(0, 3), made_changes, max_size=2),
)


@settings(max_examples=60, deadline=None)
@given(made_patches, made_patches, made_patches)
def test_patches_follow_each_other_associatively(one, two, three):
    assert one.then(two).then(three) == one.then(two.then(three))


@settings(max_examples=60, deadline=None)
@given(made_patches)
def test_a_patch_is_read_back_from_its_bytes_and_following_itself_changes_nothing(made):
    again = read_patch(made.to_bytes())
    assert again == made
    assert again.to_bytes() == made.to_bytes()
    assert made.then(made) == made


def test_where_two_patches_change_one_thing_the_later_counts():
    first, later = patch(bridges=("Old",), demand=("generator:4",)), patch(demand=("generator:9", "tarp:2"))
    both = first.then(replace(later, author="N. Other")).changes
    assert both.demand == ("generator:9", "tarp:2")
    assert both.bridges == ("Old",)
    assert first.then(replace(later, author="N. Other")).author == "N. Other"


@pytest.mark.parametrize(
    ("told", "given_words"),
    [
        ("{", "no JSON"),
        ([], "[]"),
        ({"flood": 1}, "'flood'"),
        ({"name": ""}, "name"),
        ({"weather": [{"factor": 1.0}]}, "factor 1.0"),
        ({"weather": [{"factor": True}]}, "factor True"),
        ({"lost": [{}]}, "nobody"),
        ({"cuts": [{"kind": "tarp"}]}, "tarp"),
        ({"cuts": [{"kind": "tarp", "share": 1.5}]}, "1.5"),
        ({"cuts": [{"kind": "tarp", "units": 0}]}, "units: 0"),
        ({"waivers": [{"profile": "truck"}]}, "truck"),
        ({"demand": ["generator"]}, "generator"),
        ({"bridges": ["Old", "old"]}, "bridges: 'old' twice"),
        ({"injects": [{"after_s": -1, "name": "x"}]}, "after_s: -1"),
        ({"closures": 5}, "closures: 5"),
    ],
)
def test_what_cannot_be_a_scenario_is_refused_with_its_place(told, given_words):
    whole = {"name": "Flood", "author": BY, "reason": "to see", **told} if isinstance(told, dict) else told
    with pytest.raises(ScenarioError) as refused:
        read_patch(whole)
    assert given_words.casefold() in refused.value.given.casefold()


@pytest.fixture
def base(atlas, listed, taxonomy):
    """Return five places with four companies' generators, people at two of them, and a truck that is slow."""
    people = Population(
        np.array([-94.5, -94.2]),
        np.array([37.0, 37.0]),
        np.array([600.0, 400.0]),
        np.array([0, 1]),
        ("29097", "29097"),
    )
    truck = Profile("truck", "Truck", {"highway": 30.0}, None, "us")
    known = replace(atlas, population=people, profiles={"car": CAR, "truck": truck})
    rows = [
        listed("b", "B", quantity=4, sector="energy"),
        listed("c", "C", quantity=4, sector="energy"),
        listed("d", "D", quantity=4, sector="water", kind="generator_mobile_large", profile="truck"),
        listed("e", "E", quantity=4, sector="water"),
    ]
    return Baseline(known, "0" * 64, rows, taxonomy, b"key")


@pytest.fixture
def question(west, taxonomy):
    return Question(west, (parse_need("generator:10", taxonomy),), (), ASKED, ASKED + timedelta(minutes=62))


def run(made, base, question, **said):
    return outcome(apply(made, base, **said), question, sight=EXACT, limits=Limits(3_000_000, 1))


NOTHING = Patch("As it is", BY, "baseline")


def test_nothing_patched_gives_the_ranking_of_a_match(base, question):
    found = run(NOTHING, base, question).needs["generator"]
    (part,) = solve(base.known, question, base.listings, {}).needs
    assert {
        match.listing.asset_id: (match.arrival_ms, match.rank, match.listing.quantity)
        for match in part.matches
    } == found.arrivals
    assert (found.in_time, found.unmet) == (part.in_time, part.short)


def test_a_closure_a_bridge_and_weather_act_as_closures_do(base, question):
    closure = blocked("amid BC")
    made = patch(closures=(closure,), weather=(Weather((), 2.0),))
    found = run(made, base, question).needs["generator"]
    weather = Closure("w", "slowed", shapely.box(-96, 36, -93, 38), factor=2.0)
    (part,) = solve(base.known, replace(question, closures=(closure, weather)), base.listings, {}).needs
    assert {match.listing.asset_id: match.arrival_ms for match in part.matches} == {
        asset: each.ms for asset, each in found.arrivals.items()
    }
    with pytest.raises(Refusal, match="bridge"):
        run(patch(bridges=("Nowhere Bridge",)), base, question)


def test_who_is_lost_is_not_there_and_what_is_cut_is_fewer(base):
    made = patch(
        lost=(Who(sector="energy"),), closed=(Who(provider="p-d"),), cuts=(Cut("generator", "", 250, 0),)
    )
    scene = apply(made, base, opened=True)
    assert [(row.asset_id, row.status, row.quantity) for row in scene.base.listings] == [
        ("d", "closed", 3),
        ("e", "available", 3),
    ]
    assert [row.quantity for row in base.listings] == [4, 4, 4, 4]  # what is given stays as it is


def test_a_company_whose_name_is_closed_is_not_meant_by_its_id(base):
    made = patch(lost=(Who(provider="p-d"),), cuts=(Cut("", "b", 0, 4),))
    assert apply(made, base).base.listings == base.listings
    assert len(apply(made, base, opened=True).base.listings) == 3


def test_an_outline_means_who_is_seen_in_it_and_a_closed_place_by_its_county_seat(base):
    rows = [replace(row, shows_place="exact" if row.asset_id == "b" else "no") for row in base.listings]
    base = replace(base, listings=rows)
    told = {"name": "Outline", "author": BY, "reason": "to see"}

    def left(lon, lat, **seen):
        square = shapely.box(lon - 0.01, lat - 0.01, lon + 0.01, lat + 0.01)
        made = read_patch({**told, "lost": [{"within": json.loads(shapely.to_geojson(square))}]})
        assert read_patch(made.to_bytes()) == made
        return {row.asset_id for row in apply(made, base, **seen).base.listings}

    b, c = rows[0], rows[1]
    assert left(b.lon, b.lat) == {"c", "d", "e"}
    assert left(c.lon, c.lat) == {"b", "c", "d", "e"}  # an outline round a closed place tells nothing
    assert "c" not in left(c.lon, c.lat, opened=True)
    at = base.known.counties.index(c.county_fips)
    seat = left(float(base.known.counties.seat_lon[at]), float(base.known.counties.seat_lat[at]))
    assert "c" not in seat
    assert "b" in seat


def test_a_waiver_lifts_what_slows_a_vehicle_or_lets_it_travel_as_another(base, question):
    slow = run(NOTHING, base, question).needs["generator"].arrivals["d"].ms
    for waiver in (
        Waiver("truck", ("highway",), ""),
        Waiver("truck", ("all",), ""),
        Waiver("truck", (), "car"),
    ):
        assert run(patch(waivers=(waiver,)), base, question).needs["generator"].arrivals["d"].ms < slow
    with pytest.raises(ScenarioError, match="vehicle is not known"):
        apply(patch(waivers=(Waiver("sled", ("all",), ""),)), base)


def test_demand_adds_to_what_is_asked_for_or_is_a_need_of_its_own(base, question):
    found = run(patch(demand=("generator:6", "tarp:3")), base, question)
    assert (found.needs["generator"].wanted, found.needs["generator"].text) == (16, "generator:16")
    assert found.needs["tarp"].unmet == 3


def test_injects_hold_from_their_moment_on(base):
    later = Changes(lost=(Who(sector="energy"),))
    made = Patch("Timed", BY, "to see", injects=(Inject(3_600, "Lost", later),))
    assert len(apply(made, base, after_s=3_599).base.listings) == 4
    assert len(apply(made, base, after_s=3_600).base.listings) == 2
    assert len(apply(made, base).base.listings) == 2


def test_the_ids_of_closed_companies_are_the_same_in_every_scene(base, question):
    closed = Sight(opened=False, key=b"key")
    as_it_is = outcome(apply(NOTHING, base), question, sight=closed)
    flooded = outcome(apply(patch(closures=(blocked("x"),)), base), question, sight=closed)
    assert set(as_it_is.needs["generator"].arrivals) == set(flooded.needs["generator"].arrivals)
    assert "b" not in as_it_is.needs["generator"].arrivals


def test_the_difference_says_minutes_ranks_unmet_and_counties_over(base, question):
    a = run(NOTHING, base, question)
    b = run(patch(lost=(Who(sector="energy"),), closures=(blocked("amid CD", -94.26),)), base, question)
    found = diff(a, b)
    (need,) = found.needs
    assert need.unmet.more == b.needs["generator"].unmet - a.needs["generator"].unmet > 0
    assert {each.asset for each in need.moved if each.b_ms is None} >= {"b", "c"}
    assert [each.fips for each in need.newly_over] == ["29097"]
    said = paragraph(found, lambda fips: f"county {fips}")
    assert "B puts 1 more county over 50 min (1,000 people)" in said
    assert "more stay unmet" in said
    assert paragraph(diff(a, a), str) == "Nothing differs between A and B."


def test_a_county_that_nobody_comes_to_any_more_is_the_slowest_and_back_again_the_faster():
    def one(ms):
        need = NeedOutcome("generator", 1, 1, {}, {"29097": ms})
        return Outcome("n", "s", 7_200_000, 1, {"29097": 1_000}, {"generator": need})

    late, never = one(9_000_000), one(None)
    lost = paragraph(diff(late, never), lambda fips: f"county {fips}")
    assert "slows 1. The worst is county 29097, where nobody comes any more. No county is faster." in lost
    found = paragraph(diff(never, late), lambda fips: f"county {fips}")
    assert "slows 0. 1 county is faster." in found


def test_an_outcome_is_read_back_from_its_bytes_and_is_the_same_on_any_day(base, question):
    found = run(patch(weather=(Weather((), 1.3),)), base, question)
    assert Outcome.from_bytes(found.to_bytes()) == found
    assert run(patch(weather=(Weather((), 1.3),)), base, question).to_bytes() == found.to_bytes()
    assert json.loads(found.to_bytes())["network"] == base.network_hash


def test_outcomes_by_other_limits_are_not_compared(base, question):
    with pytest.raises(ScenarioError, match="cannot be compared"):
        diff(run(NOTHING, base, question), outcome(apply(NOTHING, base), question, sight=EXACT))


made_needs = some.builds(
    lambda wanted, in_time, arrivals, counties: NeedOutcome("need", wanted, in_time, arrivals, counties),
    some.one_of(some.none(), some.integers(0, 20)),
    some.integers(0, 20),
    some.dictionaries(
        words, some.builds(Arrival, some.integers(0, 99), some.integers(1, 3), some.integers(1, 4))
    ),
    some.fixed_dictionaries(
        {fips: some.one_of(some.none(), some.integers(0, 9)) for fips in ("29097", "29145")}
    ),
)
made_outcomes = some.builds(
    lambda needs: Outcome("n", "s", 5, 1, {"29097": 1_000, "29145": 500}, needs),
    some.dictionaries(some.sampled_from(["generator", "tarp"]), made_needs),
)


@settings(max_examples=200, deadline=None)
@given(made_outcomes, made_outcomes)
def test_the_difference_of_one_is_empty_and_of_two_turns_round(a, b):
    assert diff(a, a).empty
    assert diff(a, b) == -diff(b, a)
    assert diff(a, b).empty == (not diff(b, a).needs)
    if not diff(a, b).empty:
        assert paragraph(diff(a, b), str) != paragraph(diff(a, a), str)

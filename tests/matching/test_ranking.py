"""The order of the candidates, the units counted, the deadline and the marks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.profiles import Profile
from matching.eligibility import Travel
from matching.explanation import why
from matching.needs import parse_need
from matching.ranking import Frame, aged_to, ordered
from matching.roster import roster

ASKED = datetime(2026, 5, 22, 23, 20, tzinfo=UTC)
MINUTE = 60_000
LOAD = Profile("load", "Relief load", MappingProxyType({}))


def way(minutes: float, miles: float = 10.0, **said) -> Travel:
    ordinary = Travel(int(minutes * MINUTE), 0, miles * 1609.344, inside=False, placed=True, reason=None)
    return replace(ordinary, **said)


@pytest.fixture(scope="session")
def frame() -> Frame:
    return Frame(asked_at=ASKED, by_at=ASKED + timedelta(hours=3), aged_to=date(2026, 5, 22))


@pytest.fixture(scope="session")
def forty(taxonomy):
    return parse_need("generator:40,kw>=100", taxonomy)


def test_the_sooner_arrival_ranks_first_though_its_road_is_longer(ranked, listing, forty, frame):
    far = (listing("far", mobilisation_s=0), way(50, 40))
    near = (listing("near", mobilisation_s=3600), way(10, 5))
    answer = ranked(forty, [near, far], frame)
    assert [(m.rank, m.listing.asset_id, m.arrival_ms) for m in answer.matches] == [
        (1, "far", 50 * MINUTE),
        (2, "near", 70 * MINUTE),
    ]
    assert answer.matches[0].arrives_at == ASKED + timedelta(minutes=50)


def test_ties_go_to_the_larger_quantity_and_then_by_name_and_id(ranked, listing, forty, frame):
    rows = [(listing(i, quantity=n), way(10)) for i, n in (("c", 2), ("b", 2), ("a", 1), ("d", 9))]
    assert [m.listing.asset_id for m in ranked(forty, rows, frame).matches] == ["d", "b", "c", "a"]


def test_equal_arrivals_stand_in_the_order_of_their_names_whatever_their_random_ids(
    ranked, listing, forty, frame
):
    rows = [(listing(i, provider_name=name), way(10)) for i, name in (("a", "Zinc"), ("b", "Arrow"))]
    assert [m.listing.provider_name for m in ranked(forty, rows, frame).matches] == ["Arrow", "Zinc"]


def test_the_arrival_is_the_sum_of_its_three_parts(ranked, listing, forty, frame):
    pairs = [(listing("a", mobilisation_s=600), way(20, access_ms=5 * MINUTE))]
    (match,) = ranked(forty, pairs, frame).matches
    assert match.arrival_ms == match.mobilisation_ms + match.access_ms + match.road_ms == 35 * MINUTE
    assert match.estimated_share == pytest.approx(5 / 35)


def test_units_count_up_and_the_deadline_only_draws_a_line(ranked, listing, forty, frame):
    rows = [(listing(str(i), quantity=13, mobilisation_s=0), way(60 * i)) for i in range(1, 5)]
    answer = ranked(forty, rows, frame)
    assert [(m.units_so_far, m.late) for m in answer.matches] == [
        (13, False),
        (26, False),
        (39, False),
        (52, True),
    ]
    assert (answer.in_time, answer.wanted, answer.short, answer.units) == (39, 40, 1, 52)
    assert answer.last_unit_at == ASKED + timedelta(hours=4)
    assert answer.last_unit_late_ms == 60 * MINUTE


def test_an_arrival_on_the_deadline_is_in_time(ranked, listing, forty, frame):
    answer = ranked(forty, [(listing("a", mobilisation_s=0, quantity=40), way(180))], frame)
    assert (answer.short, answer.last_unit_late_ms) == (0, 0)


def test_with_too_few_units_the_last_one_never_arrives(ranked, listing, forty, frame):
    answer = ranked(forty, [(listing("a", quantity=4), way(5))], frame)
    assert (answer.last_unit_at, answer.short) == (None, 36)


def test_without_a_number_nothing_is_short(ranked, taxonomy, listing, frame):
    answer = ranked(parse_need("generator", taxonomy), [(listing("a"), way(900))], frame)
    assert (answer.wanted, answer.short, answer.in_time, answer.units) == (None, 0, 0, 2)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(st.integers(1, 9), st.integers(0, 500)), max_size=15),
    first=st.integers(1, 500),
    later=st.integers(0, 500),
)
def test_a_later_deadline_never_lowers_what_is_in_time(ranked, listing, forty, frame, rows, first, later):
    candidates = [(listing(str(i), quantity=n), way(m)) for i, (n, m) in enumerate(rows)]
    sooner = replace(frame, by_at=ASKED + timedelta(minutes=first))
    answers = [
        ranked(forty, candidates, f)
        for f in (sooner, replace(frame, by_at=sooner.by_at + timedelta(minutes=later)))
    ]
    assert answers[0].in_time <= answers[1].in_time
    assert answers[0].short >= answers[1].short
    assert [m.listing.asset_id for m in answers[0].matches] == [
        m.listing.asset_id for m in answers[1].matches
    ]


@pytest.mark.parametrize(
    ("said", "travel", "shared", "flag"),
    [
        ({"confirmed_on": date(2025, 10, 30)}, way(9), {}, ("stale", "Stale, 204 days", "warn")),
        ({"confirmed_on": None}, way(9), {}, ("never_confirmed", "Never confirmed", "warn")),
        ({}, way(9, delay_ms=23 * MINUTE), {}, ("closure", "Closure +23 min", "warn")),
        ({"operator": True}, way(9), {}, ("operator", "Operator", "good")),
        ({"delivery": "delivers"}, way(9), {}, ("delivers", "Delivers", "plain")),
        ({"delivery": "pickup"}, way(9), {}, ("pickup", "Pick up", "plain")),
        ({"geocode_accuracy_m": 4_000.0}, way(9), {}, ("approximate", "Approximate place", "warn")),
        ({}, way(9, access_ms=10 * MINUTE), {}, ("estimated", "Mostly estimated access", "warn")),
        ({}, way(9, ends="no_road"), {}, ("no_road_inside", "No road inside the area", "warn")),
        ({}, way(9, ends="closed"), {}, ("no_road_inside", "Every road in the area closed", "warn")),
        (
            {},
            way(9, ends="barred", profile=LOAD),
            {},
            ("no_road_inside", "No road inside the area for a relief load", "warn"),
        ),
        ({}, way(0, inside=True), {}, ("inside", "Inside the area", "warn")),
    ],
)
def test_each_mark_is_said(ranked, listing, forty, frame, said, travel, shared, flag):
    pairs, seen = [(listing("a", **said), travel)], replace(frame, **shared)
    (match,) = ranked(forty, pairs, seen, include_inside=True).matches
    assert flag in match.flags
    (plain,) = ranked(forty, [(listing("a", delivery="-"), way(9))], frame).matches
    assert plain.flags == ()


@pytest.mark.parametrize(("days", "stale"), [(180, False), (181, True)])
def test_a_listing_is_stale_after_180_days(ranked, listing, forty, frame, days, stale):
    row = listing("a", confirmed_on=frame.aged_to - timedelta(days=days))
    (match,) = ranked(forty, [(row, way(9))], frame).matches
    assert any(flag.code == "stale" for flag in match.flags) is stale


def test_a_closure_of_a_few_seconds_is_stated_but_not_flagged(ranked, listing, forty, frame):
    (match,) = ranked(forty, [(listing("a"), way(9, delay_ms=29_999))], frame).matches
    assert match.delay_ms == 29_999
    assert all(flag.code != "closure" for flag in match.flags)


@pytest.mark.parametrize(("access_min", "road_min", "marked"), [(4.9, 1, False), (5, 1, True), (5, 6, False)])
def test_access_is_marked_when_it_is_long_and_most_of_the_way(
    ranked, listing, forty, frame, access_min, road_min, marked
):
    travel = way(road_min, access_ms=int(access_min * MINUTE))
    (match,) = ranked(forty, [(listing("a"), travel)], frame).matches
    assert any(flag.code == "estimated" for flag in match.flags) is marked


def test_ages_count_to_the_day_asked_in_central_time():
    late_evening = datetime(2026, 5, 23, 3, 0, tzinfo=UTC)
    assert aged_to(late_evening, date(2026, 5, 1)) == date(2026, 5, 22)


def test_in_a_replay_ages_count_to_the_newest_confirmation(listing):
    rows = [
        listing("a", confirmed_on=date(2026, 5, 1)),
        listing("b", confirmed_on=date(2026, 9, 1)),
        listing("c", confirmed_on=None),
    ]
    assert aged_to(datetime(2011, 5, 22, 23, 20, tzinfo=UTC), roster(rows).newest) == date(2026, 9, 1)
    assert aged_to(datetime(2011, 5, 22, 23, 20, tzinfo=UTC), roster(rows[2:]).newest) == date(2011, 5, 22)


@pytest.mark.parametrize(
    ("said", "travel", "shared", "words"),
    [
        ({"mobilisation_s": 2100}, way(79, 77), {}, "35 min to get ready, 1 h 19 min on the road, 77 mi."),
        ({"mobilisation_s": 0}, way(79, 77), {}, "Ready at once, 1 h 19 min on the road, 77 mi."),
        ({"mobilisation_s": 600}, way(0, inside=True), {}, "10 min to get ready, inside the area already."),
        (
            {"mobilisation_s": 0, "access_m": 3218.688},
            way(20, access_ms=4 * MINUTE),
            {},
            "Ready at once, 24 min on the road, 10 mi. Of that, 4 min is estimated access: 2 mi straight to the nearest road.",
        ),
        (
            {"mobilisation_s": 0, "access_m": 3218.688},
            way(20, access_ms=4 * MINUTE, area_access_m=1_609.344, ends="no_road"),
            {},
            "Ready at once, 24 min on the road, 10 mi. Of that, 4 min is estimated access: 2 mi straight to the nearest road, 1 mi from the last road to the area.",
        ),
        (
            {"mobilisation_s": 0, "access_m": 5.0},
            way(20, access_ms=4 * MINUTE, site_access_m=1_609.344, profile=LOAD),
            {},
            "Ready at once, 24 min on the road as a relief load, 10 mi. Of that, 4 min is estimated access: 1 mi straight to the nearest road.",
        ),
        (
            {"mobilisation_s": 0},
            way(20, delay_ms=23 * MINUTE),
            {"closure": "I-44 blocked"},
            "Ready at once, 20 min on the road, 10 mi. I-44 blocked adds 23 min.",
        ),
        (
            {"mobilisation_s": 0},
            way(20, delay_ms=23 * MINUTE),
            {"closure": "Closures"},
            "Ready at once, 20 min on the road, 10 mi. Closures add 23 min.",
        ),
    ],
)
def test_why_it_ranks_here_is_said_in_words(ranked, listing, forty, frame, said, travel, shared, words):
    pairs, seen = [(listing("a", **said), travel)], replace(frame, **shared)
    (match,) = ranked(forty, pairs, seen, include_inside=True).matches
    assert why(match) == words


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 3) | st.integers(0, 2**61), st.integers(0, 60)),
        unique_by=lambda row: row[1],
        max_size=30,
    ),
)
def test_an_order_is_by_the_first_column_and_then_by_the_other(rows):
    first, then = (np.array([row[part] for row in rows], dtype=np.int64) for part in (0, 1))
    assert [rows[at] for at in ordered(first, then)] == sorted(rows)


def test_what_is_left_out_stands_by_cause_and_then_by_name(ranked, listing, forty, frame):
    said = [
        ("z", "Arrow", {"status": "paused"}),
        ("a", "Zinc", {"status": "closed"}),
        ("b", "Arrow", {"quantity": 0}),
    ]
    pairs = [(listing(i, provider_name=name, **more), way(9)) for i, name, more in reversed(said)]
    pairs.append((listing("c"), way(0, inside=True)))
    assert [row.listing.asset_id for row in ranked(forty, pairs, frame).left_out] == ["z", "a", "b", "c"]
    served = ranked(forty, pairs, frame, include_inside=True)
    assert [m.listing.asset_id for m in served.matches] == ["c"]
    assert "inside" not in {row.code for row in served.left_out}

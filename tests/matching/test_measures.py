"""Durations, clocks and distances read as they should, and time is never rounded down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.measures import (
    CENTRAL,
    clock_words,
    count_words,
    duration_words,
    miles_words,
    moment_words,
    ordinal_words,
    square_miles_words,
)

MINUTE = 60_000
ASKED = datetime(2011, 5, 22, 23, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [(0, "0 min"), (-5 * MINUTE, "0 min"), (1, "1 min"), (35 * MINUTE, "35 min"), (35 * MINUTE + 1, "36 min"),
     (60 * MINUTE, "1 h"), (59 * MINUTE + 1, "1 h"), (85 * MINUTE, "1 h 25 min"), (120 * MINUTE, "2 h"),
     (26 * 60 * MINUTE, "26 h")],
)  # fmt: skip
def test_a_duration_is_hours_and_minutes_rounded_up(milliseconds, words):
    assert duration_words(milliseconds) == words


@pytest.mark.parametrize(
    ("metres", "words"),
    [(0, "0 mi"), (10, "under 0.1 mi"), (644, "0.4 mi"), (1_600, "1 mi"), (3_218.7, "2 mi"), (123_919.5, "77 mi"),
     (1_609_344 * 2, "2,000 mi")],
)  # fmt: skip
def test_a_distance_is_in_miles(metres, words):
    assert miles_words(metres) == words


def test_the_same_day_shows_only_the_clock():
    assert clock_words(ASKED + timedelta(minutes=114), ASKED) == "20:14"


def test_another_day_shows_its_date_and_another_year_its_year():
    assert clock_words(datetime(2011, 5, 23, 23, 29, tzinfo=UTC), ASKED) == "23 May, 18:29"
    assert clock_words(datetime(2012, 1, 1, 6, 0, tzinfo=UTC), ASKED) == "1 Jan 2012, 00:00"


def test_the_day_is_the_central_one_not_that_of_greenwich():
    assert clock_words(datetime(2011, 5, 23, 2, 20, tzinfo=UTC), ASKED) == "21:20"


def test_clocks_follow_daylight_saving_time():
    before, after = datetime(2026, 3, 8, 7, 59, tzinfo=UTC), datetime(2026, 3, 8, 8, 0, tzinfo=UTC)
    assert (clock_words(before, before), clock_words(after, before)) == ("01:59", "03:00")
    first, second = datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
    assert clock_words(first, first) == clock_words(second, first) == "01:30"


@given(st.integers(0, 1_000 * MINUTE), st.integers(0, 1_000))
def test_what_is_late_never_reads_as_on_time_and_what_is_on_time_never_as_late(arrival_ms, deadline_min):
    deadline = ASKED + timedelta(minutes=deadline_min)
    arrives = ASKED + timedelta(milliseconds=arrival_ms)
    read = datetime.strptime(moment_words(arrives), "%d %b %Y, %H:%M").replace(tzinfo=CENTRAL)
    assert (read > deadline) == (arrives > deadline)


def test_a_moment_alone_names_day_and_year():
    assert moment_words(ASKED) == "22 May 2011, 18:20"


def test_counts_carry_their_unit():
    said = [
        count_words(1),
        count_words(40),
        count_words(3, "crew"),
        count_words(2, "person"),
        count_words(1_200, "sq_ft"),
    ]
    assert said == ["1 unit", "40 units", "3 crews", "2 people", "1,200 sq ft"]


def test_places_in_a_row_end_as_they_are_spoken():
    assert [ordinal_words(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 40, 112, 1_001)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "40th", "112th", "1,001st"
    ]  # fmt: skip


def test_areas_are_in_square_miles():
    assert [square_miles_words(km2) for km2 in (51.8, 10.9, 2_589_988.110336)] == [
        "20 sq mi",
        "4.2 sq mi",
        "1,000,000 sq mi",
    ]

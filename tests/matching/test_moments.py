"""The ways to type a moment, and what is no moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from matching.errors import MatchingError
from matching.moments import read_moment

BASE = datetime(2026, 5, 22, 23, 20, tzinfo=UTC)  # 18:20 Central


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("21:20", datetime(2026, 5, 23, 2, 20, tzinfo=UTC)),
        ("9:05", datetime(2026, 5, 22, 14, 5, tzinfo=UTC)),
        ("2026-05-22T21:20", datetime(2026, 5, 23, 2, 20, tzinfo=UTC)),
        ("2026-05-22 21:20", datetime(2026, 5, 23, 2, 20, tzinfo=UTC)),
        ("2026-12-22T21:20", datetime(2026, 12, 23, 3, 20, tzinfo=UTC)),
        ("2026-05-23T02:20Z", datetime(2026, 5, 23, 2, 20, tzinfo=UTC)),
        ("2026-05-22T22:20:59-04:00", datetime(2026, 5, 23, 2, 20, tzinfo=UTC)),
        ("+3h", BASE + timedelta(hours=3)),
        ("+1h30", BASE + timedelta(minutes=90)),
        ("+90 min", BASE + timedelta(minutes=90)),
        ("+1d 2h", BASE + timedelta(hours=26)),
        (" +0min ", BASE),
    ],
)
def test_a_moment_is_read(text, moment):
    assert read_moment(text, BASE, option="--by") == moment


def test_a_clock_time_that_has_passed_is_tomorrows_for_a_deadline():
    assert read_moment("01:00", BASE, option="--by", next_day=True) == datetime(2026, 5, 23, 6, 0, tzinfo=UTC)
    assert read_moment("01:00", BASE, option="--at") == datetime(2026, 5, 22, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "25:00",
        "12:60",
        "21.20",
        "+",
        "+h",
        "+3",
        "+3x",
        "+99999h",
        "+9999d",
        "2026-13-01",
        "2026-05-22T21:20+99:00",
        "-3h",
        "٢١:٢٠",
    ],
)
def test_what_is_no_moment_says_which_option_and_what_is_wanted(text):
    with pytest.raises(MatchingError) as refused:
        read_moment(text, BASE, option="--by")
    assert "--by" in refused.value.given
    assert "+3h" in refused.value.wanted


def test_an_hour_that_the_clocks_skip_is_refused():
    with pytest.raises(MatchingError) as refused:
        read_moment("2026-03-08T02:30", BASE, option="--at")
    assert refused.value.title == "This time does not exist"
    assert "8 Mar 2026, 03:30" in refused.value.todo


def test_of_an_hour_that_comes_twice_the_first_is_meant():
    assert read_moment("2026-11-01T01:30", BASE, option="--at") == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)

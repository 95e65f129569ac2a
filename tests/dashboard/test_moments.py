"""Times on the two nights that clocks change."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dashboard.pages.incident import closing, when
from dashboard.pages.incident.moments import Typed, aware_moment, comes_twice, local_text, said_once, turn_of
from dashboard.pages.incident.questions import when_lines
from dashboard.state import EMPTY_WHEN, moment_of
from matching.errors import MatchingError
from matching.needs import build_need

SKIPPED = "2027-03-14 02:30:00"
TWICE = "2026-11-01 01:30:00"
FIRST, SECOND = datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 7, 30, tzinfo=UTC)
AT_TEN = Typed("2026-10-31 22:00:00", "Counted from")


def test_moments_of_the_night_the_clocks_go_back_keep_their_order():
    earlier, later = (
        aware_moment(Typed(text, "From")) for text in ("2026-11-01 00:30:00", "2026-11-01 02:30:00")
    )
    assert (later - earlier).total_seconds() == 3 * 3600


def test_a_time_that_spring_skips_is_refused_with_what_was_given_and_what_to_do():
    with pytest.raises(MatchingError) as refused:
        aware_moment(Typed(SKIPPED, "Needed by"))
    assert refused.value.given == "Needed by 14 Mar 2027, 02:30, when clocks go forward by an hour"
    assert "14 Mar 2027, 03:30" in refused.value.todo


def test_a_skipped_deadline_leaves_the_times_before_and_says_why():
    after = when.new_when(Typed(None, ""), Typed(SKIPPED, "Needed by"), EMPTY_WHEN, include_inside=False)
    assert after["by_at"] is None
    assert after["refused"]["title"] == "This time does not exist"


def test_a_closure_from_a_skipped_time_is_refused_and_the_others_are_kept():
    form = {"effect": "blocked", "factor": 2, "name": "", "reason": "", "classes": None, "profiles": []}
    form |= {"closure-from": SKIPPED, "closure-from-turn": None}
    form |= {"closure-until": None, "closure-until-turn": None}
    given = closing.ClosureInput({"purpose": "closure"}, "", "", form)
    after = closing.with_closure(None, "drawn", given, {"items": []})
    assert after["items"] == []
    assert "From 14 Mar 2027" in after["refused"]["given"]


@pytest.mark.parametrize(("turn", "moment"), [("first", FIRST), ("second", SECOND)])
def test_of_an_hour_that_comes_twice_the_chosen_one_is_meant_kept_and_said(turn, moment, taxonomy):
    store = when.new_when(AT_TEN, Typed(TWICE, "Needed by", turn), EMPTY_WHEN, include_inside=False)
    by = moment_of(store["by_at"])
    assert by == moment
    assert (local_text(by), turn_of(by)) == (TWICE, turn)
    need = build_need("generator", 4, [], taxonomy)
    head, _ = when_lines((need,), 0, aware_moment(AT_TEN), by)
    assert f"(the {turn} of two)" in head


def test_only_an_hour_that_comes_twice_is_asked_about():
    asked = {text: comes_twice(text) for text in (None, SKIPPED, TWICE, "2026-11-01 00:30:00")}
    assert asked == {None: False, SKIPPED: False, TWICE: True, "2026-11-01 00:30:00": False}
    assert said_once("12:00", datetime(2026, 7, 1, 17, tzinfo=UTC)) == "12:00"

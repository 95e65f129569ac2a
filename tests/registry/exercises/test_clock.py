"""The clock of an exercise: it reads what it was left at and what has passed since, and nothing else moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.exercises.clock import (
    HOUR_MS,
    MINUTE_MS,
    MOST_MS,
    Clock,
    move,
    pause,
    read_time,
    run,
    time_words,
)
from registry.exercises.errors import ExerciseError

AT = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
TIMES = st.integers(0, MOST_MS)
WAITS = st.integers(0, 10 * HOUR_MS)
ACTS = st.lists(st.tuples(st.sampled_from(["run", "pause", "move", "wait"]), TIMES, WAITS), max_size=30)


def after(ms):
    return AT + timedelta(milliseconds=ms)


def test_a_paused_clock_stands_and_a_running_one_reads_what_has_passed():
    clock = Clock(offset_ms=42 * MINUTE_MS)
    assert clock.reads(after(HOUR_MS)) == 42 * MINUTE_MS
    running = run(clock, AT)
    assert running.reads(after(HOUR_MS)) == HOUR_MS + 42 * MINUTE_MS
    stood = pause(running, after(HOUR_MS))
    assert stood == Clock(offset_ms=HOUR_MS + 42 * MINUTE_MS)


def test_a_wall_clock_that_was_set_back_does_not_turn_it_back():
    assert run(Clock(offset_ms=5), AT).reads(after(-HOUR_MS)) == 5


@settings(deadline=None)
@given(ACTS)
def test_it_always_reads_the_last_move_and_the_time_it_ran_since(acts):
    clock, now, read = Clock(), 0, 0
    for act, time_ms, wait_ms in acts:
        if act == "run" and not clock.runs:
            clock = run(clock, after(now))
        elif act == "pause" and clock.runs:
            clock = pause(clock, after(now))
        elif act == "move":
            clock, read = move(clock, time_ms, after(now)), time_ms
        assert clock.reads(after(now)) == read
        now += wait_ms
        read += wait_ms if clock.runs else 0
        assert clock.reads(after(now)) == read


@settings(deadline=None)
@given(TIMES, st.integers(0, MOST_MS))
def test_a_pause_and_a_run_change_nothing_that_is_read(offset_ms, wait_ms):
    running = run(Clock(offset_ms=offset_ms), AT)
    again = run(pause(running, after(wait_ms)), after(wait_ms))
    assert again.reads(after(wait_ms + 7)) == running.reads(after(wait_ms + 7))


def test_what_is_out_of_turn_is_refused():
    with pytest.raises(ExerciseError, match="runs already"):
        run(run(Clock(), AT), AT)
    with pytest.raises(ExerciseError, match="paused already"):
        pause(Clock(), AT)
    for time_ms in (-1, MOST_MS + 1):
        with pytest.raises(ExerciseError, match="outside the exercise"):
            move(Clock(), time_ms, AT)


@settings(deadline=None)
@given(st.integers(0, MOST_MS // 1000))
def test_a_time_that_is_shown_is_read_as_itself(seconds):
    assert read_time(time_words(seconds * 1000)) == seconds * 1000


@pytest.mark.parametrize(
    ("text", "time_ms"),
    [("+0:00", 0), ("1:42", 102 * MINUTE_MS), (" +2:45 ", 165 * MINUTE_MS), ("0:00:05", 5_000)],
)
def test_hours_and_minutes_are_read(text, time_ms):
    assert read_time(text) == time_ms


@pytest.mark.parametrize(
    "text", ["", "90", "1:60", "-1:00", "1:2", "\u0661:\u0660\u0660", "721:00", "1:00:99", "soon"]
)
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ExerciseError):
        read_time(text)

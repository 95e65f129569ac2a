"""What the clock releases does not depend on who looks when, and players see that alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.exercises.clock import HOUR_MS, Clock, run
from registry.exercises.exercise import Inject, Plan, Release
from registry.exercises.releasing import as_players_see, due, in_order, next_of, standing

AT = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
HIDDEN = "they call the mutual-aid desk"


def after(ms):
    return AT + timedelta(milliseconds=ms)


def inject(number, planned_ms, *, by_hand=False):
    plan = Plan(
        planned_ms=planned_ms,
        title=f"Inject {number}",
        expected=HIDDEN,
        objective=1,
        by_hand=by_hand,
        patch={"closures": [HIDDEN]},
    )
    return Inject(number=number, version=1, plan=plan)


LISTS = st.lists(
    st.tuples(st.integers(1, 40), st.integers(0, 5 * HOUR_MS), st.booleans()),
    max_size=12,
    unique_by=lambda row: row[0],
).map(lambda rows: [inject(number, planned, by_hand=hand) for number, planned, hand in rows])
LOOKS = st.lists(st.integers(0, 6 * HOUR_MS), max_size=8).map(sorted)


def test_a_running_clock_releases_what_it_reached_at_the_moment_it_reached_it():
    injects = [inject(1, 0), inject(2, HOUR_MS), inject(3, 2 * HOUR_MS), inject(4, 0, by_hand=True)]
    clock = run(Clock(), AT)
    assert due(injects, (), clock, after(HOUR_MS + 5)) == [
        Release(number=1, time_ms=0, at=AT),
        Release(number=2, time_ms=HOUR_MS, at=after(HOUR_MS)),
    ]


def test_a_paused_clock_releases_nothing_and_what_a_move_passed_over_comes_with_the_run():
    injects = [inject(1, HOUR_MS)]
    moved = Clock(offset_ms=2 * HOUR_MS)
    assert due(injects, (), moved, after(HOUR_MS)) == []
    assert due(injects, (), run(moved, AT), AT) == [Release(number=1, time_ms=2 * HOUR_MS, at=AT)]


@settings(deadline=None)
@given(LISTS, LOOKS, st.integers(0, 2 * HOUR_MS))
def test_looking_often_releases_the_same_at_the_same_moments_as_looking_once(injects, looks, offset_ms):
    clock = run(Clock(offset_ms=offset_ms), AT)
    end = after(6 * HOUR_MS)
    step = []
    for look in [*map(after, looks), end]:
        step += due(injects, {each.number for each in step}, clock, look)
    once = due(injects, (), clock, end)
    assert sorted(step, key=lambda each: each.number) == sorted(once, key=lambda each: each.number)


@settings(deadline=None)
@given(LISTS, st.sets(st.integers(1, 40)), st.integers(0, 6 * HOUR_MS))
def test_nothing_is_released_twice_too_early_or_against_a_hand(injects, released, wait_ms):
    clock = run(Clock(), AT)
    by_number = {each.number: each for each in injects}
    for each in due(injects, released, clock, after(wait_ms)):
        assert each.number not in released
        assert by_number[each.number].plan.planned_ms <= each.time_ms <= wait_ms
        assert not by_number[each.number].plan.by_hand


@settings(deadline=None)
@given(LISTS, st.sets(st.integers(1, 40)))
def test_the_next_one_is_the_first_that_is_not_released_and_all_others_are_held(injects, numbers):
    released = [Release(number=each.number, time_ms=0, at=AT) for each in injects if each.number in numbers]
    stand = standing(injects, released)
    assert [each.number for each in stand] == [each.number for each in in_order(injects)]
    waiting = [each for each in stand if each.state != "released"]
    assert {each.number for each in stand if each.state == "released"} == {one.number for one in released}
    assert [each.state for each in waiting] == ["next", *["held"] * (len(waiting) - 1)][: len(waiting)]
    coming = next_of(injects, {one.number for one in released})
    assert (coming and coming.number) == (waiting[0].number if waiting else None)


@settings(deadline=None)
@given(LISTS, st.sets(st.integers(1, 40)))
def test_players_see_what_is_released_alone_and_nothing_meant_for_controllers(injects, numbers):
    released = [Release(number=each.number, time_ms=7, at=AT) for each in injects if each.number in numbers]
    seen = as_players_see(standing(injects, released))
    assert {each.number for each in seen} == {one.number for one in released}
    assert HIDDEN not in repr(seen)
    assert all(each.plan.planned_ms == 7 and each.plan.objective is None for each in seen)
    # However the list looks otherwise, players cannot tell.
    others = [each for each in injects if each.number in numbers]
    changed = [replace(each, plan=replace(each.plan, expected="", patch=None)) for each in others]
    assert as_players_see(standing(changed, released)) == seen

"""Recruit here equals brute force over every choice of one and two towns, and stays under its bound beyond."""

from __future__ import annotations

from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.coverage.arrivals import point_arrivals
from matching.coverage.classes import sector_classes
from matching.coverage.recruit import Candidates, candidates, only_of
from matching.errors import MatchingError
from matching.roster import roster

MINUTE = 60_000


@st.composite
def choices(draw):
    points, towns = draw(st.integers(1, 12)), draw(st.integers(1, 6))
    within = draw(
        st.lists(st.lists(st.booleans(), min_size=towns, max_size=towns), min_size=points, max_size=points)
    )
    missing = draw(st.lists(st.integers(0, 3), min_size=points, max_size=points))
    people = draw(st.lists(st.integers(0, 50), min_size=points, max_size=points))
    return Candidates(
        np.array(within, dtype=np.bool_),
        np.array(missing),
        np.array(people),
        np.array([0, points // 2, points]),
        np.arange(points),
    )


def brute(some, count):
    """Return the most people that any so many towns bring under the limit, counted point by point."""
    towns = range(some.within.shape[1])
    return max(
        sum(
            int(people)
            for reached, lacks, people in zip(some.within, some.missing, some.people, strict=True)
            if lacks > 0 and sum(bool(reached[town]) for town in chosen) >= lacks
        )
        for chosen in combinations(towns, min(count, len(towns)))
    )


@settings(max_examples=300, deadline=None)
@given(some=choices())
def test_one_and_two_towns_equal_brute_force(some):
    for count in (1, 2):
        found = some.best(count)
        assert found.people == found.bound == brute(some, count)
        assert sum(found.in_turn) == found.people
        assert len(set(found.towns)) == len(found.towns) <= count


@settings(max_examples=300, deadline=None)
@given(some=choices(), count=st.integers(3, 5))
def test_more_towns_stay_under_their_bound_which_no_choice_exceeds(some, count):
    if some.within.shape[1] >= count:
        found = some.best(count)
        assert found.people <= brute(some, count) <= found.bound


def test_a_town_closes_a_county_worked_by_hand(peopled, whom, worked, asked):
    # Within 40 minutes a second provider is missing at A (400) and D (100): see test_by_hand. New ones get ready in
    # 15 minutes, as the quicker of the two listed do, and travel by car: from A they are at A in 15 and at D in 45.
    found = point_arrivals(peopled, roster(worked[:2]), whom, sector_classes(["energy"]), asked())
    towns = [SimpleNamespace(lon=lon, lat=37.0) for lon in (-94.5, -94.3, -94.2)]  # A, C, D
    some = candidates(found, 0, towns, k=2, threshold_ms=40 * MINUTE)
    assert some.missing.tolist() == [1, 0, 0, 1]
    assert some.within.tolist() == [[True, True, False], [True] * 3, [True] * 3, [False, True, True]]
    best = some.best(1)
    assert (best.towns, best.people, best.closes) == ((1,), 500, ((0,),))
    # From A alone 400 more are under: 900 of 1,000 have two, which closes the county too.
    assert some.closed([0]) == {0}
    assert some.closed([2]) == frozenset()
    late = candidates(found, 0, towns, k=2, threshold_ms=40 * MINUTE, vehicle="car", ready_ms=39 * MINUTE)
    assert late.within.tolist() == [
        [True, False, False],
        [False] * 3,
        [False, True, False],
        [False, False, True],
    ]


def test_how_many_towns_and_how_a_new_provider_comes_must_be_known(peopled, whom, worked, asked):
    found = point_arrivals(peopled, roster(worked), whom, sector_classes(["energy", "dams"]), asked())
    towns = [SimpleNamespace(lon=-94.5, lat=37.0)]
    with pytest.raises(MatchingError, match="not known"):
        candidates(found, 1, towns, k=1, threshold_ms=MINUTE)
    empty = candidates(found, 1, towns, k=1, threshold_ms=45 * MINUTE, vehicle="car", ready_ms=0)
    assert empty.best(1).people == 1_000
    for count in (0, 21):
        with pytest.raises(MatchingError, match="towns"):
            empty.best(count)


def test_who_was_not_asked_about_lacks_nothing():
    everyone = Candidates(
        within=np.ones((3, 1), dtype=np.bool_),
        missing=np.array([1, 1, 0]),
        people=np.array([10, 20, 40]),
        start=np.array([0, 1, 3]),
        point=np.array([0, 1, 2]),
    )
    targets = SimpleNamespace(start=everyone.start, point=everyone.point, people=everyone.people)
    west = only_of(everyone, SimpleNamespace(targets=targets), [0])
    assert (everyone.gained([0]), west.gained([0])) == (30, 10)
    assert (sorted(everyone.closed([0])), sorted(west.closed([0]))) == ([0, 1], [0])

from __future__ import annotations

import pytest

from matching.coverage.classes import sector_classes
from matching.coverage.computing import compute
from matching.coverage.difference import Turned, change, turned
from matching.errors import MatchingError
from matching.roster import roster

MINUTE = 60_000
ENERGY = sector_classes(["energy"])


@pytest.fixture(scope="module")
def one(peopled, whom, worked, asked):
    return compute(peopled, roster(worked[:1]), whom, ENERGY, asked())


@pytest.fixture(scope="module")
def two(peopled, whom, worked, asked):
    return compute(peopled, roster(worked[:2]), whom, ENERGY, asked())


def test_nothing_changes_from_a_coverage_to_itself(two):
    assert change(two, two).empty


def test_a_change_and_the_change_back_are_opposites(one, two):
    there, back = change(one, two), change(two, one)
    assert (there.ms == -back.ms).all()
    assert (there.people == -back.people).all()
    assert (there.appeared == back.vanished).all()
    assert (there.vanished == back.appeared).all()
    assert not there.empty


def test_minutes_people_and_gaps_that_open_and_close_are_told(one, two):
    # One alone: A and C 40, B 30, D 50, so nine in ten have it in 40, as with two; a second there is only with two.
    found = change(one, two)
    assert found.ms[0, 0].tolist() == [0, 0]
    assert found.appeared[0, 0].tolist() == [False, True]
    assert found.people[0, 0].tolist() == [[300, 100, 100], [0, 500, 900]]
    assert found.closed(2, 45 * MINUTE) == [(0, 0), (1, 0), (2, 0)]
    assert found.opened(2, 45 * MINUTE) == []
    assert change(two, one).opened(2, 45 * MINUTE) == [(0, 0), (1, 0), (2, 0)]


def test_coverages_of_other_things_are_not_compared(two, peopled, whom, worked, asked):
    for other in (
        compute(peopled, roster(worked), whom, sector_classes(["water"]), asked()),
        compute(peopled, roster(worked), whom, ENERGY, asked(k=3)),
        compute(peopled, roster(worked), whom, ENERGY, asked(5, 6, 7)),
        compute(peopled, roster(worked), whom, ENERGY, asked(fresh_days=None)),
    ):
        with pytest.raises(MatchingError, match="cannot be compared"):
            change(two, other)


def test_a_gap_that_stays_neither_opens_nor_closes(one, two):
    jasper = (("29097", "sector:energy"),)
    assert turned(one, two, 2, 45 * MINUTE) == Turned((), jasper)
    assert turned(two, one, 2, 45 * MINUTE) == Turned(jasper, ())
    assert turned(one, two, 2, 30 * MINUTE) == Turned((), ())
    assert turned(two, two, 1, 40 * MINUTE) == Turned((), ())

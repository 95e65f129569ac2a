"""Two counties of two regions worked by hand: whose people are whose, which gap stands first, and a road that is closed.

Minutes to A 40 and 45, B 30 and 35, C 40 and 25, D 50 and 15 by the two companies that count: `test_by_hand` says why.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime

import numpy as np
import pytest
import shapely

from geo.closures import Closure
from matching.coverage.classes import sector_classes
from matching.coverage.computing import compute
from matching.coverage.gaps import gaps
from matching.coverage.result import NONE
from matching.coverage.targets import county_targets
from matching.roster import roster

MINUTE = 60_000
CASS, JASPER = "29037", "29097"  # of regions A and D
ENERGY = sector_classes(["energy"])


def two(counties):
    """Return Cass county of region A beside Jasper county of region D."""
    columns = {
        each.name: twice(getattr(counties, each.name))
        for each in fields(counties)
        if each.init and len(getattr(counties, each.name)) == 1
    }
    return replace(counties, **columns | {"fips": (CASS, JASPER), "region": ("A", "D")})


def twice(column):
    return np.concatenate([column, column]) if isinstance(column, np.ndarray) else column * 2


@pytest.fixture
def asks(peopled, worked, asked):
    """Return a function of the counties and numbers of the people at A, B, C and D that gives their coverage."""

    def coverage(counties, people=(400, 300, 200, 100), **given):
        population = replace(peopled.population, fips=tuple(counties), people=np.array(people, dtype=float))
        known = replace(peopled, population=population, counties=two(peopled.counties))
        whom = county_targets(population, known.counties)
        return compute(known, roster(worked), whom, ENERGY, asked(), **given)

    return coverage


def minutes(found, target):
    return [
        NONE if ms == NONE else ms / MINUTE for ms in found.time_ms[found.targets.index(target), 0].tolist()
    ]


def test_a_region_holds_the_people_of_its_own_counties_and_the_state_all(asks):
    found = asks([JASPER, JASPER, CASS, CASS])
    assert found.targets == (CASS, JASPER, "A", "D", "MO")
    assert found.people.tolist() == [300, 700, 300, 700, 1_000]
    assert minutes(found, JASPER) == minutes(found, "D") == [40, 45]
    assert minutes(found, CASS) == minutes(found, "A") == [25, 50]
    assert minutes(found, "MO") == [40, 45]


def test_the_gap_of_most_people_stands_first_and_of_equal_ones_the_longer(asks):
    def order(found):
        return [
            (found.targets[gap.target], gap.people, gap.ms // MINUTE) for gap in gaps(found, 2, 40 * MINUTE)
        ]

    assert order(asks([JASPER, JASPER, CASS, CASS])) == [(JASPER, 400, 45), (CASS, 100, 50)]
    equal = asks([CASS, CASS, JASPER, JASPER], people=(100, 300, 200, 100))
    assert order(equal) == [(JASPER, 100, 50), (CASS, 100, 45)]


def test_a_closed_road_is_not_driven(asks):
    # A hangs on its road to B: without it nobody comes there, and six in ten are fewer than nine.
    at_b = Closure("1", "blocked", shapely.MultiPolygon([shapely.Point(-94.45, 37.0).buffer(0.01)]))
    shut = asks([JASPER] * 4, closures=[at_b], at=datetime(2026, 11, 22, tzinfo=UTC))
    assert minutes(asks([JASPER] * 4), JASPER) == [40, 45]
    assert minutes(shut, JASPER) == [NONE, NONE]

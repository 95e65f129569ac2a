"""A county worked by hand, figure by figure; a kilometre takes a minute: docs/coverage.md has the same table."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching.coverage.classes import need_class, sector_classes
from matching.coverage.computing import compute
from matching.coverage.gaps import gaps
from matching.coverage.parameters import CoverageParameters
from matching.coverage.result import NONE, CoverageResult
from matching.errors import MatchingError
from matching.needs import parse_need
from matching.roster import roster

MINUTE = 60_000
# Minutes to   A   B   C   D  with people 400, 300, 200, 100:
# one, at B:  40  30  40  50  30 to get ready
# two, at D:  45  35  25  15  15 to get ready
# three, E:   30  20  10  20  5 to get ready, confirmed 400 days ago
ENERGY = sector_classes(["energy", "dams"])


@pytest.fixture(scope="module")
def found(peopled, whom, worked, asked):
    return compute(peopled, roster(worked), whom, ENERGY, asked())


def minutes(values):
    return [NONE if ms == NONE else ms / MINUTE for ms in np.ravel(values).tolist()]


def test_a_county_its_region_and_the_state_are_targets(found):
    assert found.targets == ("29097", "D", "MO")
    assert found.levels == ("county", "region", "state")
    assert found.people.tolist() == [1_000, 1_000, 1_000]
    assert (found.time_ms[0] == found.time_ms[1]).all()
    assert found.listed.tolist() == [3, 0]
    assert found.counted.tolist() == [2, 0]


def test_a_countys_time_is_that_within_which_nine_in_ten_have_the_kth_company(found):
    # First: D 15 (100), C 25 (300), B 30 (600), A 40 (1,000). Second: B 35 (300), C 40 (500), A 45 (900), D 50.
    assert minutes(found.time_ms[0, 0]) == [40, 45]
    assert minutes(found.time_ms[0, 1]) == [NONE, NONE]


def test_nine_in_ten_is_exact(peopled, whom, worked, asked):
    # Within 45 minutes all but D have a second: 900 of 1,000 are nine in ten, 899 are not.
    fewer = replace(whom, people=np.array([400, 300, 199, 101]))
    found = compute(peopled, roster(worked), fewer, ENERGY, asked())
    assert minutes(found.time_ms[0, 0]) == [40, 50]
    assert found.companies[0, 0].tolist() == [0, 1, 1]


def test_what_stale_listings_would_bring_stands_beside_it(found):
    # With the third: C 10 (200), D 15 (300), B 20 (600), A 30; second: D 20, C 25, B 30, A 40.
    assert minutes(found.stale_ms[0, 0]) == [30, 40]


def test_people_companies_and_listings_within_a_threshold_are_counted_by_arrival(found):
    # Within 30, 40 and 45 minutes.
    assert found.reached[0, 0].tolist() == [[600, 1_000, 1_000], [0, 500, 900]]
    assert found.companies[0, 0].tolist() == [0, 1, 2]
    assert found.units[0, 0].tolist() == [0, 1, 2]


def test_some_of_the_thresholds_alone_keep_their_own_figures(found):
    some = found.within((30 * MINUTE, 45 * MINUTE))
    assert some.parameters.thresholds_ms == (30 * MINUTE, 45 * MINUTE)
    assert some.reached[0, 0].tolist() == [[600, 1_000], [0, 900]]
    assert some.companies[0, 0].tolist() == [0, 2]
    assert some.units[0, 0].tolist() == [0, 2]
    with pytest.raises(MatchingError):
        found.within((31 * MINUTE,))


def test_a_need_counts_units_and_a_family_of_kinds(peopled, whom, worked, asked, taxonomy):
    wanted = need_class(parse_need("generator:40,kw>=100", taxonomy))
    assert wanted.code == "generator,kw>=100"
    found = compute(peopled, roster(worked), whom, [wanted], asked())
    # Within 40 minutes A has 2, B 5, C 5, D 3; nine in ten have 2. Within 45 A, B and C have 5.
    assert found.units[0, 0].tolist() == [0, 2, 5]
    weaker = need_class(parse_need("generator,kw>=200", taxonomy))
    assert compute(peopled, roster(worked), whom, [weaker], asked()).listed.tolist() == [0]


def test_two_sites_of_one_company_are_one_provider(peopled, whom, worked, provider, asked):
    twice = [*worked, provider("one", "A", 30, asset="a-one-more")]
    found = compute(peopled, roster(twice), whom, ENERGY, asked())
    # One is at A in 30 now; the second at A is two, in 45, as before.
    assert minutes(found.time_ms[0, 0]) == [30, 45]
    assert found.companies[0, 0].tolist() == [1, 1, 2]
    # Nine in ten have a second listing within 45 minutes; A has three.
    assert found.units[0, 0].tolist() == [1, 2, 2]


def test_the_company_on_which_a_county_hangs_is_the_one_whose_loss_costs_most(found):
    # Without one: A 45. Without two: A and C 40, which are nine in ten with B.
    assert found.providers[found.carrier[0, 0]] == "one"
    assert minutes(found.without_ms[0]) == [45, NONE]
    assert found.carrier[1, 0] == NONE


def test_near_companies_stand_by_their_own_nine_in_ten(found):
    near = [found.providers[at] for at in found.near_provider[0, 0]]
    assert near == ["one", "two"]
    assert [found.assets[at] for at in found.near_asset[0, 0]] == ["a-one", "a-two"]
    assert minutes(found.near_ms[0, 0]) == [40, 45]
    assert (found.near_asset[0, 1] == NONE).all()


def test_scores_share_every_listing_among_the_people_it_reaches(found):
    # One: 0.5 x 400 + 300 + 0.5 x 200 = 600 people; two: 0.5 x 400 + 0.5 x 300 + 200 + 100 = 650.
    # A 0.5/600 + 0.5/650, B 1/600 + 0.5/650, C 0.5/600 + 1/650, D 1/650: by people 2 listings for 1,000.
    assert found.score[0].tolist() == [200_000, 0]


def test_a_gap_has_its_people_and_its_cause(peopled, whom, worked, asked, found):
    (gap,) = gaps(found, 2, 40 * MINUTE)
    assert (gap.target, gap.of_class, gap.people, gap.ms) == (0, 0, 500, 45 * MINUTE)
    assert gap.cause == "stale"
    assert gaps(found, 2, 45 * MINUTE) == []
    fresh = compute(peopled, roster(worked[:2]), whom, ENERGY, asked(fresh_days=None))
    assert [gap.cause for gap in gaps(fresh, 2, 40 * MINUTE)] == ["one_company"]
    assert [(gap.cause, gap.people) for gap in gaps(fresh, 1, 30 * MINUTE)] == [("none_near", 400)]


def test_a_threshold_that_was_not_asked_for_is_refused(found):
    with pytest.raises(MatchingError, match="threshold"):
        gaps(found, 2, 41 * MINUTE)


def test_a_kept_result_reads_back_to_the_same_bytes(found):
    kept = found.to_bytes()
    again = CoverageResult.from_bytes(kept)
    assert again.to_bytes() == kept
    assert again.parameters == found.parameters
    for damaged in (b"", b"[]", b"{}", kept.replace(b'"format":1', b'"format":9'), kept[:-9]):
        with pytest.raises(MatchingError, match="cannot be read"):
            CoverageResult.from_bytes(damaged)


@pytest.mark.parametrize(
    "wrong",
    [
        {"k": 0},
        {"k": 11},
        {"fresh_days": -1},
        {"thresholds_ms": ()},
        {"thresholds_ms": (2, 1)},
        {"thresholds_ms": (0, 1)},
        {"bands_ms": (5,)},
        {"weights": (500, 1000)},
        {"weights": (1001, 500)},
    ],
)
def test_parameters_that_cannot_be_meant_are_refused(asked, wrong):
    with pytest.raises(MatchingError, match="Coverage cannot be asked"):
        asked(**wrong)


def test_parameters_read_back_from_plain_values(asked):
    assert CoverageParameters.from_dict(asked().as_dict()) == asked()
    with pytest.raises(MatchingError):
        CoverageParameters.from_dict({"k": 2})

"""A planner tries to find closed sites by every way he knows; what he finds is printed, and bounded.

docs/security.md, "A point is a name", says the figures. Each way is shown to lead to the sites when the veil is taken off:
a finder that finds nothing anyway would prove nothing.
"""

from __future__ import annotations

import numpy as np
import pytest

from geo.gazetteer import read_gazetteer
from matching import veil
from registry.db.engine import session_scope
from registry.settings import settings
from tests.matching.finder import Finder, km_off, said, stands_of, targets, towns_of, unveiled
from tests.registry.trust.acts import hire

pytestmark = pytest.mark.proof

SITES, QUESTIONS = 100, 150

BY_CLOSURES = 24
"""Of eight, drawn anew with every registry, two in a hundred draws lie near their guesses by luck; of these, none."""

SHUFFLES = 1_000
"""So many times he is given the errors of other sites' guesses, which know nothing of this one."""


@pytest.fixture(scope="module")
def url(clone, demo_template):
    with clone(demo_template) as made:
        with session_scope(made) as session:
            hire(session)
        yield made


@pytest.fixture(scope="module")
def chosen(url):
    return targets(url, SITES)


@pytest.fixture(scope="module")
def everyone(url):
    """Return all closed sites of the two families: some hundreds."""
    return targets(url, 1_000)


@pytest.fixture
def say(capsys):
    """Return a function that prints a line past pytest: the figures belong to the page of security."""

    def line(words):
        with capsys.disabled():
            print(f"\n  {words}", end="")  # noqa: T201 - what the proof is for

    return line


@pytest.fixture
def rounding_only(monkeypatch):
    """Take the stands away, so that ids, names and rounding hold and nothing else does."""
    monkeypatch.setattr(veil, "told_places", unveiled)


@pytest.fixture
def nothing_veiled(monkeypatch):
    """Let every place be told as it is, under closed names and new ids."""
    monkeypatch.setattr(veil, "point_of", lambda _row, _zips: "site")
    monkeypatch.setattr(
        veil, "told_places", lambda *given: [at._replace(closed=False) for at in unveiled(*given)]
    )


def by_luck(chosen, guesses):
    """Return the least 10th percentile, km, that guesses about the stands reach when they know nothing of the sites.

    A guess is its stand and an error. Errors dealt out anew among the sites are as large, and as ignorant as can be:
    whoever comes nearer than the luckiest of so many deals was told more than the stand. Which sites are looked at is
    drawn anew with every demo registry, so no distance of one of them can be the bound.
    """
    stands, random = stands_of(chosen), np.random.default_rng(1811)
    errors = guesses - stands
    return min(
        np.percentile(km_off(chosen, stands + random.permutation(errors)), 10) for _ in range(SHUFFLES)
    )


def test_many_areas_and_staging_points_lead_to_the_stand_and_no_nearer(url, everyone, say):
    finder = Finder(url, QUESTIONS)
    guesses = finder.by_times(everyone)
    km, stands = km_off(everyone, guesses), km_off(everyone, stands_of(everyone))
    seats = km_off(everyone, [finder.anchor(each) for each in everyone])
    towns = km_off(
        everyone, towns_of(everyone, guesses, read_gazetteer(settings().data_dir / "gazetteer").places)
    )
    say(f"{len(everyone)} closed sites, {finder.asked} questions, rows linked without a fault")
    say(said("by the county seats that the map shows", seats))
    say(said("by rounded times, many areas and staging points", km))
    say(said("the same, and the largest town of that stand", towns))
    say(said("the stands themselves", stands))
    assert np.median(km) >= 0.75 * np.median(stands)
    assert np.percentile(km, 10) >= by_luck(everyone, guesses)
    assert np.median(seats) > 3 * np.median(stands)


@pytest.mark.usefixtures("rounding_only")
def test_rounding_alone_would_let_him_come_nearer(url, everyone, say):
    guesses = Finder(url, QUESTIONS).by_times(everyone)
    km = km_off(everyone, guesses)
    say(said("without the veil: rounding to five minutes alone", km))
    assert np.percentile(km, 10) < by_luck(everyone, guesses)
    assert np.median(km) < 0.75 * np.median(km_off(everyone, stands_of(everyone)))


def test_areas_drawn_smaller_and_smaller_stay_at_the_seat(url, chosen, say):
    finder = Finder(url, 1)
    guesses = np.array([finder.by_area(target) for target in chosen])
    seats = np.array([finder.anchor(target) for target in chosen])
    say(said(f"by halving areas, {finder.asked} questions", km_off(chosen, guesses)))
    assert (guesses == seats).all()


@pytest.mark.usefixtures("nothing_veiled")
def test_areas_drawn_smaller_and_smaller_find_who_is_not_veiled(url, chosen, say):
    few = chosen[:10]
    km = km_off(few, [Finder(url, 1).by_area(target) for target in few])
    say(said("without the veil: by halving areas, ten sites", km))
    assert np.median(km) < 1.0


def test_roads_slowed_about_the_guess_lead_no_nearer(url, chosen, say):
    few = chosen[:BY_CLOSURES]
    finder = Finder(url, 40)
    guesses = finder.by_times(few)
    km = km_off(few, [finder.by_closures(one, guess) for one, guess in zip(few, guesses, strict=True)])
    say(said(f"by slowing roads piece by piece, {BY_CLOSURES} sites", km))
    assert np.median(km) >= 0.75 * np.median(km_off(few, stands_of(few)))


def test_deadlines_swept_to_the_second_tell_no_more_than_the_rows(url, chosen):
    finder = Finder(url, 1)
    assert {finder.by_deadline(target) for target in chosen[:10]} == {300.0}

"""A planner tries to find a few closed sites; `tests/proof/test_finder_proof.py` tries a hundred and says how near it came."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from matching import veil
from registry.db.engine import session_scope
from tests.matching.finder import Finder, km_off, stands_of, targets, unveiled
from tests.registry.trust.acts import hire

EVERYONE, SITES, QUESTIONS = 1_000, 2, 10


@pytest.fixture(scope="module")
def url(clone, demo_template):
    with clone(demo_template) as made:
        with session_scope(made) as session:
            hire(session)
        yield made


@pytest.fixture(scope="module")
def chosen(url):
    return targets(url, SITES)


def test_a_finder_comes_no_nearer_than_the_stands(url):
    # Which sites are closed is drawn anew with every registry: a dozen of them may lie near their guesses by luck.
    everyone = targets(url, EVERYONE)
    km = km_off(everyone, Finder(url, QUESTIONS).by_times(everyone))
    assert np.median(km) >= 0.75 * np.median(km_off(everyone, stands_of(everyone)))


def test_areas_drawn_smaller_and_smaller_tell_nothing(url, chosen):
    finder = Finder(url, 1)
    for target in chosen:
        assert km_off([target], [finder.by_area(target)]) == km_off([target], [finder.anchor(target)])


def test_the_same_areas_find_a_site_that_lets_itself_be_seen(url, chosen, monkeypatch):
    # The channel is there, and closed: where a place is open it leads to it.
    monkeypatch.setattr(veil, "point_of", lambda _row, _zips: "site")
    monkeypatch.setattr(
        veil, "told_places", lambda *given: [at._replace(closed=False) for at in unveiled(*given)]
    )
    assert km_off(chosen[:1], [Finder(url, 1).by_area(chosen[0], steps=5)])[0] < 12.0


def test_a_deadline_swept_to_the_second_tells_no_more_than_the_row(url, chosen):
    assert Finder(url, 1).by_deadline(chosen[0]) == 300.0


def test_the_order_of_equal_rows_says_nothing_of_who_is_nearer(url, monkeypatch):
    def rows():
        found = Finder(url, 1).ask()
        return [
            (m.arrival_ms, m.listing.quantity, veil.real_id(found, m.listing.asset_id))
            for m in found.needs[0].matches
        ]

    told = rows()
    with monkeypatch.context() as patch:
        patch.setattr(veil, "point_of", lambda _row, _zips: "site")
        patch.setattr(
            veil, "told_places", lambda *given: [at._replace(closed=False) for at in unveiled(*given)]
        )
        truly = {real: arrival for arrival, _, real in rows()}
    agree = [
        truly[one[2]] < truly[two[2]]
        for one, two in itertools.pairwise(told)
        if one[:2] == two[:2] and one[2] in truly and two[2] in truly and truly[one[2]] != truly[two[2]]
    ]
    assert len(agree) > 5
    assert 0.1 < np.mean(agree) < 0.9

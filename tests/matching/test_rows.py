"""Rows are made when they are looked at, once each, and read as a tuple does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from matching.rows import BATCH, LazyRows


@pytest.fixture
def asked():
    return []


@pytest.fixture
def rows(asked):
    def make(places):
        asked.append(list(places))
        return [f"row {place}" for place in places]

    return LazyRows(2 * BATCH + 3, make)


def test_only_what_is_looked_at_is_made_and_only_once(rows, asked):
    assert rows[:3] == ("row 0", "row 1", "row 2")
    assert rows[1:4] == ("row 1", "row 2", "row 3")
    assert (rows[-1], rows[2]) == (f"row {2 * BATCH + 2}", "row 2")
    assert asked == [[0, 1, 2], [3], [2 * BATCH + 2]]


def test_going_through_all_makes_them_in_batches(rows, asked):
    assert list(rows) == [f"row {place}" for place in range(len(rows))]
    assert [len(some) for some in asked] == [BATCH, BATCH, 3]


def test_they_equal_any_sequence_of_the_same_rows(rows):
    same = LazyRows(len(rows), lambda places: [f"row {place}" for place in places])
    assert rows == same
    assert rows == tuple(same)
    assert tuple(same) == rows
    assert rows != tuple(same)[1:]
    assert rows != 5
    assert LazyRows(0, list) == ()
    assert not LazyRows(0, list)
    assert repr(LazyRows(1, list)) == "(0,)"


def test_there_is_no_row_behind_the_last(rows):
    with pytest.raises(IndexError):
        rows[len(rows)]


def test_several_threads_read_the_same_rows():
    together = Barrier(4)

    def make(places):
        together.wait(120)  # all four make the same rows at once
        return [f"row {place}" for place in places]

    shared = LazyRows(500, make)
    with ThreadPoolExecutor(4) as threads:
        read = list(threads.map(lambda _: tuple(shared), range(4)))
    assert read == [tuple(f"row {place}" for place in range(500))] * 4

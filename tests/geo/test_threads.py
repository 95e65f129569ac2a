"""Threads that share out work do each piece once, the caller's among them, and stop together."""

from __future__ import annotations

import threading
import time
from collections import Counter

import pytest

from geo.threads import shared_out


@pytest.mark.parametrize("count", [0, 1, 2, 3, 50])
@pytest.mark.parametrize("threads", [None, 1, 2, 3, 9])
def test_each_piece_is_done_once(count, threads):
    done: list[int] = []
    shared_out(done.append, count, threads=threads)
    assert Counter(done) == Counter(range(count))


def test_as_many_threads_as_wanted_work_at_once_and_the_callers_is_one_of_them():
    together, who = threading.Barrier(3), []

    def work(_piece):
        who.append(threading.get_ident())
        together.wait(timeout=30)  # nobody comes past it before three are here

    shared_out(work, 3, threads=3)
    assert len(set(who)) == 3
    assert threading.get_ident() in who


def test_one_thread_hears_how_far_it_is_before_each_piece():
    heard: list[float] = []
    shared_out(lambda piece: heard.append(-piece), 4, threads=1, step=heard.append)
    assert heard == [0.0, 0, 0.25, -1, 0.5, -2, 0.75, -3]


def test_the_caller_hears_that_the_work_begins_though_others_are_quicker():
    heard, taken = [], []
    shared_out(
        lambda piece: (taken.append((piece, threading.get_ident())), time.sleep(0.01)),
        8,
        threads=4,
        step=heard.append,
    )
    assert heard[0] == 0.0
    assert (0, threading.get_ident()) in taken


def test_it_is_heard_in_the_callers_thread_alone():
    who: list[int] = []
    both = threading.Barrier(2)
    shared_out(
        lambda _: both.wait(timeout=30), 2, threads=2, step=lambda _share: who.append(threading.get_ident())
    )
    assert who == [threading.get_ident()]


@pytest.mark.parametrize("mine", [True, False])
def test_what_a_piece_raises_reaches_the_caller_and_ends_the_work(mine):
    both, done = threading.Barrier(2), []
    caller = threading.get_ident()

    def work(piece):
        if piece < 2:
            both.wait(timeout=30)
            if (threading.get_ident() == caller) is mine:
                raise LookupError(f"piece {piece}")
            time.sleep(0.2)  # time for the other one to fail
        done.append(piece)

    with pytest.raises(LookupError, match="piece"):
        shared_out(work, 1_000, threads=2)
    assert len(done) < 999


def test_who_hears_how_far_it_is_ends_the_work_by_raising():
    done: list[int] = []

    def stop(share):
        if share > 0.0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shared_out(done.append, 1_000_000, threads=1, step=stop)
    assert done == [0]

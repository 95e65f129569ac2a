"""How threads share a search's work, which changes no answer."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Final

from geo.steps import quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from geo.steps import Heard

MOST: Final = 4
"""Threads that take part, at most, unless a caller says how many: the server answers others meanwhile."""


def threads_for(wanted: int | None) -> int:
    """Return how many threads take part: as many as wanted; as there are processors, up to `MOST`, for None."""
    return min(os.cpu_count() or 1, MOST) if wanted is None else max(1, wanted)


def shared_out(
    work: Callable[[int], object], count: int, *, threads: int | None = None, step: Heard = quiet
) -> None:
    """Do each of so many pieces of work, which leave Python's lock, the caller's thread among those that take part.

    Who wakes others and then waits for them lets a processor idle for milliseconds, until the system has moved them
    apart; so the caller works too.

    Parameters
    ----------
    work
        Takes the number of a piece, from 0. What it raises ends the work: nobody takes another piece.
    count
        How many pieces there are.
    threads
        As `threads_for` takes them.
    step
        Hears how far it is before each piece of the caller's, in the caller's thread. The first of all is the
        caller's, so that it hears that the work begins.
    """
    waiting = iter(range(count)[1:])  # taking from it is one step under Python's lock
    mine = chain(range(count)[:1], waiting)

    def take(pieces: Iterator[int], heard: Heard) -> None:
        try:
            for piece in pieces:
                heard(piece / count)
                work(piece)
        except BaseException:
            deque(waiting, maxlen=0)
            raise

    others = min(threads_for(threads), count) - 1
    if others < 1:
        take(mine, step)
        return
    with ThreadPoolExecutor(others) as pool:
        beside = [pool.submit(take, waiting, quiet) for _ in range(others)]
        take(mine, step)
    for each in beside:
        each.result()

"""Set up a clone: the Python environment, PostGIS, and what tests, the data build and `merr bench` need on top.

Runs on Python's standard library alone, because nothing else is there yet. Each part looks first whether its work is
done, so a second run takes a moment.
"""

from __future__ import annotations

import fcntl
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import browser
import pango
import pgbouncer
import pgrouting
import postgis
import sources
from environment import ROOT, Environment
from progress import Board, Stop, sentence_of

LOCKS = {
    "runtime": ("requirements.lock",),
    "dev": ("requirements-dev.lock",),
    "browser": (),
    "build": ("requirements-build.lock",),
    "peers": ("requirements-bench.lock",),
}
"""The levels of set-up, and the lock files each adds to `.venv/`."""


def main(levels: list[str]) -> int:
    """Return the exit code: 0 when every level in `levels` is set up, 2 when something is in the way."""
    unknown = [level for level in levels if level not in LOCKS]
    if unknown or not levels:
        given = f"{unknown[0]!r} is none of" if unknown else "give some of"
        print(f"scripts/setup: {given} {', '.join(LOCKS)}", file=sys.stderr)
        return 2
    try:
        _set_up({"runtime", *levels})
    except Stop as stop:
        print(f"\nSetting up stopped. {stop}", file=sys.stderr)
        return 2
    except OSError as fault:
        print(f"\nSetting up stopped. {sentence_of(fault)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nSetting up stopped. Run the same command again: it goes on where it was.", file=sys.stderr)
        return 130
    return 0


def _set_up(levels: set[str]) -> None:
    """Do what is missing; Python's packages and Debian's at the same time, since one waits where the other works."""
    locks = [lock for level, names in LOCKS.items() if level in levels for lock in names]
    environment = Environment(locks)
    debian = [postgis.ensure] if postgis.missing() else []
    debian += [pango.ensure] if pango.missing() else []
    debian += [browser.ensure] if "browser" in levels and browser.missing() else []
    debian += [pgbouncer.ensure] if "dev" in levels and pgbouncer.missing() else []
    debian += [sources.ensure] if "build" in levels and sources.missing() else []
    debian += [pgrouting.ensure] if "peers" in levels and pgrouting.missing() else []
    if environment.ready() and not debian:
        return
    with _only_one(), Board() as board:
        environment.make(board)
        with ThreadPoolExecutor(max_workers=2) as pool:
            works = [pool.submit(environment.fill, board), pool.submit(_one_by_one, debian, board)]
        for work in works:
            work.result()


def _one_by_one(parts: list, board: Board) -> None:
    for ensure in parts:
        ensure(board)


class _only_one:  # noqa: N801 - reads as a word of the `with` line
    """Wait until no other set-up of this clone runs; the lock lies on the folder itself and leaves nothing behind."""

    def __enter__(self) -> None:
        self._folder = os.open(ROOT, os.O_RDONLY)
        try:
            fcntl.flock(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Another set-up of this clone runs; waiting for it ...", flush=True)
            fcntl.flock(self._folder, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self._folder)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

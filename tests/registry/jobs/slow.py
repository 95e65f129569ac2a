"""A worker with one slow recipe, as a process of its own: URL, the folder that says what to do, seconds to death.

It writes `step-N` for each step it takes there, and waits at a step until a file `go` is there.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path

from matching.errors import MatchingError
from matching.runs import recipes
from matching.runs.working import perform
from registry.jobs.worker import Pace, work

STEPS = 5


def slow(folder, base, asked, step):
    """Return how many listings there are, in five steps; refuse or fail when asked for it."""
    if asked.parameters.get("refuse"):
        raise MatchingError(
            "This cannot be meant", given="refuse", wanted="nothing of it", todo="leave it out"
        )
    if asked.parameters.get("fail"):
        msg = "a fault of ours"
        raise RuntimeError(msg)
    for at in range(STEPS):
        step(at / STEPS, f"Step {at + 1} of {STEPS}")
        (folder / f"step-{at}").touch()
        while asked.parameters.get("wait_at") == at and not (folder / "go").exists():
            step(at / STEPS, f"Step {at + 1} of {STEPS}")
            time.sleep(0.05)
    return f"{len(base.listings)}\n".encode()


if __name__ == "__main__":
    url, folder, dead_after_s = sys.argv[1], Path(sys.argv[2]), float(sys.argv[3])
    recipes.RECIPES["slow"] = partial(slow, folder)
    work(url, partial(perform, url), pace=Pace(beat_s=0.2, dead_after_s=dead_after_s, look_s=0.2))

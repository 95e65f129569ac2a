"""How many threads share a search's work, which changes no answer."""

from __future__ import annotations

import os
from typing import Final

MOST: Final = 4
"""Threads that take part, at most, unless a caller says how many: the server answers others meanwhile."""


def threads_for(wanted: int | None) -> int:
    """Return how many threads take part: as many as wanted; as there are processors, up to `MOST`, for None."""
    return min(os.cpu_count() or 1, MOST) if wanted is None else max(1, wanted)

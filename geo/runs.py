"""Runs of numbers: what stands between a first and a last place of compressed rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def numbers(first: NDArray[Any], count: NDArray[Any]) -> NDArray[np.int64]:
    """Return `first[0]` and the numbers after it, `count[0]` in all, then those from `first[1]` on, and so on."""
    before = np.cumsum(count) - count
    found: NDArray[np.int64] = np.arange(count.sum(), dtype=np.int64) + np.repeat(first - before, count)
    return found

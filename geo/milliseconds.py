"""Milliseconds of roads as they are kept: 32 bits each, which is 24 days, and 64 only where one would not fit.

A state has three million of them a vehicle, and a process keeps them for every vehicle it was asked about. Sums of them
are always 64 bits wide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = int(np.iinfo(np.int32).max)
"""The longest time that 32 bits hold."""


def kept(ms: NDArray[np.signedinteger[Any]]) -> NDArray[np.signedinteger[Any]]:
    """Return milliseconds (-1 and more) as they are kept, int32 or else int64, read-only; no copy where they are so."""
    fresh = ms.astype(_kind(ms), copy=False).view()
    fresh.setflags(write=False)
    return fresh


def changed(
    ms: NDArray[np.signedinteger[Any]], place: NDArray[Any], new_ms: NDArray[np.int64]
) -> NDArray[np.signedinteger[Any]]:
    """Return a copy of kept milliseconds with others in some places, as it is kept in turn: int32 or else int64.

    Parameters
    ----------
    ms
        Milliseconds as `kept` returns them, (M,).
    place, new_ms
        Numbers of 0..M-1, and what stands there instead (-1 and more), int64.
    """
    fresh = ms.astype(np.promote_types(ms.dtype, _kind(new_ms)))
    fresh[place] = new_ms
    fresh.setflags(write=False)
    return fresh


def _kind(ms: NDArray[np.signedinteger[Any]]) -> type[np.signedinteger[Any]]:
    return np.int32 if ms.dtype == np.int32 or ms.max(initial=0) <= MOST else np.int64

"""How functions are compiled: once a machine, outside Python's lock, and in memory where nothing may be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function compiled at its first call; kept on disk, or compiled in each process where nothing may be.

    What is kept is kept by the file that the function stands in. A compiled function may therefore call only
    compiled functions of its own file: a change in another one would go unnoticed.
    """
    try:
        return njit(nogil=True, cache=True)(function)
    except RuntimeError:  # numba: no folder to keep it in
        return njit(nogil=True)(function)

"""What a server's process does with memory that it no longer needs: it gives it back."""

from __future__ import annotations

import ctypes
from typing import Final

LARGE_BYTES: Final = 1_000_000
"""Blocks from here on are asked of the system one by one, and go back to it when they are freed."""

ARENAS: Final = 2
"""Heaps for smaller blocks, which threads share."""

M_ARENA_MAX: Final = -8
M_MMAP_THRESHOLD: Final = -3


def give_back_large_blocks() -> bool:
    """Return whether this process now gives large blocks back when they are freed; only glibc can be told to.

    Left alone, glibc keeps freed blocks of up to 32 MB, in a heap for each thread, for whoever asks next. A search on a
    state's roads needs a dozen such, and a server's threads would each keep their own for ever.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, LARGE_BYTES)) and bool(mallopt(M_ARENA_MAX, ARENAS))

"""Pango, by which pages are printed: Debian's libraries, installed, or unpacked where this user may not install."""

from __future__ import annotations

import ctypes
import shutil
from typing import TYPE_CHECKING

import debian
from progress import Stop

if TYPE_CHECKING:
    from progress import Board

PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")


def missing() -> bool:
    """Return whether one of the libraries is neither installed nor unpacked, and could be."""
    return shutil.which("apt-get") is not None and not all(map(_there, LIBRARIES))


def ensure(board: Board) -> None:
    """Install Pango, or unpack it; where neither works say so: everything but printing works without it."""
    try:
        if debian.rights() is not None:
            debian.install(board, "Pango", PACKAGES)
        else:
            debian.unpack(board, "Pango", PACKAGES)
    except Stop as stop:
        print(f"  Without Pango: pages are not printed, and say so. {stop}", flush=True)


def _there(library: str) -> bool:
    if any(debian.prefix().glob(f"usr/lib/*-linux-gnu/{library}")):
        return True
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True

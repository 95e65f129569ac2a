"""Chromium and the fonts that screenshots need, for the browser tests."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import debian

if TYPE_CHECKING:
    from progress import Board

PACKAGES = ("chromium", "fonts-dejavu-core")


def missing() -> bool:
    """Return whether Chromium is not found."""
    return shutil.which("chromium") is None


def ensure(board: Board) -> None:
    """Install Chromium.

    Raises
    ------
    Stop
        If it cannot be installed here.
    """
    debian.install(board, "Chromium", PACKAGES)

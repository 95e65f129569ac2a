"""What the browser tests need of Debian: Chromium, a font, and the one library that Playwright's driver links to."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import debian

if TYPE_CHECKING:
    from progress import Board

PACKAGES = ("chromium", "fonts-dejavu-core", "libatomic1")


def missing() -> bool:
    """Return whether Chromium or the driver's library is not found."""
    return shutil.which("chromium") is None or not any(Path("/usr/lib").glob("*-linux-gnu/libatomic.so.1"))


def ensure(board: Board) -> None:
    """Install Chromium.

    Raises
    ------
    Stop
        If it cannot be installed here.
    """
    debian.install(board, "Chromium", PACKAGES)

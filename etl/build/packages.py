"""The packages and tools that shipped data is built from, or a sentence that says how to fetch them."""

from __future__ import annotations

import shutil
import subprocess
from importlib import metadata
from pathlib import Path
from typing import NoReturn

from etl.errors import EtlError

BUILD_CACHE = Path(__file__).resolve().parents[2] / "build-cache"
"""Where `make build` leaves what no Python package carries."""

TOOL_LIMIT_S = 120


def _absent(what: str, wanted: str) -> NoReturn:
    raise EtlError(
        "Data cannot be built yet",
        given=f"{what} is not installed",
        wanted=wanted,
        todo="run `make build`, which fetches it; the data in data/ stays usable meanwhile",
    )


def package_version(distribution: str, wanted: str | None = None) -> str:
    """Version of an installed distribution.

    Parameters
    ----------
    distribution
        Its name at the package index.
    wanted
        The only version that the built data is known to come from, when it matters.

    Raises
    ------
    EtlError
        It is not installed, or another version of it is.
    """
    try:
        version = metadata.version(distribution)
    except metadata.PackageNotFoundError:
        _absent(f"the package {distribution}", f"{distribution} as requirements-build.lock pins it")
    if wanted is not None and version != wanted:
        _absent(f"{distribution} {wanted} (found {version})", f"{distribution} {wanted}")
    return version


def package_file(distribution: str, inside: str) -> Path:
    """Path of a data file inside an installed distribution, without importing it.

    Raises
    ------
    EtlError
        The distribution is not installed, or the file is not in it.
    """
    package_version(distribution)
    path = Path(str(metadata.distribution(distribution).locate_file(inside)))
    if not path.is_file():
        _absent(f"{inside} of {distribution}", f"the file {inside} of {distribution}")
    return path


def cached_file(name: str, folder: Path = BUILD_CACHE) -> Path:
    """Path of a file that `make build` fetched into the build cache.

    Raises
    ------
    EtlError
        It is not there.
    """
    path = folder / name
    if not path.is_file():
        _absent(f"{path}", f"the file {name} in {folder}/")
    return path


def run_tool(tool: str, *arguments: str, folder: Path) -> str:
    """Return what an installed command-line tool prints.

    It runs in `folder` with an empty home and the C locale, so that nobody's settings change the data.

    Raises
    ------
    EtlError
        The tool is not installed, fails or takes longer than two minutes.
    """
    program = shutil.which(tool)
    if program is None:
        _absent(f"the tool {tool}", f"{tool} on the PATH, from Debian's packages gmt and gmt-gshhg-high")
    environment = {"HOME": str(folder), "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments, no shell
            [program, *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TOOL_LIMIT_S,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as fault:
        said = str(getattr(fault, "stderr", "") or fault).strip().splitlines()
        raise EtlError(
            f"{tool} could not write its data",
            given=f"{tool} {' '.join(arguments)}: {said[-1] if said else 'no words'}",
            wanted="its output within two minutes",
            todo="install Debian's packages gmt and gmt-gshhg-high anew, then run `make build`",
        ) from fault
    return done.stdout

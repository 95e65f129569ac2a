"""Debian's packages: installed where that is allowed, unpacked into a folder of the user's where it is not."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from progress import Stop, run

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from progress import Board

NO_CLUSTER = "/etc/postgresql-common/createcluster.d/merr-setup.conf"
"""While this file is there Debian's postgresql makes no cluster of its own; it is gone when set-up ends."""
OPTIONS = ("-q", "-y", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Use-Pty=0")
"""No APT::Status-Fd: on descriptor 1 it takes the packages' own scripts their output, and sudo closes the others."""


def state_home() -> Path:
    """Return the folder for state that all clones of this user share, as `registry.settings` has it."""
    if os.geteuid() == 0:
        return Path("/var/lib/merr")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "merr"


def prefix() -> Path:
    """Return the folder that packages are unpacked into when they may not be installed."""
    return Path(os.environ.get("MERR_POSTGIS_PREFIX") or state_home() / "debian")


@lru_cache(maxsize=1)
def rights() -> tuple[str, ...] | None:
    """Return what a command must begin with to install packages without a password, None if that is not allowed."""
    quiet = ("env", "DEBIAN_FRONTEND=noninteractive")
    if os.geteuid() == 0:
        return quiet
    if shutil.which("sudo") is None:
        return None
    for beginning in (("sudo", "-n", *quiet), ("sudo", "-n")):
        asked = subprocess.run([*beginning, "apt-get", "--version"], capture_output=True, check=False)
        if asked.returncode == 0:
            return beginning
    return None


def install(board: Board, title: str, packages: Sequence[str]) -> None:
    """Install `packages` without what they merely recommend.

    Raises
    ------
    Stop
        If there is no apt-get, no right, no network, no room.
    """
    _need_apt(packages)
    if rights() is None:
        raise Stop(
            f"{title}: this user may not install packages: ask an administrator to run "
            f"apt-get install {' '.join(packages)}, then run the same command again."
        )
    if not _known(packages):
        _update(board)
    command = _rights("apt-get", *OPTIONS, "--no-install-recommends", "install", *packages)
    with _without_a_cluster():
        try:
            run(board, title, command, reads=_Counter())
        except Stop:
            # The lists may be older than the mirror: read them anew and try once more before giving up.
            _update(board)
            run(board, title, command, reads=_Counter())


def unpack(board: Board, title: str, packages: Sequence[str]) -> Path:
    """Return the folder below which `packages` and what they need lie unpacked, without any right.

    Raises
    ------
    Stop
        If there is no apt-get, no network, no room.
    """
    _need_apt(packages)
    target, downloads = prefix(), prefix().with_name("debian-downloads")
    target.mkdir(parents=True, exist_ok=True)
    (downloads / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    own = _own_folders(downloads)
    run(board, f"{title}: package lists", ["apt-get", "-q", *own, "update"])
    needed = _needed(packages, own)
    run(
        board,
        f"{title}: {len(needed)} packages",
        ["apt-get", "-q", *own, "download", *needed],
        reads=_Counter(len(needed)),
        folder=downloads,
    )
    files = sorted(downloads.glob("*.deb"))
    script = 'target=$1; shift; for file in "$@"; do dpkg -x "$file" "$target"; done'
    run(board, f"{title}: unpacking", ["sh", "-euc", script, "sh", str(target), *map(str, files)])
    shutil.rmtree(downloads)
    return target


def newest(pattern: str) -> str | None:
    """Return the package whose name fits `pattern` and whose number (its first group) is highest, None if none."""
    listed = subprocess.run(["apt-cache", "pkgnames"], capture_output=True, text=True, check=False)
    found = [match for name in listed.stdout.split() if (match := re.fullmatch(pattern, name))]
    return max(found, key=lambda match: int(match.group(1))).group(0) if found else None


def _need_apt(packages: Sequence[str]) -> None:
    if shutil.which("apt-get") is None:
        raise Stop(
            f"This is no Debian (apt-get is missing): install what Debian calls {' '.join(packages)} by your system's "
            "own means, or set DATABASE_URL to a PostGIS database, then run the same command again."
        )


def _rights(*command: str) -> list[str]:
    return [*(rights() or ()), *command]


def _known(packages: Sequence[str]) -> bool:
    """Return whether apt's lists have a version of each package to install."""
    asked = subprocess.run(
        ["apt-cache", "policy", *packages],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    return len(re.findall(r"Candidate: \d", asked.stdout)) == len(packages)


def _update(board: Board) -> None:
    run(board, "Debian's package lists", _rights("apt-get", "-q", "update"))


class _Counter:
    """Words for how far apt is, read off its lines; each package is fetched, unpacked and set up.

    Parameters
    ----------
    total
        The number of packages, where apt does not say it itself.
    """

    def __init__(self, total: int = 0) -> None:
        self._total = total
        self._steps = 0

    def __call__(self, line: str) -> str | None:
        if told := re.match(r"\d+ upgraded, (\d+) newly installed", line):
            self._total = int(told.group(1))
        if fetched := re.match(r"Get:(\d+) ", line):
            return f"downloading {fetched.group(1)} of {self._total}"
        if line.startswith(("Unpacking ", "Setting up ")):
            self._steps += 1
            return f"installing {min(100, 50 * self._steps // max(1, self._total))} %"
        return None


def _own_folders(folder: Path) -> tuple[str, ...]:
    """Return the options by which apt keeps its lists in `folder`, so that no right is needed.

    The machine's own hooks after an update are cleared: they are for its own lists, and need rights.
    """
    settings = folder / "apt.conf"
    settings.write_text(
        f"""Dir::State::Lists "{folder}/lists";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "{folder}";
Dir::Cache::Archives "{folder}";
Debug::NoLocking "1";
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
"""
    )
    return ("-c", str(settings))


def _needed(packages: Sequence[str], own: Sequence[str]) -> list[str]:
    """Return `packages` and what they need that is not installed, each with its version."""
    asked = subprocess.run(
        ["apt-get", *own, "-s", "--no-install-recommends", "install", *packages],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    found = re.findall(r"^Inst (\S+) (?:\[\S+\] )?\((\S+)", asked.stdout, re.MULTILINE)
    if not found:
        raise Stop(f"apt finds no way to {' '.join(packages)}: {asked.stderr.strip().splitlines()[-1:]}")
    return [f"{name}={version}" for name, version in found]


@contextmanager
def _without_a_cluster() -> Iterator[None]:
    """Keep Debian's postgresql from making and starting a cluster that nobody asked for, during this installation."""
    say = 'mkdir -p "${1%/*}" && echo create_main_cluster=false > "$1"'
    # A right to apt-get alone does not reach this file; then Debian's own cluster is made, and never touched by us.
    subprocess.run(_rights("sh", "-c", say, "sh", NO_CLUSTER), capture_output=True, check=False)
    try:
        yield
    finally:
        subprocess.run(_rights("rm", "-f", NO_CLUSTER), capture_output=True, check=False)

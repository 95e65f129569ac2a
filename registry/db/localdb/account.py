"""The account that PostgreSQL runs as, and running a program as that account."""

from __future__ import annotations

import errno
import os
import pwd
import shlex
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from registry.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SERVER_ACCOUNT = "postgres"
"""PostgreSQL refuses to run as root; Debian's package brings this account."""


@dataclass(frozen=True)
class Outcome:
    """How a program ended."""

    code: int
    output: str


def make_folder(folder: Path, *, private: bool = False) -> None:
    """Make `folder` and its parents; a private one belongs to the server's account and nobody else may enter.

    Raises
    ------
    RegistryError
        If the folder cannot be made: a missing right, a full disk.
    """
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            for path in missing:
                path.chmod(0o755)  # whatever root's umask: the server's account must be able to pass
        if private:
            _make_private(folder)
    except OSError as fault:
        raise refuse_folder(folder, fault) from fault


def _make_private(folder: Path) -> None:
    if os.geteuid() == 0:
        account = server_account()
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)


def refuse_folder(folder: Path, fault: OSError) -> RegistryError:
    """Return the refusal for a folder that cannot be written."""
    if fault.errno == errno.ENOSPC:
        return full_disk(folder)
    return RegistryError(
        "The database's folder cannot be written",
        given=f"{folder}: {fault.strerror}",
        wanted="a folder that this account may make and write",
        todo="set MERR_STATE_DIR to such a folder, or run as the account that owns it",
    )


def full_disk(folder: Path) -> RegistryError:
    """Return the refusal for a disk without room."""
    return RegistryError(
        "The disk is full",
        given=f"no space left below {folder}",
        wanted="about 500 MB for the database",
        todo="make room, or set MERR_STATE_DIR to a folder on another disk, and run the same command again",
    )


def server_account() -> pwd.struct_passwd:
    """Return the account that the server runs as when this process is root.

    Raises
    ------
    RegistryError
        If the machine has no such account.
    """
    try:
        return pwd.getpwnam(SERVER_ACCOUNT)
    except KeyError:
        raise RegistryError(
            f"The account {SERVER_ACCOUNT} is missing",
            given="root, and PostgreSQL refuses to run as root",
            wanted=f"the account {SERVER_ACCOUNT} of Debian's postgresql-common",
            todo="run scripts/setup, or run as an ordinary user",
        ) from None


def run_as_server(command: Sequence[str], environment: Mapping[str, str]) -> Outcome:
    """Return how `command` ended, run as the server's account: this user, or postgres when this is root.

    It starts in `/` because the account may not enter a clone that lies in root's home.
    """
    done = subprocess.run(  # noqa: S603 - fixed programs; the arguments are paths and settings of ours
        [*_as_server_account(), *command],
        env=_clean_environment(environment),
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return Outcome(done.returncode, done.stdout.strip())


def words(command: Sequence[str]) -> str:
    """Return `command` as one line for a shell."""
    return shlex.join(command)


def _as_server_account() -> list[str]:
    if os.geteuid() != 0:
        return []
    server_account()
    # No --reset-env: the environment is cleaned below, and setpriv's own would drop what an unpacked PostGIS needs.
    return ["setpriv", f"--reuid={SERVER_ACCOUNT}", f"--regid={SERVER_ACCOUNT}", "--init-groups"]


def _clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without this session's locale, PG* variables and secrets."""
    path = os.environ.get("PATH", "/usr/local/bin:/usr/bin:/bin")
    return {"PATH": path, "HOME": "/", "LC_ALL": "C.UTF-8", "TZ": "UTC", **environment}

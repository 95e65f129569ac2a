"""The Python environment of a clone: `.venv/`, filled from the lock files, and `.venv/bin/merr`."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import debian
from progress import Stop, run, sentence_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from progress import Board

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
COMMAND = FOLDER / "bin" / "merr"
STAMP = FOLDER / "merr-setup.json"
NEEDED_BYTES = 2_000_000_000

COMMAND_TEXT = """#!/bin/sh
'''exec' "$(dirname "$(readlink -f "$0")")/python" "$0" "$@"
' '''
from cli.main import app

app()
"""
"""A shell reads the first lines and hands on to the Python beside it, which skips them: no path stands in the file."""


class Environment:
    """The environment with the packages of some lock files.

    A stamp in it records the hash of each lock file that it was filled from: a second set-up compares those and is
    done. Only pip's own configuration says where packages come from.
    """

    def __init__(self, locks: Sequence[str]) -> None:
        self.locks = {lock: hashlib.sha256((ROOT / lock).read_bytes()).hexdigest() for lock in locks}

    def ready(self) -> bool:
        """Return whether everything of the lock files is there."""
        stamp = _stamp()
        filled = all(stamp.get(lock) == digest for lock, digest in self.locks.items())
        return filled and stamp.get("folder") == str(FOLDER) and PYTHON.exists() and COMMAND.exists()

    def make(self, board: Board) -> None:
        """Make the environment itself, without packages, where there is none that works.

        Raises
        ------
        Stop
            If the disk has no room, a right is missing, or this Python cannot make environments.
        """
        if self.ready() or _works():
            return
        _need_room()
        try:
            if FOLDER.exists():
                shutil.rmtree(FOLDER)
        except OSError as fault:
            raise Stop(sentence_of(fault)) from fault
        wheels = None if find_spec("ensurepip") else _bring_ensurepip(board)
        if wheels is None:
            run(board, "Python environment", [sys.executable, "-m", "venv", str(FOLDER)])
        else:
            _make_with_unpacked_pip(board, wheels)

    def fill(self, board: Board) -> None:
        """Install the lock files' packages and the command `merr`, with every hash checked.

        Raises
        ------
        Stop
            If pip fails; the sentence says why.
        """
        if self.ready():
            return
        files = [part for lock in self.locks for part in ("-r", str(ROOT / lock))]
        pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes"]
        if not os.environ.get("PYTHONDONTWRITEBYTECODE"):
            # Python compiles what it imports by itself; compiling all of every package is half of pip's work.
            pip.append("--no-compile")
        run(board, "Python packages", [*pip, *files], reads=_Counter(self.locks), folder=ROOT)
        try:
            self._link_clone()
        except OSError as fault:
            raise Stop(sentence_of(fault)) from fault

    def _link_clone(self) -> None:
        """Put this clone on the environment's path, its command beside `python`, and the stamp last."""
        asked = [str(PYTHON), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
        site = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
        (site / "merr.pth").write_text(f"{ROOT}\n")
        COMMAND.write_text(COMMAND_TEXT)
        COMMAND.chmod(0o755)
        known = {lock: digest for lock, digest in _stamp().items() if (ROOT / lock).exists()}
        fresh = STAMP.with_suffix(".new")
        fresh.write_text(json.dumps({**known, **self.locks, "folder": str(FOLDER)}, indent=1) + "\n")
        fresh.replace(STAMP)


class _Counter:
    """Words for how far pip is, read off its lines."""

    def __init__(self, locks: Sequence[str]) -> None:
        self._total = sum(
            len(re.findall(r"^\S+==", (ROOT / lock).read_text(), re.MULTILINE)) for lock in locks
        )
        self._seen = 0

    def __call__(self, line: str) -> str | None:
        if line.startswith(("Collecting ", "Requirement already satisfied")):
            self._seen += 1
            return f"downloading {self._seen} of {self._total}"
        return "installing" if line.startswith("Installing collected packages") else None


def _stamp() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def _works() -> bool:
    """Return whether the environment is one of this place, with a Python new enough and pip in it.

    An environment moved with its clone still runs, but its scripts lead to the old place: it is made anew.
    """
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11) or sys.prefix != sys.argv[1])"
    moved = _stamp().get("folder", str(FOLDER)) != str(FOLDER)
    if moved or not PYTHON.exists():
        return False
    return (
        subprocess.run([str(PYTHON), "-c", check, str(FOLDER)], capture_output=True, check=False).returncode
        == 0
    )


def _need_room() -> None:
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise Stop(
            f"The disk of {ROOT} has {free / 1e9:.1f} GB left, and about {NEEDED_BYTES / 1e9:.0f} GB are needed: "
            "make room and run the same command again."
        )


def _bring_ensurepip(board: Board) -> Path | None:
    """Bring Debian's part of `venv`; return the folder of its unpacked wheels where it may not be installed."""
    if debian.rights() is not None or not sys.executable.startswith("/usr/"):
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        debian.install(board, "Python's venv", [package])
        return None
    return debian.unpack(board, "Python's pip", ["python3-pip-whl"]) / "usr" / "share" / "python-wheels"


def _make_with_unpacked_pip(board: Board, wheels: Path) -> None:
    """Make the environment with the pip of an unpacked wheel: the wheel runs as it lies and installs itself."""
    run(board, "Python environment", [sys.executable, "-m", "venv", "--without-pip", str(FOLDER)])
    wheel = next(wheels.glob("pip-*.whl"))
    command = [str(PYTHON), str(wheel / "pip"), "install", "--no-index", "--no-deps", str(wheel)]
    run(board, "pip", command, environment={**os.environ, "PIP_REQUIRE_VIRTUALENV": "0"})

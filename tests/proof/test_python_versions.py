"""The lock installs, and every module of the project imports, on each Python after the one that CI proves.

A machine without one of them skips it and says so: it proves nothing there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]

IMPORT_ALL = "import importlib, sys; print(len([importlib.import_module(name) for name in sys.argv[1:]]))"

pytestmark = pytest.mark.proof


def _python(version: str) -> str | None:
    """Return a Python of that version on this machine: on the path, or one that pyenv keeps."""
    kept = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for python in (shutil.which(f"python{version}"), *sorted(kept.glob(f"{version}.*/bin/python"))):
        asked = [python, "-c", "import ensurepip, sys; print('%d.%d' % sys.version_info[:2])"]
        # A shim of pyenv is on the path whether or not its version is chosen, and then fails.
        said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout if python else ""
        if said.strip() == version:
            return str(python)
    return None


@pytest.fixture(params=["3.12", "3.13"])
def installed(request, tmp_path: Path):
    """Yield the Python of a new environment that holds what the lock says and nothing else."""
    python = _python(request.param)
    if python is None:
        pytest.skip(f"no Python {request.param} with ensurepip is on this machine")
    folder = tmp_path / "environment"
    inside = folder / "bin" / "python"
    try:
        run([python, "-m", "venv", folder])
        pip = [inside, "-m", "pip", "install", "--quiet", "--no-compile", "--require-hashes"]
        run([*pip, "-r", ROOT / "requirements.lock"])
        yield inside
    finally:
        shutil.rmtree(folder)  # most of a gigabyte, which pytest would keep for three runs


def run(command) -> str:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def modules():
    """Yield the names of the project's modules; Alembic runs those of the migrations, nobody imports them."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if path.parent.name not in {"migrations", "versions"}:
                parts = path.relative_to(ROOT).with_suffix("").parts
                yield ".".join(part for part in parts if part != "__init__")


def test_the_lock_installs_and_every_module_imports(installed: Path):
    names = list(modules())
    assert int(run([installed, "-B", "-c", IMPORT_ALL, *names])) == len(names) > len(PACKAGES)
    assert "Missouri" in run([installed, "-B", "-c", "from cli.main import app; app()", "--help"])

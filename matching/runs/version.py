"""Which code computes: the release, and the hash of every source that a result can depend on."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pyproj
import shapely

SOURCES: Final = (
    "geo/**/*.py",
    "matching/**/*.py",
    "registry/directory/kinds.py",
    "registry/directory/listing.py",
)
"""What recipes run: they are pure, so what reads and writes the database does not count."""

LIBRARIES: Final = ("numba", "numpy", "pyproj", "scipy", "shapely")
"""Whose numbers a result is made of."""

_HASH_DIGITS: Final = 12


@cache
def code_version() -> str:
    """Return which code this process computes with: `0.1.0+3f2a9c1b7d4e, numba 0.68.0, numpy 2.3.5, ..., GEOS 3.13.1, PROJ 9.5.1`.

    The hash is of the sources, so that a checkout between two releases is told from both. GEOS and PROJ are named
    beside the libraries that carry them, since a library built here may carry others.
    """
    root = Path(__file__).resolve().parents[2]
    digest = hashlib.sha256()
    for file in sorted({file for pattern in SOURCES for file in root.glob(pattern)}):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    release = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    code = f"{release}+{digest.hexdigest()[:_HASH_DIGITS]}"
    carried = (f"GEOS {shapely.geos_version_string}", f"PROJ {pyproj.proj_version_str}")
    return ", ".join([code, *(f"{name} {version(name)}" for name in LIBRARIES), *carried])

"""The shipped list of passwords that are tried first everywhere; nothing is asked of anybody outside."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from registry.errors import RegistryError
from registry.settings import settings

if TYPE_CHECKING:
    from pathlib import Path


def common_passwords() -> frozenset[str]:
    """Return the list, in small letters, read once.

    Raises
    ------
    RegistryError
        The shipped data lack it.
    """
    return _read(settings().data_dir / "passwords" / "common.txt")


@cache
def _read(path: Path) -> frozenset[str]:
    try:
        return frozenset(path.read_text(encoding="utf-8").splitlines())
    except OSError as fault:
        raise RegistryError(
            "The list of common passwords is missing",
            given=f"{path}: {fault.strerror}",
            wanted="the shipped data",
            todo="restore data/passwords, or correct MERR_DATA_DIR",
        ) from None

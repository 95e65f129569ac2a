"""PgBouncer, which a test puts between two people and the database: Debian's package, unpacked and never installed.

Installing it would start a service of the system; unpacked, it is a program that only the test runs.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import debian
from progress import Stop

if TYPE_CHECKING:
    from progress import Board

PROGRAM = "usr/sbin/pgbouncer"


def missing() -> bool:
    """Return whether PgBouncer is neither on the path nor unpacked, and could be."""
    found = shutil.which("pgbouncer") or (debian.prefix() / PROGRAM).exists()
    return not found and shutil.which("apt-get") is not None


def ensure(board: Board) -> None:
    """Unpack PgBouncer, or say why not: one test needs it, so nothing else stops without it."""
    try:
        debian.unpack(board, "PgBouncer", ["pgbouncer"])
    except Stop as stop:
        print(f"  Without PgBouncer: its test is skipped and says so. {stop}", flush=True)

"""The mark that stands on everything an exercise shows or hands over."""

from __future__ import annotations

import re
from typing import Final

MARK: Final = "EXERCISE"
"""What stands on every page, row and file name of an exercise."""

_SIGNS = re.compile(r"[^a-z0-9]+")


def file_name(name: str, what: str, ending: str) -> str:
    """Return the name of an exercise's file: `EXERCISE-river-flood-msel.csv`."""
    short = _SIGNS.sub("-", name.lower()).strip("-")[:60].strip("-")
    return "-".join(filter(None, (MARK, short, what))) + f".{ending}"

"""What the page calls what is looked for: a sector by its code, a capability by `need:` and its line."""

from __future__ import annotations

from typing import Final

from matching.coverage.classes import SECTOR

NEED: Final = "need:"
"""How the page's code of a capability begins; what follows is the need in one line."""


def is_need(code: str) -> bool:
    """Return whether a code is a capability's rather than a sector's."""
    return code.startswith(NEED)


def class_code(code: str) -> str:
    """Return the code of the class in a result: `sector:energy`, or the need."""
    return code.removeprefix(NEED) if is_need(code) else SECTOR + code


def page_code(of_class: str) -> str:
    """Return what the page calls a class of a result: `energy`, or `need:` and its line."""
    return of_class.removeprefix(SECTOR) if of_class.startswith(SECTOR) else NEED + of_class

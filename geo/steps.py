"""How far long work is: whoever does it says so, from 0 to 1, and whoever hears it may raise to stop the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Heard = Callable[[float], None]
    """Hears how far it is, a share from 0 to 1, some times a second; it raises to stop, so nobody catches what comes out of it."""


def quiet(_share: float) -> None:
    """Hear it and do nothing: for who just waits for the result."""


def stretch(step: Heard, first: float, last: float) -> Heard:
    """Return what a part of the work says its share to, when the part stands for the shares from one to another."""
    return lambda share: step(first + share * (last - first))

"""Codes of six digits by the clock (RFC 6238): which step a code is of, none of them twice."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import pyotp

if TYPE_CHECKING:
    from datetime import datetime

STEP_S: Final = 30
DIGITS: Final = 6
WINDOW: Final = 1
"""Steps before and after the present one that count too: clocks differ, and people type."""

ISSUER: Final = "merr"


def new_key() -> str:
    """Return a new key of 160 random bits, in base32 as authenticator apps take it."""
    return pyotp.random_base32()


def code_at(key: str, at: datetime) -> str:
    """Return the code of the step that the aware moment `at` lies in."""
    return pyotp.TOTP(key, digits=DIGITS, interval=STEP_S).at(at)


def seconds_left(at: datetime) -> int:
    """Return for how many whole seconds the code of `at` is still the present one, 1 to 30."""
    return STEP_S - int(at.timestamp()) % STEP_S


def address(key: str, name: str) -> str:
    """Return the otpauth address that authenticator apps read, as text or from a picture."""
    return pyotp.TOTP(key, digits=DIGITS, interval=STEP_S).provisioning_uri(name=name, issuer_name=ISSUER)


def step_of(key: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """Return the step that `code` is of; None when it is of none near `now`, or not later than the last one used.

    A code that was seen over somebody's shoulder is worth nothing once its owner has used it.
    """
    given = "".join(code.split())
    if not (given.isascii() and given.isdigit() and len(given) == DIGITS):
        return None
    source = pyotp.TOTP(key, digits=DIGITS, interval=STEP_S)
    present = int(now.timestamp()) // STEP_S
    found = None
    for step in range(present - WINDOW, present + WINDOW + 1):
        fits = secrets.compare_digest(source.generate_otp(step), given)
        if fits and (last_step is None or step > last_step):
            found = step
    return found

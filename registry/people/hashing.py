"""Passwords at rest: argon2id, one verification for whatever was given, so that all answers take one time."""

from __future__ import annotations

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from registry.people.bearer import new_secret
from registry.people.password_rules import normal

HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""argon2id with 19 MiB and two passes: OWASP's Password Storage Cheat Sheet, first of its equal choices."""


def hash_password(password: str) -> str:
    """Return what the database keeps of a password: parameters, salt and hash in one text."""
    return HASHER.hash(_bytes(password))


def verify(kept: str | None, password: str) -> bool:
    """Return whether `password` is the one kept. With nothing kept it takes as long and is not."""
    try:
        return HASHER.verify(kept or _nobodys(), _bytes(password)) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Return whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    """Return the hash of a password that nobody has."""
    return HASHER.hash(new_secret())


def _bytes(password: str) -> bytes:
    return normal(password).encode("utf-8", "surrogatepass")

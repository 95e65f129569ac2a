"""Secrets that are handed out once: 256 random bits to the bearer, their hash to the database."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

SECRET_BYTES: Final = 32
"""256 random bits: nobody guesses them, so a fast hash without salt is enough to keep them."""


def new_secret() -> str:
    """Return a new secret: 43 characters that may stand in a cookie, a header or a URL."""
    return secrets.token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> bytes:
    """Return the 32 bytes that the database keeps of a secret, whatever text was given as one."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()

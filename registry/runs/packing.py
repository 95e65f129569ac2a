"""Bytes as the tables of runs keep them: packed, and named by the hash of what they unpack to."""

from __future__ import annotations

import hashlib
import zlib

from registry.runs.errors import RunError


def hash_of(plain: bytes) -> str:
    """Return the SHA-256 of bytes, 64 hexadecimal digits."""
    return hashlib.sha256(plain).hexdigest()


def packed(plain: bytes) -> bytes:
    """Return bytes packed; the hash is of the plain ones, since another release of zlib packs otherwise."""
    return zlib.compress(plain)


def unpacked(stored: bytes, wanted_hash: str, what: str) -> bytes:
    """Return the bytes that were packed.

    Raises
    ------
    RunError
        They are not those that the hash names.
    """
    try:
        plain = zlib.decompress(stored)
    except zlib.error:
        plain = b""
    if hash_of(plain) == wanted_hash:
        return plain
    raise RunError(
        f"The stored {what} is not whole any more",
        given=f"{what} {wanted_hash[:12]} whose bytes have another hash",
        wanted="the bytes as they were stored",
        todo="bring the database back from a backup, and look who could write to it",
    )

"""Secrets that must be read again, sealed with a key that lies outside the database.

A TOTP key cannot be hashed, since codes are worked out from it. Whoever gets a copy of the database alone gets
nothing to sign in with: AES-256-GCM, bound to the account, by a key in a file of its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import stat
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.errors import RegistryError
from registry.settings import settings

if TYPE_CHECKING:
    from pathlib import Path

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_MARK_BYTES: Final = 4
"""The first bytes of the key's hash stand before what it sealed, so that a wrong key is known as one."""

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def seal(plain: str, about: str, *, first: bool) -> bytes:
    """Return `plain` sealed, to be opened only with the same key and for the same `about`.

    Parameters
    ----------
    about
        Whose it is; what was copied from one account to another does not open.
    first
        True when nothing was sealed before: then, and only then, a key is made where there is none.

    Raises
    ------
    RegistryError
        The key file is missing, cannot be used, or others may read it.
    """
    key = _key(make=first)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _mark(key) + nonce + AESGCM(key).encrypt(nonce, plain.encode(), about.encode())


def unseal(sealed: bytes, about: str) -> str:
    """Return what was sealed.

    Raises
    ------
    RegistryError
        The key file is missing, others may read it, it is another one, or what was sealed has been changed.
    """
    key = _key(make=False)
    mark, nonce, rest = (
        sealed[:_MARK_BYTES],
        sealed[_MARK_BYTES : _MARK_BYTES + _NONCE_BYTES],
        sealed[_MARK_BYTES + _NONCE_BYTES :],
    )
    if mark != _mark(key):
        raise _refused("The key file is not the one that second factors were sealed with", "another key")
    try:
        return AESGCM(key).decrypt(nonce, rest, about.encode()).decode()
    except InvalidTag:
        raise RegistryError(
            "A second factor in the database was changed",
            given="a sealed key that does not open for this account",
            wanted="the key as it was sealed",
            todo="let an administrator reset this account",
        ) from None


def key_path() -> Path:
    """Return where the key file lies."""
    known = settings()
    return known.sealing_key or known.state_dir / "sealing.key"


def _key(*, make: bool) -> bytes:
    """Return the key of the key file, made when there is none and `make`."""
    path = key_path()
    if make:
        _make(path)
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise _refused("Others may read the key file", oct(path.stat().st_mode & 0o777), "mode 600")
            key = file.read(KEY_BYTES + 1)
    except FileNotFoundError:
        raise _refused("The key file is missing", "no such file") from None
    if len(key) != KEY_BYTES:
        raise _refused(
            "The key file cannot be used", f"{len(key)} bytes or more", f"{KEY_BYTES} random bytes"
        )
    return key


def _make(path: Path) -> None:
    """Make a key file unless there is one; who else makes it at the same time makes the same one."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _mark(key: bytes) -> bytes:
    return hashlib.sha256(b"mark of " + key).digest()[:_MARK_BYTES]


def _refused(
    title: str, given: str, wanted: str = "the file that was made with the first account"
) -> RegistryError:
    return RegistryError(
        title,
        given=f"{key_path()}: {given}",
        wanted=wanted,
        todo="restore it from its backup, or name it by MERR_SEALING_KEY; "
        "without it each account must be reset by `merr account reset`",
    )

"""A road network on disk: one uncompressed npz with a version and a content hash."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FORMAT = "merr road network"
VERSION = 2
REBUILD = "build it again (merr build roads) or load the road lines again (merr load roads)"
WANTED = f"a {FORMAT} of version {VERSION}, as merr wrote it"


def content_hash(words: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> str:
    """Return the SHA-256, hexadecimal, of a network's words and arrays, independent of how they are stored."""
    digest = hashlib.sha256(_text(words))
    for name, values in arrays.items():
        digest.update(f"{name} {values.dtype.str} {values.shape}".encode())
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()


def pack(words: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], claimed: str) -> bytes:
    """Return a file's bytes; the same network gives the same bytes (the archive's dates are fixed)."""
    about = {"format": FORMAT, "version": VERSION, "content_hash": claimed, "words": dict(words)}
    buffer = io.BytesIO()
    np.savez(buffer, about=np.frombuffer(_text(about), dtype=np.uint8), **dict(arrays))  # type: ignore[arg-type]
    return buffer.getvalue()


def unpack(
    data: bytes, wanted: Mapping[str, str], origin: str
) -> tuple[dict[str, Any], dict[str, NDArray[Any]], str]:
    """Return a file's words, its arrays (read-only) and the content hash that it claims.

    Raises
    ------
    NetworkError
        The bytes are not a whole network file, or one of another version.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as stored:
            about = json.loads(stored["about"].tobytes())
            if about["format"] != FORMAT or about["version"] != VERSION:
                raise NetworkError(
                    "This network file has another version",
                    given=f"{origin}: {about['format']!r}, version {about['version']!r}",
                    wanted=WANTED,
                    todo=REBUILD,
                )
            arrays = {name: stored[name] for name in wanted}
            words, claimed = dict(about["words"]), str(about["content_hash"])
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as fault:
        if isinstance(fault, NetworkError):
            raise
        raise _damaged(f"{origin}: {fault}") from fault
    for name, kind in wanted.items():
        if arrays[name].dtype.str != kind:
            raise _damaged(f"{origin}: {name} is {arrays[name].dtype.str}, not {kind}")
        arrays[name].setflags(write=False)
    return words, arrays, claimed


def check(words: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], claimed: str, origin: str) -> None:
    """Refuse a file whose content is not what its hash says.

    Raises
    ------
    NetworkError
        The content and the hash differ: the file was changed or damaged after it was written.
    """
    found = content_hash(words, arrays)
    if found != claimed:
        raise _damaged(f"{origin}: its content has the hash {found[:12]}, its label says {claimed[:12]}")


def read(path: Path) -> bytes:
    """Return a file's bytes.

    Raises
    ------
    NetworkError
        The file cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as fault:
        raise NetworkError(
            "The road network cannot be read", given=f"{path}: {fault.strerror}", wanted=WANTED, todo=REBUILD
        ) from fault


def write(path: Path, data: bytes) -> None:
    """Write a file beside its name and move it there, so that nobody reads half of it.

    Raises
    ------
    NetworkError
        There is no room, no folder or no right to write.
    """
    part: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
            part = Path(file.name)
            file.write(data)
        part.chmod(0o644)
        part.replace(path)
    except OSError as fault:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()
        raise NetworkError(
            "The road network cannot be written",
            given=f"{path}: {fault.strerror}",
            wanted=f"a folder with room for {len(data) / 1e6:.1f} MB and the right to write there",
            todo="make room or choose another folder",
        ) from fault


def _text(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _damaged(given: str) -> NetworkError:
    return NetworkError("This is not a whole road network", given=given, wanted=WANTED, todo=REBUILD)

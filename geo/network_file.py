"""A road network on disk: one npz whose arrays are read where they lie, with a version and a content hash.

The archive is uncompressed and each member begins at a multiple of 64 bytes, so that `numpy.load` reads it like any
other, and this module maps it into memory instead: nothing is copied, and processes that read the same file share one
copy of it. What can be worked out from the network may stand beside it, *laid out* under a digest of its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import mmap
import re
import struct
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from numpy.typing import NDArray

    Arrays = Mapping[str, NDArray[Any]]
    Buffer = bytes | bytearray | memoryview | mmap.mmap

FORMAT = "merr road network"
VERSION = 2
REBUILD = "build it again (merr build roads) or load the road lines again (merr load roads)"
WANTED = f"a {FORMAT} of version {VERSION}, as merr wrote it"

ALIGNED = 64
"""Bytes at whose multiples members, and the arrays in them, begin: a line of the processor's cache."""

LOCAL_HEADER = struct.Struct("<26xHH")
"""The start of a member as far as it matters: the lengths of its name and of its extra field."""

NPY_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(?P<kind>[<|][a-z][1-8])', 'fortran_order': False, "
    rb"'shape': \((?P<shape>[0-9, ]*)\), \} *\n",
    re.DOTALL,
)
"""The start of an array, as numpy writes it. Read so, and not by numpy, which tries to make sense of damaged ones."""

PADDING = 0xD935
"""The kind of extra field that exists to align what follows."""

READABLE = (
    OSError,
    EOFError,
    KeyError,
    TypeError,
    ValueError,
    NotImplementedError,
    struct.error,
    zipfile.BadZipFile,
)


@dataclass(frozen=True, eq=False)
class Held:
    """What a file holds, checked: words, arrays (read-only), the content hash, and what is laid out (or nothing)."""

    words: dict[str, Any]
    arrays: dict[str, NDArray[Any]]
    content_hash: str
    laid_out: dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Layout:
    """The arrays that may be laid out in a file: by whom they were worked out, and how each is stored."""

    made_by: str
    kinds: Mapping[str, str]


class _Stream:
    """Where an archive goes: it counts and never turns back, so that files, pipes and tables get the same bytes."""

    def __init__(self, write: Callable[[Any], object]) -> None:
        self._write = write
        self.at = 0

    def write(self, data: Any) -> int:  # noqa: ANN401 - whatever has bytes
        size = memoryview(data).nbytes
        self._write(data)
        self.at += size
        return size

    def flush(self) -> None:
        """Do nothing: whoever takes the bytes knows when they are safe."""


def content_hash(words: Mapping[str, Any], arrays: Arrays) -> str:
    """Return the SHA-256, hexadecimal, of a network's words and arrays, independent of how they are stored."""
    return _digest(_text(words), arrays)


def pour(
    write: Callable[[Any], object],
    words: Mapping[str, Any],
    arrays: Arrays,
    claimed: str,
    *,
    layout: Layout | None = None,
    laid_out: Arrays | None = None,
) -> None:
    """Hand a file's bytes to `write`, piece by piece; the same network gives the same bytes (its dates are fixed).

    No piece is a copy of an array, so a network is written with no more memory than it has.
    """
    about = {"format": FORMAT, "version": VERSION, "content_hash": claimed, "words": dict(words)}
    members: dict[str, NDArray[Any]] = {"about": np.frombuffer(_text(about), dtype=np.uint8), **arrays}
    if layout is not None and laid_out is not None:
        seal = {"made_by": layout.made_by, "digest": _digest(claimed.encode(), laid_out)}
        members |= {"layout": np.frombuffer(_text(seal), dtype=np.uint8), **laid_out}
    stream = _Stream(write)
    with zipfile.ZipFile(stream, "w") as archive:  # type: ignore[call-overload] # it asks for no more than this
        for name, values in members.items():
            header = io.BytesIO()
            np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(values))
            entry = zipfile.ZipInfo(f"{name}.npy")
            entry.file_size = header.tell() + values.nbytes
            padding = -(stream.at + 30 + len(entry.filename) + 4) % ALIGNED
            entry.extra = struct.pack("<HH", PADDING, padding) + bytes(padding)
            with archive.open(entry, "w") as member:
                member.write(header.getvalue())
                member.write(values.reshape(-1).view(np.uint8).data)


def unpack(
    data: Buffer, words: Iterable[str], wanted: Mapping[str, str], origin: str, layout: Layout | None = None
) -> Held:
    """Return what a file's bytes hold; the arrays lie in those bytes, which therefore must not change.

    Parameters
    ----------
    data
        The bytes, or a map of a file.
    words
        What the network says of itself.
    wanted
        How each array is stored.
    origin
        What a refusal calls the file.
    layout
        What must be laid out in it; None for a file of the network alone, whatever else it has.

    Raises
    ------
    NetworkError
        The bytes are not a whole network file, not what their hashes say, or of another version.
    """
    try:
        members = dict(_members(data))
        about = json.loads(members["about"].tobytes())
        _refuse_other(origin, (FORMAT, VERSION), (about["format"], about["version"]))
        held = Held(
            words={word: about["words"][word] for word in words},
            arrays={name: members[name] for name in wanted},
            content_hash=str(about["content_hash"]),
            laid_out={name: members[name] for name in layout.kinds} if layout else {},
        )
        digest = _seal(members, layout, origin) if layout else ""
    except READABLE as fault:
        if isinstance(fault, NetworkError):
            raise
        raise _damaged(f"{origin}: {fault}") from fault
    for name, kind in (dict(wanted) | dict(layout.kinds if layout else {})).items():
        if members[name].dtype.str != kind:
            raise _damaged(f"{origin}: {name} is {members[name].dtype.str}, not {kind}")
    _check(origin, "content", held.content_hash, content_hash(held.words, held.arrays))
    if layout:
        _check(origin, "layout", digest, _digest(held.content_hash.encode(), held.laid_out))
    return held


def mapped(path: Path) -> mmap.mmap:
    """Return a file as memory: read when touched, shared with whoever maps it too, and readable once it is removed.

    Raises
    ------
    NetworkError
        The file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError as fault:  # there is nothing to map
        raise _damaged(f"{path}: it is empty") from fault
    except OSError as fault:
        raise NetworkError(
            "The road network cannot be read", given=f"{path}: {fault.strerror}", wanted=WANTED, todo=REBUILD
        ) from fault


def let_go(data: mmap.mmap) -> None:
    """Give back the memory that reading a map took; it comes back, from the machine's own, where it is touched."""
    if hasattr(mmap, "MADV_DONTNEED"):
        data.madvise(mmap.MADV_DONTNEED)


def write(path: Path, pour_into: Callable[[Callable[[Any], object]], None], size: int) -> None:
    """Write a file of about so many bytes beside its name and move it there, so that nobody reads half of it.

    Raises
    ------
    NetworkError
        There is no room, no folder or no right to write.
    """
    part: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
            part = Path(file.name)
            pour_into(file.write)
        part.chmod(0o644)
        part.replace(path)
    except OSError as fault:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()
        raise NetworkError(
            "The road network cannot be written",
            given=f"{path}: {fault.strerror}",
            wanted=f"a folder with room for {size / 1e6:.1f} MB and the right to write there",
            todo="make room or choose another folder",
        ) from fault


def _members(data: Buffer) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield each member's name and array, read-only: where it lies, or a copy if a processor could not read it there."""
    whole = memoryview(data)
    readable: Any = data if isinstance(data, mmap.mmap) else io.BytesIO(data)  # a map reads like a file
    with zipfile.ZipFile(readable) as archive:
        entries = archive.infolist()
    for entry in entries:
        if entry.compress_type != zipfile.ZIP_STORED:
            raise ValueError(f"{entry.filename} is compressed")
        name_length, extra_length = LOCAL_HEADER.unpack_from(whole, entry.header_offset)
        first = entry.header_offset + 30 + name_length + extra_length
        member = whole[first : first + entry.file_size]
        about = NPY_HEADER.match(member[:1024])
        if about is None:
            raise ValueError(f"{entry.filename} is not an array as numpy writes it, row by row")
        shape = [int(size) for size in about["shape"].split(b",") if size.strip()]
        values = np.frombuffer(member[about.end() :], dtype=about["kind"].decode()).reshape(shape)
        if not values.flags.aligned:
            values = values.copy()
        values.setflags(write=False)
        yield entry.filename.removesuffix(".npy"), values


def _seal(members: Arrays, layout: Layout, origin: str) -> str:
    """Return the digest that a file claims for what is laid out in it, if that was done as asked."""
    seal = json.loads(members["layout"].tobytes())
    _refuse_other(origin, ("laid out", layout.made_by), ("laid out", seal["made_by"]))
    return str(seal["digest"])


def _digest(first: bytes, arrays: Arrays) -> str:
    digest = hashlib.sha256(first)
    for name, values in arrays.items():
        digest.update(f"{name} {values.dtype.str} {values.shape}".encode())
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest()


def _text(value: object) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _refuse_other(origin: str, wanted: tuple[str, object], given: tuple[object, object]) -> None:
    if given != wanted:
        raise NetworkError(
            "This network file has another version",
            given=f"{origin}: {given[0]!r}, version {given[1]!r}",
            wanted=WANTED if wanted[0] == FORMAT else f"one {wanted[0]} by {wanted[1]}",
            todo=REBUILD,
        )


def _check(origin: str, what: str, claimed: str, found: str) -> None:
    if found != claimed:
        raise _damaged(f"{origin}: its {what} has the hash {found[:12]}, its label says {claimed[:12]}")


def _damaged(given: str) -> NetworkError:
    return NetworkError("This is not a whole road network", given=given, wanted=WANTED, todo=REBUILD)

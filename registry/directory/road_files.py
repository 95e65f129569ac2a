"""The files of road networks: in parts in the database, and mapped from a folder that all processes share."""

from __future__ import annotations

import fcntl
import mmap
import os
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, insert, select

from geo.errors import NetworkError
from geo.network import RoadNetwork
from registry.directory.source_tables import RoadNetworkPartRow, RoadNetworkRow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

PART_BYTES = 4 * 2**20
"""Bytes of a part: what a statement carries, and the most that server and client hold of a file at a time."""

APART_BYTES = 16 * PART_BYTES
"""Files of more bytes are made in a process of their own."""

MAKE = """
import sys
from pathlib import Path
from geo.network import RoadNetwork
RoadNetwork.load(Path(sys.argv[1])).save(Path(sys.argv[2]), laid_out=True)
"""

AGAIN = "run `merr load roads` again, with the same options as before where the roads are your own"

LOCK = "network.lock"
"""The file in the cache folder that whoever writes or removes there holds; the system frees it with the process."""


def store_file(session: Session, network: RoadNetwork) -> None:
    """Put a network's file into the database, part by part, unless it is there; the network's row must be.

    Parts that are not the whole file any more are written anew: whoever reads them is told to load the roads again.
    """
    if _is_whole(session, network.content_hash):
        return
    session.execute(delete(RoadNetworkPartRow).where(RoadNetworkPartRow.content_hash == network.content_hash))
    parts = _Parts(session, network.content_hash)
    network.pour(parts.write)
    parts.finish()


def stored_network(session: Session, content_hash: str) -> RoadNetwork:
    """Return a network from the database alone; it takes as much memory as the file has bytes.

    Raises
    ------
    NetworkError
        The parts are not the whole file of that network, or another release stored them.
    """
    whole = mmap.mmap(-1, max(_size(session, content_hash), 1))
    for part in _parts(session, content_hash):
        whole.write(part)
    try:
        network = RoadNetwork.from_bytes(whole)
    except NetworkError as fault:
        raise NetworkError(fault.title, given=fault.given, wanted=fault.wanted, todo=AGAIN) from fault
    return _same(network, content_hash)


def mapped_network(session: Session, content_hash: str, cache_dir: Path) -> RoadNetwork:
    """Return a network mapped from its file below `cache_dir`, made from the database when missing or damaged.

    The file holds what is worked out from the network too, so one process works it out and all share one copy. It
    appears whole or not at all, and of processes that start together one makes it while the others wait. Files of
    networks that this database no longer uses are removed; who still has one mapped goes on reading it. Where
    nothing can be written the database serves alone.

    Raises
    ------
    NetworkError
        The database has not the whole file of that network.
    """
    file = cache_dir / f"network-{content_hash}.npz"
    found = _kept(file, content_hash)
    with _alone(cache_dir, wait=found is None) as alone:
        if found is None:
            found = _kept(file, content_hash)  # another process was sooner
        if found is None:
            found = _made(session, content_hash, file)
        if alone:
            _remove_others(session, cache_dir, file)
    return found


def _is_whole(session: Session, content_hash: str) -> bool:
    try:
        stored_network(session, content_hash)
    except NetworkError:
        return False
    return True


def _made(session: Session, content_hash: str, file: Path) -> RoadNetwork:
    """Return a network from the database, mapped from its file unless that could not be written."""
    if _size(session, content_hash) > APART_BYTES and _made_apart(session, content_hash, file):
        found = _kept(file, content_hash)
        if found is not None:
            return found
    network = stored_network(session, content_hash)
    with suppress(NetworkError):  # a full disk or a missing right costs seconds at the next start, no more
        network.save(file, laid_out=True)
        network = _kept(file, content_hash) or network
    return network


def _made_apart(session: Session, content_hash: str, file: Path) -> bool:
    """Make a network's file in a process of its own, and return whether that could be.

    Working out what follows from a large network takes several times its size for seconds. A process that ends
    gives all of it back; one that goes on to serve would keep much of it.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=file.parent, prefix=file.name, buffering=0) as plain:
            for part in _parts(session, content_hash):
                if plain.write(part) != len(part):  # the disk is full
                    return False
            ended = subprocess.run(  # noqa: S603 - this interpreter, on our own words
                [sys.executable, "-c", MAKE, plain.name, str(file)],
                env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # who asked tries itself, and says what stands in the way
                check=False,
            )
    except OSError:
        return False
    return ended.returncode == 0


def _size(session: Session, content_hash: str) -> int:
    size = func.sum(func.length(RoadNetworkPartRow.bytes))
    return int(session.scalar(select(size).where(RoadNetworkPartRow.content_hash == content_hash)) or 0)


def _parts(session: Session, content_hash: str) -> Iterator[bytes]:
    """Yield the parts of a network's file one by one, as the server hands them over."""
    chosen = select(RoadNetworkPartRow.bytes).where(RoadNetworkPartRow.content_hash == content_hash)
    one_by_one = chosen.order_by(RoadNetworkPartRow.number).execution_options(yield_per=1)
    with closing(session.scalars(one_by_one)) as parts:
        yield from parts


class _Parts:
    """Takes a file's bytes as they come and stores them in parts."""

    def __init__(self, session: Session, content_hash: str) -> None:
        self._session, self._content_hash = session, content_hash
        self._waiting = bytearray()
        self._number = 0

    def write(self, data: Any) -> None:  # noqa: ANN401 - whatever has bytes
        rest = memoryview(data)
        while rest:
            room = PART_BYTES - len(self._waiting)
            self._waiting += rest[:room]
            rest = rest[room:]
            if len(self._waiting) == PART_BYTES:
                self.finish()

    def finish(self) -> None:
        """Store what waits, as one part."""
        if not self._waiting:
            return
        part = {"content_hash": self._content_hash, "number": self._number, "bytes": bytes(self._waiting)}
        self._session.execute(insert(RoadNetworkPartRow), part)
        self._waiting.clear()
        self._number += 1


def _kept(file: Path, content_hash: str) -> RoadNetwork | None:
    """Return the network of a file in the cache; None when it is missing, damaged or laid out in another way."""
    try:
        return _same(RoadNetwork.load(file, laid_out=True), content_hash)
    except NetworkError:
        return None


@contextmanager
def _alone(cache_dir: Path, *, wait: bool) -> Iterator[bool]:
    """Hold the cache folder against other processes; False where that cannot be, or now cannot be without waiting."""
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        lock = (cache_dir / LOCK).open("a")
    except OSError:
        yield False
        return
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            alone = True
        except OSError:
            alone = False
        yield alone


def _remove_others(session: Session, cache_dir: Path, file: Path) -> None:
    """Remove the files of networks that are no longer in use here, and what writers that were killed left behind."""
    idle = set(session.scalars(select(RoadNetworkRow.content_hash).where(~RoadNetworkRow.active)))
    for other in cache_dir.glob("network-*.npz*"):
        content_hash, ending = other.name.removeprefix("network-").split(".", 1)
        if other != file and (ending != "npz" or content_hash in idle):
            with suppress(OSError):
                other.unlink()


def _same(network: RoadNetwork, content_hash: str) -> RoadNetwork:
    if network.content_hash != content_hash:
        raise NetworkError(
            "The stored roads are not the ones their name says",
            given=f"a network of hash {network.content_hash}",
            wanted=f"the network of hash {content_hash}",
            todo=AGAIN,
        )
    return network

"""Anchors: the audit's head, written where whoever owns the database cannot change it, once a minute.

They go to a file, or to the machine's syslog, which sends them on to another machine.
"""

from __future__ import annotations

import hashlib
import logging
import os
import socket
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from sqlalchemy import make_url

from registry.db.engine import session_scope
from registry.errors import RegistryError
from registry.trust.anchor_lines import Found, line_of, read_lines
from registry.trust.ledger import head_now

if TYPE_CHECKING:
    from registry.settings import Settings
    from registry.trust.chain import Anchor

SYSLOG: Final = "syslog"
"""The place that is no file."""

SYSLOG_SOCKET: Final = "/dev/log"
_TAIL_BYTES = 65_536
_AUTHPRIV_NOTICE = 10 * 8 + 5

_log = logging.getLogger(__name__)


def read(path: Path) -> Found:
    """Return the anchors of a file: one of `write`, or a syslog's.

    Raises
    ------
    RegistryError
        There is no such file, or nothing in it is an anchor.
    """
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            found = read_lines(file)
    except (FileNotFoundError, IsADirectoryError):
        found = Found((), 0)
    if not found.anchors:
        raise RegistryError(
            "There are no anchors",
            given=str(path),
            wanted="a file that `merr audit anchor` or `merr serve` wrote, or a syslog with their lines",
            todo="name another one with --anchors, or write the first one with merr audit anchor",
        )
    return found


def latest(path: Path) -> Anchor | None:
    """Return the last anchor of a file without reading all of it; None where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(-min(_TAIL_BYTES, file.seek(0, os.SEEK_END)), os.SEEK_END)
            lines = file.read().decode(errors="replace").splitlines()
    except (FileNotFoundError, IsADirectoryError):
        return None
    return max(read_lines(lines).anchors, key=lambda each: each.seq, default=None)


def write(anchor: Anchor, place: Path | str) -> None:
    """Write an anchor to a file, on disk before this returns, or to syslog.

    Raises
    ------
    RegistryError
        The machine has no syslog.
    OSError
        The file cannot be written.
    """
    if isinstance(place, str):
        _to_syslog(line_of(anchor), SYSLOG_SOCKET)
        return
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Appended, so that two servers may use one file. A line that a power failure cut gets its end first.
    with open(place, "a+b", opener=_for_the_owner_alone) as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            file.write(b"" if file.read(1) == b"\n" else b"\n")
        file.write(line_of(anchor).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def place_of(known: Settings, url: str) -> Path | str:
    """Return where the anchors of the database at `url` go: `syslog`, the file that is set, or one of its own."""
    if known.anchor == SYSLOG:
        return SYSLOG
    return Path(known.anchor).absolute() if known.anchor else default_place(url, known.state_dir)


def default_place(url: str, folder: Path) -> Path:
    """Return the file below `folder` for the anchors of the database at `url`: another database has another chain."""
    known = make_url(url)
    where = f"{known.query.get('host', known.host)}:{known.port}/{known.database}"
    return folder / "anchors" / f"{known.database}-{hashlib.sha256(where.encode()).hexdigest()[:8]}.jsonl"


def _for_the_owner_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _to_syslog(line: str, address: str) -> None:
    # Python's syslog module says nothing when nobody listens; an anchor that nobody keeps must be noticed.
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
        try:
            sender.connect(address)
            sender.send(f"<{_AUTHPRIV_NOTICE}>merr-audit[{os.getpid()}]: {line}".encode())
        except OSError as fault:
            raise RegistryError(
                "No syslog takes the anchor",
                given=f"{address}: {fault.strerror}",
                wanted="a syslog that listens there",
                todo="start one, or set MERR_ANCHOR to a file on another disk",
            ) from fault


def anchor_now(url: str, place: Path | str, known: Anchor | None = None) -> Anchor | None:
    """Return the head now, written to `place` unless it is that of `known`; None while nothing was recorded.

    Raises
    ------
    RegistryError
        The database does not answer, or the machine has no syslog.
    OSError
        The file cannot be written.
    """
    with session_scope(url) as session:
        anchor = head_now(session)
    if anchor is not None and (known is None or (known.seq, known.hash) != (anchor.seq, anchor.hash)):
        write(anchor, place)
    return anchor


class Anchorer:
    """A thread that anchors the audit at an interval, first at its start and last at its end.

    What keeps it from doing so is logged each time it changes, and it goes on trying.
    """

    def __init__(self, url: str, place: Path | str, interval_s: float) -> None:
        self._url, self._place, self._interval_s = url, place, interval_s
        self._ended = threading.Event()
        self._known: Anchor | None = None
        self._thread = threading.Thread(target=self._run, name="merr-anchorer", daemon=True)
        self.trouble = ""
        """What keeps it from anchoring, in one sentence; empty while all is well."""

    def __enter__(self) -> Self:
        """Begin; returns at once."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Anchor once more, and end."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            ending = self._ended.is_set()
            self._anchor()
            if ending:
                return
            self._ended.wait(self._interval_s)

    def _anchor(self) -> None:
        try:
            self._known = anchor_now(self._url, self._place, self._known)
        except (RegistryError, OSError) as fault:
            trouble = str(fault)
        except Exception as fault:  # noqa: BLE001 - a thread that ended unseen would leave the audit without anchors
            trouble = f"{type(fault).__name__}: {fault}"
        else:
            trouble = ""
        if trouble and trouble != self.trouble:
            _log.error("the audit is not anchored: %s", trouble)
        elif self.trouble and not trouble:
            _log.warning("the audit is anchored again")
        self.trouble = trouble

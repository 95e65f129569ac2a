"""What the terminal shows while set-up works, and the sentence it ends with when it cannot."""

from __future__ import annotations

import errno
import re
import subprocess
import sys
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

TICK_S = 0.25
LINE_EVERY_S = 5.0
"""Where no terminal redraws a line, a new one stands for this long."""
KEPT_LINES = 200
SHOWN_LINES = 12
LINE_WIDTH = 150
SEE_LINES = "see the lines below"

CAUSES = {
    r"No space left on device|not enough free space|don't have enough free space": (
        "The disk is full: make room (about 2 GB) and run the same command again."
    ),
    r"dpkg was interrupted": (
        "An earlier installation was cut short: run dpkg --configure -a as root, then the same command again."
    ),
    r"Could not get lock|Unable to acquire the dpkg": (
        "Another program installs packages: wait until it ends and run the same command again."
    ),
    r"DO NOT MATCH THE HASHES": (
        "A package differs from what the lock file records, and nothing was installed: check where pip is set to take "
        "packages from."
    ),
    r"Temporary failure|Name or service not known|Could not resolve|Network is unreachable|Connection refused|"
    r"Failed to establish a new connection|Could not connect|timed out|ENOTFOUND|EAI_AGAIN": (
        "The package mirror cannot be reached: check the network (and pip's and apt's own settings), then run the same "
        "command again; it goes on where it was."
    ),
    r"No matching distribution found|Could not find a version": (
        "The package index that pip is set to use lacks a package of the lock file: see the lines below."
    ),
    r"Unable to locate package|has no installation candidate": (
        "apt's sources lack a package: see the lines below, and add Debian's main section to the sources."
    ),
    r"Permission denied|are you root|EACCES": (
        "A right is missing: see the lines below, and run as the owner of this clone or as root."
    ),
}
"""What a tool prints, and what its user can do about it; the first that fits is said."""


class Stop(Exception):  # noqa: N818 - said to the user, not a fault of the program
    """What is in the way of setting up, in one sentence that says what to do."""


class Board:
    """The works under way, with the seconds each took so far."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._works: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._redraws = sys.stdout.isatty()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        """Begin to show."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Leave a clean line."""
        self._end.set()
        self._thread.join()

    def begin(self, title: str) -> None:
        """Show that the work `title` began."""
        with self._lock:
            self._works[title] = (time.monotonic(), "")

    def say(self, title: str, state: str) -> None:
        """Show how far the work `title` is."""
        with self._lock:
            self._works[title] = (self._works[title][0], state)

    def finish(self, title: str, word: str = "done") -> None:
        """Leave a line that says how long the work `title` took."""
        with self._lock:
            began, _ = self._works.pop(title)
            self._clear()
            print(f"  {title}: {word}, {time.monotonic() - began:.0f} s", flush=True)

    def _tick(self) -> None:
        every = TICK_S if self._redraws else LINE_EVERY_S
        while not self._end.wait(every):
            with self._lock:
                self._draw()
        with self._lock:
            self._clear()

    def _draw(self) -> None:
        if not self._works:
            return
        now = time.monotonic()
        parts = [f"{title}{': ' if state else ''}{state}" for title, (_, state) in self._works.items()]
        line = f"  {now - self._began:3.0f} s  {'  |  '.join(parts)} ..."
        print(
            f"\r\033[K{line[:LINE_WIDTH]}" if self._redraws else line,
            end="" if self._redraws else "\n",
            flush=True,
        )

    def _clear(self) -> None:
        if self._redraws:
            print("\r\033[K", end="", flush=True)


def run(
    board: Board,
    title: str,
    command: Sequence[str],
    *,
    reads: Callable[[str], str | None] = lambda _: None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> None:
    """Run `command` to its end, showing what `reads` makes of its lines.

    Raises
    ------
    Stop
        If it fails: the sentence for the known cause, else its last lines.
    """
    last: deque[str] = deque(maxlen=KEPT_LINES)
    board.begin(title)
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env=environment,
        cwd=folder,
    ) as process:
        for line in process.stdout or ():
            last.append(line.rstrip())
            state = reads(line)
            if state is not None:
                board.say(title, state)
    board.finish(title, "done" if process.returncode == 0 else "failed")
    if process.returncode:
        raise Stop(_sentence(title, list(last), process.returncode))


def _sentence(title: str, lines: list[str], code: int) -> str:
    """Return what to do about a tool that failed, with its last lines where the sentence needs them."""
    said = "\n".join(lines)
    known = [sentence for pattern, sentence in CAUSES.items() if re.search(pattern, said, re.IGNORECASE)]
    todo = known[0] if known else f"The step {title!r} ended with code {code}: {SEE_LINES}."
    if SEE_LINES not in todo:
        return todo
    return "\n".join([todo, *(f"    {line[:LINE_WIDTH]}" for line in lines[-SHOWN_LINES:])])


def sentence_of(fault: OSError) -> str:
    """Return what to do about a file or folder that could not be written."""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full: make room (about 2 GB) and run the same command again."
    return (
        f"{fault.filename} cannot be written ({fault.strerror}): run as the owner of this clone, or as root."
    )

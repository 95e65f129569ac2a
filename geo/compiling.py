"""Functions compiled once a machine: whoever comes first compiles and keeps the result, the others wait for it.

numba keeps what it compiles in an index and numbered files, and writes them without a lock. Of two processes that start
cold, one may lose its entry, so that later processes compile again; worse, both may take the same number, and one
signature is then answered with the code of another. A reader may also meet the new index beside the old file.
"""

from __future__ import annotations

import contextlib
import fcntl
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from numba import njit
from numba.core.compiler_lock import global_compiler_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOCK = "merr-compiling.lock"
"""The file beside the kept functions that whoever compiles holds; the system frees it with the process."""

_held: set[Path] = set()
"""Locks that this process holds; only touched under the compiler's own lock."""


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function compiled at its first call, outside Python's lock, and kept on disk for all processes.

    Kept beside its source, in the user's cache folder or in `NUMBA_CACHE_DIR`; compiled in each process where
    nothing can be kept or locked. A kept function that cannot be read (a disk that was full, a machine that went
    off) is compiled again.

    What is kept is kept by the file that the function stands in. A compiled function may therefore call only
    compiled functions of its own file: a change in another one would go unnoticed.
    """
    try:
        kept: Any = njit(nogil=True, cache=True)(function)
    except RuntimeError:  # numba: no folder to keep it in
        return njit(nogil=True)(function)
    lock = Path(kept.stats.cache_path) / LOCK
    if not _can_lock(lock):
        return njit(nogil=True)(function)
    compile_or_read = kept.compile

    def compile_alone(signature: object) -> object:
        with _alone(lock):
            try:
                return compile_or_read(signature)
            except Exception:  # noqa: BLE001 - whatever the damage raises; a fault of the source is raised again below
                with contextlib.suppress(OSError):  # a full disk: this process has it compiled all the same
                    kept._cache.flush()  # noqa: SLF001 - its only way to forget
                return compile_or_read(signature)

    kept.compile = compile_alone  # called once a signature and process, never once it is known
    return cast("Callable[..., Any]", kept)


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a lock against other processes, and the compiler's own against the threads of this one."""
    with global_compiler_lock:
        if lock in _held:  # a function that the one being compiled calls
            yield
            return
        with lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _held.add(lock)
            try:
                yield
            finally:
                _held.discard(lock)


def _can_lock(lock: Path) -> bool:
    """Return whether the folder knows locks; some file systems on a net do not."""
    try:
        with lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:  # held by another process
        return True
    except OSError:
        return False
    return True

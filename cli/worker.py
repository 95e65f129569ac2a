"""`merr worker`: computes what pages and commands put aside because it takes longer than two seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

AGAIN_AFTER_S: Final = 5.0
"""How long `merr serve` waits before it starts a worker anew that ended by itself."""

ENDS_WITHIN_S: Final = 10.0
"""How long a worker has to reach its next step when `merr serve` ends."""


def register(app: typer.Typer) -> None:
    """Add `merr worker` to the commands."""
    app.command()(worker)


def worker(
    beside: Annotated[
        int | None, typer.Option(hidden=True, help="Stop when the process of this number is gone.")
    ] = None,
) -> None:
    """Do long work until Ctrl-C: what is under way stops at its next step, and goes on with the next worker.

    `merr serve` and `merr demo` start one by themselves.
    """
    from cli.terminal import Console
    from matching.runs.working import perform
    from registry.db.logins import dsn
    from registry.jobs.worker import work

    url = dsn("web")
    if beside is None:
        Console(highlight=False, markup=False).print("Waiting for long work until Ctrl-C.")
    # Until the worker has its own way to stop, both signals end it alike.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt):
            work(url, partial(perform, url), parent=beside)
    finally:
        signal.signal(signal.SIGTERM, before)


class WorkerBeside:
    """A worker in a process of its own, as long as a `with` block lasts; started anew when it ends by itself."""

    def __init__(self) -> None:
        self._ending = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watch = threading.Thread(target=self._keep, name="worker", daemon=True)

    def __enter__(self) -> Self:
        """Start the worker."""
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Ask the worker to stop, and wait until it has given back what it had under way."""
        self._ending.set()
        process = self._process
        if process is not None:
            process.terminate()
            try:
                process.wait(ENDS_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()  # another worker takes its job up again
        self._watch.join(ENDS_WITHIN_S)

    def _keep(self) -> None:
        command = [
            sys.executable,
            "-c",
            "from cli.main import app; app()",
            "worker",
            "--beside",
            str(os.getpid()),
        ]
        while not self._ending.is_set():
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - this interpreter
            if self._ending.is_set():  # it was set before there was a process to end
                self._process.terminate()
            self._process.wait()
            self._ending.wait(AGAIN_AFTER_S)

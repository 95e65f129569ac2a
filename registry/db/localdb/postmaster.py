"""The server process of a data directory, told by what the kernel knows rather than by a file it left."""

from __future__ import annotations

from pathlib import Path

PROC = Path("/proc")


class Postmaster:
    """The server process of one data directory.

    A process id in `postmaster.pid` says little: after a kill or a restart of the machine another program may bear
    it. Every process of a server works in its data directory, and that is what is asked for here.
    """

    def __init__(self, data_dir: Path, socket: Path) -> None:
        self.data_dir = data_dir
        self.pid_file = data_dir / "postmaster.pid"
        self.socket_lock = socket.with_name(f"{socket.name}.lock")

    def pid(self) -> int | None:
        """Return the process id that the pid file names, None if there is no such file."""
        try:
            first = self.pid_file.read_text().partition("\n")[0].strip()
        except OSError:
            return None
        return int(first) if first.isdigit() else None

    def alive(self) -> bool:
        """Return whether the process of the pid file is this data directory's server."""
        pid = self.pid()
        return pid is not None and self._works_here(PROC / str(pid))

    def orphans(self) -> tuple[int, ...]:
        """Return the ids of all processes that work in the data directory; without a server they are its orphans."""
        found = (entry for entry in PROC.iterdir() if entry.name.isdigit() and self._works_here(entry))
        return tuple(sorted(int(entry.name) for entry in found))

    def forget_stale(self) -> None:
        """Remove the two files in which a dead server left its number.

        PostgreSQL clears them by itself, but not when a process of the same account bears the number: another program,
        or the dead server itself where nobody reaps it, as in a container. While any process works in the data
        directory the files stay: they name the shared memory that must be free first.
        """
        if not self.orphans():
            self.pid_file.unlink(missing_ok=True)
            self.socket_lock.unlink(missing_ok=True)

    def _works_here(self, process: Path) -> bool:
        try:
            return (process / "cwd").samefile(self.data_dir)
        except OSError:
            return False

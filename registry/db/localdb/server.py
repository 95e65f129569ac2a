"""A private PostGIS cluster: own data directory, unix socket only, no system service.

One module serves the demo, the tests and CI. A machine's own PostgreSQL is never touched and never needed. Whoever
may enter the socket's folder (its mode is 0700: the server's account, and root) may connect; there is no port.
"""

from __future__ import annotations

import fcntl
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
from psycopg import sql

from geo.errors import first_line
from registry.db.localdb.account import (
    full_disk,
    make_folder,
    refuse_folder,
    run_as_server,
    words,
)
from registry.db.localdb.postmaster import Postmaster
from registry.db.localdb.programs import Programs, find_programs
from registry.errors import RegistryError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Progress = Callable[[str], None]

SUPERUSER = "merr"
DATABASE = "merr"
PORT = 5432
"""Only a part of the socket's name; said everywhere, so that PGPORT in somebody's environment changes nothing."""
SOCKET_NAME = f".s.PGSQL.{PORT}"
SOCKET_PATH_LIMIT = 100
"""Bytes; the kernel's own limit for a unix socket's path is 107."""
START_LIMIT_S = 10.0
RECOVERY_LIMIT_S = 120
"""A server that replays its log after a crash is waited for this long."""
LOG_LIMIT_BYTES = 5_000_000

SERVER_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "jit": "off",  # compiling a plan costs more than any of our queries
    "timezone": "UTC",
    "log_checkpoints": "off",
    "max_connections": "100",
}


@dataclass(frozen=True)
class ClusterStatus:
    """What `merr db status` says."""

    running: bool
    state_dir: Path
    process_id: int | None
    version: str | None
    databases: tuple[str, ...]


class LocalCluster:
    """A PostGIS cluster below one folder, started and stopped by this project alone.

    Parameters
    ----------
    state_dir
        The folder that holds everything of it. As root, the account `postgres` must be able to reach it.
    prefix
        Where PostGIS was unpacked when it could not be installed.
    durable
        False for throwaway test clusters: faster, and lost when the machine (not the server) goes down.
    """

    def __init__(self, state_dir: Path, prefix: Path, *, durable: bool = True) -> None:
        self.state_dir = state_dir
        self.prefix = prefix
        self.durable = durable
        self.home = state_dir / "pg"
        self.data_dir = self.home / "data"
        self.socket_dir = self.home / "run"
        self.log_file = self.home / "server.log"
        self.postmaster = Postmaster(self.data_dir, self.socket_dir / SOCKET_NAME)

    def up(self, progress: Progress | None = None) -> str:
        """Return the URL of the database `merr`, with the cluster running; made on the first call.

        Safe to call at any time and from several processes at once: one of them does the work. The database is
        empty on the first call; migrations fill it.

        Raises
        ------
        RegistryError
            If the cluster cannot run here; the refusal says what to do.
        """
        self._check_socket_path()
        if not self.answers(DATABASE):
            with self._locked():
                self._start_if_needed(progress or _silent)
                if DATABASE not in self.databases():
                    self.create_database(DATABASE)
        return self.url()

    def down(self) -> bool:
        """Return True if the cluster was running and is stopped now; its data stay.

        Raises
        ------
        RegistryError
            If the server does not stop.
        """
        if not self.home.exists():
            return False
        with self._locked():
            if not self.postmaster.alive():
                return False
            stop = ("stop", "-D", str(self.data_dir), "-m", "fast", "-w", "-t", "60")
            ended = run_as_server((self._programs().path("pg_ctl"), *stop), self._programs().environment)
            if self.postmaster.alive():
                raise RegistryError(
                    "The database server does not stop",
                    given=ended.output.splitlines()[-1]
                    if ended.output
                    else f"process {self.postmaster.pid()}",
                    wanted="a server that stops within 60 s",
                    todo=f"see {self.log_file}, then end process {self.postmaster.pid()}",
                )
        return True

    def status(self) -> ClusterStatus:
        """Return whether the cluster runs, where it is, and the databases in it."""
        if not self.answers("postgres"):
            return ClusterStatus(False, self.state_dir, None, self._data_version(), ())
        with self._connection() as connection:
            (version,) = connection.execute("SHOW server_version").fetchone() or ("",)
        return ClusterStatus(
            True, self.state_dir, self.postmaster.pid(), str(version).split()[0], self.databases()
        )

    def url(self, database: str = DATABASE, login: str = SUPERUSER) -> str:
        """Return the SQLAlchemy URL of `database` by a role of the cluster, whether it runs or not.

        No role has a password: whoever may enter the socket's folder is the machine's operator.
        """
        return (
            f"postgresql+psycopg://{login}@/{quote(database)}?host={quote(str(self.socket_dir))}&port={PORT}"
        )

    def answers(self, database: str) -> bool:
        """Return whether the server accepts a connection to `database` now."""
        try:
            self._connect(database).close()
        except psycopg.OperationalError:
            return False
        return True

    def databases(self) -> tuple[str, ...]:
        """Return the names of the databases, without PostgreSQL's own."""
        query = "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY 1"
        with self._connection() as connection:
            return tuple(str(name) for (name,) in connection.execute(query))

    def create_database(self, name: str, template: str | None = None) -> str:
        """Return the URL of the new database `name`, empty or a copy of `template`.

        A copy of a migrated template takes about 0.1 s, so that each test worker has its own.

        Raises
        ------
        RegistryError
            If there is a database of that name, or no such template.
        """
        copied = sql.SQL(" TEMPLATE {}").format(sql.Identifier(template or "template1"))
        try:
            with self._connection() as connection:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)) + copied)
        except psycopg.Error as fault:
            raise RegistryError(
                f"The database {name} cannot be made",
                given=first_line(fault),
                wanted="a new name and a template that nobody is connected to",
                todo="drop the database of that name first, or close the connections to the template",
            ) from fault
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop the database `name` and end the connections to it; nothing happens if there is none."""
        with self._connection() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def psql(self, database: str = DATABASE) -> tuple[list[str], dict[str, str]]:
        """Return the command that opens `psql` on `database`, and the variables it needs."""
        programs = self._programs()
        where = ["-h", str(self.socket_dir), "-p", str(PORT), "-U", SUPERUSER, "-d", database]
        return [programs.path("psql"), *where], dict(programs.environment)

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(
            host=str(self.socket_dir),
            port=PORT,
            user=SUPERUSER,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        try:
            connection = self._connect("postgres")
        except psycopg.OperationalError as fault:
            raise RegistryError(
                "The private cluster does not answer",
                given=first_line(fault),
                wanted=f"a running server behind {self.socket_dir}",
                todo="run merr db up",
            ) from fault
        with connection:
            yield connection

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the one lock of this cluster; the kernel frees it when the holder dies, however it dies."""
        make_folder(self.state_dir)
        try:
            lock = (self.state_dir / "lock").open("a")
        except OSError as fault:
            raise refuse_folder(self.state_dir, fault) from fault
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start_if_needed(self, progress: Progress) -> None:
        """Make the data directory if there is none, and wait until the server answers.

        After a kill the old server's children need a moment to end and to free the shared memory, so a start that
        meets them is tried again. `pg_ctl` reports a start that fails; a server that is there but not ready (it
        starts, stops or replays its log) is waited for.
        """
        programs = self._programs()
        self._make_data_dir(programs, progress)
        trying_until = time.monotonic() + START_LIMIT_S
        waiting_until = time.monotonic() + RECOVERY_LIMIT_S
        while not self.answers("postgres"):
            alive = self.postmaster.alive()
            if not alive:
                progress("starting the private PostGIS cluster")
                self.postmaster.forget_stale()
                refused = self._start(programs)
                if refused and (not _passes_by_itself(refused) or time.monotonic() > trying_until):
                    raise self._refuse_start(refused)
            elif time.monotonic() > waiting_until:
                raise self._refuse_start("the server is there and accepts no connection")
            time.sleep(0.1)

    def _make_data_dir(self, programs: Programs, progress: Progress) -> None:
        """Run initdb beside the final place and move it there, so that a half-made cluster never counts."""
        version = self._data_version()
        if version is not None:
            self._refuse_other_major(version, programs)
            return
        progress("making the private PostGIS cluster")
        make_folder(self.state_dir)
        make_folder(self.home, private=True)
        make_folder(self.socket_dir, private=True)
        fresh = self.home / "data.new"
        self._check_reach()
        if fresh.exists():
            shutil.rmtree(fresh)
        how = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions")
        made = run_as_server(
            (programs.path("initdb"), "-D", str(fresh), "-U", SUPERUSER, *how), programs.environment
        )
        if made.code:
            raise self._refuse_start(made.output)
        fresh.rename(self.data_dir)

    def _start(self, programs: Programs) -> str:
        """Return an empty string if the server started, else what it said."""
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_LIMIT_BYTES:
            self.log_file.replace(self.log_file.with_suffix(".log.old"))
        before = self.log_file.stat().st_size if self.log_file.exists() else 0
        chosen = {**SERVER_SETTINGS, "unix_socket_directories": str(self.socket_dir)}
        if not self.durable:
            chosen |= {"fsync": "off", "full_page_writes": "off"}
        options = words([part for name, value in chosen.items() for part in ("-c", f"{name}={value}")])
        start = (
            "start",
            "-D",
            str(self.data_dir),
            "-l",
            str(self.log_file),
            "-w",
            "-t",
            str(RECOVERY_LIMIT_S),
        )
        done = run_as_server((programs.path("pg_ctl"), *start, "-o", options), programs.environment)
        if done.code == 0:
            return ""
        logged = (
            self.log_file.read_bytes()[before:].decode(errors="replace") if self.log_file.exists() else ""
        )
        return logged or done.output

    def _programs(self) -> Programs:
        version = self._data_version()
        return find_programs(self.prefix, int(version) if version and version.isdigit() else None)

    def _data_version(self) -> str | None:
        """Return the major version of the data that is there, None if there is none."""
        try:
            return (self.data_dir / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            return None
        except OSError as fault:
            raise refuse_folder(self.data_dir, fault) from fault

    def _refuse_other_major(self, version: str, programs: Programs) -> None:
        if version != str(programs.major):
            raise RegistryError(
                f"The database was made by PostgreSQL {version}",
                given=f"{self.data_dir} of version {version}",
                wanted=f"data of PostgreSQL {programs.major}, the one with PostGIS on this machine",
                todo=f"install postgresql-{version}-postgis-3, or move {self.data_dir} away and run the same "
                "command again to begin with an empty database",
            )

    def _check_socket_path(self) -> None:
        path = str(self.socket_dir / SOCKET_NAME)
        if "," in path:
            raise RegistryError(
                "The path of the database's socket holds a comma",
                given=path,
                wanted="a path without one, since PostgreSQL reads it as the end of a path",
                todo="set MERR_STATE_DIR to such a folder",
            )
        if len(path.encode()) > SOCKET_PATH_LIMIT:
            raise RegistryError(
                "The path of the database's socket is too long",
                given=f"{path} ({len(path.encode())} bytes)",
                wanted=f"at most {SOCKET_PATH_LIMIT} bytes",
                todo="set MERR_STATE_DIR to a folder with a shorter path",
            )

    def _check_reach(self) -> None:
        """Refuse a folder that the server's account cannot reach, which initdb would word poorly."""
        if run_as_server(("test", "-w", str(self.home)), {}).code:
            raise RegistryError(
                "The database's account cannot reach its folder",
                given=str(self.home),
                wanted="a folder whose parents everybody may enter, such as one below /var",
                todo="set MERR_STATE_DIR to such a folder, or unset it",
            )

    def _refuse_start(self, said: str) -> RegistryError:
        if "No space left on device" in said:
            return full_disk(self.home)
        worst = [line for line in said.splitlines() if "FATAL" in line or "error:" in line]
        others = self.postmaster.orphans()
        hint = (
            f"end the processes {', '.join(map(str, others))} of the killed server, then " if others else ""
        )
        return RegistryError(
            "The private cluster does not start",
            given=(worst or said.splitlines() or ["no word from the server"])[-1].strip(),
            wanted=f"a server that starts in {self.data_dir}",
            todo=f"{hint}see {self.log_file} and run merr db up again",
        )


def _passes_by_itself(said: str) -> bool:
    """Return whether a start failed only because a killed server's remains are not gone yet."""
    return "pre-existing shared memory block" in said or "lock file" in said or "is still in use" in said


def _silent(_: str) -> None:
    """Show nothing: the caller watches no terminal."""

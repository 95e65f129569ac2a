"""A second cluster as compose sets one up: passwords over TCP, one superuser, and the registry's logins by their DSNs."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url

from registry.db.engine import engine
from registry.db.localdb.account import make_folder, run_as_server
from registry.db.localdb.programs import find_programs
from registry.settings import CLONE, settings

LOGINS = ("owner", "web", "audit", "backup")
MERR = "import sys; sys.argv[0] = 'merr'; from cli.main import app; app()"


@dataclass(frozen=True)
class PasswordCluster:
    """Its address and the password of each role."""

    port: int
    passwords: dict[str, str]

    def url(self, role, database="merr"):
        return f"postgresql+psycopg://{role}:{self.passwords[role]}@127.0.0.1:{self.port}/{database}"

    def environment(self, *roles, superuser=False):
        """Return the settings of a service of compose that was given these logins."""
        said = {name: value for name, value in os.environ.items() if not name.startswith("MERR_")}
        said.pop("DATABASE_URL", None)
        said |= {f"MERR_DSN_{role.removeprefix('merr_').upper()}": self.url(role) for role in roles}
        return said | ({"DATABASE_URL": self.url("merr")} if superuser else {})

    def merr(self, environment, *words):
        return subprocess.run(
            [sys.executable, "-c", MERR, *words],
            cwd=CLONE, env=environment, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip


@pytest.fixture(scope="session")
def password_cluster():
    """Yield a running cluster that takes nobody without a password, with the database `merr` empty."""
    folder = Path(tempfile.mkdtemp(prefix="merr-tcp-", dir="/var/tmp"))
    folder.chmod(0o755)
    home = folder / "pg"
    make_folder(home, private=True)
    programs = find_programs(settings().postgis_prefix)
    passwords = {role: secrets.token_hex(8) for role in ("merr", *(f"merr_{login}" for login in LOGINS))}
    word = folder / "word"
    word.write_text(passwords["merr"])
    word.chmod(0o644)
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = ("-U", "merr", "--auth=scram-sha-256", f"--pwfile={word}", "--encoding=UTF8", "--locale=C.UTF-8")
    ready = run_as_server((programs.path("initdb"), "-D", str(home / "data"), *made), programs.environment)
    assert ready.code == 0, ready.output
    options = (
        f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off -c jit=off"
    )
    start = ("start", "-D", str(home / "data"), "-l", str(home / "log"), "-w", "-o", options)
    began = run_as_server((programs.path("pg_ctl"), *start), programs.environment)
    assert began.code == 0, began.output
    cluster = PasswordCluster(port, passwords)
    with engine(cluster.url("merr", "postgres")).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("CREATE DATABASE merr")
    yield cluster
    for role in passwords:
        for database in ("merr", "postgres"):
            engine(cluster.url(role, database)).dispose()
    run_as_server(
        (programs.path("pg_ctl"), "stop", "-D", str(home / "data"), "-m", "immediate"), programs.environment
    )
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def compose_urls(password_cluster):
    """Return the URL of each role on a database that `merr db migrate` set up as compose has it done."""
    every = [f"merr_{login}" for login in LOGINS]
    done = password_cluster.merr(password_cluster.environment(*every, superuser=True), "db", "migrate")
    assert done.returncode == 0, done.stderr
    return {role: password_cluster.url(role) for role in ("merr", *every)}


@pytest.fixture
def programs():
    """Return a function that runs a program of PostgreSQL's on a database by a URL and gives all it says."""
    found = find_programs(settings().postgis_prefix)

    def run(url, program, *arguments):
        parts = make_url(url)
        host = parts.host or parts.query["host"]
        where = {"PGHOST": host, "PGPORT": str(parts.port or 5432), "PGUSER": parts.username,
                 "PGDATABASE": parts.database, "PGPASSWORD": parts.password or ""}  # fmt: skip
        done = subprocess.run(
            [found.path(program), *arguments],
            env={**os.environ, **found.environment, **where}, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, errors="replace", check=False, timeout=120,
        )  # fmt: skip
        return done.stdout + done.stderr

    return run

"""Two people ask through PgBouncer, one connection for both, in transaction mode: neither is taken for the other."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from registry.db.engine import engine, session_scope
from registry.db.localdb.account import _as_server_account, make_folder
from registry.people.principal import Principal
from registry.settings import settings

TIMES = 1_000
PEOPLE = [Principal(account_id=f"person-{letter}", session_id=letter, name=letter) for letter in "ab"]
PORT = 6432

CONFIGURATION = """
[databases]
pooled = host={host} port=5432 dbname={database} user=merr_web
[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = 1
max_client_conn = 20
logfile = {folder}/log
"""


def program():
    """Return PgBouncer and the variables it needs, as scripts/setup leaves it; None where it is not."""
    unpacked = settings().postgis_prefix / "usr/sbin/pgbouncer"
    found = shutil.which("pgbouncer") or (str(unpacked) if unpacked.exists() else None)
    libraries = ":".join(map(str, (settings().postgis_prefix / "usr/lib").glob("*-linux-gnu")))
    return found, {**os.environ, "LD_LIBRARY_PATH": libraries}


@pytest.fixture
def pooled_url(database_url):
    """Yield the URL of a database behind a pool of one connection."""
    found, environment = program()
    if found is None:
        pytest.skip("PgBouncer is not here: scripts/setup dev brings it")
    folder = Path(tempfile.mkdtemp(prefix="merr-pool-", dir="/var/tmp"))
    folder.chmod(0o755)
    home = folder / "home"
    make_folder(home, private=True)
    behind = make_url(database_url)
    file = folder / "pgbouncer.ini"
    file.write_text(
        CONFIGURATION.format(host=behind.query["host"], database=behind.database, port=PORT, folder=home)
    )
    url = f"postgresql+psycopg://anybody@/pooled?host={home}&port={PORT}"
    with subprocess.Popen(
        [*_as_server_account(), found, "-q", str(file)], env=environment, cwd="/"
    ) as process:
        until = time.monotonic() + 120
        while (
            not (home / f".s.PGSQL.{PORT}").exists() and process.poll() is None and time.monotonic() < until
        ):
            time.sleep(0.05)
        yield url
        engine(url).dispose()
        process.terminate()
    shutil.rmtree(folder)


@pytest.mark.proof
def test_in_a_thousand_transactions_each_nobody_is_taken_for_the_other(pooled_url, database_url):
    crossed, servers, faults = [], set(), []
    start = threading.Barrier(2)

    def ask(who):
        start.wait()
        for _ in range(TIMES):
            with session_scope(pooled_url, principal=who) as session:
                # The event bears who the database takes this for; its purpose says who it is.
                session.execute(
                    text("SELECT trust.record_event('test.asked', NULL, NULL, NULL, :who, '{}')"),
                    {"who": who.account_id},
                )
                name, server = session.execute(
                    text("SELECT current_setting('app.account', true), pg_backend_pid()")
                ).one()
            servers.add(server)
            if name != who.account_id:
                crossed.append(name)

    def kept(who):
        try:
            ask(who)
        except Exception as fault:  # noqa: BLE001 - told by the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=kept, args=(who,)) for who in PEOPLE]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert crossed == []
    assert len(servers) == 1  # both really went over one connection
    with session_scope(database_url) as session:
        taken = session.execute(
            text(
                "SELECT purpose, account_id, count(*), max(login) FROM trust.events GROUP BY 1, 2 ORDER BY 1"
            )
        ).all()
        turns = session.scalar(
            text(
                "SELECT count(*) FROM (SELECT account_id, lag(account_id) OVER (ORDER BY seq) AS before FROM trust.events) AS pairs"
                " WHERE account_id <> before"
            )
        )
    assert taken == [(who.account_id, who.account_id, TIMES, "merr_web") for who in PEOPLE]
    assert turns > TIMES  # they took turns, rather than one after the other
    with session_scope(pooled_url) as session:  # and who comes without a name is nobody
        assert not session.scalar(text("SELECT nullif(current_setting('app.account', true), '')"))


def test_set_for_the_session_instead_they_are_taken_for_each_other(pooled_url):
    where = pooled_url.replace("+psycopg", "")
    crossed = 0
    connections = [psycopg.connect(where, autocommit=True, prepare_threshold=None) for _ in PEOPLE]
    for connection, who in zip(connections, PEOPLE, strict=True):
        connection.execute("SELECT set_config('app.account', %s, false)", (who.account_id,))
    for _ in range(TIMES):
        for connection, who in zip(connections, PEOPLE, strict=True):
            (name,) = connection.execute("SELECT current_setting('app.account', true)").fetchone()
            crossed += name != who.account_id
    for connection in connections:
        connection.close()
    assert crossed == TIMES

"""The private cluster, against real servers in throwaway folders."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from registry.db.localdb import LocalCluster
from registry.db.localdb import account as account_module
from registry.db.localdb import server as server_module
from registry.errors import RegistryError
from registry.settings import settings

PREFIX = settings().postgis_prefix


def _make_folder() -> Path:
    # pytest's own tmp_path is closed to the account that root's server runs as, and its path is long.
    made = Path(tempfile.mkdtemp(prefix="merr-", dir="/var/tmp"))
    made.chmod(0o755)
    return made


@pytest.fixture
def folder():
    made = _make_folder()
    yield made
    shutil.rmtree(made)


@pytest.fixture
def cluster(folder: Path):
    """Give a cluster of this test alone, not made yet."""
    made = LocalCluster(folder / "state", PREFIX, durable=False)
    yield made
    made.down()


@pytest.fixture(scope="module")
def shared_cluster():
    made = LocalCluster(_make_folder() / "state", PREFIX, durable=False)
    yield made
    made.down()
    shutil.rmtree(made.state_dir.parent)


@pytest.fixture
def running(shared_cluster: LocalCluster):
    """Give a cluster that runs when the test begins, whatever the test before did to it."""
    shared_cluster.up()
    return shared_cluster


def _ask(cluster: LocalCluster, query: str):
    with psycopg.connect(cluster.url().replace("+psycopg", ""), autocommit=True) as connection:
        cursor = connection.execute(query)
        return cursor.fetchone()[0] if cursor.description else None


def test_the_first_start_makes_an_empty_database_that_can_hold_postgis(cluster: LocalCluster):
    steps: list[str] = []
    cluster.up(steps.append)
    assert steps == ["making the private PostGIS cluster", "starting the private PostGIS cluster"]
    assert cluster.databases() == ("merr",)
    _ask(cluster, "CREATE EXTENSION postgis")
    assert _ask(cluster, "SELECT ST_AsText(ST_Point(-92.2, 38.6))") == "POINT(-92.2 38.6)"


def test_the_server_listens_on_a_socket_that_only_its_account_may_enter(running: LocalCluster):
    server = psutil.Process(running.status().process_id)
    assert [link for link in server.net_connections("inet") if link.status == psutil.CONN_LISTEN] == []
    assert running.socket_dir.stat().st_mode & 0o077 == 0
    assert _ask(running, "SHOW jit") == "off"


def test_a_second_start_does_nothing(running: LocalCluster):
    before, steps = running.status(), []
    assert running.up(steps.append) == running.url()
    assert steps == []
    assert running.status() == before


def test_what_is_stored_outlives_a_stop(running: LocalCluster):
    _ask(running, "CREATE TABLE stored AS SELECT 42 AS figure")
    assert running.down()
    assert not running.status().running
    assert not running.down()
    running.up()
    assert _ask(running, "SELECT figure FROM stored") == 42


def test_a_killed_server_starts_again_at_once_and_keeps_what_was_committed(running: LocalCluster):
    _ask(running, "CREATE TABLE kept AS SELECT 42 AS figure")
    visitor = psycopg.connect(running.url().replace("+psycopg", ""))
    os.kill(running.status().process_id, signal.SIGKILL)
    running.up()
    visitor.close()
    assert _ask(running, "SELECT figure FROM kept") == 42


@pytest.fixture
def sleeper():
    """Give a process of the server's account that is no server: the next program that got its number."""
    with subprocess.Popen([*account_module._as_server_account(), "sleep", "60"]) as process:
        yield process
        process.kill()


def test_files_whose_number_another_program_bears_are_forgotten(running: LocalCluster, sleeper):
    _, _, rest = running.postmaster.pid_file.read_text().partition("\n")
    running.down()
    for file in (running.postmaster.pid_file, running.postmaster.socket_lock):
        file.write_text(f"{sleeper.pid}\n{rest}")
    assert not running.postmaster.alive()
    assert running.up() == running.url()


def _up_in_another_process(state_dir: Path, barrier, urls) -> None:
    barrier.wait()
    urls.put(LocalCluster(state_dir, PREFIX, durable=False).up())


def test_two_first_starts_at_once_make_one_cluster(cluster: LocalCluster):
    context = multiprocessing.get_context("spawn")
    barrier, urls = context.Barrier(2), context.Queue()
    both = [
        context.Process(target=_up_in_another_process, args=(cluster.state_dir, barrier, urls))
        for _ in range(2)
    ]
    for process in both:
        process.start()
    assert [urls.get(timeout=120) for _ in both] == [cluster.url()] * 2
    for process in both:
        process.join(120)
    assert [process.exitcode for process in both] == [0, 0]
    servers = [
        pid
        for pid in cluster.postmaster.orphans()
        if psutil.Process(pid).ppid() not in cluster.postmaster.orphans()
    ]
    assert servers == [cluster.status().process_id]


def test_a_half_made_cluster_is_made_anew(cluster: LocalCluster):
    account_module.make_folder(cluster.home, private=True)
    (cluster.home / "data.new").mkdir()
    (cluster.home / "data.new" / "PG_VERSION").write_text("15\n")
    cluster.up()
    assert cluster.databases() == ("merr",)


def test_a_path_too_long_for_a_socket_is_refused_before_anything_is_made(folder: Path):
    cluster = LocalCluster(folder / ("long" * 20), PREFIX)
    with pytest.raises(RegistryError, match="socket is too long") as refused:
        cluster.up()
    assert "MERR_STATE_DIR" in refused.value.todo
    assert not cluster.state_dir.exists()


def test_a_comma_in_the_path_is_refused_before_anything_is_made(folder: Path):
    cluster = LocalCluster(folder / "a,b", PREFIX)
    with pytest.raises(RegistryError, match="holds a comma"):
        cluster.up()
    assert not cluster.state_dir.exists()


def test_a_folder_of_any_letters_will_do(folder: Path):
    cluster = LocalCluster(folder / "Stra\u00dfe %41 'x'", PREFIX, durable=False)
    cluster.up()
    assert _ask(cluster, "SELECT 42") == 42
    assert cluster.down()


def test_data_of_another_major_version_are_left_alone_and_named(cluster: LocalCluster):
    account_module.make_folder(cluster.home, private=True)
    cluster.data_dir.mkdir()
    (cluster.data_dir / "PG_VERSION").write_text("9\n")
    with pytest.raises(RegistryError, match="made by PostgreSQL 9") as refused:
        cluster.up()
    assert "postgresql-9-postgis-3" in refused.value.todo
    assert [path.name for path in cluster.data_dir.iterdir()] == ["PG_VERSION"]


def test_a_folder_that_may_not_be_written_ends_in_one_sentence(folder: Path):
    (folder / "file").write_text("")
    with pytest.raises(RegistryError, match="folder cannot be written"):
        LocalCluster(folder / "file" / "state", PREFIX).up()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another account")
def test_a_folder_that_the_servers_account_cannot_reach_is_refused(folder: Path):
    folder.chmod(0o700)
    with pytest.raises(RegistryError, match="account cannot reach its folder"):
        LocalCluster(folder / "state", PREFIX).up()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another account")
def test_a_strict_umask_of_root_does_not_lock_the_server_out(folder: Path):
    before = os.umask(0o077)
    cluster = LocalCluster(folder / "below" / "state", PREFIX, durable=False)
    try:
        cluster.up()
        assert cluster.down()
    finally:
        os.umask(before)


def test_a_full_disk_is_named_as_such(folder: Path):
    full = OSError(errno.ENOSPC, "No space left on device")
    assert account_module.refuse_folder(folder, full).title == "The disk is full"
    said = 'initdb: error: could not write file "x": No space left on device'
    assert LocalCluster(folder, PREFIX)._refuse_start(said).title == "The disk is full"


def test_a_server_that_cannot_start_says_where_its_log_is(running: LocalCluster):
    running.down()
    configuration = running.data_dir / "postgresql.conf"
    before = configuration.read_text()
    configuration.write_text("no_such_setting = 1\n")
    with pytest.raises(RegistryError, match="does not start") as refused:
        running.up()
    configuration.write_text(before)
    assert "configuration file" in refused.value.given
    assert str(running.log_file) in refused.value.todo


def test_a_start_that_meets_the_remains_of_a_killed_server_is_tried_for_ten_seconds(
    monkeypatch, cluster: LocalCluster
):
    remains = "FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use"
    tries: list[float] = []
    monkeypatch.setattr(server_module, "START_LIMIT_S", 0.5)
    monkeypatch.setattr(cluster, "_start", lambda _: tries.append(time.monotonic()) or remains)
    with pytest.raises(RegistryError, match="does not start") as refused:
        cluster.up()
    assert len(tries) > 2
    assert tries[-1] - tries[0] > 0.4
    assert refused.value.given == remains


def test_a_copy_of_a_template_is_a_database_of_its_own(running: LocalCluster):
    running.create_database("template_of_tests")
    with psycopg.connect(running.url("template_of_tests").replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE held AS SELECT 1 AS figure")
    url = running.create_database("worker_1", template="template_of_tests")
    visitor = psycopg.connect(url.replace("+psycopg", ""))
    assert visitor.execute("SELECT figure FROM held").fetchone() == (1,)
    running.drop_database("worker_1")
    visitor.close()
    assert running.databases() == ("merr", "template_of_tests")
    running.drop_database("worker_1")
    running.drop_database("template_of_tests")
    with pytest.raises(RegistryError, match="cannot be made"):
        running.create_database("merr")


def test_a_stopped_cluster_says_how_it_is_started(cluster: LocalCluster):
    assert cluster.status() == server_module.ClusterStatus(False, cluster.state_dir, None, None, ())
    with pytest.raises(RegistryError, match="does not answer") as refused:
        cluster.databases()
    assert refused.value.todo == "run merr db up"

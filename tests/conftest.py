"""What every test may ask for: databases of its own, on a real PostGIS cluster that only tests use.

One template is migrated once a session and cloned for each test (`database_url`), or once for each worker
(`worker_database_url`) where tests only read. The cluster is started by whoever comes first and stopped by whoever
goes last, also when several workers or several sessions are at work in one clone. It stands in memory where there is
room: making and dropping a database for each test takes a tenth of the time there.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import make_url

from geo.areas import area_from_circle
from geo.nearest import Goals, Stands, nearest_k
from geo.network import RoadNetwork
from geo.reach import reach
from geo.routing import search
from geo.shortest import inward, least_ms
from geo.snapping import Snaps, offsets_at, snap
from registry.db.engine import Session, engine, upgrade
from registry.db.localdb import LocalCluster
from registry.settings import settings

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of this user and this clone alone is made there
ROOM_BYTES = 6 * 2**30
"""Free memory from which the tests' cluster stands there: what it grows to, with room for the tests themselves."""

_numbers = itertools.count()


def pytest_configure(config):
    """Compile the road search and the snapping once, before workers start that would all compile it into the same cache."""
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    roads = inward(np.array([0, 1, 2], np.int32), np.array([1, 0], np.int32), np.array([5, 5], np.int32))
    node, ms = np.array([0]), np.array([0])
    goals, of_class = Goals(np.array([0, 1]), node, ms), np.array([0], np.int32)
    for arc_ms in (np.array([5, 5]), np.array([5, 2**40])):  # weights of 32 bits, and of 64
        least_ms(roads, arc_ms, node, ms)
        nearest_k(roads, arc_ms, goals, Stands(node, ms, np.array([0]), of_class), k=1, classes=1)
    # Arrays read from a file may not be written to, which the compiler counts as another kind.
    shipped = RoadNetwork.load(settings().data_dir / "roads" / "network.npz")
    found = search(shipped, area_from_circle(-94.5, 37.1, 10.0))
    reach(found, Snaps(np.zeros(1, np.int32), np.zeros(1), np.zeros(1)))
    offsets_at(shipped, snap(shipped, [-94.5], [37.1]).edge, np.zeros((1, 2)))


def pytest_collection_modifyitems(items):
    if SHARED.is_dir():
        return
    needing = [item for item in items if item.get_closest_marker("shared")]
    reason = f"../shared is not beside the clone; {len(needing)} of {len(items)} tests need it"
    for item in needing:
        item.add_marker(pytest.mark.skip(reason=reason))


@contextmanager
def _held(file, how):
    with file.open("a") as lock:
        fcntl.flock(lock, how)
        yield


def _place():
    """Return where the tests' cluster stands: in memory if there is room, or where it stands there already."""
    clone = hashlib.sha256(str(ROOT).encode()).hexdigest()[:10]
    in_memory = MEMORY / f"merr-tests-{os.getuid()}-{clone}"
    if in_memory.is_dir():
        return in_memory
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM_BYTES
    return in_memory if roomy else settings().state_dir / "tests"


def _stop_if_last(cluster, users):
    """Stop the cluster unless somebody still uses it, and leave nothing of killed sessions behind."""
    try:
        with _held(users, fcntl.LOCK_EX | fcntl.LOCK_NB):
            for name in cluster.databases():
                if name.startswith("test_"):
                    cluster.drop_database(name)
            cluster.down()
            if MEMORY in cluster.state_dir.parents:
                shutil.rmtree(cluster.state_dir)
    except BlockingIOError:
        return


@pytest.fixture(scope="session")
def cluster():
    """Yield the running cluster of the tests, which is not the demo's."""
    locks = settings().state_dir / "tests"
    locks.mkdir(parents=True, exist_ok=True)
    users = locks / "users"
    with _held(users, fcntl.LOCK_SH):
        with _held(locks / "place", fcntl.LOCK_EX):
            made = LocalCluster(_place(), settings().postgis_prefix, durable=False)
            made.up()
        yield made
    _stop_if_last(made, users)


@pytest.fixture(scope="session")
def made_once(cluster, testrun_uid):
    """Return a function that gives the name of a template, made by the first worker of this session that asks."""

    def made(word, fill):
        name = f"test_{testrun_uid[:12]}_template_{word}"
        with _held(settings().state_dir / "tests" / f"template-{word}", fcntl.LOCK_EX):
            if name not in cluster.databases():
                url = cluster.create_database(name)
                try:
                    fill(url)
                except BaseException:
                    engine(url).dispose()
                    cluster.drop_database(name)
                    raise
                engine(url).dispose()  # a database somebody is connected to cannot be cloned
        return name

    return made


@pytest.fixture(scope="session")
def template(made_once):
    """Return the name of the migrated database that all workers of this session clone."""
    return made_once("tables", upgrade)


@pytest.fixture(scope="session")
def demo_template(made_once):
    """Return the name of the database with the shipped data and the demo registry, as `merr demo` leaves it."""
    from etl.load import prepare_demo  # noqa: PLC0415 - tests of lower layers need not load the loaders

    return made_once("demo", prepare_demo)


@pytest.fixture(scope="session")
def clone(cluster, testrun_uid, worker_id):
    """Return a context manager that gives the URL of a clone of a template (None: an empty database), then drops it."""

    @contextmanager
    def cloned(template):
        name = f"test_{testrun_uid[:12]}_{worker_id}_{next(_numbers)}"
        url = cluster.create_database(name, template)
        try:
            yield url
        finally:
            engine(url).dispose()
            cluster.drop_database(name)

    return cloned


@pytest.fixture
def empty_database_url(clone):
    """Yield a database without tables, of this test alone."""
    with clone(None) as url:
        yield url


@pytest.fixture
def database_url(clone, template):
    """Yield a migrated database without rows, of this test alone."""
    with clone(template) as url:
        yield url


@pytest.fixture(scope="session")
def worker_database_url(clone, template):
    """Yield a migrated database that the tests of one worker share; nothing may be committed to it."""
    with clone(template) as url:
        yield url


@pytest.fixture(scope="session")
def worker_demo_url(clone, demo_template):
    """Yield the demo registry, shared by the tests of one worker; nothing may be committed to it."""
    with clone(demo_template) as url:
        yield url


@pytest.fixture
def demo_url(clone, demo_template):
    """Yield the demo registry, of this test alone."""
    with clone(demo_template) as url:
        yield url


@pytest.fixture
def as_login():
    """Return a function that gives the URL of a database of the tests by another of its roles, such as merr_web."""
    used = []

    def by(url, login):
        used.append(make_url(url).set(username=login, password=None).render_as_string(hide_password=False))
        return used[-1]

    yield by
    for url in used:
        engine(url).dispose()


@pytest.fixture
def session(worker_database_url):
    """Yield a session on a migrated database without rows; what the test does there is undone."""
    with Session(engine(worker_database_url), expire_on_commit=False) as opened:
        yield opened


@pytest.fixture
def commands_at(as_login, tmp_path, monkeypatch):
    """Return a function that points every command at a database, each login at its own role, and files at a folder of its own."""

    def point(url):
        monkeypatch.delenv("DATABASE_URL", raising=False)
        for login in ("owner", "web", "audit", "backup"):
            monkeypatch.setenv(f"MERR_DSN_{login.upper()}", as_login(url, f"merr_{login}"))
        monkeypatch.setenv("MERR_SEALING_KEY", str(tmp_path / "sealing.key"))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        settings.cache_clear()

    yield point
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture(scope="session")
def signed_in():
    """Return a function of a database's URL, a role and its jurisdiction that signs a new account in there."""
    from tests.signed_in import sign_in  # noqa: PLC0415 - tests of lower layers need no accounts

    return sign_in

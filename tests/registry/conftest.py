"""Databases with the small registry of `tests.registry.hand`."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text

from registry.db.engine import Session, engine, session_scope, upgrade
from tests.registry.hand import store_facts

MOST_AT_ONCE = 50
"""Transactions that a test may begin together."""


@pytest.fixture(scope="session")
def facts_template(made_once):
    """Return the name of the database with the public facts written by hand."""

    def fill(url):
        upgrade(url)
        with session_scope(url) as session:
            store_facts(session)

    return made_once("facts", fill)


@pytest.fixture
def facts_url(clone, facts_template):
    """Yield a database with these facts and nothing else, of this test alone."""
    with clone(facts_template) as url:
        yield url


@pytest.fixture(scope="session")
def worker_facts_url(clone, facts_template):
    """Yield a database with these facts for the tests of one worker; nothing may be committed to it."""
    with clone(facts_template) as url:
        yield url


@pytest.fixture
def facts(worker_facts_url):
    """Yield a session on a database with these facts; what the test does there is undone."""
    with Session(engine(worker_facts_url), expire_on_commit=False) as opened:
        yield opened


@pytest.fixture
def many(facts_url, as_login):
    """Return a function that runs something for each number at once, each in a transaction of the web's own login."""
    made = create_engine(as_login(facts_url, "merr_web"), pool_size=MOST_AT_ONCE)

    def run(act, number):
        gate = threading.Barrier(number)

        def one(index):
            gate.wait()
            with Session(made) as session, session.begin():
                return act(session, index)

        with ThreadPoolExecutor(number) as pool:
            return list(pool.map(one, range(number)))

    yield run
    made.dispose()


@pytest.fixture
def meanwhile(many):
    """Return a function that begins an act in another transaction, and leaves it waiting for this one to end."""

    def begin(act, session):
        pool = ThreadPoolExecutor(1)
        done = pool.submit(many, lambda other, _index: act(other), 1)
        pool.shutdown(wait=False)
        waits = text(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        while not done.done() and not session.scalar(waits):
            time.sleep(0.01)
        return done

    return begin

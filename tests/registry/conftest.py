"""Databases with the small registry of `tests.registry.hand`."""

from __future__ import annotations

import pytest

from registry.db.engine import Session, engine, session_scope, upgrade
from tests.registry.hand import store_facts


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

"""Databases with the small registry of `tests.registry.hand`."""

from __future__ import annotations

import pytest

from registry.db.engine import session_scope
from tests.registry.hand import store_facts


@pytest.fixture
def facts_url(database_url):
    """Yield a database with the public facts above and nothing else."""
    with session_scope(database_url) as session:
        store_facts(session)
    return database_url


@pytest.fixture
def facts(facts_url):
    """Yield a session on a database with the public facts above."""
    with session_scope(facts_url) as session:
        yield session

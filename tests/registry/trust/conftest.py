"""An office: the small registry of `tests.registry.hand` with two declarers, a planner and an administrator."""

from __future__ import annotations

import pytest

from registry.db.engine import session_scope, upgrade
from tests.registry.hand import store_facts
from tests.registry.trust.acts import STAFF, install


@pytest.fixture(scope="session")
def office_template(made_once):
    """Return the name of the database with public facts and four accounts, signed in."""

    def fill(url):
        upgrade(url)
        with session_scope(url) as session:
            store_facts(session)
            for who in STAFF:
                install(session, who)

    return made_once("office", fill)


@pytest.fixture
def office_url(clone, office_template):
    """Yield such a database, of this test alone."""
    with clone(office_template) as url:
        yield url

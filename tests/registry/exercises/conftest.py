"""An office at work, with companies, an incident and a declaration, and the people of an exercise in it."""

from __future__ import annotations

import pytest

from registry.db.engine import session_scope, upgrade
from tests.registry.exercises.people import CAST, DESIGNER, make
from tests.registry.hand import store_facts
from tests.registry.trust.acts import hire, install
from tests.registry.trust.desk import set_up


@pytest.fixture(scope="session")
def office_template(made_once):
    """Return the name of the database of an office at work."""

    def fill(url):
        upgrade(url)
        with session_scope(url) as session:
            store_facts(session)
            hire(session)
            for who in CAST:
                install(session, who)
        set_up(url)

    return made_once("exercises", fill)


@pytest.fixture
def office_url(clone, office_template):
    """Yield the office's database, of this test alone."""
    with clone(office_template) as url:
        yield url


@pytest.fixture
def act(office_url, as_login):
    """Return a function that does one thing as somebody, in a transaction of the web application's login."""
    web = as_login(office_url, "merr_web")

    def done(who, verb, *given, **more):
        with session_scope(web, principal=who) as session:
            return verb(session, who, *given, **more)

    return done


@pytest.fixture
def exercise(office_url, as_login):
    """Return the id of the exercise that `people.make` makes."""
    web = as_login(office_url, "merr_web")
    with session_scope(web, principal=DESIGNER) as session:
        return make(session)

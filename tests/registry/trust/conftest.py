"""An office of the hand-made registry, and one at work: an incident under a declaration, with companies ranked for it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from registry.db.engine import session_scope, upgrade
from tests.registry.hand import store_facts
from tests.registry.trust.acts import hire
from tests.registry.trust.desk import Desk, set_up
from tests.registry.trust.leaving_out import without


@pytest.fixture(scope="session")
def office_template(made_once):
    """Return the name of the database with public facts and four accounts, signed in."""

    def fill(url):
        upgrade(url)
        with session_scope(url) as session:
            store_facts(session)
            hire(session)

    return made_once("office", fill)


@pytest.fixture(scope="session")
def desk_template(made_once):
    """Return the name of such a database with an incident, a declaration in force and companies."""

    def fill(url):
        upgrade(url)
        with session_scope(url) as session:
            store_facts(session)
            hire(session)
        set_up(url)

    return made_once("desk", fill)


@pytest.fixture
def left_out():
    """Return what these databases lack, a marked line or a trigger: nothing, unless a proof looks which test notices."""
    return ""


def _ready(url, left_out):
    """Let the second factors of the staff be of this moment, as a template may be older than ten minutes, and leave out."""
    with session_scope(url) as session:
        session.execute(text("UPDATE people.sessions SET proved_at = clock_timestamp()"))
        for statement in without(session, left_out) if left_out else []:
            session.execute(text(statement.replace(":", "\\:")))


@pytest.fixture
def office_url(clone, office_template, left_out):
    """Yield a database of the office, of this test alone."""
    with clone(office_template) as url:
        _ready(url, left_out)
        yield url


@pytest.fixture
def desk(clone, desk_template, as_login, left_out):
    """Yield an office at work, of this test alone, which is asked by the login of the web application."""
    with clone(desk_template) as url:
        _ready(url, left_out)
        yield Desk(url, as_login(url, "merr_web"))

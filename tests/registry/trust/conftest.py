"""An office of the hand-made registry, and one at work: an incident under a declaration, with companies ranked for it."""

from __future__ import annotations

import os

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
        _leave_out(url)

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
        _leave_out(url)

    return made_once("desk", fill)


def _leave_out(url):
    """Take away what a proof names, a marked line or a trigger: it then looks which test notices."""
    what = os.environ.get("WALL_WITHOUT")
    if what:
        with session_scope(url) as session:
            for statement in without(session, what):
                session.execute(text(statement.replace(":", "\\:")))


def _freshen(url):
    """Let the second factors of the staff be of this moment: a template may be older than ten minutes."""
    with session_scope(url) as session:
        session.execute(text("UPDATE people.sessions SET proved_at = clock_timestamp()"))


@pytest.fixture
def office_url(clone, office_template):
    """Yield a database of the office, of this test alone."""
    with clone(office_template) as url:
        _freshen(url)
        yield url


@pytest.fixture
def desk(clone, desk_template, as_login):
    """Yield an office at work, of this test alone, which is asked by the login of the web application."""
    with clone(desk_template) as url:
        _freshen(url)
        yield Desk(url, as_login(url, "merr_web"))

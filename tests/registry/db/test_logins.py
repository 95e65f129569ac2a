"""Who connects by which login: the settings' own, one for everything, or the private cluster's roles."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

from registry.db import localdb, logins
from registry.errors import RegistryError
from registry.settings import settings

ONE = "postgresql+psycopg://merr:word@db/merr"
WEB = "postgresql+psycopg://merr_web:web-word@db/merr"
OWNER = "postgresql+psycopg://merr_owner:owner-word@db/merr"


@pytest.fixture
def given(monkeypatch):
    """Return a function that sets these settings and no others."""
    for name in [name for name in os.environ if name.startswith("MERR_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)

    def set_all(**values):
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()

    set_all()
    yield set_all
    settings.cache_clear()


@pytest.fixture
def private(monkeypatch):
    """Put a cluster in the place of the clone's own; return the words that its start was told to say."""
    started = []
    made = SimpleNamespace(
        up=lambda say: started.append(say) or "as superuser", url=lambda login="merr": f"as {login}"
    )
    monkeypatch.setattr(localdb, "cluster", lambda: made)
    return started


def test_one_url_serves_every_login(given):
    given(DATABASE_URL=ONE)
    assert {logins.dsn(login) for login in logins.LOGINS} == {logins.maker()} == {ONE}
    assert logins.passwords() == {}


def test_a_login_of_its_own_goes_before_the_one_for_everything(given):
    given(DATABASE_URL=ONE, MERR_DSN_WEB=WEB)
    assert (logins.dsn("web"), logins.dsn("owner"), logins.maker()) == (WEB, ONE, ONE)
    assert logins.passwords() == {"merr_web": "web-word"}


def test_without_one_for_everything_the_owner_migrates(given):
    given(MERR_DSN_OWNER=OWNER, MERR_DSN_WEB=WEB)
    assert (logins.dsn("owner"), logins.maker()) == (OWNER, OWNER)


def test_who_was_given_the_web_login_alone_gets_no_other_and_no_cluster(given, private):
    given(MERR_DSN_WEB=WEB)
    assert logins.dsn("web") == WEB
    for ask in (lambda: logins.dsn("owner"), logins.maker):
        with pytest.raises(RegistryError, match="not given the login merr_owner") as refused:
            ask()
        assert "web-word" not in repr(vars(refused.value))
        assert "MERR_DSN_OWNER" in refused.value.todo
    assert private == []


def test_on_the_private_cluster_each_login_is_a_role_and_its_superuser_migrates(given, private):
    given()
    assert logins.dsn("web", print) == "as merr_web"
    assert logins.dsn("owner") == "as merr_owner"
    assert logins.maker() == "as superuser"
    assert private == [print, None, None]

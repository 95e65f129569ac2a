"""The registry's logins by their DSNs alone, over TCP and with passwords, as the services of compose have them."""

from __future__ import annotations

import dataclasses

import pytest

from registry.db.engine import engine, session_scope
from registry.db.settling import openings
from registry.directory.records import ContactRecord
from registry.directory.writing import upsert_providers
from registry.errors import RegistryError
from tests.registry.hand import provider, store_facts

pytestmark = pytest.mark.proof

ALL = ("merr_owner", "merr_web", "merr_audit", "merr_backup")


def test_every_login_gets_in_by_its_password_and_the_web_login_stands_behind_the_wall(compose_urls):
    for role, url in compose_urls.items():
        with session_scope(url) as session:
            found = openings(session.connection())
        assert (found == ()) == (role in {"merr_web", "merr_audit"}), role


def test_the_owner_loads_and_migrates_by_itself_and_the_web_application_may_do_neither(
    password_cluster, compose_urls
):
    owner = password_cluster.environment("merr_owner", "merr_web")
    for words in (("db", "migrate"), ("load", "reference")):
        done = password_cluster.merr(owner, *words)
        assert done.returncode == 0, done.stderr
    with session_scope(compose_urls["merr_web"]) as session:
        assert session.connection().exec_driver_sql("SELECT count(*) > 0 FROM registry.kinds").scalar()
    for words in (("db", "migrate"), ("load", "reference")):
        refused = password_cluster.merr(password_cluster.environment("merr_web"), *words)
        assert refused.returncode == 2
        assert "was not given the login merr_owner" in refused.stderr
        assert password_cluster.passwords["merr_web"] not in refused.stderr


@pytest.mark.usefixtures("compose_urls")
def test_a_password_changes_by_its_dsn_and_the_next_migration(password_cluster):
    changed = dataclasses.replace(
        password_cluster, passwords={**password_cluster.passwords, "merr_backup": "another-word"}
    )
    try:
        assert changed.merr(changed.environment(*ALL, superuser=True), "db", "migrate").returncode == 0
        with session_scope(changed.url("merr_backup")) as session:
            assert session.connection().exec_driver_sql("SELECT current_user").scalar() == "merr_backup"
        engine(changed.url("merr_backup")).dispose()
        old = password_cluster.url("merr_backup")
        engine(old).dispose()
        with (
            pytest.raises(RegistryError, match="does not know this login") as refused,
            session_scope(old) as session,
        ):
            session.connection()
        assert password_cluster.passwords["merr_backup"] not in repr(vars(refused.value))
        assert "merr db migrate" in refused.value.todo
    finally:
        restored = password_cluster.environment(*ALL, superuser=True)
        assert password_cluster.merr(restored, "db", "migrate").returncode == 0


@pytest.fixture
def backed_up_urls(compose_urls):
    """Give the URLs with one company in the database whose contact is found nowhere else; it is gone afterwards."""
    with session_scope(compose_urls["merr"]) as session:
        store_facts(session)
        upsert_providers(session, [provider("backup", contact=ContactRecord(person="kept in the backup"))])
    yield compose_urls
    with session_scope(compose_urls["merr"]) as session:
        session.connection().exec_driver_sql("DELETE FROM registry.providers WHERE external_key = 'backup'")


def test_a_backup_by_its_login_holds_what_is_protected(backed_up_urls, programs):
    dumped = programs(backed_up_urls["merr_backup"], "pg_dump", "--enable-row-security", "--schema=protected")
    assert "kept in the backup" in dumped

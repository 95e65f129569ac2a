"""The web login tries two hundred ways to read what is protected, on both kinds of set-up; none shows it."""

from __future__ import annotations

import psycopg
import pytest

from registry.db.engine import engine, session_scope, upgrade
from registry.db.settling import differences, openings, settle
from registry.directory.writing import upsert_providers
from tests.registry.db.attacks import ATTEMPTS, PROGRAMS, ROLES
from tests.registry.hand import many, store_facts

CANARY = "canary3f9ab1"
TELLS = (CANARY, CANARY.encode().hex(), "HIT")


def plant(url):
    """Put the canary into every text of the protected tables, and its statistics into the catalogue."""
    with session_scope(url) as session:
        store_facts(session)
        upsert_providers(session, many(3))
    with engine(url).begin() as connection:
        for table, columns in {
            "contacts": ("person", "phone", "email"),
            "proprietary": ("conditions", "notes"),
        }.items():
            for column in columns:
                connection.exec_driver_sql(f"UPDATE protected.{table} SET {column} = '{CANARY}'")  # noqa: S608
        connection.exec_driver_sql("ANALYZE")


def all_that_comes_back(url, statements):
    """Return every word that a connection hears while it tries `statements`: rows, faults, notices, notifications."""
    heard = []
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.add_notice_handler(lambda diag: heard.append(words_of(diag)))
        connection.add_notify_handler(heard.append)
        for statement in statements:
            try:
                heard.append(answer(connection, statement))
            except psycopg.Error as fault:
                heard.append(f"{fault} {words_of(fault.diag)}")
    return heard


def answer(connection, statement):
    cursor = connection.cursor()
    if statement.startswith("COPY") and "STDOUT" in statement:
        with cursor.copy(statement) as copy:
            return b"".join(map(bytes, copy))
    cursor.execute(statement)
    return cursor.fetchall() if cursor.description else cursor.statusmessage


def words_of(diag):
    return [
        getattr(diag, name)
        for name in dir(diag)
        if name.startswith(("message", "context", "column", "datatype"))
    ]


def shows(heard):
    said = repr(heard)
    return any(tell in said for tell in TELLS)


def test_there_are_two_hundred_of_them_and_no_two_are_the_same():
    assert len(ATTEMPTS) + len(PROGRAMS) == 200
    assert len({*ATTEMPTS.values(), *PROGRAMS.values()}) == 200
    assert not [name for name, statements in ATTEMPTS.items() if "HIT" in "".join(statements)]


@pytest.fixture
def planted(request, database_url, as_login):
    """Give the URLs of superuser and web login of a database with the canary, on one kind of set-up."""
    if request.param == "localdb":
        superuser, web = database_url, as_login(database_url, "merr_web")
        with engine(superuser).begin() as connection:
            settle(connection)
    else:
        urls = request.getfixturevalue("compose_urls")
        superuser, web = urls["merr"], urls["merr_web"]
    plant(superuser)
    return superuser, web


@pytest.mark.parametrize("planted", ["localdb", "compose"], indirect=True)
@pytest.mark.asvs("1.2.4")
def test_none_shows_the_canary_and_the_wall_stands_as_before(planted, programs):
    superuser, web = planted
    shown = [name for name, statements in ATTEMPTS.items() if shows(all_that_comes_back(web, statements))]
    shown += [name for name, words in PROGRAMS.items() if shows(programs(web, *words))]
    assert shown == []
    with engine(superuser).begin() as connection:
        assert differences(connection) == []
        assert connection.exec_driver_sql(
            "SELECT count(*) FROM protected.contacts WHERE person = %s", (CANARY,)
        ).scalar() == 3  # fmt: skip
    with engine(web).begin() as connection:
        assert openings(connection) == ()


@pytest.mark.proof
def test_without_the_wall_most_of_them_would_show_it(password_cluster):
    """Each is tried alone by a superuser, in a database that is thrown away: the attempts are no empty threats."""
    home = password_cluster.url("merr", "postgres").replace("+psycopg", "")
    template, one = password_cluster.url("merr", "bare"), password_cluster.url("merr", "bare_one")
    shown = []
    with psycopg.connect(home, autocommit=True) as connection:
        connection.execute("CREATE DATABASE bare")
        upgrade(template)
        plant(template)
        engine(template).dispose()
        for name, statements in ATTEMPTS.items():
            if name not in ROLES:  # to a superuser every role is open
                connection.execute("CREATE DATABASE bare_one TEMPLATE bare")
                if shows(all_that_comes_back(one, statements)):
                    shown.append(name)
                connection.execute("DROP DATABASE bare_one WITH (FORCE)")
        connection.execute("DROP DATABASE bare")
    assert len(shown) > 110, shown

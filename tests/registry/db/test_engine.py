"""What the database cannot do is said in words that the operator can act on."""

from __future__ import annotations

import os

import pytest
from sqlalchemy import text

from registry.db.engine import engine, session_scope
from registry.errors import RegistryError


def test_a_full_disk_under_the_database_is_named_as_such(database_url):
    full = text("DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$")
    with (
        pytest.raises(RegistryError, match="disk of the database is full") as refused,
        session_scope(database_url) as session,
    ):
        session.execute(full)
    assert "make room" in refused.value.todo


def test_a_forked_process_takes_no_connection_of_its_parents(worker_database_url):
    backend = text("SELECT pg_backend_pid()")
    with engine(worker_database_url).connect() as connection:
        ours = connection.scalar(backend)
    hears, says = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with engine(worker_database_url).connect() as connection:
                os.write(says, str(connection.scalar(backend)).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    os.close(says)
    with os.fdopen(hears) as told:
        theirs = int(told.read())
    with engine(worker_database_url).connect() as connection:
        assert connection.scalar(backend) == ours
    assert theirs != ours

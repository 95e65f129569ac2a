"""Each part of the second wall is taken away in turn; each time a check of the compact list turns red."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy.exc import DBAPIError

from registry.db.engine import engine
from tests.registry.trust.checks import CHECKS, World
from tests.registry.trust.parts import FURTHER, OF_DISCLOSURE, definitions, marked, parts, unmarked

RECORD = "SELECT trust.record_event('a.b', NULL, NULL, NULL, '', '{}')"
WAITS = "SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))"


def red(url, part=None):
    """Return the name of the first check that fails while `part` is missing, None if all hold."""
    with engine(url).connect() as connection, connection.begin() as taken_back:
        if part:
            connection.exec_driver_sql(part.replace("%", "%%"))
        found = None
        for check in CHECKS:
            savepoint = connection.begin_nested()
            try:
                check(World(connection))
            except (AssertionError, DBAPIError) as fault:
                found = f"{check.__name__}: {str(fault)[:100]}"
            savepoint.rollback()
            if found:
                break
        taken_back.rollback()
    return found


def red_on_a_snapshot(url, part):
    """Return what fails when an event is recorded on an old snapshot and nothing refuses it."""
    repeatable = engine(url).execution_options(isolation_level="REPEATABLE READ")
    with repeatable.connect() as connection, connection.begin() as taken_back:
        connection.exec_driver_sql(part.replace("%", "%%"))
        try:
            connection.exec_driver_sql(RECORD)
        except DBAPIError:
            return None
        finally:
            taken_back.rollback()
    return "recorded on a snapshot"


def red_between_two(url, part):
    """Return what fails when two record at once; `part` stays missing until it is put back."""
    with engine(url).begin() as connection:
        before = definitions(connection)
        connection.exec_driver_sql(part.replace("%", "%%"))
    faults = []

    def second():
        try:
            with engine(url).begin() as connection:
                connection.exec_driver_sql(RECORD)
        except DBAPIError as fault:
            faults.append(str(fault).splitlines()[0])

    waiting = threading.Thread(target=second)
    with engine(url).begin() as connection:
        connection.exec_driver_sql(RECORD)
        waiting.start()
        while waiting.is_alive() and not connection.exec_driver_sql(WAITS).scalar():
            time.sleep(0.01)
    waiting.join(timeout=120)
    with engine(url).begin() as connection:
        for made in before.values():
            connection.exec_driver_sql(made.replace("%", "%%"))
    return faults[0] if faults else None


@pytest.mark.proof
def test_no_part_can_be_taken_away_unnoticed(desk):
    url = desk.url
    assert red(url) is None
    with engine(url).begin() as connection:
        every = parts(connection)
    survivors = {}
    for name, part in every.items():
        if red(url, part):
            continue
        if "record_event" in name and (red_on_a_snapshot(url, part) or red_between_two(url, part)):
            continue
        survivors[name] = part
    assert sorted(survivors) == []
    assert len(every) > 240
    assert red(url) is None


def test_each_predicate_of_what_discloses_and_records_is_marked(desk):
    with engine(desk.url).begin() as connection:
        made = definitions(connection)
    for signature in OF_DISCLOSURE:
        said = " ".join(fragment for fragment, _ in FURTHER.get(signature, ()))
        assert [line for line in unmarked(made[signature]) if line not in said] == [], signature
        assert len(marked(made[signature])) == made[signature].count("-- wall:") >= 5

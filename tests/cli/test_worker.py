"""`merr worker` beside a server: there while the server is, begun anew when it dies, gone with it."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from cli import worker
from cli.main import commands
from registry.db.engine import session_scope
from registry.errors import DatabaseError
from registry.settings import settings

PATIENCE_S = 90


def workers(url):
    """Return the workers that have told of themselves; a killed one stands there until its silence is noticed."""
    with session_scope(url) as session:
        return set(session.scalars(text("SELECT id FROM jobs.procrastinate_workers")))


def until(holds):
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_server_has_a_worker_beside_it_begun_anew_when_it_dies_and_gone_with_it(
    database_url, commands_at, monkeypatch
):
    commands_at(database_url)
    monkeypatch.setattr(worker, "AGAIN_AFTER_S", 0.1)
    with worker.WorkerBeside() as beside:
        until(lambda: workers(database_url))
        dead, first = workers(database_url), beside._process
        first.kill()
        until(lambda: workers(database_url) - dead)
        second = beside._process
    assert second is not first
    assert (second.returncode, workers(database_url) - dead) == (0, set())


def test_a_worker_without_a_database_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("MERR_DSN_WEB", f"postgresql://merr_web@/none?host={tmp_path}")
    monkeypatch.delenv("DATABASE_URL", raising=False)
    settings.cache_clear()
    result = CliRunner().invoke(commands, ["worker"])
    settings.cache_clear()
    with pytest.raises(DatabaseError, match="does not answer"):
        raise result.exception

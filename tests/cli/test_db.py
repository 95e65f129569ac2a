"""`merr db`, against a cluster of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from registry.settings import CLONE

MERR = [sys.executable, "-c", "import sys; sys.argv[0] = 'merr'; from cli.main import app; app()"]


@pytest.fixture(scope="module")
def merr():
    """Run `merr` with a state folder that nobody else uses."""
    folder = Path(tempfile.mkdtemp(prefix="merr-", dir="/var/tmp"))
    folder.chmod(0o755)
    environment = {**os.environ, "MERR_STATE_DIR": str(folder / "state"), "COLUMNS": "200"}
    environment.pop("DATABASE_URL", None)

    def run(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*MERR, *words],
            cwd=CLONE,
            env={**environment, **more},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    yield run
    run("db", "down")
    shutil.rmtree(folder)


def test_up_status_psql_url_and_down_tell_one_story(merr):
    assert "stopped" in merr("db", "status").stdout
    first = merr("db", "up")
    assert first.returncode == 0, first.stderr
    url = merr("db", "url").stdout.strip()
    assert first.stdout.splitlines()[-1] == f"running: {url}"
    status = merr("db", "status")
    assert status.returncode == 0
    assert "databases  merr" in status.stdout
    asked = merr(
        "db", "psql", "-At", "-c", "SELECT count(*) > 0 FROM pg_tables WHERE schemaname = 'registry'"
    )
    assert asked.stdout == "t\n"
    assert merr("db", "down").stdout == "stopped; its data stay\n"
    assert merr("db", "down").stdout == "it was not running\n"
    assert merr("db", "status").returncode == 1


def test_a_misspelt_setting_stops_every_command_with_exit_code_2(merr):
    refused = merr("db", "status", MERR_STATEDIR="/somewhere")
    assert refused.returncode == 2
    assert "MERR_STATEDIR is not a setting" in refused.stderr
    assert "if MERR_STATE_DIR was meant, rename it" in refused.stderr


def test_migrate_needs_a_database_that_answers(merr):
    refused = merr("db", "migrate", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert refused.returncode == 2
    assert "To do" in refused.stderr

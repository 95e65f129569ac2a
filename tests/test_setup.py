"""Set-up runs before anything of ours is there; what it says and skips is held here."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from registry import settings as settings_module
from registry.settings import CLONE

PROVISION = CLONE / "scripts" / "provision"
NAMES = ("progress", "debian", "environment", "postgis", "browser", "sources")


@pytest.fixture
def provision(monkeypatch):
    """Give the modules of scripts/provision, which import each other by their plain names."""
    monkeypatch.syspath_prepend(str(PROVISION))
    yield {name: importlib.import_module(name) for name in NAMES}
    for name in NAMES:
        del sys.modules[name]


def _setup(*levels: str, clone: Path = CLONE, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [clone / "scripts" / "setup", *levels],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _sentence(provision, said: str) -> str:
    progress = provision["progress"]
    with progress.Board() as board, pytest.raises(progress.Stop) as stopped:
        progress.run(board, "Python packages", ["sh", "-c", f"echo {said!r}; exit 1"])
    return str(stopped.value)


def test_a_second_set_up_says_nothing():
    stamp = CLONE / ".venv" / "merr-setup.json"
    if not stamp.exists():
        pytest.skip("this environment was not made by scripts/setup")
    done = _setup("runtime")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_an_unknown_level_is_named_with_those_there_are():
    refused = _setup("runtme")
    assert refused.returncode == 2
    assert refused.stderr == "scripts/setup: 'runtme' is none of runtime, dev, browser, build\n"


@pytest.mark.parametrize(
    ("said", "todo"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full: make room"),
        ("Temporary failure resolving mirror", "The package mirror cannot be reached"),
        ("[Errno -2] Name or service not known", "The package mirror cannot be reached"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "A package differs from what the lock file records"),
        ("E: Could not get lock /var/lib/dpkg/lock", "Another program installs packages"),
        ("dpkg was interrupted, you must", "An earlier installation was cut short"),
    ],
)
def test_a_known_cause_ends_in_one_sentence_that_says_what_to_do(provision, said: str, todo: str):
    sentence = _sentence(provision, said)
    assert sentence.startswith(todo)
    assert "\n" not in sentence


def test_an_unknown_cause_shows_the_last_lines_of_the_tool(provision):
    sentence = _sentence(provision, "the moon is in the wrong house")
    assert sentence == (
        "The step 'Python packages' ended with code 1: see the lines below.\n    the moon is in the wrong house"
    )


@pytest.mark.usefixtures("provision")
def test_the_lock_files_of_the_levels_are_there():
    main = importlib.util.spec_from_file_location("provision_main", PROVISION / "__main__.py")
    module = importlib.util.module_from_spec(main)
    main.loader.exec_module(module)
    locks = [lock for names in module.LOCKS.values() for lock in names]
    assert locks
    assert [lock for lock in locks if not (CLONE / lock).is_file()] == []


@pytest.mark.parametrize("user_id", [0, 1000])
def test_set_up_and_the_registry_agree_where_state_is_kept(
    provision, monkeypatch, tmp_path: Path, user_id: int
):
    monkeypatch.setattr(os, "geteuid", lambda: user_id)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("MERR_POSTGIS_PREFIX", raising=False)
    assert provision["debian"].prefix() == settings_module.read_settings().postgis_prefix
    monkeypatch.setenv("MERR_POSTGIS_PREFIX", "/somewhere")
    assert (
        provision["debian"].prefix() == settings_module.read_settings().postgis_prefix == Path("/somewhere")
    )


def test_a_database_by_url_needs_no_postgis_here(provision, monkeypatch):
    monkeypatch.setattr(provision["postgis"], "_controls", lambda _: iter(()))
    monkeypatch.setattr(provision["postgis"], "_elsewhere", lambda: False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("MERR_DATABASE_URL", raising=False)
    assert provision["postgis"].missing()
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/merr")
    assert not provision["postgis"].missing()


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("pmstatus:libpq5:41.6:Installing libpq5 (amd64)", "installing 41 %"),
        ("pmstatus:libpq5:amd64:41.6:Installing libpq5", "installing 41 %"),
        ("dlstatus:3:7.1:Retrieving file 3 of 40", "downloading 7 %"),
        ("Setting up libpq5", None),
    ],
)
def test_apts_own_lines_become_words(provision, line: str, state: str | None):
    assert provision["debian"]._percent(line) == state


def test_without_a_right_a_user_is_told_what_to_ask_for(provision, monkeypatch):
    debian, progress = provision["debian"], provision["progress"]
    monkeypatch.setattr(debian, "rights", lambda: None)
    with progress.Board() as board, pytest.raises(progress.Stop, match="apt-get install chromium"):
        provision["browser"].ensure(board)


def test_a_disk_without_room_is_found_before_anything_is_fetched(provision, monkeypatch):
    environment, progress = provision["environment"], provision["progress"]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - 10**8, 10**8))
    with pytest.raises(progress.Stop, match=r"has 0\.1 GB left, and about 2 GB are needed"):
        environment._need_room()

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
NAMES = (
    "progress",
    "debian",
    "environment",
    "postgis",
    "pgbouncer",
    "pgrouting",
    "pango",
    "browser",
    "sources",
)


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
    assert refused.stderr == "scripts/setup: 'runtme' is none of runtime, dev, browser, build, peers\n"


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


def test_apts_own_lines_become_words(provision):
    read = provision["debian"]._Counter()
    lines = {
        "0 upgraded, 4 newly installed, 0 to remove and 14 not upgraded.": None,
        "Get:3 mirror bookworm/main amd64 libpq5 amd64 15.18 [192 kB]": "downloading 3 of 4",
        "Selecting previously unselected package libpq5.": None,
        "Unpacking libpq5:amd64 (15.18) ...": "installing 12 %",
        "Setting up libpq5:amd64 (15.18) ...": "installing 25 %",
    }
    assert {line: read(line) for line in lines} == lines


def test_apt_is_never_told_to_report_on_the_descriptor_of_the_packages_scripts(provision):
    # With APT::Status-Fd=1 fontconfig's script could not print and its installation failed.
    assert not [option for option in provision["debian"].OPTIONS if "Status-Fd" in option]


def test_without_a_right_a_user_is_told_what_to_ask_for(provision, monkeypatch):
    debian, progress = provision["debian"], provision["progress"]
    monkeypatch.setattr(debian, "rights", lambda: None)
    with progress.Board() as board, pytest.raises(progress.Stop, match="apt-get install chromium"):
        provision["browser"].ensure(board)


def test_pgbouncer_is_unpacked_and_without_a_network_only_said_to_be_missing(provision, monkeypatch, capsys):
    debian, progress, pgbouncer = provision["debian"], provision["progress"], provision["pgbouncer"]

    def offline(*_):
        raise progress.Stop("The package mirror cannot be reached.")

    monkeypatch.setattr(debian, "unpack", offline)
    with progress.Board() as board:
        pgbouncer.ensure(board)
    assert "its test is skipped" in capsys.readouterr().out


def test_without_a_right_pango_is_unpacked_and_without_a_network_only_said_to_be_missing(
    provision, monkeypatch, tmp_path, capsys
):
    debian, progress, pango = provision["debian"], provision["progress"], provision["pango"]
    monkeypatch.setattr(debian, "rights", lambda: None)
    monkeypatch.setattr(debian, "prefix", lambda: tmp_path)
    unpacked = []
    monkeypatch.setattr(debian, "unpack", lambda _board, _title, packages: unpacked.extend(packages))
    with progress.Board() as board:
        pango.ensure(board)
    assert unpacked == list(pango.PACKAGES)

    def offline(*_):
        raise progress.Stop("The package mirror cannot be reached.")

    monkeypatch.setattr(debian, "unpack", offline)
    with progress.Board() as board:
        pango.ensure(board)
    assert "Without Pango: pages are not printed" in capsys.readouterr().out


def test_without_a_right_pgrouting_is_only_said_to_be_missing(provision, monkeypatch, capsys):
    debian, progress, pgrouting = provision["debian"], provision["progress"], provision["pgrouting"]
    monkeypatch.setattr(debian, "rights", lambda: None)
    monkeypatch.setattr(pgrouting, "_majors", lambda extension: {15} if extension == "postgis" else set())
    assert pgrouting.missing()
    with progress.Board() as board:
        pgrouting.ensure(board)
    said = capsys.readouterr().out
    assert "Without pgRouting: merr bench says so" in said
    assert "apt-get install postgresql-15-pgrouting" in said


@pytest.mark.parametrize(
    ("postgis", "pgrouting", "missing"),
    [
        ({15}, {15}, False),
        ({15}, set(), True),
        ({15}, {14}, True),
        ({15, 16}, {15}, False),
        (set(), set(), False),
    ],
)
def test_pgrouting_is_wanted_beside_a_postgis_of_debians(provision, monkeypatch, postgis, pgrouting, missing):
    majors = {"postgis": postgis, "pgrouting": pgrouting}
    monkeypatch.setattr(provision["pgrouting"], "_majors", majors.__getitem__)
    assert provision["pgrouting"].missing() is missing


def test_a_disk_without_room_is_found_before_anything_is_fetched(provision, monkeypatch):
    environment, progress = provision["environment"], provision["progress"]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9 - 10**8, 10**8))
    with pytest.raises(progress.Stop, match=r"has 0\.1 GB left, and about 2 GB are needed"):
        environment._need_room()


@pytest.mark.usefixtures("provision")
def test_a_folder_that_cannot_be_written_ends_set_up_in_one_sentence(monkeypatch, capsys):
    main = importlib.util.spec_from_file_location("provision_main", PROVISION / "__main__.py")
    module = importlib.util.module_from_spec(main)
    main.loader.exec_module(module)

    def stop(_):
        raise PermissionError(13, "Permission denied", "/home/somebody/.local")

    monkeypatch.setattr(module, "_set_up", stop)
    assert module.main(["runtime"]) == 2
    assert "/home/somebody/.local cannot be written (Permission denied)" in capsys.readouterr().err


def test_a_postgis_elsewhere_counts_only_with_its_server(provision, monkeypatch, tmp_path: Path):
    share, bin_dir = tmp_path / "share" / "extension", tmp_path / "lib"
    for folder in (share, bin_dir):
        folder.mkdir(parents=True)
    (share / "postgis.control").write_text("")
    asked = tmp_path / "pg_config"
    asked.write_text(f"#!/bin/sh\necho {bin_dir}\necho {share.parent}\n")
    asked.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert not provision["postgis"]._elsewhere()
    (bin_dir / "initdb").write_text("")
    assert provision["postgis"]._elsewhere()

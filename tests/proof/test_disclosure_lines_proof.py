"""Every condition of a look, every lock and every trigger of declarations, taken away alone, turns a test red."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from registry.db.engine import session_scope
from tests.proof.noticing import NOTICES, WHOLE, lacking
from tests.registry.trust.leaving_out import marks

ROOT = Path(__file__).resolve().parents[2]


def run(*tests, options=()):
    """Return the exit code of a session of these tests, and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", *options, *dict.fromkeys(tests)],
        cwd=ROOT, env={key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout


def outcomes(report):
    """Return what became of each test by its name, from a report of JUnit's shape: [] where it passed."""
    found = defaultdict(list)
    for test in ET.parse(report).iter("testcase"):  # noqa: S314 - written by our own run
        found[test.get("name")] += [fault.tag for fault in test]
    return found


def test_every_test_named_here_is_there():
    code, said = run(*NOTICES.values(), options=["--collect-only"])
    assert code == 0, said


@pytest.mark.proof
def test_each_line_and_each_trigger_has_a_test_that_notices(worker_database_url):
    with session_scope(worker_database_url) as session:
        assert sorted(marks(session)) == sorted(NOTICES)


@pytest.mark.proof
def test_what_is_taken_away_turns_its_test_red_which_is_green_with_everything_in_place(tmp_path):
    green = [lacking(test, WHOLE) for test in NOTICES.values()]
    red = [lacking(test, what) for what, test in NOTICES.items()]
    report = tmp_path / "report.xml"
    code, said = run(*green, *red, options=["-p", "tests.proof.noticing", f"--junitxml={report}"])
    assert code == 1, said
    expected = {test: [] for test in green} | {test: ["failure"] for test in red}
    assert outcomes(report) == {test.split("::")[1]: faults for test, faults in expected.items()}

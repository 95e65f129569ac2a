"""What is installed is pinned with its hashes, and how soon a faulty library is replaced is written down."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parent.parent
LOCKS = sorted(CLONE.glob("requirements*.lock"))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_library_is_pinned_to_one_version_with_its_hashes(lock):
    # A requirement goes on over the lines that end with a backslash.
    whole = re.sub(r"\\\n\s*", " ", lock.read_text(encoding="utf-8"))
    pins = [line for line in whole.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert len(pins) > 3
    loose = [
        line
        for line in pins
        if not re.match(r"[A-Za-z0-9._\[\],-]+==[^ ]+ .*--hash=sha256:[0-9a-f]{64}", line)
    ]
    assert loose == []


@pytest.mark.asvs("15.1.1")
def test_the_time_frames_for_faulty_libraries_and_how_to_check_are_written_down():
    page = (CLONE / "docs" / "operations.md").read_text(encoding="utf-8")
    _, _, section = page.partition("## Faulty libraries")
    section = section.partition("\n## ")[0]
    frames = re.findall(r"^\| .+ \| (\d+) days \|$", section, re.MULTILINE)
    assert [int(days) for days in frames] == sorted(int(days) for days in frames)
    assert len(frames) == 3
    for lock in (
        "requirements.lock",
        "requirements-dev.lock",
        "requirements-build.lock",
        "requirements-bench.lock",
    ):
        assert lock in section
    assert "pip-audit" in section

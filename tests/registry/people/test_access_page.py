"""docs/access.md is held to the table of access."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from registry.people.access import ACCESS
from registry.people.proof import PROVED

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.asvs("8.1.1")
def test_the_page_shows_the_table_that_the_doors_read():
    written = runpy.run_path(str(ROOT / "scripts" / "access_table.py"))
    page = (ROOT / "docs" / "access.md").read_text(encoding="utf-8")
    assert written["with_table"](page) == page, "run .venv/bin/python scripts/access_table.py"
    assert all(f"| `{action}` |" in page for action in ACCESS)
    assert all(f"| `{action}` | {what} |" in page for action, what in PROVED.items())
    assert set(PROVED) <= set(ACCESS)

"""The page of ASVS says what the marks on tests say, and every requirement has a test or a reason."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "asvs.py"))


def test_the_page_is_what_the_marks_say():
    rows, tests = SCRIPT["level1"](), SCRIPT["marked"](ROOT / "tests")
    assert SCRIPT["PAGE"].read_text(encoding="utf-8") == SCRIPT["page"](rows, tests)


def test_every_requirement_has_a_test_or_a_reason_and_every_mark_a_requirement():
    rows, tests = SCRIPT["level1"](), SCRIPT["marked"](ROOT / "tests")
    numbers = [row["id"] for row in rows]
    assert len(numbers) == len(set(numbers)) == 70
    assert not [row["id"] for row in rows if bool(row["reason"]) == (row["id"] in tests)]
    assert set(tests) <= set(numbers)

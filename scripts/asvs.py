"""Write docs/asvs.md: each row of ASVS level 1 with the tests that bear its mark, or the reason why there is none."""

from __future__ import annotations

import ast
import csv
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "asvs.md"
ROWS = ROOT / "tests" / "asvs" / "level1.csv"

HEAD = """# OWASP ASVS, level 1

Which test shows each requirement of level 1 of the OWASP Application Security Verification Standard 5.0.0, or why there is none. The numbers are the standard's (owasp.org/asvs, CC BY-SA 4.0); the words are ours and shorter: read the standard for what it asks. Written by `scripts/asvs.py` from the marks `@pytest.mark.asvs` on tests; a test compares.

| | what it asks, in our words | shown by, or why not |
|---|---|---|
"""


def marked(folder: Path) -> dict[str, list[str]]:
    """Return the tests below `folder` by the requirement they bear the mark of, as `file::test`."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("test_*.py")):
        for test in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(test, ast.FunctionDef):
                for number in _numbers(test):
                    found[number].append(f"{path.relative_to(folder)}::{test.name}")
    return found


def _numbers(test: ast.FunctionDef) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.asvs":
            yield from (ast.literal_eval(each) for each in mark.args)


def page(rows: Sequence[Mapping[str, str]], tests: Mapping[str, Sequence[str]]) -> str:
    """Return the page for these rows."""
    lines = [
        f"| {row['id']} | {row['asks']} | "
        + ("; ".join(f"`{test}`" for test in tests.get(row["id"], ())) or row["reason"])
        + " |\n"
        for row in rows
    ]
    return HEAD + "".join(lines)


def level1() -> list[dict[str, str]]:
    """Return the rows of level 1, each with `id`, `asks` and `reason`."""
    with ROWS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    PAGE.write_text(page(level1(), marked(ROOT / "tests")), encoding="utf-8")
    sys.stdout.write(f"{PAGE.relative_to(ROOT)} written\n")

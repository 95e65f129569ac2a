"""Write the table of access into docs/access.md, between its two marks.

.venv/bin/python scripts/access_table.py
"""

from __future__ import annotations

from pathlib import Path

from registry.people.access import ACCESS
from registry.people.principal import ROLE_NAMES, ROLES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "access.md"
BEGIN, END = "<!-- table: scripts/access_table.py -->", "<!-- end of the table -->"
CELLS = {"all": "all", "own": "own", "-": ""}


def rendered() -> str:
    """Return the table in Markdown: one line an action, one column a role."""
    lines = [
        "| action | " + " | ".join(ROLE_NAMES[role] for role in ROLES) + " |",
        "|---|" + "---|" * len(ROLES),
    ]
    lines += [
        f"| `{action}` | " + " | ".join(CELLS[cells[role]] for role in ROLES) + " |"
        for action, cells in ACCESS.items()
    ]
    return "\n".join(lines)


def with_table(page: str) -> str:
    """Return the page with the table as the code has it."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{rendered()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

"""Write the table of access, and that of what asks for a fresh second factor, into docs/access.md, between their marks.

.venv/bin/python scripts/access_table.py
"""

from __future__ import annotations

from pathlib import Path

from registry.people.access import ACCESS
from registry.people.principal import ROLE_NAMES, ROLES
from registry.people.proof import PROVED

PAGE = Path(__file__).resolve().parent.parent / "docs" / "access.md"
BEGIN, END = "<!-- table: scripts/access_table.py -->", "<!-- end of the table -->"
PROOF = "<!-- second factor: scripts/access_table.py -->"
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


def proof_rendered() -> str:
    """Return what asks for a fresh second factor in Markdown: one line an action."""
    lines = ["| action | what of it asks for a fresh second factor |", "|---|---|"]
    return "\n".join([*lines, *(f"| `{action}` | {what} |" for action, what in PROVED.items())])


def with_table(page: str) -> str:
    """Return the page with both tables as the code has them."""
    return _between(_between(page, BEGIN, rendered()), PROOF, proof_rendered())


def _between(page: str, begin: str, table: str) -> str:
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(END)
    return f"{before}{begin}\n{table}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

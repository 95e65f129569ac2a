"""Write the table of the REST routes into docs/api.md, between its two marks.

.venv/bin/python scripts/api_page.py
"""

from __future__ import annotations

from pathlib import Path

from web.api.route import PREFIX
from web.api.table import ROUTES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
BEGIN, END = "<!-- table: scripts/api_page.py -->", "<!-- end of the table -->"


def rendered() -> str:
    """Return the routes in Markdown: one line each."""
    lines = ["| route | action | does | refuses with |", "|---|---|---|---|"]
    lines += [
        f"| `{route.method} {PREFIX}{route.path}` | `{route.action}` | {route.summary} | "
        f"{', '.join(map(str, route.refusals))} |"
        for route in ROUTES
    ]
    return "\n".join(lines)


def with_table(page: str) -> str:
    """Return the page with the table as the code has it."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{rendered()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")

"""What a records request would get, as a file."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from registry.spreadsheets import cell
from registry.trust.public_records import Shown

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS = tuple(field.name for field in fields(Shown))


def as_csv(rows: Sequence[Shown]) -> str:
    """Return the fields as CSV, one a line; `given` says `yes` or `no`.

    A value that a spreadsheet would take for a formula is led by an apostrophe, unless it is a number.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(
            _cell(value) for value in (asdict(row) | {"given": "yes" if row.given else "no"}).values()
        )
    return out.getvalue()


def as_json(rows: Sequence[Shown]) -> str:
    """Return the fields as a JSON list, one object each; a withheld value is null."""
    return json.dumps([asdict(row) for row in rows], indent=1, ensure_ascii=False) + "\n"


def _cell(value: str | None) -> str:
    words = value or ""
    return words if _is_number(words) else cell(words)


def _is_number(words: str) -> bool:
    try:
        float(words)
    except ValueError:
        return False
    return True

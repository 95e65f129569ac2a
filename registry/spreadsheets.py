"""Cells that no spreadsheet runs."""

from __future__ import annotations

from typing import Final, TypeVar

Value = TypeVar("Value")

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide twins


def cell(value: Value) -> Value | str:
    """Return a cell that no spreadsheet runs: our own numbers as they are, text that would be a formula made plain."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value

"""Columns of the CSV files that ship under data/."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np

from geo.errors import GeoError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray


def read_columns(path: Path, columns: Sequence[str], command: str) -> dict[str, list[str]]:
    """Return the named columns of a CSV file in UTF-8, as text.

    Parameters
    ----------
    path
        A file that one of our own commands writes.
    columns
        The columns wanted; others are passed over.
    command
        The command that writes the file anew, for the advice.

    Raises
    ------
    GeoError
        When the file is missing, is not UTF-8, lacks a column or has a row cut short.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise _unreadable(path, str(fault), columns, command) from fault
    if not rows:
        raise _unreadable(path, "no rows", columns, command)
    found: dict[str, list[str]] = {column: [] for column in columns}
    for line, row in enumerate(rows, 2):
        for column in columns:
            value = row.get(column)
            if value is None:
                raise _unreadable(path, f"no {column!r} in line {line:,}", columns, command)
            found[column].append(value)
    return found


def as_numbers(path: Path, column: str, words: Sequence[str], command: str) -> NDArray[np.float64]:
    """Return a column as finite numbers, float64 (n,).

    Raises
    ------
    GeoError
        Naming the first line that holds no finite number.
    """
    numbers = np.empty(len(words))
    for place, word in enumerate(words):
        try:
            numbers[place] = float(word)
        except ValueError:
            numbers[place] = np.nan
        if not np.isfinite(numbers[place]):
            raise _unreadable(
                path, f"{column} {word!r} in line {place + 2:,} is no number", [column], command
            )
    return numbers


def _unreadable(path: Path, why: str, columns: Sequence[str], command: str) -> GeoError:
    return GeoError(
        "A file of the shipped data cannot be read",
        given=f"{path}: {why}",
        wanted=f"CSV in UTF-8 with {', '.join(columns)}",
        todo=f"Run `{command}`, or restore the file from the repository",
    )

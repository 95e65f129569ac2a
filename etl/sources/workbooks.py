"""The rows of an XLSX workbook, read without computing or fetching anything.

A workbook is a zip of XML that a stranger wrote, so its unpacked size is bounded and a document type (the way
to entities and outside files) is refused before openpyxl sees it.
"""

from __future__ import annotations

import datetime as dt
import io
import struct
import warnings
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

from etl.errors import EtlError
from etl.sources.cells import Cell, Formula

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from openpyxl.cell.cell import Cell as SheetCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.workbook import Workbook

MAX_UNPACKED_BYTES = 300_000_000
"""Largest workbook in bytes once unpacked; a zip of zeros unpacks to a thousand times its size."""
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ParseError,
    OSError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    RuntimeError,
)
"""What openpyxl and zipfile raise on damaged workbooks; found by fuzzing (tests/etl/test_providers.py)."""


def rows_of_workbook(
    data: bytes, name: str, *, sheet: str | None, max_columns: int, max_rows: int
) -> list[tuple[int, Sequence[Cell]]]:
    """Return row number and cells of one sheet, formulas as `Formula`; rows are as wide as the header.

    A spreadsheet has no end: formatting alone makes cells. So trailing empty cells are dropped and short rows
    filled up, which a CSV (where a missing cell means a damaged row) must not do.

    Raises
    ------
    EtlError
        When the workbook is damaged, too large, or lacks the sheet.
    """
    try:
        with warnings.catch_warnings():
            # openpyxl warns of styles and validations that it leaves out; a reader of values needs neither.
            warnings.simplefilter("ignore")
            _check_parts(data, name)
            book = _open(data)
            try:
                return list(_rows(book, name, sheet, max_columns, max_rows))
            finally:
                book.close()
    except EtlError:
        raise
    except DAMAGE as fault:
        raise EtlError(
            f"{name!r} is a damaged workbook",
            given=f"{type(fault).__name__}: {fault}",
            wanted="an .xlsx workbook that a spreadsheet can open",
            todo="open it in a spreadsheet and save it again, or save the sheet as CSV UTF-8",
        ) from fault


def _open(data: bytes) -> Workbook:
    from openpyxl import load_workbook  # noqa: PLC0415 - 0.3 s that only workbooks should cost

    return load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)


def _check_parts(data: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise EtlError(
                f"{name!r} is too large once unpacked",
                given=f"{unpacked / 1e6:,.0f} MB",
                wanted=f"at most {MAX_UNPACKED_BYTES / 1e6:,.0f} MB",
                todo="save the one sheet as CSV UTF-8 and load that",
            )
        for part in parts.infolist():
            if part.filename.endswith((".xml", ".rels")):
                with parts.open(part) as text:
                    start = text.read(4096)
                if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                    raise EtlError(
                        f"{name!r} carries a document type, which no spreadsheet writes",
                        given=f"the part {part.filename!r}",
                        wanted="a workbook saved by a spreadsheet",
                        todo="save the sheet as CSV UTF-8 and load that",
                    )


def _rows(
    book: Workbook, name: str, sheet: str | None, max_columns: int, max_rows: int
) -> Iterator[tuple[int, Sequence[Cell]]]:
    if sheet is not None and sheet not in book.sheetnames:
        raise EtlError(
            f"{name!r} has no sheet {sheet!r}",
            given=f"{sheet!r}",
            wanted=f"one of {', '.join(map(repr, book.sheetnames))}",
            todo="name one of them with --sheet",
        )
    chosen = book[sheet] if sheet is not None else book.worksheets[0]
    chosen.reset_dimensions()  # the stated size of a sheet is often wrong, and then rows would be lost
    width = 0
    for number, cells in enumerate(chosen.iter_rows(max_col=max_columns + 1), start=1):
        if number > 2 * max_rows:
            raise EtlError(
                f"{name!r} is too large",
                given=f"more than {2 * max_rows:,} rows with the empty ones",
                wanted=f"at most {max_rows:,} rows",
                todo="remove the empty rows, or split the file",
            )
        values = [_value(cell) for cell in cells]
        while values and values[-1] is None:
            values.pop()
        width = width or len(values)
        yield number, values + [None] * (width - len(values)) if values else values


def _value(cell: SheetCell | MergedCell) -> Cell:
    if cell.data_type in {"f", "e"}:
        return Formula(str(cell.value))  # "e" is '#REF!' and the like: what a formula left behind
    value: object = cell.value
    if isinstance(value, dt.datetime):
        return value.date() if value.time() == dt.time() else str(value)
    return value if value is None or isinstance(value, str | int | float | bool | dt.date) else str(value)

"""A CSV or XLSX file as a plain table of cells, every row with its number as a spreadsheet shows it.

Nothing is ever computed: a formula is kept as `Formula`, so that whoever reads the cell can turn its row away.
"""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from etl.errors import EtlError
from etl.sources.cells import Cell, is_blank
from etl.sources.workbooks import rows_of_workbook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

MAX_BYTES = 20_000_000
"""Largest file in bytes that is read: a list of 50,000 rows with every column filled stays below it."""
MAX_ROWS = 50_000
"""Most rows below the header: the registry's own companies are a tenth of that."""
MAX_COLUMNS = 100
"""Most columns: the import format has about forty and one per attribute."""
XLSX_START = b"PK\x03\x04"
XLS_START = b"\xd0\xcf\x11\xe0"
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class Row:
    """One row of a table.

    Parameters
    ----------
    number
        As a spreadsheet shows it: the header is row 1.
    cells
        The cells in the order of the table's columns.
    """

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """The header and the rows that carry something.

    Parameters
    ----------
    name
        The file's name, for messages.
    columns
        The header as written, trimmed.
    rows
        Rows with at least one filled cell and as many cells as the header.
    ragged
        Row number and sentence of every row with more or fewer cells than the header.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    ragged: tuple[tuple[int, str], ...]


def read_table(path: Path, *, sheet: str | None = None, encoding: str | None = None) -> Table:
    """Return the table in a CSV or XLSX file.

    Parameters
    ----------
    path
        The file; what it holds decides how it is read, not its suffix.
    sheet
        The sheet of a workbook; its first one by default.
    encoding
        The encoding of a CSV that is not UTF-8.

    Raises
    ------
    EtlError
        When the file cannot be opened, is too large, or is no table.
    """
    try:
        size = path.stat().st_size
        data = path.read_bytes() if path.is_file() and size <= MAX_BYTES else b""
    except OSError as fault:
        raise _closed(path, str(fault.strerror)) from fault
    if not path.is_file():
        raise _closed(
            path, "no file"
        )  # a pipe or a device may have no end, and is not there to be read again
    if size > MAX_BYTES:
        raise _too_large(path.name, f"{size / 1e6:,.1f} MB", f"at most {MAX_BYTES / 1e6:,.0f} MB")
    return table_from_bytes(data, path.name, sheet=sheet, encoding=encoding)


def _closed(path: Path, why: str) -> EtlError:
    return EtlError(
        f"The file {path.name!r} cannot be opened",
        given=f"{path} ({why})",
        wanted="a CSV or XLSX file that you may read",
        todo="check the path and your right to read it",
    )


def table_from_bytes(
    data: bytes, name: str, *, sheet: str | None = None, encoding: str | None = None
) -> Table:
    """Return the table in the bytes of a CSV or XLSX file.

    Raises
    ------
    EtlError
        When the bytes are no table, or one beyond the limits.
    """
    if data.startswith(XLS_START):
        raise EtlError(
            f"{name!r} is a workbook of Excel 97 to 2003",
            given="an .xls file",
            wanted="a CSV file or an .xlsx workbook",
            todo="open it in a spreadsheet and save it as .xlsx",
        )
    if data.startswith(XLSX_START):
        rows = rows_of_workbook(data, name, sheet=sheet, max_columns=MAX_COLUMNS, max_rows=MAX_ROWS)
        return _table(rows, name)
    return _table(_csv_rows(_decoded(data, name, encoding), name), name)


def _decoded(data: bytes, name: str, encoding: str | None) -> str:
    """Return the text of a CSV, strictly: a wrong guess would put wrong letters into names for good."""
    try:
        text = data.decode(encoding or "utf-8-sig")
    except LookupError as fault:
        raise EtlError(
            "The encoding is not known",
            given=f"{encoding!r}",
            wanted="the name of an encoding, such as utf-8, cp1252 or utf-16",
            todo="name the encoding that the program which wrote the file used",
        ) from fault
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        shown = data[fault.start : fault.start + 1].hex().upper()
        raise EtlError(
            f"{name!r} is not written in {(encoding or 'utf-8').upper()}",
            given=f"the byte 0x{shown} at position {fault.start + 1:,}, in line {line:,}",
            wanted=f"text in {(encoding or 'utf-8').upper()}",
            todo=f"save the file as CSV UTF-8, or name its encoding, such as --encoding {_likely(data)}",
        ) from fault
    except UnicodeError as fault:
        raise EtlError(
            f"{name!r} cannot be decoded",
            given=f"{fault}",
            wanted=f"text in {encoding or 'utf-8'}",
            todo="save the file as CSV UTF-8",
        ) from fault
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise EtlError(
            f"{name!r} is no text file",
            given=f"a zero byte in line {line:,}",
            wanted="a CSV file in UTF-8, or an .xlsx workbook",
            todo="save it as CSV UTF-8; if it is UTF-16, add --encoding utf-16",
        )
    return text


def _likely(data: bytes) -> str:
    """Return the encoding to name as an example: the one whose mark the file begins with, else Windows' own."""
    return "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "cp1252"


def _csv_rows(text: str, name: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    first_line = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, cells
    except csv.Error as fault:
        raise EtlError(
            f"{name!r} is no CSV file that can be read",
            given=f"row {number + 1:,}, line {reader.line_num:,}: {fault}",
            wanted='cells in commas, and a cell that holds a comma or a quote in "double quotes"',
            todo="mend the quotes around that row, or save the file again from a spreadsheet",
        ) from fault


def _table(rows: Iterable[tuple[int, Sequence[Cell]]], name: str) -> Table:
    header: tuple[str, ...] | None = None
    kept: list[Row] = []
    ragged: list[tuple[int, str]] = []
    for number, cells in rows:
        if all(is_blank(cell) for cell in cells):
            continue
        if header is None:
            header = _header(cells, number, name)
            continue
        if len(kept) + len(ragged) >= MAX_ROWS:
            raise _too_large(name, f"more than {MAX_ROWS:,} rows", f"at most {MAX_ROWS:,} rows")
        if len(cells) != len(header):
            ragged.append((number, f"the row has {len(cells):,} cells, the header {len(header):,}"))
            continue
        kept.append(Row(number, tuple(cells)))
    if header is None:
        raise EtlError(
            f"{name!r} holds no rows",
            given="an empty table",
            wanted="a header and one row for each asset or company",
            todo="check that the right file or sheet was chosen; docs/providers.md shows the columns",
        )
    return Table(name, header, tuple(kept), tuple(ragged))


def _header(cells: Sequence[Cell], number: int, name: str) -> tuple[str, ...]:
    header = tuple(_column(cell) for cell in cells)
    if len(header) > MAX_COLUMNS:
        raise _too_large(name, f"more than {MAX_COLUMNS} columns", f"at most {MAX_COLUMNS} columns")
    twice = sorted({column for column in header if column and header.count(column) > 1})
    if twice:
        raise EtlError(
            f"The header of {name!r} names a column twice",
            given=f"row {number:,}: {', '.join(map(repr, twice))}",
            wanted="each column once",
            todo="rename or remove one of the two",
        )
    return header


def _column(cell: Cell) -> str:
    """Return the name of a column in one line of letters: messages repeat it, and a terminal obeys the rest."""
    words = "" if is_blank(cell) else " ".join(str(cell).split())
    return "".join(sign for sign in words if sign.isprintable())


def _too_large(name: str, given: str, wanted: str) -> EtlError:
    return EtlError(
        f"{name!r} is too large", given=given, wanted=wanted, todo="split the file and load the parts"
    )

"""A report as files: a workbook, CSV of one table, or JSON. Each row, each sheet and each name says EXERCISE."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Final, Literal, get_args

from registry.exercises.marking import MARK, file_name
from registry.exercises.report import HEADS, MSEL, TITLES
from registry.spreadsheets import cell

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from registry.exercises.report import Cell, Report

Ending = Literal["xlsx", "csv", "json"]
ENDINGS: Final[tuple[Ending, ...]] = get_args(Ending)

_WIDEST: Final = 60


def report_file(report: Report, ending: Ending) -> tuple[str, bytes]:
    """Return the name and the bytes of a report: all tables as a workbook or JSON, the list of injects as CSV."""
    if ending == "xlsx":
        return file_name(report.name, "report", ending), as_workbook(report)
    if ending == "json":
        return file_name(report.name, "report", ending), as_json(report).encode()
    return file_name(report.name, MSEL, ending), as_csv(report, MSEL).encode()


def as_csv(report: Report, table: str) -> str:
    """Return one table as CSV, the mark first in each row; what a spreadsheet takes for a formula is led by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("marking", *HEADS[table]))
    writer.writerows((MARK, *map(cell, row)) for row in report.tables[table])
    return out.getvalue()


def as_json(report: Report) -> str:
    """Return all tables as JSON, each a list of objects, each of which bears the mark."""
    tables = {
        table: [{"marking": MARK, **dict(zip(heads, row, strict=True))} for row in report.tables[table]]
        for table, heads in HEADS.items()
    }
    return json.dumps({"marking": MARK, "name": report.name, **tables}, indent=1, ensure_ascii=False) + "\n"


def as_workbook(report: Report) -> bytes:
    """Return all tables as an XLSX workbook, one a sheet; the mark is in each sheet's name, head, foot and rows."""
    from openpyxl import Workbook  # noqa: PLC0415 - slow, and only for this

    book = Workbook(write_only=False)
    del book[book.sheetnames[0]]
    book.properties.title = f"{MARK}: {report.name}"
    book.properties.creator = MARK
    for table, heads in HEADS.items():
        sheet = book.create_sheet(f"{MARK} {TITLES[table]}"[:31])
        _fill(sheet, ("marking", *heads), [(MARK, *row) for row in report.tables[table]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Worksheet, heads: tuple[str, ...], rows: list[tuple[Cell, ...]]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    for place in (sheet.oddHeader, sheet.oddFooter):
        if place is not None:
            place.center.text = MARK
    sheet.page_setup.orientation = "landscape"
    sheet.freeze_panes = "A2"
    for number, row in enumerate([heads, *rows], 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # words, never a formula
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            if number == 1:
                cell.font = Font(bold=True)
                cell.fill = PatternFill("solid", start_color="FFD23F")
    for column, words in enumerate(zip(heads, *rows, strict=True), 1):
        widest = max(len(str(each or "")) for each in words)
        sheet.column_dimensions[get_column_letter(column)].width = min(widest + 2, _WIDEST)

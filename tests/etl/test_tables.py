"""Tables: CSV and XLSX as they come out of spreadsheets, and files that are no table."""

from __future__ import annotations

import io
import os
import zipfile

import openpyxl
import pytest

from etl.errors import EtlError
from etl.sources import tables, workbooks
from etl.sources.cells import Formula
from etl.sources.tables import read_table, table_from_bytes


def workbook(*rows, sheet="Sheet1"):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def refusal(data, **options):
    with pytest.raises(EtlError) as caught:
        table_from_bytes(data, "list.csv", **options)
    return caught.value


@pytest.mark.parametrize(
    "data",
    [
        b"a,b\r\n1,2\r\n",
        b"a,b\n1,2",
        b"\xef\xbb\xbfa,b\n1,2\n",
        b"a;b\n1;2\n",
        b"a\tb\n1\t2\n",
        b"\na,b\n\n1,2\n",
    ],
    ids=["windows", "no last line end", "with a mark", "semicolons", "tabs", "blank lines"],
)
def test_a_csv_as_a_spreadsheet_writes_it_is_read(data):
    table = table_from_bytes(data, "list.csv")
    assert table.columns == ("a", "b")
    assert [row.cells for row in table.rows] == [("1", "2")]


def test_rows_are_numbered_as_a_spreadsheet_shows_them():
    table = table_from_bytes(b'a,b\n"two\nlines",1\n\nx,y\n', "list.csv")
    assert [row.number for row in table.rows] == [2, 4]


def test_a_row_with_another_number_of_cells_is_named():
    table = table_from_bytes(b"a,b\n1,2,3\n1\n1,2\n", "list.csv")
    assert table.ragged == (
        (2, "the row has 3 cells, the header 2"),
        (3, "the row has 1 cells, the header 2"),
    )
    assert len(table.rows) == 1


def test_another_encoding_is_refused_at_its_first_odd_byte_and_read_when_named():
    data = "provider,city\nCafé,Joplin\n".encode("cp1252")
    refused = refusal(data)
    assert refused.given == "the byte 0xE9 at position 18, in line 2"
    assert "--encoding cp1252" in refused.todo
    assert table_from_bytes(data, "list.csv", encoding="cp1252").rows[0].cells == ("Café", "Joplin")


def test_an_encoding_that_nobody_knows_is_refused():
    assert refusal(b"a\n1\n", encoding="latin-9000").title == "The encoding is not known"


def test_utf_16_is_refused_with_what_to_do():
    data = "a,b\n1,2\n".encode("utf-16-le")
    assert "--encoding utf-16" in refusal(data).todo
    assert table_from_bytes(data, "list.csv", encoding="utf-16-le").columns == ("a", "b")


@pytest.mark.parametrize("data", [b"", b"\n\n", b" , \n"])
def test_an_empty_file_is_refused(data):
    assert refusal(data).given == "an empty table"


def test_an_open_quote_is_refused_with_its_row():
    refused = refusal(b'a,b\n1,2\n"x,3\n4,5\n')
    assert refused.given.startswith("row 3,")


def test_a_column_named_twice_is_refused():
    assert refusal(b"a,b,a\n1,2,3\n").given == "row 1: 'a'"


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 3)
    assert len(table_from_bytes(b"a\n1\n2\n3\n", "list.csv").rows) == 3
    assert refusal(b"a\n1\n2\n3\n4\n").given == "more than 3 rows"


def test_too_many_columns_are_refused():
    assert refusal(",".join(f"c{n}" for n in range(101)).encode() + b"\n").wanted == "at most 100 columns"


def test_too_large_a_file_is_never_read(tmp_path, monkeypatch):
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    path = tmp_path / "list.csv"
    path.write_bytes(b"a,b\n" * 10)
    with pytest.raises(EtlError, match="is too large"):
        read_table(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(EtlError, match="cannot be opened") as caught:
        read_table(tmp_path / "none.csv")
    assert "No such file" in caught.value.given


def test_a_workbook_gives_typed_cells_and_keeps_formulas_uncomputed():
    table = table_from_bytes(workbook(["a", "b", "c"], ["x", 2, "=1+1"], ["y", 2.5, None]), "list.xlsx")
    assert table.rows[0].cells == ("x", 2, Formula("=1+1"))
    assert table.rows[1].cells == ("y", 2.5, None)


def test_a_sheet_is_chosen_by_name_and_a_missing_one_names_those_there():
    data = workbook(["a"], ["1"], sheet="May")
    assert table_from_bytes(data, "list.xlsx", sheet="May").columns == ("a",)
    assert refusal(data, sheet="June").wanted == "one of 'May'"


def test_an_old_workbook_is_refused_by_name():
    assert "Excel 97" in refusal(b"\xd0\xcf\x11\xe0" + bytes(100)).title


def test_a_workbook_cut_short_is_refused():
    data = workbook(["a"], ["1"])
    assert "damaged workbook" in refusal(data[: len(data) // 2]).title


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_UNPACKED_BYTES", 1_000)
    assert "too large once unpacked" in refusal(workbook(["a"], ["1"])).title


def test_a_workbook_with_a_document_type_is_refused():
    stream = io.BytesIO(workbook(["a"], ["1"]))
    with zipfile.ZipFile(stream, "a") as parts:
        parts.writestr("xl/extra.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>')
    assert "document type" in refusal(stream.getvalue()).title


def test_a_pipe_is_refused_unread(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(EtlError, match="cannot be opened") as caught:
        read_table(tmp_path / "pipe")
    assert "no file" in caught.value.given


def test_the_name_of_a_column_cannot_command_a_terminal():
    assert table_from_bytes(b"a\x1b[31mred, two  words\n1,2\n", "list.csv").columns == (
        "a[31mred",
        "two words",
    )


def test_a_file_with_the_mark_of_utf_16_is_told_that_encoding():
    assert "--encoding utf-16" in refusal("a,b\n1,2\n".encode("utf-16")).todo

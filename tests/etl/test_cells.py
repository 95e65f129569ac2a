"""Cells: what each reader takes, and the half sentence with which it turns the rest away."""

from __future__ import annotations

import datetime as dt

import pytest

from etl.sources.cells import (
    CellError,
    Formula,
    read_date,
    read_degrees,
    read_duration_s,
    read_email,
    read_number,
    read_phone,
    read_quantity,
    read_text,
    read_yes_no,
)

TODAY = dt.date(2026, 11, 20)


@pytest.mark.parametrize(("cell", "quantity"), [("3", 3), (" 1,200 ", 1200), (4, 4), (5.0, 5), ("+2", 2)])
def test_a_quantity_is_a_whole_number(cell, quantity):
    assert read_quantity(cell) == quantity


@pytest.mark.parametrize("cell", ["-3", "2.5", 2.5, 0, "0", "", "ten", "1e3", True, "1,20", "٣", "9" * 5000])
def test_a_negative_or_fractional_quantity_is_turned_away(cell):
    with pytest.raises(CellError, match=r"is no quantity; write a whole number from 1 to 100,000,000"):
        read_quantity(cell)


@pytest.mark.parametrize("cell", ["nan", "inf", "1e400", 1e400, float("nan"), "abc", "1.2.3", True, "--5"])
def test_only_a_finite_number_is_a_number(cell):
    with pytest.raises(CellError, match="is no number"):
        read_number(cell)


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [("90 min", 5400), ("2 h 30 min", 9000), ("1 day", 86400), ("1.5 hours", 5400), ("0 min", 0)],
)
def test_a_time_span_is_read_with_its_unit(cell, seconds):
    assert read_duration_s(cell) == seconds


def test_a_column_that_states_its_unit_takes_plain_numbers():
    assert read_duration_s("1.5", unit="h") == 5400
    assert read_duration_s(90, unit="m") == 5400


@pytest.mark.parametrize("cell", ["90", "-2 h", "soon", "2 h or so", "99999 days", ""])
def test_a_time_span_that_leaves_a_doubt_is_turned_away(cell):
    with pytest.raises(CellError, match="is no time span"):
        read_duration_s(cell)


@pytest.mark.parametrize("cell", ["2026-05-01", "2026/5/1", "5/1/2026", dt.date(2026, 5, 1)])
def test_a_date_is_read(cell):
    assert read_date(cell, today=TODAY) == dt.date(2026, 5, 1)


@pytest.mark.parametrize(
    ("cell", "words"),
    [("2026-02-30", "is no date"), ("13/1/2026", "is no date"), ("May", "is no date"), (46000, "is no date"),
     ("2026-11-21", "lies in the future"), ("1899-12-31", "too long ago")],
)  # fmt: skip
def test_a_bad_date_is_turned_away(cell, words):
    with pytest.raises(CellError, match=words):
        read_date(cell, today=TODAY)


@pytest.mark.parametrize(
    "cell", ["=1+1", "=cmd|'/c calc'!A0", "@SUM(A1)", "+1+1", "-2+3", Formula("=A1"), " =1"]
)
def test_a_formula_is_turned_away_from_every_text(cell):
    with pytest.raises(CellError, match=r"a formula, which is never computed|which a spreadsheet computes"):
        read_text(cell)


@pytest.mark.parametrize("read", [read_quantity, read_number, read_yes_no, read_phone, read_duration_s])
def test_a_formula_is_turned_away_from_every_other_cell(read):
    for cell in (Formula("=A1"), "=1"):
        with pytest.raises(CellError, match="is a formula, which is never computed; write its value instead"):
            read(cell)


def test_a_text_keeps_its_letters_and_loses_its_spaces():
    assert read_text("  Café\u00a0  Ozark ") == "Café Ozark"
    assert read_text(64804.0) == "64804"


@pytest.mark.parametrize("cell", ["a\x07b", "x" * 501])
def test_a_text_that_cannot_be_kept_is_turned_away(cell):
    with pytest.raises(CellError):
        read_text(cell)


@pytest.mark.parametrize(
    ("cell", "half_m"), [("37.08", 556), ("37.084210", 0.06), (37.1, 5566), ("37", 55660)]
)
def test_a_coordinate_is_believed_to_half_its_last_digit(cell, half_m):
    angle, half_digit = read_degrees(cell)
    assert angle == pytest.approx(float(cell))
    assert half_digit * 111_320 == pytest.approx(half_m, rel=0.1)


def test_a_telephone_number_may_begin_with_a_plus():
    assert read_phone("+1 (417) 555-0101 ext. 12") == "+1 (417) 555-0101 ext. 12"
    with pytest.raises(CellError):
        read_phone("+cmd|x")


@pytest.mark.parametrize(
    "cell", ["nobody", "a b@example.org", "a@example", "=a@example.org", "a@b@example.org"]
)
def test_an_address_that_no_mail_reaches_is_turned_away(cell):
    with pytest.raises(CellError):
        read_email(cell)

"""What somebody typed never orders the terminal of whoever reads it about."""

from __future__ import annotations

import io
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table

from cli import terminal
from cli.terminal import Console, line, plain

CLI = Path(terminal.__file__).parent


def said(what):
    """Return what a terminal gets, colours and all."""
    file = io.StringIO()
    Console(file=file, force_terminal=True, highlight=False, markup=False, width=200).print(what)
    return file.getvalue()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("\x1b[2K\x1b[1Ahidden", r"\x1b[2K\x1b[1Ahidden"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x9b31mred", r"\x9b31mred"),
        ("gone\r\x08over", r"gone\r\x08over"),
        ("nur\u202egnp.exe\u2066", r"nur\u202egnp.exe\u2066"),
        ("a\u200bb\ufeff", r"a\u200bb\ufeff"),
        ("two\u2028lines", r"two\u2028lines"),
        ("Peña & Søn, 東京, 🚒", "Peña & Søn, 東京, 🚒"),
    ],
)
def test_what_orders_a_terminal_about_is_shown_by_its_code(typed, shown):
    table = Table("Why")
    table.add_row(typed)
    assert plain(typed) == shown
    for what in (typed, table):
        assert shown in said(what)
        assert typed == shown or typed not in said(what)


@given(st.text())
def test_no_text_holds_an_order_once_it_is_plain(typed):
    left = plain(typed).replace("\n", "").replace("\t", "")
    assert not {unicodedata.category(each) for each in left} & terminal.ORDERS
    assert "\n" not in line(typed)
    assert plain(plain(typed)) == plain(typed)


def test_a_line_of_the_audit_cannot_be_forged_by_breaking_another():
    assert line("Ask\n     99  2026-11-22 18:00:00  nobody signed in") == (
        "Ask\\n     99  2026-11-22 18:00:00  nobody signed in"
    )


def test_every_command_speaks_through_this_terminal():
    past_it = re.compile(r"from rich\.console import Console|typer\.echo\(|rich\.print")
    for module in CLI.glob("*.py"):
        if module.name != "terminal.py":
            assert not past_it.search(module.read_text(encoding="utf-8")), module.name

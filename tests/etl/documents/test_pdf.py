"""Printing: a document becomes a PDF, fetches nothing, and a machine without Pango says what is missing."""

from __future__ import annotations

import builtins

import pytest

from etl.documents import pdf
from etl.errors import EtlError


def test_a_document_becomes_a_pdf():
    made = pdf.pdf_of("<!doctype html><html lang='en'><title>One</title><p>A page</p></html>")
    assert made.startswith(b"%PDF-")
    assert made.rstrip().endswith(b"%%EOF")


def test_nothing_is_fetched_for_it_not_even_a_file_of_this_machine(tmp_path, monkeypatch):
    style = tmp_path / "style.css"
    style.write_text("p{break-before:page}")
    opened = []
    real = builtins.open
    monkeypatch.setattr(
        builtins, "open", lambda name, *rest, **more: opened.append(str(name)) or real(name, *rest, **more)
    )
    pdf.pdf_of(f"<link rel='stylesheet' href='{style.as_uri()}'><p>one</p><p>two</p>")
    assert str(style) not in opened


def test_a_machine_without_pango_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(EtlError, match="printed") as refused:
        pdf.pdf_of("<p>one</p>")
    assert "libpangoft2-1.0-0" in str(refused.value)


def test_unpacked_libraries_are_opened_in_whatever_order_they_need_each_other(tmp_path, monkeypatch):
    folder = tmp_path / "usr" / "lib" / "x86_64-linux-gnu"
    folder.mkdir(parents=True)
    for name in ("libpango-1.0.so.0", "libglib-2.0.so.0", "libharfbuzz.so.0", "libother.so.1"):
        (folder / name).write_bytes(b"")
    needs = {
        "libpango-1.0.so.0": {"libglib-2.0.so.0", "libharfbuzz.so.0"},
        "libharfbuzz.so.0": {"libglib-2.0.so.0"},
    }
    opened: list[str] = []

    def opens(library):
        name = library.rpartition("/")[2]
        if "/" not in library or not needs.get(name, set()) <= set(opened):
            return False
        opened.append(name)
        return True

    monkeypatch.setattr(pdf, "_opens", opens)
    pdf._load.__wrapped__(tmp_path)
    assert sorted(opened) == ["libglib-2.0.so.0", "libharfbuzz.so.0", "libpango-1.0.so.0"]

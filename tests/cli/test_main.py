"""`merr` itself: what it does with a refusal, a misspelt option and Ctrl-C."""

from __future__ import annotations

import errno

import pytest
import typer

from cli import main
from geo.errors import AreaError


def _run(monkeypatch, command):
    fake = typer.Typer(pretty_exceptions_enable=False)
    fake.command()(command)
    monkeypatch.setattr(main, "commands", fake)
    monkeypatch.setattr("sys.argv", ["merr"])
    with pytest.raises(SystemExit) as end:
        main.app()
    return end.value.code


def test_a_refusal_is_printed_as_given_wanted_and_to_do_and_ends_with_2(monkeypatch, capsys):
    def refuse():
        raise AreaError(
            "The cup is empty", given="a cup", wanted="tea", todo="pour some", place=(-94.5, 37.1)
        )

    assert _run(monkeypatch, refuse) == 2
    said = capsys.readouterr().err
    assert [line.split(maxsplit=1)[0] for line in said.splitlines()] == [
        "The",
        "Given",
        "Wanted",
        "To",
        "Place",
    ]
    assert "37.10000, -94.50000" in said


def test_ctrl_c_says_that_nothing_was_left_half_written(monkeypatch, capsys):
    def stop():
        raise KeyboardInterrupt

    assert _run(monkeypatch, stop) == 130
    assert "Nothing was left half-written" in capsys.readouterr().err


def test_a_fault_of_ours_is_not_dressed_up_as_a_refusal(monkeypatch):
    def break_down():
        raise RuntimeError("ours")

    fake = typer.Typer(pretty_exceptions_enable=False)
    fake.command()(break_down)
    monkeypatch.setattr(main, "commands", fake)
    monkeypatch.setattr("sys.argv", ["merr"])
    with pytest.raises(RuntimeError):
        main.app()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full: make room"),
        (PermissionError(errno.EACCES, "Permission denied", "/a/file"), "/a/file may not be read or written"),
    ],
)
def test_a_full_disk_and_a_missing_right_end_in_one_sentence(monkeypatch, capsys, fault, words):
    def meet():
        raise fault

    assert _run(monkeypatch, meet) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(words)


def test_what_was_given_stands_on_one_line_so_that_it_can_be_copied(monkeypatch, capsys):
    path = "/a/folder" * 30

    def refuse():
        raise AreaError("The file cannot be read", given=path, wanted="a file", todo="check the path")

    _run(monkeypatch, refuse)
    assert path in capsys.readouterr().err

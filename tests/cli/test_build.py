"""`merr build`: four parts and all of them, each refusing in a sentence when what it needs is missing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cli import build
from etl.errors import EtlError

DATA = Path(__file__).resolve().parents[2] / "data"


@pytest.fixture
def merr():
    app = typer.Typer()
    app.callback()(lambda: None)
    build.register(app)
    return lambda *words: CliRunner().invoke(app, ["build", *map(str, words)])


def test_help_names_the_four_parts_and_all(merr):
    shown = merr("--help").output
    assert all(part in shown for part in ("counties", "gazetteer", "roads", "rivers", "all"))


@pytest.mark.parametrize(
    ("part", "first"), [("gazetteer", "counties"), ("roads", "counties"), ("rivers", "counties")]
)
def test_a_part_whose_ground_is_missing_says_which_to_build_first(merr, tmp_path, monkeypatch, part, first):
    shutil.copytree(DATA / "reference", tmp_path / "reference")
    monkeypatch.setattr("etl.build.roads.package_version", lambda *_: "any")
    monkeypatch.setattr("etl.build.rivers.read_rivers", lambda: {1: []})
    refused = merr(part, "--data", tmp_path).exception
    assert isinstance(refused, EtlError)
    assert f"merr build {first}" in refused.todo
    assert [path.name for path in tmp_path.iterdir()] == ["reference"], "nothing was half-written"


def test_all_builds_the_five_in_the_order_of_their_needs(merr, monkeypatch, tmp_path):
    order = []
    for part in ("counties", "gazetteer", "roads", "rivers", "passwords"):
        monkeypatch.setattr(build, part, lambda folder, part=part: order.append((part, folder)))
    assert merr("all", "--data", tmp_path).exit_code == 0
    wanted = ("counties", "gazetteer", "roads", "rivers", "passwords")
    assert order == [(part, tmp_path) for part in wanted]

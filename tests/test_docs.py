"""The documents are held to the code: what one says, the other has."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import typer.main

from cli.main import commands
from registry.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
DOCS = sorted(path for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def test_readme_stays_within_120_lines():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(path: Path):
    missing = [link for link in LINK.findall(path.read_text()) if not (path.parent / link).exists()]
    assert not missing


def test_every_adr_is_listed_and_numbered_without_a_gap():
    folder = ROOT / "docs" / "adr"
    files = sorted(path.name for path in folder.glob("0*.md"))
    assert [int(name[:4]) for name in files] == list(range(1, len(files) + 1))
    index = (folder / "README.md").read_text()
    assert not [name for name in files if name not in index]


def test_the_changelog_opens_with_the_version_of_the_project():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    heading = re.search(r"^## (\S+?),", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert heading is not None
    assert heading.group(1) == version


def test_every_command_of_merr_is_documented():
    text = "\n".join(path.read_text() for path in DOCS)
    missing = [
        name for name in _command_names(typer.main.get_command(commands)) if f"merr {name}" not in text
    ]
    assert not missing


def _command_names(command, prefix: str = "") -> list[str]:
    names = []
    for name, child in getattr(command, "commands", {}).items():
        full = f"{prefix}{name}"
        names += _command_names(child, f"{full} ") or [full]
    return names


def test_every_setting_is_documented():
    text = (ROOT / "docs" / "operations.md").read_text()
    missing = [name for name in Settings.model_fields if f"MERR_{name.upper()}" not in text]
    assert not missing


def test_every_make_target_is_documented():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    text = (
        (ROOT / "README.md").read_text()
        + (ROOT / "CONTRIBUTING.md").read_text()
        + (ROOT / "docs" / "operations.md").read_text()
    )
    assert not [target for target in targets if f"make {target}" not in text]


def test_every_table_of_shipped_data_is_in_sources():
    text = (ROOT / "docs" / "sources.md").read_text()
    files = [path for path in (ROOT / "data").rglob("*") if path.is_file() and path.name != "provenance.json"]
    assert files
    assert not [path.name for path in files if path.name not in text]


@pytest.mark.skipif(
    shutil.which("git") is None, reason="git, which knows the tracked files, is not installed"
)
def test_no_tracked_file_names_a_package_index():
    """A lock or a script that names an index would break every other machine."""
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    fault = re.compile(r"--(extra-)?index-url\s+\S*//|\"resolved\": *\"http|registry *= *\"?http")
    guilty = []
    for name in filter(None, tracked.split("\0")):
        path = ROOT / name
        if (
            path.suffix in {".lock", ".toml", ".txt", ".in", ".sh", ".yml", ".json", ""}
            and path.is_file()
            and fault.search(path.read_text(errors="replace"))
        ):
            guilty.append(name)
    assert not guilty


def test_no_to_do_stands_on_main():
    words = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    guilty = [
        str(path.relative_to(ROOT))
        for folder in (
            "geo",
            "registry",
            "matching",
            "etl",
            "web",
            "dashboard",
            "cli",
            "benchmarks",
            "scripts",
        )
        for path in (ROOT / folder).rglob("*.py")
        if words.search(path.read_text())
    ]
    assert not guilty

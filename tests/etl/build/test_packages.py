"""A package or tool that is absent ends in a sentence that says how to fetch it."""

from __future__ import annotations

import pytest

from etl.build.packages import cached_file, package_file, package_version, run_tool
from etl.errors import EtlError


@pytest.mark.parametrize(
    "ask",
    [
        lambda _folder: package_version("no-such-package-of-merr"),
        lambda _folder: package_version("shapely", "0.0.1"),
        lambda _folder: package_file("shapely", "shapely/no-such-file.json"),
        lambda folder: cached_file("no-such-file.tgz", folder),
        lambda folder: run_tool("no-such-tool-of-merr", folder=folder),
    ],
    ids=["package", "version", "file", "cache", "tool"],
)
def test_what_is_absent_is_named_and_make_build_fetches_it(ask, tmp_path):
    with pytest.raises(EtlError, match="cannot be built yet") as refused:
        ask(tmp_path)
    assert "make build" in refused.value.todo
    assert "no-such" in refused.value.given or "shapely 0.0.1" in refused.value.given


def test_an_installed_package_tells_its_version_and_its_files():
    assert package_version("shapely").startswith("2.")
    assert package_file("shapely", "shapely/__init__.py").is_file()


def test_a_tool_that_fails_says_its_last_words(tmp_path):
    with pytest.raises(EtlError) as refused:
        run_tool("ls", "no-such-folder", folder=tmp_path)
    assert "No such file" in refused.value.given


def test_a_tool_runs_without_the_users_home(tmp_path):
    assert run_tool("sh", "-c", "echo $HOME", folder=tmp_path).strip() == str(tmp_path)

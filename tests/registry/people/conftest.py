"""A state folder of its own for each test of people: the sealing key lies there."""

from __future__ import annotations

import pytest

from registry.settings import settings


@pytest.fixture(autouse=True)
def sealing_key(tmp_path, monkeypatch):
    """Point the sealing key at a place where no other test finds it."""
    path = tmp_path / "keys" / "sealing.key"
    monkeypatch.setenv("MERR_SEALING_KEY", str(path))
    settings.cache_clear()
    yield path
    monkeypatch.undo()
    settings.cache_clear()

"""A house with canaries, which the commands find by their settings."""

from __future__ import annotations

import logging

import pytest

from registry.settings import settings
from tests.canary.house import House


@pytest.fixture
def house(demo_url, as_login, tmp_path, monkeypatch):
    """Yield the demo registry with a canary in every protected field, under its server."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for login in ("owner", "web", "audit", "backup"):
        monkeypatch.setenv(f"MERR_DSN_{login.upper()}", as_login(demo_url, f"merr_{login}"))
    monkeypatch.setenv("MERR_SEALING_KEY", str(tmp_path / "sealing.key"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings.cache_clear()
    made = House(demo_url, as_login(demo_url, "merr_web"))
    logging.getLogger().addHandler(made.log)
    yield made
    logging.getLogger().removeHandler(made.log)
    monkeypatch.undo()
    settings.cache_clear()

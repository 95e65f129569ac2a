"""A house with canaries, which the commands find by their settings."""

from __future__ import annotations

import logging

import pytest

from tests.canary.hands import Hands, Tally
from tests.canary.house import House


@pytest.fixture
def house(demo_url, as_login, commands_at):
    """Yield the demo registry with a canary in every protected field, under its server."""
    commands_at(demo_url)
    made = House(demo_url, as_login(demo_url, "merr_web"))
    logging.getLogger().addHandler(made.log)
    Hands(made, Tally()).furnish()
    yield made
    logging.getLogger().removeHandler(made.log)

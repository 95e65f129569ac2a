"""No canary leaves the house but by a look that was granted and recorded."""

from __future__ import annotations

import pytest
import typer
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from cli.main import commands
from tests.access_cases import OPERATOR
from tests.canary.hands import Tally
from tests.canary.walk import NAMED, Walk
from tests.canary.words import COMMANDS

LOOKS = ("looks_at_the_page", "looks_by_command", "looks_by_rest")


def _walk(house, runs, steps):
    """Return what some runs of random steps came to; the same ones each time."""
    tally = Tally()
    run_state_machine_as_test(
        lambda: Walk(house, tally),
        settings=settings(
            max_examples=runs, stateful_step_count=NAMED + steps, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink),
        ),
    )  # fmt: skip
    print(tally.told())  # noqa: T201 - docs/security.md tells these figures
    return tally


def _leaves(command, name=()):
    """Return the names of all commands below one."""
    if not hasattr(command, "commands"):
        return {" ".join(name)}
    return set().union(*(_leaves(each, (*name, word)) for word, each in command.commands.items()))


def test_every_command_that_acts_as_an_account_is_in_the_walk():
    everything = {
        each for each in _leaves(typer.main.get_command(commands)) if each.split()[0] not in OPERATOR
    }
    assert set(COMMANDS) == everything


@pytest.mark.asvs("15.3.1")
def test_random_steps_through_every_door_let_no_canary_out(house):
    tally = _walk(house, 4, 14)
    assert tally.done.total() >= 60
    assert all(tally.opened[door] for door in LOOKS)


@pytest.mark.proof
def test_ten_thousand_random_steps_through_every_door_let_no_canary_out(house):
    tally = _walk(house, 230, 50)
    assert tally.done.total() >= 10_000
    assert all(tally.opened[door] > 200 for door in LOOKS)
    assert {200, 400, 401, 403, 404} <= set(tally.answers)

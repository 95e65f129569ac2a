"""No canary leaves the house but by a look that was granted and recorded."""

from __future__ import annotations

import pytest

from tests.canary.steps import Steps

LOOKS = ("looks_at_the_page", "looks_by_command", "looks_by_rest")


def _walk(house, seed, count):
    """Return a run of random steps."""
    steps = Steps(house, seed)
    steps.begin()
    steps.run(count)
    return steps


@pytest.mark.asvs("15.3.1")
def test_random_steps_through_every_door_let_no_canary_out(house):
    assert sum(_walk(house, 1, 120).opened.values()) > 0


@pytest.mark.proof
def test_ten_thousand_random_steps_through_every_door_let_no_canary_out(house):
    steps = _walk(house, 20261122, 10_000)
    print(steps.told())  # noqa: T201 - docs/security.md tells these figures
    assert steps.done.total() == 10_000
    assert all(steps.opened[door] > 20 for door in LOOKS)
    assert {200, 400, 401, 403, 404} <= set(steps.answers)

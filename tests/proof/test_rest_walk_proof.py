"""The long walk over the REST door by random requests, as everybody who may ask."""

from __future__ import annotations

import pytest

from tests.web.api.conftest import api as api  # noqa: PLC0414 - the fixture, for this module too
from tests.web.api.walk import walk

EXAMPLES = 30
"""Requests that are made up for each operation and phase."""


@pytest.mark.proof
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
@pytest.mark.parametrize("role", [None, "company", "planner", "declarer", "auditor", "designer"])
def test_a_long_walk_of_random_requests_meets_no_fault_and_no_status_that_is_not_documented(api, role):
    secret = api.client(role).secret if role else ""
    wrong, asked = walk(api, secret, EXAMPLES, stateful=True)
    assert not wrong, "\n".join(wrong[:20])
    print(f"{role or 'a stranger'}: {asked:,} requests")  # noqa: T201 - the figure of the proof
    assert asked > 1_000

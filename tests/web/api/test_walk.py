"""A short walk over the REST door by random requests; `tests/proof` has the long one, over all of it."""

from __future__ import annotations

import pytest

from tests.web.api.walk import walk

LONG_WALK_ONLY = "scenarios|jobs|runs|coverage|exercises"
"""What is left to the long walk: to make up their bodies takes longer than to ask, and a stranger is refused unread."""


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
def test_random_requests_meet_no_fault_and_no_status_that_is_not_documented(api):
    wrong, asked = walk(api, "", 2, only=f"^(?!.*/({LONG_WALK_ONLY}))")
    assert not wrong, "\n".join(wrong[:20])
    assert asked > 500

"""A short walk over the REST door by random requests; `tests/proof` has the long one."""

from __future__ import annotations

import pytest

from tests.web.api.walk import walk


@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
def test_random_requests_meet_no_fault_and_no_status_that_is_not_documented(api):
    wrong, asked = walk(api, "", 2)
    assert not wrong, "\n".join(wrong[:20])
    assert asked > 500

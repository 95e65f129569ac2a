from __future__ import annotations

import pytest

from matching.coverage.parameters import CoverageParameters
from matching.coverage.recipe import KIND, alias, asked_of, recipe
from matching.coverage.result import CoverageResult
from matching.errors import MatchingError
from matching.runs.baseline import Asked, Baseline, quiet


@pytest.fixture
def base(peopled, worked, taxonomy):
    return Baseline(peopled, "snapshot", worked, taxonomy, key=b"secret")


def test_a_run_of_coverage_gives_the_same_bytes_and_holds_no_real_id(base, asked):
    wanted = Asked(KIND, asked_of(["sector:energy", "generator,kw>=100"], asked()))
    said = []
    kept = recipe(base, wanted, lambda share, sentence: said.append((share, sentence)))
    assert recipe(base, wanted, quiet) == kept
    assert [share for share, _ in said] == sorted(share for share, _ in said)
    found = CoverageResult.from_bytes(kept)
    assert found.classes == ("sector:energy", "generator,kw>=100")
    assert found.parameters == asked()
    assert not {row.provider_id for row in base.listings} & set(found.providers)
    assert set(found.providers) == {alias(row.provider_id, b"secret") for row in base.listings}
    assert set(found.assets) <= {alias(row.asset_id, b"secret") for row in base.listings}


def test_what_a_run_cannot_be_asked_is_refused(base, asked):
    for parameters in ({}, {"classes": [], "parameters": {}}, {"classes": ["x"], "parameters": {"k": 1}}):
        with pytest.raises(MatchingError):
            recipe(base, Asked(KIND, parameters), quiet)
    with pytest.raises(MatchingError, match="scenario"):
        recipe(base, Asked(KIND, asked_of(["sector:energy"], asked()), patch={}), quiet)
    assert isinstance(asked(), CoverageParameters)

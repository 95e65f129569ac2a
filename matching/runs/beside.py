"""The recipe of coverage as things stand beside coverage as a scenario with every inject leaves them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from matching.coverage import recipe as coverage
from matching.coverage.result import CoverageResult
from matching.questions import canonical

if TYPE_CHECKING:
    from matching.runs.baseline import Asked, Baseline, Step

EXERCISE: Final = "exercise_coverage"
SCENARIO: Final = "scenario_coverage"
"""Kinds of run of one recipe, since others read an exercise's than a stored scenario's. Either is asked what
`matching.coverage.recipe.asked_of` gives, with the scenario as its patch."""


def recipe(base: Baseline, asked: Asked, step: Step) -> bytes:
    """Return both coverages as canonical bytes, with made-up ids: `a` as things stand, `b` with the scenario.

    Raises
    ------
    MatchingError
        What is asked cannot be read, or the scenario changes what there is not.
    """
    a = coverage.recipe(base, replace(asked, patch=None), lambda share, said: step(share / 2, said))
    b = coverage.recipe(base, asked, lambda share, said: step((1 + share) / 2, said))
    return canonical({"a": json.loads(a), "b": json.loads(b)})


def told_of(result: bytes) -> tuple[CoverageResult, CoverageResult]:
    """Return both coverages that a kept comparison holds."""
    plain = json.loads(result)
    a, b = (CoverageResult.from_bytes(json.dumps(plain[name]).encode()) for name in ("a", "b"))
    return a, b

"""The recipe of a kept outcome: what a scenario gives for a question, by ids and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matching.questions import question_as_json, question_from_json
from matching.robustness.critical import Limits
from matching.runs.baseline import Asked
from matching.scenarios.applying import Scene, apply
from matching.scenarios.outcome import outcome
from matching.scenarios.patch import read_patch
from matching.sight import Sight

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from matching.answers import Question
    from matching.runs.baseline import Baseline, Step

KIND = "scenario"


def asked(question: Question, limits: Limits, patch: Mapping[str, Any] | None) -> Asked:
    """Return what an outcome asks of the recipe; without a patch things are as they stood."""
    parameters = {
        "question": question_as_json(question),
        "limit_ms": limits.limit_ms,
        "nearest": limits.nearest,
    }
    return Asked(KIND, parameters, patch)


def recipe(base: Baseline, asked: Asked, step: Step) -> bytes:
    """Return an outcome as canonical bytes. Names are closed, whatever is declared: a scenario is not the day itself."""
    step(0.0, "Ranking every provider, and every county")
    question = question_from_json(asked.parameters["question"], base.taxonomy)
    scene = Scene(base) if asked.patch is None else apply(read_patch(asked.patch), base)
    found = outcome(
        scene,
        question,
        sight=Sight(opened=False, key=base.key),
        limits=Limits(asked.parameters["limit_ms"], asked.parameters["nearest"]),
        texts=[code for code, attribute in base.taxonomy.attributes.items() if attribute.type == "text"],
    )
    step(0.9, "Writing the outcome down")
    return found.to_bytes()

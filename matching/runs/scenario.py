"""The recipe of a kept outcome: what a scenario gives for a question, by ids and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matching.measures import duration_words
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
    from registry.runs.store import Run

KIND: Final = "scenario"
AFTER: Final = "after_s"
"""The parameter that says how many seconds of the scenario have passed; runs of all its injects have none."""


def asked(
    question: Question, limits: Limits, patch: Mapping[str, Any] | None, after_s: int | None = None
) -> Asked:
    """Return what an outcome asks of the recipe.

    Parameters
    ----------
    question, limits
        What is asked, and when a county is over its limit.
    patch
        What the scenario changes; without one things are as they stood.
    after_s
        Seconds since the scenario's start: only injects up to then are in force; None for all of them. As things
        stood no moment differs from another, so such a run has none.
    """
    parameters: dict[str, Any] = {
        "question": question_as_json(question),
        "limit_ms": limits.limit_ms,
        "nearest": limits.nearest,
    }
    if patch is not None and after_s is not None:
        parameters[AFTER] = after_s
    return Asked(KIND, parameters, patch)


def after_of(run: Run) -> int | None:
    """Return how many seconds of the scenario had passed in a run; None when all its injects were in force."""
    found: int | None = run.parameters.get(AFTER)
    return found


def after_words(after_s: int | None) -> str:
    """Return a moment of a scenario in words: `after 36 h`, `at its start`, or `with every inject` for None."""
    if after_s is None:
        return "with every inject"
    return f"after {duration_words(after_s * 1000)}" if after_s else "at its start"


def unlike(one: Run, other: Run) -> tuple[str, ...]:
    """Return in what two runs differ beside their scenarios and moments, in words; empty when they can be compared.

    Another directory or other roads give ids another meaning; other ground or code would show as a change of the
    scenario what is none.
    """
    told = (
        ("what is asked", _question_of(one) == _question_of(other)),
        ("the state of the directory", one.snapshot_hash == other.snapshot_hash),
        ("the roads", one.network_hash == other.network_hash),
        ("counties, people, vehicles or ZIP points", one.ground_hash == other.ground_hash),
        ("the release or its libraries", one.code_version == other.code_version),
    )
    return tuple(what for what, same in told if not same)


def _question_of(run: Run) -> dict[str, Any]:
    return {name: value for name, value in run.parameters.items() if name != AFTER}


def recipe(base: Baseline, asked: Asked, step: Step) -> bytes:
    """Return an outcome as canonical bytes. Names are closed, whatever is declared: a scenario is not the day itself."""
    step(0.0, "Ranking every provider, and every county")
    question = question_from_json(asked.parameters["question"], base.taxonomy)
    scene = (
        Scene(base)
        if asked.patch is None
        else apply(read_patch(asked.patch), base, after_s=asked.parameters.get(AFTER))
    )
    found = outcome(
        scene,
        question,
        sight=Sight(opened=False, key=base.key),
        limits=Limits(asked.parameters["limit_ms"], asked.parameters["nearest"]),
        texts=[code for code, attribute in base.taxonomy.attributes.items() if attribute.type == "text"],
    )
    step(0.9, "Writing the outcome down")
    return found.to_bytes()

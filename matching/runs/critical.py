"""The recipe of closures that matter: which single roads and bridges an answer hangs on, by ids and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from matching.questions import canonical, question_as_json, question_from_json
from matching.robustness.critical import Limits, critical_links, seen_roster
from matching.runs.baseline import Asked
from matching.sight import Sight

if TYPE_CHECKING:
    from matching.answers import Question
    from matching.runs.baseline import Baseline, Step

KIND: Final = "critical"


def asked(question: Question, limits: Limits) -> Asked:
    """Return what the search for closures that matter asks of the recipe."""
    return Asked(
        KIND,
        {
            "question": question_as_json(question),
            "limit_ms": limits.limit_ms,
            "nearest": limits.nearest,
        },
    )


def recipe(base: Baseline, asked: Asked, step: Step) -> bytes:
    """Return the links that matter to each need as canonical bytes. Names are closed, whatever is declared."""
    question = question_from_json(asked.parameters["question"], base.taxonomy)
    limits = Limits(asked.parameters["limit_ms"], asked.parameters["nearest"])
    wanted = {kind for need in question.needs for kind in need.kinds}
    step(0.0, "Placing every listing on the roads")
    assets = seen_roster(
        base.known,
        question,
        [row for row in base.listings if row.kind in wanted],
        Sight(opened=False, key=base.key),
        [code for code, attribute in base.taxonomy.attributes.items() if attribute.type == "text"],
    )
    parts = []
    for number, need in enumerate(question.needs, start=1):
        step(number / (len(question.needs) + 1), f"Trying every road that {need.text} hangs on")
        parts.append(critical_links(base.known, question, need, assets, limits).as_json())
    return canonical({"needs": parts})

"""The recipe of closures that matter: which single roads and bridges an answer hangs on, by ids and numbers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from matching.questions import canonical, question_as_json, question_from_json
from matching.robustness.critical import Limits, critical_links, seen_roster
from matching.robustness.result import Critical
from matching.runs.baseline import Asked
from matching.sight import Sight

if TYPE_CHECKING:
    from matching.answers import Question
    from matching.roster import Roster
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
    step(0.0, "Placing every listing on the roads")
    seen, parts = assets(base, question), []
    for number, need in enumerate(question.needs):

        def of_need(share: float, *, before: int = number, text: str = need.text) -> None:
            step((before + share) / len(question.needs), f"Trying every road that {text} hangs on")

        of_need(0.0)
        parts.append(critical_links(base.known, question, need, seen, limits, step=of_need).as_json())
    return canonical({"needs": parts})


def assets(base: Baseline, question: Question) -> Roster:
    """Return the assets of the kinds that a question needs, as the recipe sees them: closed, by made-up ids."""
    wanted = {kind for need in question.needs for kind in need.kinds}
    return seen_roster(
        base.known,
        question,
        [row for row in base.listings if row.kind in wanted],
        Sight(opened=False, key=base.key),
        [code for code, attribute in base.taxonomy.attributes.items() if attribute.type == "text"],
    )


def parts_of(result: bytes) -> tuple[Critical, ...]:
    """Return what a result of the recipe says of each need."""
    return tuple(Critical.from_json(part) for part in json.loads(result)["needs"])

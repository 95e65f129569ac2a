"""Every recipe by the kind of run it computes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from matching.coverage import cell_recipe as cell
from matching.coverage import recipe as coverage
from matching.coverage import recruit_recipe as recruit
from matching.errors import MatchingError
from matching.runs import beside, critical, match, scenario
from matching.runs.baseline import quiet

if TYPE_CHECKING:
    from matching.runs.baseline import Asked, Baseline, Recipe, Step

RECIPES: Final[dict[str, Recipe]] = {
    beside.EXERCISE: beside.recipe,
    beside.SCENARIO: beside.recipe,
    cell.KIND: cell.recipe,
    coverage.KIND: coverage.recipe,
    critical.KIND: critical.recipe,
    match.KIND: match.recipe,
    recruit.KIND: recruit.recipe,
    scenario.KIND: scenario.recipe,
}
"""Kind of run to what computes it. Whoever adds a kind adds its line, and none is ever taken out: runs of it are kept."""


def compute(base: Baseline, asked: Asked, step: Step = quiet) -> bytes:
    """Return the result of a recipe: the same baseline and the same question give the same bytes.

    Raises
    ------
    MatchingError
        There is no such kind of run, or the recipe cannot use what is asked.
    """
    recipe = RECIPES.get(asked.kind)
    if recipe is None:
        raise MatchingError(
            "Nothing computes a run of this kind",
            given=repr(asked.kind),
            wanted=f"one of {', '.join(sorted(RECIPES))}",
            todo="use the release that made the run, which its code version names",
        )
    return recipe(base, replace(asked, parameters=_Parameters(asked.parameters)), step)


class _Parameters(dict[str, Any]):
    """What is asked of a recipe, which says what of it is missing: a kept run may be of whatever made it."""

    def __missing__(self, name: str) -> Any:  # noqa: ANN401 - it never returns
        raise MatchingError(
            "What is asked cannot be computed",
            given=f"no {name} among {', '.join(sorted(self)) or 'no parameters at all'}",
            wanted="all that a run of its kind asks",
            todo="ask for it anew",
        )

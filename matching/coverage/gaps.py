"""Gaps: counties over the limit, those first in which most people wait longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from matching.coverage.result import NONE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matching.coverage.result import CoverageResult, Level

Cause = Literal["no_listing", "stale", "one_company", "few", "none_near"]
"""Why a target is over the limit, the first that holds: see `CAUSE_WORDS`."""

CAUSE_WORDS: Final[dict[Cause, str]] = {
    "no_listing": "No listing",
    "stale": "Stale listing",
    "one_company": "One company",
    "few": "Too few near",
    "none_near": "None near",
}
"""Nothing in the registry counts; fresh confirmations would close it; one company alone holds the first provider within
the limit; some are near, fewer than wanted; none is."""


@dataclass(frozen=True)
class Gap:
    """A target that has its k-th provider of a class later than the limit, or never.

    Parameters
    ----------
    target, of_class
        Their places in the result.
    ms
        Milliseconds to the k-th provider, `NONE` for never.
    people
        People of the target who do not have it within the limit.
    cause
        Why.
    """

    target: int
    of_class: int
    ms: int
    people: int
    cause: Cause


def over(result: CoverageResult, k: int, threshold_ms: int) -> NDArray[np.bool_]:
    """Return which targets have their k-th provider of which class later than a threshold, or never, bool (T, S)."""
    ms = result.time_ms[:, :, k - 1]
    late: NDArray[np.bool_] = (ms == NONE) | (ms > threshold_ms)
    return late


def gaps(
    result: CoverageResult, k: int, threshold_ms: int, levels: tuple[Level, ...] = ("county", "point")
) -> list[Gap]:
    """Return the gaps by people affected, most first; equal ones by the longer time, then by target and class.

    A class of which nothing at all is listed is not measured, and has no gaps.

    Parameters
    ----------
    result, k, threshold_ms
        The coverage, which provider must be there, and by when: one of its thresholds.
    levels
        The targets to look at.

    Raises
    ------
    MatchingError
        The threshold was not asked for.
    """
    at = result.threshold_at(threshold_ms)
    wanted = np.isin(result.levels, levels)[:, None] & (result.listed > 0)[None, :]
    found = [
        Gap(
            target=target,
            of_class=group,
            ms=int(result.time_ms[target, group, k - 1]),
            people=int(result.people[target] - result.reached[target, group, k - 1, at]),
            cause=cause(result, target, group, k, threshold_ms),
        )
        for target, group in np.argwhere(over(result, k, threshold_ms) & wanted).tolist()
    ]
    late = {NONE: np.inf}
    return sorted(found, key=lambda gap: (-gap.people, -late.get(gap.ms, gap.ms), gap.target, gap.of_class))


def cause(result: CoverageResult, target: int, group: int, k: int, threshold_ms: int) -> Cause:
    """Return why a target that is over the limit is: the first of its `causes`."""
    return causes(result, target, group, k, threshold_ms)[0]


def causes(result: CoverageResult, target: int, group: int, k: int, threshold_ms: int) -> tuple[Cause, ...]:
    """Return all that holds of a target, what weighs most first; within the limit at most that one company carries it.

    Parameters
    ----------
    result
        The coverage.
    target, group
        The places of the target and the class.
    k, threshold_ms
        Which provider must be there, and by when.
    """

    def within(ms: int) -> bool:
        return 0 <= ms <= threshold_ms

    late = not within(int(result.time_ms[target, group, k - 1]))
    confirmed = within(int(result.stale_ms[target, group, k - 1]))
    first = within(int(result.time_ms[target, group, 0]))
    carried = first and not within(int(result.without_ms[target, group]))
    holds: dict[Cause, bool] = {
        "no_listing": late and not confirmed and bool(result.counted[group] == 0),
        "stale": late and confirmed,
        "none_near": late and not first,
        "one_company": carried,
        "few": late and first,
    }
    return tuple(each for each, held in holds.items() if held)

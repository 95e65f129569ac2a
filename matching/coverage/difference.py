"""What changed between two coverages: minutes, people, and which gaps opened or closed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from matching.coverage.gaps import over
from matching.coverage.result import NONE
from matching.errors import MatchingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matching.coverage.result import CoverageResult


@dataclass(frozen=True, eq=False)
class CoverageChange:
    """From one coverage to another of the same targets and classes.

    The change back has all of it the other way round; the change from a coverage to itself is empty.

    Parameters
    ----------
    before, after
        The two.
    ms
        Milliseconds more to the k-th provider, int64 (T, S, K); 0 where either never comes.
    appeared, vanished
        Where there was none to come and now is, and the reverse, bool (T, S, K).
    people
        More people who have the k-th provider within each threshold, int64 (T, S, K, H).
    """

    before: CoverageResult
    after: CoverageResult
    ms: NDArray[np.int64]
    appeared: NDArray[np.bool_]
    vanished: NDArray[np.bool_]
    people: NDArray[np.int64]

    @property
    def empty(self) -> bool:
        """Return whether nothing changed."""
        return not (self.ms.any() or self.appeared.any() or self.vanished.any() or self.people.any())

    def opened(self, k: int, threshold_ms: int) -> list[tuple[int, int]]:
        """Return the targets and classes, by their places, that are over a limit now and were not."""
        return self._turned(over(self.after, k, threshold_ms), over(self.before, k, threshold_ms))

    def closed(self, k: int, threshold_ms: int) -> list[tuple[int, int]]:
        """Return the targets and classes, by their places, that were over a limit and are not now."""
        return self._turned(over(self.before, k, threshold_ms), over(self.after, k, threshold_ms))

    @staticmethod
    def _turned(yes: NDArray[np.bool_], no: NDArray[np.bool_]) -> list[tuple[int, int]]:
        return [(target, group) for target, group in np.argwhere(yes & ~no).tolist()]


def change(before: CoverageResult, after: CoverageResult) -> CoverageChange:
    """Return what changed from one coverage to another.

    Raises
    ------
    MatchingError
        They are not of the same targets, classes, number of providers, thresholds and freshness of listings.
    """
    for what in ("targets", "classes"):
        _refuse_unlike(what, getattr(before, what), getattr(after, what))
    _refuse_unlike("number of providers", before.parameters.k, after.parameters.k)
    _refuse_unlike(
        "days in which a listing was confirmed", before.parameters.fresh_days, after.parameters.fresh_days
    )
    _refuse_unlike("thresholds", before.parameters.thresholds_ms, after.parameters.thresholds_ms)
    was, now = before.time_ms != NONE, after.time_ms != NONE
    return CoverageChange(
        before=before,
        after=after,
        ms=np.where(was & now, after.time_ms - before.time_ms, 0),
        appeared=now & ~was,
        vanished=was & ~now,
        people=after.reached - before.reached,
    )


@dataclass(frozen=True)
class Turned:
    """Gaps that opened and that closed from one coverage to another: each a target's key and a class's code."""

    opened: tuple[tuple[str, str], ...]
    closed: tuple[tuple[str, str], ...]


def turned(before: CoverageResult, after: CoverageResult, k: int, threshold_ms: int) -> Turned:
    """Return which gaps opened and closed among the counties and classes that both measured.

    Unlike `change` it asks for no more than that: the two may have been asked for other thresholds. What opened from
    one to the other closed on the way back.

    Parameters
    ----------
    before, after
        The two.
    k, threshold_ms
        Which provider must be there, and by when.

    Raises
    ------
    MatchingError
        One of them looked at fewer than k providers.
    """
    fewest = min(before.parameters.k, after.parameters.k)
    if k > fewest:
        raise MatchingError(
            "These two coverages cannot be compared so far down",
            given=f"provider {k}",
            wanted=f"1 to {fewest}: one of them looked at no more",
            todo="count fewer providers, or work it out anew",
        )
    counties = [key for key, level in zip(after.targets, after.levels, strict=True) if level == "county"]
    pairs = [
        (key, code)
        for key in counties
        if key in before.target_at
        for code in after.classes
        if _measured(before, code) and _measured(after, code)
    ]
    was, now = (over(each, k, threshold_ms) for each in (before, after))

    def late(result: CoverageResult, held: NDArray[np.bool_], pair: tuple[str, str]) -> bool:
        return bool(held[result.target_at[pair[0]], result.class_at[pair[1]]])

    both = [(pair, late(before, was, pair), late(after, now, pair)) for pair in pairs]
    return Turned(
        opened=tuple(pair for pair, then, here in both if here and not then),
        closed=tuple(pair for pair, then, here in both if then and not here),
    )


def _measured(result: CoverageResult, code: str) -> bool:
    return code in result.class_at and bool(result.listed[result.class_at[code]] > 0)


def _refuse_unlike(what: str, one: object, other: object) -> None:
    if one != other:
        raise MatchingError(
            "These two coverages cannot be compared",
            given=f"{what} that differ: {str(one)[:80]} and {str(other)[:80]}",
            wanted=f"the same {what} in both",
            todo="work one of them out anew as the other was",
        )

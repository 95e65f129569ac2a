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


def _refuse_unlike(what: str, one: object, other: object) -> None:
    if one != other:
        raise MatchingError(
            "These two coverages cannot be compared",
            given=f"{what} that differ: {str(one)[:80]} and {str(other)[:80]}",
            wanted=f"the same {what} in both",
            todo="work one of them out anew as the other was",
        )

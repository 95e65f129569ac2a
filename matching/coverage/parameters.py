"""What coverage is asked for: how many providers, within what, of which listings, on which day."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from matching.errors import MatchingError
from matching.measures import HOUR_MS

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_PROVIDERS: Final = 10
"""Nearest providers that are looked at; nobody plans on an eleventh."""

MOST_HOURS: Final = 240
"""The longest threshold in hours: ten days."""

FRESH_DAYS: Final = 180
"""A listing confirmed longer ago than this is stale, unless another number is asked for."""

THRESHOLDS_MS: Final = (HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 8 * HOUR_MS, 12 * HOUR_MS)
"""The usual thresholds: 1, 2, 4, 8 and 12 hours."""

WHOLE: Final = 1_000
"""A weight of one, in thousandths."""


@dataclass(frozen=True)
class CoverageParameters:
    """What coverage is asked for; the same parameters over the same listings and roads give the same bytes.

    Parameters
    ----------
    today
        The day against which a listing's confirmation is old or fresh.
    k
        How many providers are looked at, at least 1.
    thresholds_ms
        Milliseconds within which people, providers and units are counted, rising.
    fresh_days
        Only listings confirmed at most so many days before `today` count; None counts all.
    bands_ms, weights
        The bands of the score (E2SFCA), rising, and what each weighs, in thousandths, falling.

    Raises
    ------
    MatchingError
        A number is out of its range, or numbers that must rise or fall do not.
    """

    today: date
    k: int = 5
    thresholds_ms: tuple[int, ...] = THRESHOLDS_MS
    fresh_days: int | None = None
    bands_ms: tuple[int, ...] = (HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS)
    weights: tuple[int, ...] = (1_000, 680, 220)

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not 1 <= self.k <= MOST_PROVIDERS:
            raise _refusal(f"{self.k} providers", f"1 to {MOST_PROVIDERS}", "say how many providers count")
        if self.fresh_days is not None and self.fresh_days < 0:
            raise _refusal(
                f"confirmed within {self.fresh_days} days",
                "0 days or more",
                "leave it out to count all listings",
            )
        for what, moments in (("thresholds", self.thresholds_ms), ("bands", self.bands_ms)):
            if not moments or not _rising((0, *moments, MOST_HOURS * HOUR_MS + 1)):
                raise _refusal(
                    f"{what} of {', '.join(f'{ms / HOUR_MS:g} h' for ms in moments) or 'no length'}",
                    f"hours that rise, above 0 and up to {MOST_HOURS}",
                    "name each once, the shortest first",
                )
        falling = tuple(reversed(self.weights))
        if len(self.weights) != len(self.bands_ms) or not _rising((0, *falling)) or falling[-1:] > (WHOLE,):
            raise _refusal(
                f"weights of {', '.join(map(str, self.weights))} thousandths",
                f"one a band, falling, above 0 and up to {WHOLE}",
                "give a weight for each band",
            )

    def as_dict(self) -> dict[str, object]:
        """Return the parameters as plain JSON values; `from_dict` reads them back."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> CoverageParameters:
        """Return the parameters that `as_dict` wrote.

        Raises
        ------
        MatchingError
            They are not what this version knows.
        """
        try:
            return cls(
                today=date.fromisoformat(kept["today"]),
                k=int(kept["k"]),
                thresholds_ms=tuple(map(int, kept["thresholds_ms"])),
                fresh_days=None if kept["fresh_days"] is None else int(kept["fresh_days"]),
                bands_ms=tuple(map(int, kept["bands_ms"])),
                weights=tuple(map(int, kept["weights"])),
            )
        except (KeyError, TypeError, ValueError) as fault:
            if isinstance(fault, MatchingError):
                raise
            raise _refusal(
                repr(dict(kept))[:200], "parameters as this version writes them", "ask for coverage anew"
            ) from fault


def _rising(numbers: tuple[int, ...]) -> bool:
    return all(one < other for one, other in pairwise(numbers))


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _refusal(given: str, wanted: str, todo: str) -> MatchingError:
    return MatchingError("Coverage cannot be asked for like this", given=given, wanted=wanted, todo=todo)

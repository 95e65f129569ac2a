"""Counties by a number, in classes and never on a continuous ramp: which class each county is in, and its legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from dash import html

from dashboard.attributes import wild

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CLASSES: Final = 5
"""Classes above zero; a county without any is a class of its own."""


@dataclass(frozen=True)
class Choropleth:
    """The class of each county (0: none at all, 1 the least to 5 the most) and the classes' ends.

    `ends[i]` is the largest number of class i + 1.
    """

    classes: Mapping[str, int]
    ends: tuple[int, ...]


def classify(values: Mapping[str, int]) -> Choropleth:
    """Return the counties in classes of about equal size, equal numbers always in the same class.

    Quantiles rather than equal steps: one city would else leave every other county in the lowest class.
    """
    above = sorted(number for number in values.values() if number > 0)
    ends: list[int] = []
    for i in range(CLASSES):
        if above:
            end = above[
                min(len(above) - 1, (i + 1) * len(above) // CLASSES - 1 if len(above) >= CLASSES else i)
            ]
            if not ends or end > ends[-1]:
                ends.append(end)
    classes = {
        fips: 0 if number <= 0 else 1 + next(i for i, end in enumerate(ends) if number <= end)
        for fips, number in values.items()
    }
    return Choropleth(classes, tuple(ends))


def legend(result: Choropleth, what: str) -> list[Any]:
    """Return the legend: what is counted, then each class with its range."""
    rows: list[Any] = [html.B(what)]
    if any(number == 0 for number in result.classes.values()):
        rows.append(_entry(0, "none"))
    rows += [_entry(i + 1, words) for i, words in enumerate(range_words(result.ends))]
    return rows


def range_words(ends: Sequence[int]) -> list[str]:
    """Return each class's range in words: `1 to 4`, `5`, `6 to 20`."""
    words = []
    start = 1
    for end in ends:
        words.append(f"{start:,} to {end:,}" if end > start else f"{end:,}")
        start = end + 1
    return words


def _entry(number: int, words: str) -> html.Span:
    return html.Span(
        [html.Span(className=f"swatch ch-{number}", **wild({"aria-hidden": "true"})), words],
        className="entry",
    )

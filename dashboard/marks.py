"""The mark of a match, the same in the list and on the map: its rank on the colour of its arrival band."""

from __future__ import annotations

from typing import Final

from dash import html

from dashboard.attributes import wild
from matching.measures import HOUR_MS

BAND_ENDS_MS: Final = (1 * HOUR_MS, 2 * HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS)
"""Where the arrival bands end; what is over the last is band 5."""

BAND_WORDS: Final = ("under 1 h", "1 to 2 h", "2 to 3 h", "3 to 6 h", "over 6 h")


def band(arrival_ms: int) -> int:
    """Return the arrival band, 1 (under an hour) to 5 (over six hours)."""
    return 1 + sum(arrival_ms >= end for end in BAND_ENDS_MS)


def mark(number: int, late: bool, text: str = "") -> html.Span:
    """Return the mark of band `number`, a diamond when late, with `text` on it; hidden from screen readers."""
    shape = f"mark b{number}" + (" late" if late else "")
    return html.Span(html.Span(text), className=shape, **wild({"aria-hidden": "true"}))


def icon(name: str) -> html.Span:
    """Return an icon; it says nothing that the words beside it do not."""
    return html.Span(className=f"i i-{name}", **wild({"aria-hidden": "true"}))

"""What the map and the grid show of each place: a time, a quantity, how many independent providers, or the score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dashboard.pages.coverage.codes import is_need
from dashboard.pages.coverage.figures import COUNT_WORDS, NOT_MEASURED, THOUSANDTHS, class_ends
from matching.measures import HOUR_MS, duration_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.coverage.figures import Cell, Figures

SHOWS: Final = (
    ("time", "Time"),
    ("units", "Quantity"),
    ("companies", "Providers"),
    ("score", "Score"),
)
"""What may be shown, and what it is called on its switch."""

THOUSAND, MILLION, LONG = 1_000, 1_000_000, 10_000


@dataclass(frozen=True)
class Amount:
    """A number on the page that is no time.

    Parameters
    ----------
    value
        The number, in `whole`ths of a unit.
    number
        Its class, 1 to 5; 0 for what is not measured.
    unit
        What is counted: `listings`.
    whole
        Parts of a unit that `value` counts.
    over
        Whether it means the same as a time over the limit.
    scale
        `q` for classes from little to much, empty for those around the limit.
    """

    value: int
    number: int
    unit: str
    whole: int = 1
    over: bool = False
    scale: str = "q"

    @property
    def short(self) -> str:
        """The number in a narrow cell: `12`, `3.4`, `15k`."""
        return "n/m" if self.number == NOT_MEASURED else number_words(self.value, self.whole)

    @property
    def words(self) -> str:
        """The number in words: `12 listings`."""
        if self.number == NOT_MEASURED:
            return "not measured"
        if self.value == self.whole == 1:
            return f"1 {self.unit.removesuffix('s')}"
        return f"{self.value / self.whole:,.{0 if self.whole == 1 else 1}f} {self.unit}"

    @property
    def shade(self) -> str:
        """By what it is coloured."""
        return f"{self.scale}{self.number}" if self.number else "0"


def number_words(value: int, whole: int) -> str:
    """Return a number in few letters: from ten thousand on in thousands, then in millions; of a score one decimal."""
    if whole != 1:
        return f"{value / whole:.1f}" if value < LONG * whole else number_words(value // whole, 1)
    if value >= MILLION:
        return f"{value / MILLION:.1f}M"
    return f"{value // THOUSAND}k" if value >= LONG else f"{value}"


def shown(figures: Figures, target: str, code: str) -> Cell | Amount:
    """Return what the view shows of a place and a sector or capability."""
    kind = figures.choice.shows
    if kind == "time":
        return figures.cell(target, code)
    group, at = figures.group(code), figures.result.target_at.get(target)
    unit, whole = unit_of(figures, code), THOUSANDTHS if kind == "score" else 1
    if group is None or at is None or figures.result.listed[group] == 0:
        return Amount(0, NOT_MEASURED, unit, whole)
    value = int(figures.column(group)[at])
    if kind == "companies":
        number = _companies_class(value, figures.choice.counted)
        return Amount(value, number, unit, over=value < figures.choice.counted, scale="")
    return Amount(value, 1 + _above(value, figures.ends), unit, whole)


def _above(value: int, ends: Sequence[int]) -> int:
    """Return how many classes lie below a number: none of it, then up to each end."""
    return (value > 0) + sum(value > end for end in ends)


def _companies_class(value: int, counted: int) -> int:
    """Return the class of a number of providers: 5 none, 4 under half of those counted, 3 too few, 2 enough, 1 twice."""
    if value >= counted:
        return 1 if value >= 2 * counted else 2
    return 5 if value == 0 else 4 if 2 * value < counted else 3


def unit_of(figures: Figures, code: str) -> str:
    """Return what is counted: listings of a sector, units of a capability, providers."""
    kind = figures.choice.shows
    if kind == "companies":
        return "providers"
    counted = "units" if is_need(code) else "listings"
    return f"{counted} for 100,000 people" if kind == "score" else counted


def over_words(figures: Figures) -> str:
    """Return what is said after what is over the limit, or has too few."""
    fewer = f", fewer than {COUNT_WORDS[figures.choice.counted]}"
    return ", over the limit" if figures.choice.shows == "time" else fewer


def title(figures: Figures) -> str:
    """Return what the map shows, in words."""
    limit, unit = duration_words(figures.choice.limit_ms), unit_of(figures, figures.choice.sector)
    what = {
        "time": f"time to {figures.provider}",
        "units": f"{unit} within {limit}",
        "companies": f"independent providers within {limit}",
        "score": unit,
    }
    return f"{figures.sector_name}: {what[figures.choice.shows]}, by county"


def summary(figures: Figures) -> str:
    """Return what the map says in a line."""
    choice, over = figures.choice, figures.over_count(figures.choice.sector)
    limit, count = duration_words(choice.limit_ms), len(figures.shown_counties)
    if over is None:
        return "Nothing of this is listed, so nothing was measured."
    whose = f"{count} counties{f' of region {choice.region}' if choice.region else ''}"
    if choice.shows == "score":
        return "What is listed, shared out among all whom it reaches within 1, 2 and 4 h."
    if choice.shows == "units":
        none = sum(shown(figures, fips, choice.sector).short == "0" for fips in figures.shown_counties)
        return f"What nine in ten people have at least. {none} of {whose} have nothing within {limit}."
    if choice.shows == "companies":
        alone = sum(figures.carried(fips, choice.sector) for fips in figures.shown_counties)
        fewer = f"{over} of {whose} have fewer than {COUNT_WORDS[choice.counted]} within {limit}."
        return f"{fewer} One company alone carries {alone}."
    people = figures.people_over(choice.sector)
    waits = f" {people:,} people there wait longer." if over else ""
    return f"{over} of {whose} {'is' if over == 1 else 'are'} over {limit}.{waits} Ready time included."


def grid_words(figures: Figures) -> tuple[str, str]:
    """Return what the grid's cells tell, after `Sector by region:`, and how they are read."""
    choice, limit = figures.choice, duration_words(figures.choice.limit_ms)
    who = f"{COUNT_WORDS[choice.counted]} provider{'' if choice.counted == 1 else 's'}"
    told = {
        "time": (
            f"nine in ten people have {who} within",
            "Hours and minutes. A corner mark and orange: over the limit. Last column: counties over. n/m: not measured.",
        ),
        "units": (
            f"what nine in ten people have within {limit}",
            "Listings, of a capability units. Darker is more. Last column: the State. n/m: not measured.",
        ),
        "companies": (
            f"providers that nine in ten people have within {limit}",
            f"A corner mark and orange: fewer than {COUNT_WORDS[choice.counted]}. Last column: counties with fewer. n/m: not measured.",
        ),
        "score": (
            "score for 100,000 people",
            "Listings, of a capability units, for 100,000 people. Darker is more. Last column: the State. n/m: not measured.",
        ),
    }
    return told[choice.shows]


def range_words(limit_ms: int) -> list[str]:
    """Return the range of each class of a time: `up to 1 h`, `1 to 2 h`, `to 45 min`, `over 4 h`."""
    ends = class_ends(limit_ms)
    words = [duration_words(end) for end in ends]
    whole = all(end % HOUR_MS == 0 for end in ends)
    between = [
        f"{low // HOUR_MS} to {high}" if whole else f"to {high}"
        for low, high in zip(ends, words[1:], strict=False)
    ]
    return [f"up to {words[0]}", *between, f"over {words[-1]}"]


def ranges(figures: Figures) -> list[tuple[str, str]]:
    """Return each class of the view with what lies in it, as its colour and its words."""
    choice = figures.choice
    if choice.shows == "time":
        return [(str(number), said) for number, said in enumerate(range_words(choice.limit_ms), 1)]
    if choice.shows == "companies":
        return _company_ranges(choice.counted)
    whole = THOUSANDTHS if choice.shows == "score" else 1
    words = [number_words(end, whole) for end in figures.ends]
    some = [f"{'up to' if at == 0 else 'to'} {said}" for at, said in enumerate(words)]
    last = [f"over {words[-1]}"] if words else []
    return [(f"q{number}", said) for number, said in enumerate(["none", *some, *last], 1)]


def _company_ranges(counted: int) -> list[tuple[str, str]]:
    classes: dict[int, list[int]] = {}
    for value in range(2 * counted):
        classes.setdefault(_companies_class(value, counted), []).append(value)
    told = [(str(number), "none" if some == [0] else _run(some)) for number, some in sorted(classes.items())]
    return [("1", f"{2 * counted} or more"), *told]


def _run(some: Sequence[int]) -> str:
    return f"{some[0]}" if len(some) == 1 else f"{some[0]} to {some[-1]}"

"""The figures of the page, read off a result of coverage: times, classes around the limit, and their words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from dashboard.pages.coverage.codes import class_code, is_need
from matching.coverage.difference import Turned, turned
from matching.coverage.gaps import Gap, causes, gaps
from matching.coverage.result import NONE
from matching.measures import MINUTE_MS, duration_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dashboard.pages.coverage.choice import Choice
    from geo.counties import Counties
    from matching.coverage.result import CoverageResult

NOT_MEASURED: Final = 0
"""The class of what nothing is listed for."""

THOUSANDTHS: Final = 1_000
"""The score is kept in thousandths."""

QUARTERS: Final = (0.25, 0.5, 0.75)

CLASSES: Final = 5
"""Classes around the limit: up to half, up to it, to one and a half, to twice, over twice."""

COUNT_WORDS: Final = ("no", "one", "two", "three", "four", "five")
ORDINALS: Final = ("", "first", "second", "third", "fourth", "fifth")
STATE: Final = "MO"


@dataclass(frozen=True)
class Cell:
    """One time on the page: milliseconds (`NONE`: never), and its class, 0 for what is not measured."""

    ms: int
    number: int

    @property
    def over(self) -> bool:
        """Whether it is over the limit."""
        return self.number > 2  # noqa: PLR2004 - the classes above the limit

    @property
    def shade(self) -> str:
        """By what it is coloured: its class."""
        return str(self.number)

    @property
    def short(self) -> str:
        """The time in a narrow cell: `2:21`."""
        if self.number == NOT_MEASURED:
            return "n/m"
        if self.ms == NONE:
            return "none"
        hours, minutes = divmod(-(-self.ms // MINUTE_MS), 60)
        return f"{hours}:{minutes:02d}"

    @property
    def words(self) -> str:
        """The time in words: `2 h 21 min`."""
        if self.number == NOT_MEASURED:
            return "not measured"
        return "never" if self.ms == NONE else duration_words(self.ms)


@dataclass(frozen=True)
class Figures:
    """What one view shows.

    Parameters
    ----------
    choice
        What was chosen.
    result
        The coverage by which it is drawn.
    sectors
        The name of each sector by its code, and of the one capability looked at, if any (`need:` before it).
    counties
        The counties with their names and regions.
    before
        The stored coverage it is compared with, if any.
    since
        From when that one is, in words.
    shown_on
        From when the result itself is, in words, where it is a stored one; empty for now.
    """

    choice: Choice
    result: CoverageResult
    sectors: Mapping[str, str]
    counties: Counties
    before: CoverageResult | None = None
    since: str = ""
    shown_on: str = ""

    @cached_property
    def turned(self) -> Turned | None:
        """Which gaps opened and closed in the counties shown since the stored coverage; None without one."""
        if self.before is None:
            return None
        found, own = (
            turned(self.before, self.result, self.choice.counted, self.choice.limit_ms),
            set(self.shown_counties),
        )
        return Turned(
            *(tuple(pair for pair in some if pair[0] in own) for some in (found.opened, found.closed))
        )

    def turn(self, fips: str, code: str) -> str:
        """Return what became of a county's gap since then: `opened`, `closed`, or nothing."""
        pair = (fips, class_code(code))
        if self.turned is None or pair not in self.turned.opened + self.turned.closed:
            return ""
        return "opened" if pair in self.turned.opened else "closed"

    @cached_property
    def ends(self) -> Sequence[int]:
        """Where the classes of a quantity or score end: each holds a quarter of the counties that have any.

        Of all sectors, or of the one capability that is looked at.
        """
        alike = [code for code in self.sectors if is_need(code) == is_need(self.choice.sector)]
        groups = [group for group in map(self.group, alike) if group is not None]
        counties = self.result.of_level("county")
        found = [self.column(group)[counties] for group in groups]
        some = np.concatenate([*found, np.empty(0)])
        step = THOUSANDTHS // 10 if self.choice.shows == "score" else 1
        if not (some > 0).any():
            return []
        ends = np.quantile(some[some > 0], QUARTERS).tolist()
        return sorted({max(step, round(end / step) * step) for end in ends})

    def column(self, group: int) -> NDArray[np.int64]:
        """Return what the view shows of every target where that is no time: the score in thousandths, else whole numbers."""
        if self.choice.shows == "score":
            return self.result.score[:, group]
        held = self.result.units if self.choice.shows == "units" else self.result.companies
        return held[:, group, self.result.threshold_at(self.choice.limit_ms)]

    def group(self, code: str) -> int | None:
        """Return the place in the result of a sector or capability; None for one that was not asked for."""
        return self.result.class_at.get(class_code(code))

    def carried(self, target: str, code: str) -> bool:
        """Return whether one company alone holds a county's first provider within the limit."""
        at, group = self.result.target_at[target], self.group(code)
        if group is None:
            return False
        choice = self.choice
        return "one_company" in causes(self.result, at, group, choice.counted, choice.limit_ms)

    def cell(self, target: str, sector: str) -> Cell:
        """Return the time of a county (FIPS), region (letter) or the State to its last counted provider."""
        ms = time_of(self.result, target, sector, self.choice.counted)
        return Cell(NONE if ms is None else ms, class_of(ms, self.choice.limit_ms))

    def change_ms(self, target: str, sector: str) -> int | None:
        """Return by how much a time is longer than before; None without a before, or where either is endless."""
        if self.before is None:
            return None
        now = time_of(self.result, target, sector, self.choice.counted)
        then = time_of(self.before, target, sector, self.choice.counted)
        return None if now in {None, NONE} or then in {None, NONE} else (now or 0) - (then or 0)

    @cached_property
    def gaps(self) -> Sequence[Gap]:
        """The counties over the limit, by sector, those first in which most people wait longer; of the region shown."""
        found = gaps(self.result, self.choice.counted, self.choice.limit_ms, levels=("county",))
        shown = set(self.shown_counties)
        return [gap for gap in found if self.result.targets[gap.target] in shown]

    @property
    def shown_counties(self) -> Sequence[str]:
        """The counties of the region shown, by FIPS; all of them where none is chosen."""
        pairs = zip(self.counties.fips, self.counties.region, strict=True)
        return [fips for fips, region in pairs if self.choice.region in {"", region}]

    @property
    def regions(self) -> Sequence[str]:
        """The letters of the regions, in their order."""
        return sorted({region for region in self.counties.region if region})

    def over_count(self, sector: str) -> int | None:
        """Return how many of the counties shown are over the limit for a sector; None where it is not measured."""
        cells = [self.cell(fips, sector) for fips in self.shown_counties]
        return None if not cells or cells[0].number == NOT_MEASURED else sum(cell.over for cell in cells)

    def people_over(self, sector: str) -> int:
        """Return the people of the counties shown who do not have the last counted provider within the limit."""
        return sum(gap.people for gap in self.gaps if self.result.classes[gap.of_class] == class_code(sector))

    def label(self, fips: str) -> str:
        """Return a county as people say it: `Jasper county`."""
        return self.counties.label(self.counties.index(fips))

    def region_of(self, fips: str) -> str:
        """Return the letter of a county's region."""
        return self.counties.region[self.counties.index(fips)]

    @property
    def sector_name(self) -> str:
        """The name of the sector that the map shows."""
        return self.sectors.get(self.choice.sector, self.choice.sector)

    @property
    def provider(self) -> str:
        """What is driven to: `the second provider`."""
        return f"the {ORDINALS[self.choice.counted]} provider"


def time_of(result: CoverageResult, target: str, sector: str, counted: int) -> int | None:
    """Return milliseconds to the provider counted to, `NONE` for never; None where nothing of the sector is listed."""
    at, of_class = result.target_at.get(target), result.class_at.get(class_code(sector))
    if at is None or of_class is None or result.listed[of_class] == 0 or counted > result.parameters.k:
        return None
    return int(result.time_ms[at, of_class, counted - 1])


def class_of(ms: int | None, limit_ms: int) -> int:
    """Return the class of a time around the limit, 1 to 5; 0 where nothing was measured."""
    if ms is None:
        return NOT_MEASURED
    if ms == NONE:
        return CLASSES
    return 1 + sum(ms > end for end in class_ends(limit_ms))


def class_ends(limit_ms: int) -> tuple[int, ...]:
    """Return where the classes end: half the limit, the limit, one and a half, twice; over that is the last."""
    return limit_ms // 2, limit_ms, limit_ms * 3 // 2, limit_ms * 2


def change_words(change_ms: int | None) -> str:
    """Return a change in minutes: `+23 min`, `-6 min`, `no change`; empty for none known."""
    if change_ms is None:
        return ""
    minutes = round(change_ms / MINUTE_MS)
    if minutes == 0:
        return "no change"
    sign = "+" if minutes > 0 else "\N{MINUS SIGN}"
    return f"{sign}{duration_words(abs(minutes) * MINUTE_MS)}"

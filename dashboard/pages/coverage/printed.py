"""A region's page for print: one sheet with its map, its sectors and its gaps. No company is named on it."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard.pages.coverage.codes import class_code, page_code
from dashboard.pages.coverage.figures import COUNT_WORDS, Figures
from dashboard.pages.coverage.measures import range_words
from matching.coverage.gaps import CAUSE_WORDS
from matching.measures import duration_words

if TYPE_CHECKING:
    from dashboard.statemap import StateMap

GAPS: Final = 12
"""Gaps on the sheet."""

COLOURS: Final = ("#E5EAEE", "#7FB6D6", "#D3E6F1", "#FBE0BF", "#EFA253", "#A8480A")
"""The classes' colours, not measured first: a printed drawing takes none from a style sheet."""

FONT: Final = Path(__file__).parents[2] / "assets" / "fonts" / "public-sans.woff2"


def region_sheet(figures: Figures, drawn: StateMap) -> str:
    """Return the sheet of the region that is chosen, as HTML with everything it needs in it."""
    choice, parameters = figures.choice, figures.result.parameters
    fresh = "confirmed in 180 days" if choice.fresh_days else "all"
    return str(
        _template().render(
            font=_font(),
            colours=COLOURS,
            region=choice.region,
            sector=figures.sector_name,
            provider=figures.provider,
            who=f"{COUNT_WORDS[choice.counted]} provider{'' if choice.counted == 1 else 's'}",
            limit=duration_words(choice.limit_ms),
            listings=fresh,
            day=f"{parameters.today.day} {parameters.today:%B %Y}",
            counties=_shapes(figures, drawn),
            borders=list(drawn.regions.values()),
            names=_names(figures, drawn),
            legend=list(enumerate(range_words(choice.limit_ms), 1)),
            sectors=[_sector(figures, code) for code in figures.sectors],
            gaps=[_gap(figures, at) for at in range(min(GAPS, len(figures.gaps)))],
            count=len(figures.gaps),
        )
    )


def _shapes(figures: Figures, drawn: StateMap) -> list[tuple[str, int, bool]]:
    """Return each county's path, class, and whether it is the region's."""
    own = set(figures.shown_counties)
    return [
        (path, figures.cell(fips, figures.choice.sector).number, fips in own)
        for fips, path in drawn.counties.items()
    ]


def _names(figures: Figures, drawn: StateMap) -> list[tuple[str, float, float]]:
    return [
        (figures.counties.name[figures.counties.index(fips)], *drawn.middles[fips])
        for fips in figures.shown_counties
    ]


def _sector(figures: Figures, code: str) -> dict[str, Any]:
    """Return a sector's line: the region's time, how many counties are over, and the one where most people wait."""
    cell = figures.cell(figures.choice.region, code)
    worst = [gap for gap in figures.gaps if figures.result.classes[gap.of_class] == class_code(code)][:1]
    where = [f"{figures.label(figures.result.targets[gap.target])}, {gap.people:,} people" for gap in worst]
    return {
        "name": figures.sectors[code],
        "words": cell.words,
        "number": cell.number,
        "over": figures.over_count(code),
        "worst": "".join(where),
    }


def _gap(figures: Figures, at: int) -> dict[str, str]:
    gap = figures.gaps[at]
    fips = figures.result.targets[gap.target]
    sector = page_code(figures.result.classes[gap.of_class])
    return {
        "county": figures.label(fips),
        "sector": figures.sectors.get(sector, sector),
        "words": "never" if gap.ms < 0 else duration_words(gap.ms),
        "people": f"{gap.people:,}",
        "why": CAUSE_WORDS[gap.cause],
    }


@cache
def _template() -> Any:  # noqa: ANN401 - Jinja's template
    loader = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template("region.html")


@cache
def _font() -> str:
    """Return the font as an address that holds it."""
    return f"data:font/woff2;base64,{base64.b64encode(FONT.read_bytes()).decode()}"

"""The gaps, those first in which most people wait longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dash import html

from dashboard.attributes import wild
from dashboard.pages.coverage.codes import page_code
from dashboard.pages.coverage.figures import Cell, change_words, class_of
from matching.coverage.gaps import CAUSE_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.coverage.figures import Figures
    from matching.coverage.gaps import Gap

SHOWN: Final = 60
"""Gaps on the page; the files have all."""

FIRST: Final = 10
"""Gaps on a narrow screen before more are asked for (`65-coverage.css`)."""

NTH: Final = ("", "1st", "2nd", "3rd", "4th", "5th")


def gaps_card(figures: Figures) -> html.Section:
    """Return the gaps as a table, each a way to its reasons."""
    found, where = figures.gaps, f" of region {figures.choice.region}" if figures.choice.region else ""
    shown = found[:SHOWN]
    count = f"{len(shown)} of {len(found):,} shown" if len(found) > SHOWN else f"{len(found)} in all"
    head = html.Div([html.H2("Gaps by people affected"), html.Span(count, className="sub")], className="hd")
    if not found:
        inside: Any = html.P(f"No county{where} is over the limit in any sector that was measured.")
    else:
        inside = html.Div(
            _table(figures, shown),
            className="gapsin",
            tabIndex=0,
            role="region",
            **wild({"aria-label": "Gaps by people affected"}),
        )
    more = [html.Button("Show more", className="btn more", type="button", **wild({"data-more": ""}))]
    return html.Section(
        [head, inside, *(more if len(shown) > FIRST else [])],
        className="ccard gapc",
        **wild({"aria-label": "Gaps"}),
    )


def _table(figures: Figures, shown: Sequence[Gap]) -> html.Table:
    heads = ["County", "Sector", f"{NTH[figures.choice.counted]} provider", "People", "Why"]
    if figures.before is not None:
        heads.append("Change")
    numbers = {2, 3, 5}
    top = [
        html.Th(words, scope="col", className="num" if at in numbers else "")
        for at, words in enumerate(heads)
    ]
    body = [_row(figures, gap, heads) for gap in shown]
    caption = html.Caption("Counties over the limit, where most people wait longer first", className="sr")
    return html.Table([caption, html.Thead(html.Tr(top)), html.Tbody(body)], className="gp")


def _row(figures: Figures, gap: Gap, heads: list[str]) -> html.Tr:
    fips = figures.result.targets[gap.target]
    sector = page_code(figures.result.classes[gap.of_class])
    chosen = (fips, sector) == (figures.choice.county, figures.choice.sector)
    cell = Cell(gap.ms, class_of(gap.ms, figures.choice.limit_ms))
    name = figures.sectors.get(sector, sector)
    link = html.A(
        figures.counties.name[figures.counties.index(fips)],
        href=figures.choice.address(county=fips, sector=sector),
        **wild({"data-soft": "", "aria-label": f"{figures.label(fips)}, {name}: why"}),
    )
    cells: list[Any] = [
        [link, f" {figures.region_of(fips)}"],
        name,
        html.B(cell.words),
        f"{gap.people:,}",
        CAUSE_WORDS[gap.cause],
    ]
    if figures.before is not None:
        change = figures.change_ms(fips, sector)
        cells.append("new" if change is None else change_words(change))
    numbers = {2, 3, 5}
    return html.Tr(
        [
            html.Td(each, className="num" if at in numbers else "", **wild({"data-head": heads[at]}))
            for at, each in enumerate(cells)
        ],
        className="sel" if chosen else "",
    )

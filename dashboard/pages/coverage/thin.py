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


def turned_cards(figures: Figures) -> list[html.Section]:
    """Return which gaps opened and which closed since the stored figures, each a way to its county; nothing without them."""
    turned = figures.turned
    if turned is None:
        return []
    then, now = figures.since, figures.shown_on or "now"
    counts = f"{_gaps_words(len(turned.opened))} opened, {_gaps_words(len(turned.closed)).lower()} closed."
    lists = [
        part
        for head, some in (("Opened", turned.opened), ("Closed", turned.closed))
        if some
        for part in (html.H3(head), html.Ul([_turned(figures, *pair) for pair in some], className="turned"))
    ]
    return [
        html.Section(
            [html.H2(f"From {then} to {now}"), html.P(counts, role="status"), *lists],
            className="ccard changec",
            **wild({"aria-label": "What changed"}),
        )
    ]


def _gaps_words(count: int) -> str:
    return "No gap" if count == 0 else f"{count:,} gap{'' if count == 1 else 's'}"


def _turned(figures: Figures, fips: str, of_class: str) -> html.Li:
    sector = page_code(of_class)
    name, change = figures.sectors.get(sector, sector), figures.change_ms(fips, sector)
    link = html.A(
        figures.label(fips),
        href=figures.choice.address(county=fips, sector=sector),
        **wild({"data-soft": ""}),
    )
    then = "" if change is None else f" ({change_words(change)})"
    return html.Li([link, f", {name}: {figures.cell(fips, sector).words}{then}"])


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

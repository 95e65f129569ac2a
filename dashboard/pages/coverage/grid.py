"""The heat grid: sector by region, or by the counties of one region; every cell is a way to what stands behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.attributes import wild
from dashboard.pages.coverage.figures import NOT_MEASURED, STATE
from dashboard.pages.coverage.measures import grid_words, over_words, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.coverage.figures import Figures


def grid_card(figures: Figures) -> html.Section:
    """Return the grid under its heading; of one region its counties, with the way back to all regions."""
    choice = figures.choice
    what, note = grid_words(figures)
    over = f"Sector by county of region {choice.region}" if choice.region else "Sector by region"
    title = f"{over}: {what}"
    back = [
        html.A(
            "All nine regions", href=choice.address(region=""), className="btn s", **wild({"data-soft": ""})
        )
    ]
    return html.Section(
        [
            html.Div([html.H2(title), *(back if choice.region else [])], className="hd"),
            html.P(note, className="sub"),
            html.Div(
                grid(figures, title),
                className="gridin",
                tabIndex=0,
                role="region",
                **wild({"aria-label": title}),
            ),
        ],
        className="ccard gridc",
        **wild({"aria-label": over}),
    )


def grid(figures: Figures, title: str) -> html.Table:
    """Return the grid as a table, in which the arrow keys move."""
    targets: Sequence[str] = figures.shown_counties if figures.choice.region else figures.regions
    heads = [_head(figures, target) for target in targets]
    last = "Over" if figures.choice.region and _counts_over(figures) else "State"
    picked = figures.choice.county if figures.choice.region else figures.choice.region
    stop = (figures.choice.sector, picked if picked in targets else targets[0])
    head = html.Tr([html.Th("Sector", scope="col"), *heads, html.Th(last, scope="col", className="tt")])
    rows = [_row(figures, sector, targets, at, stop) for at, sector in enumerate(figures.sectors)]
    kind = "gr counties" if figures.choice.region else "gr"
    return html.Table(
        [html.Caption(title, className="sr"), html.Thead(head), html.Tbody(rows)],
        className=kind,
        role="grid",
        **wild({"data-roving": "grid"}),
    )


def _head(figures: Figures, target: str) -> html.Th:
    if figures.choice.region:
        name = figures.counties.name[figures.counties.index(target)]
        return html.Th(html.Span(name), scope="col", className="tall")
    return html.Th(target, scope="col")


def _row(figures: Figures, sector: str, targets: Sequence[str], at: int, stop: tuple[str, str]) -> html.Tr:
    on = sector == figures.choice.sector
    name = html.A(
        figures.sectors[sector],
        href=figures.choice.address(sector=sector),
        **wild({"data-soft": "", "title": figures.sectors[sector]}),
    )
    cells = [
        _cell(figures, sector, target, (column, at), stop=(sector, target) == stop)
        for column, target in enumerate(targets)
    ]
    count = html.Td(_last(figures, sector), className="tt")
    return html.Tr([html.Th(name, scope="row"), *cells, count], className="on" if on else "")


def _counts_over(figures: Figures) -> bool:
    """Return whether the last column counts the counties over the limit, which a quantity and a score do not know."""
    return figures.choice.shows in {"time", "companies"}


def _last(figures: Figures, sector: str) -> str:
    if not _counts_over(figures):
        return shown(figures, STATE, sector).short
    over = figures.over_count(sector)
    return "n/m" if over is None else f"{over}"


def _cell(figures: Figures, sector: str, target: str, place: tuple[int, int], *, stop: bool) -> html.Td:
    choice, cell = figures.choice, shown(figures, target, sector)
    where = figures.label(target) if choice.region else f"region {target}"
    opens = (
        choice.address(sector=sector, county=target)
        if choice.region
        else choice.address(sector=sector, region=target, county="")
    )
    picked = sector == choice.sector and target in {choice.region, choice.county}
    mark: list[Any] = [html.I(className="mk", **wild({"aria-hidden": "true"}))] if cell.over else []
    said = f"{figures.sectors[sector]}, {where}: {cell.words}{over_words(figures) if cell.over else ''}"
    link = html.A(
        [cell.short, *mark],
        href=opens,
        tabIndex=0 if stop else -1,
        **wild({"data-soft": "", "data-x": f"{place[0]}", "data-y": f"{place[1]}", "aria-label": said}),
    )
    kinds = ["nm" if cell.number == NOT_MEASURED else f"cb{cell.shade}", "sel" if picked else ""]
    return html.Td(
        link, className=" ".join(filter(None, kinds)), **wild({"aria-selected": "true"} if picked else {})
    )

"""The page of coverage: what is chosen, the map, the grid, the gaps, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import dcc, html

from dashboard.attributes import wild
from dashboard.pages.coverage.choice import LIMITS_MIN, MINUTE_MS, MOST_COUNTED, read_choice
from dashboard.pages.coverage.figures import COUNT_WORDS, Figures
from dashboard.pages.coverage.grid import grid_card
from dashboard.pages.coverage.map import map_card
from dashboard.pages.coverage.thin import gaps_card
from dashboard.pages.coverage.why import why_card
from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.page import Page
from matching.measures import duration_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dashboard.coverages import Worked
    from dashboard.pages.coverage.choice import Choice
    from dashboard.pages.page import Asked
    from dashboard.services import Services

ALL: Final = "every"
"""The value of a switch that leaves nothing out."""

LISTINGS: Final = (("fresh", "Confirmed in 180 days"), ("all", "All listings"))


def page(services: Services, asked: Asked) -> html.Main:
    """Return the page; what is not worked out yet is asked for by the browser, which says so meanwhile."""
    choice = chosen(services, asked.search)
    held = services.coverages.held()
    inside = body(services, choice, held) if held else working()
    wanted = None if held else {"search": choice.address()}
    return html.Main(
        [
            bar(services, choice),
            html.Div(inside, id="coverage-body", className="covers"),
            dcc.Store(id="coverage-asked", data=wanted),
            dcc.Location(id="coverage-go", refresh="callback-nav"),
        ],
        id="list",
        className="coverage",
        tabIndex=-1,
    )


PAGES: Final = (Page("/coverage", "coverage.read", page, "Coverage"),)


def chosen(services: Services, asked: Mapping[str, str]) -> Choice:
    """Return the view that an address asks for."""
    counties = services.counties
    return read_choice(asked, services.sectors, dict(zip(counties.fips, counties.region, strict=True)))


def body(services: Services, choice: Choice, worked: Worked) -> list[Any]:
    """Return the page below its switches."""
    figures = Figures(choice, worked.of(choice.fresh_days), services.sectors, services.counties)
    return [
        html.Div([map_card(figures, services.coverages.drawn)], className="ccol"),
        html.Div([grid_card(figures), gaps_card(figures)], className="ccol"),
        why_card(figures, worked),
    ]


def working() -> list[Any]:
    """Return what stands in place of the figures while they are worked out."""
    return [
        html.Div(
            [
                html.Span(className="spin", **wild({"aria-hidden": "true"})),
                html.P("Working out the time from every listing to every county. It takes a few seconds."),
            ],
            className="ccard working",
            role="status",
        )
    ]


def bar(services: Services, choice: Choice) -> html.Div:
    """Return the title and the switches."""
    limits = [(str(each), duration_words(each * MINUTE_MS)) for each in LIMITS_MIN]
    counted = [
        (str(each), f"{COUNT_WORDS[each].capitalize()} provider{'' if each == 1 else 's'}")
        for each in range(1, MOST_COUNTED + 1)
    ]
    letters = sorted({letter for letter in services.counties.region if letter})
    regions = [("", "All nine"), *((letter, f"Region {letter}") for letter in letters)]
    return html.Div(
        [
            html.H1("Coverage", id="heading"),
            _switch("limit", "Limit", limits, str(choice.limit)),
            _switch("counted", "Counted", counted, str(choice.counted)),
            _switch("listings", "Listings", LISTINGS, choice.listings),
            _switch("sector", "Map shows", list(services.sectors.items()), choice.sector),
            _switch("region", "Region", regions, choice.region),
        ],
        className="flt",
    )


def _switch(name: str, label: str, choices: Sequence[tuple[str, str]], value: str) -> dmc.Select:
    return dmc.Select(
        id=f"coverage-{name}",
        label=label,
        data=[{"value": code or ALL, "label": words} for code, words in choices],
        value=value or ALL,
        allowDeselect=False,
        comboboxProps=ABOVE,
        className=f"switch sw-{name}",
    )

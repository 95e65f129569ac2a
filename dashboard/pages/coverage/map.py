"""The counties by their time, in classes around the limit: a drawing whose every county is a way to its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_svg as svg
from dash import html

from dashboard.attributes import wild
from dashboard.pages.coverage.measures import (
    over_words,
    range_words,
    ranges,
    shown,
    summary,
    title,
    unit_of,
)
from dashboard.statemap import HEIGHT, PLACES, WIDTH, spot
from matching.measures import duration_words

if TYPE_CHECKING:
    from dashboard.pages.coverage.figures import Figures
    from dashboard.statemap import StateMap

HATCH = "not-measured"
"""The id of the pattern that fills counties without a measure."""


def map_card(figures: Figures, drawn: StateMap) -> html.Section:
    """Return the map under its heading, with how many counties are over the limit, and the legend."""
    heading = title(figures)
    return html.Section(
        [
            html.H2(heading),
            html.P(summary(figures), className="sub", role="status"),
            drawing(figures, drawn),
            _legend(figures),
            *_key_of_turns(figures),
        ],
        className="ccard mapc",
        **wild({"aria-label": heading}),
    )


def drawing(figures: Figures, drawn: StateMap) -> svg.Svg:
    """Return the State: counties as links, regions with their letters, the larger places."""
    words = f"Counties of Missouri. {title(figures)}"
    chosen = figures.choice.county
    fips_of = sorted(
        drawn.counties, key=lambda fips: fips == chosen
    )  # what is chosen is drawn over its neighbours
    first = chosen or min(drawn.counties)
    return svg.Svg(
        [
            svg.Defs(
                svg.Pattern(
                    [
                        svg.Rect(width="6", height="6", className="hatch-ground"),
                        svg.Path(d="M0 6L6 0", className="hatch-line"),
                    ],
                    id=HATCH,
                    width="6",
                    height="6",
                    patternUnits="userSpaceOnUse",
                )
            ),
            svg.G([_county(figures, drawn, fips, stop=fips == first) for fips in fips_of]),
            svg.G(
                [
                    svg.Path(
                        d=path, className="region-line" + (" on" if letter == figures.choice.region else "")
                    )
                    for letter, path in drawn.regions.items()
                ],
                className="still",
            ),
            svg.G(_turns(figures, drawn), className="still", **wild({"aria-hidden": "true"})),
            svg.G(_labels(drawn), className="still", **wild({"aria-hidden": "true"})),
        ],
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        className="mm",
        role="group",
        **wild({"aria-label": words, "data-roving": "near"}),
    )


def _county(figures: Figures, drawn: StateMap, fips: str, *, stop: bool) -> html.A:
    cell = shown(figures, fips, figures.choice.sector)
    outside = bool(figures.choice.region) and figures.region_of(fips) != figures.choice.region
    chosen = fips == figures.choice.county
    kinds = [f"cv{cell.shade}", "away" if outside else "", "on" if chosen else ""]
    x, y = drawn.middles[fips]
    turn = figures.turn(fips, figures.choice.sector)
    since = f", gap {turn} since {figures.since}" if turn else ""
    said = f"{figures.label(fips)}, region {figures.region_of(fips)}: {cell.words}{over_words(figures) if cell.over else ''}{since}"
    return html.A(
        svg.Path(d=drawn.counties[fips], className=" ".join(filter(None, kinds))),
        href=figures.choice.address(county=fips),
        tabIndex=0 if stop else -1,
        **wild(
            {
                "aria-label": said,
                "data-soft": "",
                "data-x": f"{x:g}",
                "data-y": f"{y:g}",
                **({"aria-current": "true"} if chosen else {}),
            }
        ),
    )


def _turns(figures: Figures, drawn: StateMap) -> list[Any]:
    """Return a mark on each county whose gap opened (a full triangle) or closed (an empty one) since the stored figures."""
    found = []
    for fips, (x, y) in drawn.middles.items():
        turn = figures.turn(fips, figures.choice.sector)
        if turn:
            path = f"M{x:g} {y - 6:g}l6 11h-12z" if turn == "opened" else f"M{x:g} {y + 6:g}l6 -11h-12z"
            found.append(svg.Path(d=path, className=f"turn {turn}"))
    return found


def _labels(drawn: StateMap) -> list[Any]:
    found: list[Any] = []
    for letter, (x, y) in drawn.letters.items():
        found.append(svg.Circle(cx=f"{x:g}", cy=f"{y:g}", r="8.5", className="letter-ground"))
        found.append(svg.Text(letter, x=f"{x:g}", y=f"{y + 4:g}", className="letter", textAnchor="middle"))
    for name, lon, lat, side in PLACES:
        x, y = spot(lon, lat)
        shift = 5 if side == "start" else -5
        found.append(svg.Circle(cx=f"{x:g}", cy=f"{y:g}", r="1.8", className="mm-dot"))
        found.append(
            svg.Text(name, x=f"{x + shift:g}", y=f"{y + 4:g}", className="mm-place", textAnchor=side)
        )
    return found


def _key_of_turns(figures: Figures) -> list[html.P]:
    """Return what the marks of gaps that opened or closed mean; nothing where nothing is compared."""
    if figures.turned is None:
        return []
    return [
        html.P(
            f"\N{BLACK UP-POINTING TRIANGLE} gap opened, \N{WHITE DOWN-POINTING TRIANGLE} gap closed since {figures.since}",
            className="sub",
        )
    ]


def _legend(figures: Figures) -> html.Div:
    """Return the classes of the view with what lies in each."""
    choice = figures.choice
    if choice.shows == "time":
        return legend(choice.limit_ms)
    unit = unit_of(figures, choice.sector)
    said = unit if choice.shows == "score" else f"{unit} within {duration_words(choice.limit_ms)}"
    classes = html.Ul(
        [
            html.Li([html.Span(className=f"sw cb{shade}", **wild({"aria-hidden": "true"})), words])
            for shade, words in ranges(figures)
        ],
        className="leg",
        **wild({"aria-label": f"Legend; {said}"}),
    )
    return html.Div([html.P(said, className="sub"), classes])


def legend(limit_ms: int) -> html.Div:
    """Return the classes with their ranges, the limit marked between the second and the third."""
    ranges = range_words(limit_ms)
    return html.Div(
        [
            html.P(
                html.Span(f"limit {duration_words(limit_ms)}"),
                className="lim",
                **wild({"aria-hidden": "true"}),
            ),
            html.Ul(
                [
                    html.Li([html.Span(className=f"sw cb{number}", **wild({"aria-hidden": "true"})), said])
                    for number, said in enumerate(ranges, 1)
                ],
                className="leg",
                **wild({"aria-label": f"Legend; the limit is {duration_words(limit_ms)}"}),
            ),
        ]
    )

"""What stands in the panel when there is no list: the three questions, or what was refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import html

from dashboard.attributes import wild
from dashboard.marks import icon
from dashboard.pages.incident.forms import draw_button
from registry.people.access import ACCESS
from registry.people.principal import ROLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.state import RefusalStore


def empty_panel(*, has_area: bool, has_need: bool) -> list[Any]:
    """Return the panel before the first answer: the questions are the page."""
    return [
        html.Div(
            [
                html.H2("Three answers, then the list"),
                html.P(
                    "Every listed provider in Missouri is ranked by road travel time to your area. "
                    "Nothing is cut off at a distance."
                ),
                html.Ol(
                    [
                        _step(
                            "Where is it?",
                            "Draw on the map, pick counties, or paste coordinates.",
                            [
                                draw_button("Draw the area", "area", "polygon", "poly", main=not has_area),
                                _opens("Pick counties", "area", "counties"),
                                _opens("Paste or upload", "area", "paste"),
                            ],
                            done=has_area,
                        ),
                        _step(
                            "What is needed?",
                            "For example: generator, 100 kW or more, three-phase.",
                            [_opens("Choose the kind", "what", main=has_area and not has_need)],
                            done=has_need,
                        ),
                        _step(
                            "How many, and by when?",
                            "Leave the time open to see every arrival.",
                            [_opens("Set number and time", "when")] if has_need else [],
                            done=False,
                        ),
                    ]
                ),
                html.P([html.A("Saved incidents", href="/incidents"), " can be opened again."]),
            ],
            className="st empty",
        )
    ]


def _step(title: str, words: str, buttons: list[html.Button], *, done: bool) -> html.Li:
    mark = html.Span(" Given", className="flag good") if done else None
    return html.Li(
        html.Div(
            [html.H3([title, mark]), html.P(words), html.Div(buttons, className="bt") if buttons else None]
        )
    )


def _opens(text: str, name: str, tab: str = "", *, main: bool = False) -> html.Button:
    return html.Button(
        text,
        className="btn p" if main else "btn",
        type="button",
        **wild(
            {"data-pop": name, "data-tab": tab, "aria-haspopup": "dialog", "aria-controls": f"pop-{name}"}
        ),
    )


def onlooker_panel(needs: Sequence[str]) -> list[Any]:
    """Return the panel for a role that sees incidents and ranks nothing, such as a declarer's."""
    able = ", ".join(ROLE_NAMES[role] for role, cell in ACCESS["match.ask"].items() if cell != "-")
    return [
        html.Div(
            [
                html.H2("What is needed"),
                html.Ul([html.Li(words) for words in needs]) if needs else html.P("Nothing yet."),
                html.P(
                    f"Who ranks providers: {able}. Your role sees the incident and what may be declared for it."
                ),
            ],
            className="st onlooker",
        )
    ]


def refused_panel(refused: RefusalStore, *, has_old: bool) -> list[Any]:
    """Return the panel of a refused area: given, wanted, to do; the list before is shown on request."""
    ways = [
        draw_button("Draw again", "area", "polygon", "poly", main=True),
        _opens("Pick counties instead", "area", "counties"),
    ]
    children: list[Any] = [
        html.Div(
            [
                html.H2([icon("warn"), f" {refused['title']}, so nothing was ranked"]),
                refusal_list(refused, kept=" Your need and your closures are kept."),
                html.Div(ways, className="bt"),
            ],
            className="errb",
            role="alert",
        )
    ]
    if has_old:
        children.append(
            html.P(
                [
                    "The list of the area before is still there: ",
                    html.Button(
                        "show it, marked as old", id="show-old", className="link", n_clicks=0, type="button"
                    ),
                    ".",
                ]
            )
        )
    return [html.Div(children, className="st")]


def unanswered_panel(refused: RefusalStore) -> list[Any]:
    """Return the panel of a question that cannot be answered any more, such as one whose deadline has passed."""
    ways = [_opens("Change number and time", "when", main=True), _opens("See the closures", "closures")]
    children = [
        html.H2([icon("warn"), f" {refused['title']}, so nothing was ranked"]),
        refusal_list(refused, kept=" Your area, your need and your closures are kept."),
        html.Div(ways, className="bt"),
    ]
    return [html.Div(html.Div(children, className="errb", role="alert"), className="st")]


def refusal_list(refused: RefusalStore, kept: str = "") -> html.Dl:
    """Return a refusal as a list: given, wanted, to do."""
    place = " (circled on the map)" if refused["place"] else ""
    return html.Dl(
        [
            html.Dt("Given"),
            html.Dd(f"{_sentence(refused['given']).rstrip('.')}{place}."),
            html.Dt("Wanted"),
            html.Dd(_sentence(refused["wanted"])),
            html.Dt("To do"),
            html.Dd(_sentence(refused["todo"]) + kept),
        ]
    )


def _sentence(words: str) -> str:
    """Return words that start large and end with a full stop."""
    return words[:1].upper() + words[1:].rstrip(".") + "." if words else ""


def refusal_note(refused: RefusalStore | None) -> list[Any]:
    """Return a refusal as a popover shows it, or nothing."""
    if not refused:
        return []
    return [
        html.Div([html.H3([icon("warn"), f" {refused['title']}"]), refusal_list(refused)], className="errb")
    ]


def old_note(refused: RefusalStore) -> html.Div:
    """Return the line over a list that is shown although a newer area was refused."""
    return html.Div(
        [
            icon("warn"),
            html.Span([html.B("Old list. "), f"{refused['title']}; this is the area before."]),
        ],
        className="oldnote",
        role="status",
    )


def waiting() -> html.Div:
    """Return what the panel says while the roads are searched; the style sheet shows it after 300 ms."""
    return html.Div(
        [
            html.H2("Ranking"),
            html.P(
                "Searching every road to the area. Usually under one second; the need and the closures are kept."
            ),
            *(html.Div([html.I(), html.I(), html.I(), html.I()], className="skr") for _ in range(9)),
        ],
        className="waiting",
        **wild({"aria-hidden": "true"}),
    )

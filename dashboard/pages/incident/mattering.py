"""What the answer hangs on: the single roads and bridges whose loss matters, tried when asked for, listed and on the map."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from dash import Dash, Input, Output, State, html

from dashboard.layers import collection, feature, point
from dashboard.pages.incident import states
from dashboard.pages.incident.forms import button
from dashboard.state import refusal_store, shown_need
from geo.errors import Refusal
from matching.robustness import desk
from matching.robustness.words import as_geojson, middle, summary_words
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from dashboard.services import Services
    from dashboard.state import ShownStore
    from registry.people.principal import Principal

MOST: Final = 12
"""Links that are listed and drawn, the weightiest first; the others are counted."""


def matter_part() -> html.Details:
    """Return the part of the closures' popover that tries each road and bridge; it takes a while, so it waits to be asked."""
    return html.Details(
        [
            html.Summary("Which single road or bridge does the answer hang on?"),
            html.P(
                "Each road and bridge on a way that counts is taken away alone: another is first, a company drops out, "
                "or a county waits over two hours. What is listed is worth an inspection, or an inject. "
                "The map draws it dark, with the list's numbers."
            ),
            html.Div(button("Try each", "matter-try"), className="bt"),
            html.Div(id="matter-list", role="status"),
        ],
        className="about",
    )


def register(app: Dash, services: Services) -> None:
    """Hang the search on the application; a new answer takes its list and its lines away."""

    @app.callback(
        Output("matter-list", "children"),
        Output("matter-layer", "data"),
        Input("matter-try", "n_clicks"),
        State("shown", "data"),
        State("saved", "data"),
        running=[(Output("matter-try", "disabled"), True, False)],
        prevent_initial_call=True,
    )
    @for_action("match.ask")
    def find(_clicks: int, shown: ShownStore | None, saved: dict[str, str] | None) -> tuple[Any, Any]:
        if shown is None:
            return [
                html.P("Draw the area and say what is needed first: there is no answer yet.")
            ], collection([])
        try:
            return found(services, principal(), shown, saved["id"] if saved else None)
        except Refusal as refusal:
            return states.refusal_note(refusal_store(refusal)), collection([])

    @app.callback(
        Output("matter-list", "children", allow_duplicate=True),
        Output("matter-layer", "data", allow_duplicate=True),
        Input("shown", "data"),
        prevent_initial_call=True,
    )
    @for_action("incident.read")
    def forget(_shown: ShownStore | None) -> tuple[Any, Any]:
        return [], collection([])


def found(services: Services, who: Principal, shown: ShownStore, incident_id: str | None) -> tuple[Any, Any]:
    """Return the list for the need on screen, and its links as the map draws them.

    Raises
    ------
    Refusal
        The question cannot be answered, or not for this account.
    """
    answer = services.answer(who, shown, incident_id)
    if answer is None:
        return [html.P("There is no answer that could hang on anything.")], collection([])
    known, need = services.atlas, shown_need(shown["needs"], len(answer.question.needs))
    asked = replace(answer.question, needs=(answer.question.needs[need],))
    with services.scope(who) as session:
        told = desk.ask(session, who, asked, known=known)
    (part,) = told.parts
    links = as_geojson(known, told)["features"][:MOST]
    lines = [feature(link["geometry"], role="matter") for link in links]
    numbers = [
        point(*middle(known.network, link["properties"]["edges"][0]), role="matter", text=str(rank))
        for rank, link in enumerate(links, start=1)
    ]
    rows = [
        html.Li(
            [html.B(link["properties"]["name"]), html.Span(link["properties"]["what"], className="t12 c2")]
        )
        for link in links
    ]
    more = len(part.effects) - len(links)
    return [
        html.P(summary_words(told, part)),
        html.Ol(rows, className="matters"),
        *([html.P(f"{more:,} more matter less; merr critical lists them all.")] if more else []),
        *(
            [html.P("Main roads only: a minor road may lead round what is listed here.")]
            if known.network.main_roads_only
            else []
        ),
    ], collection([*lines, *numbers])

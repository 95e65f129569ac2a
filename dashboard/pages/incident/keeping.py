"""Keeping the answer as a run: the button, and how what was kept was computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, html

from dashboard.computed import computed_block
from dashboard.pages.incident import states
from dashboard.pages.incident.forms import button
from dashboard.state import refusal_store
from geo.errors import Refusal
from matching.runs.making import make
from matching.runs.match import asked
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from dashboard.services import Services
    from dashboard.state import ShownStore
    from matching.answers import Answer
    from registry.runs.store import Run


def keep_form() -> html.Div:
    """Return the part of the download popover that keeps the answer."""
    return html.Div(
        [
            html.P(
                "Keep it with all it was computed from: the directory as it stands, roads, closures and code. "
                "It gives the same bytes on another day."
            ),
            html.Div(button("Keep this answer", "keep-answer", main=False), className="bt"),
            html.Div(id="kept-answer", role="status"),
        ],
        className="form",
    )


def register(app: Dash, services: Services) -> None:
    """Hang what keeps an answer on the application."""

    @app.callback(
        Output("kept-answer", "children"),
        Input("keep-answer", "n_clicks"),
        State("shown", "data"),
        State("saved", "data"),
        prevent_initial_call=True,
    )
    @for_action("run.make")
    def keep(_clicks: int, shown: ShownStore | None, saved: dict[str, str] | None) -> list[Any]:
        incident_id = saved["id"] if saved else None
        try:
            answer = services.answer(principal(), shown, incident_id) if shown else None
            if answer is None:
                return []
            run = kept(services, answer, incident_id)
        except Refusal as refusal:
            return states.refusal_note(refusal_store(refusal))
        return [html.P(f"Kept as {run.id}."), computed_block(run)]


def kept(services: Services, answer: Answer, incident_id: str | None) -> Run:
    """Return the run of an answer's question, computed on the directory as it stands now, as far as it may be seen now.

    Raises
    ------
    AccessError
        The account may not keep answers there.
    """
    who = principal()
    with services.scope(who) as session:
        wanted = asked(session, who, answer.question, incident_id=incident_id)
        counties = [county.fips for county in answer.counties]
        return make(session, who, wanted, counties=counties)[0]

"""The answer as files: the popover that offers them, and the callback that makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, ctx, html, no_update

from dashboard.pages.incident import states
from dashboard.pages.incident.forms import button, popover
from dashboard.pages.incident.keeping import keep_form
from dashboard.state import refusal_store
from matching.export import as_csv, as_geojson
from matching.questions import canonical
from registry.people.proof import StepUpNeeded
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from dashboard.services import Services
    from dashboard.state import ShownStore
    from matching.answers import Answer


def download_popover() -> html.Div:
    """Return the popover that offers the answer as files, and to keep it as a run."""
    return popover(
        "download",
        "Download the answer",
        [
            html.Div(
                [
                    html.P(
                        "Every need, in the order of the list, with what is left out and why, as you see it. No contacts."
                    ),
                    html.Div(
                        [
                            button("CSV", "download-csv", main=False, sign="down"),
                            button("GeoJSON", "download-geojson", main=False, sign="down"),
                        ],
                        className="bt",
                    ),
                    html.Div(id="download-refused", role="alert"),
                ],
                className="form",
            ),
            keep_form(),
        ],
    )


def register(app: Dash, services: Services) -> None:
    """Hang the downloads on the application."""

    @app.callback(
        Output("file", "data"),
        Output("download-refused", "children"),
        Input("download-csv", "n_clicks"),
        Input("download-geojson", "n_clicks"),
        State("shown", "data"),
        State("saved", "data"),
        prevent_initial_call=True,
    )
    @for_action("match.export")
    def download(
        _csv: int, _geojson: int, shown: ShownStore | None, saved: dict[str, str] | None
    ) -> tuple[Any, Any]:
        incident_id = saved["id"] if saved else None
        answer = services.answer(principal(), shown, incident_id) if shown else None
        if answer is None:
            return no_update, []
        try:
            services.note_export(principal(), answer, incident_id)
        except StepUpNeeded as needed:
            return no_update, [*states.refusal_note(refusal_store(needed)), _prove(incident_id)]
        if ctx.triggered_id == "download-csv":
            return _file(as_csv(answer), file_name(answer, "csv"), "text/csv"), []
        content = canonical(as_geojson(answer, routes=services.routes(answer))).decode()
        return _file(content, file_name(answer, "geojson"), "application/geo+json"), []


def file_name(answer: Answer, ending: str) -> str:
    """Return a file's name, which says so when names are closed in it."""
    return f"merr-ranked{'' if answer.opened else '-names-closed'}.{ending}"


def _prove(incident_id: str | None) -> html.A:
    """Return the way to a fresh second factor and back; the incident is saved, so nothing is lost."""
    return html.A(
        "Prove it now",
        href=f"/step-up?next=/incidents/{incident_id}" if incident_id else "/step-up",
        className="btn p",
    )


def _file(content: str, filename: str, media_type: str) -> dict[str, Any]:
    """Return a file as `dcc.Download` takes it."""
    return {"content": content, "filename": filename, "type": media_type, "base64": False}

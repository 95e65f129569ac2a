"""The answer as files: the popover that offers them, and the callback that makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, ctx, html, no_update

from dashboard.pages.incident.forms import button, popover
from matching.export import as_csv, as_geojson
from matching.questions import canonical
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from dashboard.services import Services
    from dashboard.state import ShownStore


def download_popover() -> html.Div:
    """Return the popover that offers the answer as files."""
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
                ],
                className="form",
            )
        ],
    )


def register(app: Dash, services: Services) -> None:
    """Hang the downloads on the application."""

    @app.callback(
        Output("file", "data"),
        Input("download-csv", "n_clicks"),
        Input("download-geojson", "n_clicks"),
        State("shown", "data"),
        State("saved", "data"),
        prevent_initial_call=True,
    )
    @for_action("match.export")
    def download(_csv: int, _geojson: int, shown: ShownStore | None, saved: dict[str, str] | None) -> Any:  # noqa: ANN401 - a file
        answer = services.answer(principal(), shown, saved["id"] if saved else None) if shown else None
        if answer is None:
            return no_update
        services.note_export(principal(), answer, saved["id"] if saved else None)
        if ctx.triggered_id == "download-csv":
            return _file(as_csv(answer), "merr-ranked.csv", "text/csv")
        content = canonical(as_geojson(answer, routes=services.routes(answer))).decode()
        return _file(content, "merr-ranked.geojson", "application/geo+json")


def _file(content: str, filename: str, media_type: str) -> dict[str, Any]:
    """Return a file as `dcc.Download` takes it."""
    return {"content": content, "filename": filename, "type": media_type, "base64": False}

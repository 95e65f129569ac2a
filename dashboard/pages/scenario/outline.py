"""The outline of a scenario's form: drawn on the map, with what happens to the roads and companies in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_leaflet as dl
import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html

from dashboard.attributes import wild
from dashboard.layers import MISSOURI, as_leaflet, collection
from dashboard.marks import icon
from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.incident.map import ATTRIBUTION, base_layers, draw_bar, drawn_layer, zoom_tools
from dashboard.pages.trust.pieces import act
from registry.scenarios.store import EDIT
from web.wall.classes import for_action

if TYPE_CHECKING:
    from dashboard.services import Services

STORE: Final = "sc-drawn"
"""Where the outline is, as the browser draws it."""

UNCHANGED: Final = ""
ROADS: Final = [
    {"value": UNCHANGED, "label": "As they are"},
    {"value": "blocked", "label": "Blocked"},
    {"value": "slowed", "label": "Slowed"},
]
COMPANIES: Final = [{"value": UNCHANGED, "label": "As they are"}, {"value": "lost", "label": "Lost"}]
NOT_DRAWN: Final = "No outline is drawn."


def outline_fields() -> list[Any]:
    """Return what happens within the outline."""
    return [
        _one("drawn-roads", "Roads in it are", ROADS),
        dmc.NumberInput(
            id="sc-drawn-factor",
            label="Slowed: times as long in it",
            description="Such as 1.5",
            hideControls=True,
            value="",
        ),
        _one("drawn-companies", "Companies in it are", COMPANIES),
    ]


def outline_map(services: Services) -> html.Div:
    """Return the map to draw on, with its buttons."""
    shown = dl.MapContainer(
        [
            *base_layers(services.base_versions),
            drawn_layer("sc-drawn-layer"),
            dl.FeatureGroup(dl.EditControl(id="sc-edit", position="topright")),
        ],
        id="sc-map",
        bounds=as_leaflet(MISSOURI),
        zoomControl=False,
        attributionControl=False,
        zoomSnap=0.25,
        minZoom=5,
        maxZoom=13,
        maxBounds=[[33.0, -100.5], [43.5, -84.5]],
        scrollWheelZoom=False,
        className="leaflet",
        trackViewport=False,
    )
    return html.Div(
        [
            html.Div(
                [_draw("poly", "Draw an outline", "polygon"), _draw("rect", "Draw a rectangle", "rectangle")],
                className="bt",
            ),
            html.Div(
                [
                    shown,
                    html.Div(zoom_tools(), className="tools"),
                    draw_bar(),
                    html.P(ATTRIBUTION, className="attr"),
                ],
                className="map scmap",
            ),
            html.Div(
                [
                    html.P(NOT_DRAWN, id="sc-drawn-words", role="status"),
                    act("Remove the outline", "sc-drawn-clear"),
                ],
                className="bt",
            ),
            html.P(
                "Drawing needs a pointer; counties and GeoJSON above do the same by keyboard. A company whose place is closed "
                "counts where the map shows it: at its ZIP or its county seat.",
                className="t12 c2",
            ),
            dcc.Store(id=STORE),
        ],
        className="scdrawing",
    )


def _draw(sign: str, words: str, shape: str) -> html.Button:
    aimed = {"data-draw": f"outline:{shape}", "data-drawn": STORE}
    return html.Button([icon(sign), words], className="btn", type="button", **wild(aimed))


def _one(name: str, label: str, data: list[dict[str, str]]) -> dmc.Select:
    return dmc.Select(
        id=f"sc-{name}", label=label, data=data, value=UNCHANGED, allowDeselect=False, comboboxProps=ABOVE
    )


def register(app: Dash, _services: Services) -> None:
    """Hang the outline's drawing and its removal on the application."""

    @app.callback(
        Output("sc-drawn-layer", "data"), Output("sc-drawn-words", "children"), Input(STORE, "data")
    )
    @for_action(EDIT)
    def drawn(outline: dict[str, Any] | None) -> tuple[Any, str]:
        if outline is None:
            return collection([]), NOT_DRAWN
        shape = outline["feature"]["geometry"]
        feature = {"type": "Feature", "properties": {"role": "area"}, "geometry": shape}
        corners = len(shape["coordinates"][0]) - 1 if shape and shape.get("coordinates") else 0
        return collection([feature]), f"An outline with {corners} corners is drawn."

    @app.callback(Output(STORE, "data"), Input("sc-drawn-clear", "n_clicks"), prevent_initial_call=True)
    @for_action(EDIT)
    def clear(_clicks: int) -> None:
        return None

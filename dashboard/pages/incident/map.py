"""The map: the base drawn from shipped files, the incident's layers, and the tools in one corner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import dash_leaflet as dl
from dash import html

from dashboard.attributes import opens, wild
from dashboard.layers import MISSOURI, as_leaflet, collection
from dashboard.marks import icon

if TYPE_CHECKING:
    from collections.abc import Mapping


ATTRIBUTION: Final = "Roads © OpenStreetMap contributors (ODbL). Boundaries: U.S. Census. Rivers: GSHHG/WDBII. Places: GeoNames."
"""Whom the licences of the shipped map data ask to credit on the map."""

NOTHING: Final = collection([])
SITES: Final = "/map/sites.geojson"


def _script(name: str) -> dict[str, str]:
    """Return the reference to a function of `20-map.js`."""
    return {"variable": f"merr.layer.{name}"}


def _pane(name: str, z: int, children: list[Any]) -> dl.Pane:
    return dl.Pane(children, name=name, style={"zIndex": z})


def _file(name: str, version: str, draw: str, **options: Any) -> dl.GeoJSON:  # noqa: ANN401 - layer options
    """Return a layer of the base from its file; the version lets the browser keep it."""
    return dl.GeoJSON(
        url=f"/map/base/{name}.geojson?v={version}", interactive=False, style=_script(draw), **options
    )


def drawn_layer(name: str, *, interactive: bool = False, view: Any = None) -> dl.GeoJSON:  # noqa: ANN401 - features
    """Return a layer whose features the answer gives."""
    return dl.GeoJSON(
        id=name,
        data=view or NOTHING,
        style=_script("shape"),
        pointToLayer=_script("point"),
        interactive=interactive,
        hideout={},
    )


def base_layers(
    versions: Mapping[str, str],
    **counties: Any,  # noqa: ANN401 - layer options
) -> list[dl.Pane]:
    """Return what every map stands on: states, counties, rivers, roads and names of places, in that order.

    `counties` are options of the counties' layer: an id for who colours them.
    """
    return [
        _pane("states", 250, [_file("states", versions["states"], "states")]),
        _pane(
            "counties",
            300,
            [_file("counties", versions["counties"], "county", **counties)],
        ),
        _pane("rivers", 320, [_file("rivers", versions["rivers"], "rivers")]),
        _pane("roads", 340, [_file("roads", versions["roads"], "roads")]),
        _pane(
            "places",
            350,
            [
                dl.GeoJSON(
                    url=f"/map/base/places.geojson?v={versions['places']}",
                    pointToLayer=_script("place"),
                    interactive=False,
                )
            ],
        ),
    ]


def map_section(versions: Mapping[str, str], sectors: Mapping[str, str]) -> html.Section:
    """Return the map with its tools. `versions` names the state of each file of the base."""
    base = base_layers(versions, id="counties-layer", hideout={})
    over = [
        _pane("area", 410, [drawn_layer("area-layer")]),
        _pane("closures", 430, [drawn_layer("closures-layer")]),
        _pane("matter", 440, [drawn_layer("matter-layer")]),
        _pane("route", 450, [drawn_layer("route-layer")]),
        dl.GeoJSON(
            id="sites-layer",
            url=f"{SITES}?sectors=",
            cluster=True,
            superClusterOptions={"radius": 34, "maxZoom": 10},
            pointToLayer=_script("site"),
            clusterToLayer=_script("cluster"),
            zoomToBoundsOnClick=True,
            hideout={"names": dict(sectors)},
        ),
        _pane("marks", 640, [drawn_layer("marks-layer", interactive=True)]),
        dl.FeatureGroup(dl.EditControl(id="edit", position="topright")),
        dl.ScaleControl(position="bottomright", imperial=True, metric=False),
        dl.AttributionControl(position="bottomright", prefix=False),
    ]
    return html.Section(
        [
            dl.MapContainer(
                base + over,
                id="map",
                bounds=as_leaflet(MISSOURI),
                zoomControl=False,
                attributionControl=False,
                zoomSnap=0.25,
                minZoom=5,
                maxZoom=15,
                maxBounds=[[33.0, -100.5], [43.5, -84.5]],
                className="leaflet",
                trackViewport=False,
            ),
            tools(),
            draw_bar(),
            html.P([], id="veil-note", className="veilnote"),
            html.P(ATTRIBUTION, className="attr"),
        ],
        className="map",
        id="map-section",
        **wild({"aria-label": "Map of the incident"}),
    )


def tools() -> html.Div:
    """Return the tools in the map's corner."""
    draw = [
        _tool("poly", "Area", **wild({"data-draw": "area:polygon", "aria-label": "Draw the area"})),
        _tool("ban", "Closure", **opens("closures"), **wild({"aria-label": "Closures"})),
        _tool("layers", "Layers", **opens("layers"), **wild({"aria-label": "Layers"})),
    ]
    return html.Div(
        [
            zoom_tools(),
            html.Div(draw, className="grp", role="group", **wild({"aria-label": "Draw and show"})),
        ],
        className="tools",
    )


def zoom_tools() -> html.Div:
    """Return the buttons that show more or less of a map."""
    zoom = [
        _tool("plus", "", **wild({"data-zoom": "1", "aria-label": "Zoom in"})),
        _tool("minus", "", **wild({"data-zoom": "-1", "aria-label": "Zoom out"})),
    ]
    return html.Div(zoom, className="grp", role="group", **wild({"aria-label": "Zoom"}))


def _tool(sign: str, text: str, **attributes: Any) -> html.Button:  # noqa: ANN401 - HTML attributes
    children = [icon(sign), html.Span(text, className="t")] if text else icon(sign)
    return html.Button(children, className="btn", type="button", **attributes)


def draw_bar() -> html.Div:
    """Return the bar that stands over the map while something is drawn."""
    return html.Div(
        [
            html.Span("", className="hint", role="status"),
            html.Button("Undo corner", className="btn s", type="button", **wild({"data-drawing": "undo"})),
            html.Button("Finish", className="btn s p", type="button", **wild({"data-drawing": "finish"})),
            html.Button("Cancel", className="btn s", type="button", **wild({"data-drawing": "cancel"})),
        ],
        id="drawbar",
        className="drawbar",
        hidden=True,
    )

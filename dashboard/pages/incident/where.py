"""The first question, where: its popover, what becomes of an answer, and its callback."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard import inputs
from dashboard.attributes import wild
from dashboard.pages.incident.forms import ABOVE, button, draw_button, popover, refusal_box, tabs
from dashboard.state import AreaStore, Feature, area_store, refusal_store
from geo.errors import Refusal
from web.wall.classes import for_action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.services import Services
    from geo.counties import Counties

MOST_BYTES: Final = 5 * 1024 * 1024
"""The largest file that is read; a state's finest county outlines have a tenth of it."""


def area_popover(counties: Counties) -> html.Div:
    """Return the popover that asks where: drawn, by counties, a circle, pasted or uploaded."""
    rows = [{"value": fips, "label": counties.label(i)} for i, fips in enumerate(counties.fips)]
    draw = [
        html.P("Drawing needs a pointer. The other tabs do the same by keyboard."),
        html.Div(
            [
                draw_button("Draw an outline", "area", "polygon", "poly", main=True),
                draw_button("Draw a rectangle", "area", "rectangle", "rect"),
            ],
            className="bt",
        ),
    ]
    pick = [
        dmc.MultiSelect(
            id="area-counties",
            label="Counties",
            description="Type a few letters. 114 counties and St. Louis city.",
            data=sorted(rows, key=lambda row: row["label"]),
            searchable=True,
            clearable=True,
            nothingFoundMessage="No county of Missouri is called so",
            comboboxProps=ABOVE,
            maxDropdownHeight=220,
        ),
        html.Div(button("Use these counties", "use-counties"), className="bt"),
    ]
    circle = [
        dmc.TextInput(
            id="circle-centre",
            label="Around",
            description="A place in Missouri, a ZIP code, or latitude and longitude: 37.08, -94.51",
        ),
        dmc.NumberInput(
            id="circle-radius", label="Radius, miles", value=5, min=0.1, max=150, step=1, decimalScale=2
        ),
        html.Div(button("Use this circle", "use-circle"), className="bt"),
    ]
    paste = [
        dmc.Textarea(
            id="area-text",
            label="GeoJSON, WKT or USNG",
            description="One USNG coordinate is its grid square; three or more are corners.",
            autosize=True,
            minRows=4,
            maxRows=9,
        ),
        html.Div(button("Use this area", "use-text"), className="bt"),
    ]
    upload = [
        html.P("A .geojson, .json, .wkt or .txt file of at most 5 MB."),
        html.Div(
            dcc.Upload(
                "Choose a file, or drop it here",
                id="area-file",
                className="upload",
                max_size=-1,  # the page's own script says more than this part's silence
                multiple=False,
            ),
            **wild({"data-most-bytes": str(MOST_BYTES), "data-oversize": "oversize"}),
        ),
    ]
    panels = [
        ("draw", "Draw", draw),
        ("counties", "Counties", pick),
        ("circle", "Circle", circle),
        ("paste", "Paste", paste),
        ("upload", "Upload", upload),
    ]
    return popover(
        "area", "Where is it?", [tabs("area-tabs", panels), refusal_box("area-refused")], wide=True
    )


@dataclass(frozen=True)
class AreaInput:
    """All that the area's popover and the map hold when one of its buttons is used."""

    drawn: dict[str, Any] | None
    fips: list[str]
    centre: str
    radius_mi: float | None
    text: str
    contents: str
    filename: str
    oversize: Mapping[str, Any]


def new_area(services: Services, trigger: str, given: AreaInput, store: AreaStore) -> AreaStore | None:
    """Return the area's next state; None when what was drawn is for something else."""
    raw: str | bytes | Feature | None = None
    try:
        if trigger == "drawn":
            if not given.drawn or given.drawn["purpose"] != "area":
                return None
            raw = given.drawn["feature"]
            area, name = inputs.drawn_area(given.drawn["feature"])
        elif trigger == "use-counties":
            area, name = inputs.county_area(given.fips, services.counties)
        elif trigger == "use-circle":
            area, name = inputs.circle_area(given.centre, given.radius_mi, services.gazetteer)
        elif trigger == "oversize":
            raise inputs.too_large(given.oversize, MOST_BYTES)
        elif trigger == "area-file":
            if not given.contents:
                return None
            raw = inputs.file_bytes(given.contents, given.filename)
            area, name = inputs.uploaded_area(raw, given.filename)
        else:
            raw = given.text
            area, name = inputs.text_area(given.text)
    except Refusal as refusal:
        return {**store, "refused": refusal_store(refusal, inputs.outline_of(raw))}
    return area_store(area, name)


def register(app: Dash, services: Services) -> None:
    """Hang the area's one writer on the application."""

    @app.callback(
        Output("area", "data"),
        Input("drawn", "data"),
        Input("use-counties", "n_clicks"),
        Input("use-circle", "n_clicks"),
        Input("use-text", "n_clicks"),
        Input("area-file", "contents"),
        Input("oversize", "data"),
        State("area-counties", "value"),
        State("circle-centre", "value"),
        State("circle-radius", "value"),
        State("area-text", "value"),
        State("area-file", "filename"),
        State("area", "data"),
        prevent_initial_call=True,
    )
    @for_action("match.ask")
    def write_area(  # noqa: PLR0917 - Dash passes its inputs by position
        drawn: dict[str, Any] | None,
        _counties: int,
        _circle: int,
        _text: int,
        contents: str | None,
        oversize: dict[str, Any] | None,
        fips: list[str] | None,
        centre: str,
        radius: float | None,
        text: str,
        filename: str | None,
        area: AreaStore,
    ) -> Any:  # noqa: ANN401 - a store or no update
        given = AreaInput(
            drawn,
            fips or [],
            centre or "",
            radius,
            text or "",
            contents or "",
            filename or "",
            oversize or {},
        )
        return new_area(services, str(ctx.triggered_id), given, area) or no_update

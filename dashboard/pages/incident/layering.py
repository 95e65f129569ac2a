"""The layers of the map: the popover that chooses them, and what they show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, html

from dashboard import choropleth
from dashboard.attributes import wild
from dashboard.pages.incident.dock import sector_keys
from dashboard.pages.incident.forms import ABOVE, popover
from dashboard.pages.incident.map import SITES
from dashboard.pages.incident.wiring import in_browser
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.services import Services
    from registry.directory.kinds import Taxonomy


def layers_popover(taxonomy: Taxonomy, sectors: Mapping[str, str], counts: Mapping[str, int]) -> html.Div:
    """Return the popover of the layers: sites by sector with their count, counties by a number, parts of the base."""
    return popover(
        "layers",
        "Layers",
        [
            html.Div(
                [
                    dmc.Select(
                        id="county-measure",
                        label="Colour counties by",
                        data=measure_choices(taxonomy, sectors),
                        value="none",
                        searchable=True,
                        allowDeselect=False,
                        comboboxProps=ABOVE,
                        maxDropdownHeight=240,
                    ),
                    html.Div(id="county-legend", className="ramp", role="status"),
                    html.Fieldset(
                        [
                            html.Legend("Sites by sector"),
                            html.Div(
                                [
                                    html.Button(
                                        "All", id="sectors-all", className="btn s", n_clicks=0, type="button"
                                    ),
                                    html.Button(
                                        "None",
                                        id="sectors-none",
                                        className="btn s",
                                        n_clicks=0,
                                        type="button",
                                    ),
                                ],
                                className="bt",
                            ),
                            dmc.CheckboxGroup(
                                html.Div(
                                    [
                                        _sector_row(code, sectors[code], counts.get(code, 0))
                                        for code in sectors
                                    ]
                                ),
                                id="layer-sectors",
                                value=[],
                                **wild({"aria-label": "Sites by sector"}),
                            ),
                        ],
                        className="sectors",
                    ),
                    html.Fieldset(
                        [
                            html.Legend("Base"),
                            dmc.CheckboxGroup(
                                dmc.Group(
                                    [
                                        dmc.Checkbox(value=value, label=label)
                                        for value, label in (
                                            ("roads", "Roads"),
                                            ("rivers", "Rivers"),
                                            ("places", "Places"),
                                        )
                                    ]
                                ),
                                id="layer-base",
                                value=["roads", "rivers", "places"],
                                **wild({"aria-label": "Base"}),
                            ),
                        ]
                    ),
                ],
                className="form",
            )
        ],
    )


def _sector_row(code: str, name: str, count: int) -> dmc.Checkbox:
    """Return the toggle of a sector, with its swatch and its number of sites."""
    label = html.Span(
        [
            html.Span(className=f"site s-{code}", **wild({"aria-hidden": "true"})),
            html.Span(name),
            html.Span(f"{count:,}", className="num c2"),
        ],
        className="sector",
    )
    return dmc.Checkbox(value=code, label=label)


def measure_choices(taxonomy: Taxonomy, sectors: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what counties can be coloured by: nothing, population, a sector's assets, a kind's assets."""
    kinds = sorted(taxonomy.kinds.values(), key=lambda kind: kind.name)
    return [
        {
            "group": "Counties",
            "items": [
                {"value": "none", "label": "Nothing"},
                {"value": "population", "label": "Population, 2020"},
            ],
        },
        {
            "group": "Assets of a sector",
            "items": [{"value": f"sector:{code}", "label": name} for code, name in sectors.items()],
        },
        {
            "group": "Assets of a kind",
            "items": [{"value": f"kind:{kind.code}", "label": kind.name} for kind in kinds],
        },
    ]


def sites_shown(services: Services, chosen: list[str] | None) -> tuple[Any, ...]:
    """Return the address of the chosen sectors' sites, what draws them needs to know, and their legend."""
    order = [code for code in services.sectors if code in (chosen or [])]
    names = {"names": dict(services.sectors), "only": order[0] if len(order) == 1 else None}
    keys = sector_keys(order, services.sectors, services.sector_counts(principal())) if order else []
    return f"{SITES}?sectors={','.join(order)}", names, keys


def counties_shown(
    services: Services, measure: str | None, choices: list[dict[str, Any]] | None
) -> tuple[Any, ...]:
    """Return each county's class for a measure, and the legend for the popover and for the dock; nothing for none."""
    words = {item["value"]: item["label"] for group in choices or [] for item in group["items"]}
    if measure is None or measure == "none" or measure not in words:
        return {}, [], []
    result = choropleth.classify(services.county_values(principal(), measure))
    what = words[measure] if measure == "population" else f"{words[measure]}: assets per county"
    return {"classes": dict(result.classes)}, choropleth.legend(result, what), choropleth.legend(result, what)


def register(app: Dash, services: Services) -> None:
    """Hang the layers' callbacks on the application."""

    @app.callback(
        Output("counties-layer", "hideout"),
        Output("county-legend", "children"),
        Output("counties-key", "children"),
        Input("county-measure", "value"),
        State("county-measure", "data"),
        prevent_initial_call=True,
    )
    @for_action("registry.look")
    def colour(measure: str | None, choices: list[dict[str, Any]] | None) -> tuple[Any, ...]:
        return counties_shown(services, measure, choices)

    @app.callback(
        Output("layer-sectors", "value"),
        Input("sectors-all", "n_clicks"),
        Input("sectors-none", "n_clicks"),
        prevent_initial_call=True,
    )
    @for_action("registry.look")
    def every(_all: int, _none: int) -> list[str]:
        return list(services.sectors) if ctx.triggered_id == "sectors-all" else []

    @app.callback(
        Output("sites-layer", "url"),
        Output("sites-layer", "hideout"),
        Output("sectors-key", "children"),
        Input("layer-sectors", "value"),
        prevent_initial_call=True,
    )
    @for_action("registry.look")
    def sites(chosen: list[str] | None) -> tuple[Any, ...]:
        return sites_shown(services, chosen)

    in_browser(app, "base", Output("map-section", "className"), Input("layer-base", "value"))

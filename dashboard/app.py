"""The Dash application on the web application: its frame, its addresses, and what it says when we fail."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

import dash_ag_grid as dag
import dash_leaflet as dl
import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html, set_props
from dash.exceptions import DependencyException
from flask import g, has_request_context
from werkzeug.exceptions import NotFound

from dashboard import account
from dashboard.attributes import wild
from dashboard.basemap import map_routes
from dashboard.bodies import refuse_foreign_bodies
from dashboard.marks import icon
from dashboard.pages import incidents
from dashboard.pages.coverage import layout as coverage_layout
from dashboard.pages.coverage import switching
from dashboard.pages.exercise import table as exercises
from dashboard.pages.incident import callbacks, layout, states
from dashboard.pages.incident.forms import popover
from dashboard.pages.page import Asked, Page, menu_of, page_of
from dashboard.pages.scenario import table as scenarios
from dashboard.pages.trust import table
from dashboard.state import refusal_store
from dashboard.values import refuse_untyped
from geo.errors import Refusal
from web.wall.classes import BY_CALLBACK, SIGNED_IN, assign, signed_in
from web.wall.gate import principal, require_somewhere
from web.wall.headers import SCRIPT_HASHES
from web.wall.pages import SHARED_FILES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

    from dashboard.services import Services
    from registry.people.principal import Principal

log = logging.getLogger("merr.dashboard")

ASSETS: Final = Path(__file__).with_name("assets")
LIBRARIES: Final = (dl, dag, dmc)
"""Imported before the first page, so that their scripts stand in the document's head."""

PAGES: Final[tuple[Page, ...]] = (
    *layout.PAGES,
    *incidents.PAGES,
    *coverage_layout.PAGES,
    *scenarios.PAGES,
    *exercises.PAGES,
    *table.PAGES,
)
"""Every page, in the order of the menu."""

MODULES: Final = (callbacks, incidents, switching, scenarios, exercises, table)
"""What hangs callbacks on the application."""

ENDPOINTS: Final = {
    "/": SIGNED_IN,
    "/<path:path>": SIGNED_IN,
    "/_dash-layout": SIGNED_IN,
    "/_dash-dependencies": SIGNED_IN,
    "/_dash-update-component": BY_CALLBACK,
    "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>": SIGNED_IN,
    "/_reload-hash": SIGNED_IN,
    "/_favicon.ico": SIGNED_IN,
    "_dash_assets.static": SIGNED_IN,
}
"""The classes of Dash's own routes; each callback says its own."""

INDEX: Final = """<!doctype html>
<html lang="en">
  <head>
    {%metas%}
    <title>{%title%}</title>
    <link rel="icon" type="image/svg+xml" href="/assets/brand.svg">
    {%css%}
  </head>
  <body>
    {%app_entry%}
    <footer>
      {%config%}
      {%scripts%}
      {%renderer%}
    </footer>
  </body>
</html>"""

THEME: Final = {
    "fontFamily": "var(--font)",
    "fontFamilyMonospace": "ui-monospace, monospace",
    "headings": {"fontFamily": "var(--font)"},
    "defaultRadius": 6,
    "focusRing": "never",
    "respectReducedMotion": True,
    "primaryColor": "merr",
    "primaryShade": {"light": 7, "dark": 3},
    "colors": {
        "merr": [
            "#e4eff9",
            "#cfe3f5",
            "#a5ccee",
            "#7db9f2",
            "#559fe0",
            "#2f86cf",
            "#1a6fbd",
            "#0b5cad",
            "#094f96",
            "#07407a",
        ]
    },
}


def build_dashboard(server: Flask, services: Services) -> Dash:
    """Return the dashboard, hung on `server` with its own map routes."""
    app = Dash(
        "merr",
        server=server,  # type: ignore[arg-type]
        assets_folder=str(ASSETS),
        index_string=INDEX,
        title="Missouri Emergency Resource Registry",
        update_title="",
        serve_locally=True,
        suppress_callback_exceptions=True,
        on_error=answer_fault,
        enable_mcp=False,
        # Dash answers asynchronously wherever asgiref is installed; these callbacks are plain functions in threads.
        use_async=False,
    )
    assign(server, ENDPOINTS)
    server.config[SCRIPT_HASHES] = app.csp_hashes
    server.config[SHARED_FILES] = str(ASSETS)
    refuse_foreign_bodies(server, app)
    # Dash raises it for the address of a script that no library has.
    server.register_error_handler(DependencyException, lambda _: server.handle_user_exception(NotFound()))
    server.register_blueprint(map_routes(services))
    app.layout = frame  # made anew for whoever is signed in

    @app.callback(
        Output("page-slot", "children"),
        Output("nav", "children"),
        Output("nav-narrow", "children"),
        Input("url", "pathname"),
        Input("url", "search"),
    )
    @signed_in
    def page(pathname: str, search: str | None) -> tuple[Any, Any, Any]:
        asked = home_of(
            PAGES, Asked(principal(), pathname or "/", dict(parse_qsl((search or "").lstrip("?"))))
        )
        entries = navigation(PAGES, asked.principal, asked.pathname)
        return page_at(services, PAGES, asked), entries, entries

    for module in MODULES:
        module.register(app, services)
    refuse_untyped(app.callback_map)
    return app


def frame() -> Any:  # noqa: ANN401 - a Dash component
    """Return what every page stands in."""
    return dmc.MantineProvider(
        [
            html.A("Skip to the list", href="#list", className="skip"),
            dcc.Location(id="url", refresh="callback-nav"),
            html.Header(
                [
                    html.A(
                        [
                            html.Span(className="brand-sign", **wild({"aria-hidden": "true"})),
                            html.Span("Missouri Emergency Resource Registry", className="brand-name"),
                        ],
                        href="/",
                        className="brand",
                    ),
                    html.Nav(id="nav", **wild({"aria-label": "Main"})),
                    *account.header(),
                ],
                className="top",
            ),
            appearance_popover(),
            account.popover_of_account(),
            html.Div(id="fault", role="alert"),
            html.Div(id="page-slot", className="page-slot"),
        ],
        theme=THEME,
        defaultColorScheme="auto",
        id="app",
    )


def appearance_popover() -> html.Div:
    """Return the popover that chooses light or dark; the browser keeps the choice."""
    choices = (("auto", "As the device"), ("light", "Light"), ("dark", "Dark"))
    buttons = [
        html.Button(
            words,
            className="btn",
            type="button",
            **wild({"data-appearance": choice, "aria-pressed": "false"}),
        )
        for choice, words in choices
    ]
    return popover(
        "appearance",
        "Light or dark",
        [html.Div(buttons, className="bt"), html.P("This browser keeps it.", className="t12 c2")],
    )


def navigation(pages: Sequence[Page], principal: Principal, pathname: str) -> list[html.A]:
    """Return the menu of what `principal` may do somewhere, with the current page marked."""
    here = here_of(pages, pathname)
    return [
        html.A(
            page.menu,
            href=page.address,
            className="here" if page is here else "",
            **wild({"aria-current": "page"} if page is here else {}),
        )
        for page in menu_of(pages, principal)
    ]


def here_of(pages: Sequence[Page], pathname: str) -> Page | None:
    """Return the page of the menu that an address belongs to: its own, else the one it lies below."""
    entries = [page for page in pages if page.menu]
    own = page_of(entries, pathname)
    if own is not None:
        return own[0]
    below = [page for page in entries if page.address != "/" and pathname.startswith(f"{page.address}/")]
    return max(below, key=lambda page: len(page.address), default=None)


def page_at(services: Services, pages: Sequence[Page], asked: Asked) -> Any:  # noqa: ANN401 - a Dash component
    """Return the page of an address; an unknown one says so, and whoever may not open it learns who may."""
    found = page_of(pages, asked.pathname)
    if found is None:
        return _instead("Nothing is here", [html.P(f"There is no page at {asked.pathname}.")])
    page, parts = found
    try:
        if page.action is not None:
            require_somewhere(page.action)
        return page.build(services, replace(asked, parts=parts))
    except Refusal as refusal:
        return _instead("This cannot be shown", states.refusal_note(refusal_store(refusal)))


def home_of(pages: Sequence[Page], asked: Asked) -> Asked:
    """Return what is asked for; at `/` the first page of the menu for whoever may not open the one that stands there."""
    entries = menu_of(pages, asked.principal)
    if asked.pathname.strip("/") or not entries or any(page.address == "/" for page in entries):
        return asked
    return replace(asked, pathname=entries[0].address)


def _instead(title: str, children: list[Any]) -> html.Main:
    back = html.P(html.A("All saved incidents", href="/incidents"))
    return html.Main([html.H1(title, id="heading"), *children, back], id="list", className="sheet")


def answer_fault(fault: Exception) -> None:
    """Say on the page that a callback failed, keep what is there, and log it under the request's id."""
    request_id = g.get("request_id", "") if has_request_context() else ""
    if isinstance(fault, Refusal):
        note = states.refusal_note(refusal_store(fault))
    else:
        log.error("request %s failed", request_id, exc_info=fault)
        words = f"Something on our side failed; what you entered is kept. Reference {request_id}."
        note = [
            html.Div(
                [icon("warn"), " ", words, " ", html.A("Load the page again", href="")], className="faultbar"
            )
        ]
    set_props("fault", {"children": note})

"""The saved incidents: open one again, close it, reopen it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dash import ALL, Dash, Input, Output, ctx, html, no_update

from dashboard.attributes import wild
from dashboard.marks import icon
from dashboard.pages.page import Page
from matching.errors import MatchingError
from matching.explanation import count_words, moment_words, need_words
from matching.needs import need_from_json
from registry.people.access import may_somewhere
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.incidents.incident import IncidentSummary
    from registry.people.principal import Principal


def incidents_page(services: Services, asked: Asked) -> html.Main:
    """Return the page of the saved incidents, open ones first."""
    may_ask = may_somewhere(asked.principal, "match.ask")
    return html.Main(
        [
            html.Div(
                [
                    html.H1("Incidents", id="heading"),
                    html.A([icon("plus"), "New incident"], href="/", className="btn p") if may_ask else None,
                ],
                className="pagehead",
            ),
            html.Div(incident_list(services, asked.principal), id="incident-list"),
        ],
        id="list",
        className="sheet",
        tabIndex=-1,
    )


PAGES: Final = (Page("/incidents", "incident.read", incidents_page, "Incidents"),)


def incident_list(services: Services, asks: Principal) -> list[Any]:
    """Return the saved incidents as a table, or what to do when there is none."""
    rows = services.list_incidents(asks)
    if not rows:
        return [html.P("No incident is saved yet. Draw an area, say what is needed, and save it.")]
    may_close = may_somewhere(asks, "incident.close")
    head = html.Tr(
        [html.Th(words, scope="col") for words in ("Incident", "Needs", "By when", "Saved", "State", "")]
    )
    body = [_row(services, row, may_close=may_close) for row in rows]
    return [html.Table([html.Thead(head), html.Tbody(body)], className="incidents"), _zone()]


def _zone() -> html.P:
    return html.P("All times are Central time", className="foot")


def _row(services: Services, row: IncidentSummary, *, may_close: bool) -> html.Tr:
    closed = row.status == "closed"
    areas = f"{row.area_version} area versions" if row.area_version > 1 else ""
    closures = (
        f"{row.closure_count} closure{'s' if row.closure_count > 1 else ''}" if row.closure_count else ""
    )
    below = ", ".join(part for part in (row.kind.capitalize(), closures, areas) if part)
    return html.Tr(
        [
            html.Td([html.A(row.name, href=f"/incidents/{row.id}"), html.Span(below, className="t12 c2")]),
            html.Td(need_lines(services, row.structured_needs)),
            html.Td(moment_words(row.by_at) if row.by_at else "Open"),
            html.Td(moment_words(row.updated_at)),
            html.Td(html.Span("Closed" if closed else "Open", className="flag" if closed else "flag good")),
            html.Td(
                html.Button(
                    "Reopen" if closed else "Close",
                    id={"type": "reopen" if closed else "close", "incident": row.id},
                    className="btn s",
                    n_clicks=0,
                    type="button",
                    **wild({"aria-label": f"{'Reopen' if closed else 'Close'}: {row.name}"}),
                )
                if may_close
                else None
            ),
        ]
    )


def need_lines(services: Services, needs: Sequence[Any]) -> list[html.Div]:
    """Return each need in words, with its number."""
    lines = []
    for item in needs:
        try:
            need = need_from_json(item, services.taxonomy)
        except MatchingError as unknown:  # one need that is no longer known must not hide every incident
            lines.append(html.Div(f"{item.get('text', 'A need')}: {unknown.title}"))
            continue
        number = f"{count_words(need.quantity, need.unit)}: " if need.quantity is not None else ""
        lines.append(html.Div(f"{number}{need_words(need)}"))
    return lines


def register(app: Dash, services: Services) -> None:
    """Hang the page's callback on the application."""

    @app.callback(
        Output("incident-list", "children"),
        Input({"type": "close", "incident": ALL}, "n_clicks"),
        Input({"type": "reopen", "incident": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    @for_action("incident.close")
    def change(closed: list[int], reopened: list[int]) -> Any:  # noqa: ANN401 - components or no update
        trigger = ctx.triggered_id
        if not isinstance(trigger, dict) or not any([*closed, *reopened]):
            return no_update
        if trigger["type"] == "close":
            services.close_incident(principal(), trigger["incident"])
        else:
            services.reopen_incident(principal(), trigger["incident"])
        return incident_list(services, principal())

"""The planner's page as a tree of components, filled with a saved incident or empty."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dash import dcc, html

from dashboard import contacts
from dashboard.attributes import wild
from dashboard.pages.incident import (
    banner,
    closures,
    dock,
    files,
    layering,
    options,
    questions,
    ranked,
    saving,
    states,
    what,
    when,
    where,
)
from dashboard.pages.incident import map as map_module
from dashboard.pages.page import Page
from dashboard.state import (
    EMPTY_AREA,
    EMPTY_CLOSURES,
    EMPTY_NEEDS,
    EMPTY_TRAVEL,
    EMPTY_WHEN,
    ShownStore,
    stores_of,
)
from registry.people.access import may_somewhere

if TYPE_CHECKING:
    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.incidents.incident import Incident
    from registry.people.principal import Principal

EMPTY: Final[ShownStore] = {
    "area": EMPTY_AREA,
    "closures": EMPTY_CLOSURES,
    "needs": EMPTY_NEEDS,
    "when": EMPTY_WHEN,
    "travel": EMPTY_TRAVEL,
}


def new_page(services: Services, asked: Asked) -> html.Div:
    """Return the page of a new incident."""
    return incident_page(services, asked.principal, None)


def saved_page(services: Services, asked: Asked) -> html.Div:
    """Return the page of a saved incident."""
    found = services.load_incident(asked.principal, asked.parts["id"])
    return incident_page(services, asked.principal, found)


PAGES: Final = (
    Page("/", "match.ask", new_page, "New incident"),
    Page("/incidents/new", "match.ask", new_page),
    Page("/incidents/{id}", "incident.read", saved_page),
)


def incident_page(services: Services, asks: Principal, incident: Incident | None) -> html.Div:
    """Return the page of a saved incident, or of a new one."""
    stores = stores_of(incident) if incident else EMPTY
    about = contacts.about(
        services, asks, incident.area if incident else None, incident.id if incident else None
    )
    saved = (
        {"id": incident.id, "key": saving.content_key(stores), "status": incident.status}
        if incident
        else None
    )
    return html.Div(
        [
            *_stores(stores, saved),
            html.H1("New incident", id="heading", className="sr"),
            html.Div(id="said", className="sr", role="status", **wild({"aria-live": "polite"})),
            *banner.parts(contacts.standing(services, asks, about), about),
            draft_bar(),
            questions.narrow_bar(),
            questions.bar(
                may_ask=may_somewhere(asks, "match.ask"), may_save=may_somewhere(asks, "incident.save")
            ),
            *_popovers(services, asks, incident),
            html.Main(
                [
                    html.Div(
                        [
                            map_module.map_section(services.base_versions, services.sectors),
                            html.Div(
                                [
                                    dock.legend(),
                                    html.Div(
                                        id="card",
                                        className="card-slot",
                                        role="region",
                                        tabIndex=0,
                                        **wild(
                                            {"aria-label": "Selected provider, or what lies inside the area"}
                                        ),
                                    ),
                                    html.Div(id="overview-slot", className="inw"),
                                ],
                                className="dock",
                            ),
                        ],
                        className="left",
                    ),
                    html.Section(
                        [html.Div(ranked.frame(), id="panel", className="result is-empty"), states.waiting()],
                        id="list",
                        className="panel",
                        tabIndex=-1,
                        **wild({"aria-label": "Result"}),
                    ),
                ],
                className="grid-2",
            ),
            dcc.Download(id="file"),
        ],
        id="page",
        className="page",
    )


def draft_bar() -> html.Div:
    """Return the line that offers what was not saved before a reload; the browser shows it when there is something."""
    ways = [
        html.Button(words, className="btn s", type="button", **wild({"data-draft": step}))
        for words, step in (("Take it up again", "take"), ("Forget it", "forget"))
    ]
    return html.Div(
        [html.Span("", className="words"), *ways],
        id="draft",
        className="draftbar",
        hidden=True,
        role="status",
    )


def _stores(stores: ShownStore, saved: dict[str, str] | None) -> list[Any]:
    return [
        dcc.Store(id="area", data=dict(stores["area"])),
        dcc.Store(id="closures", data=dict(stores["closures"])),
        dcc.Store(id="needs", data=dict(stores["needs"])),
        dcc.Store(id="when", data=dict(stores["when"])),
        dcc.Store(id="travel", data=dict(stores["travel"])),
        dcc.Store(id="shown"),
        dcc.Store(id="picked"),
        dcc.Store(id="drawn"),
        dcc.Store(id="oversize"),
        dcc.Store(id="old", data=False),
        dcc.Store(id="fitted"),
        dcc.Store(id="saved", data=saved),
    ]


def _popovers(services: Services, asks: Principal, incident: Incident | None) -> list[html.Div]:
    kind = incident.kind if incident and incident.kind in saving.INCIDENT_KINDS else "other"
    return [
        where.area_popover(services.counties),
        what.what_popover(services.taxonomy),
        when.when_popover(),
        closures.closures_popover(services.network, services.profiles),
        options.options_popover(services.profiles),
        saving.save_popover(incident.name if incident else "", kind),
        files.download_popover(),
        layering.layers_popover(services.taxonomy, services.sectors, services.sector_counts(asks)),
    ]

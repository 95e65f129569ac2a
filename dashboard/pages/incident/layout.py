"""The planner's page as a tree of components, filled with a saved incident or empty."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from dash import dcc, html

from dashboard.attributes import wild
from dashboard.pages.incident import closures, dock, popovers, questions, ranked, states
from dashboard.pages.incident import map as map_module
from dashboard.state import (
    EMPTY_AREA,
    EMPTY_CLOSURES,
    EMPTY_NEEDS,
    EMPTY_WHEN,
    ShownStore,
    moment_of,
    stores_of,
)

if TYPE_CHECKING:
    from dashboard.services import Services
    from registry.incidents.incident import Incident

EMPTY: Final[ShownStore] = {
    "area": EMPTY_AREA,
    "closures": EMPTY_CLOSURES,
    "needs": EMPTY_NEEDS,
    "when": EMPTY_WHEN,
}


def incident_page(services: Services, versions: dict[str, str], incident: Incident | None) -> html.Div:
    """Return the page of a saved incident, or of a new one."""
    stores = stores_of(incident) if incident else EMPTY
    saved = {"id": incident.id, "key": content_key(stores), "status": incident.status} if incident else None
    return html.Div(
        [
            *_stores(stores, saved),
            html.H1("New incident", id="heading", className="sr"),
            html.Div(id="said", className="sr", role="status", **wild({"aria-live": "polite"})),
            questions.narrow_bar(),
            questions.bar(),
            *_popovers(services, incident),
            html.Main(
                [
                    html.Div(
                        [
                            map_module.map_section(versions, services.sectors),
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


def _stores(stores: ShownStore, saved: dict[str, str] | None) -> list[Any]:
    return [
        dcc.Store(id="area", data=dict(stores["area"])),
        dcc.Store(id="closures", data=dict(stores["closures"])),
        dcc.Store(id="needs", data=dict(stores["needs"])),
        dcc.Store(id="when", data=dict(stores["when"])),
        dcc.Store(id="shown"),
        dcc.Store(id="picked"),
        dcc.Store(id="drawn"),
        dcc.Store(id="old", data=False),
        dcc.Store(id="saved", data=saved),
    ]


def _popovers(services: Services, incident: Incident | None) -> list[html.Div]:
    kind = incident.kind if incident and incident.kind in popovers.INCIDENT_KINDS else "other"
    return [
        popovers.area_popover(services.counties),
        popovers.what_popover(services.taxonomy),
        popovers.when_popover(),
        closures.closures_popover(services.crossings),
        popovers.measure_popover(),
        popovers.save_popover(incident.name if incident else "", kind),
        popovers.download_popover(),
        map_module.layers_popover(services.taxonomy, services.sectors, services.sector_counts()),
    ]


def content_key(stores: ShownStore) -> str:
    """Return what tells one content of the stores from another, to say whether it changed since it was saved."""
    content = [
        stores["area"].get("shape"),
        stores["closures"].get("items"),
        stores["needs"].get("items"),
        _moment(stores["when"].get("asked_at")),
        _moment(stores["when"].get("by_at")),
        bool(stores["when"].get("include_inside")),
    ]
    return hashlib.sha256(json.dumps(_plain(content), sort_keys=True).encode()).hexdigest()[:16]


def _moment(text: str | None) -> float | None:
    """Return a moment without the offset it is written with."""
    moment = moment_of(text)
    return moment.timestamp() if moment else None


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON with every number as a float: a browser gives 100.0 back as 100."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def saved_words(saved: dict[str, str] | None, stores: ShownStore) -> str:
    """Return whether what the page shows is saved."""
    if not saved:
        return "Not saved"
    words = "Saved" if saved["key"] == content_key(stores) else "Changed since saved"
    return f"{words}, closed" if saved.get("status") == "closed" else words

"""Saving the incident: its popover, whether what is shown is saved, and the callbacks."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, html, no_update, set_props

from dashboard import contacts
from dashboard.pages.incident import states, view
from dashboard.pages.incident.forms import ABOVE, button, popover, refusal_box
from dashboard.pages.incident.wiring import STORES, in_browser
from dashboard.state import area_of, moment_of, refusal_store
from geo.errors import Refusal
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from dashboard.services import Services
    from dashboard.state import AreaStore, ClosuresStore, NeedsStore, ShownStore, TravelStore, WhenStore

INCIDENT_KINDS: Final = (
    "tornado",
    "flood",
    "earthquake",
    "winter storm",
    "severe storm",
    "fire",
    "hazardous material",
    "power failure",
    "other",
)


def save_popover(name: str, kind: str) -> html.Div:
    """Return the popover that saves the incident."""
    return popover(
        "save",
        "Save this incident",
        [
            html.Div(
                [
                    dmc.TextInput(
                        id="incident-name", label="Name", value=name, inputProps={"maxLength": 120}
                    ),
                    dmc.Select(
                        id="incident-kind",
                        label="Kind",
                        data=[{"value": code, "label": code.capitalize()} for code in INCIDENT_KINDS],
                        value=kind,
                        allowDeselect=False,
                        comboboxProps=ABOVE,
                    ),
                    refusal_box("save-refused"),
                    html.Div(button("Save", "save-incident"), className="bt"),
                ],
                className="form",
            )
        ],
    )


def saved_words(saved: dict[str, str] | None, stores: ShownStore) -> str:
    """Return whether what the page shows is saved."""
    if not saved:
        return "Not saved"
    words = "Saved" if saved["key"] == content_key(stores) else "Changed since saved"
    return f"{words}, closed" if saved.get("status") == "closed" else words


def content_key(stores: ShownStore) -> str:
    """Return what tells one content of the stores from another, to say whether it changed since it was saved."""
    content = [
        stores["area"].get("shape"),
        stores["closures"].get("items"),
        stores["needs"].get("items"),
        _moment(stores["when"].get("asked_at")),
        _moment(stores["when"].get("by_at")),
        bool(stores["when"].get("include_inside")),
        stores["travel"].get("asked"),
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


def register(app: Dash, services: Services) -> None:
    """Hang saving, and the name it suggests, on the application."""

    @app.callback(
        Output("saved", "data"),
        Output("saved-words", "children"),
        Output("save-refused", "children"),
        Input("save-incident", "n_clicks"),
        State("incident-name", "value"),
        State("incident-kind", "value"),
        State("saved", "data"),
        *[State(store.component_id, "data") for store in STORES],
        State("shown", "data"),
        prevent_initial_call=True,
    )
    @for_action("incident.save")
    def save(  # noqa: PLR0917 - Dash passes its inputs by position
        _clicks: int,
        name: str,
        kind: str,
        saved: dict[str, str] | None,
        area: AreaStore,
        closures: ClosuresStore,
        needs: NeedsStore,
        when: WhenStore,
        travel: TravelStore,
        shown: ShownStore | None,
    ) -> tuple[Any, Any, Any]:
        stores: ShownStore = {
            "area": area,
            "closures": closures,
            "needs": needs,
            "when": shown["when"] if shown else when,
            "travel": travel,
        }
        try:
            incident = services.save_incident(
                principal(), saved["id"] if saved else None, name or "", kind, stores
            )
        except Refusal as refusal:
            return no_update, no_update, states.refusal_note(refusal_store(refusal))
        # Whether contacts are open is asked of the saved area.
        now_about = contacts.about(services, principal(), area_of(stores["area"]), incident)
        set_props("about", {"data": now_about})
        kept = {**(saved or {}), "id": incident, "key": content_key({**stores, "when": when})}
        return kept, saved_words(kept, {**stores, "when": when}), []

    in_browser(app, "address", Input("saved", "data"))

    @app.callback(
        Output("incident-name", "value"),
        Input("shown", "data"),
        State("incident-name", "value"),
        State("saved", "data"),
        prevent_initial_call=True,
    )
    @for_action("incident.read")
    def suggest(shown: ShownStore | None, name: str, saved: dict[str, str] | None) -> Any:  # noqa: ANN401 - a name
        return no_update if saved or not shown else view.suggested_name(shown, services.taxonomy) or name

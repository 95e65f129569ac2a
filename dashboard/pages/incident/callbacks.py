"""What the page shows and which asset is picked; the page's other callbacks stand with their subjects."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from dash import Dash, Input, Output, State, ctx, no_update, set_props

from dashboard.layers import as_leaflet
from dashboard.pages.incident import (
    banner,
    closing,
    contact,
    files,
    keeping,
    layering,
    mattering,
    moments,
    options,
    saving,
    states,
    view,
    what,
    when,
    where,
)
from dashboard.pages.incident.wiring import STORES, in_browser
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from dashboard.layers import Bounds
    from dashboard.services import Services
    from dashboard.state import (
        AreaStore,
        ClosuresStore,
        NeedsStore,
        RefusalStore,
        ShownStore,
        TravelStore,
        WhenStore,
    )

PARTS: Final = {
    "heading": Output("heading", "children"),
    "said": Output("said", "children"),
    "area": Output("ask-area", "children"),
    "what": Output("ask-what", "children"),
    "when": Output("ask-when", "children"),
    "closures": Output("ask-closures", "children"),
    "options": Output("ask-options", "children"),
    "line": Output("ask-line", "children"),
    "run": Output("run", "children"),
    "panel_class": Output("panel", "className"),
    "panel": Output("state-slot", "children"),
    "top": Output("answer-slot", "children"),
    "tab_ranked": Output("tab-ranked", "children"),
    "tab_left": Output("tab-left", "children"),
    "rows": Output("ranked", "rowData"),
    "nobody": Output("nobody-slot", "children"),
    "left": Output("left-slot", "children"),
    "foot": Output("foot-slot", "children"),
    "overview": Output("overview-slot", "children"),
    "area_layer": Output("area-layer", "data"),
    "closures_layer": Output("closures-layer", "data"),
    "marks_layer": Output("marks-layer", "data"),
    "veil": Output("veil-note", "children"),
    "closure_rows": Output("closure-list", "children"),
    "shown": Output("shown", "data"),
    "about": Output("about", "data"),
    "viewport": Output("map", "viewport"),
    "fitted": Output("fitted", "data"),
    "old": Output("old", "data"),
}

MARGIN: Final = 48
"""Pixels that a new view leaves around what it shows."""


def register(app: Dash, services: Services) -> None:
    """Hang the page's callbacks on the application."""
    _show(app, services)
    _say_refusals(app)
    _pick(app, services)
    moments.register(app)
    for subject in (
        banner,
        contact,
        where,
        what,
        when,
        closing,
        options,
        saving,
        files,
        keeping,
        layering,
        mattering,
    ):
        subject.register(app, services)


def _show(app: Dash, services: Services) -> None:
    @app.callback(
        PARTS,
        *STORES,
        Input("again", "n_clicks"),
        Input("show-old", "n_clicks", allow_optional=True),
        Input("standing", "data"),
        State("saved", "data"),
        State("fitted", "data"),
        State("shown", "data"),
    )
    @for_action("incident.read")
    def show(  # noqa: PLR0917 - Dash passes its inputs by position
        area: AreaStore,
        closures: ClosuresStore,
        needs: NeedsStore,
        when: WhenStore,
        travel: TravelStore,
        _again: int,
        old_clicks: int | None,
        _standing: str | None,
        saved: dict[str, str] | None,
        fitted: str | None,
        before: ShownStore | None,
    ) -> dict[str, Any]:
        stores: ShownStore = {
            "area": area,
            "closures": closures,
            "needs": needs,
            "when": as_asked(when, before) if ctx.triggered_id == "standing" else when,
            "travel": travel,
        }
        show_old = ctx.triggered_id == "show-old" and bool(old_clicks)
        page = view.incident_view(
            services,
            principal(),
            stores,
            show_old=show_old,
            saved=saving.saved_words(saved, stores),
            incident_id=saved["id"] if saved else None,
        )
        parts = {name: getattr(page, name) for name in PARTS if name not in ("viewport", "fitted", "old")}
        set_props("fault", {"children": []})  # what was said of a question before this one
        seen = subject(stores, show_old=show_old)
        moves = viewport(page.bounds) if seen != fitted else no_update
        return {**parts, "viewport": moves, "fitted": seen, "old": show_old}

    in_browser(app, "rows", Input("ranked", "rowData"))
    in_browser(app, "settled", *STORES)
    in_browser(app, "draft", Input("saved", "data"), *STORES, at_once=True)


def _say_refusals(app: Dash) -> None:
    @app.callback(
        Output("area-refused", "children"),
        Output("closures-refused", "children"),
        Output("need-refused", "children"),
        Output("when-refused", "children"),
        Output("options-refused", "children"),
        *STORES,
    )
    @for_action("incident.read")
    def say(
        area: AreaStore, closures: ClosuresStore, needs: NeedsStore, when: WhenStore, travel: TravelStore
    ) -> tuple[list[Any], ...]:
        return tuple(
            states.refusal_note(refused) for refused in refusals(area, closures, needs, when, travel)
        )


def refusals(
    area: AreaStore, closures: ClosuresStore, needs: NeedsStore, when: WhenStore, travel: TravelStore
) -> tuple[RefusalStore | None, ...]:
    """Return what each popover has to say: area, closures, what, when (a refused number is said there), options."""
    of_need = needs.get("refused")
    counted = needs.get("by") == "use-when"
    return (
        area.get("refused"),
        closures.get("refused"),
        None if counted else of_need,
        when.get("refused") or (of_need if counted else None),
        travel.get("refused"),
    )


def _pick(app: Dash, services: Services) -> None:
    @app.callback(
        Output("card", "children"),
        Output("route-layer", "data"),
        Input("picked", "data"),
        Input("shown", "data"),
        Input("standing", "data"),
        State("old", "data"),
        State("saved", "data"),
    )
    @for_action("incident.read")
    def pick(
        picked: str | None,
        shown: ShownStore | None,
        _standing: str | None,
        old: bool,
        saved: dict[str, str] | None,
    ) -> tuple[Any, Any]:
        incident_id = saved["id"] if saved else None
        return view.picked_view(services, principal(), shown, picked, show_old=old, incident_id=incident_id)

    in_browser(app, "relink", Input("picked", "data"))


def as_asked(when: WhenStore, before: ShownStore | None) -> WhenStore:
    """Return when is asked with the moment that the list on screen was ranked at.

    What a declaration opens or closes changes what is seen of an answer, not from when its arrivals are counted.
    """
    if when["asked_at"] is not None or before is None:
        return when
    return {**when, "asked_at": before["when"]["asked_at"]}


def subject(stores: ShownStore, *, show_old: bool) -> str:
    """Return what tells one subject of the map from another: the map moves to a new one, and never otherwise.

    Not the button that was used: of two changes at once only the later answer is shown, and it has to move the map too.
    """
    refused = stores["area"].get("refused")
    seen = [stores["area"]["shape"], refused and refused["title"], stores["needs"]["items"]]
    content = json.dumps([*seen, stores["needs"]["shown"], show_old], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def viewport(bounds: Bounds) -> dict[str, Any]:
    """Return the map's next view."""
    return {
        "bounds": as_leaflet(bounds),
        "transition": "fitBounds",
        "options": {"padding": [MARGIN, MARGIN], "maxZoom": 12},
    }

"""What becomes of a closure that is drawn, chosen, pasted or removed, and its callback."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import shapely
from dash import ALL, Dash, Input, Output, State, ctx, no_update

from dashboard import inputs
from dashboard.bridges import asks_server, bridge_shape, found_bridges
from dashboard.pages.incident.moments import aware_moment, held_by, typed
from dashboard.state import ClosuresStore, Feature, closures_of, refusal_store
from geo.errors import ClosureError, Refusal
from matching.explanation import CENTRAL
from web.wall.classes import for_action

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.pages.incident.moments import Typed
    from dashboard.services import Services

FORM: Final = {
    "effect": State("closure-effect", "value"),
    "factor": State("closure-factor", "value"),
    "name": State("closure-name", "value"),
    "reason": State("closure-reason", "value"),
    "classes": State("closure-classes", "value"),
    "profiles": State("closure-profiles", "value"),
    **held_by("closure-from", "closure-until"),
}


@dataclass(frozen=True)
class ClosureInput:
    """All that the closures' popover and the map hold when one of its buttons is used."""

    drawn: dict[str, Any] | None
    bridge: str
    text: str
    form: Mapping[str, Any]


def with_closure(
    services: Services, trigger: str, given: ClosureInput, store: ClosuresStore
) -> ClosuresStore | None:
    """Return the closures with the new one; None when what was drawn is for something else."""
    items = store["items"]
    try:
        form = _read_form(given.form)
        if trigger == "use-closure-text":
            added = _with_keys(inputs.pasted_closures(given.text, _named_times(form)), items)
        else:
            shape = _shape(services, trigger, given)
            if shape is None:
                return None
            form["name"] = form["name"] or (shape.get("properties") or {}).get("name", "")
            added = [inputs.closure_feature(shape, next_key(items), **form)]
        closures_of({"items": added})
    except Refusal as refusal:
        return {"items": items, "refused": refusal_store(refusal)}
    return {"items": [*items, *added]}


def _shape(services: Services, trigger: str, given: ClosureInput) -> Feature | None:
    if trigger == "drawn":
        if not given.drawn or given.drawn["purpose"] != "closure":
            return None
        return {"geometry": given.drawn["feature"]["geometry"], "properties": {}}
    if not given.bridge:
        raise ClosureError(
            "No bridge is chosen",
            given="an empty field",
            wanted="a bridge or river crossing of the list",
            todo="type a few letters of its name or place and choose it",
        )
    words, lines = bridge_shape(services.network, given.bridge)
    return {
        "geometry": None if lines.is_empty else json.loads(shapely.to_geojson(lines)),
        "properties": {"bridge": given.bridge, "name": words},
    }


def without_closure(store: ClosuresStore, key: str) -> ClosuresStore:
    """Return the closures without the one of that key."""
    return {"items": [item for item in store["items"] if str(item.get("id")) != key]}


def next_key(items: list[Feature]) -> str:
    """Return a key that no closure has yet."""
    taken = {str(item.get("id")) for item in items}
    number = len(items) + 1
    while f"c{number}" in taken:
        number += 1
    return f"c{number}"


def _with_keys(added: list[Feature], items: list[Feature]) -> list[Feature]:
    keyed: list[Feature] = []
    for row in added:
        keyed.append({**row, "id": next_key([*items, *keyed])} if isinstance(row, dict) else row)
    return keyed


def _read_form(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the closure's form with plain texts and aware moments."""
    return {
        "effect": form["effect"] or "blocked",
        "factor": form["factor"] if isinstance(form["factor"], int | float) else None,
        "name": form["name"] or "",
        "reason": form["reason"] or "",
        "classes": list(form["classes"] or []),
        "profiles": list(form["profiles"] or []),
        "starts_at": _iso(typed("closure-from", form)),
        "ends_at": _iso(typed("closure-until", form)),
    }


def _iso(given: Typed) -> str | None:
    moment = aware_moment(given)
    return moment.astimezone(CENTRAL).isoformat() if moment else None


def _named_times(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form under the names that a closure's properties have."""
    names = {"starts_at": "from", "ends_at": "until"}
    return {names.get(key, key): value for key, value in form.items()}


def register(app: Dash, services: Services) -> None:
    """Hang the closures' one writer on the application."""

    @app.callback(
        Output("closures", "data"),
        Input("drawn", "data"),
        Input("use-bridge", "n_clicks"),
        Input("use-closure-text", "n_clicks"),
        Input({"type": "drop-closure", "key": ALL}, "n_clicks"),
        State("closure-bridge", "value"),
        State("closure-text", "value"),
        State("closures", "data"),
        FORM,
        prevent_initial_call=True,
    )
    @for_action("match.ask")
    def write_closures(  # noqa: PLR0917 - Dash passes its inputs by position
        drawn: dict[str, Any] | None,
        _bridge: int,
        _text: int,
        dropped: list[int],
        bridge: str | None,
        text: str,
        closures: ClosuresStore,
        form: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - a store or no update
        trigger = ctx.triggered_id
        if isinstance(trigger, dict):
            return without_closure(closures, trigger["key"]) if any(dropped) else no_update
        given = ClosureInput(drawn, bridge or "", text or "", form)
        return with_closure(services, str(trigger), given, closures) or no_update

    @app.callback(
        Output("closure-bridge", "data"),
        Input("closure-bridge", "searchValue"),
        State("closure-bridge", "value"),
        prevent_initial_call=True,
    )
    @for_action("incident.read")
    def offer(letters: str | None, chosen: str | None) -> Any:  # noqa: ANN401 - choices or no update
        network = services.network
        return found_bridges(network, letters or "", chosen) if asks_server(network) else no_update

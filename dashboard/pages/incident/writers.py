"""The one writer of each store: what a form or the map gave becomes the next state, or a refusal beside the last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from dashboard import choropleth, inputs
from dashboard.layers import Bounds, as_leaflet
from dashboard.pages.incident.dock import sector_keys
from dashboard.pages.incident.map import SITES
from dashboard.pages.incident.popovers import attribute_field, aware_moment, local_text
from dashboard.state import (
    AreaStore,
    ClosuresStore,
    Feature,
    NeedsStore,
    RefusalStore,
    WhenStore,
    area_store,
    closures_of,
    moment_of,
    need_items,
    needs_of,
    refusal_store,
    shown_need,
)
from geo.errors import ClosureError, Refusal
from matching.errors import MatchingError
from matching.explanation import CENTRAL, moment_words
from matching.journey import MAX_NEEDS
from matching.needs import build_need

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.services import Services
    from matching.needs import Need, Value

MARGIN: Final = 48
"""Pixels that a new view leaves around what it shows."""


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


@dataclass(frozen=True)
class ClosureInput:
    """All that the closures' popover and the map hold when one of its buttons is used."""

    drawn: dict[str, Any] | None
    crossing: str
    text: str
    form: Mapping[str, Any]


@dataclass(frozen=True)
class NeedInput:
    """What the need's form says: kind or family, number, and a condition per filled field."""

    kind: str
    quantity: float | str | None
    conditions: list[tuple[str, str, Any]]


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


def with_closure(
    services: Services, trigger: str, given: ClosureInput, store: ClosuresStore
) -> ClosuresStore | None:
    """Return the closures with the new one; None when what was drawn is for something else."""
    items = store["items"]
    try:
        if trigger == "use-closure-text":
            added = _with_keys(inputs.pasted_closures(given.text, _named_times(given.form)), items)
        else:
            shape = _shape(services, trigger, given)
            if shape is None:
                return None
            form = dict(given.form)
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
    crossing = services.crossings.get(given.crossing)
    if crossing is None:
        raise ClosureError(
            "No river crossing is chosen",
            given="an empty field",
            wanted="a crossing of the list",
            todo="type a few letters of its place or county and choose it",
        )
    name = str(crossing["properties"]["name"])
    return {
        "geometry": crossing["geometry"],
        "properties": {"crossing": given.crossing, "name": name[:1].upper() + name[1:]},
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


def form_of(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the closure's form with plain texts and aware moments."""
    return {
        "effect": form["effect"] or "blocked",
        "factor": form["factor"] if isinstance(form["factor"], int | float) else None,
        "name": form["name"] or "",
        "reason": form["reason"] or "",
        "starts_at": _iso(form["starts_at"]),
        "ends_at": _iso(form["ends_at"]),
    }


def _iso(text: str | None) -> str | None:
    moment = aware_moment(text)
    return moment.astimezone(CENTRAL).isoformat() if moment else None


def _named_times(form: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form under the names that a closure's properties have."""
    names = {"starts_at": "from", "ends_at": "until"}
    return {names.get(key, key): value for key, value in form.items()}


def new_needs(services: Services, trigger: str, given: NeedInput, store: NeedsStore) -> NeedsStore:
    """Return the needs' next state: the one on screen changed, another added, or one removed."""
    needs = list(needs_of(store, services.taxonomy))
    shown = shown_need(store, len(needs))
    if trigger == "drop-need":
        kept = needs[:shown] + needs[shown + 1 :]
        last = shown_need({"items": [], "shown": shown}, len(kept))
        return {"items": need_items(kept), "shown": last, "by": trigger}
    if trigger == "use-when" and not needs and given.quantity in (None, ""):
        return {**store, "by": trigger, "refused": None}
    try:
        need = _need(services, trigger, given, needs[shown] if needs else None)
    except Refusal as refusal:
        return {"items": store["items"], "shown": shown, "by": trigger, "refused": refusal_store(refusal)}
    if trigger == "add-need" and len(needs) >= MAX_NEEDS:
        return {"items": store["items"], "shown": shown, "by": trigger, "refused": refusal_store(_too_many())}
    if trigger == "add-need" or not needs:
        needs.append(need)
        shown = len(needs) - 1
    else:
        needs[shown] = need
    return {"items": need_items(needs), "shown": shown, "by": trigger}


def _too_many() -> MatchingError:
    return MatchingError(
        "The question asks for too much at once",
        given=f"{MAX_NEEDS + 1} needs",
        wanted=f"at most {MAX_NEEDS} needs",
        todo="change one of them, or remove one first",
    )


def _need(services: Services, trigger: str, given: NeedInput, current: Need | None) -> Need:
    quantity = _number(given.quantity)
    if trigger == "use-when":
        if current is None:
            raise MatchingError(
                "There is nothing to count yet",
                given="a number without a kind",
                wanted="what is needed first",
                todo="answer question 2, then set the number",
            )
        kept: list[tuple[str, str, Value]] = [(c.attribute, c.operator, c.value) for c in current.conditions]
        return build_need(current.word, quantity, kept, services.taxonomy)
    if not given.kind:
        raise MatchingError(
            "No kind is chosen",
            given="an empty field",
            wanted="a kind or a family of kinds",
            todo="type a few letters of it and choose it",
        )
    return build_need(given.kind, quantity, given.conditions, services.taxonomy)


def _number(given: float | str | None) -> int | str | None:
    """Return a number field's content: empty asks for every arrival."""
    if given in (None, ""):
        return None
    return int(given) if isinstance(given, float) and given.is_integer() else str(given)


def new_when(asked_at: str | None, by_at: str | None, store: WhenStore, *, include_inside: bool) -> WhenStore:
    """Return the times' next state; a deadline before the moment it is asked is refused beside the last times.

    Without a moment arrivals are counted from now, so a deadline that has passed is refused as well.
    """
    asked, by = aware_moment(asked_at), aware_moment(by_at)
    start = asked or datetime.now(UTC)
    if by and by <= start:
        refusal = MatchingError(
            "It is needed before it is asked for",
            given=f"counted from {moment_words(start)}, needed by {moment_words(by)}",
            wanted="a deadline after the moment that arrivals are counted from",
            todo="move the deadline, or leave it open",
        )
        return {**store, "refused": refusal_store(refusal)}
    return {
        "asked_at": asked.isoformat() if asked else None,
        "by_at": by.isoformat() if by else None,
        "include_inside": include_inside,
    }


def refusals(
    area: AreaStore, closures: ClosuresStore, needs: NeedsStore, when: WhenStore
) -> tuple[RefusalStore | None, ...]:
    """Return what each popover has to say: area, closures, what, and when (a refused number is said there)."""
    of_need = needs.get("refused")
    counted = needs.get("by") == "use-when"
    return (
        area.get("refused"),
        closures.get("refused"),
        None if counted else of_need,
        when.get("refused") or (of_need if counted else None),
    )


def form_values(services: Services, needs: NeedsStore, when: WhenStore) -> tuple[Any, ...]:
    """Return what the forms show for a state: kind, number, counted from, needed by, and whether inside counts."""
    known = needs_of(needs, services.taxonomy)
    need = known[shown_need(needs, len(known))] if known else None
    return (
        need.word if need else None,
        "" if need is None or need.quantity is None else need.quantity,
        local_text(moment_of(when["asked_at"])),
        local_text(moment_of(when["by_at"])),
        bool(when["include_inside"]),
    )


def need_fields(services: Services, kind: str | None, needs: NeedsStore) -> list[Any]:
    """Return a field per attribute of the chosen kind or family, filled when the need on screen asks for it."""
    if not kind:
        return []
    taxonomy = services.taxonomy
    kinds = taxonomy.resolve(kind)
    shared = [code for code in kinds[0].attributes if all(code in other.attributes for other in kinds)]
    rest = sorted({code for other in kinds for code in other.attributes} - set(shared))
    known = needs_of(needs, taxonomy)
    need = known[shown_need(needs, len(known))] if known else None
    asked = {c.attribute: c for c in need.conditions} if need and need.word == kind else {}
    fields = []
    for code in [*shared, *rest]:
        condition = asked.get(code)
        operator, value = (condition.operator, condition.value) if condition else (">=", None)
        fields.append(attribute_field(taxonomy.attributes[code], operator, value))
    return fields


def sites_shown(services: Services, chosen: list[str]) -> tuple[Any, ...]:
    """Return the address of the chosen sectors' sites, what draws them needs to know, and their legend."""
    order = [code for code in services.sectors if code in chosen]
    names = {"names": dict(services.sectors), "only": order[0] if len(order) == 1 else None}
    keys = sector_keys(order, services.sectors, services.sector_counts()) if order else []
    return f"{SITES}?sectors={','.join(order)}", names, keys


def counties_shown(services: Services, measure: str, choices: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Return each county's class for a measure, and the legend for the popover and for the dock."""
    if measure == "none":
        return {}, [], []
    result = choropleth.classify(services.county_values(measure))
    words = {item["value"]: item["label"] for group in choices for item in group["items"]}
    what = words[measure] if measure == "population" else f"{words[measure]}: assets per county"
    return {"classes": dict(result.classes)}, choropleth.legend(result, what), choropleth.legend(result, what)


def viewport(bounds: Bounds) -> dict[str, Any]:
    """Return the map's next view."""
    return {
        "bounds": as_leaflet(bounds),
        "transition": "fitBounds",
        "options": {"padding": [MARGIN, MARGIN], "maxZoom": 12},
    }

"""The second question, what: its popover with a field per attribute, and what becomes of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update

from dashboard.pages.incident.forms import ABOVE, button, popover, refusal_box
from dashboard.state import NeedsStore, known_needs, need_items, refusal_store, shown_need
from geo.errors import Refusal
from matching.errors import MatchingError
from matching.journey import MAX_NEEDS
from matching.needs import build_need
from web.wall.classes import for_action

if TYPE_CHECKING:
    from dashboard.services import Services
    from matching.needs import Need, Value
    from registry.directory.kinds import Attribute, Taxonomy

CLASS_NAMES: Final = {
    "equipment": "Equipment",
    "goods": "Goods",
    "services": "Services",
    "volunteers": "Volunteers",
    "facility": "Facilities",
}
NUMBER_SIGNS: Final = [
    {"value": ">=", "label": "at least"},
    {"value": "<=", "label": "at most"},
    {"value": "=", "label": "exactly"},
]


def what_popover(taxonomy: Taxonomy) -> html.Div:
    """Return the popover that asks what: a kind or a family, and what its attributes must be."""
    return popover(
        "what",
        "What is needed?",
        [
            html.Div(
                [
                    dmc.Select(
                        id="need-kind",
                        label="Kind",
                        description="Type a few letters, such as generator, pump or cots.",
                        data=kind_choices(taxonomy),
                        searchable=True,
                        nothingFoundMessage="Nothing in the registry is called so",
                        comboboxProps=ABOVE,
                        maxDropdownHeight=260,
                    ),
                    html.Div(id="need-fields", className="fields"),
                    refusal_box("need-refused"),
                    html.Div(
                        [
                            button("Use this need", "use-need"),
                            button("Add as another need", "add-need", main=False, sign="plus"),
                            button("Remove this need", "drop-need", main=False, sign="trash"),
                        ],
                        className="bt",
                    ),
                ],
                className="form",
            )
        ],
        wide=True,
    )


def kind_choices(taxonomy: Taxonomy) -> list[dict[str, Any]]:
    """Return what can be asked for: families first, then every kind under the class it belongs to."""
    families = [
        {"value": code, "label": f"{code.replace('_', ' ').capitalize()}, any"}
        for code, kinds in sorted(taxonomy.families.items())
        if len(kinds) > 1
    ]
    groups = [{"group": "Families: any kind of them", "items": families}]
    taken = {row["value"] for row in families}
    for code, title in CLASS_NAMES.items():
        items = [
            {"value": kind.code, "label": kind.name}
            for kind in sorted(taxonomy.kinds.values(), key=lambda kind: kind.name)
            if kind.asset_class == code and kind.code not in taken
        ]
        groups.append({"group": title, "items": items})
    return groups


def attribute_field(attribute: Attribute, operator: str, value: object) -> html.Div:
    """Return the field of one attribute, filled with what the need asks; an empty field asks nothing."""
    key = {"type": "condition", "attribute": attribute.code}
    sign = {"type": "sign", "attribute": attribute.code}
    unit = f", {attribute.unit}" if attribute.unit else ""
    if attribute.type == "number":
        return html.Div(
            [
                dmc.Select(
                    id=sign,
                    data=NUMBER_SIGNS,
                    value=operator if operator in (">=", "<=", "=") else ">=",
                    label=f"{attribute.name}{unit}",
                    allowDeselect=False,
                    comboboxProps=ABOVE,
                    w=110,
                ),
                dmc.NumberInput(id=key, value=value if value is not None else "", **_named(attribute.name)),
            ],
            className="field pair",
        )
    held = dcc.Store(id=sign, data="=")
    if attribute.type in ("choice", "yes_no"):
        choices = list(attribute.choices) if attribute.type == "choice" else ["yes", "no"]
        given = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
        field = dmc.Select(
            id=key,
            label=attribute.name,
            data=choices,
            value=given,
            placeholder="any",
            clearable=True,
            comboboxProps=ABOVE,
        )
    else:
        field = dmc.TextInput(id=key, label=attribute.name, value=value or "", placeholder="any")
    return html.Div([held, field], className="field")


def _named(name: str) -> dict[str, Any]:
    """Return the properties that name a field whose label stands beside its sign."""
    return {"aria-label": name}


def need_fields(services: Services, kind: str | None, needs: NeedsStore) -> list[Any]:
    """Return a field per attribute of the chosen kind or family, filled when the need on screen asks for it."""
    if not kind:
        return []
    taxonomy = services.taxonomy
    kinds = taxonomy.resolve(kind)
    shared = [code for code in kinds[0].attributes if all(code in other.attributes for other in kinds)]
    rest = sorted({code for other in kinds for code in other.attributes} - set(shared))
    known = known_needs(needs, taxonomy)
    need = known[shown_need(needs, len(known))] if known else None
    asked = {c.attribute: c for c in need.conditions} if need and need.word == kind else {}
    fields = []
    for code in [*shared, *rest]:
        condition = asked.get(code)
        operator, value = (condition.operator, condition.value) if condition else (">=", None)
        fields.append(attribute_field(taxonomy.attributes[code], operator, value))
    return fields


@dataclass(frozen=True)
class NeedInput:
    """What the need's form says: kind or family, number, and a condition per filled field."""

    kind: str
    quantity: float | str | None
    conditions: list[tuple[str, str, Any]]


def new_needs(services: Services, trigger: str, given: NeedInput, store: NeedsStore) -> NeedsStore:
    """Return the needs' next state: the one on screen changed, another added, or one removed."""
    needs = list(known_needs(store, services.taxonomy))
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


def _too_many() -> MatchingError:
    return MatchingError(
        "The question asks for too much at once",
        given=f"{MAX_NEEDS + 1} needs",
        wanted=f"at most {MAX_NEEDS} needs",
        todo="change one of them, or remove one first",
    )


def register(app: Dash, services: Services) -> None:
    """Hang the needs' one writer and the fields of the chosen kind on the application."""

    @app.callback(
        Output("needs", "data"),
        Input("use-need", "n_clicks"),
        Input("add-need", "n_clicks"),
        Input("drop-need", "n_clicks"),
        Input("use-when", "n_clicks"),
        Input({"type": "show-need", "index": ALL}, "n_clicks"),
        State("need-kind", "value"),
        State({"type": "condition", "attribute": ALL}, "value"),
        State({"type": "condition", "attribute": ALL}, "id"),
        State({"type": "sign", "attribute": ALL}, "value"),
        State({"type": "sign", "attribute": ALL}, "id"),
        State("need-quantity", "value"),
        State("needs", "data"),
        prevent_initial_call=True,
    )
    @for_action("match.ask")
    def write_needs(  # noqa: PLR0917 - Dash passes its inputs by position
        _use: int,
        _add: int,
        _drop: int,
        _when: int,
        switched: list[int],
        kind: str | None,
        values: list[Any],
        value_ids: list[dict[str, str]],
        signs: list[str | None],
        sign_ids: list[dict[str, str]],
        quantity: float | str | None,
        needs: NeedsStore,
    ) -> Any:  # noqa: ANN401 - a store or no update
        trigger = ctx.triggered_id
        if isinstance(trigger, dict):
            return {**needs, "shown": trigger["index"], "by": "show-need"} if any(switched) else no_update
        sign_of = {key["attribute"]: sign for key, sign in zip(sign_ids, signs, strict=True)}
        conditions = [
            (key["attribute"], sign_of.get(key["attribute"]) or "=", value)
            for key, value in zip(value_ids, values, strict=True)
            if value not in (None, "")
        ]
        return new_needs(services, str(trigger), NeedInput(kind or "", quantity, conditions), needs)

    @app.callback(Output("need-fields", "children"), Input("need-kind", "value"), Input("needs", "data"))
    @for_action("incident.read")
    def fields(kind: str | None, needs: NeedsStore) -> list[Any]:
        return need_fields(services, kind, needs)

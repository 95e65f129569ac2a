"""What the page does: each callback takes ids in, makes one call, and gives components out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dash import ALL, ClientsideFunction, Dash, Input, Output, State, ctx, no_update, set_props

from dashboard.pages.incident import layout, popovers, states, view, writers
from dashboard.state import refusal_store
from geo.errors import Refusal
from matching.export import as_csv, as_geojson, canonical

if TYPE_CHECKING:
    from dashboard.services import Services
    from dashboard.state import AreaStore, ClosuresStore, NeedsStore, ShownStore, WhenStore

PARTS = {
    "heading": Output("heading", "children"),
    "said": Output("said", "children"),
    "area": Output("ask-area", "children"),
    "what": Output("ask-what", "children"),
    "when": Output("ask-when", "children"),
    "closures": Output("ask-closures", "children"),
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
    "closure_rows": Output("closure-list", "children"),
    "shown": Output("shown", "data"),
    "viewport": Output("map", "viewport"),
    "old": Output("old", "data"),
}
STORES = [Input("area", "data"), Input("closures", "data"), Input("needs", "data"), Input("when", "data")]
FORM = {
    "effect": State("closure-effect", "value"),
    "factor": State("closure-factor", "value"),
    "name": State("closure-name", "value"),
    "reason": State("closure-reason", "value"),
    "starts_at": State("closure-from", "value"),
    "ends_at": State("closure-until", "value"),
}


def _in_browser(app: Dash, name: str, *dependencies: Input | Output | State) -> None:
    """Hang a function of `dash_clientside.merr` on the application; it does not run before something changed."""
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("merr", name), *dependencies, prevent_initial_call=True
    )


def register(app: Dash, services: Services) -> None:
    """Hang the page's callbacks on the application."""
    _show(app, services)
    _write(app, services)
    _fill_forms(app, services)
    _pick(app, services)
    _save(app, services)
    _files(app, services)
    _layers(app, services)


def _show(app: Dash, services: Services) -> None:
    @app.callback(
        PARTS,
        *STORES,
        Input("again", "n_clicks"),
        Input("show-old", "n_clicks", allow_optional=True),
        State("saved", "data"),
    )
    def show(  # noqa: PLR0917 - Dash passes its inputs by position
        area: AreaStore,
        closures: ClosuresStore,
        needs: NeedsStore,
        when: WhenStore,
        _again: int,
        old_clicks: int | None,
        saved: dict[str, str] | None,
    ) -> dict[str, Any]:
        stores: ShownStore = {"area": area, "closures": closures, "needs": needs, "when": when}
        if ctx.triggered_id == "again":
            services.forget_answers()
        show_old = ctx.triggered_id == "show-old" and bool(old_clicks)
        page = view.incident_view(
            services, stores, show_old=show_old, saved=layout.saved_words(saved, stores)
        )
        parts = {name: getattr(page, name) for name in PARTS if name not in ("viewport", "old")}
        set_props("fault", {"children": []})  # what was said of a question before this one
        moved = ctx.triggered_id in (None, "area") or ctx.triggered_id == "needs"
        return {**parts, "viewport": writers.viewport(page.bounds) if moved else no_update, "old": show_old}

    _in_browser(app, "rows", Input("ranked", "rowData"))


def _write(app: Dash, services: Services) -> None:
    @app.callback(
        Output("area", "data"),
        Input("drawn", "data"),
        Input("use-counties", "n_clicks"),
        Input("use-circle", "n_clicks"),
        Input("use-text", "n_clicks"),
        Input("area-file", "contents"),
        State("area-counties", "value"),
        State("circle-centre", "value"),
        State("circle-radius", "value"),
        State("area-text", "value"),
        State("area-file", "filename"),
        State("area", "data"),
        prevent_initial_call=True,
    )
    def write_area(  # noqa: PLR0917 - Dash passes its inputs by position
        drawn: dict[str, Any] | None,
        _counties: int,
        _circle: int,
        _text: int,
        contents: str | None,
        fips: list[str] | None,
        centre: str,
        radius: float | None,
        text: str,
        filename: str | None,
        area: AreaStore,
    ) -> Any:  # noqa: ANN401 - a store or no update
        given = writers.AreaInput(
            drawn, fips or [], centre or "", radius, text or "", contents or "", filename or ""
        )
        return writers.new_area(services, str(ctx.triggered_id), given, area) or no_update

    @app.callback(
        Output("closures", "data"),
        Input("drawn", "data"),
        Input("use-crossing", "n_clicks"),
        Input("use-closure-text", "n_clicks"),
        Input({"type": "drop-closure", "key": ALL}, "n_clicks"),
        State("closure-crossing", "value"),
        State("closure-text", "value"),
        State("closures", "data"),
        FORM,
        prevent_initial_call=True,
    )
    def write_closures(  # noqa: PLR0917 - Dash passes its inputs by position
        drawn: dict[str, Any] | None,
        _crossing: int,
        _text: int,
        dropped: list[int],
        crossing: str | None,
        text: str,
        closures: ClosuresStore,
        form: dict[str, Any],
    ) -> Any:  # noqa: ANN401 - a store or no update
        trigger = ctx.triggered_id
        if isinstance(trigger, dict):
            return writers.without_closure(closures, trigger["key"]) if any(dropped) else no_update
        given = writers.ClosureInput(drawn, crossing or "", text or "", writers.form_of(form))
        return writers.with_closure(services, str(trigger), given, closures) or no_update

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
            return {**needs, "shown": trigger["index"]} if any(switched) else no_update
        sign_of = {key["attribute"]: sign for key, sign in zip(sign_ids, signs, strict=True)}
        conditions = [
            (key["attribute"], sign_of.get(key["attribute"]) or "=", value)
            for key, value in zip(value_ids, values, strict=True)
            if value not in (None, "")
        ]
        return writers.new_needs(
            services, str(trigger), writers.NeedInput(kind or "", quantity, conditions), needs
        )

    @app.callback(
        Output("when", "data"),
        Input("use-when", "n_clicks"),
        State("asked-at", "value"),
        State("by-at", "value"),
        State("include-inside", "checked"),
        State("when", "data"),
        prevent_initial_call=True,
    )
    def write_when(_use: int, asked_at: str | None, by_at: str | None, inside: bool, when: WhenStore) -> Any:  # noqa: ANN401 - a store
        return writers.new_when(asked_at, by_at, when, include_inside=bool(inside))

    _in_browser(app, "settled", *STORES)


def _fill_forms(app: Dash, services: Services) -> None:
    @app.callback(
        Output("need-kind", "value"),
        Output("need-quantity", "value"),
        Output("asked-at", "value"),
        Output("by-at", "value"),
        Output("include-inside", "checked"),
        Input("needs", "data"),
        Input("when", "data"),
    )
    def fill(needs: NeedsStore, when: WhenStore) -> tuple[Any, ...]:
        return writers.form_values(services, needs, when)

    @app.callback(Output("need-fields", "children"), Input("need-kind", "value"), Input("needs", "data"))
    def fields(kind: str | None, needs: NeedsStore) -> list[Any]:
        return writers.need_fields(services, kind, needs)

    @app.callback(
        Output("by-at", "value", allow_duplicate=True),
        Input({"type": "within", "hours": ALL}, "n_clicks"),
        State("asked-at", "value"),
        prevent_initial_call=True,
    )
    def within(clicks: list[int], asked_at: str | None) -> Any:  # noqa: ANN401 - a text or no update
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            return no_update
        start = popovers.aware_moment(asked_at) or datetime.now(UTC).replace(second=0, microsecond=0)
        return popovers.local_text(start + timedelta(hours=int(ctx.triggered_id["hours"])))

    @app.callback(
        Output("area-refused", "children"),
        Output("closures-refused", "children"),
        Output("need-refused", "children"),
        Output("when-refused", "children"),
        *STORES,
    )
    def refusals(
        area: AreaStore, closures: ClosuresStore, needs: NeedsStore, when: WhenStore
    ) -> tuple[list[Any], ...]:
        return tuple(
            states.refusal_note(refused) for refused in writers.refusals(area, closures, needs, when)
        )


def _pick(app: Dash, services: Services) -> None:
    @app.callback(
        Output("card", "children"),
        Output("route-layer", "data"),
        Input("picked", "data"),
        Input("shown", "data"),
        State("old", "data"),
    )
    def pick(picked: str | None, shown: ShownStore | None, old: bool) -> tuple[Any, Any]:
        return view.picked_view(services, shown, picked, show_old=old)

    _in_browser(app, "relink", Input("picked", "data"))


def _save(app: Dash, services: Services) -> None:
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
    def save(  # noqa: PLR0917 - Dash passes its inputs by position
        _clicks: int,
        name: str,
        kind: str,
        saved: dict[str, str] | None,
        area: AreaStore,
        closures: ClosuresStore,
        needs: NeedsStore,
        when: WhenStore,
        shown: ShownStore | None,
    ) -> tuple[Any, Any, Any]:
        stores: ShownStore = {
            "area": area,
            "closures": closures,
            "needs": needs,
            "when": shown["when"] if shown else when,
        }
        try:
            incident = services.save_incident(saved["id"] if saved else None, name or "", kind, stores)
        except Refusal as refusal:
            return no_update, no_update, states.refusal_note(refusal_store(refusal))
        kept = {**(saved or {}), "id": incident, "key": layout.content_key({**stores, "when": when})}
        return kept, layout.saved_words(kept, {**stores, "when": when}), []

    _in_browser(app, "address", Input("saved", "data"))

    @app.callback(
        Output("incident-name", "value"),
        Input("shown", "data"),
        State("incident-name", "value"),
        State("saved", "data"),
        prevent_initial_call=True,
    )
    def suggest(shown: ShownStore | None, name: str, saved: dict[str, str] | None) -> Any:  # noqa: ANN401 - a name
        return (
            no_update if saved or not shown else view.suggested_name(view.read_scene(services, shown)) or name
        )


def _files(app: Dash, services: Services) -> None:
    @app.callback(
        Output("file", "data"),
        Input("download-csv", "n_clicks"),
        Input("download-geojson", "n_clicks"),
        State("shown", "data"),
        prevent_initial_call=True,
    )
    def download(_csv: int, _geojson: int, shown: ShownStore | None) -> Any:  # noqa: ANN401 - a file
        answer = services.answer(shown) if shown else None
        if answer is None:
            return no_update
        if ctx.triggered_id == "download-csv":
            return _file(as_csv(answer), "merr-ranked.csv", "text/csv")
        content = canonical(as_geojson(answer, routes=services.routes(answer))).decode()
        return _file(content, "merr-ranked.geojson", "application/geo+json")


def _file(content: str, filename: str, media_type: str) -> dict[str, Any]:
    """Return a file as `dcc.Download` takes it."""
    return {"content": content, "filename": filename, "type": media_type, "base64": False}


def _layers(app: Dash, services: Services) -> None:
    @app.callback(
        Output("counties-layer", "hideout"),
        Output("county-legend", "children"),
        Output("counties-key", "children"),
        Input("county-measure", "value"),
        State("county-measure", "data"),
        prevent_initial_call=True,
    )
    def colour(measure: str, choices: list[dict[str, Any]]) -> tuple[Any, ...]:
        return writers.counties_shown(services, measure, choices)

    @app.callback(
        Output("layer-sectors", "value"),
        Input("sectors-all", "n_clicks"),
        Input("sectors-none", "n_clicks"),
        prevent_initial_call=True,
    )
    def every(_all: int, _none: int) -> list[str]:
        return list(services.sectors) if ctx.triggered_id == "sectors-all" else []

    @app.callback(
        Output("sites-layer", "url"),
        Output("sites-layer", "hideout"),
        Output("sectors-key", "children"),
        Input("layer-sectors", "value"),
        prevent_initial_call=True,
    )
    def sites(chosen: list[str]) -> tuple[Any, ...]:
        return writers.sites_shown(services, chosen)

    _in_browser(app, "base", Output("map-section", "className"), Input("layer-base", "value"))

"""Adding accounts, appointing, dismissing, disabling, new sign-ins and links: the callbacks of administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dash import ALL, Dash, Input, Output, State, ctx, no_update

from dashboard.pages.trust.accounts import DO, body, call_roll, fresh_box, table
from dashboard.pages.trust.counties import chosen_at_once
from dashboard.pages.trust.pieces import refused
from geo.errors import Refusal
from registry.directory.companies import companies_named
from registry.directory.places import county_places
from registry.people import accounts, appointments, fresh, subjects
from registry.people.scopes import SCOPES, Scope
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dashboard.services import Services
    from registry.people.fresh import FreshSignIn
    from registry.people.principal import Principal

BOUNDED: Final = tuple(SCOPES)
"""The roles with a jurisdiction, each with a field of its own."""

LEAST_LETTERS: Final = 2
"""Letters from which companies are looked up."""


def register(app: Dash, services: Services) -> None:
    """Hang what administrators do on the application."""
    _register_add(app, services)
    _register_fields(app, services)
    _register_acts(app, services)


def _register_add(app: Dash, services: Services) -> None:
    @app.callback(
        Output("accounts-fresh", "children"),
        Output("accounts-list", "children"),
        Output("add-refused", "children"),
        Output("add-name", "value"),
        Output("add-full-name", "value"),
        Input("add-do", "n_clicks"),
        State("add-name", "value"),
        State("add-full-name", "value"),
        prevent_initial_call=True,
    )
    @for_action("account.manage")
    def add(clicks: int, name: str | None, full_name: str | None) -> tuple[Any, ...]:
        if not clicks:
            return (no_update,) * 5
        try:
            with services.scope(principal()) as session:
                made = fresh.add_with_sign_in(session, principal(), name or "", full_name or "")
        except Refusal as refusal:
            return [], no_update, refused(refusal, "/accounts"), no_update, no_update
        return fresh_box(made), table(call_roll(services, principal())), [], "", ""


def _register_fields(app: Dash, services: Services) -> None:
    @app.callback(
        [Output(f"appoint-of-{role}", "hidden") for role in BOUNDED], Input("appoint-role", "value")
    )
    @for_action("account.manage")
    def bounded(role: str | None) -> list[bool]:
        return [role != each for each in BOUNDED]

    @app.callback(
        Output("appoint-counties", "value"),
        Input({"type": "appoint-counties-at-once", "which": ALL}, "n_clicks"),
        State("appoint-counties", "value"),
        prevent_initial_call=True,
    )
    @for_action("account.manage")
    def at_once(clicks: list[int], value: list[str] | None) -> Any:  # noqa: ANN401 - FIPS codes or no update
        if not any(clicks):
            return no_update
        with services.scope(principal()) as session:
            places = county_places(session)
        return chosen_at_once(ctx.triggered_id["which"], value or [], places)

    offer_companies(app, services, "appoint-company", "account.manage")


def offer_companies(app: Dash, services: Services, field: str, action: str) -> None:
    """Let a field offer the companies whose name holds what is typed into it, to whoever may do `action`."""

    @app.callback(
        Output(field, "data"),
        Input(field, "searchValue"),
        State(field, "value"),
        State(field, "data"),
        prevent_initial_call=True,
    )
    @for_action(action)
    def companies(typed: str | None, value: str | None, data: list[dict[str, str]] | None) -> Any:  # noqa: ANN401 - choices or no update
        return _offered(services, principal(), typed, value, data)


def _offered(
    services: Services,
    asks: Principal,
    typed: str | None,
    value: str | None,
    data: list[dict[str, str]] | None,
) -> Any:  # noqa: ANN401 - choices or no update
    """Return the companies whose name holds what is typed, the chosen one among them; no update for too little."""
    chosen = [each for each in data or [] if each.get("value") == value]
    if len((typed or "").strip()) < LEAST_LETTERS or any(each.get("label") == typed for each in chosen):
        return no_update
    with services.scope(asks) as session:
        named = companies_named(session, asks, typed or "")
    found = [{"value": each, "label": name} for each, name in named]
    return [*found, *(each for each in chosen if each not in found)]


def _register_acts(app: Dash, services: Services) -> None:
    @app.callback(
        output=[Output("account-of", "children"), Output("account-said", "children")],
        inputs={
            "clicks": Input({"type": DO, "what": ALL, "account": ALL, "which": ALL}, "n_clicks"),
        },
        state={
            "typed": {
                "role": State("appoint-role", "value"),
                "region": State("appoint-region", "value"),
                "counties": State("appoint-counties", "value"),
                "sector": State("appoint-sector", "value"),
                "company": State("appoint-company", "value"),
                "issuer": State("link-issuer", "value"),
                "subject": State("link-subject", "value"),
                "stranger": State({"type": "link-stranger", "of": ALL}, "value"),
            }
        },
        prevent_initial_call=True,
    )
    @for_action("account.manage")
    def change(clicks: list[int], typed: Mapping[str, Any]) -> tuple[Any, Any]:
        if not any(clicks):
            return no_update, no_update
        pressed, asks = ctx.triggered_id, principal()
        try:
            which = str(appointments.read_id(str(pressed["account"]), "account"))
            with services.scope(asks) as session:
                shown = _acts(session, asks)[pressed["what"]](which, pressed["which"], typed)
            with services.scope(asks) as session:
                account = accounts.account_of(session, which)
        except Refusal as refusal:
            return no_update, refused(refusal, f"/accounts/{pressed['account']}")
        return body(call_roll(services, asks, account.id), account, shown), []


def _acts(session: Any, asks: Principal) -> dict[str, Any]:  # noqa: ANN401 - a session of the scope
    """Return what each button does with an account, what it is about, and what the forms hold."""

    def appoint(account: str, _which: str, typed: Mapping[str, Any]) -> None:
        role = str(typed["role"] or "")
        appointments.appoint(session, asks, account, role, scope_of(role, typed))

    def dismiss(_account: str, which: str, _typed: Mapping[str, Any]) -> None:
        appointments.dismiss(session, asks, which)

    def disable(account: str, _which: str, _typed: Mapping[str, Any]) -> None:
        accounts.disable(session, asks, account)

    def enable(account: str, _which: str, _typed: Mapping[str, Any]) -> None:
        accounts.enable(session, asks, account)

    def reset(account: str, _which: str, _typed: Mapping[str, Any]) -> FreshSignIn:
        return fresh.reset(session, asks, account)

    def link(account: str, _which: str, typed: Mapping[str, Any]) -> None:
        chosen = next(filter(None, typed["stranger"]), "")
        issuer, _, subject = str(chosen).partition("\n")
        subjects.link(session, asks, account, typed["issuer"] or issuer, typed["subject"] or subject)

    def unlink(account: str, _which: str, _typed: Mapping[str, Any]) -> None:
        subjects.unlink(session, asks, account)

    return {act.__name__: act for act in (appoint, dismiss, disable, enable, reset, link, unlink)}


def scope_of(role: str, typed: Mapping[str, Any]) -> Scope:
    """Return the jurisdiction that a form holds for a role; what other roles' fields hold counts for nothing."""
    return Scope(
        region=typed["region"] if role == "coordinator" else None,
        counties=tuple(typed["counties"] or ()) if role == "local" else (),
        sector=typed["sector"] if role == "beoc" else None,
        provider_id=typed["company"] if role == "company" else None,
    )

"""One's own ways in: where one is signed in, tokens for programs, and the authenticator app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import dash_mantine_components as dmc
from dash import ALL, Dash, Input, Output, State, ctx, html, no_update

from dashboard.pages.incident.forms import ABOVE
from dashboard.pages.trust.accounts import spaced
from dashboard.pages.trust.pieces import (
    act,
    card,
    day_and_time,
    facts,
    flag,
    refused,
    rows,
    sheet,
    two_lines,
    zone_note,
)
from dashboard.qr import qr_code
from geo.errors import Refusal
from registry.people import enrolment, tokens
from registry.people.access import ACCESS, may_somewhere
from registry.people.accounts import account_of
from registry.people.own_sessions import end_own
from registry.people.sessions import open_sessions
from web.wall.classes import for_action
from web.wall.gate import principal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboard.pages.page import Asked
    from dashboard.services import Services
    from registry.people.principal import Principal
    from registry.people.sessions import OpenSession

PATH: Final = "/account/access"
DAYS: Final = 30
"""Days a token holds unless another number is typed."""


@dataclass(frozen=True)
class NewApp:
    """An authenticator app that is being added: the offer to be finished, its key, its otpauth address."""

    offer: str
    key: str
    address: str


def page(services: Services, asked: Asked) -> html.Main:
    """Return the page of one's own ways in."""
    return whole(asked.principal, _open(services, asked.principal))


def _open(services: Services, asks: Principal) -> tuple[OpenSession, ...]:
    with services.scope(asks) as session:
        return open_sessions(session, asks.account_id)


def whole(asks: Principal, held: Sequence[OpenSession]) -> html.Main:
    """Return the page: sessions, the app, tokens."""
    cards = [
        card("Where you are signed in", [html.Div(sessions_of(asks, held), id="own-sessions")]),
        html.Div(
            [
                card(
                    "Tokens for programs and the command line",
                    [html.Div(tokens_of(held), id="own-tokens"), _token_form(asks)],
                ),
                card("Authenticator app", [html.Div(app_steps(), id="own-app")]),
            ],
            className="columns",
        ),
        zone_note(),
        html.P(html.A("Password and passkeys", href="/account")),
    ]
    return sheet("Your sessions, tokens and app", cards, lead="End what you do not know.")


def sessions_of(asks: Principal, held: Sequence[OpenSession], said: Sequence[Any] = ()) -> list[Any]:
    """Return the live sessions of browsers, one's own first marked."""
    lines = [
        [
            two_lines(
                flag("This browser", "good") if each.id == asks.session_id else "Another browser", each.method
            ),
            day_and_time(each.began_at),
            day_and_time(each.seen_at),
            day_and_time(each.expires_at),
            ""
            if each.id == asks.session_id
            else act(
                "End", {"type": "end-session", "which": each.id}, about=f"since {day_and_time(each.began_at)}"
            ),
        ]
        for each in held
        if each.kind == "browser"
    ]
    return [rows("Where you are signed in", ("Session", "Since", "Last used", "Ends by", ""), lines), *said]


def tokens_of(held: Sequence[OpenSession], made: str = "", said: Sequence[Any] = ()) -> list[Any]:
    """Return the tokens that hold; `made` is the secret of the one that was made just now, shown once."""
    lines = [
        [
            two_lines(
                html.B(each.label or "merr login"),
                "all your roles allow" if each.actions is None else ", ".join(sorted(each.actions)),
            ),
            day_and_time(each.seen_at),
            day_and_time(each.expires_at),
            act("Revoke", {"type": "revoke", "which": each.id}, about=each.label),
        ]
        for each in held
        if each.kind == "token"
    ]
    table = (
        rows("Tokens", ("Token", "Last used", "Expires", ""), lines) if lines else html.P("You have none.")
    )
    return [*([_made_box(made)] if made else []), table, *said]


def _made_box(secret: str) -> html.Div:
    words = html.P("The new token, shown once. Copy it now to where the program keeps its secrets.")
    return html.Div([words, html.Span(secret, className="secret")], className="once", role="status")


def _token_form(asks: Principal) -> html.Div:
    able = [action for action in ACCESS if may_somewhere(asks, action)]
    fields = [
        dmc.TextInput(
            id="token-label",
            label="What it is for",
            value="",
            inputProps={"maxLength": tokens.MOST_LABEL_CHARS},
        ),
        dmc.MultiSelect(
            id="token-actions",
            label="It may do",
            description="Actions of the table of access; never more than you may yourself",
            data=able,
            value=[],
            searchable=True,
            clearable=True,
            comboboxProps=ABOVE,
            clearButtonProps={"aria-label": "Clear: It may do"},
        ),
        dmc.NumberInput(
            id="token-days",
            label="Days until it expires",
            value=DAYS,
            min=1,
            max=tokens.MOST_DAYS,
            allowDecimal=False,
        ),
    ]
    button = html.Div(act("Make a token", "token-do", main=True), className="bt")
    return html.Div([*fields, button], className="form sheetform apart")


def app_steps(new: NewApp | None = None, said: Sequence[Any] = (), done: str = "") -> list[Any]:
    """Return the steps by which an app is added: asked for, its key shown, its code given."""
    note = [html.P(done, className="done", role="status")] if done else []
    if new is None:
        words = html.P("A phone's app that shows six digits, as your second factor.")
        button = act("Add an app", {"type": "app-do", "what": "offer", "offer": ""})
        return [html.Div([*note, words, *said, html.Div(button, className="bt")], className="form sheetform")]
    code = dmc.TextInput(
        id={"type": "app-code", "of": "new"},
        label="Six digits that the app now shows",
        value="",
        inputProps={"maxLength": 12, "inputMode": "numeric", "autoComplete": "one-time-code"},
    )
    key = facts(
        [
            ("Key", html.Span(spaced(new.key), className="secret")),
            ("By camera", qr_code(new.address, "The key as a QR code")),
            ("On this phone", html.A("Open it in the app", href=new.address)),
        ]
    )
    button = act("Add it", {"type": "app-do", "what": "prove", "offer": new.offer}, main=True)
    steps = [
        html.P("Give the app this key: type it, or let the app's camera read it. It is shown once."),
        key,
        code,
        *said,
        html.Div(button, className="bt"),
    ]
    return [html.Div(steps, className="form sheetform")]


def register(app: Dash, services: Services) -> None:
    """Hang the acts on one's own ways in on the application."""
    _register_sessions(app, services)
    _register_tokens(app, services)
    _register_app(app, services)


def _register_sessions(app: Dash, services: Services) -> None:
    @app.callback(
        Output("own-sessions", "children"),
        Input({"type": "end-session", "which": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    @for_action("account.own")
    def end(clicks: list[int]) -> Any:  # noqa: ANN401 - components or no update
        if not any(clicks):
            return no_update
        said: list[Any] = []
        try:
            with services.scope(principal()) as session:
                end_own(session, principal(), str(ctx.triggered_id["which"]))
        except Refusal as refusal:
            said = refused(refusal)
        return sessions_of(principal(), _open(services, principal()), said)


def _register_tokens(app: Dash, services: Services) -> None:
    @app.callback(
        Output("own-tokens", "children"),
        Input("token-do", "n_clicks"),
        Input({"type": "revoke", "which": ALL}, "n_clicks"),
        State("token-label", "value"),
        State("token-actions", "value"),
        State("token-days", "value"),
        prevent_initial_call=True,
    )
    @for_action("account.own")
    def change(
        made: int | None,
        revoked: list[int],
        label: str | None,
        actions: list[str] | None,
        days: Any,  # noqa: ANN401 - what a field holds
    ) -> Any:  # noqa: ANN401 - components or no update
        if not any([made, *revoked]):
            return no_update
        secret, said, asks = "", [], principal()
        try:
            with services.scope(asks) as session:
                if ctx.triggered_id == "token-do":
                    whole_days = days if isinstance(days, int) else 0
                    secret, _ = tokens.make(session, asks, label or "", actions or [], whole_days)
                else:
                    tokens.revoke(session, asks, str(ctx.triggered_id["which"]))
        except Refusal as refusal:
            secret, said = "", refused(refusal, PATH)
        return tokens_of(_open(services, asks), secret, said)


def _register_app(app: Dash, services: Services) -> None:
    @app.callback(
        Output("own-app", "children"),
        Input({"type": "app-do", "what": ALL, "offer": ALL}, "n_clicks"),
        State({"type": "app-code", "of": ALL}, "value"),
        prevent_initial_call=True,
    )
    @for_action("account.own")
    def step(clicks: list[int], codes: list[str | None]) -> Any:  # noqa: ANN401 - components or no update
        if not any(clicks):
            return no_update
        asks, pressed = principal(), ctx.triggered_id
        try:
            with services.scope(asks) as session:
                if pressed["what"] == "offer":
                    offer = enrolment.offer_totp(session, asks, account_of(session, asks.account_id).name)
                    return app_steps(NewApp(*offer))
                enrolment.prove_totp(session, asks, str(pressed["offer"]), (codes or [""])[0] or "", label="")
        except Refusal as refusal:
            return app_steps(said=refused(refusal, PATH))
        return app_steps(done="The app is added. You can sign in with its codes from now on.")

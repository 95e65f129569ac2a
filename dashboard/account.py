"""Who is signed in, as every page's header shows it: the clock, the name with its role, and the menu behind it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from dash import html
from flask import has_request_context

from dashboard.attributes import opens, wild
from dashboard.marks import icon
from dashboard.pages.incident.forms import popover
from registry.people.principal import ROLE_NAMES
from registry.wording import CENTRAL, day_words
from web.wall.gate import known

if TYPE_CHECKING:
    from dash.development.base_component import Component

    from registry.people.principal import Principal

OWN: Final = (("Your account", "/account"), ("What you looked at", "/account/looks"))
"""What the menu offers to everybody who is signed in."""


def header() -> list[Component]:
    """Return the right end of the header: Central time, who is signed in, light or dark."""
    asks = _asks()
    return [
        _clock(datetime.now(UTC)),
        *([] if asks is None else [_who(asks)]),
        html.Button(
            icon("contrast"),
            className="x shade",
            type="button",
            **opens("appearance"),
            **wild({"aria-label": "Light or dark"}),
        ),
    ]


def popover_of_account() -> html.Div:
    """Return the menu behind the name: on narrow screens the pages, then one's own account, and the way out."""
    asks = _asks()
    own = [] if asks is None else [html.Li(html.A(words, href=href)) for words, href in OWN]
    out = html.Form(
        html.Button("Sign out", className="btn", type="submit"),
        action="/sign-out",
        method="POST",
        className="out",
    )
    return popover(
        "account",
        "Menu" if asks is None else asks.name,
        [
            html.P("" if asks is None else roles_of(asks), className="t12 c2"),
            html.Nav(id="nav-narrow", className="entries", **wild({"aria-label": "Pages"})),
            html.Ul(own, className="entries") if own else None,
            None if asks is None else out,
        ],
    )


def roles_of(principal: Principal) -> str:
    """Return the roles of an account in words: `SEMA planner`."""
    return ", ".join(sorted(ROLE_NAMES[role] for role in principal.roles)) or "No role yet"


def _asks() -> Principal | None:
    asks = known() if has_request_context() else None
    return asks if asks is not None and asks.account_id else None


def _clock(now: datetime) -> html.Time:
    """Return the server's clock; the page's script carries it on."""
    local = now.astimezone(CENTRAL)
    return html.Time(
        [
            f"{day_words(local)}, ",
            html.B(f"{local:%H:%M}"),
            html.Span(" Central", className="zone"),
        ],
        id="clock",
        className="clock",
        dateTime=now.isoformat(),
    )


def _who(asks: Principal) -> html.Button:
    return html.Button(
        [
            icon("menu"),
            html.Span(
                [html.B(asks.name), html.Span(f", {roles_of(asks)}", className="role")], className="words"
            ),
            icon("chevron"),
        ],
        className="who",
        type="button",
        title=roles_of(asks),
        **opens("account"),
    )

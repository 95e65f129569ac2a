"""Who is signed in, as every page's header shows it, with the way to the account and the way out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dash import html
from flask import has_request_context

from registry.people.principal import ROLE_NAMES
from web.wall.gate import known

if TYPE_CHECKING:
    from dash.development.base_component import Component


def who_is_signed_in() -> list[Component]:
    """Return the account's name as a link to its page, and the button that signs out; nothing without an account."""
    principal = known() if has_request_context() else None
    if principal is None or not principal.account_id:
        return []
    roles = ", ".join(sorted(ROLE_NAMES[role] for role in principal.roles)) or "no role"
    return [
        html.A(principal.name, href="/account", className="who", title=roles),
        html.Form(
            html.Button("Sign out", className="btn q", type="submit"),
            action="/sign-out",
            method="POST",
            className="out",
        ),
    ]

"""Where wall and dashboard are put together: the factory that every worker of the server calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from registry.people.principal import Principal
    from registry.settings import Settings
    from web.wall.gate import Who


def create() -> Flask:
    """Return the whole web application on the database in use, ready to answer its first question."""
    from registry.db.logins import dsn
    from registry.settings import settings
    from web.wall.memory import give_back_large_blocks

    give_back_large_blocks()
    return assemble(settings(), dsn("web"), warm=True, who=_anybody)


def _anybody(_secret: str, request_id: str) -> Principal:
    """Return one planner for whoever asks, until accounts can sign in."""
    from registry.people.principal import Appointment, Principal

    return Principal(
        account_id="",
        session_id="",
        name="Anybody on this machine",
        appointments=(Appointment(role="planner"),),
        request_id=request_id,
    )


def assemble(known: Settings, url: str, *, warm: bool = False, who: Who | None = None) -> Flask:
    """Return wall and dashboard on the database at `url`, every route and callback classified.

    Raises
    ------
    WebError
        A route or a callback has no class.
    """
    from dashboard.app import build_dashboard
    from dashboard.services import Services
    from web.wall.app import create_app
    from web.wall.classes import classify

    services = Services(known, url)
    server = create_app(known, services.network_hash, url, who=who)
    dashboard = build_dashboard(server, services)
    classify(server, dashboard.callback_map)
    if warm:
        services.warm()
    return server

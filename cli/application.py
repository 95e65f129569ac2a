"""Where wall, REST door and dashboard are put together: the factory that every worker of the server calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from registry.settings import Settings


def create() -> Flask:
    """Return the whole web application on the database in use, ready to answer its first question."""
    from registry.db.logins import dsn
    from registry.settings import settings
    from web.wall.memory import give_back_large_blocks

    give_back_large_blocks()
    return assemble(settings(), dsn("web"), warm=True)


def assemble(known: Settings, url: str, *, warm: bool = False) -> Flask:
    """Return wall, REST door and dashboard on the database at `url`, every route and callback classified.

    Raises
    ------
    WebError
        A route or a callback has no class.
    """
    from dashboard.app import build_dashboard
    from dashboard.services import Services
    from web.api.frame import hang_api
    from web.wall.app import create_app
    from web.wall.classes import classify

    services = Services(known, url)
    server = create_app(known, services.network_hash, url)
    hang_api(server, url)
    dashboard = build_dashboard(server, services)
    classify(server, dashboard.callback_map)
    if warm:
        services.warm()
    return server

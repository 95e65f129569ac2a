"""Where wall and dashboard are put together: the factory that every worker of the server calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def create() -> Flask:
    """Return the whole web application on the database in use, ready to answer its first question."""
    from dashboard.app import build_dashboard
    from dashboard.services import Services
    from registry.db.logins import dsn
    from registry.settings import settings
    from web.wall.app import create_app
    from web.wall.memory import give_back_large_blocks

    give_back_large_blocks()
    known = settings()
    services = Services(known, dsn("web"))
    server = create_app(known, services.network_hash)
    build_dashboard(server, services)
    services.warm()
    return server

"""Whether the server can answer: the database is there and a road network is active in it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, jsonify

from web.wall.classes import open_to_all

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger("merr.web")

READY: Final = 200
UNREADY: Final = 503


def health_routes(network_hash: Callable[[], str | None]) -> Blueprint:
    """Return the route `/health`; `network_hash` asks the database which roads are active and raises if it cannot.

    The fault itself goes to the log only: the route is open to whoever reaches the port.
    """
    routes = Blueprint("health", __name__)

    @routes.get("/health")
    @open_to_all
    def health() -> tuple[Response, int]:
        try:
            active = network_hash()
        except Exception:
            log.exception("the database does not answer")
            return jsonify({"state": "unready", "database": False, "network": None}), UNREADY
        if active is None:
            return jsonify({"state": "unready", "database": True, "network": None}), UNREADY
        return jsonify({"state": "ready", "database": True, "network": active}), READY

    return routes

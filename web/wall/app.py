"""The one Flask application: request ids, headers, the error shape, compression and the health route."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, g, request
from flask_compress import Compress

from web.errors import WebError
from web.wall.binding import LOOPBACK_NAMES
from web.wall.faults import answer_faults
from web.wall.headers import guard_headers
from web.wall.health import health_routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.settings import Settings

MAX_BODY_BYTES: Final = 8 * 1024 * 1024
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
OTHER_SITE: Final = ("cross-site", "same-site")
CHANGES: Final = ("POST", "PUT", "PATCH", "DELETE")


def create_app(settings: Settings, network_hash: Callable[[], str | None]) -> Flask:
    """Return the application that every door is hung on.

    `network_hash` answers for the health route. The caller hangs the dashboard on it (see `cli.serve`).
    """
    app = Flask("merr", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    if not settings.bind_any:
        # Without accounts the only guard is that nobody else can ask: a foreign name here is DNS rebinding.
        app.config["TRUSTED_HOSTS"] = list(LOOPBACK_NAMES)
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.config["COMPRESS_MIMETYPES"] = COMPRESSED
    Compress(app)
    app.before_request(_name_request)
    app.before_request(_same_origin_only)
    guard_headers(app)
    app.after_request(_with_request_id)
    answer_faults(app)
    app.register_blueprint(health_routes(network_hash))
    return app


COMPRESSED: Final = [
    "text/html",
    "text/css",
    "text/javascript",
    "text/csv",
    "application/javascript",
    "application/json",
    "application/geo+json",
    "image/svg+xml",
]


def _name_request() -> None:
    given = request.headers.get("X-Request-Id", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)


def _with_request_id(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def _same_origin_only() -> None:
    """Refuse a change that another site's page asks for; browsers say so by themselves."""
    if request.method in CHANGES and request.headers.get("Sec-Fetch-Site") in OTHER_SITE:
        raise WebError(
            "Another site's page asked for this",
            given=request.headers.get("Origin", "no origin"),
            wanted="a request from this server's own pages",
            todo="open the registry's own page",
        )

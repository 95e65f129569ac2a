"""The one Flask application: request ids, the gate, origins, headers, the error shape, compression, health."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Flask, Response, g, request
from flask_compress import Compress
from werkzeug.middleware.proxy_fix import ProxyFix

from registry.db.engine import session_scope
from registry.people.sessions import principal_of
from web.wall import account, oidc, sign_in, step_up
from web.wall.binding import is_secure, names_answered
from web.wall.cookies import SECURE
from web.wall.faults import answer_faults
from web.wall.gate import guard
from web.wall.headers import guard_headers
from web.wall.health import health_routes
from web.wall.limits import AT_ONCE, KNOCKS, PER_MINUTE, Knocks, guard_pace
from web.wall.origins import ORIGIN, guard_origins
from web.wall.pages import House, wall_routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from registry.people.principal import Principal
    from registry.settings import Settings
    from web.wall.gate import Who

MAX_BODY_BYTES: Final = 8 * 1024 * 1024
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")


def create_app(
    settings: Settings, network_hash: Callable[[], str | None], url: str, *, who: Who | None = None
) -> Flask:
    """Return the application that every door is hung on; it answers nothing until its routes are classified.

    Parameters
    ----------
    settings
        What people call this server, and who stands between.
    network_hash
        Answers for the health route.
    url
        The database that holds accounts and sessions.
    who
        From a session's secret and a request's id to who asks; None for asking that database at each request.
    """
    app = Flask("merr", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.config["TRUSTED_HOSTS"] = names_answered(settings)  # a foreign name for this machine is DNS rebinding
    app.config[SECURE] = is_secure(settings)
    app.config[ORIGIN] = settings.public_url
    _behind_proxies(app, settings.trusted_proxies)
    app.config["COMPRESS_ALGORITHM"] = ["br", "gzip"]
    app.config["COMPRESS_MIMETYPES"] = COMPRESSED
    Compress(app)
    app.extensions[KNOCKS] = Knocks(PER_MINUTE, AT_ONCE)
    app.before_request(_name_request)
    guard_pace(app)
    guard(app, who or by_session(url))
    guard_origins(app)
    guard_headers(app)
    app.after_request(_with_request_id)
    answer_faults(app)
    app.register_blueprint(health_routes(network_hash))
    app.register_blueprint(_doors(settings, url))
    return app


def _doors(settings: Settings, url: str) -> Blueprint:
    """Return the wall's own pages: the ways in, the step-up, the account, the way out."""
    routes, house = wall_routes(), House(settings, url)
    for door in (sign_in, oidc, step_up, account):
        door.register(routes, house)
    return routes


def _behind_proxies(app: Flask, number: int) -> None:
    """Believe exactly so many proxies about the address, scheme and host asked for; without any nobody is believed."""
    if number:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=number, x_proto=number, x_host=number
        )


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


def by_session(url: str) -> Who:
    """Return the look-up of a session in the database, made anew at every request."""

    def who(secret: str, request_id: str) -> Principal | None:
        if not secret:
            return None
        with session_scope(url) as session:
            return principal_of(session, secret, request_id)

    return who

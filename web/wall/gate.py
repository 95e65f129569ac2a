"""The one gate before everything: nobody unknown comes in, and nobody where no role of theirs may be.

Identity comes first: whoever is not signed in learns neither what exists nor what a body should look like. The gate
asks whether an account may do an action somewhere; whether it may do it there is asked below, where the place is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Flask, current_app, g, redirect, request
from werkzeug.exceptions import SecurityError

from registry.people import access
from web.errors import NotSignedInError, WebError
from web.wall.calls import posted_json, read_call
from web.wall.classes import BY_CALLBACK, CLASSES, OPEN, SIGNED_IN, Classes
from web.wall.cookies import session_secret
from web.wall.headers import WALL

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.wrappers import Response

    from registry.people.principal import Principal

    Who = Callable[[str, str], Principal | None]
    """From a session's secret (or nothing) and a request's id to who asks, asked of the database now."""

WHO: Final = "merr.who"
SIGN_IN: Final = "/sign-in"
ACCOUNT: Final = "/account"
OWN_ONLY: Final = frozenset({"account.own"})
"""What a session may do that was opened by a password somebody else was shown: change it."""

BEARER: Final = "bearer "

PROGRAMS: Final = "/api/"
"""Where programs ask: they are never shown a page, and every refusal is a problem (RFC 9457)."""


def guard(app: Flask, who: Who) -> None:
    """Let nothing of `app` be answered before the gate; until `classify` was called that is nothing at all."""
    app.extensions[WHO] = who
    app.before_request(_gate)


def principal() -> Principal:
    """Return who asks; a view behind the gate always has one.

    Raises
    ------
    NotSignedInError
        Nobody is signed in, on a route that is open to all.
    """
    found = known()
    if found is None:
        raise _not_signed_in()
    return found


def known() -> Principal | None:
    """Return who asks, or None; on a route that is open to all the database is asked only now."""
    if "principal" not in g:
        who: Who = current_app.extensions[WHO]
        g.principal = who(_secret(), g.get("request_id", ""))
    found: Principal | None = g.principal
    return found


def require_somewhere(action: str) -> None:
    """Refuse whoever may do `action` nowhere at all.

    Raises
    ------
    AccessError
        No role of the account, or not its token, allows it.
    """
    access.require_somewhere(principal(), action)


def bearer() -> str:
    """Return the token that a request brings in its Authorization line, or nothing."""
    given = request.headers.get("Authorization", "")
    return given[len(BEARER) :].strip() if given.lower().startswith(BEARER) else ""


def wants_page() -> bool:
    """Return whether a person's browser asks for a page, not one of its scripts for data."""
    asks_for_html = "text/html" in request.headers.get("Accept", "")
    return request.method in ("GET", "HEAD") and asks_for_html and not for_program()


def for_program() -> bool:
    """Return whether a request is to where programs ask."""
    return request.path.startswith(PROGRAMS)


def wanted_path() -> str:
    """Return the path and question asked for, to come back to after signing in."""
    return request.full_path if request.query_string else request.path


def _gate() -> Response | None:
    """Pass a request on, send a person to sign in, or refuse."""
    if isinstance(request.routing_exception, SecurityError):
        raise request.routing_exception  # a foreign name for this machine
    classes: Classes = current_app.extensions.get(CLASSES, Classes({}, {}))
    given = classes.endpoints.get(request.endpoint or "")
    if given == OPEN:
        return None
    if known() is None:
        if wants_page():
            return redirect(f"{SIGN_IN}?next={quote(wanted_path(), safe='/')}")
        raise _not_signed_in()
    if request.endpoint is None:
        return None  # nothing is there; whoever is signed in may know that
    if given == BY_CALLBACK:
        _, output = read_call(posted_json(), classes.callbacks)
        given = classes.callbacks[output]
    _pass(given)
    if wants_page() and request.blueprint != WALL and principal().actions == OWN_ONLY:
        return redirect(ACCOUNT)
    return None


def _pass(given: str | None) -> None:
    if given is None:
        raise WebError(
            "Nobody may use this yet",
            given=request.path,
            wanted="a route that was given a class at the start",
            todo="start the server by `merr serve`, which looks at every route",
        )
    if given != SIGNED_IN:
        require_somewhere(given)


def _secret() -> str:
    """Return the secret of the session that a request belongs to: its token, else its cookie."""
    return bearer() or session_secret()


def _not_signed_in() -> NotSignedInError:
    return NotSignedInError(
        "You are not signed in",
        given="a request without a session that is still good",
        wanted="somebody who is signed in",
        todo=f"sign in at {SIGN_IN}",
    )

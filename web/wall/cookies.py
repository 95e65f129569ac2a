"""The cookies: the session's, and those that hold a half-done sign-in or passkey to the browser that began it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import current_app, request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Response

SECURE: Final = "MERR_SECURE"
"""Key of `app.config`: whether people reach the server by TLS, its own or a proxy's."""

SESSION: Final = "merr"
DOOR: Final = "merr-door"
KEY: Final = "merr-key"
TRIP: Final = "merr-trip"
METHODS: Final = ("totp", "passkey")

DOOR_S: Final = 600
"""Seconds within which a sign-in that was begun must be finished."""


def cookie_name(name: str) -> str:
    """Return a cookie's full name: with TLS the browser itself holds it to this host, path / and TLS."""
    return f"__Host-{name}" if current_app.config.get(SECURE) else name


def session_secret() -> str:
    """Return the secret of the browser's session, or nothing."""
    return request.cookies.get(cookie_name(SESSION), "")


def door_secret() -> tuple[str, tuple[str, ...]]:
    """Return what ties a half-done sign-in to this browser, or nothing, and the second factors it waits for."""
    secret, *methods = request.cookies.get(cookie_name(DOOR), "").split(".")
    return secret, tuple(method for method in methods if method in METHODS)


def key_secret() -> str:
    """Return what ties an asked-for passkey to this browser, or nothing."""
    return request.cookies.get(cookie_name(KEY), "")


def trip_secret() -> str:
    """Return what ties a trip to the identity provider to this browser, or nothing."""
    return request.cookies.get(cookie_name(TRIP), "")


def keep_trip(response: Response, secret: str) -> None:
    """Give the browser what ties its trip to the identity provider to it, for ten minutes."""
    _set(response, TRIP, secret, DOOR_S)


def keep_session(response: Response, secret: str) -> None:
    """Give the browser its session; it forgets it when it is closed, and the database sooner."""
    _set(response, SESSION, secret, None)


def keep_door(response: Response, secret: str, methods: Iterable[str] = ()) -> None:
    """Give the browser what ties a sign-in to it, for ten minutes, and which second factors are awaited."""
    _set(response, DOOR, ".".join((secret, *methods)), DOOR_S)


def keep_key(response: Response, secret: str) -> None:
    """Give the browser what ties an asked-for passkey to it, for ten minutes."""
    _set(response, KEY, secret, DOOR_S)


def forget(response: Response, *names: str) -> None:
    """Take cookies back."""
    for name in names:
        _set(response, name, "", 0)


def _set(response: Response, name: str, value: str, max_age_s: int | None) -> None:
    # Lax, not Strict: the identity provider's answer comes from another site, and a link in a message should open.
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=max_age_s,
        path="/",
        secure=bool(current_app.config.get(SECURE)),
        httponly=True,
        samesite="Lax",
    )

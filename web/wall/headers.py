"""The headers of every answer: what a browser may load, keep, frame and pass on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Flask, Response, current_app, request

from web.wall.cookies import SECURE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SCRIPT_HASHES: Final = "MERR_SCRIPT_HASHES"
"""Key of `app.config` for the function that gives the hashes of the page's own inline scripts."""

WALL: Final = "wall"
"""The blueprint of the pages that are plain HTML; they need no style or script of their own inline."""

KEPT: Final = ("/assets/", "/_dash-component-suites/", "/map/base/", "/sign-in/files/")
"""Paths of files that hold nothing of the registry; a browser may keep them."""

HSTS_S: Final = 31_536_000

FIXED: Final = {
    "Server": "merr",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Browsers without Sec-Fetch-Site name the origin of a form only where they may name the page.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def guard_headers(app: Flask) -> None:
    """Put the headers on every answer of `app`, refusals and faults included."""
    app.after_request(_with_headers)


def content_policy(script_hashes: Sequence[str] = (), *, inline_styles: bool = False) -> str:
    """Return the content security policy: nothing but this server, and no inline script without its hash.

    On the dashboard styles may stand inline: Mantine and AG Grid write their style elements in the browser.
    """
    scripts = " ".join(["'self'", *script_hashes])
    styles = "'self' 'unsafe-inline'" if inline_styles else "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            f"style-src {styles}",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _with_headers(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _policy_of(response)
    for name, value in FIXED.items():
        response.headers[name] = value
    if current_app.config.get(SECURE):
        response.headers["Strict-Transport-Security"] = f"max-age={HSTS_S}"
    if not request.path.startswith(KEPT) or response.status_code >= 400:  # noqa: PLR2004 - HTTP
        response.headers["Cache-Control"] = "no-store"
    elif request.path.startswith("/assets/") and "m" in request.args:
        # Dash names the file's time in `m`, so what it names never changes.
        response.headers["Cache-Control"] = f"private, max-age={HSTS_S}, immutable"
    return response


def _policy_of(response: Response) -> str:
    """Return the policy of one answer: the dashboard's document alone may run Dash's own inline scripts."""
    document = response.mimetype == "text/html" and response.status_code < 300  # noqa: PLR2004 - HTTP
    if not document or request.blueprint == WALL:
        return content_policy()
    hashes: Callable[[], Sequence[str]] = current_app.config.get(SCRIPT_HASHES, tuple)
    return content_policy(hashes(), inline_styles=True)

"""The headers of every answer: what a browser may load, keep, frame and pass on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Flask, Response, current_app, request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SCRIPT_HASHES: Final = "MERR_SCRIPT_HASHES"
"""Key of `app.config` for the function that gives the hashes of the page's own inline scripts."""

KEPT: Final = ("/assets/", "/_dash-component-suites/", "/map/base/")
"""Paths of files that hold nothing of the registry; a browser may keep them."""

FIXED: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def guard_headers(app: Flask) -> None:
    """Put the headers on every answer of `app`, refusals and faults included."""
    app.after_request(_with_headers)


def content_policy(script_hashes: Sequence[str]) -> str:
    """Return the content security policy: nothing but this server, and no inline script without its hash.

    Styles may stand inline: Mantine and AG Grid write their style elements in the browser.
    """
    scripts = " ".join(["'self'", *script_hashes])
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _with_headers(response: Response) -> Response:
    hashes: Callable[[], Sequence[str]] = current_app.config.get(SCRIPT_HASHES, tuple)
    response.headers["Content-Security-Policy"] = content_policy(hashes())
    for name, value in FIXED.items():
        response.headers[name] = value
    if not request.path.startswith(KEPT) or response.status_code >= 400:  # noqa: PLR2004 - HTTP
        response.headers["Cache-Control"] = "no-store"
    elif request.path.startswith("/assets/") and "m" in request.args:
        # Dash names the file's time in `m`, so what it names never changes.
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response

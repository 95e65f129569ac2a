"""Whether a change was asked for by a page of ours: browsers say so by themselves, and a token needs no page."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app, request

from web.errors import OtherSiteError
from web.wall.gate import bearer

ORIGIN: Final = "MERR_ORIGIN"
"""Key of `app.config`: the origin people open, when it is stated; else the one a request was sent to."""

SAFE: Final = ("GET", "HEAD", "OPTIONS")


def guard_origins(app: Flask) -> None:
    """Refuse every unsafe request to `app` that does not come from a page of its own."""
    app.before_request(same_origin_only)


def same_origin_only() -> None:
    """Refuse a change that another site's page asked for, or of which nobody says where it comes from.

    Raises
    ------
    OtherSiteError
        Sec-Fetch-Site or Origin names another site, or both are missing and there is no token: a browser adds
        its cookies to whatever a stranger's page sends, but never an Authorization line.
    """
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is None and origin is None:
        if bearer():
            return
        raise _refusal("neither Sec-Fetch-Site nor Origin")
    # A page that sends no referrer may say null here beside Sec-Fetch-Site, which is the surer of the two.
    if site not in (None, "same-origin") or (origin != _own() and not (site and origin in (None, "null"))):
        raise _refusal(origin or f"Sec-Fetch-Site: {site}")


def _own() -> str:
    stated: str | None = current_app.config.get(ORIGIN)
    return stated or f"{request.scheme}://{request.host}"


def _refusal(given: str) -> OtherSiteError:
    return OtherSiteError(
        "Another site's page asked for this",
        given=given,
        wanted="a request from this server's own pages, or one with a token",
        todo="open the registry's own page",
    )

"""The wall's own pages: plain HTML without any inline script, shown before and beside the dashboard."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, current_app, g, render_template

from registry.db.engine import session_scope
from web.errors import WebError
from web.wall.classes import open_to_all
from web.wall.gate import bearer, known, principal
from web.wall.headers import WALL

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from geo.errors import Refusal
    from registry.db.engine import Session
    from registry.people.principal import Principal
    from registry.settings import Settings

SHARED_FILES: Final = "MERR_SHARED_FILES"
"""Key of `app.config` for the folder with the product's own tokens, fonts and sign."""

OURS: Final = {"wall.css": "text/css", "appearance.js": "text/javascript", "passkeys.js": "text/javascript"}
SHARED: Final = {
    "00-tokens.css": "text/css",
    "brand.svg": "image/svg+xml",
    "fonts/public-sans.woff2": "font/woff2",
}
KINDS: Final = {**OURS, **SHARED}
AT: Final = "/sign-in/files/"
OWN_FILES: Final = Path(__file__).parent / "files"

REFUSED: Final = 403
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\\]")


@dataclass(frozen=True)
class House:
    """What the wall's pages ask: the settings, and the database of accounts."""

    settings: Settings
    url: str

    def ask(self, principal: Principal | None = None) -> AbstractContextManager[Session]:
        """Return a session on the accounts, in one transaction."""
        return session_scope(self.url, principal=principal)


def wall_routes() -> Blueprint:
    """Return the blueprint of the wall's pages with their style, script and pictures."""
    routes = Blueprint(WALL, __name__, template_folder="templates")

    @routes.get(f"{AT}<path:name>")
    @open_to_all
    def wall_file(name: str) -> Response:
        path = _folder_of(name) / name
        if name not in KINDS or not path.is_file():
            abort(404)
        kept = {"Cache-Control": "public, max-age=3600"}
        return Response(path.read_bytes(), mimetype=KINDS[name], headers=kept)

    return routes


def page(template: str, *, refusal: Refusal | None = None, note: str = "", **facts: object) -> str:
    """Return a page of the wall: with a refusal on top, or a note."""
    return render_template(
        f"wall/{template}.html",
        refusal=refusal,
        note=note,
        who=known(),
        file=file_address,
        request_id=g.get("request_id", "") if refusal else "",
        **facts,
    )


def file_address(name: str) -> str:
    """Return the address of a file of these pages, which changes when the file does."""
    return f"{AT}{name}?m={_digest(_folder_of(name) / name)}"


def safe_path(given: object) -> str:
    r"""Return a path of this server to go on to; the first page for whatever else was given.

    Browsers read `//host`, `/\\host` and `/<tab>/host` as another host's address.
    """
    path = given if isinstance(given, str) else ""
    ours = path.startswith("/") and not path.startswith("//")
    if not ours or CONTROL.search(path) or len(path) >= 2000:  # noqa: PLR2004 - characters
        return "/"
    # Only now: of a text that begins with two strokes urlsplit may refuse what it takes for a host.
    return "/" if urlsplit(path).path in ("/sign-in", "/sign-out", "/step-up") else path


def at_the_browser() -> Principal:
    """Return who asks for a page about their own account; a token has no such pages.

    Raises
    ------
    WebError
        A token asks, or one that was made for other things.
    """
    asks = principal()
    if bearer() or not (asks.actions is None or "account.own" in asks.actions):
        raise WebError(
            "A token has no account page",
            given="a request with a token",
            wanted="somebody signed in with a browser",
            todo="open the page in a browser",
        )
    return asks


def _folder_of(name: str) -> Path:
    return OWN_FILES if name in OURS else Path(current_app.config.get(SHARED_FILES, OWN_FILES))


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "none"

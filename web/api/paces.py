"""How often an account may ask the REST door; its address is counted before the gate (`web.wall.limits`).

Counted in the memory of the process that answers: it keeps a program that loops from taking the server from others,
and no rule of the office stands on it. So it needs no write to the database at each request; with several workers each
has its own count. What must be exact is counted in the database: looks within an hour, tries at signing in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import current_app, g

from web.wall.gate import principal
from web.wall.limits import Knocks, too_often

if TYPE_CHECKING:
    from flask import Response

PACE: Final = "merr.pace"
PER_MINUTE: Final = 300
"""Requests a minute of one account, by all its sessions and tokens together."""


def new_pace(per_minute: int = PER_MINUTE) -> Knocks:
    """Return a count that takes so many requests a minute of each account."""
    return Knocks(per_minute, per_minute)


def take_turn() -> None:
    """Count one request of who asks, and refuse it when the account has none left.

    Raises
    ------
    TooOftenError
        It says after how many seconds the next one is taken.
    """
    pace: Knocks = current_app.extensions[PACE]
    key = principal().account_id
    wait = pace.wait_s(key)
    g.pace_left = pace.left(key)
    if wait:
        raise too_often(f"more than {pace.at_once} requests a minute by one account", wait)


def with_pace(response: Response) -> Response:
    """Return an answer with what the account has left, in the fields of the IETF's draft on rate limits."""
    if "pace_left" in g:
        pace: Knocks = current_app.extensions[PACE]
        response.headers["RateLimit-Policy"] = f'"account";q={pace.at_once};w=60'
        response.headers["RateLimit"] = f'"account";r={g.pace_left}'
    return response

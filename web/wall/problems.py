"""Refusals and faults as programs read them: problem details (RFC 9457)."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from flask import Response, g, make_response

from registry.trust.refusals import DisclosureRefused

if TYPE_CHECKING:
    from geo.errors import Refusal

MEDIA_TYPE: Final = "application/problem+json"
TYPES: Final = "/api/v1/problems#"
"""What the type of every problem begins with; docs/api.md has a line for each."""

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def problem(refusal: Refusal, status: int) -> Response:
    """Return a refusal as a problem with what was given, what was wanted and what to do as members of their own."""
    body = {
        "type": TYPES + type_of(type(refusal)),
        "title": refusal.title,
        "status": status,
        "detail": f"Given: {refusal.given}. Wanted: {refusal.wanted}. To do: {refusal.todo}.",
        "given": refusal.given,
        "wanted": refusal.wanted,
        "todo": refusal.todo,
        "request_id": g.get("request_id", ""),
    }
    if refusal.place is not None:
        body["place"] = list(refusal.place)
    if isinstance(refusal, DisclosureRefused):
        body["reason"] = refusal.reason
        body["event"] = refusal.event
    # A word that was given may hold half of a surrogate pair; escaped, it is JSON all the same.
    response = make_response(json.dumps(body).encode("ascii"), status)
    response.headers["Content-Type"] = MEDIA_TYPE
    return response


def type_of(family: type[Refusal]) -> str:
    """Return the word that tells a family of refusals from the others: `not-there`, `access`."""
    return _CAPITAL.sub("-", family.__name__.removesuffix("Error")).lower()

"""The calls of the pages' callbacks: which callback a posted body means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request

from web.errors import WebError

if TYPE_CHECKING:
    from collections.abc import Mapping


def posted_json() -> object:
    """Return the JSON that was posted; None where there is none, or it is nested deeper than anybody can read it."""
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def read_call(body: object, callbacks: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return a posted body as an object, and the output that names the callback which it asks for.

    Raises
    ------
    WebError
        The body is no object, or names none of `callbacks`.
    """
    if not isinstance(body, dict):
        raise foreign_call(f"a {type(body).__name__} instead of an object")
    output = body.get("output")
    if not isinstance(output, str) or output not in callbacks:
        raise foreign_call(f"the output {str(output)[:60]!r}")
    return body, output


def foreign_call(given: str) -> WebError:
    """Return the refusal of a body that no page of ours can have sent."""
    return WebError(
        "This is no call of a page of ours",
        given=given,
        wanted="what the page's own script sends",
        todo="load the page again",
    )

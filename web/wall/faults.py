"""One shape for everything that is not answered: given, wanted, to do, and the request's id."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from flask import Flask, Response, g, jsonify
from werkzeug.exceptions import HTTPException

from geo.errors import Refusal
from web.errors import status_of

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

log = logging.getLogger("merr.web")

FAULT: Final = 500
TOO_LARGE: Final = 413


def answer_faults(app: Flask) -> None:
    """Answer refusals, HTTP errors and our own faults of `app` in one shape."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _fault)


def fault_body(title: str, given: str, wanted: str, todo: str) -> dict[str, str]:
    """Return the body of an answer that is none, with the request's id to quote."""
    return {
        "title": title,
        "given": given,
        "wanted": wanted,
        "todo": todo,
        "request_id": g.get("request_id", ""),
    }


def _refused(refusal: Refusal) -> tuple[Response, int]:
    body = fault_body(refusal.title, refusal.given, refusal.wanted, refusal.todo)
    return jsonify(body), status_of(refusal)


def _http(fault: HTTPException) -> AnyResponse | tuple[Response, int]:
    status = fault.code or FAULT
    if status < 400:  # noqa: PLR2004 - a redirect is no fault
        return fault.get_response()
    todo = "send less than 8 MB" if status == TOO_LARGE else "check the address, or start again from /"
    body = fault_body(fault.name, str(status), "something this server has", todo)
    return jsonify(body), status


def _fault(fault: Exception) -> tuple[Response, int]:
    log.error("request %s failed", g.get("request_id", ""), exc_info=fault)
    body = fault_body(
        "Something on our side failed", "a request", "an answer", "try again; the log has the id"
    )
    return jsonify(body), FAULT

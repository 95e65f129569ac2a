"""One shape for everything that is not answered: given, wanted, to do, and the request's id."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Flask, Response, g, make_response, redirect
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from geo.errors import Refusal
from registry.errors import DatabaseError
from registry.people.proof import StepUpNeeded
from web.errors import (
    MethodError,
    NotSignedInError,
    TooOftenError,
    UnservedError,
    WebError,
    status_of,
)
from web.wall.gate import for_program, wanted_path, wants_page
from web.wall.pages import page
from web.wall.problems import problem

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

log = logging.getLogger("merr.web")

FAULT: Final = 500
TOO_LARGE: Final = 413
RETRY_S: Final = "60"
STEP_UP: Final = "/step-up"


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


def _refused(refusal: Refusal) -> AnyResponse:
    """Return a refusal with its status; a person is shown a page, or where to prove that it is them."""
    if isinstance(refusal, StepUpNeeded) and wants_page():
        return redirect(f"{STEP_UP}?next={quote(wanted_path(), safe='/')}")
    if isinstance(refusal, DatabaseError):
        return _unserved(refusal)
    response = _shown(refusal, status_of(refusal))
    if isinstance(refusal, NotSignedInError):
        response.headers["WWW-Authenticate"] = 'Bearer realm="merr"'
    if isinstance(refusal, MethodError):
        response.headers["Allow"] = ", ".join(refusal.allowed)
    if isinstance(refusal, TooOftenError):
        response.headers["Retry-After"] = str(refusal.wait_s)
    return response


def _unserved(refusal: DatabaseError) -> AnyResponse:
    """Return that the registry cannot be asked now; where its database is, and what it lacks, only the log says."""
    log.error("request %s: %s", g.get("request_id", ""), refusal)
    said = UnservedError(
        "The registry cannot be asked now",
        given="a request that its database did not serve",
        wanted="a database that answers",
        todo="try again in a minute; whoever runs the server finds the reason in its log",
    )
    response = _shown(said, status_of(said))
    response.headers["Retry-After"] = RETRY_S
    return response


def _http(fault: HTTPException) -> AnyResponse:
    status = fault.code or FAULT
    if status < 400:  # noqa: PLR2004 - a redirect is no fault
        return fault.get_response()
    todo = "send less than 8 MB" if status == TOO_LARGE else "check the address, or start again from /"
    refusal = WebError(fault.name, given=str(status), wanted="something this server has", todo=todo)
    response = _shown(refusal, status)
    if isinstance(fault, MethodNotAllowed) and fault.valid_methods:
        response.headers["Allow"] = ", ".join(fault.valid_methods)
    return response


def _fault(fault: Exception) -> AnyResponse:
    log.error("request %s failed", g.get("request_id", ""), exc_info=fault)
    return _shown(
        WebError(
            "Something on our side failed",
            given="a request",
            wanted="an answer",
            todo="try again; the log has the id",
        ),
        FAULT,
    )


def _shown(refusal: Refusal, status: int) -> Response:
    """Return a refusal as a page for a person, as a problem for a program, else as the one shape of JSON."""
    if wants_page():
        g.setdefault("principal", None)  # who asks may be the very thing that could not be asked
        return make_response(page("refused", refusal=refusal), status)
    if for_program():
        return problem(refusal, status)
    body = fault_body(refusal.title, refusal.given, refusal.wanted, refusal.todo)
    return make_response(body, status)

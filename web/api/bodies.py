"""What a request brings, read against the models of its route; whatever is not in them is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from flask import request
from pydantic import BaseModel, ValidationError

from web.api.route import Nothing
from web.errors import BodyError, MediaTypeError, TooLargeError, WebError

if TYPE_CHECKING:
    from web.api.route import Route
    from web.api.values import Asked, Given

    Read = TypeVar("Read", bound=BaseModel)

JSON = "application/json"


def read_body(route: Route) -> tuple[Given, bytes]:
    """Return the body of the request as the route takes it, and its bytes.

    Raises
    ------
    TooLargeError, MediaTypeError, WebError, BodyError
        It is too large, of another media type, no JSON, or not what the route takes.
    """
    if route.takes is None:
        return Nothing(), b""
    if (request.content_length or 0) > route.most_bytes:
        raise _too_large(route)
    raw = request.get_data(cache=False)
    if len(raw) > route.most_bytes:
        raise _too_large(route)
    if not raw and route.takes is Nothing:
        return Nothing(), b""
    if request.mimetype != JSON:
        raise MediaTypeError(
            "The body is of another media type",
            given=repr(request.mimetype[:60]) if request.mimetype else "none",
            wanted=JSON,
            todo=f"send JSON, and Content-Type: {JSON}",
        )
    try:
        return route.takes.model_validate_json(raw), raw
    except ValidationError as fault:
        raise _refusal(fault, route.takes) from None


def read_question(route: Route) -> Asked:
    """Return what stands behind the question mark as the route asks.

    Raises
    ------
    BodyError
        A name is not known or stands twice, or a value cannot be used.
    """
    given = request.args.to_dict(flat=False)
    twice = sorted(name for name, values in given.items() if len(values) > 1)
    if twice:
        raise BodyError(
            "A name stands twice behind the question mark",
            given=ascii(twice[0][:60]),
            wanted="each once",
            todo="leave one of them out",
        )
    try:
        return route.asks.model_validate({name: values[0] for name, values in given.items()})
    except ValidationError as fault:
        raise _refusal(fault, route.asks) from None


def _refusal(fault: ValidationError, model: type[BaseModel]) -> WebError:
    """Return the refusal of a body or question, naming the first member that cannot be used."""
    first = fault.errors(include_url=False, include_context=False)[0]
    said = first["msg"].removeprefix("Value error, ")
    if first["type"] == "json_invalid":
        return WebError(
            "The body cannot be read", given=said, wanted="complete JSON (RFC 8259)", todo="correct it"
        )
    where = ".".join(str(part) for part in first["loc"]) or "the body"
    members = ", ".join(model.model_fields) or "no members"
    if first["type"] == "extra_forbidden":
        return BodyError(
            "A member is not known",
            given=ascii(where[:100]),
            wanted=members,
            todo="leave it out, or correct its name",
        )
    return BodyError(
        "A member cannot be used",
        given=f"{where[:100]!a}: {ascii(first['input'])[:100]}",
        wanted=said,
        todo="give it such a value; /api/v1/openapi.json tells what each may be",
    )


def _too_large(route: Route) -> TooLargeError:
    return TooLargeError(
        "The body is too large",
        given=f"more than {route.most_bytes:,} bytes",
        wanted=f"at most {route.most_bytes:,} bytes",
        todo="send less, or draw the area with fewer corners",
    )

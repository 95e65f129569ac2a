"""The frame of the REST door: every route of the table, hung on the application behind its gate."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, make_response, request

from registry.db.engine import session_scope
from registry.people.access import require
from registry.people.proof import StepUpNeeded
from web.api.bodies import read_body, read_question
from web.api.conditions import is_held, wanted_state
from web.api.openapi import document
from web.api.paces import PACE, new_pace, take_turn, with_pace
from web.api.replays import REPLAYED, fingerprint, key_of_request, once
from web.api.route import PREFIX, Call, File, Reply, Route
from web.api.table import ROUTES
from web.errors import MethodError, NotFoundError
from web.wall.classes import SIGNED_IN, for_action, signed_in
from web.wall.cookies import SESSION, cookie_name
from web.wall.gate import bearer, principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from registry.people.replies import Kept

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT")
NOT_CHANGED: Final = 304


def hang_api(app: Flask, url: str) -> None:
    """Hang every route of the REST door on `app`, which asks the database at `url`."""
    app.extensions[PACE] = new_pace()
    routes = Blueprint("api", __name__)
    routes.before_request(take_turn)
    routes.after_request(with_pace)
    for route in ROUTES:
        routes.add_url_rule(
            PREFIX + re.sub(r"\{(\w+)\}", r"<uuid:\1>", route.path),
            route.name,
            _view(route, url),
            methods=[route.method],
            provide_automatic_options=False,
        )
    routes.add_url_rule(
        f"{PREFIX}/openapi.json", "openapi", _document, methods=["GET"], provide_automatic_options=False
    )
    for place in ("/api/", "/api/<path:rest>"):
        routes.add_url_rule(
            place, "nothing_here", _nothing_here, methods=METHODS, provide_automatic_options=False
        )
    app.register_blueprint(routes)


def _view(route: Route, url: str) -> Callable[..., Response]:
    """Return the view of one route, marked with the action that the gate asks for."""

    def view(**ids: object) -> Response:
        asked = read_question(route)
        body, raw = read_body(route)
        condition = wanted_state() if route.conditional else None
        key = key_of_request() if route.once else None
        asks = principal()
        with session_scope(url, principal=asks) as session:
            call = Call[Any, Any](
                session=session,
                principal=asks,
                body=body,
                asked=asked,
                ids={name: str(value) for name, value in ids.items()},
                condition=condition,
            )
            return _answered(route, call, key, raw)

    return signed_in(view) if route.action == SIGNED_IN else for_action(route.action)(view)


def _answered(route: Route, call: Call[Any, Any], key: str | None, raw: bytes) -> Response:
    """Return the answer of one call; under a key that was answered before, the same one again."""

    def work() -> Response:
        try:
            return _response(route, route.does(call))
        except StepUpNeeded as refusal:
            raise _in_words_for_programs(refusal) from refusal

    def check(kept: Kept) -> None:
        if route.again is None:
            require(call.principal, route.action)
        else:
            route.again(call, kept.headers.get("Location"))

    if key is None:
        return work()
    found = once(call.session, call.principal, key, fingerprint(raw), work=work, check=check)
    return found if isinstance(found, Response) else _again(found)


def _again(kept: Kept) -> Response:
    response = make_response(kept.body, kept.status)
    response.headers.update(kept.headers)
    response.headers[REPLAYED] = "true"
    return response


def _response(route: Route, reply: Reply) -> Response:
    """Return a reply as it goes out; nothing of it does before the transaction is committed."""
    if reply.etag is not None and route.method == "GET" and is_held(reply.etag):
        response = make_response(b"", NOT_CHANGED)
    elif reply.file is not None:
        response = _as_file(route, reply.file)
    elif reply.value is None:
        response = make_response(b"", route.status)
    else:
        response = make_response(reply.value.as_sent(), route.status)
        response.headers["Content-Type"] = "application/json"
    if reply.etag is not None:
        response.headers["ETag"] = f'"{reply.etag}"'
    if reply.location is not None:
        response.headers["Location"] = PREFIX + reply.location
    if reply.after is not None:
        given = {**request.args.to_dict(), "after": reply.after}
        words = "&".join(f"{name}={value}" for name, value in _escaped(given))
        response.headers["Link"] = f'<{request.path}?{words}>; rel="next"'
    return response


def _as_file(route: Route, file: File) -> Response:
    response = make_response(file.content, route.status)
    response.headers["Content-Type"] = file.media_type
    if file.name:
        named = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        response.headers["Content-Disposition"] = named
    return response


def _escaped(given: dict[str, str]) -> list[tuple[str, str]]:
    return [(quote(name, safe=""), quote(value, safe="")) for name, value in given.items()]


def _in_words_for_programs(refusal: StepUpNeeded) -> StepUpNeeded:
    """Return the refusal of what wants a fresh second factor: no token can give one."""
    if not bearer():
        return refusal
    return StepUpNeeded(
        "A token cannot do this",
        given="a token, which never proves who holds it",
        wanted="a session in a browser, with a second factor given in the last minutes",
        todo="sign in at /sign-in and do it on the page, or with that session's cookie",
    )


@signed_in
def _document() -> Response:
    return jsonify(document(ROUTES, cookie_name(SESSION)))


@signed_in
def _nothing_here(rest: str = "") -> Response:
    """Refuse what no route answers: the method, where the address is known, else the address."""
    path = f"/api/{rest}"
    allowed: list[str] = sorted({route.method for route in ROUTES if _matches(route.path, path)})
    if path == f"{PREFIX}/openapi.json":
        allowed = ["GET"]
    if "GET" in allowed:
        allowed.insert(1, "HEAD")
    if allowed:
        refusal = MethodError(
            "This address does not take that method",
            given=request.method,
            wanted=" or ".join(allowed),
            todo=f"look it up in {PREFIX}/openapi.json",
        )
        refusal.allowed = tuple(allowed)
        raise refusal
    raise NotFoundError(
        "Nothing answers here",
        given=ascii(request.path[:100]),
        wanted=f"an address in {PREFIX}/openapi.json",
        todo="correct the address",
    )


_UUID: Final = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"


def _matches(pattern: str, path: str) -> bool:
    return re.fullmatch(PREFIX + re.sub(r"\{\w+\}", _UUID, pattern), path) is not None

"""Signing in with a local account, by password and code or by passkey, and signing out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from flask import jsonify, make_response, redirect, request

from registry.people import sessions, sign_in
from registry.people.sign_in import Refused, SignedIn
from registry.trust.events import record
from web.errors import status_of
from web.wall.calls import foreign_call, posted_json
from web.wall.classes import open_to_all, signed_in
from web.wall.cookies import (
    DOOR,
    KEY,
    SESSION,
    door_secret,
    forget,
    keep_door,
    keep_key,
    keep_session,
    key_secret,
)
from web.wall.faults import fault_body
from web.wall.gate import known, principal
from web.wall.limits import address, take_knock
from web.wall.pages import REFUSED, House, page, safe_path

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response

    from registry.errors import RegistryError

    Answer = Response | str | tuple[str, int]

SEE_OTHER: Final = 303
CODE: Final = "/sign-in?code=1"


def register(routes: Blueprint, house: House) -> None:
    """Hang the sign-in, its passkey and the sign-out on the wall."""

    @routes.get("/sign-in")
    @open_to_all
    def sign_in_page() -> Answer:
        note = "You are signed out." if request.args.get("out") else ""
        return _page(house, note=note)

    @routes.post("/sign-in")
    @open_to_all
    def sign_in_step() -> Answer:
        take_knock()
        if "code" in request.form:
            return _by_code(house)
        return _by_password(house)

    @routes.post("/sign-in/passkey")
    @open_to_all
    def sign_in_passkey() -> Any:  # noqa: ANN401 - JSON with its status
        take_knock()
        answer = passkey_answer()
        if answer is None:
            with house.ask() as session:
                offer = sign_in.passkey_options(session, origin=house.settings.origin)
            return offered(offer) if not isinstance(offer, Refused) else refused_json(offer.refusal)
        with house.ask() as session:
            done = sign_in.passkey_finish(
                session, key_secret(), answer, address=address(), origin=house.settings.origin
            )
        if isinstance(done, Refused):
            return refused_json(done.refusal)
        return let_in(house, done, jsonify({"next": safe_path(posted().get("next"))}))

    @routes.post("/sign-out")
    @signed_in
    def sign_out() -> Response:
        asks = principal()
        with house.ask(asks) as session:
            sessions.end(session, asks.session_id)
            record(session, "sign_out")
        response = redirect("/sign-in?out=1", SEE_OTHER)
        forget(response, SESSION, DOOR, KEY)
        response.headers["Clear-Site-Data"] = '"storage"'
        return response


def let_in(house: House, done: SignedIn, response: Response) -> Response:
    """Return the answer that gives the browser its new session; one that it had before ends."""
    before = known()
    if before is not None and before.session_id != done.session_id:
        with house.ask() as session:
            sessions.end(session, before.session_id, "renewed")
    keep_session(response, done.secret)
    forget(response, DOOR, KEY)
    return response


def passkey_answer() -> str | None:
    """Return what the browser's authenticator answered, as JSON; None when the browser still asks what to ask it.

    Raises
    ------
    WebError
        The body is no JSON object.
    """
    answer = posted().get("answer")
    return None if answer is None else json.dumps(answer)


def offered(offer: sign_in.Offer) -> Response:
    """Return what the browser is to ask its authenticator, tied to this browser."""
    response = make_response({"options": json.loads(offer.options)})
    keep_key(response, offer.secret)
    return response


def refused_json(refusal: RegistryError) -> tuple[Response, int]:
    """Return a refusal as a script of ours reads it."""
    body = fault_body(refusal.title, refusal.given, refusal.wanted, refusal.todo)
    status = status_of(refusal)
    return jsonify(body), REFUSED if status == 409 else status  # noqa: PLR2004 - not taken, no conflict


def posted() -> dict[str, Any]:
    """Return the object that a script of ours posted.

    Raises
    ------
    WebError
        The body is none.
    """
    body = posted_json()
    if not isinstance(body, dict):
        raise foreign_call(f"a {type(body).__name__} instead of an object")
    return body


def _by_password(house: House) -> Answer:
    name = request.form.get("name", "")
    with house.ask() as session:
        found = sign_in.by_password(session, name, request.form.get("password", ""), address=address())
    if isinstance(found, Refused):
        return _page(house, refusal=found.refusal, name=name), REFUSED
    response = redirect(_with_next(CODE), SEE_OTHER)
    keep_door(response, found.secret, found.methods)
    return response


def _by_code(house: House) -> Answer:
    with house.ask() as session:
        done = sign_in.by_code(session, door_secret()[0], request.form["code"], address=address())
    if isinstance(done, Refused):
        return _code_again(house, done)
    return let_in(house, done, redirect(_next(), SEE_OTHER))


def _code_again(house: House, refused: Refused) -> Answer:
    pending = refused.pending
    if pending is None:
        response = make_response(_page(house, refusal=refused.refusal, begin=True), REFUSED)
        forget(response, DOOR)
        return response
    response = make_response(_code_page(pending.methods, refusal=refused.refusal), REFUSED)
    keep_door(response, pending.secret, pending.methods)
    return response


def _page(
    house: House, *, refusal: RegistryError | None = None, note: str = "", name: str = "", begin: bool = False
) -> str:
    """Return the page that takes a name and a password, or the code while one is awaited."""
    secret, methods = door_secret()
    if secret and request.args.get("code") and not begin:
        return _code_page(methods, refusal=refusal)
    return page(
        "sign_in",
        refusal=refusal,
        note=note,
        name=name,
        next=_next(),
        provider=house.settings.oidc_issuer and provider_name(house.settings.oidc_issuer),
        passkey_at="/sign-in/passkey",
    )


def _code_page(methods: tuple[str, ...], *, refusal: RegistryError | None = None) -> str:
    return page("code", refusal=refusal, methods=methods, next=_next(), passkey_at="/sign-in/passkey")


def provider_name(issuer: str) -> str:
    """Return what an identity provider is called on a button: its host."""
    return urlsplit(issuer).hostname or issuer


def _next() -> str:
    return safe_path(request.form.get("next") or request.args.get("next"))


def _with_next(path: str) -> str:
    return f"{path}&next={quote(_next(), safe='/')}"

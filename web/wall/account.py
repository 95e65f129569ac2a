"""Somebody's own account: its password, its second factors and where it is signed in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import jsonify, make_response, redirect, request

from matching.measures import moment_words
from registry.errors import RegistryError
from registry.people import enrolment, passwords, sessions
from registry.people.authenticators import authenticators_of
from registry.people.limits import is_fresh
from registry.people.principal import ROLE_NAMES
from registry.people.sign_in import SignedIn
from registry.trust.events import record
from web.wall.classes import signed_in
from web.wall.cookies import key_secret
from web.wall.pages import REFUSED, House, at_the_browser, page
from web.wall.sign_in import SEE_OTHER, let_in, offered, passkey_answer, posted

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response

NOTES = {
    "password": "Your password is changed. Every other session of yours has ended.",
    "passkey": "The passkey is added. You can sign in with it from now on.",
    "removed": "It is removed.",
    "others": "Every other session and token of yours has ended.",
}


def register(routes: Blueprint, house: House) -> None:
    """Hang the account's page and what it can do on the wall."""

    @routes.get("/account")
    @signed_in
    def account() -> str:
        return _page(house, note=NOTES.get(request.args.get("done", ""), ""))

    @routes.post("/account/password")
    @signed_in
    def account_password() -> Response:
        return _change_password(house)

    @routes.post("/account/passkey")
    @signed_in
    def account_passkey() -> Any:  # noqa: ANN401 - JSON with its status
        asks, origin, answer = at_the_browser(), house.settings.origin, passkey_answer()
        with house.ask(asks) as session:
            if answer is None:
                return offered(enrolment.offer_passkey(session, asks, origin=origin))
            label = str(posted().get("label", ""))
            enrolment.add_passkey(session, asks, key_secret(), answer, label=label, origin=origin)
        return jsonify({"next": "/account?done=passkey"})

    @routes.post("/account/authenticators/<which>")
    @signed_in
    def account_take_away(which: str) -> Response:
        asks = at_the_browser()
        try:
            with house.ask(asks) as session:
                enrolment.take_away(session, asks, which)
        except RegistryError as refusal:
            return make_response(_page(house, refusal=refusal), REFUSED)
        return redirect("/account?done=removed", SEE_OTHER)

    @routes.post("/account/others")
    @signed_in
    def account_others() -> Response:
        asks = at_the_browser()
        with house.ask(asks) as session:
            ended = sessions.end_all(session, asks.account_id, "signed out", but=asks.session_id)
            if ended:
                record(session, "session.ended", detail={"sessions": ended})
        return redirect("/account?done=others", SEE_OTHER)


def _change_password(house: House) -> Response:
    asks, form = at_the_browser(), request.form
    try:
        with house.ask(asks) as session:
            refused = passwords.change_password(session, asks, form.get("old", ""), form.get("new", ""))
            fresh = None if refused else sessions.renew(session, asks)
    except RegistryError as refusal:
        return make_response(_page(house, refusal=refusal), REFUSED)
    if fresh is None:
        return make_response(_page(house, refusal=refused), REFUSED)
    secret, session_id = fresh
    done = SignedIn(secret=secret, session_id=session_id, account_id=asks.account_id)
    return let_in(house, done, redirect("/account?done=password", SEE_OTHER))


def _page(house: House, *, refusal: RegistryError | None = None, note: str = "") -> str:
    asks = at_the_browser()
    with house.ask(asks) as session:
        held = authenticators_of(session, asks.account_id)
        others = [
            one for one in sessions.open_sessions(session, asks.account_id) if one.id != asks.session_id
        ]
    return page(
        "account",
        refusal=refusal,
        note=note,
        asks=asks,
        roles=[ROLE_NAMES[appointment.role] for appointment in asks.appointments],
        authenticators=held,
        others=others,
        must_change=asks.actions is not None,
        fresh=is_fresh(asks.proved_at, datetime.now(UTC)),
        moment=moment_words,
        passkey_at="/account/passkey",
        next="/account",
    )

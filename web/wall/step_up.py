"""Step-up: a fresh second factor before what cannot be taken back. The session gets a new secret with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import jsonify, redirect, request

from registry.people import stepup
from registry.people.authenticators import authenticators_of
from registry.people.sign_in import Refused
from web.wall.classes import signed_in
from web.wall.cookies import key_secret
from web.wall.limits import address
from web.wall.pages import REFUSED, House, at_the_browser, page, safe_path
from web.wall.sign_in import SEE_OTHER, let_in, offered, passkey_answer, posted, provider_name, refused_json

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response

    from registry.errors import RegistryError


def register(routes: Blueprint, house: House) -> None:
    """Hang the step-up and its passkey on the wall."""

    @routes.get("/step-up")
    @signed_in
    def step_up_page() -> str:
        return _page(house)

    @routes.post("/step-up")
    @signed_in
    def step_up_code() -> Response | tuple[str, int]:
        asks = at_the_browser()
        with house.ask(asks) as session:
            done = stepup.by_code(session, asks, request.form.get("code", ""), address=address())
        if isinstance(done, Refused):
            return _page(house, refusal=done.refusal), REFUSED
        return let_in(house, done, redirect(safe_path(request.form.get("next")), SEE_OTHER))

    @routes.post("/step-up/passkey")
    @signed_in
    def step_up_passkey() -> Any:  # noqa: ANN401 - JSON with its status
        asks, origin, answer = at_the_browser(), house.settings.origin, passkey_answer()
        with house.ask(asks) as session:
            if answer is None:
                return offered(stepup.passkey_options(session, asks, origin=origin))
            done = stepup.passkey_finish(session, asks, key_secret(), answer, origin=origin)
        if isinstance(done, Refused):
            return refused_json(done.refusal)
        return let_in(house, done, jsonify({"next": safe_path(posted().get("next"))}))


def _page(house: House, *, refusal: RegistryError | None = None) -> str:
    asks = at_the_browser()
    with house.ask(asks) as session:
        methods = {one.kind for one in authenticators_of(session, asks.account_id)}
    wanted = safe_path(request.form.get("next") or request.args.get("next"))
    return page(
        "step_up",
        refusal=refusal,
        methods=methods,
        next=wanted,
        passkey_at="/step-up/passkey",
        provider=_provider(house),
    )


def _provider(house: House) -> str:
    """Return the name of the identity provider where it proves a second factor; empty where it does not."""
    known = house.settings
    return provider_name(known.oidc_issuer) if known.oidc_issuer and known.oidc_acr.split() else ""

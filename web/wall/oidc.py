"""Signing in through the identity provider: there with a state that only this browser can bring back, and back once."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from authlib.common.security import generate_token
from flask import abort, make_response, redirect, request

from registry.errors import RegistryError
from registry.people import challenges, sign_in
from registry.people.limits import JUST_NOW
from registry.people.sign_in import Refused
from registry.trust.events import record
from web.errors import WebError
from web.wall.classes import open_to_all
from web.wall.cookies import TRIP, forget, keep_trip, trip_secret
from web.wall.limits import address, take_knock
from web.wall.pages import REFUSED, House, page, safe_path
from web.wall.provider import BACK, Provider, ProviderError
from web.wall.sign_in import SEE_OTHER, let_in, provider_name

if TYPE_CHECKING:
    from flask import Blueprint
    from werkzeug.wrappers import Response

    from web.wall.provider import Person

TOKEN_CHARS = 48
MOST_CHARS = 2000


def register(routes: Blueprint, house: House) -> None:
    """Hang the way to the identity provider and the way back on the wall; without one, nothing is there."""
    provider = Provider(house.settings) if house.settings.oidc_issuer else None

    @routes.get(BACK)
    @open_to_all
    def sign_in_provider() -> Response:
        if provider is None:
            abort(404)
        take_knock()
        try:
            if "state" in request.args or "code" in request.args or "error" in request.args:
                return _back(house, provider)
            return _there(house, provider)
        except (WebError, RegistryError) as refusal:
            return _refused(house, refusal)


def _there(house: House, provider: Provider) -> Response:
    """Send the browser to the provider; what shall be known again stays in the database, for ten minutes and once."""
    trip = provider.trip(*(generate_token(TOKEN_CHARS) for _ in range(3)))
    kept = {
        "state": trip.state,
        "nonce": trip.nonce,
        "verifier": trip.verifier,
        "next": safe_path(request.args.get("next")),
    }
    with house.ask() as session:
        secret = challenges.put(session, "provider", kept)
    response = redirect(trip.url)
    keep_trip(response, secret)
    return response


def _back(house: House, provider: Provider) -> Response:
    """Let in whoever the provider names, if the answer belongs to this browser's own trip."""
    with house.ask() as session:
        taken = challenges.take(session, "provider", trip_secret())
    if taken is None or not _belongs(taken.facts, provider):
        raise _strange("an answer to nothing that this browser asked, or one that came before")
    code = request.args.get("code", "")
    if not code:
        raise _strange(f"the provider's refusal: {request.args.get('error', 'no code')[:60]}")
    if len(code) > MOST_CHARS:
        raise _strange("a code that is too long")
    person = provider.person(code, str(taken.facts["nonce"]), str(taken.facts["verifier"]))
    return _let_in(house, person, str(taken.facts["next"]))


def _belongs(kept: dict[str, Any], provider: Provider) -> bool:
    given = request.args.get("state", "")
    same = hmac.compare_digest(given.encode(), str(kept["state"]).encode())
    return same and provider.names_itself(request.args.get("iss"))


def _let_in(house: House, person: Person, wanted: str) -> Response:
    with house.ask() as session:
        done = sign_in.by_subject(
            session,
            person.issuer,
            person.subject,
            address=address(),
            proved=person.proved_ago is not None,
            proved_ago=person.proved_ago or JUST_NOW,
            shown_name=person.shown_name,
        )
    if isinstance(done, Refused):
        raise done.refusal
    response = let_in(house, done, redirect(safe_path(wanted), SEE_OTHER))
    forget(response, TRIP)
    return response


def _refused(house: House, refusal: WebError | RegistryError) -> Response:
    """Show a refusal on the sign-in page; what is not the provider's usual word is kept for the auditor."""
    if isinstance(refusal, ProviderError):
        with house.ask() as session:
            record(
                session,
                "sign_in.refused",
                detail={"reason": "provider", "given": refusal.given[:200], "address": address()},
            )
    shown = page(
        "sign_in",
        refusal=refusal,
        name="",
        next="/",
        provider=provider_name(house.settings.oidc_issuer or ""),
        passkey_at="/sign-in/passkey",
    )
    response = make_response(shown, REFUSED)
    forget(response, TRIP)
    return response


def _strange(given: str) -> ProviderError:
    return ProviderError(
        "This sign-in does not belong to this browser",
        given=given,
        wanted="the answer to a sign-in begun here within the last ten minutes, once",
        todo="begin again from the sign-in page",
    )

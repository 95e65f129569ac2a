"""The State's identity provider, asked by OpenID Connect: where it is, its keys, and what it says of a person.

Authorization code with PKCE (S256) by Authlib; the ID token is checked for its signature (RS256 and nothing else), its
issuer, audience, nonce, times and, when the settings name some, its authentication class. OpenID Connect Core 1.0,
3.1.3.7; RFC 9207 for the issuer in the answer.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import RequestException, get

from registry.people.limits import FRESH_FOR
from registry.settings import LOOPBACK
from web.errors import WebError

if TYPE_CHECKING:
    from registry.settings import Settings

log = logging.getLogger("merr.web")

BACK: Final = "/sign-in/provider"
SCOPE: Final = "openid profile"
ALGORITHMS: Final = ["RS256"]
MAX_AGE_S: Final = FRESH_FOR // timedelta(seconds=2)
"""Seconds after which the provider asks again who it is: half of what counts as fresh is left at least."""

SKEW_S: Final = 60
"""Seconds that the provider's clock and ours may differ."""

TIMEOUT_S: Final = 5
KEPT_S: Final = 3600
"""Seconds that what the provider says of itself is believed."""

KEYS_ANEW_S: Final = 60
"""Seconds after which keys are fetched anew for a token that names an unknown one."""

OK: Final = 200
MOST_BYTES: Final = 200_000


class ProviderError(WebError):
    """An answer of the identity provider that is not believed, or none."""


@dataclass(frozen=True)
class Person:
    """Who signed in at the provider: named by issuer and subject together, and by nothing else."""

    issuer: str
    subject: str
    shown_name: str
    proved_ago: timedelta | None
    """How long ago the provider asked for a second factor; None when it did not, or does not say when."""


@dataclass(frozen=True)
class Trip:
    """What goes with a browser to the provider, and what is kept here to know it again by."""

    url: str
    state: str
    nonce: str
    verifier: str


class Provider:
    """One identity provider, as the settings name it; what it says of itself is kept for an hour."""

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer or ""
        self.classes = settings.oidc_acr.split()
        self._client = (settings.oidc_client_id, settings.oidc_client_secret.get_secret_value())
        self._back = settings.origin + BACK
        self._lock = Lock()
        self._found: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def trip(self, state: str, nonce: str, verifier: str) -> Trip:
        """Return the address that a browser is sent to.

        Raises
        ------
        ProviderError
            The provider cannot be reached, or does not say where to.
        """
        asked = {"acr_values": " ".join(self.classes), "max_age": MAX_AGE_S} if self.classes else {}
        with self._session() as session:
            url, _ = session.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=state,
                nonce=nonce,
                code_verifier=verifier,
                **asked,
            )
        return Trip(url, state, nonce, verifier)

    def person(self, code: str, nonce: str, verifier: str) -> Person:
        """Return who comes back with a code.

        Raises
        ------
        ProviderError
            The code is not taken, or the ID token is not believed.
        """
        endpoint = self._endpoint("token_endpoint")
        try:
            with self._session() as session:
                token = session.fetch_token(
                    endpoint,
                    code=code,
                    code_verifier=verifier,
                    grant_type="authorization_code",
                    timeout=TIMEOUT_S,
                    allow_redirects=False,
                )
        except (OAuthError, RequestException, ValueError) as fault:
            raise self._refusal("a code that the provider does not take", fault) from None
        try:
            return self._believed(token, nonce)
        except (JoseError, ValueError, KeyError, TypeError) as fault:
            raise self._refusal("an ID token that is not believed", fault) from None

    def names_itself(self, given: str | None) -> bool:
        """Return whether an answer comes from this provider as far as it says, which it must when it said it would."""
        if given is None:
            return not self._metadata().get("authorization_response_iss_parameter_supported")
        return given == self.issuer

    def _believed(self, token: dict[str, Any], nonce: str) -> Person:
        raw = token["id_token"]
        try:
            read = jwt.decode(raw, self._key_set(), registry=JWSRegistry(algorithms=ALGORITHMS))
        except InvalidKeyIdError:
            read = jwt.decode(raw, self._key_set(anew=True), registry=JWSRegistry(algorithms=ALGORITHMS))
        client_id = self._client[0]
        options: dict[str, Any] = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": client_id},
            "sub": {"essential": True, "allow_blank": False},
            "nonce": {"essential": True, "value": nonce},
        }
        if self.classes:
            options["acr"] = {"essential": True, "values": self.classes}
        params = {"nonce": nonce, "client_id": client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(read.claims, read.header, options, params)
        claims.validate(leeway=SKEW_S)
        subject, name = claims["sub"], claims.get("name")
        if not isinstance(subject, str):
            msg = "the subject is no text"
            raise TypeError(msg)
        return Person(self.issuer, subject, name if isinstance(name, str) else "", self._proved_ago(claims))

    def _proved_ago(self, claims: CodeIDToken) -> timedelta | None:
        """Return how long ago the person proved a second factor there; None when that is not said, or is not fresh.

        A session at the provider may be of this morning: what counts is `auth_time`, which it must tell when it was
        asked for a `max_age` (OpenID Connect Core 1.0, 2).
        """
        said = claims.get("auth_time")
        if not self.classes or not isinstance(said, int) or isinstance(said, bool):
            return None
        ago_s = int(time.time()) - said
        if not -SKEW_S <= ago_s <= FRESH_FOR // timedelta(seconds=1):
            return None
        return timedelta(seconds=max(0, ago_s))

    def _session(self) -> OAuth2Session:
        client_id, secret = self._client
        known = self._metadata().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        method = "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"
        return OAuth2Session(
            client_id,
            secret,
            scope=SCOPE,
            redirect_uri=self._back,
            code_challenge_method="S256",
            token_endpoint_auth_method=method,
        )

    def _endpoint(self, name: str) -> str:
        return self._safe(self._metadata().get(name), name)

    def _metadata(self) -> dict[str, Any]:
        with self._lock:
            found, now = self._found, time.monotonic()
            if found is None or now - found[0] > KEPT_S:
                address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
                said = self._fetched(self._safe(address, "issuer"))
                if said.get("issuer") != self.issuer:
                    raise self._refusal(f"a provider that calls itself {str(said.get('issuer'))[:100]!r}")
                found = self._found = (now, said)
            return found[1]

    def _key_set(self, *, anew: bool = False) -> KeySet:
        address = self._endpoint("jwks_uri")
        with self._lock:
            held, now = self._keys, time.monotonic()
            if held is None or now - held[0] > (KEYS_ANEW_S if anew else KEPT_S):
                held = self._keys = (now, KeySet.import_key_set(self._fetched(address)))  # type: ignore[arg-type]
            return held[1]

    def _fetched(self, address: str) -> dict[str, Any]:
        try:
            answer = get(
                address, timeout=TIMEOUT_S, allow_redirects=False, headers={"Accept": "application/json"}
            )
            if answer.status_code != OK or len(answer.content) > MOST_BYTES:
                raise self._refusal(f"an answer of {answer.status_code} from {address}")
            said = answer.json()
        except (RequestException, ValueError) as fault:
            raise self._refusal(f"no answer from {address}", fault) from None
        if not isinstance(said, dict):
            raise self._refusal(f"no object from {address}")
        return said

    def _safe(self, address: object, name: str) -> str:
        """Return an address that may be asked: over TLS, or on this machine."""
        parts = urlsplit(address if isinstance(address, str) else "")
        if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK):
            return str(address)
        raise self._refusal(f"{str(address)[:100]!r} as its {name}")

    def _refusal(self, given: str, fault: Exception | None = None) -> ProviderError:
        if fault is not None:
            log.warning("the identity provider %s: %s: %s", self.issuer, given, fault)
        return ProviderError(
            "The identity provider's sign-in was not taken",
            given=given,
            wanted="its own answer, to what was asked from this browser, once and in time",
            todo="begin again; when it goes on, tell an administrator and sign in with a local account",
        )

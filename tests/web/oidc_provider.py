"""A small OpenID Connect provider that keeps to the standards, on loopback: code flow, PKCE, RS256; and how to lie.

Attributes of the provider say what it does wrong; as made, it does nothing wrong. It refuses what a provider must: a
code that was used, another client, another way back, a verifier that does not belong to the challenge.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "merr-tests"
CLIENT_SECRET = "a secret / with odd : characters"  # noqa: S105 - of the tests
ACR = "urn:example:two-factors"


class Provider:
    """The provider; `claims` go into the ID token over what belongs there (None takes one out)."""

    def __init__(self):
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.published = [self.key]
        self.subject, self.name = "subject-1", "Pat Provider"
        self.claims = {}
        self.header = {}
        self.signed_with = None
        self.metadata = {}
        self.answers_iss = True
        self.session_age = 0
        self.codes = {}
        self.asked = []
        self.fetched = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}/tenant"

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def discovery(self):
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": self.answers_iss,
            **self.metadata,
        }

    def authorize(self, query):
        """Return where the browser goes after somebody signed in here: back, with a code."""
        self.asked.append(query)
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert "openid" in query["scope"].split()
        assert query["code_challenge_method"] == "S256", "PKCE is required here"
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        answer = {"code": code, "state": query["state"]}
        if self.answers_iss:
            answer["iss"] = self.issuer
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def token(self, form, authorization):
        """Return a status and what the token endpoint says."""
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        asked = self.codes.pop(form.get("code"), None)
        proof = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if given != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return 401, {"error": "invalid_client"}
        if (
            asked is None
            or form["grant_type"] != "authorization_code"
            or form["redirect_uri"] != asked["redirect_uri"]
            or proof.rstrip(b"=").decode() != asked["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        return 200, {
            "access_token": "opaque",
            "token_type": "Bearer",
            "expires_in": 60,
            "id_token": self.id_token(asked),
        }

    def id_token(self, asked):
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "exp": now + 60,
            "iat": now,
            "nonce": asked["nonce"],
            "name": self.name,
            **({"acr": asked["acr_values"]} if "acr_values" in asked else {}),
            **({"auth_time": self.signed_in_at(now, asked)} if "max_age" in asked else {}),
            **self.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": "one", **self.header}
        plain = ".".join(_coded(json.dumps(part).encode()) for part in (header, claims))
        if header["alg"] == "none":
            return f"{plain}."
        if header["alg"] == "HS256":  # the public key taken for a shared secret: the confusion of algorithms
            secret = self.key.as_pem(private=False)
            return f"{plain}.{_coded(hmac.digest(secret, plain.encode(), 'sha256'))}"
        key = self.signed_with or self.key
        return jwt.encode(header, claims, key, algorithms=[header["alg"]])

    def signed_in_at(self, now, asked):
        """Return when the person signed in here: again just now, when that was longer ago than may be."""
        return now - self.session_age if self.session_age <= int(asked["max_age"]) else now

    def keys(self):
        return {"keys": [key.as_dict(private=False) for key in self.published]}


def _coded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _handler(provider):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urlsplit(self.path)
            path = parts.path.removeprefix("/tenant")
            provider.fetched.append(path)
            if path == "/authorize":
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_response(302)
                self.send_header("Location", provider.authorize(query))
                self.end_headers()
            elif path == "/.well-known/openid-configuration":
                self._say(200, provider.discovery())
            elif path == "/keys":
                self._say(200, provider.keys())
            else:
                self._say(404, {})

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(*provider.token(form, self.headers.get("Authorization", "Basic ")))

        def _say(self, status, said):
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said):
            pass

    return Handler

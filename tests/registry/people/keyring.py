"""A software authenticator for passkeys, written from the standard: keys of P-256, user verified, a counter."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def coded(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Keyring:
    """One authenticator; `verified` says whether it checks who holds it, `counts` whether its counter goes up."""

    def __init__(self, origin="http://localhost:8050", *, verified=True, counts=True):
        self.origin = origin
        self.flags = PRESENT | (VERIFIED if verified else 0)
        self.counts = counts
        self.counter = 0
        self.credential_id = secrets.token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.user = b""

    def _party_hash(self):
        host = self.origin.split("//")[1].split(":")[0]
        return hashlib.sha256(host.encode()).digest()

    def _client(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _count(self):
        self.counter += 1 if self.counts else 0
        return struct.pack(">I", self.counter)

    def make(self, options):
        """Return the answer to navigator.credentials.create, as JSON."""
        asked = json.loads(options)
        self.user = decoded(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        key = cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        )
        data = (
            self._party_hash()
            + bytes([self.flags | ATTESTED])
            + self._count()
            + bytes(16)
            + struct.pack(">H", len(self.credential_id))
            + self.credential_id
            + key
        )
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            {
                "clientDataJSON": coded(self._client("webauthn.create", asked["challenge"])),
                "attestationObject": coded(attestation),
            }
        )

    def prove(self, options):
        """Return the answer to navigator.credentials.get, as JSON."""
        asked = json.loads(options)
        client = self._client("webauthn.get", asked["challenge"])
        data = self._party_hash() + bytes([self.flags]) + self._count()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": coded(client),
                "authenticatorData": coded(data),
                "signature": coded(signature),
                "userHandle": coded(self.user),
            }
        )

    def _answer(self, response):
        name = coded(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

"""Requests that a program may repeat: what was done under a key is done once, and told again."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from flask import request

from registry.people import replies
from registry.people.replies import Kept
from web.errors import BodyError, OtherRequestError, RepeatedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response

    from registry.db.engine import Session
    from registry.people.principal import Principal

KEY: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
KEPT_HEADERS: Final = ("Content-Type", "Location", "ETag")

_KEY = re.compile(r"[\x21-\x7e]{1,100}", re.ASCII)


def key_of_request() -> str | None:
    """Return the key that the request bears, None without one.

    Raises
    ------
    BodyError
        It cannot be used.
    """
    given = request.headers.get(KEY)
    if given is None:
        return None
    if not _KEY.fullmatch(given):
        raise BodyError(
            "This key cannot be used",
            given=f"{KEY}: {given[:60]!a}",
            wanted="1 to 100 visible characters of ASCII, such as a UUID",
            todo="give the request such a key",
        )
    return given


def fingerprint(raw: bytes) -> bytes:
    """Return what tells this request from others under the same key: method, address, condition and body."""
    asked = "\n".join((request.method, request.full_path, request.headers.get("If-Match", "")))
    return hashlib.sha256(asked.encode("utf-8", "surrogatepass") + b"\n" + raw).digest()


def once(
    session: Session,
    principal: Principal,
    key: str,
    asked: bytes,
    *,
    work: Callable[[], Response],
    check: Callable[[Kept], None],
) -> Response | Kept:
    """Return what `work` answers, kept for a repeat in the same transaction; or what it answered before.

    `check` refuses to tell it again to whom it may no longer be told.

    Raises
    ------
    RepeatedError
        A request under the key is still at work.
    OtherRequestError
        Another request bore the key.
    """
    if not replies.hold(session, principal, key):
        raise RepeatedError(
            "A request under this key is still at work",
            given=f"{KEY}: {key}",
            wanted="one request at a time",
            todo="wait a moment, and send the same request again",
        )
    before = replies.kept(session, principal, key)
    if before is None:
        response = work()
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        kept = Kept(
            fingerprint=asked,
            status=response.status_code,
            headers=headers,
            body=response.get_data(as_text=True),
        )
        replies.keep(session, principal, key, kept)
        return response
    if before.fingerprint != asked:
        raise OtherRequestError(
            "Another request bore this key",
            given=f"{KEY}: {key}, with another body or to another address than before",
            wanted="a key of its own for each request",
            todo="give this request a new key",
        )
    check(before)
    return before

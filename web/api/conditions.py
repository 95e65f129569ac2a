"""States of what can change: their tags, and requests that are for one state only."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from flask import request

from web.errors import ChangedMeanwhileError, UnconditionalError

if TYPE_CHECKING:
    from web.api.values import Told

ANY: Final = "*"
_TAG = re.compile(r'(W/)?"([^"]*)"')
_CODED = re.compile(r":(br|gzip|deflate|zstd)$")
"""What compressing an answer adds to its tag."""


def tag_of(shown: Told) -> str:
    """Return the tag of the state that an answer shows: 32 hexadecimal digits."""
    return tag_of_bytes(shown.model_dump_json().encode())


def tag_of_bytes(content: bytes) -> str:
    """Return the tag of an answer that is a file: 32 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()[:32]


def wanted_state() -> str:
    """Return what If-Match says: tags, or `*` for whatever state.

    Raises
    ------
    UnconditionalError
        It says nothing.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise UnconditionalError(
            "A change must say which state it is of",
            given="no If-Match",
            wanted="the ETag of the state that was read",
            todo="read it, and send its ETag as If-Match",
        )
    return given


def require_state(condition: str | None, present: str) -> None:
    """Refuse a change of another state than the present one.

    Raises
    ------
    ChangedMeanwhileError
        Somebody changed it meanwhile.
    """
    given = (condition or ANY).strip()
    if given == ANY or present in _strong(given):
        return
    raise ChangedMeanwhileError(
        "Somebody changed this meanwhile",
        given=f"If-Match: {given[:80]!a}",
        wanted=f'"{present}"',
        todo="read it again, and make the change anew",
    )


def is_held(present: str) -> bool:
    """Return whether who asks says by If-None-Match that this state is known there."""
    given = request.headers.get("If-None-Match", "").strip()
    return given == ANY or present in {_CODED.sub("", tag) for _, tag in _TAG.findall(given)}


def _strong(given: str) -> set[str]:
    return {_CODED.sub("", tag) for weak, tag in _TAG.findall(given) if not weak}

"""What an incident says, checked before it is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from registry.errors import RegistryError
from registry.wording import storable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from geo.closure import Closure

NAME_LIMIT = 200
"""Longest name or kind, in characters."""
NEEDS_LIMIT = 100
NEED_LIMIT_BYTES = 10_000

Need = str | dict[str, Any]
"""A need in its asker's words, or an object whose `text` is these words."""


def check_times(asked_at: datetime, by_at: datetime | None) -> None:
    """Refuse times without a zone, and a need that ends before travel starts.

    Raises
    ------
    RegistryError
        With the time given.
    """
    for label, at in (("time of asking", asked_at), ("time it is needed by", by_at)):
        if at is not None and at.tzinfo is None:
            raise RegistryError(
                f"The {label} has no time zone",
                given=at.isoformat(),
                wanted="a time with its zone, such as 2011-05-22T17:41:00-05:00",
                todo="add the zone",
            )
    if by_at is not None and by_at <= asked_at:
        raise RegistryError(
            "It is needed before travel starts",
            given=f"by {by_at.isoformat()}, asked {asked_at.isoformat()}",
            wanted="a time after the start",
            todo="set a later time, or none",
        )


def checked_words(label: str, given: str) -> str:
    """Return the words without needless blanks.

    Raises
    ------
    RegistryError
        When they are empty or too long.
    """
    words = " ".join(given.split())
    if not words or len(words) > NAME_LIMIT or not storable(words):
        raise RegistryError(
            f"The {label} cannot be kept",
            given=repr(given[:60]),
            wanted=f"1 to {NAME_LIMIT} characters",
            todo=f"give another {label}",
        )
    return words


def structured(needs: Sequence[Need]) -> list[dict[str, Any]]:
    """Return the needs as they are stored: objects, each with its asker's words as `text`.

    Raises
    ------
    RegistryError
        When there are too many, or one has no words or does not fit into JSON.
    """
    stored = [{"text": need} if isinstance(need, str) else dict(need) for need in needs]
    if len(stored) > NEEDS_LIMIT:
        raise RegistryError(
            "The incident has too many needs",
            given=f"{len(stored)} needs",
            wanted=f"at most {NEEDS_LIMIT}",
            todo="leave some out, or open another incident for them",
        )
    for need in stored:
        if not _can_be_kept(need):
            raise RegistryError(
                "A need cannot be kept",
                given=repr(need.get("text"))[:60],
                wanted=f"a text such as 'generator:40,kw>=100', in all at most {NEED_LIMIT_BYTES} bytes",
                todo="write the need again",
            )
    return stored


def kept_travel(travel: Mapping[str, Any]) -> dict[str, Any]:
    """Return how travel is asked about as it is stored: an object.

    Raises
    ------
    RegistryError
        When it does not fit into JSON.
    """
    if not _fits(dict(travel)):
        raise RegistryError(
            "The way of travel cannot be kept",
            given=repr(travel)[:60],
            wanted=f"values of JSON, in all at most {NEED_LIMIT_BYTES} bytes",
            todo="choose the vehicle again",
        )
    return dict(travel)


def _can_be_kept(need: dict[str, Any]) -> bool:
    words = need.get("text")
    return isinstance(words, str) and bool(words.strip()) and _fits(need)


def _fits(given: dict[str, Any]) -> bool:
    try:
        written = json.dumps(given, allow_nan=False)
    except (TypeError, ValueError):
        return False
    # JSON in PostgreSQL holds any character but this one.
    return (
        len(written) <= NEED_LIMIT_BYTES
        and storable(json.dumps(given, ensure_ascii=False))
        and "\\u0000" not in written
    )


def each_once(closures: Iterable[Closure]) -> list[Closure]:
    """Return the closures, each with a key of its own and words that can be kept.

    Raises
    ------
    RegistryError
        When two have the same key, or a word holds a character that cannot be kept.
    """
    given = list(closures)
    seen: set[str] = set()
    for closure in given:
        if closure.key in seen or not closure.key.strip():
            raise RegistryError(
                "A closure has no key of its own",
                given=f"key {closure.key!r}" + (", twice" if closure.key in seen else ""),
                wanted="a key of its own for each closure",
                todo="rename it",
            )
        seen.add(closure.key)
        if not all(map(storable, _words_of(closure))):
            raise RegistryError(
                "A closure has a character that cannot be kept",
                given=f"closure {closure.name or closure.key!r}",
                wanted="words of ordinary characters",
                todo="write its name, reason and source again",
            )
    return given


def _words_of(closure: Closure) -> tuple[str, ...]:
    return (
        closure.key,
        closure.name,
        closure.reason,
        closure.source,
        closure.crossing or "",
        closure.bridge or "",
        *closure.classes,
        *closure.profiles,
    )

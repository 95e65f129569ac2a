"""Which new passwords are refused: too short, known to everybody, or told by its account; nothing is prescribed.

No character class is asked for (NIST SP 800-63B, 3.1.1.2): length and not being on everybody's list is what counts.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Set as AbstractSet

LEAST_CHARS: Final = 15
MOST_CHARS: Final = 256
"""A password is hashed whole; beyond this it is no password but a load."""

OWN_WORDS: Final = ("merr", "missouri", "emergency", "resource", "registry", "sema")
"""The product's name and its owner's: the first thing that somebody tries here."""

LEAST_FRESH: Final = 8
"""Characters that must remain when what is foreseen is taken away: names, repetition, sequences."""

_ROWS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
)
"""What fingers and memory run along, in both directions."""

_FOLLOWS: Final = frozenset(
    pair for row in _ROWS for one, other in itertools.pairwise(row) for pair in (one + other, other + one)
)


def normal(password: str) -> str:
    """Return the one form (NFKC) of a password, however a keyboard composed its letters."""
    return unicodedata.normalize("NFKC", password)


def fault_of(password: str, common: AbstractSet[str], names: Collection[str] = ()) -> str | None:
    """Return why a new password is refused, as the end of `a password ...`; None when it can be used.

    Parameters
    ----------
    common
        Passwords that are tried first everywhere, in small letters.
    names
        What the account is called: its name and its person's.
    """
    chars = normal(password)
    if len(chars) < LEAST_CHARS:
        return f"of {len(chars)} characters"
    if len(chars) > MOST_CHARS:
        return f"of {len(chars)} characters"
    folded = chars.casefold()
    if _is_common(folded, common):
        return "that is on the list of common passwords"
    if len(_unit(folded)) < LEAST_FRESH or _fresh(folded) < LEAST_FRESH:
        return "that repeats or counts on"
    if _fresh(_without(folded, _words(names))) < LEAST_FRESH:
        return "made of your own name or this registry's"
    return None


def _is_common(folded: str, common: AbstractSet[str]) -> bool:
    """Return whether a password is a common one, or two, or one again and again, but for what stands around it."""
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    joined = re.sub(r"[\W_]+", "", folded)
    candidates = {folded, bare, joined, _unit(folded), _unit(joined), _unit(bare)}
    if candidates & common:
        return True
    return any(_is_two(text[:cut], text[cut:], common) for text in candidates for cut in range(1, len(text)))


def _is_two(head: str, tail: str, common: AbstractSet[str]) -> bool:
    """Return whether both halves are common passwords, or one is a word and nothing but digits and signs hang on it."""
    if head in common and tail in common:
        return True
    word, hung = (head, tail) if head in common else (tail, head)
    return word in common and _has_letter(word) and not _has_letter(hung)


def _has_letter(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _unit(text: str) -> str:
    """Return the shortest text that gives `text` when it is repeated, the last time perhaps in part."""
    for length in range(1, len(text)):
        if text.startswith(text[length:]):
            return text[:length]
    return text


def _fresh(text: str) -> int:
    """Return how many characters neither repeat the one before nor follow it on a keyboard or in the alphabet."""
    return sum(
        1
        for place, char in enumerate(text)
        if place == 0 or (char != text[place - 1] and text[place - 1] + char not in _FOLLOWS)
    )


def _without(text: str, words: Collection[str]) -> str:
    """Return `text` without any of `words`, the longest taken away first."""
    for word in sorted(words, key=lambda one: (-len(one), one)):
        text = text.replace(word, "")
    return text


def _words(names: Collection[str]) -> set[str]:
    """Return the words of some names that are long enough to be one, with the registry's own."""
    parts = {part for name in names for part in re.split(r"[\W_]+", normal(name).casefold())}
    whole = {re.sub(r"[\W_]+", "", normal(name).casefold()) for name in names}
    return {word for word in parts | whole if len(word) > 2} | set(OWN_WORDS)  # noqa: PLR2004 - initials are no name

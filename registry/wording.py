"""Which words PostgreSQL can keep."""

from __future__ import annotations


def storable(words: object) -> bool:
    """Return whether `words` is a text that PostgreSQL takes: no NUL, and no half of a surrogate pair."""
    if not isinstance(words, str) or "\0" in words:
        return False
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True

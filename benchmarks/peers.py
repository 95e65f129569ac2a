"""The other programs, where they are installed."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def installed(peers: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield each peer, and a sentence if it is not installed."""
    for peer in peers:
        missing = find_spec(peer) is None
        yield peer, f"{peer} is not installed here: `make bench` installs it." if missing else ""

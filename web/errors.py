"""What the web door refuses, and the one table from a refusal to a status."""

from __future__ import annotations

from typing import Final

from geo.errors import Refusal
from registry.errors import RegistryError


class WebError(Refusal, ValueError):
    """A request or a start of the web door that cannot be served."""


STATUS: Final[tuple[tuple[type[Refusal], int], ...]] = ((RegistryError, 409), (WebError, 400), (Refusal, 422))
"""The HTTP status of each family of refusals; the first that fits counts."""


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status that a refusal is answered with."""
    return next(status for family, status in STATUS if isinstance(refusal, family))

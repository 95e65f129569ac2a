"""What the web door refuses, and the one table from a refusal to a status."""

from __future__ import annotations

from typing import Final

from geo.errors import Refusal
from registry.errors import RegistryError
from registry.people.access import AccessError
from registry.people.stepup import StepUpNeeded


class WebError(Refusal, ValueError):
    """A request or a start of the web door that cannot be served."""


class NotSignedInError(WebError):
    """A request by nobody we know, for something that is not open to all."""


class OtherSiteError(WebError):
    """A change that no page of ours asked for."""


class TooOftenError(WebError):
    """More requests from one address than anybody needs; `wait_s` says when the next one is taken."""

    wait_s = 60


STATUS: Final[tuple[tuple[type[Refusal], int], ...]] = (
    (NotSignedInError, 401),
    (AccessError, 403),
    (StepUpNeeded, 403),
    (OtherSiteError, 403),
    (TooOftenError, 429),
    (RegistryError, 409),
    (WebError, 400),
    (Refusal, 422),
)
"""The HTTP status of each family of refusals; the first that fits counts."""


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status that a refusal is answered with."""
    return next(status for family, status in STATUS if isinstance(refusal, family))

"""What the web door refuses, and the one table from a refusal to a status."""

from __future__ import annotations

from typing import Final

from geo.errors import Refusal
from matching.errors import NotWorkedError
from registry.errors import DatabaseError, NotThereError, RegistryError
from registry.people.access import AccessError
from registry.people.proof import StepUpNeeded
from registry.trust.refusals import DisclosureRefused, Reason


class WebError(Refusal, ValueError):
    """A request or a start of the web door that cannot be served."""


class NotSignedInError(WebError):
    """A request by nobody we know, for something that is not open to all."""


class OtherSiteError(WebError):
    """A change that no page of ours asked for."""


class TooOftenError(WebError):
    """More requests from one address than anybody needs; `wait_s` says when the next one is taken."""

    wait_s = 60


class UnservedError(WebError):
    """A request that the server cannot serve now; what fails is in its log, and is nobody's business who asks."""


class NotFoundError(WebError):
    """An address that nothing answers at."""


class MethodError(WebError):
    """A method that an address does not take; `allowed` are those that it does."""

    allowed: tuple[str, ...] = ()


class BodyError(WebError):
    """A body or a question that was read and is not what the route takes."""


class MediaTypeError(WebError):
    """A body of another media type than the route takes."""


class TooLargeError(WebError):
    """A body of more bytes than the route takes."""


class ChangedMeanwhileError(WebError):
    """A change of something that is no longer as it was read."""


class UnconditionalError(WebError):
    """A change that does not say of which state."""


class RepeatedError(WebError):
    """A request under a key that another one bears, which is still at work."""


class OtherRequestError(WebError):
    """A request under a key that another one, with another body, bore."""


STATUS: Final[tuple[tuple[type[Refusal], int], ...]] = (
    (NotSignedInError, 401),
    (AccessError, 403),
    (StepUpNeeded, 403),
    (OtherSiteError, 403),
    (TooOftenError, 429),
    (NotFoundError, 404),
    (MethodError, 405),
    (RepeatedError, 409),
    (ChangedMeanwhileError, 412),
    (TooLargeError, 413),
    (MediaTypeError, 415),
    (BodyError, 422),
    (OtherRequestError, 422),
    (UnconditionalError, 428),
    (NotThereError, 404),
    (UnservedError, 503),
    (DatabaseError, 503),
    (RegistryError, 409),
    (NotWorkedError, 409),
    (WebError, 400),
    (Refusal, 422),
)
"""The HTTP status of each family of refusals; the first that fits counts."""


LOOK_STATUS: Final[dict[Reason, int]] = {
    "signed_out": 401,
    "token": 403,
    "role": 403,
    "incident": 404,
    "jurisdiction": 403,
    "purpose": 422,
    "declaration": 403,
    "ranked": 403,
    "asset": 403,
    "limit": 429,
}
"""The HTTP status of a refused look, by why it was refused."""


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status that a refusal is answered with."""
    if isinstance(refusal, DisclosureRefused):
        return LOOK_STATUS[refusal.reason]
    return next(status for family, status in STATUS if isinstance(refusal, family))
